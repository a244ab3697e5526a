"""Puts objects and their paths where the camera sees them and where they do not meet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

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
from fourdp_qa.sources.simulator.raising import HANG, HOVER, STAND, may_be_raised, raise_up
from fourdp_qa.sources.simulator.spec import CameraSpec, LandmarkSpec, ObjectSpec
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
RAISING_TRIES: Final = 20
"""Tries for a way to be off the ground, before a stand will do; and as many before the ground will."""
RAISED_MOTIONS: Final = ("rest", "spin")
"""What may be done on a stand, on a cord or while hovering."""
WIDEST_FIRST: Final = (HANG, STAND, HOVER, "")
"""The post of an arm and the arm need the most room."""
BEHIND: Final = 0.9
"""Units that things on the ground are farther away where others are raised before them."""
SIGHT: Final = 0.8
"""Of the radius of a support: nearer lines of sight than that count as blocked by it."""
WHOLE: Final = 0.9
"""Of half an object's width and height that the picture shows around its centre."""
FOLLOWED: Final = ("drive", "push", "fly")
"""Motions of what a camera goes with: known in advance and along the ground."""


@dataclass(frozen=True)
class _Placed:
    spec: ObjectSpec
    plan: str
    half: Floats
    swept: Floats  # (SAMPLES, 2) ground positions
    radius: float
    support: LandmarkSpec | None = None

    @property
    def punctual(self) -> bool:
        """Whether it is known where it is at which time."""
        return self.spec.motion.kind in KINEMATIC


@dataclass(frozen=True)
class Laid:
    """What has been laid out, in units of the stage.

    Attributes
    ----------
    objects : in random order
    target : index of the object that the camera goes with; -1 without one
    supports : what some of them stand on or hang from
    """

    objects: tuple[ObjectSpec, ...]
    target: int
    supports: tuple[LandmarkSpec, ...]


def draw_objects(
    rng: np.random.Generator, kinds: tuple[Kind, ...], forbidden: tuple[str, ...],
    camera: CameraSpec, floor: Floor, wish: Wish, *, seconds: float,
) -> Laid | None:
    """Draw the objects of a wish, in units of the stage.

    Where raised things leave no room for the others, fewer are raised.

    Returns
    -------
    The objects and what carries some of them, or None when there is no room for them.
    """
    for raised in (wish.raised, wish.raised, *(wish.raised[:n] for n in range(len(wish.raised), -1, -1))):
        layout = _Layout(rng, kinds, forbidden, camera, floor, seconds)
        if layout.fill(replace(wish, raised=raised)):
            return layout.laid()
    return None


def _ways(wish: Wish, *, wants_target: bool) -> list[str]:
    """How each object of a wish is off the ground; empty for those that are not."""
    ways, left = [""] * wish.objects, list(wish.raised)
    for n in range(int(wants_target), wish.objects):
        motion = wish.motions[n % len(wish.motions)] if n < wish.movers else "rest"
        if left and motion in RAISED_MOTIONS:
            ways[n] = left.pop(0)
    return ways


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

    def fill(self, wish: Wish) -> bool:
        """Place all objects of a wish; False when there is no room for one that must be there."""
        wants_target = _needs_target(self.camera)
        ways = _ways(wish, wants_target=wants_target)
        # What a camera goes with comes first. There is little room near the camera: then what is raised.
        turns = sorted(range(wish.objects), key=lambda n: (
            not (wants_target and n == 0), WIDEST_FIRST.index(ways[n])))
        for turn, n in enumerate(turns):
            moving = n < wish.movers
            placed = self.add(wish, n if moving else None, ways[n], is_target=wants_target and n == 0)
            if not placed and (moving or len(self.placed) + wish.objects - turn - 1 < LEAST_OBJECTS):
                return False
        return True

    def laid(self) -> Laid:
        """What has been placed, in random order."""
        order = self.rng.permutation(len(self.placed))
        target = int(np.flatnonzero(order == 0)[0]) if _needs_target(self.camera) else -1
        return Laid(
            tuple(self.placed[k].spec for k in order), target,
            tuple(entry.support for entry in self.placed if entry.support is not None))

    def add(self, wish: Wish, mover: int | None, way: str, *, is_target: bool) -> bool:
        """Place one more object, number `mover` of those that move; False when no try fits.

        It is off the ground in the `way` asked for, on a stand where that does not fit, or not at all.
        """
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
            lifted = way if motion in RAISED_MOTIONS and attempt < 2 * RAISING_TRIES else ""
            if lifted and attempt >= RAISING_TRIES:
                lifted = STAND
            dressed = self._dress(motion, lifted, twin=leader is not None)
            placed = None if dressed is None else self._try(*dressed, motion, course, leader, lifted)
            if placed is not None:
                self.placed.append(placed)
                return True
        return False

    def _motion(self, *, is_target: bool) -> str:
        names = [m for m in MOTION_CARDS if not is_target or m in FOLLOWED]
        weights = np.array([float(MOTION_CARDS[m]) for m in names])
        return str(self.rng.choice(names, p=weights / weights.sum()))

    def _dress(self, motion: str, way: str, *, twin: bool) -> tuple[Kind, tuple[str, ...]] | None:
        """A kind that can move so, in colours that no caption of another object fits.

        A `twin` may be of any kind, a kind that is already there among them.
        """
        present = {entry.spec.kind for entry in self.placed}
        again = self.rng.random() < TWIN_SHARE
        pool = [
            kind for kind in self.kinds
            if (twin or (kind.name in present) == again)
            and (motion in kind.motions or motion == "rest")
            and (not way or may_be_raised(kind, way))
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
        self, kind: Kind, colours: tuple[str, ...], motion: str, course: str, leader: _Placed | None,
        way: str,
    ) -> _Placed | None:
        scale = float(self.rng.uniform(*kind.scales))
        half = scaled_size(kind.name, scale) / 2
        raised = raise_up(self.rng, way, half, self.camera, self.floor) if way else None
        if way and raised is None:
            return None
        middle = raised.middle if raised is not None else self._middle()
        eye = np.asarray(self.camera.position)
        d0 = float(np.linalg.norm(np.array([*middle, half[2]]) - eye))
        on_wheels = raised is None and "circle" in kind.motions and "sidestep" not in kind.motions
        road = self.floor.road if on_wheels else None
        situation = Situation(
            middle, self.camera.heading, d0, half, self.seconds, course, self.floor.gravity, road,
            float(eye[2]))
        plan = self._plan(motion, situation, leader)
        if plan is None:
            return None
        lift = 0.0 if raised is None else raised.lift
        spec = ObjectSpec(
            kind.name, colours, scale,
            (float(plan.start[0]), float(plan.start[1]), float(plan.start[2]) + lift),
            plan.yaw, plan.lying, plan.motion, raised is not None and raised.held,
        )
        path = self._path(spec, plan)
        disc = float(np.linalg.norm(half if plan.motion.kind == "throw" else half[:2]))
        keeps = disc if raised is None else max(disc, raised.radius)
        swept = _Placed(spec, motion, half, path[:, :2], keeps, raised.support if raised else None)
        if not self.floor.holds(path[:, :2], keeps):
            return None
        if self._meets_another(swept) or not self._in_view(spec, path, disc, way):
            return None
        return swept

    def _middle(self) -> Floats:
        """Somewhere around the camera's focus (2,)."""
        radius = SPREAD * np.sqrt(self.rng.random())
        angle = self.rng.uniform(-np.pi, np.pi)
        focus = np.asarray(self.camera.focus)
        middle = focus[:2] + radius * np.array([np.cos(angle), np.sin(angle)])
        if any(entry.support is not None or entry.spec.held for entry in self.placed):
            heading = self.camera.heading
            middle = middle + BEHIND * np.array([np.cos(heading), np.sin(heading)])
        return np.asarray(middle)

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

    def _in_view(self, spec: ObjectSpec, path: Floats, disc: float, way: str) -> bool:
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
        margin = np.full((SAMPLES, 2), MARGIN)
        if way:
            # Near things are large: all of it is to be in the picture.
            half = scaled_size(spec.kind, spec.scale) / 2
            reach = np.array([np.linalg.norm(half[:2]), half[2]])
            margin = np.maximum(WHOLE * reach * self.camera.focal / seen[:, 2:], MARGIN)
        inside = np.all((uv > margin) & (uv < 1 - margin), axis=1)
        if not way:
            inside &= self._clear_of_supports(cameras, path)
        return bool(inside[[0, SAMPLES // 2, -1]].all() and inside.sum() >= SAMPLES - 1)

    def _clear_of_supports(self, cameras: Floats, path: Floats) -> NDArray[np.bool_]:
        """When (SAMPLES,) no stand is on the line from the camera to `path`, seen from above."""
        clear = np.ones(len(path), dtype=bool)
        eyes = invert_pose(cameras)[:, :2, 3]
        line = path[:, :2] - eyes
        for old in self.placed:
            if old.support is None or old.spec.held:
                continue
            to_stand = old.swept - eyes
            share = np.clip((to_stand * line).sum(1) / (line * line).sum(1), 0.0, 1.0)
            gap = np.linalg.norm(to_stand - share[:, None] * line, axis=1)
            clear &= (gap > SIGHT * old.radius) | (share == 1.0)
        return clear

    def _cameras_after(self, target: ObjectSpec) -> Floats:
        camera = replace(self.camera, target=0)
        poses = kinematic_path(target, self.times)[:, None]
        return invert_pose(camera_path(camera, self.times, poses))


def _needs_target(camera: CameraSpec) -> bool:
    return any(part.kind in ("follow", "track") for part in camera.components)

