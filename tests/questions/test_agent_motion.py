"""Type 5 on a car, 2 long, and a person, 1.7 high, watched by a camera 10 away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.questions.agent_motion import agent_motion_statements, own_length
from fourdp_qa.questions.entanglement import entangled

FRAMES = 13
START = np.array([0.0, 0.0, 1.0])
CAR = {"is_agent": True, "front": np.array([1.0, 0, 0]), "size": np.array([2.0, 1.0, 0.8])}
PERSON = {**CAR, "size": np.array([0.5, 0.6, 1.7])}
AHEAD, LEFT, UP = np.eye(3)


@pytest.fixture(scope="session")
def agent(posed):
    """``agent(path, yaw, pitch=, roll=, cameras=, hidden=, limits=, up=, **facts)``: the statement."""

    def make(path=(0, 0, 0), yaw=0.0, pitch=0.0, roll=0.0, cameras=None, hidden=(), limits=None,
             up=UP, **facts):
        places = START + np.broadcast_to(path, (FRAMES, 3))
        measured = posed.measure(
            posed.poses(places, yaw, pitch, roll), cameras, up=up, **{**CAR, **facts})
        return posed.ask(agent_motion_statements, measured, hidden, limits)

    return make


def along(axis, *points):
    """A path (T, 3) along an axis through `points` at equal times."""
    return legs(*points)[:, None] * np.asarray(axis, float)


def legs(*points):
    return np.interp(np.linspace(0, len(points) - 1, FRAMES), range(len(points)), points)


def arc(radius, degrees):
    """(path, yaw) of a car that drives a bend to its left, or to its right when negative."""
    yaw = np.linspace(0, degrees, FRAMES)
    a, side = np.radians(yaw), np.sign(degrees)
    path = side * radius * np.stack([np.sin(a), 1 - np.cos(a), 0 * a], -1)
    return path, yaw


def said(statement):
    return {name: str(c.quantity.verdict) for name, c in statement.components.items()}


MOVES = {"any_motion": "+", "still": "absent"}
STANDS = {"forward": "absent", "left": "absent", "turn": "absent", "any_motion": "absent",
          "still": "+"}


# In its own axes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "yaw", "expected"), [
    (along(AHEAD, 0, 3), 0, {"forward": "+"}),
    (along(AHEAD, 0, -3), 0, {"forward": "-"}),
    (along(LEFT, 0, 3), 0, {"left": "+"}),
    (along(LEFT, 0, -3), 0, {"left": "-"}),
    (along(LEFT, 0, 3), 90, {"forward": "+"}),
    (along(AHEAD, 0, 3), 90, {"left": "-"}),
    (along((1, 1, 0), 0, 3), 0, {"forward": "+", "left": "+"}),
    (along(AHEAD, 0, 0), np.linspace(0, 60, FRAMES), {"turn": "+"}),
    (along(AHEAD, 0, 0), np.linspace(0, -60, FRAMES), {"turn": "-"}),
    (along(AHEAD, 0, 3, 0), 0, {"forward": "+-"}),
    (along(AHEAD, 0, -3, 0), 0, {"forward": "-+"}),
    (along(AHEAD, 0, 3, 0, 3), 0, {"forward": "inconsistent"}),
    (along(AHEAD, 0, 0), legs(0, 60, 0), {"turn": "+-"}),
])
def test_what_it_does_is_told_in_its_own_axes(agent, path, yaw, expected):
    assert said(agent(path, yaw)) == {**STANDS, **MOVES, **expected}


def test_a_car_on_half_a_circle_drives_forward_and_not_sideways(agent):
    """Its end lies straight to the left of its start."""
    path, yaw = arc(3.0, 180)
    assert path[-1] == pytest.approx([0, 6, 0])
    statement = agent(path, yaw)
    assert said(statement) == {**STANDS, **MOVES, "forward": "+", "turn": "+"}
    forward, left = (statement.components[c].quantity for c in ("forward", "left"))
    chords = 12 * 2 * 3.0 * np.sin(np.radians(180 / 24))
    assert forward.value == pytest.approx(chords / 2.0)  # in lengths of the car
    assert max(map(abs, left.series)) < 1e-9
    assert said(agent(*arc(3.0, -180))) == {**STANDS, **MOVES, "forward": "+", "turn": "-"}


def test_a_car_that_backs_round_a_bend_drives_backward(agent):
    path, yaw = arc(3.0, 90)
    assert said(agent(path[::-1] - path[-1], yaw[::-1])) == {
        **STANDS, **MOVES, "forward": "-", "turn": "-"}


def test_turn_is_counted_over_several_rounds(agent):
    assert agent(yaw=np.linspace(0, 400, FRAMES)).components["turn"].quantity.value == pytest.approx(400)


def test_a_climbing_car_drives_forward_on_the_level(agent):
    """The front is made level: uphill by 20 degrees, 3 along the slope are 3 cos 20 ahead."""
    slope = np.radians(20)
    path = along((np.cos(slope), 0, np.sin(slope)), 0, 3)
    forward = agent(path, pitch=-20.0).components["forward"].quantity
    assert (forward.value, str(forward.verdict)) == (pytest.approx(3 * np.cos(slope) / 2), "+")


def test_what_the_statement_is_about(agent):
    statement = agent(along(AHEAD, 0, 3))
    assert (statement.question_type, statement.variant) == ("agent_motion", "own")
    assert statement.reference_system == "object"
    assert statement.objects == (1,)
    assert statement.frames == statement.named_at == (0,)


# Bands -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [AHEAD, LEFT])
@pytest.mark.parametrize(("lengths", "verdict"), [
    (0.099, "absent"), (0.101, "undecided"), (0.499, "undecided"), (0.501, "+"), (-0.501, "-"),
])
def test_half_a_length_is_travel_and_a_tenth_is_none(agent, axis, lengths, verdict):
    name = "forward" if axis is AHEAD else "left"
    assert said(agent(along(axis, 0, 2.0 * lengths)))[name] == verdict


@pytest.mark.parametrize(("degrees", "verdict"), [
    (6.9, "absent"), (7.1, "undecided"), (19.9, "undecided"), (20.1, "+"), (-20.1, "-"),
])
def test_twenty_degrees_are_a_turn_and_seven_are_none(agent, degrees, verdict):
    assert said(agent(yaw=np.linspace(0, degrees, FRAMES)))["turn"] == verdict


def test_a_small_part_beside_a_large_one_is_not_named(agent):
    """0.5 lengths to the left are named alone, not beside 4 ahead; nor do they then count as none."""
    assert said(agent(along((4, 0.55, 0), 0, 1.5)))["left"] == "absent"
    assert said(agent(along((4, 0.7, 0), 0, 2)))["left"] == "undecided"
    assert said(agent(along((4, 1.7, 0), 0, 2)))["left"] == "+"
    assert said(agent(along((0, 0.7, 0), 0, 2)))["left"] == "+"


def test_a_person_is_measured_by_height(agent):
    """0.84 are more than a footprint, and less than half of a person's height."""
    assert said(agent(along(AHEAD, 0, 0.86), **PERSON))["forward"] == "+"
    assert said(agent(along(AHEAD, 0, 0.84), **PERSON))["forward"] == "undecided"
    assert said(agent(along(AHEAD, 0, 0.16), **PERSON))["forward"] == "absent"


@pytest.mark.parametrize(("size", "roll", "expected"), [
    ((2.0, 1.0, 0.8), 0, 2.0), ((1.0, 2.0, 0.8), 0, 2.0),
    ((0.6, 0.6, 0.91), 0, 0.91), ((0.6, 0.6, 0.89), 0, 0.6),  # a height of 1.5 edges
    ((0.6, 1.7, 0.5), 90, 1.7), ((0.6, 0.5, 1.7), 90, 1.7),   # upright along y; lying along z
])
def test_own_length_is_the_longest_level_edge_or_the_height_of_who_stands(
    posed, size, roll, expected
):
    rotation = posed.poses([START], roll=roll)[0, :3, :3]
    thing = posed.measure(posed.poses(START + np.zeros((FRAMES, 3))), size=np.array(size)).objects[0]
    assert own_length(thing, rotation, UP, posed.limits.agent_motion) == pytest.approx(expected)


def test_what_the_camera_is_too_far_to_show_is_not_travel(agent, hand_made):
    """1.2 are 0.6 lengths; 5 per cent of a distance of 30 are more."""
    near, far = (hand_made.camera_poses((0, -d, 1)) for d in (20, 30))
    assert said(agent(along(AHEAD, 0, 1.2), cameras=near))["forward"] == "+"
    said_far = said(agent(along(AHEAD, 0, 1.2), cameras=far))
    assert (said_far["forward"], said_far["any_motion"]) == ("undecided", "undecided")


def test_what_a_near_camera_shows_clearly_is_not_standing(agent, hand_made):
    """0.18 are 0.09 lengths, but 6 per cent of a distance of 3."""
    path = along(AHEAD, 0, 0.18)
    assert said(agent(path, cameras=hand_made.camera_poses((0, -4, 1)))) == STANDS
    near = said(agent(path, cameras=hand_made.camera_poses((0, -3, 1))))
    assert (near["forward"], near["still"]) == ("undecided", "undecided")


def test_thresholds_are_those_of_the_profile(agent, posed):
    own = replace(posed.limits.agent_motion, travel_lo=0.3, travel_hi=1.0, turn_lo_deg=30.0,
                  turn_hi_deg=50.0)
    other = replace(posed.limits, agent_motion=own)
    assert said(agent(along(AHEAD, 0, 0.5), np.linspace(0, 29, FRAMES), limits=other)) == STANDS
    path = along(AHEAD, 0, 2.1)
    assert said(agent(path, np.linspace(0, 31, FRAMES), limits=other))["turn"] == "undecided"


# Anything at all, nothing at all -----------------------------------------------------------------


def test_who_does_nothing_stands_still(agent):
    assert said(agent()) == STANDS


@pytest.mark.parametrize(("path", "yaw"), [
    (along(AHEAD, 0, 0.6), 0.0),                              # forward in the band
    (along(AHEAD, 0, 0), np.linspace(0, 10, FRAMES)),         # turn in the band
])
def test_what_is_in_the_band_neither_moves_nor_stands(agent, path, yaw):
    undecided = said(agent(path, yaw))
    assert (undecided["any_motion"], undecided["still"]) == ("undecided", "undecided")


def test_what_is_lifted_straight_up_does_not_stand_still(agent):
    lifted = said(agent(along(UP, 0, 1.0)))
    assert lifted == {**STANDS, "any_motion": "undecided", "still": "undecided"}
    assert said(agent(along(UP, 0, 1.0, 0))) == lifted
    assert said(agent(along(UP, 0, 0.19))) == STANDS


def test_there_and_back_is_not_standing_still(agent):
    assert said(agent(along(AHEAD, 0, 3, 0)))["still"] == "absent"


def test_margin_of_standing_is_that_of_its_weakest_proof(agent):
    parts = agent(along(UP, 0, 0.1)).components
    assert parts["still"].margin == pytest.approx((0.1 - 0.05) / 0.4)


def test_margin_of_moving_is_that_of_its_best_proof(agent):
    parts = agent(along(AHEAD, 0, 1.2), yaw=np.linspace(0, 33, FRAMES)).components
    assert parts["turn"].margin == pytest.approx(1.0)
    assert 0 < parts["forward"].margin < 0.5
    assert parts["still"].margin == parts["any_motion"].margin == parts["turn"].margin


# Who is asked about ------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", [
    {"is_agent": False}, {"front": None}, {"is_rigid": False}, {"up": None},
    {"front": np.array([0.0, 0, 1.0])},
])
def test_only_agents_with_a_level_front_are_asked_about(agent, facts):
    assert agent(along(AHEAD, 0, 3), **facts) is None


@pytest.mark.parametrize(("lean", "asked"), [(24.9, True), (25.1, False)])
def test_an_agent_that_leaves_upright_is_not_asked(agent, lean, asked):
    assert (agent(along(AHEAD, 0, 3), roll=legs(0, lean, 0)) is not None) is asked


def test_an_agent_without_a_pose_in_some_frame_is_not_asked(posed):
    poses = posed.poses(START + along(AHEAD, 0, 3))
    poses[4] = np.nan
    assert posed.ask(agent_motion_statements, posed.measure(poses, **CAR)) is None


@pytest.mark.parametrize(("path", "yaw", "name"), [
    (along(AHEAD, 0, 3, 0), 0.0, "forward"), (along(LEFT, 0, 3, 0), 0.0, "left"),
    (along(AHEAD, 0, 0), legs(0, 60, 0), "turn"),
])
def test_a_turning_back_that_is_hidden_is_not_asked_about(agent, path, yaw, name):
    assert said(agent(path, yaw, hidden=[5]))[name] == "+-"
    hidden = said(agent(path, yaw, hidden=[6]))
    assert (hidden[name], hidden["any_motion"], hidden["still"]) == ("undecided",) * 3


# The picture -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("driven", "camera", "read", "value"), [
    (3, 0, "+", "agree"),
    (3, 3, "absent", "different"),  # followed: reads as standing
    (3, 6, "-", "opposite"),        # overtaken: reads as backing
    (0, 3, "-", "different"),       # a camera that passes makes what stands drive
])
def test_a_camera_that_drives_along_misleads(agent, posed, hand_made, driven, camera, read, value):
    cameras = hand_made.camera_poses(np.array([0, -10, 3]) + along(AHEAD, 0, camera))
    statement = agent(along(AHEAD, 0, driven), cameras=cameras)
    pictures = posed.pictures(statement)
    assert pictures["forward"] == read
    assert pictures["left"] == pictures["turn"] == "absent"
    assert pictures["any_motion"] == ("absent" if read == "absent" else "+")
    assert pictures["still"] == ("+" if read == "absent" else "absent")
    assert entangled(statement, ["forward"]) == value


def test_a_camera_that_pans_makes_what_stands_turn_and_travel(agent, posed, hand_made):
    cameras = hand_made.camera_poses((0, -10, 1), azimuth=np.linspace(0, 30, FRAMES))
    statement = agent(cameras=cameras)
    assert said(statement) == STANDS
    # Turned with the picture about the camera, it stays on its own circle: backwards, as it faces.
    assert posed.pictures(statement) == {
        "forward": "-", "left": "absent", "turn": "+", "any_motion": "+", "still": "absent"}


def test_the_picture_does_not_mind_where_an_object_is_hidden(agent, posed):
    statement = agent(along(AHEAD, 0, 3, 0), hidden=[6])
    assert posed.pictures(statement)["forward"] == "+-"
