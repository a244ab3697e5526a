"""Point tracks: a pixel lifted at the query time and carried through the segment by its object's pose.

Definitions (4DP-QA, CVPR 2026): visual track p[t] = Pi(K, T[t], X[t]); true-motion track
m[t] = Pi(K, T[tq], X[t]), the camera frozen at the query time tq.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.limits import AnchorLimits, TrackLimits
from fourdp_qa.measure.surroundings import even_depth_around, one_id_around, window_of
from fourdp_qa.randomness import generator
from fourdp_qa.scene.camera import inside_image, project, unproject
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.scene import Capability, Scene
from fourdp_qa.scene.segment import Segment, SegmentImages

POINTS_PER_OBJECT = 2
"""Queries tried on one object at one query time; more only repeats the object's own motion."""
STATIC_POINTS = 3
"""Queries tried on the static background at one query time."""
MIN_MASK_SHARE = 0.0015
"""Objects smaller than this are not queried: a query needs room to be 2 px inside."""


@dataclass(frozen=True)
class PointTrack:
    """One query point over the T frames of a segment.

    Attributes
    ----------
    index : number of the query within the segment, stable for the scene.
    query_frame : clip frame tq.
    object_id : 0 for static background; below 0 where the source does not say what the point is on.
    visual : (T, 2) p[t] as shares of the side; NaN behind the camera.
    true_motion : (T, 2) m[t] as shares of the side; NaN behind the frozen camera.
    visible : (T,) whether the real camera of frame t sees the point.
    moved : how far a point goes in the world that belongs to no object, in distances from the camera at the
        query time; NaN where an object says it, or nobody.
    """

    index: int
    query_frame: int
    object_id: int
    visual: Floats
    true_motion: Floats
    visible: NDArray[np.bool_]
    moved: float = float("nan")


def track_points(
    scene: Scene, segment: Segment, images: SegmentImages, mask_box: Floats,
    anchor: AnchorLimits, limits: TrackLimits,
) -> tuple[PointTrack, ...]:
    """Query points at frame 0 and at one other frame, tracked through the segment.

    `mask_box` (T, N, 4) are shares of the side, as in ObjectMeasurements.
    """
    facts = scene.facts
    rng = generator(0, facts.source, facts.draw_key, segment.text, "queries")
    tracks: list[PointTrack] = []
    for query_frame in (0, int(rng.integers(1, segment.count))):
        rows, cols, ids = _choose_queries(scene, images, mask_box, query_frame, anchor, rng)
        rows, cols, ids = _above_the_wheels(scene, segment, images, query_frame, rows, cols, ids,
                                            anchor)
        if len(rows) == 0:
            continue
        tracks += track_pixels(scene, segment, images, query_frame, rows, cols, ids, limits,
                               len(tracks))
    return tuple(tracks)


def track_pixels(
    scene: Scene, segment: Segment, images: SegmentImages, query_frame: int,
    rows: NDArray[np.int64], cols: NDArray[np.int64], ids: NDArray[np.int64],
    limits: TrackLimits, first_index: int = 0,
) -> list[PointTrack]:
    """Tracks of the pixels (P,) of one query frame, numbered from `first_index`."""
    world = carry_pixels(scene, segment, images, query_frame, rows, cols, ids)
    K, side = scene.facts.K, scene.facts.width
    camera_from_world = invert_pose(scene.world_from_camera[segment.frames])
    visual = project(K, transform_points(camera_from_world, world)) / side
    frozen = np.broadcast_to(camera_from_world[query_frame], camera_from_world.shape)
    true_motion = project(K, transform_points(frozen, world)) / side
    visible = points_visible(scene, segment, images, world, ids, limits)
    return [
        PointTrack(
            index=first_index + i, query_frame=query_frame, object_id=int(ids[i]),
            visual=visual[:, i], true_motion=true_motion[:, i], visible=visible[:, i],
        )
        for i in range(len(ids))
    ]


def carry_pixels(
    scene: Scene, segment: Segment, images: SegmentImages, query_frame: int,
    rows: NDArray[np.int64], cols: NDArray[np.int64], ids: NDArray[np.int64],
    to: Sequence[int] | None = None,
) -> Floats:
    """Lift pixels of the query frame and carry each by its object's pose: world points (T, P, 3), of
    the clip frames `to` alone where they are given.

    Points of id 0 stay where they are. NaN in frames where the object has no pose.
    """
    facts, frames = scene.facts, segment.frames
    wanted = frames if to is None else [frames[t] for t in to]
    uv = np.stack([cols + 0.5, rows + 0.5], axis=-1)
    in_camera = unproject(facts.K, uv, images.depth[query_frame][rows, cols])
    at_query = transform_points(scene.world_from_camera[frames[query_frame]], in_camera)
    world = np.repeat(at_query[None], len(wanted), axis=0)
    index_of = {o.id: n for n, o in enumerate(scene.objects)}
    for object_id in np.unique(ids[ids > 0]):
        n = index_of[int(object_id)]
        mine = ids == object_id
        then = invert_pose(_poses(scene, [frames[query_frame]], n)[0])
        in_object = transform_points(then, at_query[mine])
        world[:, mine] = transform_points(_poses(scene, wanted, n), in_object)
    return world


def _poses(scene: Scene, frames: Sequence[int], n: int) -> Floats:
    """world_from_object (T, 4, 4) of object n in frames of the scene; NaN without a pose."""
    valid = scene.pose_valid[frames, n][:, None, None]
    return np.where(valid, scene.world_from_object[frames, n], np.nan)


def points_visible(
    scene: Scene, segment: Segment, images: SegmentImages, world: Floats,
    ids: NDArray[np.int64], limits: TrackLimits,
) -> NDArray[np.bool_]:
    """(T, P) whether the real camera of each frame sees the world points (T, P, 3) of objects `ids`.

    Exact rays where the source has them; else the pixel under the point must carry the same id and
    its depth must agree with the point's within the tolerance.
    """
    if Capability.EXACT_VISIBILITY in scene.facts.capabilities:
        flags = [scene.sees(t, world[i], ids) for i, t in enumerate(segment.frames)]
        return np.stack([f for f in flags if f is not None])
    facts = scene.facts
    in_camera = transform_points(invert_pose(scene.world_from_camera[segment.frames]), world)
    uv = project(facts.K, in_camera)
    visible = inside_image(uv, facts.height, facts.width)
    col = np.clip(np.nan_to_num(uv[..., 0]).astype(np.int64), 0, facts.width - 1)
    row = np.clip(np.nan_to_num(uv[..., 1]).astype(np.int64), 0, facts.height - 1)
    z, t = in_camera[..., 2], np.arange(segment.count)[:, None]
    tolerance = limits.estimated_tolerance if facts.estimated else limits.depth_tolerance
    with np.errstate(invalid="ignore"):
        agrees = np.abs(images.depth[t, row, col] - z) <= tolerance * z
    return visible & agrees & (images.instances[t, row, col] == ids)


def _choose_queries(
    scene: Scene, images: SegmentImages, mask_box: Floats, frame: int, limits: AnchorLimits,
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pixels well inside one rigid object, or on static background, away from depth edges."""
    instances, side = images.instances[frame], scene.facts.width
    fit = even_depth_around(images.depth[frame], limits.edge_window_px, limits.edge_ratio)
    fit &= one_id_around(instances, limits.erode_px)
    wanted = [
        (o.id, window_of(mask_box[frame, n].tolist(), side), POINTS_PER_OBJECT)
        for n, o in enumerate(scene.objects)
        if o.is_rigid and not o.is_environment and np.isfinite(mask_box[frame, n, 0])
    ]
    caps = scene.facts.capabilities
    if Capability.BACKGROUND_DEPTH in caps and Capability.UNMODELLED_OCCLUDERS not in caps:
        wanted.append((0, (slice(0, side), slice(0, side)), STATIC_POINTS))
    chosen: list[tuple[int, int, int]] = []
    for object_id, (rows, cols), count in wanted:
        mask = instances[rows, cols] == object_id
        if np.count_nonzero(mask) < MIN_MASK_SHARE * instances.size:
            continue
        places = np.flatnonzero(mask & fit[rows, cols])
        if len(places):
            pick = rng.choice(len(places), size=min(count, len(places)), replace=False)
            for place in places[np.sort(pick)]:
                row, col = divmod(int(place), mask.shape[1])
                chosen.append((row + rows.start, col + cols.start, object_id))
    table = np.array(chosen, dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def _above_the_wheels(
    scene: Scene, segment: Segment, images: SegmentImages, frame: int,
    rows: NDArray[np.int64], cols: NDArray[np.int64], ids: NDArray[np.int64], limits: AnchorLimits,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Drop queries on the lowest part of vehicles and people: wheels and feet move on their own."""
    keep = np.ones(len(ids), dtype=np.bool_)
    world = carry_pixels(scene, segment, images, frame, rows, cols, ids, to=[frame])[0]
    for n, item in enumerate(scene.objects):
        mine = ids == item.id
        if item.is_agent and mine.any():
            pose = scene.world_from_object[segment.frames[frame], n]
            height = transform_points(invert_pose(pose), world[mine])[:, 2] / item.size[2]
            keep[mine] = height >= 0.5 - limits.agent_upper_share
    keep &= np.isfinite(world).all(axis=-1)
    return rows[keep], cols[keep], ids[keep]
