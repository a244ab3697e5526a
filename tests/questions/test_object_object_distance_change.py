"""Type 7 on two objects whose distance is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.questions.entanglement import entangled
from fourdp_qa.questions.object_object_distance_change import (
    PAIRS,
    object_object_distance_change_statements,
)
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.scene.pose import make_pose

LIMITS = thresholds_for("default")


def ask(many, world, limits=LIMITS, hidden=None):
    measured = world.measured()
    seen = many.everyone(measured)
    if hidden is not None:
        seen[hidden] = False
    objects = list(range(len(measured.objects)))
    return object_object_distance_change_statements(measured, limits, objects, seen)


def between(many, *lengths):
    """Two objects side by side, so far apart at even steps of time."""
    return many.world([many.way(*((-x / 2, 0, 0) for x in lengths)),
                       many.way(*((x / 2, 0, 0) for x in lengths))])


@pytest.mark.parametrize(("lengths", "expected"), [
    ((4, 4), "absent"), ((4, 4 * 1.05), "absent"), ((4, 4 * 1.12), "undecided"),
    ((4, 4 * 1.25), "+"), ((4 * 1.25, 4), "-"),
    ((4, 6, 4), "+-"), ((6, 4, 6), "-+"), ((4, 6, 4, 6), "inconsistent"),
])
def test_the_band_lies_between_1_06_and_1_20(many, lengths, expected):
    assert many.verdict(many.only(ask(many, between(many, *lengths)))) == expected


def test_the_value_is_the_log_of_the_ratio_of_the_centres(many):
    statement = many.only(ask(many, between(many, 4, 6)))
    quantity = statement.components["distance"].quantity
    assert quantity.value == pytest.approx(np.log(1.5))
    assert quantity.series[0] == 0
    assert (many.who(statement), statement.frames, statement.named_at) == ((1, 2), (0,), (0, 0))


def test_a_change_too_small_to_be_seen_from_the_camera_is_undecided(many):
    """1.4 times as far apart, but 0.4 at a distance of ten."""
    world = between(many, 1.0, 1.4)
    assert many.verdict(many.only(ask(many, world))) == "undecided"
    assert many.only(ask(many, world)).components["distance"].margin == 0
    own = replace(LIMITS.object_object_distance_change, min_effect=0.03)
    sharper = replace(LIMITS, object_object_distance_change=own)
    assert many.verdict(many.only(ask(many, world, sharper))) == "+"


@pytest.mark.parametrize("lengths", [(1.0, 1.4, 1.0), (2.0, 1.44, 1.84), (1.4, 1.0, 1.4, 1.0)])
def test_each_leg_must_be_seen(many, lengths):
    world = between(many, *lengths)
    assert many.verdict(many.only(ask(many, world))) == "undecided"
    own = replace(LIMITS.object_object_distance_change, min_effect=0.03)
    sharper = replace(LIMITS, object_object_distance_change=own)
    assert many.verdict(many.only(ask(many, world, sharper))) != "undecided"


@pytest.mark.parametrize("hidden", [0, 1])
def test_both_must_be_seen_at_a_turn(many, hidden):
    world = between(many, 4, 6, 4)
    assert many.verdict(many.only(ask(many, world, hidden=(6, hidden)))) == "undecided"
    assert many.verdict(many.only(ask(many, world, hidden=(5, hidden)))) == "+-"


def receding(many, back):
    time = np.linspace(0, 1, many.FRAMES)[:, None]
    return make_pose(np.eye(3), time * np.array((0.0, -back, 0.0))) @ many.AHEAD


@pytest.mark.parametrize(("lengths", "back", "expected"), [
    ((4, 6), 0.0, "agree"),
    ((4, 6), 12.0, "opposite"),      # they part, but the camera leaves faster
    ((4, 4), -4.0, "different"),     # nothing moves but the camera
    ((4, 6), 5.0, "different"),      # on the screen they keep their distance
    ((4, 6), 3.8, "unclear"),
])
def test_the_picture_is_their_distance_on_the_screen(many, lengths, back, expected):
    world = between(many, *lengths).filmed_by(receding(many, back))
    assert entangled(many.only(ask(many, world)), ["distance"]) == expected


def test_what_the_camera_does_later_changes_no_answer(many):
    world = many.random_world(5)
    other = world.filmed_by(receding(many, 7.0) @ np.linalg.inv(many.AHEAD) @ world.cameras[0])
    before, after = (
        [(s.key, many.verdict(s)) for s in ask(many, w)] for w in (world, other))
    assert before == after


def test_a_camera_that_leaves_does_not_hide_what_was_seen_from_its_first_place(many):
    world = between(many, 4, 5).filmed_by(receding(many, 30.0))  # 1 of ten becomes 1 of forty
    assert many.verdict(many.only(ask(many, world))) == "+"


def test_objects_without_a_distance_are_not_asked_about(many):
    inside = many.world([(0, 0, 0), (0, 0, 0), (2, 0, 0)])  # one holds the other
    assert {many.who(s) for s in ask(many, inside)} == {(1, 3), (2, 3)}
    lost = many.world([(0, 0, 0), (1, 0, 0), (2, 0, 0)])
    lost.poses[3, 0] = np.nan
    assert {many.who(s) for s in ask(many, lost)} == {(2, 3)}


def test_an_object_behind_the_camera_leaves_the_picture_unclear(many):
    world = many.world([(0, -12, 0), many.way((2, 0, 0), (6, 0, 0))])
    statement = many.only(ask(many, world))
    assert statement.components["distance"].picture == "undecided"


def test_no_more_pairs_than_wanted(many):
    statements = ask(many, many.random_world(1, objects=16))
    assert len({many.who(s) for s in statements}) == len(statements) == PAIRS
