"""Counterfactual variants of a scene: the same objects and motion, filmed or played another way.

Each variant changes one thing and keeps the rest to the last bit: cameras keep the first pose of the
original, other speeds keep its camera path, and the mirrored and the reversed variant keep its very
pictures (`fourdp_qa.sources.simulator.mirrored`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SceneLeftOutError
from fourdp_qa.randomness import generator
from fourdp_qa.scene.pose import Floats, invert_pose
from fourdp_qa.sources.simulator.camera_paths import camera_path
from fourdp_qa.sources.simulator.camera_plans import AMOUNTS, SHORT_AMOUNTS
from fourdp_qa.sources.simulator.physics import clip_times, simulate
from fourdp_qa.sources.simulator.profiles import CONSTANT, EASED, THERE_AND_BACK
from fourdp_qa.sources.simulator.rejection import (
    LARGEST_SHARE,
    PROBE_SIDE,
    PROBES,
    SEEN_OBJECTS,
    SEEN_PART,
    SEEN_SHARE,
    Candidate,
    why_rejected,
)
from fourdp_qa.sources.simulator.sampling import Sampled
from fourdp_qa.sources.simulator.spec import CameraComponent, CameraSpec
from fourdp_qa.sources.simulator.things import caster_for, with_landmarks
from fourdp_qa.sources.simulator.variant_source import ORIGINAL

PACES: Final = {"slower": 0.5, "faster": 1.5}
"""Half the speed shows the first half of every motion, so that a way there and back is a way there.
Twice the speed would be hasty for what is thrown; half as fast again is not."""

TURNS: Final = ("pan", "tilt", "roll")
SHIFTS: Final = ("dolly", "truck", "pedestal")
PATHS: Final = {
    "other_path": tuple((shift, turn) for shift in SHIFTS for turn in ("pan", "tilt")),
    "rotation_only": (*((turn,) for turn in TURNS), ("pan", "tilt")),
    "translation_only": (*((shift,) for shift in SHIFTS), ("dolly", "truck")),
}
"""Components drawn for a new path."""
COURSES: Final = (CONSTANT, EASED, THERE_AND_BACK)
PATH_ATTEMPTS: Final = 40
"""Most scenes find a path in five; one whose objects all stand at the edge finds none."""
LEAST_SHOWN: Final = 0.6
"""Of the objects that the original shows: a variant with fewer is left out."""


def film(original: Sampled, variant: str) -> Sampled:
    """The variant of a scene that has pictures of its own; `ORIGINAL` gives the scene itself.

    Raises
    ------
    SceneLeftOutError
        When the variant would show too little, or nothing new.
    """
    if variant == ORIGINAL:
        return original
    if variant in PACES:
        return _shown(original, _at_pace(original, PACES[variant]))
    if variant == "static_camera":
        return _shown(original, _from_one_place(original))
    return _on_path(original, variant)


def _at_pace(original: Sampled, pace: float) -> Sampled:
    """Objects faster or slower, under the camera path of the original."""
    moved = simulate(original.spec, pace).world_from_object
    if np.array_equal(moved, original.world_from_object):
        raise SceneLeftOutError("nothing moves")
    return replace(original, world_from_object=moved)


def _from_one_place(original: Sampled) -> Sampled:
    """The camera keeps its first pose."""
    path = original.world_from_camera
    if np.array_equal(path, np.broadcast_to(path[0], path.shape)):
        raise SceneLeftOutError("the camera stands still already")
    spec = original.spec
    camera = replace(spec.camera, name="static", components=(), target=-1)
    return replace(original, spec=replace(spec, camera=camera),
                   world_from_camera=np.repeat(path[:1], len(path), axis=0))


def _on_path(original: Sampled, variant: str) -> Sampled:
    """A camera path of the wanted kind from the first pose of the original."""
    spec, old = original.spec, original.spec.camera
    depth = _depth(original)
    known = {_course(old), _course(_opposite(old))}
    reason = "no new path"
    for camera in _cameras(original, variant, depth):
        if _course(camera) in known and not (variant == "other_path" and camera == _opposite(old)):
            continue
        path = _from_the_same_pose(camera_path(camera, clip_times(spec.frames)), original)
        candidate = Candidate(
            replace(spec, camera=camera), original.world_from_object, path, ())
        wrong = why_rejected(candidate)
        if wrong is None:
            return replace(original, spec=candidate.spec, world_from_camera=path)
        reason = wrong
    raise SceneLeftOutError(reason)


def _cameras(original: Sampled, variant: str, depth: float) -> Iterator[CameraSpec]:
    """The opposite of the original's path first where any other will do, then drawn ones."""
    spec, old = original.spec, original.spec.camera
    if variant == "other_path" and old.components and _opposite(old) != old:
        yield _opposite(old)
    for attempt in range(PATH_ATTEMPTS):
        rng = generator(spec.seed, "simulator", spec.index, "variant", variant, attempt)
        kinds = PATHS[variant][int(rng.integers(len(PATHS[variant])))]
        course = str(rng.choice(COURSES))
        turning_point = float(rng.uniform(0.42, 0.58))
        ranges = SHORT_AMOUNTS if len(kinds) > 1 or course == THERE_AND_BACK else AMOUNTS
        components = []
        for kind in kinds:
            amount = float(rng.uniform(*ranges[kind])) * (1 if rng.random() < 0.5 else -1)
            size = amount * depth if kind in SHIFTS else float(np.deg2rad(amount))
            components.append(CameraComponent(kind, size, course, turning_point))
        yield replace(old, name=variant, components=tuple(components), target=-1, hand=None)


def _opposite(camera: CameraSpec) -> CameraSpec:
    """The same path the other way; itself where the camera goes with an object."""
    if any(part.kind in ("follow", "track") for part in camera.components):
        return camera
    turned = tuple(replace(part, amount=-part.amount) for part in camera.components)
    return replace(camera, name="opposite", components=turned, hand=None)


def _from_the_same_pose(path: Floats, original: Sampled) -> Floats:
    """The path (T, 4, 4) begun at the original's first pose. A hand trembles in the first frame too, and
    a variant is on a tripod: what the two share is where they begin.
    """
    first = original.world_from_camera[0]
    if original.spec.camera.hand is None:
        return path
    at_rest = (path == path[0]).all(axis=(1, 2))
    return np.where(at_rest[:, None, None], first, first @ invert_pose(path[0]) @ path)


def _course(camera: CameraSpec) -> frozenset[tuple[str, bool, bool]]:
    """What a path is told apart by: its components with their directions, and whether they turn."""
    return frozenset(
        (part.kind, part.amount > 0, part.profile not in (CONSTANT, EASED))
        for part in camera.components)


def _depth(original: Sampled) -> float:
    """Median depth in the first picture: the L by which the camera's ways are measured."""
    spec = original.spec
    poses = with_landmarks(spec, original.world_from_object)
    depth = caster_for(spec, PROBE_SIDE).cast(original.world_from_camera[0], poses[0]).depth
    return float(np.median(depth[np.isfinite(depth)]))


def _shown(original: Sampled, variant: Sampled) -> Sampled:
    """The variant, unless it loses sight of too many objects or looks at one thing only."""
    before, _ = _in_sight(original)
    after, fills = _in_sight(variant)
    if fills > LARGEST_SHARE:
        raise SceneLeftOutError("something fills the picture")
    if after.sum() < max(SEEN_OBJECTS, LEAST_SHOWN * before.sum()):
        raise SceneLeftOutError("too few objects in sight")
    return variant


def _in_sight(sampled: Sampled) -> tuple[NDArray[np.bool_], float]:
    """Objects (N,) seen in the first and the last frame, and the largest share of the picture that one
    thing fills in a few frames.
    """
    spec = sampled.spec
    caster = caster_for(spec, PROBE_SIDE)
    poses = with_landmarks(spec, sampled.world_from_object)
    count = len(spec.objects)
    seen, fills = np.ones(count, dtype=bool), 0.0
    for t in np.unique(np.linspace(0, spec.frames - 1, PROBES).round().astype(int)).tolist():
        hits = caster.cast(sampled.world_from_camera[t], poses[t])
        pixels = np.bincount(hits.instance[hits.instance >= 0], minlength=poses.shape[1])
        fills = max(fills, float(pixels.max(initial=0)) / PROBE_SIDE**2)
        if t in (0, spec.frames - 1):
            part = pixels[:count] / np.maximum(hits.alone[:count], 1)
            seen &= (pixels[:count] >= SEEN_SHARE * PROBE_SIDE**2) & (part >= SEEN_PART)
    return seen, fills
