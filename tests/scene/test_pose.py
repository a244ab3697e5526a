"""Rigid transforms: hand-computed points and what must hold for any pose."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.scene.pose import (
    invert_pose,
    make_pose,
    quaternion_wxyz_from_rotation,
    rotation_error,
    rotation_from_quaternion_wxyz,
    transform_points,
)

coordinate = st.floats(-100, 100, allow_nan=False)
vector = st.tuples(coordinate, coordinate, coordinate)
part = st.floats(-1, 1, allow_nan=False)
quaternion = st.tuples(part, part, part, part).filter(lambda q: np.linalg.norm(q) > 1e-3)

# A quarter turn about z takes x to y: w = cos 45 degrees, z = sin 45 degrees.
QUARTER_TURN_ABOUT_Z = (np.sqrt(0.5), 0.0, 0.0, np.sqrt(0.5))


def pose_of(q, t):
    return make_pose(rotation_from_quaternion_wxyz(q), t)


def test_a_quarter_turn_about_z_takes_x_to_y():
    rotation = rotation_from_quaternion_wxyz(QUARTER_TURN_ABOUT_Z)
    np.testing.assert_allclose(rotation @ [1, 0, 0], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(rotation @ [0, 1, 0], [-1, 0, 0], atol=1e-12)


def test_w_comes_first():
    np.testing.assert_allclose(rotation_from_quaternion_wxyz((1, 0, 0, 0)), np.eye(3))
    # The same numbers read with w last are half a turn about x.
    np.testing.assert_allclose(
        rotation_from_quaternion_wxyz((0, 1, 0, 0)), np.diag([1, -1, -1]), atol=1e-12
    )


def test_a_turned_and_moved_point_by_hand():
    world_from_object = pose_of(QUARTER_TURN_ABOUT_Z, (10, 0, 5))
    # (2, 1, 0) turns to (-1, 2, 0) and moves to (9, 2, 5).
    np.testing.assert_allclose(transform_points(world_from_object, [[2, 1, 0]]), [[9, 2, 5]])


def test_one_pose_for_each_frame_carries_one_set_of_points_each():
    poses = make_pose(np.eye(3), [[1, 0, 0], [0, 2, 0]])
    points = transform_points(poses, np.zeros((2, 4, 3)))
    assert points.shape == (2, 4, 3)
    np.testing.assert_allclose(points[1, 3], [0, 2, 0])


@given(quaternion, vector, vector)
def test_the_inverse_brings_points_back(q, t, point):
    a_from_b = pose_of(q, t)
    there = transform_points(a_from_b, [point])
    np.testing.assert_allclose(transform_points(invert_pose(a_from_b), there), [point], atol=1e-9)


@given(quaternion, vector, quaternion, vector, vector)
def test_inner_names_cancel(q_ab, t_ab, q_bc, t_bc, point):
    a_from_b, b_from_c = pose_of(q_ab, t_ab), pose_of(q_bc, t_bc)
    in_steps = transform_points(a_from_b, transform_points(b_from_c, [point]))
    np.testing.assert_allclose(
        transform_points(a_from_b @ b_from_c, [point]), in_steps, atol=1e-9
    )


@given(quaternion)
def test_every_quaternion_gives_a_rotation(q):
    assert rotation_error(pose_of(q, (0, 0, 0))) < 1e-9


@given(quaternion, st.floats(0.1, 50))
def test_length_and_sign_of_a_quaternion_mean_nothing(q, factor):
    expected = rotation_from_quaternion_wxyz(q)
    scaled = rotation_from_quaternion_wxyz(-factor * np.array(q))
    np.testing.assert_allclose(scaled, expected, atol=1e-9)


@given(quaternion)
def test_a_rotation_gives_its_quaternion_back(q):
    rotation = rotation_from_quaternion_wxyz(q)
    back = quaternion_wxyz_from_rotation(rotation)
    np.testing.assert_allclose(np.linalg.norm(back), 1, atol=1e-9)
    np.testing.assert_allclose(rotation_from_quaternion_wxyz(back), rotation, atol=1e-9)


@pytest.mark.parametrize("bad", [(0, 0, 0, 0), (np.nan, 0, 0, 1)])
def test_a_quaternion_without_length_is_refused(bad):
    with pytest.raises(ValueError, match="a quaternion has length"):
        rotation_from_quaternion_wxyz(bad)


def test_rotation_error_tells_reflections_and_scale():
    assert rotation_error(make_pose(np.diag([1, 1, -1.0]), np.zeros(3))) == 2
    assert rotation_error(make_pose(1.1 * np.eye(3), np.zeros(3))) == pytest.approx(0.21)
