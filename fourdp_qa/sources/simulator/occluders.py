"""Something that stands still between camera and mover and hides it for a part of its path."""

from __future__ import annotations

from typing import Final

import numpy as np

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.camera_paths import camera_path
from fourdp_qa.sources.simulator.catalogue import scaled_size
from fourdp_qa.sources.simulator.floors import Floor
from fourdp_qa.sources.simulator.motions import KINEMATIC, kinematic_path
from fourdp_qa.sources.simulator.outdoors import PARKING, stood
from fourdp_qa.sources.simulator.spec import CameraSpec, EnvironmentSpec, LandmarkSpec, ObjectSpec
from fourdp_qa.sources.simulator.surroundings import LANDMARK_KINDS

HIDING: Final = {
    "paved square": ("lamp_post", "tree", "fir"), "street": ("lamp_post", "tree"),
    "lawn": ("tree", "fir", "bush"), "room": ("pillar", "standing_lamp", "house_plant"),
    "table top": ("wine_bottle", "flower_vase"),
}
_TRIES = 60
_TIMES = np.linspace(0.0, 1.0, 9)
MIDDLE: Final = (2, 7)
"""Moments at which a mover is to be hidden: neither in the first nor in the last frame."""
_SLOWED = 0.85
"""Share of its first speed that what rolls, slides or bounces keeps on the average."""
_NEAREST_EYE = 2.1
"""Units from the camera: nearer it would hide half of the picture."""
_GAP = 0.1


def draw_occluder(
    rng: np.random.Generator, environment: EnvironmentSpec, floor: Floor, camera: CameraSpec,
    objects: tuple[ObjectSpec, ...], seconds: float,
) -> LandmarkSpec | None:
    """A landmark on the line from camera to mover in the middle of the clip; None without room.

    `floor`, `camera` and `objects` are in units of the stage, the landmark in metres.
    """
    stage = environment.stage
    going = [k for k, entry in enumerate(objects) if entry.motion.kind not in ("rest", "spin")]
    if not going:
        return None
    eyes = _eyes(camera)
    paths = np.array([_path(entry, seconds) for entry in objects])
    radii = np.array([
        float(np.linalg.norm(scaled_size(entry.kind, entry.scale)[:2])) / 2 for entry in objects])
    worn = {(mark.kind, mark.colours) for mark in environment.landmarks}
    for _ in range(_TRIES):
        name = str(rng.choice(HIDING[environment.ground]))
        moment = int(rng.integers(*MIDDLE))
        target = paths[going[int(rng.integers(len(going)))], moment]
        at = eyes[moment] + float(rng.uniform(0.40, 0.80)) * (target - eyes[moment])
        scale = float(rng.uniform(0.9, 1.1))
        radius = float(np.linalg.norm(scaled_size(name, scale)[:2])) / 2 / stage.unit
        if np.linalg.norm(eyes - at, axis=1).min() < _NEAREST_EYE + radius:
            continue
        if np.any(np.linalg.norm(paths - at, axis=-1).min(axis=1) < radii + radius + _GAP):
            continue
        if environment.ground == "street" and abs(floor.own(at)[1]) < PARKING - 0.2:
            continue
        if not floor.holds(at[None], min(radius, 0.3)):
            continue
        colours = LANDMARK_KINDS[name].colours
        free = [c for c in colours if (name, (c,)) not in worn]
        if colours and not free:
            continue
        wears = (str(rng.choice(free)),) if colours else ()
        yaw = float(rng.uniform(-np.pi, np.pi))
        return stood(name, wears, scale, at * stage.unit, yaw, level=stage.level)
    return None


def _eyes(camera: CameraSpec) -> Floats:
    """Where the camera is (T, 2); one that goes with an object is taken where it begins."""
    if any(part.kind in ("follow", "track") for part in camera.components):
        return np.tile(np.asarray(camera.position)[:2], (len(_TIMES), 1))
    return camera_path(camera, _TIMES)[:, :2, 3]


def _path(entry: ObjectSpec, seconds: float) -> Floats:
    """Where an object is on the ground (T, 2); what moves by physics about as far as it will get."""
    if entry.motion.kind in KINEMATIC:
        return kinematic_path(entry, _TIMES)[:, :2, 3]
    reach = _SLOWED * seconds * np.asarray(entry.motion.velocity)[:2]
    return np.asarray(entry.position)[:2] + _TIMES[:, None] * reach
