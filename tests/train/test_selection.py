"""Mixtures at a constant total, in an order that is the seed's, and scenes on one side only."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.dataset.mixtures import shares
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.selection import draw, held_out, side_by_side, spread

TYPES = ["depth"] * 60 + ["camera_movement"] * 40 + ["true_motion_point_tracking"] * 30 + [
    "visual_point_tracking"] * 30
IDS = [f"row-{n:03d}" for n in range(len(TYPES))]


def counted(mixture, samples=100, **options):
    chosen = draw(TYPES, IDS, shares(mixture), samples, seed=0, repeat=options.get("repeat", False))
    return Counter(TYPES[n] for n in chosen), chosen


@pytest.mark.parametrize(("mixture", "true_motion", "visual"), [
    ("std", 0, 0), ("tm", 20, 0), ("pt", 0, 20), ("tm_pt", 10, 10)])
def test_tracking_replaces_its_share_at_a_constant_total(mixture, true_motion, visual):
    counts, chosen = counted(mixture)
    assert len(chosen) == len(set(chosen)) == 100
    assert counts["true_motion_point_tracking"] == true_motion
    assert counts["visual_point_tracking"] == visual


def test_any_weights_do_and_a_type_with_its_own_is_no_part_of_the_standard():
    counts, _ = counted({"depth": 1, "standard": 1}, samples=40)
    assert counts == {"depth": 20, "camera_movement": 20}


def test_the_order_is_the_seeds_whatever_the_order_of_the_rows():
    chosen = [IDS[n] for n in draw(TYPES, IDS, shares("tm"), 50, 3, False)]
    other = [IDS[::-1][n] for n in draw(TYPES[::-1], IDS[::-1], shares("tm"), 50, 3, False)]
    assert chosen == other
    assert chosen != [IDS[n] for n in draw(TYPES, IDS, shares("tm"), 50, 4, False)]
    assert chosen != sorted(chosen)


def test_zero_samples_are_as_many_as_the_rows_allow():
    counts, chosen = counted("tm", samples=0)  # 100 standard rows for 80 %: 125 in all, 25 of 30 tracks
    assert (len(chosen), counts["true_motion_point_tracking"]) == (125, 25)


def test_too_few_rows_end_the_run_or_are_gone_through_again():
    with pytest.raises(FourdpQaError, match=r"100 x 0.5 = 50 rows of 'true_motion.*found 30; lower .* to 60"):
        counted({"depth": 0.5, "true_motion_point_tracking": 0.5})
    _, chosen = counted({"true_motion_point_tracking": 1}, samples=75, repeat=True)
    assert set(Counter(chosen).values()) == {2, 3}


def test_a_part_without_rows_is_refused():
    with pytest.raises(FourdpQaError, match="found no row of 'agent_motion' among 160"):
        counted({"agent_motion": 1})


def test_units_keep_their_side_when_others_come():
    few, many = [f"s/{n}" for n in range(40)], [f"s/{n}" for n in range(400)]
    outside = held_out(many, 0.1, 0)
    assert 20 <= len(outside) <= 60
    assert held_out(few, 0.1, 0) == outside & set(few)
    assert held_out(many, 0.1, 1) != outside


def test_both_sides_get_a_unit():
    assert len(held_out(["a", "b"], 1e-9, 0)) == len(held_out(["a", "b"], 1 - 1e-9, 0)) == 1
    with pytest.raises(FourdpQaError, match="found 1 split unit"):
        held_out(["a", "a"], 0.5, 0)


def test_scored_rows_are_the_same_whatever_else_is_there():
    assert spread(IDS, range(50), 10, 0) == spread(IDS, [*range(50)][::-1], 10, 0)
    assert set(spread(IDS, range(50), 5, 0)) < set(spread(IDS, range(50), 10, 0))


@given(lengths=st.lists(st.integers(1, 300), min_size=1, max_size=100), turns=st.integers(1, 3),
       devices=st.integers(1, 3))
def test_side_by_side_keeps_every_batch_and_wastes_no_more(lengths, turns, devices):
    per_device = 2
    batch = per_device * devices * turns
    order = side_by_side(lengths, batch, per_device, devices)
    for start in range(0, len(lengths), batch):
        assert sorted(order[start: start + batch]) == list(range(start, min(start + batch, len(lengths))))

    def padded(numbers):
        full = len(lengths) // batch * batch
        return sum(per_device * max(lengths[n] for n in numbers[k: k + per_device])
                   for k in range(0, full, per_device))

    assert padded(order) <= padded(range(len(lengths)))


def test_side_by_side_gives_every_device_about_as_much():
    order = side_by_side([8, 1, 6, 3, 2, 7, 4, 5], batch=8, per_device=2, devices=2)
    lengths = [[8, 1, 6, 3, 2, 7, 4, 5][n] for n in order]
    # Two at once, in turn to the first and the second device: 1, 2, 7, 8 and 3, 4, 5, 6.
    assert lengths == [1, 2, 3, 4, 7, 8, 5, 6]
