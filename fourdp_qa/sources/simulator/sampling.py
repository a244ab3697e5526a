"""Draws scenes: surroundings, camera, objects and motions, again until nothing is wrong with one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.randomness import generator
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.camera_paths import camera_path, intrinsics
from fourdp_qa.sources.simulator.camera_plans import (
    NominalView,
    dealt_wish,
    draw_camera,
    draw_view,
    resting_camera,
)
from fourdp_qa.sources.simulator.catalogue import OBJECT_KINDS
from fourdp_qa.sources.simulator.environments import GROUNDS, draw_environment
from fourdp_qa.sources.simulator.layout import draw_objects
from fourdp_qa.sources.simulator.physics import clip_times, simulate
from fourdp_qa.sources.simulator.rays import RayCaster
from fourdp_qa.sources.simulator.rejection import Candidate, why_rejected
from fourdp_qa.sources.simulator.spec import CameraSpec, EnvironmentSpec, SceneSpec
from fourdp_qa.sources.simulator.things import landmark_poses

FPS: Final = 12.0
MAX_ATTEMPTS: Final = 400
OBJECT_COUNTS: Final = (5, 9)
MOVER_WEIGHTS: Final = (0.06, 0.11, 0.24, 0.28, 0.20, 0.11)
"""Shares of scenes with 0 to 5 movers: mostly several, some with one, a few quite still."""
LEAST_RESTING: Final = 2
"""Objects that stand still beside the movers: something must show what "still" looks like."""
DEPTH_SIDE: Final = 48
"""Pixels of the look at the empty place from which the scene's depth L is taken."""


@dataclass(frozen=True)
class Sampled:
    """An accepted scene with what happens in it.

    Attributes
    ----------
    spec : SceneSpec
    world_from_object : (T, N, 4, 4)
    world_from_camera : (T, 4, 4)
    reasons : why earlier attempts were thrown away, counted
    """

    spec: SceneSpec
    world_from_object: Floats
    world_from_camera: Floats
    reasons: Counter[str] = field(default_factory=Counter)


def sample_scene(seed: int, index: int, size: int, frames: int) -> Sampled:
    """Draw scene `index` of `seed`.

    What is drawn does not depend on `size`; motions last as long as the clip of `frames` frames.

    Raises
    ------
    FourdpQaError
        When no attempt gives a scene in which everything can be seen.
    """
    reasons: Counter[str] = Counter()
    for attempt in range(MAX_ATTEMPTS):
        spec = _draft(seed, index, attempt, size, frames)
        if isinstance(spec, str):
            reasons[spec] += 1
            continue
        candidate = _play(spec)
        reason = why_rejected(candidate)
        if reason is None:
            return Sampled(
                spec, candidate.world_from_object, candidate.world_from_camera, reasons
            )
        reasons[reason] += 1
    most = ", ".join(f"{reason} ({count})" for reason, count in reasons.most_common(3))
    raise FourdpQaError(
        f"simulator seed {seed} scene {index}: no scene in {MAX_ATTEMPTS} attempts: {most}; "
        "choose another --seed or other --frames"
    )


def play(spec: SceneSpec) -> Sampled:
    """Play a spec as it is, without asking whether it is a good one."""
    candidate = _play(spec)
    return Sampled(spec, candidate.world_from_object, candidate.world_from_camera)


def _play(spec: SceneSpec) -> Candidate:
    simulated = simulate(spec)
    path = camera_path(spec.camera, clip_times(spec.frames), simulated.world_from_object)
    return Candidate(spec, simulated.world_from_object, path, simulated.toppled)


def _draft(seed: int, index: int, attempt: int, size: int, frames: int) -> SceneSpec | str:
    """One attempt at a spec, or the reason why it could not be laid out.

    What the scene is about (camera kind, ground, numbers) belongs to the index and is kept over
    attempts: otherwise rejection would favour whatever is easy.
    """
    wish = generator(seed, "simulator", index, "wish")
    ground = str(wish.choice(tuple(GROUNDS)))
    movers = int(wish.choice(len(MOVER_WEIGHTS), p=MOVER_WEIGHTS))
    count = max(int(wish.integers(*OBJECT_COUNTS, endpoint=True)), movers + LEAST_RESTING)
    camera_wish = dealt_wish(seed, index)
    if camera_wish.name in ("follow", "track"):
        movers = max(movers, 1)

    def rng(concern: str) -> np.random.Generator:
        return generator(seed, "simulator", index, attempt, concern)

    view = draw_view(rng("view"))
    environment = draw_environment(rng("environment"), ground, view.heading)
    depth = _empty_depth(view, environment)
    camera = draw_camera(rng("camera"), view, camera_wish, depth)
    if camera is None:
        return "camera too low"
    kinds = tuple(
        kind for kind in OBJECT_KINDS.values()
        if not set(kind.colours) <= set(GROUNDS[ground].forbidden)
    )
    laid = draw_objects(
        rng("objects"), kinds, GROUNDS[ground].forbidden, camera, count, movers,
        frames=frames, seconds=frames / FPS,
    )
    if laid is None:
        return "no room"
    objects, target = laid
    return SceneSpec(
        seed, index, attempt, size, frames, FPS, environment, objects,
        replace(camera, target=target),
    )


def _empty_depth(view: NominalView, environment: EnvironmentSpec) -> float:
    """Median depth in metres of the place without objects, seen from the nominal view."""
    camera: CameraSpec = resting_camera(view)
    landmarks = environment.landmarks
    caster = RayCaster(
        [mark.kind for mark in landmarks], [mark.scale for mark in landmarks],
        intrinsics(view.focal, DEPTH_SIDE), DEPTH_SIDE,
    )
    pose = camera_path(camera, np.zeros(1))[0]
    depth = caster.cast(pose, landmark_poses(landmarks)).depth
    return float(np.median(depth[np.isfinite(depth)]))
