"""The numbers beside a score, against hand-worked ones."""

from __future__ import annotations

import random
from itertools import count

import pytest

from fourdp_qa.eval_tasks.scoring.accuracy import accuracy_of
from fourdp_qa.eval_tasks.scoring.beside import (
    balanced_accuracy,
    beside,
    blind_scores,
    chance,
    constants,
    majority,
    normalised,
    options_prior,
)
from fourdp_qa.eval_tasks.scoring.breakdown import breakdown
from fourdp_qa.eval_tasks.scoring.parsed_answer import Reason
from fourdp_qa.eval_tasks.scoring.verdict import Verdict

NUMBERS = count()
FORMATS = {"yes_no": ("Yes", "No"), "multiple_choice": ("A", "B", "C", "D")}


def verdict(expected: str, parsed: str | None = None, scene: str = "s", question_type: str = "t",
            labels: tuple[str, ...] | None = None, reason: str = "") -> Verdict:
    name = "yes_no" if expected in FORMATS["yes_no"] else "multiple_choice"
    answers = FORMATS[name]
    return Verdict(
        question_id=str(next(NUMBERS)), question_type=question_type, format=name, scene=scene,
        expected=expected, parsed=parsed, reason=reason, score=float(parsed == expected), answers=answers,
        labels=labels or answers,
    )


# yes/no: 3 Yes, 1 No; multiple choice: A A B C
ITEMS = [*(verdict(e) for e in ("Yes", "Yes", "Yes", "No", "A", "A", "B", "C"))]


def test_chance_majority_and_constants() -> None:
    assert chance(ITEMS) == pytest.approx((4 * 1 / 2 + 4 * 1 / 4) / 8)
    assert majority(ITEMS) == pytest.approx((3 + 2) / 8)
    assert constants(ITEMS) == {
        "multiple_choice": {"A": 0.5, "B": 0.25, "C": 0.25, "D": 0.0}, "yes_no": {"No": 0.25, "Yes": 0.75},
    }


def test_the_majority_is_that_of_each_type() -> None:
    items = [verdict("Yes", question_type="a"), verdict("No", question_type="b")]
    assert majority(items) == 1.0


@pytest.mark.parametrize("answer", ["A", "B", "C", "D", "Yes", "No"])
def test_a_constant_answer_scores_what_stands_beside(answer: str) -> None:
    name = "yes_no" if answer in FORMATS["yes_no"] else "multiple_choice"
    given = [verdict(v.expected, answer if v.format == name else None) for v in ITEMS]
    assert breakdown(given, "format")[name].accuracy == constants(ITEMS)[name][answer]


def test_a_constant_answer_has_the_chance_as_balanced_accuracy() -> None:
    always = [verdict(v.expected, "Yes" if v.format == "yes_no" else "A") for v in ITEMS]
    # yes/no: recalls 1 and 0; multiple choice: recalls 1, 0, 0 of the three letters that are right
    assert balanced_accuracy(always) == pytest.approx((4 * 1 / 2 + 4 * 1 / 3) / 8)
    assert balanced_accuracy([verdict(v.expected, v.expected) for v in ITEMS]) == 1.0


def test_normalised_puts_chance_at_zero_and_all_right_at_one() -> None:
    assert normalised([verdict(v.expected, v.expected) for v in ITEMS]) == pytest.approx(1.0)
    half = [verdict("Yes", "Yes"), verdict("Yes", "No")]
    assert normalised(half) == pytest.approx(0.0)
    assert normalised([verdict("A", None)]) == pytest.approx(-1 / 3)


def test_failed_requests_are_in_none_of_them_and_nothing_gives_none() -> None:
    failed = verdict("D", reason=str(Reason.REQUEST_FAILED))
    assert beside([*ITEMS, failed]) == beside(ITEMS)
    nothing = beside([failed])
    assert (nothing.chance, nothing.majority, nothing.balanced, nothing.normalised) == (None,) * 4
    assert nothing.constants == {}
    assert accuracy_of([failed]).accuracy is None


def test_options_that_are_right_elsewhere_are_found_out() -> None:
    """The right letter moves; the words "stays still" are right every time that they are offered."""
    items = []
    for n in range(20):
        labels = ["left", "right", "up"]
        labels.insert(n % 4, "stays still")
        items.append(verdict("ABCD"[n % 4], scene=f"s{n}", labels=tuple(labels)))
    assert options_prior(items) == 1.0
    assert majority(items) == 0.25


def test_the_prior_does_not_see_its_own_scene() -> None:
    items = [verdict("A", scene=f"s{n}", labels=(f"own {n}", "x", "y", "z")) for n in range(10)]
    # elsewhere x, y, z were never right and "own n" was never offered: all four are equally unlikely
    assert options_prior(items) == pytest.approx(0.25)
    assert options_prior(items[:1]) is None


def test_balanced_options_give_the_prior_nothing() -> None:
    draw = random.Random(0)
    labels = ("a", "b", "c", "d")
    items = [("t", f"s{n}", labels, draw.choice(labels)) for n in range(2000)]
    assert sum(blind_scores(items)) / 2000 == pytest.approx(0.25, abs=0.04)
