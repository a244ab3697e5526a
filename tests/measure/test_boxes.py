"""Boxes: corners, nearest points, and their hull in the picture, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fourdp_qa.measure.boxes import (
    box_corners,
    convex_hull,
    hull_outside,
    nearest_point_distance,
    polygon_area,
    projected_diagonal,
)

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


def test_area_of_polygons():
    assert polygon_area(np.array([[0.0, 0], [4, 0], [0, 3]])) == 6
    assert polygon_area(np.array([[0.0, 0], [4, 0]])) == 0


points = arrays(np.float64, st.tuples(st.integers(3, 20), st.just(2)),
                elements=st.integers(-20, 20).map(float))


@given(points)
def test_a_hull_holds_all_points_and_turns_one_way(cloud):
    hull = convex_hull(cloud)
    if len(hull) < 3:
        return
    edges = np.roll(hull, -1, axis=0) - hull
    for start, edge in zip(hull, edges, strict=True):
        side = edge[0] * (cloud[:, 1] - start[1]) - edge[1] * (cloud[:, 0] - start[0])
        assert (side >= -1e-9).all()
    assert polygon_area(hull) > 0
