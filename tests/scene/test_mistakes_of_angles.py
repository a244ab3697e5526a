"""Each mistake with a camera's angles, or with a box in the camera's axes, is undone exactly."""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.scene.mistakes_of_angles import (
    DOWN_FROM_UP,
    ROBOT_FROM_OPENCV,
    angle_mistakes,
    box_in_camera_mistakes,
    followed_by_objects,
)
from fourdp_qa.scene.pose import invert_pose, make_pose
from fourdp_qa.scene.reprojection import Reading

T, N = 5, 3


def about(axis, angle):
    rotation = np.zeros((*np.shape(angle), 3, 3))
    j, k = (axis + 1) % 3, (axis + 2) % 3
    rotation[..., axis, axis] = 1
    rotation[..., j, j] = rotation[..., k, k] = np.cos(angle)
    rotation[..., j, k], rotation[..., k, j] = -np.sin(angle), np.sin(angle)
    return rotation


def cameras(roll, pitch, yaw_right):
    """Poses of a camera that looks along x, then leans, lifts and turns to the right."""
    turned = about(2, -yaw_right) @ about(1, -pitch) @ about(0, roll)
    return make_pose(turned @ ROBOT_FROM_OPENCV[:3, :3], np.arange(3.0 * T).reshape(T, 3))


ROLL, PITCH, YAW = np.random.default_rng(3).uniform(-1, 1, (3, T)) * [[0.4], [0.6], [1.2]]
BOXES = make_pose(
    about(1, np.linspace(-3, 3, T * N).reshape(T, N)) @ about(0, np.full((T, N), 0.1)), np.ones((T, N, 3)))


def read_as(camera, boxes=BOXES):
    return Reading(K=np.eye(3), world_from_camera=camera, world_from_object=camera[:, None] @ boxes,
                   size=np.ones((N, 3)), depth_factor=np.ones((1, 1)))


RIGHT = read_as(cameras(ROLL, PITCH, YAW))

STORED = {
    "in radians": np.radians([ROLL, PITCH, YAW]),
    "yaw has the other sign": (ROLL, PITCH, -YAW),
    "(pitch, yaw, roll": (PITCH, YAW, ROLL),
    "(yaw, pitch, roll": (YAW, PITCH, ROLL),
    "(pitch, roll, yaw": (PITCH, ROLL, YAW),
}


def called(mistakes, words):
    (found,) = [mistake for mistake in mistakes if words in mistake.words]
    return found


@pytest.mark.parametrize("words", STORED)
def test_angles_of_the_camera(words):
    wrong = read_as(cameras(*STORED[words]))
    undone = called(angle_mistakes(), words).undo(wrong)
    np.testing.assert_allclose(undone.world_from_camera, RIGHT.world_from_camera, atol=1e-12)
    np.testing.assert_array_equal(undone.world_from_object, wrong.world_from_object)


@pytest.mark.parametrize("words", STORED)
def test_objects_that_the_camera_placed_move_along(words):
    undone = called(followed_by_objects(angle_mistakes()), words).undo(read_as(cameras(*STORED[words])))
    np.testing.assert_allclose(undone.world_from_camera, RIGHT.world_from_camera, atol=1e-12)
    np.testing.assert_allclose(undone.world_from_object, RIGHT.world_from_object, atol=1e-12)


@pytest.mark.parametrize(("words", "stored"), [
    ("read as camera_from_object)", invert_pose(BOXES)),
    ("then its axes", invert_pose(BOXES @ DOWN_FROM_UP.T) @ DOWN_FROM_UP),
    ("object yaw", make_pose(
        about(1, -np.linspace(-3, 3, T * N).reshape(T, N)) @ about(0, np.full((T, N), 0.1)),
        np.ones((T, N, 3)))),
])
def test_boxes_in_the_cameras_axes(words, stored):
    wrong = read_as(RIGHT.world_from_camera, stored)
    undone = called(box_in_camera_mistakes(), words).undo(wrong)
    np.testing.assert_allclose(undone.world_from_object, RIGHT.world_from_object, atol=1e-12)
