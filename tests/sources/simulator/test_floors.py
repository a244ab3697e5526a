"""Where objects may be, in units of the stage, and the road they keep to."""

import numpy as np
import pytest

from fourdp_qa.sources.simulator.floors import Floor, floor_of, in_stage, outside
from fourdp_qa.sources.simulator.motion_plans import Road, Situation, drive, rest
from fourdp_qa.sources.simulator.profiles import ONE_WAY
from fourdp_qa.sources.simulator.spec import EnvironmentSpec, LandmarkSpec, StageSpec

HALF_TURN = np.pi
FLOOR = Floor(np.zeros(2), 0.0, np.array([3.0, 1.0]), np.array([[2.0, 0.0, 0.3]]))


@pytest.mark.parametrize(("at", "radius", "held"), [
    ((0.0, 0.0), 0.5, True), ((0.0, 0.7), 0.5, False), ((-2.8, 0.0), 0.5, False),
    ((1.3, 0.0), 0.5, False), ((1.1, 0.0), 0.5, True),
])
def test_a_disc_stays_inside_and_clear_of_what_stands_there(
    at: tuple[float, float], radius: float, held: bool
) -> None:
    assert FLOOR.holds(np.array([at]), radius) is held


def test_one_moment_outside_is_enough() -> None:
    path = np.array([[0.0, 0.0], [0.0, 0.9], [0.0, 0.0]])
    assert not FLOOR.holds(path, 0.2)


def test_stage_axes_turn_with_the_stage() -> None:
    own = in_stage(np.array([[1.0, 3.0]]), np.array([1.0, 1.0]), np.pi / 2)
    np.testing.assert_allclose(own, [[2.0, 0.0]], atol=1e-12)


def test_a_floor_is_in_units_and_knows_what_stands_on_the_stage() -> None:
    stage = StageSpec(0.2, 0.7, (0.4, 0.0), 0.0, (1.0, 0.8))
    inside = LandmarkSpec("wine_bottle", ("green",), 1.0, (0.6, 0.2, 0.85), 0.0)
    beyond = LandmarkSpec("sofa", ("red",), 1.0, (2.6, 0.2, 0.4), 0.0)
    floor = floor_of(EnvironmentSpec(
        "table top", 0.0, (0.0, 0.0), (inside, beyond), (0, 0, 1), 0.0, stage=stage))
    np.testing.assert_allclose(floor.centre, [2.0, 0.0])
    np.testing.assert_allclose(floor.half, [5.0, 4.0])
    np.testing.assert_allclose(floor.obstacles[:, :2], [[3.0, 1.0]])
    assert floor.gravity == pytest.approx(9.81 / 0.2)


def test_leaving_a_stage_counts_the_size_of_the_object() -> None:
    path = np.array([[[0.0, 0.0], [0.85, 0.0]], [[0.0, 0.75], [0.0, 0.0]]])
    gone = outside(path, np.array([0.1, 0.2]), StageSpec(half=(1.0, 0.8)))
    assert gone.tolist() == [[False, True], [True, False]]


ROAD = Road(0.0, np.array([0.0, 1.0]), (0.6, 1.8), 3.0)


@pytest.mark.parametrize(("at", "lane", "onward"), [
    ((2.0, 0.5), (2.0, 0.4), 0.0), ((2.0, -1.0), (2.0, -0.8), 0.0),
    ((-1.0, 1.3), (-1.0, 1.6), HALF_TURN), ((-1.0, 4.0), (-1.0, 2.8), HALF_TURN),
])
def test_traffic_keeps_to_the_right(
    at: tuple[float, float], lane: tuple[float, float], onward: float
) -> None:
    middle, heading = ROAD.snapped(np.array(at), ROAD.lanes)
    np.testing.assert_allclose(middle, lane, atol=1e-12)
    assert heading == pytest.approx(onward)


def test_vehicles_mostly_go_straight_along_the_middle_of_a_lane_and_far() -> None:
    rng, kept = np.random.default_rng(0), 0
    for _ in range(200):
        at = Situation(rng.uniform(-2, 2, 2), 0.3, 5.0, np.array([0.6, 0.25, 0.25]), 2.6, road=ROAD)
        plan = drive(rng, at)
        offset = abs(abs(plan.start[1] - 1.0) - np.array(ROAD.lanes)).min()
        if offset < 1e-9 and plan.motion.turn == 0:
            kept += 1
            assert np.sin(plan.yaw) == pytest.approx(0.0, abs=1e-9)
            assert np.linalg.norm(plan.reach) >= 0.24 * 5.0
            right = plan.start[1] < 1.0
            assert (np.cos(plan.yaw) > 0) == right, "its front goes with the traffic"
    assert 100 < kept < 170


def test_parked_vehicles_stand_along_the_road() -> None:
    rng = np.random.default_rng(0)
    at = Situation(np.array([0.5, 2.0]), 0.3, 5.0, np.array([0.6, 0.25, 0.25]), 2.6, road=ROAD)
    plans = [rest(rng, at) for _ in range(40)]
    parked = [plan for plan in plans if plan.start[1] == pytest.approx(4.0)]
    assert len(parked) > 15
    assert all(plan.yaw == pytest.approx(HALF_TURN) for plan in parked)


@pytest.mark.parametrize(("course", "one_way"), [("one way", True), ("there and back", False)])
def test_a_course_that_is_asked_for_is_gone(course: str, one_way: bool) -> None:
    rng = np.random.default_rng(2)
    for _ in range(30):
        at = Situation(np.zeros(2), 0.3, 5.0, np.array([0.3, 0.3, 0.3]), 2.6, course)
        profile = drive(rng, at).motion.profile
        assert (profile in (*ONE_WAY, "stop_and_go")) == one_way
