"""Plans of objects that move together with one that is already there: the leader.

Without them two objects hardly ever go equally far, keep their distance while both move, or pass
each other. Only leaders whose whole path is known in advance have company.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.motion_plans import (
    Plan,
    Situation,
    draw_aligned_yaw,
    draw_direction,
)
from fourdp_qa.sources.simulator.motions import kinematic_path
from fourdp_qa.sources.simulator.profiles import ONE_WAY
from fourdp_qa.sources.simulator.spec import MotionSpec, ObjectSpec

CONVOY_METRES: Final = (0.9, 2.4)
"""Between the two paths of a convoy: near enough to be seen as one."""
TURNED_FREELY: Final = ("push", "carry")
"""Motions in which the front may point anywhere."""
LANE_GAP: Final = (0.18, 0.4)
"""Metres between two that pass each other."""


@dataclass(frozen=True)
class Leader:
    """An object that others may go with.

    Attributes
    ----------
    spec : ObjectSpec
    plan : str
        Name of its motion in `MOTION_PLANS`.
    half : (3,) half edges of its box, metres
    """

    spec: ObjectSpec
    plan: str
    half: Floats

    @property
    def motion(self) -> MotionSpec:
        """Its motion."""
        return self.spec.motion

    @property
    def ground(self) -> Floats:
        """Where it starts on the ground, (2,)."""
        return np.asarray(self.spec.position)[:2]

    @property
    def way(self) -> Floats:
        """Ground displacement (2,) of its full path, however often that is gone."""
        one_way = replace(self.spec, motion=replace(self.motion, profile=ONE_WAY[0]))
        path = kinematic_path(one_way, np.array([0.0, 1.0]))
        return np.asarray(path[1, :2, 3] - path[0, :2, 3])


Companion = Callable[[np.random.Generator, Situation, Leader], Plan | None]


def alongside(rng: np.random.Generator, at: Situation, leader: Leader) -> Plan | None:
    """The same way at the same time, beside, before or behind the leader; None round a bend."""
    if leader.motion.turn:
        return None
    bearing, distance = rng.uniform(-np.pi, np.pi), rng.uniform(*CONVOY_METRES)
    aside = distance * np.array([np.cos(bearing), np.sin(bearing)])
    freely = leader.plan in TURNED_FREELY
    yaw = draw_aligned_yaw(rng, leader.spec.yaw) if freely else leader.spec.yaw
    return _beside(at, leader, leader.motion, yaw, leader.ground + aside)


def equally_far(rng: np.random.Generator, at: Situation, leader: Leader) -> Plan | None:
    """As far as the leader and at the same time, in a direction of its own around `at.middle`.

    None where that direction would need a longer path to be clear.
    """
    way = leader.way
    length = float(np.linalg.norm(way))
    rising = leader.motion.displacement[2] != 0
    angle, shortest = draw_direction(rng, at.heading, rising=rising)
    if 0 < length < shortest * at.d0:
        return None
    turned = angle - float(np.arctan2(way[1], way[0])) if length else 0.0
    path = length * np.array([np.cos(angle), np.sin(angle)])
    motion = leader.motion
    if motion.kind == "carry":
        rise = motion.displacement[2]
        motion = replace(motion, displacement=(float(path[0]), float(path[1]), rise))
    return _beside(at, leader, motion, leader.spec.yaw + turned, at.middle - path / 2)


def passing(rng: np.random.Generator, at: Situation, leader: Leader) -> Plan | None:
    """Against the leader on the lane next to it; None unless the leader goes straight, one way."""
    motion, way = leader.motion, leader.way
    if motion.turn or motion.profile not in ONE_WAY:
        return None
    across = np.array([-way[1], way[0]]) / np.linalg.norm(way) * float(rng.choice((-1, 1)))
    lane = np.linalg.norm(at.half[:2]) + np.linalg.norm(leader.half[:2]) + rng.uniform(*LANE_GAP)
    if motion.kind == "carry":
        x, y, z = motion.displacement
        motion = replace(motion, displacement=(-x, -y, z))
    start = leader.ground + way + lane * across
    return _beside(at, leader, motion, leader.spec.yaw + np.pi, start)


def across_the_circle(rng: np.random.Generator, at: Situation, leader: Leader) -> Plan | None:
    """On the leader's circle, half a turn ahead of it."""
    radius = leader.motion.distance / leader.motion.turn
    inward = radius * np.array([-np.sin(leader.spec.yaw), np.cos(leader.spec.yaw)])
    start = leader.ground + 2 * inward
    return _beside(at, leader, leader.motion, leader.spec.yaw + np.pi, start)


COMPANIONS: Final[dict[str, tuple[Companion, ...]]] = {
    "drive": (alongside, equally_far, passing), "sidestep": (alongside, equally_far, passing),
    "push": (alongside, equally_far, passing), "carry": (alongside, equally_far),
    "fly": (alongside, equally_far), "lift": (equally_far,), "slalom": (equally_far,),
    "circle": (across_the_circle,),
}
"""By the leader's motion, which the companion shares."""


def _beside(
    at: Situation, leader: Leader, motion: MotionSpec, yaw: float, start: Floats
) -> Plan:
    """Start at `start` (2,), as high above the ground as the leader's underside."""
    height = at.half[2] + leader.spec.position[2] - leader.half[2]
    return Plan(motion, np.array([start[0], start[1], height]), float(yaw), False, np.zeros(2))
