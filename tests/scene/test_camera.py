"""The pinhole camera and its angles: hand-computed points and what must hold for any camera."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.scene.camera import (
    camera_angles,
    heading_axes,
    inside_image,
    pixel_centres,
    project,
    unproject,
)
from fourdp_qa.scene.pose import make_pose

K = np.array([[100.0, 0, 64], [0, 100.0, 48], [0, 0, 1]])  # 128 x 96 pixels
UP = np.array([0, 0, 1.0])

# Looks along world y with the world's z as its up: x right, y down = -z, z forward = y.
LEVEL = np.array([[1.0, 0, 0], [0, 0, 1.0], [0, -1.0, 0]])


def turned(axis, degrees, rotation=LEVEL):
    """`rotation` turned about one of its own camera axes."""
    a = np.deg2rad(degrees)
    c, s = np.cos(a), np.sin(a)
    about = {"x": [[1, 0, 0], [0, c, -s], [0, s, c]], "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
             "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]]}
    return rotation @ np.array(about[axis])


def about_up(degrees):
    """LEVEL turned about the world's up."""
    a = np.deg2rad(degrees)
    return np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]]) @ LEVEL


def angles_of(*rotations):
    poses = make_pose(np.stack(rotations), np.zeros(3))
    angles = camera_angles(poses, UP)
    return np.rad2deg([angles.azimuth[-1], angles.elevation[-1], angles.roll[-1]])


def test_a_point_straight_ahead_is_at_the_principal_point():
    np.testing.assert_allclose(project(K, [0, 0, 5]), [64, 48])


def test_right_and_down_by_hand():
    # One unit right and half a unit down at z = 4: 100 / 4 = 25 and 12.5 pixels.
    np.testing.assert_allclose(project(K, [1, 0.5, 4]), [89, 60.5])
    np.testing.assert_allclose(unproject(K, [89, 60.5], 4), [1, 0.5, 4])


def test_the_first_pixels_centre_is_at_half():
    centres = pixel_centres(3, 5)
    assert centres.shape == (3, 5, 2)
    np.testing.assert_allclose(centres[0, 0], [0.5, 0.5])
    np.testing.assert_allclose(centres[2, 4], [4.5, 2.5])


def test_depth_is_along_z_and_not_along_the_ray():
    corner = unproject(K, [0, 0], 10)
    assert corner[2] == 10
    assert np.linalg.norm(corner) > 12


def test_points_behind_the_camera_are_nan_and_not_inside():
    uv = project(K, [[0, 0, -1], [0, 0, 0]])
    assert np.isnan(uv).all()
    assert not inside_image(uv, 96, 128).any()


def test_the_image_includes_its_first_edge_and_not_its_last():
    uv = [[0, 0], [127.99, 95.99], [128, 50], [50, 96], [-0.01, 50]]
    assert inside_image(uv, 96, 128).tolist() == [True, True, False, False, False]


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(0.01, 100), st.floats(-20, 20))
def test_project_undoes_unproject(x, y, z, skew):
    skewed = K + np.array([[0, skew, 0], [0, 0, 0], [0, 0, 0]])
    uv = project(skewed, [x, y, z])
    np.testing.assert_allclose(unproject(skewed, uv, z), [x, y, z], rtol=1e-7, atol=1e-7)


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.1, 50), st.floats(0.1, 8))
def test_a_resize_by_s_multiplies_image_coordinates_by_s(x, y, z, s):
    resized = np.diag([s, s, 1.0]) @ K
    np.testing.assert_allclose(project(resized, [x, y, z]), s * project(K, [x, y, z]), rtol=1e-9)


@pytest.mark.parametrize(
    ("what", "rotation", "expected"),
    [
        ("pans right", turned("y", 20), (20, 0, 0)),
        ("pans left", turned("y", -20), (-20, 0, 0)),
        ("tilts up", turned("x", 15), (0, 15, 0)),
        ("rolls clockwise", turned("z", 10), (0, 0, 10)),
    ],
)
def test_signs_of_the_angles(what, rotation, expected):
    np.testing.assert_allclose(angles_of(LEVEL, rotation), expected, atol=1e-9, err_msg=what)


def test_a_turn_about_up_is_pure_pan_at_any_pitch():
    """Relative Euler angles would read a 20 degree turn at 45 degrees of pitch as 14 and 14."""
    down = turned("x", -45)
    after = about_up(-20) @ LEVEL.T @ down
    np.testing.assert_allclose(angles_of(down, after), (20, -45, 0), atol=1e-9)


def test_azimuth_runs_on_past_half_a_turn():
    rotations = [turned("y", 30.0 * k) for k in range(10)]
    assert angles_of(*rotations)[0] == pytest.approx(270)


def test_heading_axes_are_level_under_a_camera_that_looks_down():
    axes = heading_axes(make_pose(turned("x", -40)[None], np.zeros(3)), UP)
    np.testing.assert_allclose(axes.forward[0], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(axes.right[0], [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(axes.up[0], [0, 0, 1], atol=1e-12)
    assert axes.gravity_aligned


def test_without_gravity_the_axes_are_the_cameras_own():
    rotation = turned("x", -40)
    axes = heading_axes(make_pose(rotation[None], np.zeros(3)), None)
    np.testing.assert_allclose(axes.forward[0], rotation[:, 2])
    np.testing.assert_allclose(axes.up[0], -rotation[:, 1])
    assert not axes.gravity_aligned


def test_a_camera_that_looks_along_up_has_no_heading():
    axes = heading_axes(make_pose(turned("x", -90)[None], np.zeros(3)), UP)
    assert np.isnan(axes.forward).all()
