"""Type 5 under change (questions.md, section 7): an agent that goes ahead, sidesteps, turns and rocks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourdp_qa.questions.agent_motion import agent_motion_statements
from fourdp_qa.questions.verdicts import opposite

FRAMES = 13
START = np.array([0.0, 0.0, 1.0])
CAR = {"is_agent": True, "front": np.array([1.0, 0, 0]), "size": np.array([2.0, 1.0, 0.8])}
UP = np.eye(3)[2]
SETTINGS = settings(max_examples=60, deadline=None)
unit = st.floats(-1, 1)
vectors = st.tuples(unit, unit, unit)
drives = st.tuples(
    st.lists(st.floats(-2, 2), min_size=1, max_size=4),    # speeds, ahead
    st.lists(st.floats(-1, 1), min_size=1, max_size=3),    # speeds, to the left
    st.lists(st.floats(-60, 60), min_size=1, max_size=3),  # turns
    st.floats(-15, 15),
)


def legs(*points):
    return np.interp(np.linspace(0, len(points) - 1, FRAMES), range(len(points)), points)


def said(statement):
    return {name: str(c.quantity.verdict) for name, c in statement.components.items()}


@pytest.fixture(scope="session")
def driven(posed):
    """drive -> poses of an agent that goes ahead, sidesteps, turns and rocks."""

    def make(drive):
        ahead, aside, turns, lean = drive
        yaw = np.radians(legs(*np.cumsum([0, *turns])))
        steps = [np.diff(legs(*np.cumsum([0, *speeds]))) for speeds in (ahead, aside)]
        a = 0.5 * (yaw[1:] + yaw[:-1])
        level = np.stack([np.cos(a) * steps[0] - np.sin(a) * steps[1],
                          np.sin(a) * steps[0] + np.cos(a) * steps[1], 0 * a], -1)
        path = START + np.concatenate([np.zeros((1, 3)), np.cumsum(level, axis=0)])
        return posed.poses(path, np.degrees(yaw), roll=legs(0, lean, 0))

    return make


@pytest.fixture(scope="session")
def told(posed):
    """(poses, cameras, up=, d0=) -> the statement; d0 holds the first distance."""

    def tell(poses, cameras=None, up=UP, d0=None, **facts):
        measured = posed.measure(poses, cameras, up=up, **{**CAR, **facts})
        if d0 is not None:
            distance = measured.motion.distance.copy()
            distance[0] = d0
            measured = replace(measured, motion=replace(measured.motion, distance=distance))
        return posed.ask(agent_motion_statements, measured)

    return tell


def agreeing(before, after, expected=lambda name, verdict: verdict, picture=True):
    """Where both decide, and not on the last bit, `after` is what `expected` makes of `before`."""
    for name, c in before.components.items():
        other = after.components[name]
        readings = [(c.quantity.verdict, other.quantity.verdict)]
        readings += [(c.picture, other.picture)] if picture else []
        for verdict, now in readings:
            if "undecided" not in (verdict, now) and min(c.margin, other.margin) > 1e-6:
                assert now == expected(name, verdict), name


@SETTINGS
@given(drives, st.floats(-3, 3))
def test_lengths_times_k_change_nothing(posed, driven, told, drive, exponent):
    poses, cameras, k = driven(drive), posed.filming(10, (1, 0, 1)), 10**exponent
    changed = told(posed.scaled(poses, k), posed.scaled(cameras, k), size=CAR["size"] * k)
    agreeing(told(poses, cameras), changed)


@SETTINGS
@given(drives, vectors, vectors)
def test_a_world_moved_rigidly_changes_nothing(posed, driven, told, drive, turn, shift):
    poses, cameras, move = driven(drive), posed.filming(10, (1, 0, 1)), posed.move(turn, shift)
    agreeing(told(poses, cameras), told(move @ poses, move @ cameras, up=move[:3, :3] @ UP))


@SETTINGS
@given(drives)
def test_a_mirror_swaps_left_and_right(posed, driven, told, drive):
    poses, cameras = driven(drive), posed.filming(10, (1, 0, 1))
    mirrored = told(posed.mirrored(poses, 1), posed.mirrored(cameras, 0))
    agreeing(told(poses, cameras), mirrored,
             lambda name, verdict: opposite(verdict) if name in ("left", "turn") else verdict)


@SETTINGS
@given(drives)
def test_backwards_everything_swaps_and_two_legs_stay(posed, driven, told, drive):
    poses = driven(drive)
    forth = told(poses)
    back = told(poses[::-1], d0=posed.measure(poses, **CAR).motion.distance[0, 0])
    for name in ("forward", "left", "turn"):
        a, b = (np.array(s.components[name].quantity.series) for s in (forth, back))
        np.testing.assert_allclose(b, a[::-1] - a[-1], atol=1e-9)
    one_way = {"forward", "left", "turn"}
    agreeing(forth, back, lambda name, verdict: (
        opposite(verdict) if name in one_way and verdict in ("+", "-") else verdict), picture=False)


@SETTINGS
@given(drives, st.floats(-40, 40), vectors)
def test_the_camera_has_no_say(posed, driven, told, drive, pan, shift):
    poses = driven(drive)
    assert said(told(poses, posed.filming(pan, shift))) == said(told(poses, posed.filming(0, (0, 0, 0))))


def test_the_picture_is_what_is_measured_when_the_camera_is_believed_still(posed, driven, told):
    """X' given as the truth, under the first camera for ever."""
    cameras = posed.filming(12, (1.0, 0.0, 2.0))
    poses = driven(([2.0], [0.3], [30.0], 5.0))
    apparent = cameras[0] @ np.linalg.inv(cameras) @ poses
    assert posed.pictures(told(poses, cameras)) == said(told(apparent))
