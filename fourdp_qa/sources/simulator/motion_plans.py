"""How moving objects are drawn: a plan for each motion, in directions that read clearly.

A path goes along one of the eight directions of the first camera's heading, with a little jitter,
and is long against the object's distance d0 from the camera: 0.08 d0 sideways and 0.15 d0 towards
or away from it count as motion, so less than that is never drawn. What has a front is likewise
turned so that its path goes along one of the eight directions of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.physics import SLIDING_FRICTION
from fourdp_qa.sources.simulator.profiles import (
    CONSTANT,
    ONE_WAY,
    STOP_AND_GO,
    THERE_AND_BACK,
    TO_AND_FRO,
    swing,
)
from fourdp_qa.sources.simulator.spec import MotionSpec

GRAVITY: Final = 9.81
COURSES: Final = ("one way", "there and back", "to and fro")
COURSE_SHARES: Final = (0.59, 0.26, 0.15)
"""Where no course is asked for; with the physical motions, which never turn back, three quarters of all
go one way, as most motions do."""
KEEPS_ITS_LANE: Final = 0.65
"""Share of the drives on a road that go along a lane; the others turn, park or cross."""
LEAST_OF_BODY: Final = 0.65
"""Of the body's length or height: an agent that goes less than half of it is not said to go."""
STOPS: Final = 0.28
"""Share of the drives one way that stop on the way and go on."""
CONTRARY: Final = 0.72
"""Share of what comes nearer that climbs and of what leaves that sinks: on a floor it looks the other way."""
LEAST_RISE: Final = 0.11
"""Of d0: 0.08 up or down counts as motion."""


@dataclass(frozen=True)
class Road:
    """A road with traffic on the right.

    Attributes
    ----------
    heading : float
        The way it runs, radians.
    centre : (2,) a point in its middle
    lanes : distances from the middle to the middle of a lane, on either side
    parking : distance from the middle to the middle of the parking strip, on either side
    """

    heading: float
    centre: Floats
    lanes: tuple[float, ...]
    parking: float

    def snapped(self, point: Floats, offsets: tuple[float, ...]) -> tuple[Floats, float]:
        """The nearest point (2,) in the middle of a lane, and the way the traffic goes there."""
        along = np.array([np.cos(self.heading), np.sin(self.heading)])
        left = np.array([-along[1], along[0]])
        own = point - self.centre
        across = float(own @ left)
        side = 1.0 if across > 0 else -1.0
        offset = side * min(offsets, key=lambda lane: abs(lane - abs(across)))
        onward = self.heading + (np.pi if side > 0 else 0.0)
        return self.centre + float(own @ along) * along + offset * left, float(onward)


@dataclass(frozen=True)
class Situation:
    """What a plan needs to know.

    Attributes
    ----------
    middle : (2,) metres
        Ground position around which the path is laid.
    heading : float
        Of the first camera, radians.
    d0 : float
        Distance from the first camera to `middle`, metres.
    half : (3,) metres
        Half edges of the object's box.
    seconds : float
        Duration of the clip.
    course : str
        ``one way``, ``there and back`` or ``to and fro`` for what goes on a path; drawn when empty.
    eye : float
        Height of the camera at frame 0, metres.
    gravity : float
        In units of the stage a second squared: on a table things fall faster for their size.
    road : Road or None
        What a vehicle keeps to.
    """

    middle: Floats
    heading: float
    d0: float
    half: Floats
    seconds: float
    course: str = ""
    gravity: float = GRAVITY
    road: Road | None = None
    eye: float = 2.0


@dataclass(frozen=True)
class Plan:
    """A drawn motion with the pose it starts from.

    Attributes
    ----------
    motion : MotionSpec
    start : (3,) box centre at frame 0
    yaw : radians
    lying : bool
    reach : (2,) horizontal displacement that the path covers, for keeping others out of it
    """

    motion: MotionSpec
    start: Floats
    yaw: float
    lying: bool
    reach: Floats


Planner = Callable[[np.random.Generator, Situation], Plan]


def draw_direction(
    rng: np.random.Generator, heading: float, *, rising: bool = False
) -> tuple[float, float]:
    """One of eight directions as (angle in the world, shortest clear path in d0).

    What rises or sinks on its way takes one of four, so that it has two named components and not
    three; and a longer one in depth: coming up to a camera that looks down is coming nearer.
    """
    eighth = int(rng.integers(4)) * 2 if rising else int(rng.integers(8))
    diagonal = eighth % 2 == 1
    jitter = np.deg2rad(rng.uniform(-9, 9) if diagonal else rng.uniform(-5, 5))
    in_depth = 0.30 if rising else 0.22
    shortest = 0.30 if diagonal else (in_depth if eighth % 4 == 0 else 0.14)
    return heading + eighth * np.pi / 4 + float(jitter), shortest


def draw_aligned_yaw(rng: np.random.Generator, angle: float) -> float:
    """A yaw for which `angle` is ahead, behind, to a side or half-way between two of them."""
    return angle + int(rng.integers(8)) * np.pi / 4 + float(np.deg2rad(rng.uniform(-4, 4)))


def _path(
    rng: np.random.Generator, at: Situation, profile: str, least: float = 0.0, *,
    rising: bool = False,
) -> tuple[Floats, float]:
    """A straight horizontal path (2,) of `least` metres or more, and its direction.

    One leg of a path to and fro takes a third of the time: it is never very long.
    """
    angle, shortest = draw_direction(rng, at.heading, rising=rising)
    spread = 0.08 if profile in TO_AND_FRO else 0.17
    length = max(at.d0 * rng.uniform(shortest, shortest + spread), least)
    return length * np.array([np.cos(angle), np.sin(angle)]), angle


def _profile(rng: np.random.Generator, at: Situation) -> tuple[str, float]:
    """A profile of the wished course, and its turning point."""
    profile, course = str(rng.choice(ONE_WAY)), at.course or str(rng.choice(COURSES, p=COURSE_SHARES))
    if course == "there and back":
        profile = THERE_AND_BACK
    elif course == "to and fro":
        profile = str(rng.choice(TO_AND_FRO))
    return profile, float(rng.uniform(0.42, 0.58))


def _body_length(at: Situation) -> float:
    return 2 * float(at.half.max())


def _on_ground(at: Situation, ground: Floats) -> Floats:
    return np.array([ground[0], ground[1], at.half[2]])


def drive(rng: np.random.Generator, at: Situation) -> Plan:
    """Forward, backward, round a bend, with a stop, there and back or to and fro; along its front."""
    profile, turning_point = _profile(rng, at)
    if profile in ONE_WAY and rng.random() < STOPS:
        profile = STOP_AND_GO
    if at.road is not None and rng.random() < KEEPS_ITS_LANE:
        return _along_the_lane(rng, at, at.road, profile, turning_point)
    path, angle = _path(rng, at, profile, LEAST_OF_BODY * _body_length(at))
    # Diagonal paths bend up to a quarter turn without leaving their two named directions.
    diagonal = abs(np.sin(2 * (angle - at.heading))) > 0.7
    bend = float(np.deg2rad(rng.uniform(28, 85 if diagonal else 55))) if rng.random() < 0.6 else 0.0
    turn = bend * float(rng.choice((-1, 1)))
    length = float(np.linalg.norm(path)) / float(np.sinc(turn / 2 / np.pi))
    # Of those that come back, half begin backward: "backward, then forward" is a label of its own.
    backward = rng.random() < (0.5 if profile == THERE_AND_BACK else 0.46)
    motion = MotionSpec(
        "drive", distance=-length if backward else length, turn=turn, profile=profile,
        turning_point=turning_point,
    )
    yaw = angle - turn / 2 + (np.pi if backward else 0.0)
    return Plan(motion, _on_ground(at, at.middle - path / 2), float(yaw), False, path)


def _along_the_lane(
    rng: np.random.Generator, at: Situation, road: Road, profile: str, turning_point: float
) -> Plan:
    """Straight on in the lane next to `at.middle`; now and then in reverse."""
    middle, onward = road.snapped(at.middle, road.lanes)
    backward = rng.random() < (0.5 if profile == THERE_AND_BACK else 0.2)
    # Along a lane it goes far: half its distance from the camera and more.
    spread = (0.24, 0.32) if profile in TO_AND_FRO else (0.30, 0.60)
    length = max(at.d0 * float(rng.uniform(*spread)), LEAST_OF_BODY * _body_length(at))
    way = onward + (np.pi if backward else 0.0)
    path = length * np.array([np.cos(way), np.sin(way)])
    motion = MotionSpec("drive", distance=-length if backward else length, profile=profile,
                        turning_point=turning_point)
    return Plan(motion, _on_ground(at, middle - path / 2), onward, False, path)


def circle(rng: np.random.Generator, at: Situation) -> Plan:
    """Forward along a quarter to more than half of a circle around `at.middle`."""
    radius = float(rng.uniform(0.95, 1.3))
    bearing = float(rng.uniform(-np.pi, np.pi))
    profile, turning_point = _profile(rng, at)
    if profile in TO_AND_FRO:
        profile = THERE_AND_BACK
    # As for spins: no step of a short clip comes near 45 degrees.
    least, most = (95.0, 120.0) if profile == THERE_AND_BACK else (115.0, 205.0)
    turn = float(np.deg2rad(rng.uniform(least, most)) * rng.choice((-1, 1)))
    motion = MotionSpec("drive", distance=radius * abs(turn), turn=turn, profile=profile,
                        turning_point=turning_point)
    start = at.middle + radius * np.array([np.cos(bearing), np.sin(bearing)])
    yaw = bearing + np.sign(turn) * np.pi / 2
    return Plan(motion, _on_ground(at, start), float(yaw), False, np.zeros(2))


def slalom(rng: np.random.Generator, at: Situation) -> Plan:
    """Forward while the front swings one way and the other, two to four times."""
    path, angle = _path(rng, at, CONSTANT, LEAST_OF_BODY * _body_length(at))
    bends = int(rng.integers(2, 4, endpoint=True))
    turn = float(np.deg2rad(rng.uniform(45, 62)) * rng.choice((-1, 1)))
    # Half of the swing lies to either side of the path, so the way made good is the mean cosine.
    headings = turn * (swing(np.linspace(0, 1, 64), 1) - 0.5)
    distance = float(np.linalg.norm(path) / np.cos(headings).mean())
    motion = MotionSpec("drive", distance=distance, turn=turn, bends=bends, profile=CONSTANT)
    start = _on_ground(at, at.middle - path / 2)
    return Plan(motion, start, float(angle - turn / 2), False, path)


def sidestep(rng: np.random.Generator, at: Situation) -> Plan:
    """To its own left or right without turning."""
    profile, turning_point = _profile(rng, at)
    path, angle = _path(rng, at, profile, LEAST_OF_BODY * _body_length(at))
    motion = MotionSpec("carry", displacement=(float(path[0]), float(path[1]), 0.0),
                        profile=profile, turning_point=turning_point)
    yaw = angle + float(rng.choice((-1, 1))) * np.pi / 2
    return Plan(motion, _on_ground(at, at.middle - path / 2), yaw, False, path)


def push(rng: np.random.Generator, at: Situation) -> Plan:
    """Along the ground without turning, as if pulled on a string."""
    profile, turning_point = _profile(rng, at)
    path, angle = _path(rng, at, profile)
    motion = MotionSpec("carry", displacement=(float(path[0]), float(path[1]), 0.0),
                        profile=profile, turning_point=turning_point)
    start = _on_ground(at, at.middle - path / 2)
    return Plan(motion, start, draw_aligned_yaw(rng, angle), False, path)


def lift(rng: np.random.Generator, at: Situation) -> Plan:
    """Straight up from the ground, or down to it."""
    rise = at.d0 * float(rng.uniform(LEAST_RISE, 0.24))
    profile, turning_point = _profile(rng, at)
    down = rng.random() < 0.45
    motion = MotionSpec("carry", displacement=(0.0, 0.0, -rise if down else rise),
                        profile=profile, turning_point=turning_point)
    start = _on_ground(at, at.middle) + np.array([0, 0, rise if down else 0.0])
    return Plan(motion, start, float(rng.uniform(-np.pi, np.pi)), False, np.zeros(2))


def _goes_down(rng: np.random.Generator, at: Situation, angle: float) -> bool:
    """Whether what leaves the ground or comes down to it on a path along `angle` does the latter."""
    away = float(np.cos(angle - at.heading))
    share = 0.45 if abs(away) < 0.5 else (CONTRARY if away > 0 else 1 - CONTRARY)
    return bool(rng.random() < share)


def carry(rng: np.random.Generator, at: Situation) -> Plan:
    """Up and along at once, or down to the ground."""
    profile, turning_point = _profile(rng, at)
    path, angle = _path(rng, at, profile, rising=True)
    rise = max(float(np.linalg.norm(path)) * float(rng.uniform(0.5, 0.8)), LEAST_RISE * at.d0)
    down = _goes_down(rng, at, angle)
    motion = MotionSpec("carry", displacement=(float(path[0]), float(path[1]), -rise if down else rise),
                        profile=profile, turning_point=turning_point)
    start = _on_ground(at, at.middle - path / 2) + np.array([0, 0, rise if down else 0.0])
    return Plan(motion, start, draw_aligned_yaw(rng, angle), False, path)


def fly(rng: np.random.Generator, at: Situation) -> Plan:
    """Nose first: level, climbing from the ground or coming down to it."""
    profile = str(rng.choice(ONE_WAY))
    level = rng.random() < 1 / 3
    path, angle = _path(rng, at, profile, rising=not level)
    slope = 0.0 if level else (-1.0 if _goes_down(rng, at, angle) else 1.0)
    rise = slope * float(np.linalg.norm(path)) * float(rng.uniform(0.45, 0.65))
    height = max(at.eye * float(rng.uniform(0.3, 0.8)), 0.5) if slope == 0 else max(-rise, 0.0)
    motion = MotionSpec("carry", displacement=(float(path[0]), float(path[1]), rise),
                        profile=profile)
    start = _on_ground(at, at.middle - path / 2) + np.array([0, 0, height])
    return Plan(motion, start, float(angle), False, path)


def spin(rng: np.random.Generator, at: Situation) -> Plan:
    """About the vertical, on the spot."""
    profile, turning_point = _profile(rng, at)
    # The shorter the legs the less they turn, so that no step of a short clip comes near 45 degrees.
    least, most = (35.0, 60.0) if profile in TO_AND_FRO else (
        (50.0, 100.0) if profile == THERE_AND_BACK else (55.0, 190.0))
    turn = float(np.deg2rad(rng.uniform(least, most)) * rng.choice((-1, 1)))
    motion = MotionSpec("spin", turn=turn, profile=profile, turning_point=turning_point)
    yaw = float(rng.uniform(-np.pi, np.pi))
    return Plan(motion, _on_ground(at, at.middle), yaw, False, np.zeros(2))


def throw(rng: np.random.Generator, at: Situation) -> Plan:
    """In the air at frame 0, flies a bow, bounces on."""
    path, angle = _path(rng, at, CONSTANT)
    # On a table the same bow takes less time.
    flight = float(np.clip(0.45 * at.seconds, 0.45, 0.95)) * float(np.sqrt(GRAVITY / at.gravity))
    release = float(at.half.max() + rng.uniform(0.35, 0.9))
    # It keeps most of its speed after landing; the path is what it covers in the whole clip.
    velocity = path / min(0.85 * at.seconds, 2.6 * flight)
    upward = (0.5 * at.gravity * flight**2 - (release - at.half[2])) / flight
    spin_axis = np.array([-np.sin(angle), np.cos(angle), rng.uniform(-0.5, 0.5)])
    spin_speed = float(rng.uniform(2.0, 5.0))
    start = np.array([*(at.middle - path / 2), release])
    motion = MotionSpec(
        "throw", velocity=(float(velocity[0]), float(velocity[1]), upward),
        angular_velocity=_triple(spin_axis * spin_speed),
    )
    return Plan(motion, start, float(rng.uniform(-np.pi, np.pi)), False, path)


def roll(rng: np.random.Generator, at: Situation) -> Plan:
    """Along the ground, turning at the speed of rolling; a barrel lies on its side."""
    path, angle = _path(rng, at, CONSTANT)
    lying = bool(at.half[2] > 1.05 * at.half[0])
    radius = float(at.half[0] if lying else at.half[2])
    velocity = path / at.seconds * 1.12
    axis = np.array([-np.sin(angle), np.cos(angle), 0.0])
    motion = MotionSpec(
        "roll", velocity=(float(velocity[0]), float(velocity[1]), 0.0),
        angular_velocity=_triple(axis * (np.linalg.norm(velocity) / radius)),
    )
    start = np.array([*(at.middle - path / 2), radius])
    # Lying turns about the object's x: its axis is then across the path.
    return Plan(motion, start, float(angle), lying, path)


def slide(rng: np.random.Generator, at: Situation) -> Plan:
    """Pushed off once, slowed by friction, never faster than the path needs."""
    path, angle = _path(rng, at, CONSTANT)
    length = float(np.linalg.norm(path))
    slowing = SLIDING_FRICTION * at.gravity
    stops = np.sqrt(2 * length / slowing) <= at.seconds
    speed = np.sqrt(2 * slowing * length) if stops else (
        length / at.seconds + slowing * at.seconds / 2)
    velocity = path / length * speed
    motion = MotionSpec("slide", velocity=(float(velocity[0]), float(velocity[1]), 0.0))
    start = _on_ground(at, at.middle - path / 2)
    return Plan(motion, start, draw_aligned_yaw(rng, angle), False, path)


def rest(rng: np.random.Generator, at: Situation) -> Plan:
    """Stand where it is; a vehicle on a road is parked."""
    yaw = float(rng.uniform(-np.pi, np.pi))
    if at.road is not None and rng.random() < KEEPS_ITS_LANE:
        middle, yaw = at.road.snapped(at.middle, (at.road.parking,))
        return Plan(MotionSpec(), _on_ground(at, middle), yaw, False, np.zeros(2))
    return Plan(MotionSpec(), _on_ground(at, at.middle), yaw, False, np.zeros(2))


MOTION_PLANS: Final[dict[str, Planner]] = {
    "drive": drive, "circle": circle, "slalom": slalom, "sidestep": sidestep, "push": push,
    "lift": lift, "carry": carry, "fly": fly, "spin": spin, "throw": throw, "roll": roll,
    "slide": slide, "rest": rest,
}


def _triple(values: Floats) -> tuple[float, float, float]:
    return (float(values[0]), float(values[1]), float(values[2]))
