"""Type 6 on paths whose lengths are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.questions.entanglement import entangled
from fourdp_qa.questions.moved_distance import (
    PAIRS,
    Travel,
    farther,
    moved_distance_statements,
    share_of,
    travels_of,
)
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.scene.pose import make_pose

LIMITS = thresholds_for("default")
OWN = LIMITS.moved_distance
DISTANCE = 10.0


def ask(world, limits=LIMITS):
    measured = world.measured()
    return moved_distance_statements(measured, limits, list(range(len(measured.objects))))


def lengths(*places):
    """The travel of one object through places (x,) on a line."""
    path = np.zeros((len(places), 1, 3))
    path[:, 0, 0] = places
    return travels_of(path, np.array([DISTANCE]), OWN)[0]


def test_a_path_is_as_long_as_its_pieces():
    path = np.array([(0, 0, 0), (3, 4, 0), (3, 4, 12)], float)[:, None]
    (travel,) = travels_of(path, np.array([DISTANCE]), OWN)
    assert travel.length == pytest.approx(5 + 12)
    assert travel.reach == pytest.approx(13)


def test_trembling_adds_nothing_to_a_path():
    assert lengths(*([0.0, 0.04] * 30)).length == 0  # 0.004 of the distance: inside the dead band
    assert lengths(*([0.0, 0.06] * 30)).length == pytest.approx(59 * 0.06)


def test_slow_motion_counts_although_every_step_is_inside_the_dead_band():
    assert lengths(*np.linspace(0, 2, 101)).length == pytest.approx(2, abs=0.05)


def test_the_dead_band_is_a_share_of_each_objects_own_distance():
    path = np.zeros((40, 2, 3))
    path[1::2, :, 0] = 0.06
    near, far = travels_of(path, np.array([10.0, 20.0]), OWN)
    assert near.length > 0
    assert far.length == 0


def test_the_reach_is_between_any_two_frames():
    assert lengths(0, 3, -2, 0).reach == 5


def straight(length, distance=DISTANCE):
    return Travel(length, length, distance)


STILL = straight(0.05)


@pytest.mark.parametrize(("a", "b", "expected"), [
    (straight(2.0), straight(1.0), "+"),
    (straight(1.0), straight(2.0), "-"),
    (straight(1.1), straight(1.0), "same"),
    (straight(1.3), straight(1.0), "undecided"),       # between 1.15 and 1.5
    (straight(1.0), STILL, "+"),
    (STILL, straight(1.0), "-"),
    (STILL, straight(0.09), "neither"),
    (STILL, straight(0.3), "undecided"),               # neither still (0.1) nor moved (0.5)
    (straight(0.3), straight(3.0), "undecided"),
])
def test_the_bands(a, b, expected):
    assert farther(a, b, OWN).verdict == expected


def test_a_still_object_has_no_path_even_if_it_trembles():
    trembling = Travel(3.0, 0.09, DISTANCE)
    assert farther(trembling, straight(1.0), OWN).verdict == "-"
    assert farther(trembling, STILL, OWN).verdict == "neither"


def test_a_longer_path_that_does_not_reach_farther_is_undecided():
    """Out and back is twice the way there; to many people it is not farther."""
    out_and_back, there = Travel(2.0, 1.0, DISTANCE), straight(1.0)
    assert farther(out_and_back, there, OWN).verdict == "undecided"
    assert farther(replace(out_and_back, reach=1.2), there, OWN).verdict == "+"


def test_paths_of_one_length_that_reach_differently_are_not_called_the_same():
    out_and_back, there = Travel(2.0, 1.0, DISTANCE), straight(2.0)
    assert farther(out_and_back, there, OWN).verdict == "undecided"
    assert farther(out_and_back, straight(2.0), replace(OWN, ratio_hi=2.5)).verdict == "same"


def test_a_difference_too_small_to_be_seen_from_afar_is_undecided():
    near, far = straight(0.6), straight(1.2, 20.0)
    assert farther(near, far, OWN).verdict == "undecided"  # 0.6 is 0.03 of 20
    assert farther(near, far, replace(OWN, min_effect=0.02)).verdict == "-"


def test_the_margin_is_that_of_the_nearest_threshold():
    band = share_of(OWN.ratio_hi) - share_of(OWN.ratio_lo)
    far_beyond = farther(straight(9.0), straight(4.5), OWN)
    assert far_beyond.share == pytest.approx(1 / 3)
    assert far_beyond.margin == pytest.approx((1 / 3 - 0.2) / band)
    assert farther(straight(9.0), straight(0.5), OWN).margin == pytest.approx(0)  # just moved
    assert farther(STILL, STILL, OWN).margin == pytest.approx(0.005 / 0.04)
    assert farther(straight(1.3), straight(1.0), OWN).margin == 0


def test_a_curved_path_is_longer_than_the_straight_one_between_its_ends(many):
    curve = many.way((0, 0, 0), (1.5, 1.5, 0), (3, 0, 0))
    line = many.way((-4, 0, 0), (-2, 0, 0))
    statement = many.only(ask(many.world([curve, line])))
    assert many.verdict_of(statement, first=1) == "+"
    assert many.told(statement, first=1).quantity.value == pytest.approx(
        share_of(3 * np.sqrt(2) / 2), rel=1e-3)
    assert (many.who(statement), statement.named_at, statement.reference_system) == (
        (1, 2), (0, 0), "world")


def moving_camera(many, shift):
    time = np.linspace(0, 1, many.FRAMES)[:, None]
    return make_pose(np.eye(3), time * np.array(shift, float)) @ many.AHEAD


@pytest.mark.parametrize(("shift", "picture", "expected"), [
    ((0, 0, 0), "+", "agree"),
    ((2, 0, 0), "-", "opposite"),     # the camera goes along with the one that moves
    ((0, 0, 4), "same", "different"),
    ((0.85, 0, 0), "undecided", "unclear"),
])
def test_the_picture_is_what_a_camera_that_never_moved_would_have_to_have_seen(
    many, shift, picture, expected
):
    world = many.world([many.way((-2, 0, 0), (0, 0, 0)), (2, 0, 0)])
    world = world.filmed_by(moving_camera(many, shift))
    statement = many.only(ask(world))
    assert many.verdict_of(statement, first=1) == "+"
    assert many.told(statement, first=1).picture == picture
    assert entangled(statement, ["farther"]) == expected


def test_what_the_camera_does_later_changes_no_answer(many):
    world = many.random_world(3)
    other = world.filmed_by(moving_camera(many, (3, -2, 1)))
    assert [(s.key, many.verdict(s)) for s in ask(world.filmed_by(world.cameras[0]))] == [
        (s.key, many.verdict(s)) for s in ask(other)]


def test_a_camera_that_leaves_does_not_hide_what_was_seen_from_its_first_place(many):
    world = many.world([many.way((-1, 0, 0), (0, 0, 0)), (1, 0, 0)])
    leaving = world.filmed_by(moving_camera(many, (0, -30, 0)))  # 1 of ten becomes 1 of forty
    assert many.verdict_of(many.only(ask(leaving)), first=1) == "+"


def test_an_object_without_a_pose_in_some_frame_is_not_asked_about(many):
    world = many.world([many.way((0, 0, 0), (2, 0, 0)), (2, 0, 0), (-2, 0, 0)])
    world.poses[4, 1] = np.nan
    assert [many.who(s) for s in ask(world)] == [(1, 3)]


def test_many_objects_give_a_bounded_number_of_pairs_in_which_each_comes_about_equally_often(many):
    statements = ask(many.random_world(1, objects=20))
    assert len({many.who(s) for s in statements}) == len(statements) == PAIRS
    times = [sum(i in s.objects for s in statements) for i in range(1, 21)]
    assert max(times) - min(times) <= 2
    assert len({many.who(s) for s in ask(many.random_world(1, objects=10))}) == 45
