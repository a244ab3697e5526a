"""Point tracks of a source that measured points itself: chosen and projected, nothing is lifted or carried.

The same definitions as in `fourdp_qa.measure.tracks`: visual track p[t] = Pi(K, X[t] in the camera of frame
t); true-motion track m[t] = Pi(K, X[t] in the camera of the query frame).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.tracks import PointTrack
from fourdp_qa.randomness import generator
from fourdp_qa.scene.camera import inside_image, project
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.scene import Capability, Scene, ScenePoints
from fourdp_qa.scene.segment import Segment

UNNAMED_OBJECT = -1
"""`PointTrack.object_id` of a point of which nobody says what it is on; it may move."""
QUERIES = 8
"""Points taken at one query time: more of one clip than are ever asked about."""
MOVING = 0.01
"""Of the side: half of the points taken go at least so far, where there are such."""
CROWDED = 0.01
"""Of the side, ten times the last digit of a question's coordinates: within it, another point at another
depth would leave open which of the two is meant."""
OTHER_DEPTH = 1.1
"""Ratio of depths from which on two neighbours lie on different things."""


def stated_tracks(scene: Scene, segment: Segment, points: ScenePoints) -> tuple[PointTrack, ...]:
    """Tracks of some points at frame 0 and at one other frame; `scene` is the square view.

    True-motion tracks are NaN where the source does not know the camera's path.
    """
    facts = scene.facts
    frames = segment.frames
    in_camera = points.in_camera[frames]
    uv = project(facts.K, in_camera)
    visible = points.visible[frames] & inside_image(uv, facts.height, facts.width)
    placed = Capability.WORLD_POINT_TRACKS in facts.capabilities
    pose = scene.world_from_camera[frames]
    world = transform_points(pose, in_camera)
    rng = generator(0, facts.source, facts.draw_key, segment.text, "queries")
    tracks: list[PointTrack] = []
    for query_frame in (0, int(rng.integers(1, segment.count))):
        frozen = np.full_like(uv, np.nan)
        if placed:
            camera = np.broadcast_to(invert_pose(pose[query_frame]), pose.shape)
            frozen = project(facts.K, transform_points(camera, world))
        path = (frozen if placed else uv) / facts.width
        chosen = _choose(uv[query_frame] / facts.width, in_camera[query_frame, :, 2], visible[query_frame],
                         _extent(path) >= MOVING, rng)
        for p in chosen:
            tracks.append(PointTrack(
                index=len(tracks), query_frame=query_frame, object_id=UNNAMED_OBJECT,
                visual=uv[:, p] / facts.width, true_motion=frozen[:, p] / facts.width,
                visible=visible[:, p],
                moved=_moved(world[:, p], in_camera[query_frame, p]) if placed else float("nan"),
            ))
    return tuple(tracks)


def typical_depth(points: ScenePoints, frame: int) -> float:
    """Median depth of the points seen in a scene frame; NaN when none is."""
    seen = points.in_camera[frame, points.visible[frame], 2]
    return float(np.median(seen)) if seen.size else float("nan")


def _choose(
    place: Floats, depth: Floats, visible: NDArray[np.bool_], moving: NDArray[np.bool_],
    rng: np.random.Generator,
) -> list[int]:
    """Up to `QUERIES` visible points that no other visible one can be mistaken for, half of them moving."""
    order = rng.permutation(np.flatnonzero(visible))
    order = np.concatenate([order[moving[order]][: QUERIES // 2], order])
    chosen: list[int] = []
    for p in dict.fromkeys(order.tolist()):
        near = visible & (np.abs(place - place[p]).max(axis=1) < CROWDED)
        ratio = depth[near] / depth[p]
        if np.all((ratio < OTHER_DEPTH) & (ratio > 1 / OTHER_DEPTH)):
            chosen.append(p)
        if len(chosen) == QUERIES:
            break
    return chosen


def _extent(path: Floats) -> Floats:
    """Diagonal (P,) of the box around each path (T, P, 2), as far as it is known."""
    known = np.isfinite(path)
    low, high = np.where(known, path, np.inf).min(axis=0), np.where(known, path, -np.inf).max(axis=0)
    return np.asarray(np.where(known.any(axis=0), np.linalg.norm(np.maximum(high - low, 0), axis=-1)[:, None],
                               0)[:, 0])


def _moved(world: Floats, in_camera_at_query: Floats) -> float:
    """Diagonal of the box around a world path (T, 3), in distances from the camera at the query time."""
    known = world[np.isfinite(world).all(axis=-1)]
    return float(np.linalg.norm(np.ptp(known, axis=0)) / np.linalg.norm(in_camera_at_query))
