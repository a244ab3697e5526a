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
    draw_camera,
    draw_view,
    resting_camera,
)
from fourdp_qa.sources.simulator.environments import PLACES, draw_environment
from fourdp_qa.sources.simulator.floors import floor_of
from fourdp_qa.sources.simulator.layout import draw_objects
from fourdp_qa.sources.simulator.object_kinds import OBJECT_KINDS
from fourdp_qa.sources.simulator.occluders import draw_occluder
from fourdp_qa.sources.simulator.physics import clip_times, simulate
from fourdp_qa.sources.simulator.rays import RayCaster
from fourdp_qa.sources.simulator.rejection import Candidate, hides_a_mover, why_rejected
from fourdp_qa.sources.simulator.spec import CameraSpec, EnvironmentSpec, SceneSpec
from fourdp_qa.sources.simulator.staging import staged_camera, staged_landmark, staged_object
from fourdp_qa.sources.simulator.things import landmark_poses
from fourdp_qa.sources.simulator.wishes import Wish, dealt

FPS: Final = 12.0
MAX_ATTEMPTS: Final = 400
HIDING_ATTEMPTS: Final = 60
"""After so many a scene does without something that hides a mover."""
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


def sample_scene(
    seed: int, index: int, size: int, frames: int, wish: Wish | None = None
) -> Sampled:
    """Draw scene `index` of `seed`.

    What is drawn does not depend on `size`; motions last as long as the clip of `frames` frames.
    Without a `wish` the scene is what the decks deal for it.

    Raises
    ------
    FourdpQaError
        When no attempt gives a scene in which everything can be seen.
    """
    reasons: Counter[str] = Counter()
    wish = dealt(seed, index) if wish is None else wish
    for attempt in range(MAX_ATTEMPTS):
        if wish.hidden and not wish.strict and attempt >= HIDING_ATTEMPTS:
            wish = replace(wish, hidden=False)
        spec = _draft(seed, index, attempt, size, frames, wish)
        if isinstance(spec, str):
            reasons[spec] += 1
            continue
        candidate = _play(spec)
        reason = why_rejected(candidate)
        if reason is None and wish.hidden and not hides_a_mover(candidate):
            reason = "nothing is hidden"
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


def _draft(
    seed: int, index: int, attempt: int, size: int, frames: int, wish: Wish
) -> SceneSpec | str:
    """One attempt at a spec, or the reason why it could not be laid out.

    What the scene is about (place, camera kind, numbers) belongs to the wish and is kept over
    attempts: otherwise rejection would favour whatever is easy.
    """
    def rng(concern: str) -> np.random.Generator:
        return generator(seed, "simulator", index, attempt, concern)

    place = PLACES[wish.place]
    view = draw_view(rng("view"), place.elevations)
    environment = draw_environment(rng("environment"), wish.place, wish.light, view)
    stage = environment.stage
    depth = _empty_depth(view, environment) / stage.unit
    camera = draw_camera(rng("camera"), view, wish.camera, depth)
    if camera is None:
        return "camera too low"
    kinds = tuple(
        kind for kind in OBJECT_KINDS.values() if not set(kind.colours) <= set(place.forbidden)
    )
    floor = floor_of(environment)
    laid = draw_objects(
        rng("objects"), kinds, place.forbidden, camera, floor, wish, seconds=frames / FPS
    )
    if laid is None:
        return "no room"
    objects = laid.objects
    supports = tuple(staged_landmark(mark, stage) for mark in laid.supports)
    environment = replace(environment, landmarks=(*environment.landmarks, *supports))
    if wish.hidden:
        occluder = draw_occluder(
            rng("occluder"), environment, floor_of(environment), camera, objects, frames / FPS)
        if occluder is None:
            return "no room for what hides"
        environment = replace(environment, landmarks=(*environment.landmarks, occluder))
    return SceneSpec(
        seed, index, attempt, size, frames, FPS, environment,
        tuple(staged_object(entry, stage) for entry in objects),
        staged_camera(replace(camera, target=laid.target), stage),
    )


def _empty_depth(view: NominalView, environment: EnvironmentSpec) -> float:
    """Median depth in metres of the place without objects, seen from the nominal view."""
    camera: CameraSpec = staged_camera(resting_camera(view), environment.stage)
    landmarks = environment.landmarks
    caster = RayCaster(
        [mark.kind for mark in landmarks], [mark.scale for mark in landmarks],
        intrinsics(view.focal, DEPTH_SIDE), DEPTH_SIDE,
    )
    pose = camera_path(camera, np.zeros(1))[0]
    depth = caster.cast(pose, landmark_poses(landmarks)).depth
    return float(np.median(depth[np.isfinite(depth)]))
