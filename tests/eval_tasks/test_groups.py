"""Counterfactual groups against chances counted out one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from fourdp_qa.eval_tasks.scoring.groups import group_score, most_of, right_by_lot
from fourdp_qa.eval_tasks.scoring.parsed_answer import Reason
from fourdp_qa.eval_tasks.scoring.verdict import Verdict, judge


def counted_out(answers: int, size: int, need: int) -> float:
    """Share of all ways to answer by lot with at least `need` right; the first answer is right."""
    ways = list(product(range(answers), repeat=size))
    return sum(sum(a == 0 for a in way) >= need for way in ways) / len(ways)


@pytest.mark.parametrize(("answers", "size"), [(2, 4), (4, 4), (2, 5), (2, 9), (4, 6)])
def test_chance_is_exact(answers: int, size: int) -> None:
    exact = right_by_lot([1 / answers] * size)
    assert sum(exact) == pytest.approx(1)
    for need in range(size + 1):
        assert sum(exact[need:]) == pytest.approx(counted_out(answers, size, need))


def test_unequal_chances_are_multiplied_out() -> None:
    assert right_by_lot([0.5, 0.25]) == pytest.approx([0.375, 0.5, 0.125])


@pytest.mark.parametrize(("size", "need"), [(4, 3), (5, 4), (6, 5), (8, 6), (9, 7)])
def test_most_is_at_least_three_of_four(size: int, need: int) -> None:
    assert most_of(size) == need


def answered(rows, responses: str) -> list[Verdict]:
    words = {"Y": "Yes", "N": "No", "-": "hm"}
    return [judge(row, words.get(said, said), len(rows)) for row, said in zip(rows, responses, strict=True)]


def test_groups_are_right_as_a_whole(group_of) -> None:
    verdicts = [
        *answered(group_of("all", "ABCA", "s1"), "ABCA"),
        *answered(group_of("three", "ABCA", "s2"), "ABC-"),
        *answered(group_of("half", "YNYN", "s3"), "YYYY"),
    ]
    score = group_score(verdicts)
    assert (score.groups, score.incomplete) == (3, 0)
    assert score.all_right == pytest.approx(1 / 3)
    assert score.most_right == pytest.approx(2 / 3)
    assert score.chance_all == pytest.approx((2 * 4**-4 + 2**-4) / 3)
    four = counted_out(4, 4, 3)
    assert score.chance_most == pytest.approx((2 * four + counted_out(2, 4, 3)) / 3)
    assert (score.constant_all, score.constant_most) == (0.0, 0.0)
    assert score.all_interval is None  # three scenes
    twice = [replace(v, scene=f"again/{v.scene}", group_id=f"again/{v.group_id}") for v in verdicts]
    score = group_score([*verdicts, *twice])
    assert score.all_interval.low < score.all_right < score.all_interval.high


def test_a_constant_answer_solves_groups_of_one_answer(group_of) -> None:
    score = group_score(answered(group_of("one", "YYYY", "s1"), "NNNN")
                        + answered(group_of("most", "YYYN", "s2"), "NNNN"))
    assert (score.constant_all, score.constant_most) == (0.5, 1.0)
    assert score.all_right == 0.0


def test_a_group_that_is_not_whole_is_not_scored(group_of) -> None:
    rows = group_of("cut", "ABCA", "s1")
    whole = answered(rows, "ABCA")
    assert group_score(whole[:3]).incomplete == 1
    failed = [*whole[:3], replace(whole[3], reason=str(Reason.REQUEST_FAILED))]
    assert (group_score(failed).groups, group_score(failed).incomplete) == (0, 1)
    assert group_score(failed).all_right is None
    assert group_score([]).groups == 0


def test_rows_outside_of_groups_are_left_out(group_of, row_of) -> None:
    whole = answered(group_of("g", "ABCA", "s1"), "ABCA")
    assert group_score([*whole, judge(row_of("depth", 0), "Yes")]) == group_score(whole)
