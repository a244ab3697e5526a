"""The mathematics of the re-derivation against what anyone can count or see."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rederivation.boxes import box_gap
from rederivation.contradictions import Segment
from rederivation.turning import heading_change, headings, turned, whole_turn

UP = np.array([0.0, 0.0, 1.0])
angles = st.floats(-math.pi, math.pi)
lengths = st.floats(0.2, 3.0)


def turn(axis, angle):
    """Rotation by `angle` about a world axis 0..2."""
    c, s = math.cos(angle), math.sin(angle)
    rotation = np.eye(3)
    a, b = (axis + 1) % 3, (axis + 2) % 3
    rotation[[a, a, b, b], [a, b, a, b]] = c, -s, s, c
    return rotation


def boxes():
    place = st.tuples(*[st.floats(-3, 3)] * 3).map(np.array)
    edges = st.tuples(*[lengths] * 3).map(np.array)
    rotation = st.tuples(angles, angles).map(lambda t: turn(2, t[0]) @ turn(0, t[1]))
    return st.tuples(rotation, place, edges)


def grid_on(box, count=11):
    """Points (P, 3) spread over a box, its corners among them."""
    axes, centre, edges = box
    steps = np.linspace(-0.5, 0.5, count)
    own = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3) * edges
    return own @ axes.T + centre


@given(boxes(), boxes())
def test_the_gap_of_boxes_is_the_least_distance_of_their_points(first, second):
    a, b = grid_on(first), grid_on(second)
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T
    counted = math.sqrt(max(squares.min(), 0.0))
    cell = np.linalg.norm(first[2]) / 20 + np.linalg.norm(second[2]) / 20

    gap = box_gap(first, second)

    assert counted - cell - 1e-6 <= gap <= counted + 1e-6
    assert gap == pytest.approx(box_gap(second, first), abs=1e-6)


def test_the_gap_of_two_boxes_side_by_side():
    cube = (np.eye(3), np.zeros(3), np.ones(3))

    assert box_gap(cube, (np.eye(3), np.array([3.0, 0.2, 0.0]), np.ones(3))) == pytest.approx(2.0)
    assert box_gap(cube, (np.eye(3), np.array([4.0, 5.0, 0.0]), np.ones(3))) == pytest.approx(5.0)
    assert box_gap(cube, (np.eye(3), np.array([0.5, 0.0, 0.0]), np.ones(3))) == pytest.approx(0.0)


@given(st.lists(st.floats(-0.7, 0.7), min_size=2, max_size=12), angles)
def test_turns_about_up_add_up_whatever_the_body_leans(steps, leaning):
    lean = turn(0, leaning)
    totals = np.cumsum([0.0, *steps])
    rotations = np.array([turn(2, angle) @ lean for angle in totals])

    series, largest = turned(UP, rotations)

    np.testing.assert_allclose(series, np.degrees(totals), atol=1e-5)
    assert largest == pytest.approx(np.degrees(np.abs(steps).max()), abs=1e-5)


def test_rocking_is_a_turn_but_none_about_up():
    rocked = turn(0, 0.4)

    assert whole_turn(rocked) == pytest.approx(math.degrees(0.4))
    assert turned(UP, np.array([np.eye(3), rocked]))[0] == pytest.approx([0.0, 0.0])


def test_a_front_that_swings_to_its_left_goes_on_counting_beyond_a_half_turn():
    fronts = np.array([[math.cos(a), math.sin(a), 0.3] for a in np.linspace(0, 5, 9)])

    assert heading_change(UP, headings(UP, fronts))[-1] == pytest.approx(math.degrees(5))


def test_a_ring_of_nearer_things_cannot_be():
    heard = Segment()
    for one, other in (("a", "b"), ("b", "c"), ("c", "a")):
        heard.nearer[other].add(one)

    assert len(heard.contradictions()) == 1
