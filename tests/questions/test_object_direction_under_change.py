"""Type 4 in all its systems under change (questions.md, section 7)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourdp_qa.questions.object_direction import object_direction_statements
from fourdp_qa.questions.object_direction_views import view_components
from fourdp_qa.questions.verdicts import opposite

FRAMES = 13
START = np.array([0.0, 0.0, 3.0])
FRONT = {"front": np.array([1.0, 0, 0])}
UP = np.eye(3)[2]
SETTINGS = settings(max_examples=60, deadline=None)
unit = st.floats(-1, 1)
vectors = st.tuples(unit, unit, unit)
paths = st.lists(vectors, min_size=1, max_size=4)


def legs(*points):
    return np.interp(np.linspace(0, len(points) - 1, FRAMES), range(len(points)), points)


@pytest.fixture(scope="session")
def going(posed):
    """(steps, turn) -> poses of an object that goes through the sums of the steps and turns."""

    def make(steps, turn=30.0):
        points = np.cumsum([(0, 0, 0), *steps], axis=0)
        path = np.stack([legs(*column) for column in points.T], -1)
        return posed.poses(START + path, np.linspace(50, 50 + turn, FRAMES))

    return make


@pytest.fixture(scope="session")
def variants(posed):
    """(poses, cameras, up=, **facts) -> {(variant, component): (verdict, picture, margin)}."""

    def tell(poses, cameras, up=UP, d0=None, **facts):
        measured = posed.measure(poses, cameras, up=up, **{**FRONT, **facts})
        if d0 is not None:
            distance = measured.motion.distance.copy()
            distance[0] = d0
            measured = replace(measured, motion=replace(measured.motion, distance=distance))
        seen = np.ones((FRAMES, 1), dtype=bool)
        return {
            (s.variant, name): (str(c.quantity.verdict), c.picture, c.margin)
            for s in object_direction_statements(measured, posed.limits, [0], seen)
            for name, c in s.components.items()
        }

    return tell


def agree(before, after, expected=lambda place, verdict: verdict, places=None, picture=True):
    """Where both decide, and not on the last bit, `after` is what `expected` makes of `before`."""
    assert before.keys() == after.keys()
    for place in before if places is None else places:
        (a, picture_a, margin_a), (b, picture_b, margin_b) = before[place], after[place]
        readings = [(a, b), (picture_a, picture_b)] if picture else [(a, b)]
        for was, now in readings:
            if was and "undecided" not in (was, now) and min(margin_a, margin_b) > 1e-6:
                assert now == expected(place, was), place


OWN = {("own_front", name) for name in ("ahead", "own_right", "up")}
SCREEN = {("screen", name) for name in ("screen_right", "screen_up")}
FIRST = {("first_camera", name) for name in ("away", "right", "up")}


@SETTINGS
@given(paths, st.floats(-3, 3))
def test_lengths_times_k_change_nothing(posed, going, variants, steps, exponent):
    poses, cameras, k = going(steps), posed.filming(10, (1, 0, 1)), 10**exponent
    size = {"size": np.array([2.0, 1.0, 0.8]) * k}
    agree(variants(poses, cameras),
          variants(posed.scaled(poses, k), posed.scaled(cameras, k), **size))


@SETTINGS
@given(paths, vectors, vectors)
def test_a_world_moved_rigidly_changes_nothing(posed, going, variants, steps, turn, shift):
    poses, cameras, move = going(steps), posed.filming(10, (1, 0, 1)), posed.move(turn, shift)
    agree(variants(poses, cameras), variants(move @ poses, move @ cameras, up=move[:3, :3] @ UP))


@SETTINGS
@given(paths)
def test_a_mirror_swaps_left_and_right(posed, going, variants, steps):
    poses, cameras = going(steps), posed.filming(10, (1, 0, 1))
    mirrored = variants(posed.mirrored(poses, 1), posed.mirrored(cameras, 0))
    sides = {"right", "screen_right", "own_right"}
    agree(variants(poses, cameras), mirrored,
          lambda place, verdict: opposite(verdict) if place[1] in sides else verdict)


@SETTINGS
@given(paths)
def test_backwards_one_way_swaps_and_two_legs_stay(posed, going, variants, steps):
    """On the screen for any camera; in own directions for what keeps its front."""
    poses, cameras = going(steps, turn=0.0), posed.filming(10, (1, 0, 1))
    d0 = posed.measure(poses, cameras).motion.distance[0, 0]
    agree(variants(poses, cameras), variants(poses[::-1], cameras[::-1], d0=d0),
          lambda _, verdict: opposite(verdict) if verdict in ("+", "-") else verdict,
          places=OWN | SCREEN, picture=False)


@SETTINGS
@given(paths, st.floats(-25, 25), vectors)
def test_the_camera_of_later_frames_has_no_say(posed, going, variants, steps, pan, shift):
    poses = going(steps)
    still, moving = posed.filming(0, (0, 0, 0)), posed.filming(pan, shift)
    before, after = variants(poses, still), variants(poses, moving)
    for place in OWN | FIRST:
        assert before[place][0] == after[place][0], place


@SETTINGS
@given(paths, st.sampled_from([0, 3, 6, 9, 12]))
def test_backwards_the_same_camera_sees_it_go_the_other_way(posed, going, steps, frame):
    """The camera of frame f forwards is that of frame T-1-f backwards."""
    poses, cameras = going(steps), posed.filming(10, (1, 0, 1))
    forth, back = posed.measure(poses, cameras), posed.measure(poses[::-1], cameras[::-1])
    distance = back.motion.distance.copy()
    distance[0] = forth.motion.distance[0]
    back = replace(back, motion=replace(back.motion, distance=distance))
    seen = np.ones(FRAMES, dtype=bool)
    before, after = (
        view_components(measured, posed.limits, 0, at, seen)
        for measured, at in ((forth, frame), (back, FRAMES - 1 - frame))
    )
    for name in ("away", "right", "up"):
        was, now = before[name], after[name]
        verdict = was.quantity.verdict
        if "undecided" not in (verdict, now.quantity.verdict) and min(was.margin, now.margin) > 1e-6:
            one_way = verdict in ("+", "-")
            assert now.quantity.verdict == (opposite(verdict) if one_way else verdict)
