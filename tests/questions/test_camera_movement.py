"""Type 1 on cameras whose path is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.questions.camera_movement import camera_movement_statements
from fourdp_qa.questions.thresholds import thresholds_for

EYE = (0.0, -6.0, 3.0)
BOXES = ({"size": (1, 1, 1), "start": (0.0, 0.5, 0.5)},)
DOWN = -25.0
STILL = {"forward": "absent", "right": "absent", "up": "absent", "pan": "absent", "tilt": "absent",
         "roll": "absent", "any_translation": "absent", "any_rotation": "absent", "still": "+"}
NOTHING = {**STILL, "still": "absent"}


@pytest.fixture
def poses(hand_made):
    def make(travel=(0.0, 0.0, 0.0), **angles):
        return hand_made.camera_poses(np.add(EYE, travel), **{"elevation": DOWN, **angles})

    return make


@pytest.fixture
def said(film, poses):
    def make(travel=(0.0, 0.0, 0.0), boxes=BOXES, floor=True, **angles):
        return film(boxes, poses(travel, **angles), floor=floor).verdicts("camera_movement")

    return make


def test_a_camera_that_does_not_move_is_stationary(said):
    assert said() == STILL


def test_a_scene_without_objects_can_be_asked_about_its_camera(said):
    assert said(boxes=()) == STILL


@pytest.mark.parametrize("elevation", [0.0, -20.0, -40.0])
def test_a_pure_pan_is_a_pan_at_every_pitch(said, hand_made, elevation):
    moved = said(azimuth=hand_made.ramp(20), elevation=elevation)
    assert moved == {**NOTHING, "pan": "+", "any_rotation": "+"}


@pytest.mark.parametrize(("name", "angles"), [
    ("pan", {"azimuth": -20}), ("tilt", {"elevation": -20}), ("roll", {"roll": -20}),
])
def test_left_down_and_counter_clockwise_are_negative(said, hand_made, name, angles):
    (which, end), = angles.items()
    start = DOWN if which == "elevation" else 0
    moved = said(**{which: start + hand_made.ramp(end)})
    assert moved == {**NOTHING, name: "-", "any_rotation": "+"}


@pytest.mark.parametrize(("name", "travel"), [
    ("forward", (0, 3, 0)), ("right", (3, 0, 0)), ("up", (0, 0, 3))])
@pytest.mark.parametrize(("sign", "verdict"), [(1, "+"), (-1, "-")])
def test_translations_are_measured_along_the_heading_not_the_line_of_sight(
    said, hand_made, name, travel, sign, verdict
):
    """The camera looks 25 degrees down: "forward" is level all the same."""
    if name == "up" and sign < 0:
        travel = (0, 0, 2)  # stay above the floor
    moved = said(hand_made.ramp(sign * np.array(travel)))
    assert moved == {**NOTHING, name: verdict, "any_translation": "+"}


@pytest.mark.parametrize("length", [2.0, 6.0, 12.0])
def test_a_drive_with_a_three_degree_heading_error_is_not_and_left(film, poses, hand_made, length):
    driven = film((), poses(hand_made.ramp((0, length, 0)), azimuth=3.0))
    said = driven.verdicts("camera_movement")
    assert said["forward"] == "+"
    assert said["right"] == "absent"


def test_a_diagonal_is_both(said, hand_made):
    moved = said(hand_made.ramp((3, 3, 0)))
    assert (moved["forward"], moved["right"], moved["up"]) == ("+", "+", "absent")


def test_there_and_back_is_a_reversal(said, hand_made):
    there = np.interp(hand_made.ramp(1.0), [0, 0.5, 1], [0, 3, 0])
    assert said(there[:, None] * [0, 1, 0])["forward"] == "+-"
    assert said(azimuth=-10 * there)["pan"] == "-+"


def test_turns_and_moves_at_once(said, hand_made):
    moved = said(hand_made.ramp((3, 0, 0)), azimuth=hand_made.ramp(-20))
    assert (moved["any_translation"], moved["any_rotation"], moved["still"]) == ("+", "+", "absent")


def test_a_small_step_that_moves_the_near_street_is_not_stationary(film, poses, hand_made):
    """Within lo of the scene length, but the background in front of the camera shifts visibly."""
    filmed = film((), poses(hand_made.ramp((0.1, 0, 0))))
    L = filmed.measured.camera.scene_length
    assert 0.02 * L > 0.1
    assert filmed.measured.camera.background.shift_p95.max() > 0.01
    said = filmed.verdicts("camera_movement")
    assert said["any_translation"] == "absent"
    assert said["still"] == "undecided"


def test_a_translation_that_looks_like_turning_is_neither_present_nor_absent(
    film, poses, hand_made
):
    """Without parallax on the picture nobody can tell a step to the right from a pan."""
    filmed = film(BOXES, poses(hand_made.ramp((3, 0, 0))))
    camera = filmed.measured.camera
    flat = replace(camera.background, residual_p90=np.full(hand_made.FRAMES, 0.009))
    measured = replace(filmed.measured, camera=replace(camera, background=flat))
    (statement,) = camera_movement_statements(measured, thresholds_for("default"))
    said = {name: str(c.quantity.verdict) for name, c in statement.components.items()}
    assert said["right"] == "undecided"
    assert said["forward"] == "absent"
    assert said["still"] == "undecided"


def test_without_background_depth_nothing_stands_still_and_more_must_move(film, poses, hand_made):
    no_floor = film(BOXES, poses(), floor=False).verdicts("camera_movement")
    assert "still" not in no_floor
    L = film(BOXES, poses(), floor=False).measured.camera.scene_length
    step = film(BOXES, poses(hand_made.ramp((0, 0.08 * L, 0))), floor=False)
    assert step.verdicts("camera_movement")["forward"] == "undecided"
    step = film(BOXES, poses(hand_made.ramp((0, 0.12 * L, 0))), floor=False)
    assert step.verdicts("camera_movement")["forward"] == "+"


def test_a_camera_that_looks_steeply_down_is_not_asked(film, poses):
    steep = film(BOXES, poses(elevation=-50.0))
    assert steep.statement("camera_movement") is None


def test_numbers_are_those_of_the_path(film, poses, hand_made):
    filmed = film(BOXES, poses(hand_made.ramp((1, 3, 0)), azimuth=hand_made.ramp(20)))
    parts = filmed.statement("camera_movement").components
    L = filmed.measured.camera.scene_length
    assert parts["forward"].quantity.value == pytest.approx(3 / L)
    assert parts["right"].quantity.value == pytest.approx(1 / L)
    assert parts["pan"].quantity.value == pytest.approx(20)
    assert len(parts["pan"].quantity.series) == hand_made.FRAMES


def test_pan_against_sideways_translation_is_entangled(film, poses, hand_made):
    against = film(BOXES, poses(hand_made.ramp((3, 0, 0)), azimuth=hand_made.ramp(-20)))
    along = film(BOXES, poses(hand_made.ramp((3, 0, 0)), azimuth=hand_made.ramp(20)))
    assert against.statement("camera_movement").entangled == "opposite"
    assert along.statement("camera_movement").entangled == "agree"


def test_large_movers_pass_for_camera_motion(film, poses):
    large = {"size": (5, 1, 4), "start": (0.0, 0.5, 2.0), "travel": (1.0, 0, 0)}
    assert film((large,), poses()).statement("camera_movement").entangled == "different"
    standing = {**large, "travel": (0.0, 0, 0)}
    assert film((standing,), poses()).statement("camera_movement").entangled == "agree"
