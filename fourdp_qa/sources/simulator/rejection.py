"""Why an attempt at a scene is thrown away, cheapest question first, before colour is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import camera_angles, heading_axes
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.camera_paths import UP
from fourdp_qa.sources.simulator.catalogue import kind_of, mesh_of, scaled_size
from fourdp_qa.sources.simulator.floors import in_stage, outside, stands_in_the_way
from fourdp_qa.sources.simulator.interiors import WALL
from fourdp_qa.sources.simulator.motions import yaw_rotation
from fourdp_qa.sources.simulator.rays import Hits
from fourdp_qa.sources.simulator.spec import LandmarkSpec, SceneSpec
from fourdp_qa.sources.simulator.surroundings import ROOMS
from fourdp_qa.sources.simulator.things import caster_for, landmark_poses, with_landmarks

PROBE_SIDE: Final = 112
"""Pixels: an object of 0.3 % of the picture still covers 37 of them."""
PROBES: Final = 5
"""Frames looked at, first and last among them."""
NEAREST_OBJECT, NEAREST_LANDMARK, LOWEST_CAMERA = 1.2, 1.5, 0.35
"""Units of the stage."""
NEAREST_WALL, NEAREST_CEILING = 0.25, 0.55
"""Metres between the camera and what encloses a room."""
LEAST_TREMBLE: Final = 0.016
"""Radians that a hand-held camera turns away from its first view: the picture shifts by more than the
0.01 of its width within which a camera is called still."""
HIDDEN_PART: Final = 0.75
"""Of a mover's silhouette: less is seen while something hides it."""
HIDING_PROBES: Final = 11
SEEN_FRAMES: Final = 0.8
"""Of the frames in which an object must be seen for the labels."""
SINKS: Final = 0.004
"""Metres that a body at rest may be in what it stands on."""
STILL_SHARE: Final = 0.01
CLEAR_SHARE: Final = 0.09
CLEAR_DEPTH_SHARE: Final = 0.165
"""Of the camera distance d0: 0.08 sideways, 0.15 towards or away, a tenth above the labels' bounds."""
CLEAR_CAMERA, ABSENT_CAMERA = 0.066, 0.02
"""Of the scene's depth L; 0.06 and 0.02 are the labels' bounds."""
CLEAR_TURN, ABSENT_TURN = np.deg2rad(8.5), np.deg2rad(2.0)
NAMED_WITH, NOT_NAMED_WITH = 0.40, 0.15
"""Of the largest translation: components between these could be argued about."""
STEEPEST: Final = np.deg2rad(40.0)
SEEN_SHARE, SEEN_MOVER_SHARE, LARGEST_SHARE = 0.0015, 0.003, 0.45
"""Of the picture's pixels."""
SEEN_PART: Final = 0.45
"""Of an object's silhouette that nothing may hide; 0.40 is the labels' bound."""
SEEN_OBJECTS: Final = 4


@dataclass(frozen=True)
class Candidate:
    """An attempt, played.

    Attributes
    ----------
    world_from_object : (T, N, 4, 4)
    world_from_camera : (T, 4, 4)
    toppled : indices of objects that did not stand
    """

    spec: SceneSpec
    world_from_object: Floats
    world_from_camera: Floats
    toppled: tuple[int, ...]


def why_rejected(candidate: Candidate) -> str | None:
    """The first thing wrong with a candidate in a few words, or None."""
    if candidate.toppled:
        return "an object topples"
    for question in (_names_wrong, _objects_wrong, _bodies_meet, _camera_wrong, _picture_wrong):
        reason = question(candidate)
        if reason is not None:
            return reason
    return None


def _names_wrong(candidate: Candidate) -> str | None:
    """A caption that fits two things names neither."""
    spec = candidate.spec
    marks = {kind_of(m.kind).caption_for(m.colours) for m in spec.environment.landmarks}
    if any(kind_of(o.kind).caption_for(o.colours) in marks for o in spec.objects):
        return "a caption fits two things"
    return None


def _objects_wrong(candidate: Candidate) -> str | None:
    """Displacements between nothing and clear, and objects that leave the place."""
    position = candidate.world_from_object[:, :, :3, 3]
    radius = np.array([np.linalg.norm(scaled_size(o.kind, o.scale)[:2]) / 2
                       for o in candidate.spec.objects])
    if outside(position[..., :2], radius, candidate.spec.environment.stage).any():
        return "an object leaves the place"
    axes = heading_axes(candidate.world_from_camera[:1], UP)
    frame = np.stack([axes.forward[0], axes.right[0], axes.up[0]])
    eye = candidate.world_from_camera[0, :3, 3]
    d0 = np.linalg.norm(position[0] - eye, axis=-1)
    moved = (position - position[0]) @ frame.T / d0[:, None]
    extent = np.ptp(moved, axis=0)
    clear = (extent >= (CLEAR_DEPTH_SHARE, CLEAR_SHARE, CLEAR_SHARE)).any(axis=1)
    wished = np.array([o.motion.kind not in ("rest", "spin") for o in candidate.spec.objects])
    if np.any(wished & ~clear):
        return "a mover hardly moves"
    if np.any(~wished & (np.linalg.norm(extent, axis=1) > STILL_SHARE) & ~clear):
        return "an object is nudged"
    return None


def _bodies_meet(candidate: Candidate) -> str | None:
    """Kinematic bodies pass through others: their discs or their boxes must keep apart."""
    spec = candidate.spec
    poses = candidate.world_from_object
    half = np.array([scaled_size(o.kind, o.scale) / 2 for o in spec.objects])
    # Half extents of the box in world axes, frame by frame.
    reach = np.einsum("tnij,nj->tni", np.abs(poses[..., :3, :3]), half)
    low, high = poses[..., :3, 3] - reach, poses[..., :3, 3] + reach
    disc = np.linalg.norm(half[:, :2], axis=1)
    ground = poses[..., :2, 3]
    for n in np.flatnonzero([o.by_spec for o in spec.objects]):
        apart = ((low[:, n, None] > high) | (high[:, n, None] < low)).any(axis=-1)
        gap = np.linalg.norm(ground - ground[:, n, None], axis=-1)
        meets = ~apart & (gap < disc + disc[n])
        meets[:, n] = False
        if meets.any():
            return "a driven path meets another body"
    return _landmarks_meet(candidate, low, high)


def _landmarks_meet(candidate: Candidate, low: Floats, high: Floats) -> str | None:
    """Objects in furniture or trees: their upright boxes (T, N, 3) must keep clear of every landmark."""
    for mark in candidate.spec.environment.landmarks:
        for at, half in _bodies_of(mark):
            c, s = abs(np.cos(mark.yaw)), abs(np.sin(mark.yaw))
            reach = np.array([c * half[0] + s * half[1], s * half[0] + c * half[1], half[2]])
            if np.all((low < at + reach) & (high > at - reach), axis=-1).any():
                return "an object meets a landmark"
    return None


def _bodies_of(mark: LandmarkSpec) -> list[tuple[Floats, Floats]]:
    """Centres and half edges (3,) of the boxes of a landmark that must keep clear, not yet turned.

    A support has bodies of its own, so that something may hang beside its post; what stands on it may
    sink in by a soft contact.
    """
    kind = kind_of(mark.kind)
    at = np.asarray(mark.position)
    if not kind.colliders:
        return [] if kind.is_environment else [(at, scaled_size(mark.kind, mark.scale) / 2)]
    bodies = []
    for body in kind.colliders:
        radius, tall, _ = body.half
        half = np.array(body.half if body.shape == "box" else (radius, radius, tall)) * mark.scale
        offset = (np.asarray(body.centre) - mesh_of(mark.kind).centre) * mark.scale
        bodies.append((at + yaw_rotation(mark.yaw) @ offset, half - (0, 0, SINKS)))
    return bodies


def _camera_wrong(candidate: Candidate) -> str | None:
    """Too low, too near something, too steep."""
    spec, path = candidate.spec, candidate.world_from_camera
    stage = spec.environment.stage
    if path[:, 2, 3].min() - stage.level < LOWEST_CAMERA * stage.unit:
        return "the camera goes too low"
    eye = path[:, None, :3, 3]
    distance = np.linalg.norm(candidate.world_from_object[..., :3, 3] - eye, axis=-1)
    radius = np.array([np.linalg.norm(scaled_size(o.kind, o.scale)) / 2 for o in spec.objects])
    if np.any(distance - radius < NEAREST_OBJECT * stage.unit):
        return "an object comes too near"
    for pose, mark in zip(
        landmark_poses(spec.environment.landmarks), spec.environment.landmarks, strict=True
    ):
        size = scaled_size(mark.kind, mark.scale)
        if mark.kind in ROOMS:
            own = in_stage(path[:, :2, 3], pose[:2, 3], mark.yaw)
            if np.any(np.abs(own) > size[:2] / 2 - WALL - NEAREST_WALL) or (
                path[:, 2, 3].max() > size[2] - NEAREST_CEILING
            ):
                return "the camera leaves the room"
        if not stands_in_the_way(mark.kind):
            continue
        flat = np.linalg.norm(path[:, :2, 3] - pose[:2, 3], axis=1)
        if flat.min() - np.linalg.norm(size[:2]) / 2 < NEAREST_LANDMARK * stage.unit:
            return "a landmark comes too near"
    if np.abs(camera_angles(path, UP).elevation).max() > STEEPEST:
        return "the camera looks too steeply"
    return None


def _picture_wrong(candidate: Candidate) -> str | None:
    """Look at a few small frames: too little to see, or too much of one thing."""
    spec = candidate.spec
    caster = caster_for(spec, PROBE_SIDE)
    poses = with_landmarks(spec, candidate.world_from_object)
    frames = np.unique(np.linspace(0, spec.frames - 1, PROBES).round().astype(int))
    named = [n for n, kind in enumerate(caster.kinds) if stands_in_the_way(kind)]
    seen = np.zeros((len(frames), len(spec.objects)), dtype=bool)
    share = np.zeros_like(seen, dtype=float)
    for k, t in enumerate(frames):
        hits = caster.cast(candidate.world_from_camera[t], poses[t])
        if k == 0:
            reason = _camera_unclear(candidate, hits)
            if reason is not None:
                return reason
        count = np.bincount(hits.instance[hits.instance >= 0], minlength=poses.shape[1])
        if count[named].max(initial=0) > LARGEST_SHARE * PROBE_SIDE**2:
            return "something fills the picture"
        objects = len(spec.objects)
        share[k] = count[:objects] / PROBE_SIDE**2
        part = count[:objects] / np.maximum(hits.alone[:objects], 1)
        seen[k] = (share[k] >= SEEN_SHARE) & (part >= SEEN_PART)
        if k in (0, len(frames) - 1) and seen[k].sum() < SEEN_OBJECTS:
            return "too few objects in sight"
    return _movers_unseen(candidate, seen, share)


def hides_a_mover(candidate: Candidate) -> bool:
    """Whether a mover is clearly hidden for a while and yet seen well enough to be asked about."""
    spec = candidate.spec
    caster = caster_for(spec, PROBE_SIDE)
    poses = with_landmarks(spec, candidate.world_from_object)
    moves = np.flatnonzero([o.motion.kind != "rest" for o in spec.objects])
    parts = []
    for t in np.linspace(0, spec.frames - 1, HIDING_PROBES).round().astype(int):
        hits = caster.cast(candidate.world_from_camera[t], poses[t])
        count = np.bincount(hits.instance[hits.instance >= 0], minlength=poses.shape[1])
        parts.append(count[moves] / np.maximum(hits.alone[moves], 1))
    part = np.array(parts)
    asked = ((part >= SEEN_PART).mean(axis=0) >= SEEN_FRAMES) & (part[[0, -1]] >= SEEN_PART).all(axis=0)
    return bool(np.any(asked & (part.min(axis=0) < HIDDEN_PART)))


def _movers_unseen(
    candidate: Candidate, seen: NDArray[np.bool_], share: Floats
) -> str | None:
    moves = np.array([o.motion.kind != "rest" for o in candidate.spec.objects])
    well = (seen & (share >= SEEN_MOVER_SHARE)).mean(axis=0) >= SEEN_FRAMES
    well &= seen[0] & seen[-1]
    # One of three or more movers may be out of sight: life is like that.
    allowed = 1 if moves.sum() >= 3 else 0
    return "a mover is hardly seen" if (moves & ~well).sum() > allowed else None


def _camera_unclear(candidate: Candidate, hits: Hits) -> str | None:
    """Each component of the camera's motion is clearly there or clearly not."""
    path = candidate.world_from_camera
    if not candidate.spec.camera.components and candidate.spec.camera.hand is not None:
        turned = np.einsum("ij,tij->t", path[0, :3, :3], path[:, :3, :3])
        if np.arccos(np.clip((turned - 1) / 2, -1, 1)).max() < LEAST_TREMBLE:
            return "the hand hardly trembles"
    depth = float(np.median(hits.depth[np.isfinite(hits.depth)]))
    axes = heading_axes(path[:1], UP)
    frame = np.stack([axes.forward[0], axes.right[0], axes.up[0]])
    way = np.ptp((path[:, :3, 3] - path[0, :3, 3]) @ frame.T, axis=0)
    largest = way.max()
    present = way >= max(CLEAR_CAMERA * depth, NAMED_WITH * largest)
    absent = way <= max(ABSENT_CAMERA * depth, NOT_NAMED_WITH * largest)
    angles = camera_angles(path, UP)
    turn = np.array([np.ptp(angles.azimuth), np.ptp(angles.elevation), np.ptp(angles.roll)])
    if not np.all(present | absent) or not np.all((turn >= CLEAR_TURN) | (turn <= ABSENT_TURN)):
        return "the camera's motion is unclear"
    return None
