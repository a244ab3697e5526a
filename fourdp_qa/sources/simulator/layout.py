"""Puts objects and their paths where the camera sees them and where they do not meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.sources.simulator.camera_paths import camera_path
from fourdp_qa.sources.simulator.catalogue import scaled_size
from fourdp_qa.sources.simulator.companions import COMPANIONS, Leader
from fourdp_qa.sources.simulator.floors import Floor
from fourdp_qa.sources.simulator.kinds import Kind
from fourdp_qa.sources.simulator.materials import may_be_confused
from fourdp_qa.sources.simulator.motion_plans import MOTION_PLANS, Plan, Situation
from fourdp_qa.sources.simulator.motions import KINEMATIC, kinematic_path
from fourdp_qa.sources.simulator.physics import clip_times
from fourdp_qa.sources.simulator.spec import CameraSpec, ObjectSpec
from fourdp_qa.sources.simulator.wishes import MOTION_CARDS, Wish

SAMPLES: Final = 9
"""Moments of the clip at which a place is checked."""
TRIES: Final = 60
SPREAD: Final = 4.2
"""Metres around the focus in which paths have their middle."""
GAP: Final = 0.12
"""Metres kept free between the discs that objects sweep."""
NEAREST: Final = 1.9
"""Metres from the camera to the surface of an object: 1.2 is the limit, physics may add to it."""
MARGIN: Final = 0.06
"""Share of the image in which no centre of an object may be."""
TWIN_SHARE: Final = 0.1
"""Chance that a further object is of a kind already there, in another colour."""
LEAST_OBJECTS: Final = 5
COMPANY_SHARE: Final = 0.38
"""Chance that a further mover goes with one that is already there, where one can be gone with."""
WISH_TRIES: Final = 36
"""Tries for the motion that is wished, before another one will do."""
FOLLOWED: Final = ("drive", "push", "fly")
"""Motions of what a camera goes with: known in advance and along the ground."""


@dataclass(frozen=True)
class _Placed:
    spec: ObjectSpec
    plan: str
    half: Floats
    swept: Floats  # (SAMPLES, 2) ground positions
    radius: float

    @property
    def punctual(self) -> bool:
        """Whether it is known where it is at which time."""
        return self.spec.motion.kind in KINEMATIC


def draw_objects(
    rng: np.random.Generator, kinds: tuple[Kind, ...], forbidden: tuple[str, ...],
    camera: CameraSpec, floor: Floor, wish: Wish, *, seconds: float,
) -> tuple[tuple[ObjectSpec, ...], int] | None:
    """Draw the objects of a wish, in units of the stage.

    Returns
    -------
    The objects in random order and the index of the camera's target (-1 without one), or None when
    there is no room for them.
    """
    layout = _Layout(rng, kinds, forbidden, camera, floor, seconds)
    wants_target = _needs_target(camera)
    for n in range(wish.objects):
        moving = n < wish.movers
        placed = layout.add(wish, n if moving else None, is_target=wants_target and n == 0)
        if not placed and (moving or len(layout.placed) + wish.objects - n - 1 < LEAST_OBJECTS):
            return None
    order = rng.permutation(len(layout.placed))
    target = int(np.flatnonzero(order == 0)[0]) if wants_target else -1
    return tuple(layout.placed[k].spec for k in order), target


class _Layout:
    """What has been placed so far."""

    def __init__(
        self, rng: np.random.Generator, kinds: tuple[Kind, ...], forbidden: tuple[str, ...],
        camera: CameraSpec, floor: Floor, seconds: float,
    ) -> None:
        self.rng, self.kinds, self.forbidden, self.camera = rng, kinds, forbidden, camera
        self.floor, self.seconds = floor, seconds
        self.times = clip_times(SAMPLES)
        self.placed: list[_Placed] = []
        self.cameras = None if _needs_target(camera) else invert_pose(
            camera_path(camera, self.times))

    def add(self, wish: Wish, mover: int | None, *, is_target: bool) -> bool:
        """Place one more object, number `mover` of those that move; False when no try fits."""
        leaders = [entry for entry in self.placed if entry.plan in COMPANIONS]
        moving = mover is not None
        company = moving and not wish.strict and bool(leaders) and self.rng.random() < COMPANY_SHARE
        course = "" if mover is None else wish.courses[mover % len(wish.courses)]
        for attempt in range(TRIES):
            leader = None
            if company and attempt < TRIES // 2:
                leader = leaders[int(self.rng.integers(len(leaders)))]
                motion = leader.plan
            elif mover is None:
                motion = "rest"
            else:
                motion = wish.motions[mover % len(wish.motions)]
                if (is_target and motion not in FOLLOWED) or (
                    attempt >= WISH_TRIES and not wish.strict
                ):
                    motion = self._motion(is_target=is_target)
            dressed = self._dress(motion, twin=leader is not None)
            placed = None if dressed is None else self._try(*dressed, motion, course, leader)
            if placed is not None:
                self.placed.append(placed)
                return True
        return False

    def _motion(self, *, is_target: bool) -> str:
        names = [m for m in MOTION_CARDS if not is_target or m in FOLLOWED]
        weights = np.array([float(MOTION_CARDS[m]) for m in names])
        return str(self.rng.choice(names, p=weights / weights.sum()))

    def _dress(self, motion: str, *, twin: bool) -> tuple[Kind, tuple[str, ...]] | None:
        """A kind that can move so, in colours that no caption of another object fits.

        A `twin` may be of any kind, a kind that is already there among them.
        """
        present = {entry.spec.kind for entry in self.placed}
        again = self.rng.random() < TWIN_SHARE
        pool = [
            kind for kind in self.kinds
            if (twin or (kind.name in present) == again)
            and (motion in kind.motions or motion == "rest")
        ]
        if not pool:
            return None
        kind = pool[int(self.rng.integers(len(pool)))]
        worn = {c for entry in self.placed if entry.spec.kind == kind.name
                for c in entry.spec.colours}
        free = [
            c for c in kind.colours
            if c not in self.forbidden and not any(may_be_confused(c, other) for other in worn)
        ]
        if len(free) < kind.colour_count:
            return None
        first = str(self.rng.choice(free))
        if kind.colour_count == 1:
            return kind, (first,)
        others = [c for c in free if not may_be_confused(c, first)]
        return (kind, (first, str(self.rng.choice(others)))) if others else None

    def _try(
        self, kind: Kind, colours: tuple[str, ...], motion: str, course: str, leader: _Placed | None
    ) -> _Placed | None:
        scale = float(self.rng.uniform(*kind.scales))
        half = scaled_size(kind.name, scale) / 2
        radius = SPREAD * np.sqrt(self.rng.random())
        angle = self.rng.uniform(-np.pi, np.pi)
        focus = np.asarray(self.camera.focus)
        middle = focus[:2] + radius * np.array([np.cos(angle), np.sin(angle)])
        eye = np.asarray(self.camera.position)
        d0 = float(np.linalg.norm(np.array([*middle, half[2]]) - eye))
        road = self.floor.road if "circle" in kind.motions and "sidestep" not in kind.motions else None
        situation = Situation(
            middle, self.camera.heading, d0, half, self.seconds, course, self.floor.gravity, road)
        plan = self._plan(motion, situation, leader)
        if plan is None:
            return None
        spec = ObjectSpec(
            kind.name, colours, scale,
            (float(plan.start[0]), float(plan.start[1]), float(plan.start[2])),
            plan.yaw, plan.lying, plan.motion,
        )
        path = self._path(spec, plan)
        disc = float(np.linalg.norm(half if plan.motion.kind == "throw" else half[:2]))
        swept = _Placed(spec, motion, half, path[:, :2], disc)
        if not self.floor.holds(path[:, :2], disc):
            return None
        if self._meets_another(swept) or not self._in_view(spec, path, disc):
            return None
        return swept

    def _plan(self, motion: str, at: Situation, leader: _Placed | None) -> Plan | None:
        if leader is None:
            return MOTION_PLANS[motion](self.rng, at)
        ways = COMPANIONS[motion]
        way = ways[int(self.rng.integers(len(ways)))]
        return way(self.rng, at, Leader(leader.spec, leader.plan, leader.half))

    def _path(self, spec: ObjectSpec, plan: Plan) -> Floats:
        """Box centres (SAMPLES, 3); for physical motions about where they will be."""
        if spec.motion.kind in KINEMATIC:
            return kinematic_path(spec, self.times)[:, :3, 3]
        path = np.tile(plan.start, (SAMPLES, 1))
        path[:, :2] += self.times[:, None] * plan.reach
        return path

    def _meets_another(self, new: _Placed) -> bool:
        for old in self.placed:
            gaps = np.linalg.norm(new.swept[:, None] - old.swept[None], axis=-1)
            if new.punctual and old.punctual:
                # Their paths may cross when they are not there at once.
                gaps = np.diagonal(gaps)
            if gaps.min() < new.radius + old.radius + GAP:
                return True
        return False

    def _in_view(self, spec: ObjectSpec, path: Floats, disc: float) -> bool:
        """Whether the centre is in the picture in the first, middle and last frame and mostly."""
        cameras = self.cameras
        if cameras is None:
            # The first object is the one that the camera goes with.
            target = path if not self.placed else None
            cameras = self._cameras_after(spec if target is not None else self.placed[0].spec)
        seen = np.array([transform_points(cameras[k], path[k : k + 1])[0] for k in range(SAMPLES)])
        if seen[:, 2].min() < NEAREST + disc:
            return False
        uv = seen[:, :2] / seen[:, 2:] * self.camera.focal + 0.5
        inside = np.all((uv > MARGIN) & (uv < 1 - MARGIN), axis=1)
        return bool(inside[[0, SAMPLES // 2, -1]].all() and inside.sum() >= SAMPLES - 1)

    def _cameras_after(self, target: ObjectSpec) -> Floats:
        camera = replace(self.camera, target=0)
        poses = kinematic_path(target, self.times)[:, None]
        return invert_pose(camera_path(camera, self.times, poses))


def _needs_target(camera: CameraSpec) -> bool:
    return any(part.kind in ("follow", "track") for part in camera.components)

