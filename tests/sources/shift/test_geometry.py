"""SHIFT's cameras and boxes as poses: by hand, and as published in one real frame.

The real numbers are from the published annotation of one frame (discrete, images, train, left_stereo,
sequence 0003-17fb, frame 0), typed in.
"""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import transform_points
from fourdp_qa.sources.shift.geometry import box_poses, camera_poses

ROTATION = (0.11117553182098182, -0.14815363057230854, 179.9752524025178)
UPRIGHT = (  # orientations of the walkers and of two cars that stand level
    (0.0016189843116336533, 1.6900433204985612, 0.0027982420567478966),
    (0.0015279697909533763, 1.7222739733185692, 0.002848960619315545),
    (0.00035245009107698344, -0.817797577162662, -0.0032135714480728056),
    (0.0017326261537693455, 1.6489310275894198, 0.002729336187356797),
    (0.0032305158362264663, 0.681691466274039, 0.0001225960364179297),
    (0.0016790909446662283, 1.6684263457686106, 0.0027625934798380953),
    (0.001940320000007878, 1.5708191652730294, 0.0025858129527228124),
    (0.0019122179305548492, 1.5816432053926759, 0.002606663155939502),
)
K = np.array([[640.0, 0.0, 640.0], [0.0, 640.0, 400.0], [0.0, 0.0, 1.0]])


def test_all_upright_boxes_of_the_real_frame_have_one_down_vector():
    down = -box_poses(np.zeros((8, 3)), UPRIGHT)[:, :3, 2]
    assert np.ptp(down, axis=0).max() < 1e-6
    np.testing.assert_allclose(down[0], [0.001940, 0.999995, 0.002586], atol=1e-6)


def test_it_is_the_down_vector_of_the_cameras_own_rotation_in_degrees():
    """Roll and pitch come from the camera, the boxes from the labels: they agree only in degrees."""
    world_from_camera = camera_poses(np.zeros(3), ROTATION)
    down = world_from_camera[:3, :3].T @ [0.0, 0.0, -1.0]
    np.testing.assert_allclose(down, -box_poses(np.zeros(3), UPRIGHT[0])[:3, 2], atol=1e-6)
    as_radians = camera_poses(np.zeros(3), np.degrees(ROTATION))[:3, :3].T @ [0.0, 0.0, -1.0]
    assert np.abs(as_radians - down).max() > 0.05


@pytest.mark.parametrize(("order", "spread"), [
    ("zyx", 1e-3), ("xyz", 1e-3), ("xzy", 1e-3), ("zxy", 1e-3),
    ("yzx", 5e-9),  # tilts of 0.15 degrees nearly commute: still 50 times the spread of the right order
])
def test_no_other_order_of_the_angles_gives_one_down_vector(order, spread):
    walkers = UPRIGHT[:6]
    assert np.ptp(box_poses(np.zeros((6, 3)), walkers)[:, :3, 2], axis=0).max() < 1e-10

    def about(axis, angle):
        rotation = np.eye(3)
        j, k = (axis + 1) % 3, (axis + 2) % 3
        rotation[j, j] = rotation[k, k] = np.cos(angle)
        rotation[j, k], rotation[k, j] = -np.sin(angle), np.sin(angle)
        return rotation

    down = []
    for angles in walkers:
        first, second, third = (about("xyz".index(name), angles["xyz".index(name)]) for name in order)
        down.append((first @ second @ third)[:, 1])
    assert np.ptp(down, axis=0).max() > spread


def test_the_worked_example_of_the_real_frame():
    """A Tesla ahead on the left that comes towards us: centre, corners and heading."""
    location = (-6.78940324, 0.90232356, 25.08359519)
    height, width, length = 1.48766005, 2.0985465, 4.64802613
    pose = box_poses(location, UPRIGHT[6])
    np.testing.assert_allclose(project(K, pose[None, :3, 3])[0], [466.77, 423.02], atol=0.01)
    np.testing.assert_allclose(pose[:3, 0], [0, 0, -1], atol=5e-3)  # ry = +pi/2: its nose towards us
    signs = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    u, v = project(K, transform_points(pose, signs * (length, width, height))).T
    # box2d encloses the visible pixels: the top edge meets it, the sides and the bottom lie wider
    assert (u.min(), u.max()) == (pytest.approx(426.0, abs=8), pytest.approx(501.0, abs=8))
    assert v.min() == pytest.approx(404.0, abs=1.0)
    assert 442.0 < v.max() < 449.0


@pytest.mark.parametrize(("rotation", "forward", "right"), [
    ((0, 0, 0), (1, 0, 0), (0, -1, 0)),
    ((0, 0, 90), (0, -1, 0), (-1, 0, 0)),  # yaw turns to the right: from east to what is now south
    ((0, 30, 0), (np.cos(np.pi / 6), 0, 0.5), (0, -1, 0)),  # pitch lifts
    ((10, 0, 0), (1, 0, 0), (0, -np.cos(np.radians(10)), -np.sin(np.radians(10)))),  # leans to the right
])
def test_a_cameras_axes_by_hand(rotation, forward, right):
    pose = camera_poses((1.0, 2.0, 3.0), rotation)
    np.testing.assert_allclose(pose[:3, 2], forward, atol=1e-12)
    np.testing.assert_allclose(pose[:3, 0], right, atol=1e-12)
    np.testing.assert_allclose(pose[:3, 3], [1.0, -2.0, 3.0])
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)


def test_a_box_that_drives_ahead_of_the_camera():
    """ry = -pi/2: its nose away from us, its left to our left, its top up."""
    pose = box_poses((0.0, 1.0, 10.0), (0.0, -np.pi / 2, 0.0))
    np.testing.assert_allclose(pose[:3, :3].T, [[0, 0, 1], [-1, 0, 0], [0, -1, 0]], atol=1e-12)
