"""Candidates in lanes: who may still be asked, and who goes first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.candidates import Candidates
from fourdp_qa.generate.caption_balance import Said
from fourdp_qa.generate.composition import composition_called

BALANCE = replace(composition_called("training").balance, caption_slack=0.5, caption_slack_share=0.0)


def ask(
    number: int, *, segment: int | None = None, subject: str = "", says: str = "", holds: bool = True
) -> Ask:
    said = (Said("wins", says, holds),) if says else ()
    return Ask(number if segment is None else segment, 0, "depth", "yes_no", "pair", f"s{number}", "nearer:+",
               "Yes", 1, 0.5, "none", False, subject or f"s{number}", f"{number:06x}", said)


def waiting(*asks: Ask, lanes: tuple[int, ...] = (), per_segment: int = 3) -> Candidates:
    return Candidates(asks, lanes or (0,) * len(asks), per_segment, BALANCE)


def test_the_first_of_equals_is_taken():
    candidates = waiting(ask(0), ask(1), ask(2))
    taken = [candidates.take(candidates.best_of([(0.0, 0)])).shard for _ in range(3)]
    assert taken == [0, 1, 2]
    assert not candidates.is_able(0) and candidates.waiting() == (0, 0)


def test_the_lane_that_is_wanted_most_is_served_first():
    candidates = waiting(ask(0), ask(1), ask(2), lanes=(0, 1, 0))
    assert candidates.best_of([(0.2, 0), (0.7, 1)]) == 1
    assert candidates.best_of([(0.7, 1), (0.8, 0)]) == 0


def test_captions_that_tell_too_much_wait_until_others_make_up_for_them():
    candidates = waiting(ask(0, says="house"), ask(1, says="house"), ask(2, says="house", holds=False))
    candidates.take(0)
    assert candidates.waiting() == (1, 1), "once more that the house wins would be too much"
    assert candidates.best_of([(0.0, 0)]) == 2
    candidates.take(2)
    assert candidates.waiting() == (1, 0)
    assert candidates.best_of([(0.0, 0)]) == 1


def test_of_all_candidates_the_one_that_makes_up_most_is_taken_however_late_it_comes():
    many = [ask(n) for n in range(1, 900)]
    candidates = waiting(ask(0, says="house"), *many, ask(900, says="house", holds=False))
    candidates.take(0)
    assert candidates.best_of([(0.0, 0)]) == 900


def test_with_a_question_go_those_that_ask_the_same_and_then_its_whole_segment():
    candidates = waiting(
        *(ask(n, segment=0, subject="box" if n < 2 else "") for n in range(5)), ask(5, segment=1),
        per_segment=2)
    candidates.take(0)
    assert candidates.left == Counter({"the same thing is asked in this segment already": 1})
    assert candidates.waiting() == (4, 0)
    candidates.take(2)
    assert candidates.left["segment already has enough questions of this type"] == 2
    assert candidates.waiting() == (1, 0) and candidates.best_of([(0.0, 0)]) == 5
