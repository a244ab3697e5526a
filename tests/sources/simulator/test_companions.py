"""What goes with another object keeps its distance, goes as far as it, or passes it."""

from collections.abc import Iterator

import numpy as np
import pytest

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.catalogue import OBJECT_KINDS, scaled_size
from fourdp_qa.sources.simulator.companions import (
    COMPANIONS,
    Companion,
    Leader,
    across_the_circle,
    alongside,
    equally_far,
    passing,
)
from fourdp_qa.sources.simulator.motion_plans import MOTION_PLANS, Plan, Situation
from fourdp_qa.sources.simulator.motions import kinematic_path
from fourdp_qa.sources.simulator.spec import ObjectSpec

TIMES = np.linspace(0, 1, 100)
KIND = {
    "drive": "car", "sidestep": "person", "push": "chair", "carry": "duck", "fly": "aeroplane",
    "lift": "rocket", "slalom": "robot", "circle": "truck",
}


def pairs(plan: str, way: Companion) -> Iterator[tuple[Floats, Floats]]:
    """Poses (T, 4, 4) of leaders of one motion and of what goes with them."""
    rng = np.random.default_rng(6)
    size = scaled_size(KIND[plan], 1.0)
    for _ in range(60):
        at = Situation(rng.uniform(-2, 2, 2), float(rng.uniform(-3, 3)), 5.0, size / 2, 2.6)
        leader = spec_of(MOTION_PLANS[plan](rng, at), KIND[plan])
        place = Situation(rng.uniform(-2, 2, 2), at.heading, 5.5, size / 2 * 1.2, 2.6)
        companion = way(rng, place, Leader(leader, plan, at.half))
        if companion is not None:
            yield kinematic_path(leader, TIMES), kinematic_path(spec_of(companion, KIND[plan]), TIMES)


def spec_of(plan: Plan, kind: str) -> ObjectSpec:
    x, y, z = (float(v) for v in plan.start)
    return ObjectSpec(kind, ("red",), 1.0, (x, y, z), plan.yaw, plan.lying, plan.motion)


def distance(a: Floats, b: Floats) -> Floats:
    return np.linalg.norm((a - b)[:, :2, 3], axis=1)


def length(path: Floats) -> float:
    return float(np.linalg.norm(np.diff(path[:, :3, 3], axis=0), axis=1).sum())


@pytest.mark.parametrize("plan", [p for p, ways in COMPANIONS.items() if alongside in ways])
def test_a_convoy_keeps_its_distance(plan: str) -> None:
    found = list(pairs(plan, alongside))
    assert len(found) > 20
    for a, b in found:
        assert np.ptp(distance(a, b)) < 1e-9
        assert length(a) == pytest.approx(length(b))


@pytest.mark.parametrize("plan", [p for p, ways in COMPANIONS.items() if equally_far in ways])
def test_two_go_equally_far_in_ways_of_their_own(plan: str) -> None:
    found = list(pairs(plan, equally_far))
    assert len(found) > 15
    for a, b in found:
        assert length(a) == pytest.approx(length(b), rel=1e-6)
    if plan != "lift":
        moves = np.array([[p[60, :2, 3] - p[0, :2, 3] for p in pair] for pair in found])
        angles = np.arctan2(moves[..., 1], moves[..., 0])
        assert np.ptp((angles[:, 0] - angles[:, 1] + np.pi) % (2 * np.pi)) > np.pi / 2


@pytest.mark.parametrize("plan", [p for p, ways in COMPANIONS.items() if passing in ways])
def test_two_that_pass_come_nearer_and_part_without_touching(plan: str) -> None:
    found = list(pairs(plan, passing))
    assert len(found) > 10
    size = scaled_size(KIND[plan], 1.0)[:2]
    for a, b in found:
        gap = distance(a, b)
        turn = int(np.argmin(gap))
        assert 20 < turn < 80
        assert gap[0] == pytest.approx(gap[-1], rel=1e-6)
        assert np.all(np.diff(gap[: turn + 1]) <= 1e-9)
        assert np.all(np.diff(gap[turn:]) >= -1e-9)
        assert gap[turn] > np.linalg.norm(size) / 2 * 2.2


def test_most_that_pass_do_so_clearly() -> None:
    ratios = [distance(a, b).max() / distance(a, b).min() for a, b in pairs("sidestep", passing)]
    assert np.mean(np.array(ratios) >= 1.2) > 0.9


def test_two_on_one_circle_stay_opposite_each_other() -> None:
    found = list(pairs("circle", across_the_circle))
    assert len(found) == 60
    for a, b in found:
        assert np.ptp(distance(a, b)) < 1e-9
        centre = (a + b)[:, :2, 3] / 2
        assert np.ptp(centre, axis=0).max() < 1e-9
        np.testing.assert_allclose(a[:, :2, 0], -b[:, :2, 0], atol=1e-9)


@pytest.mark.parametrize("plan", COMPANIONS)
def test_every_motion_with_company_is_known_in_advance(plan: str) -> None:
    assert any(plan in kind.motions for kind in OBJECT_KINDS.values())
    for ways in COMPANIONS.values():
        assert ways
    for a, b in pairs(plan, COMPANIONS[plan][0]):
        assert b[:, 2, 3].min() - a[:, 2, 3].min() == pytest.approx(
            scaled_size(KIND[plan], 1.0)[2] * 0.1), "its underside is as high as its leader's"
