"""Boxes: corners, nearest points, and their hull in the picture, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fourdp_qa.measure.boxes import (
    box_corners,
    hull_outside,
    nearest_point_distance,
    projected_diagonal,
)
from fourdp_qa.scene.camera import project, unproject
from fourdp_qa.scene.pose import invert_pose, make_pose, rotation_from_quaternion_wxyz, transform_points

K = np.array([[100.0, 0, 50], [0, 100, 50], [0, 0, 1]])
SIDE = 100


def box_at(x, y, z, size=(2.0, 2.0, 2.0)):
    """Corners (8, 3) in the camera of an upright box."""
    pose = np.eye(4)
    pose[:3, 3] = x, y, z
    return box_corners(pose[None, None], np.array([size]))[0, 0]


def test_corners_are_half_an_edge_from_the_centre():
    corners = box_at(1, 2, 3, (2, 4, 6))
    assert corners.min(axis=0) == pytest.approx([0, 0, 0])
    assert corners.max(axis=0) == pytest.approx([2, 4, 6])
    assert len({tuple(c) for c in corners}) == 8


@pytest.mark.parametrize(("viewpoint", "distance"), [
    ((5, 0, 0), 4.0),            # in front of a face
    ((4, 5, 0), 5.0),            # beside an edge: 3, 4
    ((3, 3, 2), 3.0),            # off a corner: 2, 2, 1
    ((0.5, 0.5, 0.5), 0.0),      # inside
])
def test_nearest_point(viewpoint, distance):
    pose = np.eye(4)[None, None]
    found = nearest_point_distance(pose, np.array([[2.0, 2.0, 2.0]]), np.array([viewpoint], float))
    assert found[0, 0] == pytest.approx(distance)


def test_nearest_point_of_a_turned_box():
    pose = np.eye(4)
    c = s = np.sqrt(0.5)
    pose[:2, :2] = [[c, -s], [s, c]]  # 45 degrees: an edge points at the viewer
    found = nearest_point_distance(
        pose[None, None], np.array([[2.0, 2.0, 2.0]]), np.array([[5.0, 0, 0]]))
    assert found[0, 0] == pytest.approx(5 - np.sqrt(2))


def test_the_hull_of_a_box_straight_ahead_is_its_near_face():
    area, outside = hull_outside(K, box_at(0, 0, 11), SIDE)  # near face at 10: 20 px wide
    assert area == pytest.approx(400)
    assert outside == 0


def test_half_of_a_box_at_the_border_is_outside():
    plate = box_at(-5, 0, 10, (2, 2, 1e-9))  # a plate from x = 40 - 50 .. : columns -10 to 10
    area, outside = hull_outside(K, plate, SIDE)
    assert area == pytest.approx(400, rel=1e-6)
    assert outside == pytest.approx(0.5, rel=1e-6)


def test_at_a_corner_three_quarters_are_outside():
    plate = box_at(-5, -5, 10, (2, 2, 1e-9))
    assert hull_outside(K, plate, SIDE)[1] == pytest.approx(0.75, rel=1e-6)


@pytest.mark.parametrize("towards", [(1, 0), (-1, 0), (0, 1), (0, -1)])
def test_a_corner_that_sticks_out_of_the_picture(towards):
    """A plate on its corner, 20 px from centre to corner, half of that beyond the border: the part
    cut off is a square of half the diagonal, cut in two."""
    turned = rotation_from_quaternion_wxyz([np.cos(np.pi / 8), 0, 0, np.sin(np.pi / 8)])
    pose = make_pose(turned, [4.0 * towards[0], 4.0 * towards[1], 10.0])
    edge = 2 * np.sqrt(2.0)
    corners = box_corners(pose[None, None], np.array([[edge, edge, 1e-9]]))[0, 0]
    area, outside = hull_outside(K, corners, SIDE)
    assert area == pytest.approx(800, rel=1e-6)
    assert outside == pytest.approx(1 / 8, rel=1e-6)


def test_a_box_beyond_the_border_is_wholly_outside():
    assert hull_outside(K, box_at(-9, 0, 10), SIDE)[1] == pytest.approx(1)


def test_a_box_around_the_whole_picture():
    area, outside = hull_outside(K, box_at(0, 0, 10, (20, 20, 1e-9)), SIDE)
    assert area == pytest.approx(200 * 200)
    assert outside == pytest.approx(0.75)


def test_a_box_partly_behind_the_camera_has_no_hull():
    area, outside = hull_outside(K, box_at(0, 0, 0.5), SIDE)
    assert np.isnan(area)
    assert outside == 1


def test_the_diagonal_is_that_of_the_rectangle_around_the_corners():
    assert projected_diagonal(K, box_at(0, 0, 11)) == pytest.approx(20 * np.sqrt(2))
    assert np.isnan(projected_diagonal(K, box_at(0, 0, 0.5)))


def test_boxes_of_many_frames_are_measured_at_once():
    corners = np.stack([box_at(0, 0, 11), box_at(0, 0, 0.5), box_at(-9, 0, 10), box_at(np.nan, 0, 9)])
    area, outside = hull_outside(K, corners.reshape(2, 2, 8, 3), SIDE)
    assert area.shape == outside.shape == (2, 2)
    assert area[0, 0] == pytest.approx(400)
    assert np.isnan(area[[0, 1], [1, 1]]).all()
    assert outside.ravel() == pytest.approx([0, 1, 1, 1])


def test_a_box_that_only_touches_the_border_is_wholly_inside():
    """Exactly 0: the estimate of visible parts asks for frames in which nothing is cut off."""
    assert hull_outside(K, box_at(4, 0, 11), SIDE)[1] == 0.0  # near face: columns 80 to 100


def covered(pose, size, uv):
    """Which image points (P, 2) show the box: their rays pass through all three slabs at once."""
    rays = unproject(K, uv, np.ones(len(uv)))
    start = transform_points(invert_pose(pose), np.zeros((1, 3)))[0]
    direction = rays @ pose[:3, :3]
    with np.errstate(divide="ignore", invalid="ignore"):
        faces = np.stack([(s * size / 2 - start) / direction for s in (-1, 1)])
    return faces.min(axis=0).max(axis=1) <= faces.max(axis=0).min(axis=1)


@settings(deadline=None, max_examples=40)
@given(
    turn=arrays(float, 4, elements=st.floats(-1, 1)).filter(lambda q: np.linalg.norm(q) > 0.2),
    size=arrays(float, 3, elements=st.floats(1, 3)),
    sideways=arrays(float, 2, elements=st.floats(-7, 7)),
)
def test_area_and_share_outside_are_those_of_rays_that_meet_the_box(turn, size, sideways):
    pose = make_pose(rotation_from_quaternion_wxyz(turn), [*sideways, 12.0])
    corners = box_corners(pose[None, None], size[None])[0, 0]
    area, outside = hull_outside(K, corners, SIDE)
    uv = project(K, corners)
    around = [np.arange(lowest - 2.03, highest + 2, 0.25) for lowest, highest in
              zip(uv.min(axis=0), uv.max(axis=0), strict=True)]
    hits = np.stack(np.meshgrid(*around), axis=-1).reshape(-1, 2)
    hits = hits[covered(pose, size, hits)]
    between_samples = 0.25 * np.ptp(uv, axis=0).sum()
    assert area == pytest.approx(len(hits) / 16, abs=between_samples)
    beyond = ((hits < 0) | (hits > SIDE)).any(axis=1).mean()
    assert outside == pytest.approx(beyond, abs=between_samples / area)
