"""Type 3 on boxes that turn, rock and tumble while the camera goes its own way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourdp_qa.questions.entanglement import entangled
from fourdp_qa.questions.object_rotation import object_rotation_statements
from fourdp_qa.questions.turning import angle_from_start, turn_about, turns_upright, upright_axis
from fourdp_qa.questions.verdicts import opposite
from fourdp_qa.scene.pose import invert_pose, make_pose

FRAMES = 13
HERE = np.tile([0.0, 0.0, 1.0], (FRAMES, 1))
UP = np.array([0.0, 0.0, 1.0])


@pytest.fixture
def turned(posed):
    """``turned(yaw, pitch=, roll=, cameras=, hidden=, **facts)``: the statement, None when not asked."""

    def make(yaw=0.0, pitch=0.0, roll=0.0, cameras=None, hidden=(), limits=None, up=UP, **facts):
        measured = posed.measure(posed.poses(HERE, yaw, pitch, roll), cameras, up=up, **facts)
        return posed.ask(object_rotation_statements, measured, hidden, limits)

    return make


def ramp(end, start=0.0):
    return np.linspace(start, end, FRAMES)


def legs(*points):
    """A path through `points` at equal times."""
    return np.interp(np.linspace(0, len(points) - 1, FRAMES), range(len(points)), points)


def said(statement):
    return statement.components["turn"].quantity.verdict


def picture(statement):
    return statement.components["turn"].picture


@pytest.mark.parametrize(("yaw", "verdict"), [
    (ramp(90), "+"), (ramp(-90), "-"), (ramp(0), "absent"), (ramp(400), "+"),
    (legs(0, 50, 0), "+-"), (legs(0, -50, 0), "-+"), (legs(0, 60, 0, 60), "inconsistent"),
    (ramp(7.9), "absent"), (ramp(8.1), "undecided"),
    (ramp(24.9), "undecided"), (ramp(25.1), "+"), (ramp(-25.1), "-"),
])
def test_counter_clockwise_seen_from_above_is_plus(turned, yaw, verdict):
    assert said(turned(yaw)) == verdict


def test_front_that_swings_from_the_right_of_the_view_to_its_back_turns_counter_clockwise(posed):
    """The convention by hand: x is the viewer's right, y leads away from the viewer."""
    first, last = posed.poses(HERE[:2], [0, 90])[:, :3, 0]
    assert first == pytest.approx([1, 0, 0])
    assert last == pytest.approx([0, 1, 0])


def test_turn_is_counted_in_degrees_over_several_rounds(turned):
    """Also where the pose itself is the same again."""
    quantity = turned(ramp(360)).components["turn"].quantity
    assert quantity.unit == "degrees"
    assert quantity.value == pytest.approx(360)
    assert quantity.series == pytest.approx(ramp(360))


def test_what_the_statement_is_about(turned):
    statement = turned(ramp(60))
    assert (statement.question_type, statement.variant) == ("object_rotation", "about_up")
    assert statement.reference_system == "gravity"
    assert statement.objects == (1,)
    assert statement.frames == statement.named_at == (0,)


# What is counted: the twist about up, of a body that keeps upright -------------------------------


def test_a_wobbling_top_turns_as_far_as_its_yaw(turned):
    """Rocking to and fro by 12 degrees, twice, while it turns by 80."""
    wobble = turned(ramp(80), pitch=12 * np.sin(np.linspace(0, 4 * np.pi, FRAMES)))
    assert wobble.components["turn"].quantity.value == pytest.approx(80, abs=1)


@pytest.mark.parametrize(("own_turn", "verdict"), [(0, "undecided"), (40, "+"), (-120, "-")])
def test_an_axis_that_goes_round_in_a_cone_is_no_turn(posed, own_turn, verdict):
    """One round of a cone of 24 degrees sums up 360 (1 - cos 24), about 31 degrees of twist."""
    cone = posed.poses(HERE, ramp(360), pitch=24.0) @ in_place(posed.poses(HERE, ramp(own_turn - 360)))
    statement = posed.ask(object_rotation_statements, posed.measure(cone))
    assert statement.components["turn"].quantity.value == pytest.approx(own_turn + 31, abs=15)
    assert said(statement) == verdict


def test_a_spin_about_a_leaning_axis_is_a_turn(posed):
    """Its sum of twists falls behind the turn of the body by 6 per cent, and the label is the same."""
    lean = posed.poses(HERE, pitch=20.0)
    spin = lean @ in_place(posed.poses(HERE, ramp(360)))
    statement = posed.ask(object_rotation_statements, posed.measure(spin))
    assert statement.components["turn"].quantity.value == pytest.approx(360 * np.cos(np.radians(20)), abs=5)
    assert said(statement) == "+"


def in_place(poses):
    """The same rotations without a translation."""
    return make_pose(poses[:, :3, :3], (0, 0, 0))


def test_a_step_is_parted_into_swing_and_twist():
    """A swing about any level axis has no twist; behind a twist it leaves the twist as it is."""
    angle = np.radians(30)
    twist = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0],
                      [0, 0, 1]])
    swing = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)],
                      [0, np.sin(angle), np.cos(angle)]])
    steps = np.stack([np.eye(3), swing, swing @ twist @ swing])
    assert np.degrees(turn_about(steps[:2], UP)) == pytest.approx([0, 0], abs=1e-9)
    assert np.degrees(turn_about(steps[[1, 2]], UP))[1] == pytest.approx(30)
    assert np.degrees(turn_about(np.stack([np.eye(3), twist]), UP))[1] == pytest.approx(30)


@pytest.mark.parametrize("step", [170, -170, 95, -95])
def test_a_twist_is_the_short_way_round(posed, step):
    turns = posed.poses(HERE[:2], [20, 20 + step])[:, :3, :3]
    assert np.degrees(turn_about(turns, UP))[1] == pytest.approx(step)


def test_rocking_is_neither_a_turn_nor_no_rotation(turned):
    """Of the turn about up alone a box that rocks would "not rotate"."""
    assert said(turned(roll=legs(0, 7.9, 0))) == "absent"
    assert said(turned(roll=legs(0, 8.1, 0))) == "undecided"
    assert said(turned(ramp(60), roll=legs(0, 8.1, 0))) == "+"


def test_total_angle_is_about_any_axis(posed):
    turns = posed.poses(HERE, ramp(30), roll=ramp(40))[:, :3, :3]
    trace = np.trace(turns[-1] @ turns[0].T)
    assert angle_from_start(turns)[-1] == pytest.approx(np.arccos((trace - 1) / 2))
    assert angle_from_start(turns)[0] == pytest.approx(0)


@pytest.mark.parametrize(("lean", "asked"), [(24.9, True), (25.1, False)])
@pytest.mark.parametrize("way", ["pitch", "roll"])
def test_what_leaves_upright_is_not_asked(turned, lean, asked, way):
    leaning = legs(0, 0, lean, 0)
    assert (turned(ramp(60), **{way: leaning}) is not None) is asked


def test_a_tumbling_box_is_not_asked(turned):
    assert turned(ramp(60), roll=ramp(150)) is None


def test_a_box_on_its_side_is_upright_about_another_of_its_axes(turned):
    assert said(turned(ramp(60), roll=90.0)) == "+"
    assert said(turned(ramp(-60), pitch=-80.0)) == "-"


def test_the_axis_nearest_to_up_may_point_down(posed):
    turns = posed.poses(HERE, ramp(40), roll=180.0)[:, :3, :3]
    assert upright_axis(turns[0], UP) == 2
    assert turns_upright(turns, UP, posed.limits.turning)
    assert not turns_upright(posed.poses(HERE, roll=ramp(180))[:, :3, :3], UP, posed.limits.turning)


@pytest.mark.parametrize(("step", "asked"), [(44.9, True), (45.1, False)])
def test_large_steps_can_be_seen_either_way_round(turned, step, asked):
    yaw = np.where(np.arange(FRAMES) < 6, 0.0, step)
    assert (turned(yaw) is not None) is asked


@pytest.mark.parametrize("facts", [{"symmetric_about_up": True}, {"is_rigid": False}, {"up": None}])
def test_not_asked_where_a_turn_cannot_be_seen_or_has_no_meaning(turned, facts):
    assert turned(ramp(60), **facts) is None


def test_not_asked_where_a_pose_is_missing(posed):
    poses = posed.poses(HERE, ramp(60))
    poses[5] = np.nan
    assert posed.ask(object_rotation_statements, posed.measure(poses)) is None


def test_only_the_objects_named_are_asked_about(posed):
    measured = posed.measure(posed.poses(HERE, ramp(60)))
    seen = np.ones((FRAMES, 1), dtype=bool)
    assert object_rotation_statements(measured, posed.limits, [], seen) == []


def test_a_turning_back_that_is_hidden_is_not_asked_about(turned):
    there_and_back = legs(0, 50, 0)  # back from frame 6
    assert said(turned(there_and_back, hidden=[5])) == "+-"
    assert said(turned(there_and_back, hidden=[6])) == "undecided"


def test_thresholds_are_those_of_the_profile(turned, posed):
    own = replace(posed.limits.object_rotation, turn_lo_deg=20.0, turn_hi_deg=70.0)
    other = replace(posed.limits, object_rotation=own)
    assert said(turned(ramp(19), limits=other)) == "absent"
    assert said(turned(ramp(69), limits=other)) == "undecided"
    assert said(turned(ramp(71), limits=other)) == "+"


# The picture: which side the object shows --------------------------------------------------------


def orbit(hand_made, degrees):
    """Round the origin, counter-clockwise seen from above, always looking at it."""
    a = np.radians(ramp(degrees))
    eye = np.stack([10 * np.sin(a), -10 * np.cos(a), np.full(FRAMES, 3.0)], -1)
    return hand_made.camera_poses(eye, azimuth=-np.degrees(a), elevation=-11)


@pytest.mark.parametrize(("object_turn", "camera_turn", "truth", "read", "value"), [
    (60, 0, "+", "+", "agree"),
    (0, 60, "absent", "-", "different"),    # a camera that goes round makes what stands turn
    (60, 60, "+", "absent", "different"),   # and keeps the same side of what turns with it
    (40, 90, "+", "-", "opposite"),
    (-40, -90, "-", "+", "opposite"),
    (0, 15, "absent", "undecided", "unclear"),
])
def test_a_camera_that_goes_round_changes_the_side_that_is_seen(
    turned, hand_made, object_turn, camera_turn, truth, read, value
):
    statement = turned(ramp(object_turn), cameras=orbit(hand_made, camera_turn))
    assert (said(statement), picture(statement)) == (truth, read)
    assert entangled(statement, ["turn"]) == value


def test_a_camera_that_turns_on_the_spot_shows_the_same_side(turned, hand_made):
    pan = hand_made.camera_poses((0, -10, 3), azimuth=ramp(20), elevation=-15, roll=ramp(10))
    assert picture(turned(ramp(60), cameras=pan)) == "+"
    assert picture(turned(0, cameras=pan)) == "absent"


def test_an_object_that_drives_past_shows_another_side(posed):
    """It goes straight and does not turn; seen first from its left rear, then from its left front."""
    places = np.stack([ramp(9, -9), np.zeros(FRAMES), np.ones(FRAMES)], -1)
    statement = posed.ask(object_rotation_statements, posed.measure(posed.poses(places)))
    assert (said(statement), picture(statement)) == ("absent", "+")


def test_straight_below_the_camera_no_side_is_shown(turned, hand_made):
    above = hand_made.camera_poses((0, 0, 9), elevation=-90)
    assert picture(turned(ramp(60), cameras=above)) == "undecided"


# Under change (questions.md, section 7) ----------------------------------------------------------

SETTINGS = settings(max_examples=60, deadline=None)
angles = st.lists(st.floats(-40, 40), min_size=3, max_size=6)
leans = st.floats(-15, 15)
vectors = st.tuples(*[st.floats(-1, 1)] * 3)


def wavy(points):
    """A path through the sums of `points`, slow enough to be followed."""
    return legs(*np.cumsum([0, *points]))


@pytest.fixture(scope="module")
def told(posed):
    """(poses, cameras, up) -> (verdict, picture)."""

    def tell(poses, cameras=None, up=UP):
        statement = posed.ask(object_rotation_statements, posed.measure(poses, cameras, up=up))
        return said(statement), picture(statement)

    return tell


@pytest.fixture(scope="module")
def swinging(posed):
    """(turns, lean) -> poses of a body that turns, leans and moves."""

    def make(turns, lean):
        places = HERE + np.linspace(0, 1, FRAMES)[:, None] * [1.5, -1.0, 0.2]
        return posed.poses(places, wavy(turns), pitch=legs(0, lean, 0), roll=legs(lean, 0))

    return make


@SETTINGS
@given(angles, leans, st.floats(-3, 3))
def test_lengths_times_k_change_nothing(posed, told, swinging, turns, lean, exponent):
    poses, cameras = swinging(turns, lean), posed.filming(10, (1, 0, 1))
    k = 10**exponent
    assert told(posed.scaled(poses, k), posed.scaled(cameras, k)) == told(poses, cameras)


@SETTINGS
@given(angles, leans, vectors, vectors)
def test_a_world_moved_rigidly_changes_nothing(posed, swinging, turns, lean, turn, shift):
    poses, cameras = swinging(turns, lean), posed.filming(10, (1, 0, 1))
    move = posed.move(turn, shift)
    before = posed.ask(object_rotation_statements, posed.measure(poses, cameras))
    after = posed.ask(object_rotation_statements, posed.measure(
        move @ poses, move @ cameras, up=move[:3, :3] @ UP))
    a, b = (s.components["turn"] for s in (before, after))
    assert b.quantity.series == pytest.approx(a.quantity.series, abs=1e-6)
    if min(a.margin, b.margin) > 1e-6:
        assert (b.quantity.verdict, b.picture) == (a.quantity.verdict, a.picture)


@SETTINGS
@given(angles, leans)
def test_a_mirror_swaps_the_ways_round(posed, told, swinging, turns, lean):
    poses, cameras = swinging(turns, lean), posed.filming(10, (1, 0, 1))
    truth, read = told(poses, cameras)
    mirrored = told(posed.mirrored(poses, 1), posed.mirrored(cameras, 0))
    assert mirrored == (opposite(truth), opposite(read))


@SETTINGS
@given(angles, leans)
def test_backwards_one_way_swaps_and_two_legs_stay(told, swinging, turns, lean):
    poses = swinging(turns, lean)
    forth, back = told(poses)[0], told(poses[::-1])[0]
    if "undecided" not in (forth, back):
        assert back == (opposite(forth) if forth in ("+", "-") else forth)


@SETTINGS
@given(angles, leans, st.floats(-40, 40), vectors)
def test_the_camera_has_no_say(posed, told, swinging, turns, lean, pan, shift):
    poses = swinging(turns, lean)
    assert told(poses, posed.filming(pan, shift))[0] == told(poses)[0]


def test_the_apparent_turn_of_an_orbit_is_the_turn_without_the_cameras_own(posed, hand_made):
    """For a camera that goes round what stands, the observation angle is the turn of the apparent
    pose W_0 C_t^-1 X.
    """
    cameras = orbit(hand_made, 50)
    poses = posed.poses(np.tile([0, 0, 3.0], (FRAMES, 1)), ramp(20))
    level = np.array(cameras)
    level[:, :3, :3] = hand_made.camera_poses((0, 0, 0), azimuth=-ramp(50))[:, :3, :3]
    apparent = level[0] @ invert_pose(level) @ poses
    seeming = np.degrees(turn_about(apparent[:, :3, :3], UP))
    assert seeming[-1] == pytest.approx(20 - 50)
    statement = posed.ask(object_rotation_statements, posed.measure(poses, level))
    assert picture(statement) == "-"
