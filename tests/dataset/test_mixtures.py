"""The table of mixtures: names, weights of one's own, and what a mistake is answered with."""

from __future__ import annotations

import pytest

from fourdp_qa.dataset.mixtures import (
    STANDARD,
    TRACKING,
    belongs,
    evenly,
    named_mixtures,
    shares,
    whole_numbers,
)
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.questions.registry import TYPES


def test_tracking_takes_a_fifth_of_what_the_standard_types_had():
    # The paper: tracking replaces 20 % of the samples, 10 % each with both kinds.
    visual, true_motion = "visual_point_tracking", "true_motion_point_tracking"
    assert named_mixtures() == {
        "std": {STANDARD: 1.0}, "tm": {STANDARD: 0.8, true_motion: 0.2},
        "pt": {STANDARD: 0.8, visual: 0.2}, "tm_pt": {STANDARD: 0.8, true_motion: 0.1, visual: 0.1}}


def test_every_type_belongs_to_one_part_at_most():
    parts = shares({STANDARD: 1, "depth": 1, "visual_point_tracking": 2})
    of = {t.name: [part for part in parts if belongs(t.name, part, parts)] for t in TYPES}
    assert of["depth"] == ["depth"] and of["visual_point_tracking"] == ["visual_point_tracking"]
    assert of["true_motion_point_tracking"] == []
    assert all(of[t.name] == [STANDARD] for t in TYPES if t.name not in (*TRACKING, "depth"))


@pytest.mark.parametrize(("mixture", "said"), [
    ("best", "found 'best', expected one of std, tm, pt, tm_pt"), ({"colour": 1}, "found 'colour'"),
    ({"depth": -1}, "depth: found -1"),
    ({"depth": float("inf")}, "depth: found inf"), ({"depth": 0}, "no weight above 0")])
def test_wrong_mixtures_are_refused(mixture, said):
    with pytest.raises(FourdpQaError, match=said):
        shares(mixture)


def test_whole_numbers_sum_to_the_total():
    for total in range(1, 40):
        assert sum(whole_numbers({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, total).values()) == total


def test_the_standard_part_can_be_shared_evenly_whatever_the_number_of_rows():
    kinds = ["depth"] * 9 + ["agent_motion"] + ["true_motion_point_tracking"] * 5
    parts = evenly(shares({STANDARD: 3, "true_motion_point_tracking": 1}), kinds)
    assert parts == pytest.approx({"depth": 0.375, "agent_motion": 0.375, "true_motion_point_tracking": 0.25})
    own = shares({STANDARD: 1, "depth": 1})
    assert evenly(own, kinds) == {"depth": 0.5, "agent_motion": 0.5}, "a type of its own keeps its share"
    assert evenly(own, ["depth"]) == own, "without a row of it there is nothing to share"
