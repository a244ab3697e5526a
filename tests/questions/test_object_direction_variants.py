"""Type 4 in its other systems: the camera of a named frame, the screen, the object's own front."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.questions.entanglement import entangled
from fourdp_qa.questions.object_direction import object_direction_statements
from fourdp_qa.questions.object_direction_views import named_frame_of

FRAMES = 13
START = np.array([0.0, 0.0, 3.0])
LEVEL = (0, -10, 3)
"""A camera here that looks north has the object in the middle of the picture, 10 away."""
FRONT = {"front": np.array([1.0, 0, 0])}
X, Y, UP = np.eye(3)


def legs(*points):
    return np.interp(np.linspace(0, len(points) - 1, FRAMES), range(len(points)), points)


def along(axis, *points):
    """A path (T, 3) along an axis through `points` at equal times."""
    return legs(*points)[:, None] * np.asarray(axis, float)


@pytest.fixture(scope="session")
def level(hand_made):
    return hand_made.camera_poses(LEVEL)


@pytest.fixture(scope="session")
def told(posed, level):
    """``told(variant, path, yaw, ...)``: the statement of one variant, None when it is not made."""

    def make(variant, path=(0, 0, 0), yaw=0.0, pitch=0.0, roll=0.0, cameras=None, hidden=(),
             limits=None, up=UP, **facts):
        places = START + np.broadcast_to(path, (FRAMES, 3))
        measured = posed.measure(posed.poses(places, yaw, pitch, roll),
                                 level if cameras is None else cameras, up=up, **facts)
        return the(variant, measured, posed, hidden, limits)

    return make


def the(variant, measured, posed, hidden=(), limits=None):
    """The one statement of a variant."""
    def only(*arguments):
        return [s for s in object_direction_statements(*arguments) if s.variant == variant]

    return posed.ask(only, measured, hidden, limits)


def said(statement):
    return {name: str(c.quantity.verdict) for name, c in statement.components.items()}


# The camera of a named frame ---------------------------------------------------------------------


def with_id(measured, object_id):
    return replace(measured, objects=(replace(measured.objects[0], id=object_id),))


def frame_named(measured, posed, seen=None):
    seen = np.ones(FRAMES, dtype=bool) if seen is None else seen
    return named_frame_of(measured, posed.limits, 0, seen)


@pytest.fixture(scope="session")
def passing(posed, level):
    """An object that passes to the right, measured."""
    return posed.measure(posed.poses(START + along(X, 0, 3)), level)


def test_several_moments_are_named_and_never_the_first(posed, passing):
    named = [frame_named(with_id(passing, n), posed) for n in range(1, 60)]
    assert passing.anchors.frames == (0, 3, 6, 9, 12)
    assert set(named) == {3, 6, 9, 12}
    assert max(map(named.count, named)) <= 30


def test_the_moment_named_is_the_same_in_every_run(posed, passing):
    for n in range(1, 6):
        assert frame_named(with_id(passing, n), posed) == frame_named(with_id(passing, n), posed)
    statement = the("named_frame", with_id(passing, 4), posed)
    assert statement.frames == statement.named_at == (frame_named(with_id(passing, 4), posed),)


def test_another_clip_of_the_same_scene_may_name_another_moment(posed, passing):
    later = replace(passing, segment=replace(passing.segment, start=7))
    assert any(frame_named(with_id(passing, n), posed) != frame_named(with_id(later, n), posed)
               for n in range(1, 20))


def test_only_a_frame_that_shows_the_object_is_named(posed, passing):
    for n in range(1, 20):
        seen = np.ones(FRAMES, dtype=bool)
        first_choice = frame_named(with_id(passing, n), posed)
        seen[first_choice] = False
        assert frame_named(with_id(passing, n), posed, seen) not in (first_choice, 0, None)
    assert frame_named(passing, posed, np.arange(FRAMES) == 0) is None


def test_only_a_frame_whose_camera_has_a_heading_is_named(posed, hand_made):
    """From frame 5 on the camera looks down steeply; frame 3 alone is left."""
    elevation = np.where(np.arange(FRAMES) < 5, -20.0, -46.0)
    cameras = hand_made.camera_poses((0, -5, 7), elevation=elevation)
    measured = posed.measure(posed.poses(START + along(X, 0, 3)), cameras)
    assert {frame_named(with_id(measured, n), posed) for n in range(1, 20)} == {3}


def test_away_must_be_visible_from_the_camera_named(posed, hand_made):
    """From 10 away the box shrinks by many pixels, from 90 away by less than one."""
    cameras = hand_made.camera_poses(np.array(LEVEL) + along(-Y, 0, 80))
    measured = posed.measure(posed.poses(START + along(Y, 0, 3)), cameras)
    assert said(the("first_camera", measured, posed))["away"] == "+"
    last = the("named_frame", measured, posed, hidden=range(1, FRAMES - 1))
    assert (last.frames, said(last)["away"]) == ((FRAMES - 1,), "undecided")


def test_a_scene_may_show_an_object_in_no_frame_but_the_first(posed, passing):
    assert the("named_frame", passing, posed, hidden=range(1, FRAMES)) is None
    assert the("first_camera", passing, posed, hidden=range(1, FRAMES)) is not None


# The screen --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "expected"), [
    (along(X, 0, 3), {"screen_right": "+"}), (along(X, 0, -3), {"screen_right": "-"}),
    (along(UP, 0, 3), {"screen_up": "+"}), (along(UP, 0, -3), {"screen_up": "-"}),
    (along(X + UP, 0, 3), {"screen_right": "+", "screen_up": "+"}),
    (along(Y, 0, 8), {}),  # straight away from the middle of the picture
    (along(X, 0, 3, 0), {"screen_right": "+-"}), (along(UP, 0, -3, 0), {"screen_up": "-+"}),
    (along(X, 0, 3, 0, 3), {"screen_right": "inconsistent"}),
])
def test_right_and_up_on_the_screen(told, path, expected):
    assert said(told("screen", path)) == {
        "screen_right": "absent", "screen_up": "absent", **expected}


@pytest.mark.parametrize(("share", "verdict"), [
    (0.019, "absent"), (0.021, "undecided"), (0.079, "undecided"), (0.081, "+"), (-0.081, "-"),
])
@pytest.mark.parametrize(("axis", "name"), [(X, "screen_right"), (UP, "screen_up")])
def test_shares_of_the_image_width_decide(told, axis, name, share, verdict):
    """A focal length of 0.9 W shows 10 / 0.9 at a distance of 10 over the whole width."""
    quantity = told("screen", along(axis, 0, share * 10 / 0.9)).components[name].quantity
    assert (quantity.value, quantity.unit) == (pytest.approx(share), "image widths")
    assert str(quantity.verdict) == verdict


def test_a_small_part_beside_a_large_one_is_not_named_on_the_screen(told):
    assert said(told("screen", along((4, 0, 1.0), 0, 1)))["screen_up"] == "undecided"
    assert said(told("screen", along((0, 0, 1.0), 0, 1)))["screen_up"] == "+"


def test_a_camera_that_pans_right_moves_what_stands_to_the_left(told, hand_made):
    cameras = hand_made.camera_poses(LEVEL, azimuth=np.linspace(0, 20, FRAMES))
    assert said(told("screen", cameras=cameras)) == {"screen_right": "-", "screen_up": "absent"}
    cameras = hand_made.camera_poses(LEVEL, elevation=np.linspace(0, 20, FRAMES))
    assert said(told("screen", cameras=cameras)) == {"screen_right": "absent", "screen_up": "-"}


def test_on_the_screen_the_picture_is_the_truth(told, hand_made):
    """Whatever the camera does: there is nothing else that could be meant."""
    cameras = hand_made.camera_poses(np.array(LEVEL) + along(X, 0, 6))
    statement = told("screen", along(X, 0, 3), cameras=cameras)
    assert said(statement)["screen_right"] == "-"
    assert statement.entangled == entangled(statement, ["screen_right"]) == "none"


def test_what_comes_behind_the_camera_is_not_asked_about_on_the_screen(told):
    assert told("screen", along(Y, 0, -9)) is not None
    assert told("screen", along(Y, 0, -9, -12, 0)) is None


def test_the_screen_needs_neither_gravity_nor_a_heading(told, hand_made):
    assert said(told("screen", along(X, 0, 3), up=None))["screen_right"] == "+"
    down = hand_made.camera_poses((0, 0, 13), elevation=-90)
    assert said(told("screen", along(X, 0, 3), cameras=down))["screen_right"] == "+"


def test_a_turning_back_that_is_hidden_is_not_asked_about_on_the_screen(told):
    assert said(told("screen", along(X, 0, 3, 0), hidden=[5]))["screen_right"] == "+-"
    assert said(told("screen", along(X, 0, 3, 0), hidden=[6]))["screen_right"] == "undecided"


def test_what_the_statement_on_the_screen_is_about(told):
    statement = told("screen", along(X, 0, 3))
    assert statement.reference_system == "screen"
    assert statement.frames == statement.named_at == (0,)


# The object's own front --------------------------------------------------------------------------

STAYS = {"ahead": "absent", "own_right": "absent", "up": "absent"}


@pytest.mark.parametrize(("path", "yaw", "expected"), [
    (along(X, 0, 2), 0, {"ahead": "+"}), (along(X, 0, -2), 0, {"ahead": "-"}),
    (along(Y, 0, 2), 0, {"own_right": "-"}), (along(Y, 0, -2), 0, {"own_right": "+"}),
    (along(UP, 0, 2), 0, {"up": "+"}), (along(UP, 0, -2), 0, {"up": "-"}),
    (along(Y, 0, 2), 90, {"ahead": "+"}), (along(X, 0, 2), 90, {"own_right": "+"}),
    (along(X, 0, 2, 0), 0, {"ahead": "+-"}),
    (along(X - Y, 0, 2), 0, {"ahead": "+", "own_right": "+"}),
])
def test_directions_are_those_of_the_front_at_the_start(told, path, yaw, expected):
    assert said(told("own_front", path, yaw, **FRONT)) == {**STAYS, **expected}


def test_the_front_of_the_first_frame_is_kept(told):
    """It turns by 90 degrees on the spot and then drives along its new front: to its first left."""
    path = along(Y, 0, 0, 2)
    assert said(told("own_front", path, legs(0, 90, 90), **FRONT)) == {**STAYS, "own_right": "-"}


@pytest.mark.parametrize(("share", "verdict"), [
    (0.024, "absent"), (0.026, "undecided"), (0.079, "undecided"), (0.081, "+"), (-0.081, "-"),
])
@pytest.mark.parametrize(("axis", "name"), [(X, "ahead"), (-Y, "own_right"), (UP, "up")])
def test_shares_of_the_first_distance_decide(told, axis, name, share, verdict):
    quantity = told("own_front", along(axis, 0, 10 * share), **FRONT).components[name].quantity
    assert (quantity.value, quantity.unit) == (pytest.approx(share), "first camera distances")
    assert str(quantity.verdict) == verdict


def test_a_small_part_beside_a_large_one_is_not_named_in_own_directions(told):
    assert said(told("own_front", along((3, 0, 0.9), 0, 1), **FRONT))["up"] == "undecided"
    assert said(told("own_front", along((0, 0, 0.9), 0, 1), **FRONT))["up"] == "+"


def test_the_effect_floor_holds_for_own_directions(told, posed):
    own = replace(posed.limits.object_direction, min_effect=0.2)
    strict = replace(posed.limits, object_direction=own)
    assert said(told("own_front", along(X, 0, 1.9), limits=strict, **FRONT))["ahead"] == "undecided"
    assert said(told("own_front", along(X, 0, 2.1), limits=strict, **FRONT))["ahead"] == "+"


def test_the_front_is_made_level(told):
    """A front that points up by 20 degrees: straight up is not "ahead"."""
    assert said(told("own_front", along(UP, 0, 2), pitch=-20.0, **FRONT)) == {**STAYS, "up": "+"}


@pytest.mark.parametrize(("pitch", "asked"), [(24.9, True), (25.1, False), (-25.1, False)])
def test_not_asked_where_the_front_points_up_or_down(told, pitch, asked):
    assert (told("own_front", along(X, 0, 2), pitch=pitch, **FRONT) is not None) is asked


def test_only_what_has_a_front_is_asked_about(told):
    assert told("own_front", along(X, 0, 2)) is None
    assert told("own_front", along(X, 0, 2), up=None, **FRONT) is None


def test_a_turning_back_that_is_hidden_is_not_asked_about_in_own_directions(told):
    path = along(X, 0, 2, 0)
    assert said(told("own_front", path, hidden=[5], **FRONT))["ahead"] == "+-"
    assert said(told("own_front", path, hidden=[6], **FRONT))["ahead"] == "undecided"


@pytest.mark.parametrize(("moved", "camera", "value"), [
    (2, 0, "agree"), (2, 2, "different"), (2, 4, "opposite"), (0, 2, "different"),
])
def test_what_the_picture_says_of_own_directions(told, hand_made, moved, camera, value):
    cameras = hand_made.camera_poses(np.array(LEVEL) + along(X, 0, camera))
    statement = told("own_front", along(X, 0, moved), cameras=cameras, **FRONT)
    assert said(statement)["ahead"] == ("+" if moved else "absent")
    assert entangled(statement, ["ahead"]) == value


def test_what_the_statement_in_own_directions_is_about(told):
    statement = told("own_front", along(X, 0, 2), **FRONT)
    assert statement.reference_system == "object"
    assert statement.frames == statement.named_at == (0,)


def test_an_object_without_a_pose_in_some_frame_is_not_asked_about(posed, level):
    poses = posed.poses(START + along(X, 0, 2))
    poses[4] = np.nan
    measured = posed.measure(poses, level, **FRONT)
    seen = np.ones((FRAMES, 1), dtype=bool)
    assert object_direction_statements(measured, posed.limits, [0], seen) == []
