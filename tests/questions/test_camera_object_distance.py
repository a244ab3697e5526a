"""Type 2 on an object whose distance is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.questions.camera_object_distance import camera_object_distance_statements
from fourdp_qa.questions.thresholds import thresholds_for

TYPE = "camera_object_distance"
EYE = (0.0, -6.0, 0.5)
CUBE = {"size": (0.6, 0.6, 0.6), "start": (0.0, 0.0, 0.5)}


@pytest.fixture
def filmed(film, hand_made):
    """One cube six units ahead; it or the camera moves along the line between them."""

    def make(object_to=0.0, camera_to=0.0, box=CUBE, **options):
        camera = hand_made.camera_poses(np.add(EYE, hand_made.ramp((0, camera_to, 0))))
        return film(({**box, "travel": (0, object_to, 0)},), camera, **options)

    return make


def verdict(scene):
    statement = scene.statement(TYPE)
    return None if statement is None else str(statement.components["distance"].quantity.verdict)


@pytest.mark.parametrize(("ratio", "expected"), [
    (1.05, "absent"), (1.12, "undecided"), (1.25, "+"), (1 / 1.25, "-"), (1 / 1.05, "absent"),
])
def test_the_band_lies_between_1_06_and_1_20(filmed, ratio, expected):
    assert verdict(filmed(object_to=6 * (ratio - 1))) == expected


def test_value_is_the_log_of_the_ratio(filmed):
    quantity = filmed(object_to=3).statement(TYPE).components["distance"].quantity
    assert quantity.value == pytest.approx(np.log(9 / 6))
    assert quantity.series[0] == 0


def test_it_does_not_matter_who_moves(filmed):
    assert verdict(filmed(camera_to=2)) == "-"
    assert verdict(filmed(camera_to=-2)) == "+"
    assert verdict(filmed(object_to=2, camera_to=2)) == "absent"


@pytest.mark.parametrize(("object_to", "camera_to", "entangled"), [
    (3.0, 0.0, "agree"), (0.0, -3.0, "different"), (-1.5, -5.0, "opposite"), (3.0, 3.0, "different"),
])
def test_the_picture_is_the_object_seen_by_the_first_camera(
    filmed, object_to, camera_to, entangled
):
    from fourdp_qa.questions.entanglement import entangled as entanglement

    statement = filmed(object_to=object_to, camera_to=camera_to).statement(TYPE)
    assert entanglement(statement, ["distance"]) == entangled


def test_there_and_back(film, hand_made):
    swing = np.interp(hand_made.ramp(1.0), [0, 0.5, 1], [0, 2.5, 0])
    path = np.array([0, 0, 0.5]) + swing[:, None] * [0, 1, 0]
    there = film((CUBE,), hand_made.camera_poses(EYE), paths={0: path})
    back = film((CUBE,), hand_made.camera_poses(EYE), paths={0: path * [1, -1, 1]})
    assert verdict(there) == "+-"
    assert verdict(back) == "-+"


def test_a_turn_that_is_hidden_is_not_asked_about(film, hand_made):
    swing = np.interp(hand_made.ramp(1.0), [0, 0.5, 1], [0, 2.5, 0])
    path = np.array([0, 0, 0.5]) + swing[:, None] * [0, 1, 0]
    # At the turn alone something stands in front.
    passing = np.array([0, -2.5, 0.5]) + np.where(np.arange(hand_made.FRAMES) == 6, 0, 4)[:, None] * [
        1, 0, 0]
    scene = film((CUBE, {**CUBE, "size": (1, 0.1, 1)}), hand_made.camera_poses(EYE),
                 paths={0: path, 1: passing})
    turn = int(np.argmax(swing))
    assert scene.measured.motion.visible_part[turn, 0] < 0.4
    statement = scene.statement(TYPE, objects=(1,))
    assert str(statement.components["distance"].quantity.verdict) == "undecided"


def test_the_nearest_point_of_the_box_must_agree(filmed):
    scene = filmed(object_to=3)
    motion = scene.measured.motion
    stuck = replace(scene.measured, motion=replace(
        motion, nearest=np.broadcast_to(motion.nearest[:1], motion.nearest.shape)))
    seen = np.ones((len(motion.nearest), 1), dtype=bool)
    limits = thresholds_for("default")
    (agreed,) = camera_object_distance_statements(scene.measured, limits, [0], seen)
    (statement,) = camera_object_distance_statements(stuck, limits, [0], seen)
    assert agreed.components["distance"].quantity.verdict == "+"
    assert statement.components["distance"].quantity.verdict == "undecided"
    assert statement.components["distance"].margin == 0


def test_nearer_than_one_box_diagonal_is_not_asked(filmed):
    large = {"size": (2.0, 2.0, 1.0), "start": (0.0, 0.0, 0.5)}
    near = filmed(object_to=-3.5, box=large)  # ends 2.5 away, the diagonal is 3
    assert near.measured.motion.distance.min() < near.measured.motion.box_diagonal[0]
    seen = np.ones((13, 1), dtype=bool)
    assert camera_object_distance_statements(
        near.measured, thresholds_for("default"), [0], seen) == []


def test_a_change_too_small_on_the_screen_is_undecided(filmed):
    """Far away a ratio above 1.2 changes the box by less than five pixels of 448."""
    scene = filmed(object_to=3)
    limits = thresholds_for("default")
    strict = replace(limits, effect=replace(limits.effect, diagonal_px=200.0))
    seen = np.ones((13, 1), dtype=bool)
    (statement,) = camera_object_distance_statements(scene.measured, strict, [0], seen)
    assert statement.components["distance"].quantity.verdict == "undecided"


def test_an_object_out_of_sight_in_the_last_frame_is_not_asked(film, hand_made):
    away = film(({**CUBE, "travel": (9, 0, 0)},), hand_made.camera_poses(EYE))
    assert away.statement(TYPE) is None
