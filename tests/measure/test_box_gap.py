"""Gaps between oriented boxes: by hand, and against an optimiser that proves its own answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fourdp_qa.measure.box_gap import box_gaps
from fourdp_qa.measure.boxes import box_corners
from fourdp_qa.scene.pose import invert_pose, make_pose, rotation_from_quaternion_wxyz, transform_points

QUARTER = np.array([[np.sqrt(0.5), -np.sqrt(0.5), 0], [np.sqrt(0.5), np.sqrt(0.5), 0], [0, 0, 1]])


UPRIGHT = np.eye(3)


def gap(centre, turn=UPRIGHT, size_a=(2, 2, 2), size_b=(2, 2, 2)):
    """Gap between a box at the origin and one at `centre`."""
    poses = make_pose(np.stack([UPRIGHT, turn]), np.array([(0, 0, 0), centre], float))
    sizes = np.array([size_a, size_b], float)
    return box_gaps(poses[:1], sizes[:1], poses[1:], sizes[1:])[0]


@pytest.mark.parametrize(("centre", "distance"), [
    ((5, 0, 0), 3.0),           # face to face
    ((5, 1.5, 0.3), 3.0),       # still face to face, shifted
    ((5, 6, 0), 5.0),           # edge to edge: 3, 4
    ((4, 4, 3), 3.0),           # corner to corner: 2, 2, 1
    ((2, 0, 0), 0.0),           # touching
    ((0.5, 0.2, 0), 0.0),       # overlapping
    ((0, 0, 0), 0.0),           # the same
])
def test_upright_boxes(centre, distance):
    assert gap(centre) == pytest.approx(distance, abs=1e-7)


def test_an_edge_points_at_a_face():
    assert gap((5, 0, 0), QUARTER) == pytest.approx(4 - np.sqrt(2))


def test_two_crossing_edges():
    """A roof ridge along x under one along y: only the pair of edges gives the gap."""
    under = rotation_from_quaternion_wxyz([np.cos(np.pi / 8), np.sin(np.pi / 8), 0, 0])
    above = rotation_from_quaternion_wxyz([np.cos(np.pi / 8), 0, np.sin(np.pi / 8), 0])
    poses = make_pose(np.stack([under, above]), np.array([(0, 0, 0), (0, 0, 5)], float))
    sizes = np.array([(9, 2, 2), (2, 9, 2)], float)
    found = box_gaps(poses[:1], sizes[:1], poses[1:], sizes[1:])
    assert found[0] == pytest.approx(5 - 2 * np.sqrt(2))


def test_a_cross_of_two_bars_has_no_gap_although_no_corner_is_inside():
    assert gap((0, 0, 0), size_a=(9, 1, 1), size_b=(1, 9, 1.2)) == 0
    turned = make_pose(QUARTER, np.zeros(3))[:3, :3]
    assert gap((0.1, 0, 0), turned, size_a=(9, 1, 1), size_b=(1, 9, 1.2)) == 0


def test_bars_that_cross_have_no_gap_however_the_world_is_turned():
    """The crosses of their parallel edges are rounding errors, and part nothing."""
    rng = np.random.default_rng(2)
    quarter = rotation_from_quaternion_wxyz([np.sqrt(0.5), 0, 0, np.sqrt(0.5)])
    world = rotation_from_quaternion_wxyz(rng.normal(size=(500, 4)))
    along = make_pose(world, np.zeros((500, 3)))
    across = make_pose(world @ quarter, world @ np.array([4.0, 4.0, 0.05]))
    sizes = np.broadcast_to([9, 0.1, 0.2], (500, 3))
    assert (box_gaps(along, sizes, across, sizes) == 0).all()


def test_many_pairs_at_once_give_what_each_gives_alone():
    rng = np.random.default_rng(4)
    poses = make_pose(rotation_from_quaternion_wxyz(rng.normal(size=(40, 4))), rng.normal(size=(40, 3)) * 3)
    sizes = rng.uniform(0.2, 3, size=(40, 3))
    together = box_gaps(poses[:20], sizes[:20], poses[20:], sizes[20:])
    alone = [box_gaps(poses[k:k + 1], sizes[k:k + 1], poses[20 + k:21 + k], sizes[20 + k:21 + k])[0]
             for k in range(20)]
    np.testing.assert_allclose(together, alone, atol=1e-9)
    assert box_gaps(poses[:0], sizes[:0], poses[:0], sizes[:0]).shape == (0,)


unit = st.floats(-1, 1)
edges = st.tuples(*[st.floats(0.1, 4)] * 3)
turns = st.tuples(unit, unit, unit, unit).filter(lambda q: np.linalg.norm(q) > 0.1)


@settings(max_examples=150, deadline=None)
@given(turn_a=turns, turn_b=turns, size_a=edges, size_b=edges, way=st.tuples(unit, unit, unit),
       far=st.floats(0, 9))
def test_the_gap_lies_between_what_two_points_and_a_plane_prove(
    turn_a, turn_b, size_a, size_b, way, far
):
    """Any two points of the boxes bound the gap from above, any direction that parts them from below.
    Points found by projecting to and fro give both bounds, and they meet.
    """
    poses = make_pose(rotation_from_quaternion_wxyz([turn_a, turn_b]),
                      np.array([(1.0, -2.0, 0.5), np.array((1.0, -2.0, 0.5)) + far * np.array(way)]))
    sizes = np.array([size_a, size_b])
    found = box_gaps(poses[:1], sizes[:1], poses[1:], sizes[1:])[0]
    below, above = to_and_fro(poses, sizes)
    assume(above - below < 1e-3)
    assert below - 1e-6 <= found <= above + 1e-6


def to_and_fro(poses, sizes, rounds=600):
    """Bounds on the gap: project a point into one box, then into the other, until nothing moves."""
    def into(n, point):
        local = transform_points(invert_pose(poses[n]), point[None])
        return transform_points(poses[n], np.clip(local, -sizes[n] / 2, sizes[n] / 2))[0]

    corners = box_corners(poses[None], sizes)[0]
    x, below, above = poses[0, :3, 3], 0.0, np.inf
    for _ in range(rounds):
        y = into(1, x)
        x = into(0, y)
        above = np.linalg.norm(x - y)
        if above < 1e-9:
            return 0.0, above
        normal = (y - x) / above
        below = max(below, (corners[1] @ normal).min() - (corners[0] @ normal).max())
        if above - below < 1e-7:
            break
    return below, above


@settings(max_examples=100, deadline=None)
@given(turn_a=turns, turn_b=turns, size_a=edges, size_b=edges, way=st.tuples(unit, unit, unit),
       moved=turns, k=st.floats(1e-3, 1e3))
def test_which_box_is_named_first_where_the_world_lies_and_its_scale_change_nothing(
    turn_a, turn_b, size_a, size_b, way, moved, k
):
    poses = make_pose(rotation_from_quaternion_wxyz([turn_a, turn_b]), np.array([(0, 0, 0), way]) * 6)
    sizes = np.array([size_a, size_b])
    found = box_gaps(poses[:1], sizes[:1], poses[1:], sizes[1:])[0]
    swapped = box_gaps(poses[1:], sizes[1:], poses[:1], sizes[:1])[0]
    assert swapped == pytest.approx(found, abs=1e-6)
    world = make_pose(rotation_from_quaternion_wxyz(moved), (3.0, -1.0, 2.0)) @ poses
    elsewhere = box_gaps(world[:1], sizes[:1], world[1:], sizes[1:])[0]
    assert elsewhere == pytest.approx(found, abs=1e-6)
    larger = poses.copy()
    larger[:, :3, 3] *= k
    scaled = box_gaps(larger[:1], sizes[:1] * k, larger[1:], sizes[1:] * k)[0]
    assert scaled == pytest.approx(k * found, rel=1e-6, abs=1e-6 * k)
