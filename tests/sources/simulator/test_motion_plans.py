"""Every plan makes the motion that its questions ask about, clearly enough to be asked."""

from collections.abc import Iterator

import numpy as np
import pytest

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.catalogue import scaled_size
from fourdp_qa.sources.simulator.motion_plans import MOTION_PLANS, Plan, Situation
from fourdp_qa.sources.simulator.motions import kinematic_path
from fourdp_qa.sources.simulator.profiles import ONE_WAY, TO_AND_FRO
from fourdp_qa.sources.simulator.spec import ObjectSpec

SHORTEST_CLIP = 12
TIMES = np.linspace(0, 1, 200)
# What counts as clear: shares of d0, degrees, shares of the body.
SIDEWAYS, DEPTH, TURN, BODY = 0.08, 0.15, 25.0, 0.5


def drawn(name: str, kind: str, count: int = 60) -> Iterator[tuple[Situation, Plan, Floats, Floats]]:
    """Plans of one motion with the positions (T, 3) and headings (T,) in degrees they make."""
    rng = np.random.default_rng(8)
    for _ in range(count):
        at = Situation(
            middle=rng.uniform(-2, 2, 2), heading=float(rng.uniform(-3, 3)),
            d0=float(rng.uniform(3, 8)), half=scaled_size(kind, 1.1) / 2, seconds=2.6,
        )
        plan = MOTION_PLANS[name](rng, at)
        yield at, plan, *path_of(plan, kind, TIMES)


def path_of(plan: Plan, kind: str, times: Floats) -> tuple[Floats, Floats]:
    x, y, z = (float(v) for v in plan.start)
    spec = ObjectSpec(kind, ("red",), 1.1, (x, y, z), plan.yaw, plan.lying, plan.motion)
    poses = kinematic_path(spec, times)
    yaw = np.degrees(np.unwrap(np.arctan2(poses[:, 1, 0], poses[:, 0, 0])))
    return poses[:, :3, 3], yaw


def legs(series: Floats) -> Floats:
    """Lengths of the stretches in which a series rises or falls, without standstill."""
    steps = np.diff(series)
    steps = steps[np.abs(steps) > 1e-9]
    turns = np.flatnonzero(steps[1:] * steps[:-1] < 0) + 1
    return np.array([part.sum() for part in np.split(steps, turns) if len(part)])


def along(position: Floats, angle: float) -> Floats:
    return position[:, 0] * np.cos(angle) + position[:, 1] * np.sin(angle)


def clear(at: Situation, position: Floats) -> bool:
    """Whether every leg along the farther axis of the first camera is long enough."""
    away = legs(along(position, at.heading)) / at.d0
    right = legs(along(position, at.heading - np.pi / 2)) / at.d0
    return bool((len(away) and np.abs(away).min() >= DEPTH)
                or (len(right) and np.abs(right).min() >= SIDEWAYS))


@pytest.mark.parametrize(("name", "kind"), [
    ("drive", "car"), ("sidestep", "crab"), ("push", "chair"), ("carry", "mug"), ("fly", "aeroplane"),
])
def test_every_leg_of_a_path_is_clear_to_the_first_camera(name: str, kind: str) -> None:
    for at, plan, position, _ in drawn(name, kind):
        if not plan.motion.turn:
            assert clear(at, position)


@pytest.mark.parametrize(("name", "kind"), [
    ("drive", "bus"), ("sidestep", "robot"), ("push", "duck"), ("carry", "duck"), ("lift", "rocket"),
    ("spin", "crate"),
])
def test_motions_have_one_two_three_or_four_legs(name: str, kind: str) -> None:
    for _, plan, position, yaw in drawn(name, kind):
        series = yaw if name == "spin" else position @ (position[60] - position[0])
        one_way = (*ONE_WAY, "stop_and_go")
        count = {**dict.fromkeys(one_way, 1), "there_and_back": 2, "there_back_there": 3,
                 "there_and_back_twice": 4}[plan.motion.profile]
        if not plan.motion.turn or name == "spin":
            assert len(legs(series)) == count


def test_most_motions_go_one_way() -> None:
    profiles = [plan.motion.profile for _, plan, _, _ in drawn("push", "chair", 400)]
    assert np.mean([p in ONE_WAY for p in profiles]) > 0.5
    assert np.mean([p in TO_AND_FRO for p in profiles]) == pytest.approx(0.15, abs=0.05)


@pytest.mark.parametrize(("name", "kind"), [
    ("drive", "bus"), ("drive", "person"), ("slalom", "truck"), ("sidestep", "person"),
])
def test_an_agent_goes_more_than_half_its_body(name: str, kind: str) -> None:
    for _, plan, position, _ in drawn(name, kind):
        way = abs(plan.motion.distance) or np.linalg.norm(plan.motion.displacement)
        assert way >= BODY * scaled_size(kind, 1.1).max()
        assert np.ptp(position, axis=0).max() > 0


def test_a_sidestep_goes_to_either_side_without_turning() -> None:
    sides = set()
    for _, plan, position, yaw in drawn("sidestep", "person"):
        assert np.ptp(yaw) == 0
        front = np.array([np.cos(plan.yaw), np.sin(plan.yaw)])
        move = (position[60] - position[0])[:2]
        assert abs(move @ front) < 1e-9
        sides.add(np.sign(front[0] * move[1] - front[1] * move[0]))
    assert sides == {-1, 1}


@pytest.mark.parametrize(("name", "kind"), [("push", "chair"), ("carry", "duck"), ("slide", "duck")])
def test_what_is_moved_goes_along_one_of_eight_directions_of_its_own(name: str, kind: str) -> None:
    found = set()
    for _, plan, _, _ in drawn(name, kind, 120) if name != "slide" else _slid():
        way = np.degrees(np.arctan2(plan.reach[1], plan.reach[0]) - plan.yaw) % 360
        found.add(round(way / 45) % 8)
        assert abs((way + 22.5) % 45 - 22.5) < 5
    assert found == set(range(8))


def _slid() -> Iterator[tuple[None, Plan, None, None]]:
    rng = np.random.default_rng(2)
    for _ in range(120):
        yield None, MOTION_PLANS["slide"](
            rng, Situation(np.zeros(2), 0.4, 5.0, np.full(3, 0.3), 2.6)), None, None


def test_a_circle_is_driven_forward_around_its_middle_both_ways_round() -> None:
    ways = set()
    for at, plan, position, yaw in drawn("circle", "car"):
        arm = position[:, :2] - at.middle
        assert np.ptp(np.linalg.norm(arm, axis=1)) < 1e-9
        assert plan.motion.distance > 0
        assert np.abs(legs(yaw)).min() > 90
        ways.add(np.sign(plan.motion.turn))
    assert ways == {-1, 1}


def test_a_slalom_swings_its_front_two_three_or_four_times_and_keeps_its_course() -> None:
    counts = set()
    for _, plan, position, yaw in drawn("slalom", "robot"):
        swings = legs(yaw)
        counts.add(len(swings))
        assert np.abs(swings).min() >= TURN
        move = (position[-1] - position[0])[:2]
        assert np.linalg.norm(move) == pytest.approx(np.linalg.norm(plan.reach), rel=0.02)
        assert move @ plan.reach / np.linalg.norm(move) / np.linalg.norm(plan.reach) > 0.999
        assert plan.motion.distance > 0
    assert counts == {2, 3, 4}


@pytest.mark.parametrize(("name", "kind"), [("spin", "rocket"), ("slalom", "car"), ("circle", "car")])
def test_no_step_of_the_shortest_clip_comes_near_45_degrees(name: str, kind: str) -> None:
    for _, plan, _, _ in drawn(name, kind):
        _, yaw = path_of(plan, kind, np.linspace(0, 1, SHORTEST_CLIP))
        assert np.abs(np.diff(yaw)).max() < 40


def test_spins_turn_clearly_both_ways() -> None:
    signs = set()
    for _, plan, _, yaw in drawn("spin", "crate"):
        assert np.abs(legs(yaw)).min() >= TURN
        signs.add((np.sign(plan.motion.turn), plan.motion.profile in ONE_WAY))
    assert len(signs) == 4


@pytest.mark.parametrize(("name", "kind"), [("lift", "rocket"), ("carry", "mug")])
def test_what_is_carried_goes_up_or_comes_down_and_never_into_the_ground(
    name: str, kind: str
) -> None:
    first = set()
    for at, _, position, _ in drawn(name, kind):
        rises = legs(position[:, 2]) / at.d0
        assert np.abs(rises).min() >= SIDEWAYS
        assert position[:, 2].min() >= at.half[2] - 1e-9
        first.add((np.sign(rises[0]), min(len(rises), 3)))
    assert first == {(sign, count) for sign in (-1, 1) for count in (1, 2, 3)}
