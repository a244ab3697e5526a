"""Items of a benchmark among its sources: even, at most so much from one, the whole before the even."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.generate.sharing import share_out


def shared(wanted, largest=0.40, **supply):
    shares = share_out({"depth": wanted}, {s: {"depth": n} for s, n in supply.items()}, largest)
    return {source: items.get("depth", 0) for source, items in shares.items()}


def test_sources_with_enough_give_the_same():
    assert shared(90, a=100, b=100, c=100) == {"a": 30, "b": 30, "c": 30}


def test_what_one_cannot_give_the_others_do():
    assert shared(90, a=10, b=100, c=100, d=100) == {"a": 10, "b": 27, "c": 27, "d": 26}


def test_of_two_each_gives_more_than_its_share_rather_than_too_few():
    assert shared(100, a=100, b=100) == {"a": 50, "b": 50}
    assert shared(100, a=100, b=25) == {"a": 75, "b": 25}


def test_a_source_that_cannot_answer_a_type_has_no_part_in_it():
    shares = share_out({"depth": 10, "agent_motion": 10},
                       {"a": {"depth": 10, "agent_motion": 10}, "b": {"depth": 10}}, 0.40)
    assert shares == {"a": {"depth": 5, "agent_motion": 10}, "b": {"depth": 5}}


@given(st.integers(0, 300), st.lists(st.integers(0, 300), min_size=1, max_size=5),
       st.floats(0.1, 1.0))
def test_the_sum_is_what_can_be_had_and_no_source_gives_more_than_it_has(wanted, have, largest):
    supply = {f"s{n}": items for n, items in enumerate(have)}
    found = shared(wanted, largest, **supply)
    assert sum(found.values()) == min(wanted, sum(have))
    assert all(found[source] <= supply[source] for source in supply)
    if all(n >= wanted for n in have) and len(have) * int(largest * wanted) >= wanted:
        assert max(found.values()) <= largest * wanted, "nobody had to give more"
        assert max(found.values()) - min(found.values()) <= 1
