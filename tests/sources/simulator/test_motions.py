"""Kinematic paths: what drives goes where its front points."""

from collections.abc import Callable

import numpy as np
import pytest

from fourdp_qa.sources.simulator.motions import first_pose, kinematic_path
from fourdp_qa.sources.simulator.spec import MotionSpec, ObjectSpec

Make = Callable[..., ObjectSpec]
S = np.linspace(0, 1, 200)


@pytest.mark.parametrize("turn", [0.0, 0.9, -1.4])
@pytest.mark.parametrize("distance", [2.0, -2.0])
def test_a_drive_follows_its_own_front_over_its_whole_length(
    make_object: Make, turn: float, distance: float
) -> None:
    motion = MotionSpec("drive", distance=distance, turn=turn)
    path = kinematic_path(make_object("car", 1.0, 2.0, yaw=0.7, motion=motion), S)
    steps = np.diff(path[:, :3, 3], axis=0)
    front = (path[:-1, :3, 0] + path[1:, :3, 0]) / 2
    assert np.linalg.norm(steps, axis=1).sum() == pytest.approx(2.0, rel=1e-4)
    along = (steps * front).sum(axis=1)
    np.testing.assert_allclose(along, distance / 199, rtol=1e-4)


def test_a_positive_turn_is_to_the_left(make_object: Make) -> None:
    motion = MotionSpec("drive", distance=2.0, turn=1.0)
    path = kinematic_path(make_object("car", motion=motion), S)
    assert path[-1, 1, 3] > 0
    assert np.arctan2(path[-1, 1, 0], path[-1, 0, 0]) == pytest.approx(1.0)


@pytest.mark.parametrize("bends", [2, 3, 4])
@pytest.mark.parametrize("distance", [3.0, -3.0])
def test_a_slalom_follows_its_own_front_while_that_swings(
    make_object: Make, bends: int, distance: float
) -> None:
    motion = MotionSpec("drive", distance=distance, turn=1.0, bends=bends)
    path = kinematic_path(make_object("car", yaw=0.3, motion=motion), np.linspace(0, 1, 2001))
    steps = np.diff(path[:, :3, 3], axis=0)
    front = (path[:-1, :3, 0] + path[1:, :3, 0]) / 2
    np.testing.assert_allclose((steps * front).sum(axis=1), distance / 2000, rtol=1e-3)
    yaw = np.arctan2(path[:, 1, 0], path[:, 0, 0]) - 0.3
    assert yaw[:: 2000 // bends][: bends + 1] == pytest.approx(
        [k % 2 for k in range(bends + 1)], abs=2e-3)


def test_a_carried_object_goes_straight_without_turning(make_object: Make) -> None:
    motion = MotionSpec("carry", displacement=(1.0, -2.0, 0.5))
    path = kinematic_path(make_object("mug", motion=motion, yaw=0.3), S)
    np.testing.assert_allclose(path[-1, :3, 3] - path[0, :3, 3], [1, -2, 0.5])
    assert np.ptp(path[:, :3, :3], axis=0).max() == 0


def test_a_spin_stays_in_place(make_object: Make) -> None:
    path = kinematic_path(make_object("chair", motion=MotionSpec("spin", turn=-2.0)), S)
    assert np.ptp(path[:, :3, 3], axis=0).max() == 0
    assert np.arctan2(path[-1, 1, 0], path[-1, 0, 0]) == pytest.approx(-2.0)


def test_a_lying_barrel_has_its_axis_on_the_ground(make_object: Make) -> None:
    pose = first_pose(make_object("barrel", yaw=0.4, lying=True))
    assert pose[2, 2] == pytest.approx(0, abs=1e-12)
    assert pose[:2, 0] == pytest.approx([np.cos(0.4), np.sin(0.4)])
