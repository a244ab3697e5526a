"""Type 4 on objects that move right, away and up, seen by a camera that looks down at them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.questions.entanglement import entangled
from fourdp_qa.questions.object_direction import object_direction_statements
from fourdp_qa.questions.registry import state_segment
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.scene.scene import Capability

TYPE = "object_direction"
EYE = (0.0, -6.0, 3.6)
DOWN = -30.0
CUBE = {"size": (0.7, 0.7, 0.7), "start": (0.0, 0.0, 1.2)}


@pytest.fixture
def seen_from_above(film, hand_made):
    def make(travel, camera_travel=(0.0, 0.0, 0.0), **angles):
        camera = hand_made.camera_poses(
            np.add(EYE, hand_made.ramp(camera_travel)), **{"elevation": DOWN, **angles})
        return film(({**CUBE, "travel": travel},), camera)

    return make


@pytest.mark.parametrize(("travel", "component", "verdict"), [
    ((1.6, 0, 0), "right", "+"), ((-1.6, 0, 0), "right", "-"),
    ((0, 2.5, 0), "away", "+"), ((0, -2.0, 0), "away", "-"),
    ((0, 0, 1.2), "up", "+"), ((0, 0, -0.8), "up", "-"),
])
def test_one_direction_is_one_component_for_a_camera_pitched_down(
    seen_from_above, travel, component, verdict
):
    """In bare camera axes an object sliding away over a table would move "away and up"."""
    scene = seen_from_above(travel)
    still = {"away": "absent", "right": "absent", "up": "absent"}
    assert scene.verdicts(TYPE, "first_camera") == {**still, component: verdict}


def test_values_are_displacements_in_first_distances(seen_from_above):
    scene = seen_from_above((1.2, 1.8, 0.6))
    d0 = float(np.hypot(6.0, 2.4))
    parts = scene.statement(TYPE, "first_camera").components
    assert [parts[c].quantity.value for c in ("right", "away", "up")] == pytest.approx(
        [1.2 / d0, 1.8 / d0, 0.6 / d0])


def test_an_object_that_stands_does_not_move_whatever_the_camera_does(seen_from_above, hand_made):
    scene = seen_from_above((0, 0, 0), camera_travel=(1.5, 0, 0), azimuth=hand_made.ramp(-14))
    assert set(scene.verdicts(TYPE, "first_camera").values()) == {"absent"}


def test_a_small_sideways_part_of_a_large_motion_is_not_named(seen_from_above):
    said = seen_from_above((0.2, 2.6, 0)).verdicts(TYPE, "first_camera")
    assert said == {"away": "+", "right": "absent", "up": "absent"}


def test_the_named_view_decides_what_right_means(film, hand_made):
    """The camera goes half around the object: its right at the end is its left at the start."""
    angle = np.radians(hand_made.ramp(180))
    eye = np.stack([-6 * np.sin(angle), -6 * np.cos(angle), np.full_like(angle, 3.6)], -1)
    camera = hand_made.camera_poses(eye, azimuth=np.degrees(angle), elevation=DOWN)
    scene = film(({**CUBE, "travel": (1.6, 0, 0)},), camera)
    assert scene.verdicts(TYPE, "first_camera")["right"] == "+"
    last, middle = hand_made.FRAMES - 1, hand_made.FRAMES // 2
    assert named_in(scene, last)["right"] == "-"
    assert named_in(scene, middle) == {"away": "+", "right": "absent", "up": "absent"}


def named_in(scene, frame):
    """Verdicts of the question that names `frame`: the only one in which the object is seen."""
    seen = np.zeros((len(scene.measured.motion.distance), 1), dtype=bool)
    seen[[0, frame]] = True
    statements = object_direction_statements(scene.measured, thresholds_for("default"), [0], seen)
    (named,) = (s for s in statements if s.variant == "named_frame")
    assert named.frames == named.named_at == (frame,)
    return {name: str(c.quantity.verdict) for name, c in named.components.items()}


def test_there_and_back(film, hand_made):
    swing = np.interp(hand_made.ramp(1.0), [0, 0.5, 1], [0, 1.6, 0])
    path = np.array([0, 0, 1.2]) + swing[:, None] * [1, 0, 0]
    scene = film((CUBE,), hand_made.camera_poses(EYE, elevation=DOWN), paths={0: path})
    assert scene.verdicts(TYPE, "first_camera") == {
        "away": "absent", "right": "+-", "up": "absent"}


def test_to_and_fro_is_no_consistent_direction(film, hand_made):
    swing = np.interp(hand_made.ramp(1.0), [0, 1 / 3, 2 / 3, 1], [0, 1.5, -1.5, 1.5])
    path = np.array([0, 0, 1.2]) + swing[:, None] * [1, 0, 0]
    scene = film((CUBE,), hand_made.camera_poses(EYE, elevation=DOWN), paths={0: path})
    assert scene.verdicts(TYPE, "first_camera")["right"] == "inconsistent"


def test_away_needs_the_distance_to_the_viewpoint_to_grow(film, hand_made):
    """What crosses from the far left goes along the heading, but hardly farther away."""
    eye = np.array([0, -6, 5.45])
    path = np.array([-2.8, -1.8, 0.6]) + hand_made.ramp((2.8, 1.4, 0))
    camera = hand_made.camera_poses(eye, elevation=-42)
    away = film((CUBE,), camera, paths={0: path}).statement(TYPE, "first_camera").components["away"]
    distance = np.linalg.norm(path - eye, axis=1)
    assert away.quantity.value > away.quantity.hi
    assert (distance[-1] - distance[0]) / distance[0] < away.quantity.hi
    assert str(away.quantity.verdict) == "undecided"


def test_away_needs_a_change_that_can_be_seen(film, hand_made):
    """Whatever is measured: the box on the screen must shrink by some pixels."""
    scene = film(({**CUBE, "travel": (0, 2.5, 0)},), hand_made.camera_poses(EYE, elevation=DOWN))
    limits = thresholds_for("default")
    seen = np.ones((hand_made.FRAMES, 1), dtype=bool)
    for pixels, expected in ((5.0, "+"), (300.0, "undecided")):
        strict = replace(limits, effect=replace(limits.effect, diagonal_px=pixels))
        statement = object_direction_statements(scene.measured, strict, [0], seen)[0]
        assert str(statement.components["away"].quantity.verdict) == expected


def test_a_turn_that_is_hidden_is_not_asked_about(film, hand_made):
    swing = np.interp(hand_made.ramp(1.0), [0, 0.5, 1], [0, 1.6, 0])
    path = np.array([0, 0, 1.2]) + swing[:, None] * [1, 0, 0]
    scene = film((CUBE,), hand_made.camera_poses(EYE, elevation=DOWN), paths={0: path})
    for hidden, expected in ((4, "+-"), (6, "undecided")):  # it turns in frame 6
        seen = np.ones((hand_made.FRAMES, 1), dtype=bool)
        seen[hidden] = False
        statement = object_direction_statements(
            scene.measured, thresholds_for("default"), [0], seen)[0]
        assert str(statement.components["right"].quantity.verdict) == expected


def test_not_asked_by_a_camera_that_looks_steeply_down(film, hand_made):
    camera = hand_made.camera_poses((0, -3, 5.0), elevation=-55)
    scene = film(({**CUBE, "travel": (1.6, 0, 0)},), camera)
    assert scene.statement(TYPE, "first_camera") is None


@pytest.mark.parametrize(("travel", "camera", "azimuth", "expected"), [
    ((1.4, 0, 0), (0, 0, 0), 0, "agree"),
    ((1.4, 0, 0), (1.4, 0, 0), 0, "different"),  # followed: reads as still
    ((1.0, 0, 0), (2.4, 0, 0), 0, "opposite"),   # overtaken: drifts the other way
    ((0.0, 0, 0), (0.0, 0, 0), 14, "different"),  # a pan makes a standing object slide
])
def test_what_the_picture_says_when_the_camera_moves_too(
    seen_from_above, hand_made, travel, camera, azimuth, expected
):
    scene = seen_from_above(travel, camera, azimuth=hand_made.ramp(azimuth))
    assert entangled(scene.statement(TYPE, "first_camera"), ["right"]) == expected


def test_the_picture_is_read_in_the_first_view(film, hand_made):
    """A camera that pans 45 degrees after an object sees it go straight away; it goes right too."""
    eye, pan = np.array([0, -6, 2.0]), hand_made.ramp(45)
    far = 6 + hand_made.ramp(4)
    line = np.stack([np.sin(np.radians(pan)), np.cos(np.radians(pan)), np.zeros_like(pan)], -1)
    path = np.array([0, -6, 1.2]) + far[:, None] * line
    scene = film((CUBE,), hand_made.camera_poses(eye, azimuth=pan, elevation=-10), paths={0: path})
    parts = scene.statement(TYPE, "first_camera").components
    assert {c: part.picture for c, part in parts.items()} == {
        "away": "+", "right": "absent", "up": "absent"}
    assert str(parts["right"].quantity.verdict) == "+"


def test_a_camera_that_follows_does_not_make_the_motion_unaskable(seen_from_above):
    """The box keeps its size on the screen; the question is about the view of the first frame."""
    scene = seen_from_above((0, 2.5, 0), camera_travel=(0, 2.5, 0))
    assert scene.verdicts(TYPE, "first_camera") == {
        "away": "+", "right": "absent", "up": "absent"}
    assert entangled(scene.statement(TYPE, "first_camera"), ["away"]) == "different"


def test_without_gravity_nothing_is_up(film, hand_made):
    filmed = film(({**CUBE, "travel": (1.6, 0, 0)},), hand_made.camera_poses(EYE, elevation=DOWN))
    facts = filmed.scene.facts
    filmed.scene.facts = replace(facts, up=None,
                                 capabilities=facts.capabilities - {Capability.GRAVITY})
    stated = state_segment(measure_segment(filmed.scene, filmed.segment))
    for statement in stated.statements:
        if statement.question_type in (TYPE, "camera_movement"):
            assert "up" not in statement.components
