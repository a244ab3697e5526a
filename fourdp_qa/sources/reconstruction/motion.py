"""How an object moves, as far as it can be proved: not at all, or as one piece with its tracked points."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import inside_image, project
from fourdp_qa.scene.pose import Floats, invert_pose, make_pose, transform_points
from fourdp_qa.scene.scene import Scene
from fourdp_qa.sources.reconstruction import constants as c
from fourdp_qa.sources.reconstruction.reconstructed import PointTracks
from fourdp_qa.sources.reconstruction.surfaces import Surfaces

WORST_TENTH = 90.0
AROUND = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))


def stands_still(scene: Scene, surfaces: Surfaces, k: int) -> bool:
    """Whether object k stays where it is: its pixels, carried by the camera alone, meet its own mask and
    surface in the other frames, from the first frame to the last.
    """
    compared = surfaces.compared
    shown = [t for t in compared if t in surfaces.of[k].whole]
    if not {compared[0], compared[-1]} <= set(shown) or len(shown) < 0.8 * len(compared):
        return False
    pairs = [*pairwise(shown), (shown[0], shown[-1])]
    stays, misses = [], []
    # Both ways: what comes nearer looks hidden by itself, and the other way it is seen to be gone.
    for a, b in [*pairs, *((b, a) for a, b in pairs)]:
        on_mask, miss = _met(scene, surfaces, k, a, b)
        if len(miss) < max(c.FEWEST_POINTS, 0.5 * len(on_mask)):
            return False
        stays.append(float(np.mean(on_mask)))
        misses.append(float(np.percentile(miss, WORST_TENTH)))
    return min(stays) >= c.STAYS_ON_MASK and max(misses) <= c.STILL_RESIDUAL


def _met(
    scene: Scene, surfaces: Surfaces, k: int, a: int, b: int
) -> tuple[NDArray[np.bool_], Floats]:
    """For the points of frame a that nothing hides in b: whether the mask of k is there; and for those on
    it how far off its surface is around there, relative to the distance: a slanted face is elsewhere a pixel
    further. A point behind its own object's surface is hidden too.
    """
    in_camera = transform_points(invert_pose(scene.world_from_camera[b]), surfaces.of[k].points[a])
    uv = project(scene.facts.K, in_camera)
    depth, ids = surfaces.depth[b], surfaces.ids[b]
    seen = inside_image(uv, *ids.shape)
    columns, rows = uv[seen].astype(np.int64).T
    z, stored, there = in_camera[seen, 2], depth[rows, columns], ids[rows, columns]
    hidden = (there != k) & (stored > 0) & (stored < z * (1 - c.RIGID_RESIDUAL))
    on_mask = there == k
    miss = np.full(len(z), np.inf)
    for down, across in AROUND:
        row = np.clip(rows + down, 0, ids.shape[0] - 1)
        column = np.clip(columns + across, 0, ids.shape[1] - 1)
        near = np.where(ids[row, column] == k, np.abs(depth[row, column] - z), np.inf)
        miss = np.minimum(miss, near)
    miss /= np.linalg.norm(in_camera[seen], axis=-1)
    by_itself = on_mask & (stored < z) & (miss > c.STILL_RESIDUAL)
    return on_mask[~hidden], miss[on_mask & ~by_itself]


def rigid_motion(
    scene: Scene, surfaces: Surfaces, tracks: PointTracks, k: int
) -> tuple[Floats, NDArray[np.bool_]] | None:
    """The motion of object k that its tracked points tell, and the frames in which they do.

    Returns
    -------
    (T, 4, 4) that carry the object from where it is in its reference frame, and (T,) bool; None when it has
    too few points or does not move as one piece.
    """
    if surfaces.tracked is None:
        return None
    seen = surfaces.tracked >= 0
    share = (surfaces.tracked == k).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    mine = np.flatnonzero((share >= c.TRACK_ON_OBJECT) & (seen.sum(axis=0) >= 2))
    on_it = surfaces.tracked[:, mine] == k
    if len(mine) < c.FEWEST_TRACKS or on_it.sum(axis=1).max(initial=0) < c.FEWEST_TRACKS:
        return None
    reference = int(on_it.sum(axis=1).argmax())
    motion = np.tile(np.eye(4), (len(on_it), 1, 1))
    known = np.zeros(len(on_it), dtype=np.bool_)
    moves = False
    for t in range(len(on_it)):
        both = mine[on_it[reference] & on_it[t]]
        if len(both) < c.FEWEST_COMMON:
            continue
        before, after = tracks.world[reference, both], tracks.world[t, both]
        extents = np.linalg.svd(before - before.mean(axis=0), compute_uv=False)
        if extents[1] < c.LEAST_SPREAD * extents[0]:
            continue
        motion[t] = _fitted(before, after)
        miss = np.linalg.norm(transform_points(motion[t], before) - after, axis=-1)
        distance = np.linalg.norm(after - scene.world_from_camera[t, :3, 3], axis=-1)
        if np.percentile(miss / distance, WORST_TENTH) > c.RIGID_RESIDUAL:
            return None
        went = np.linalg.norm(after - before, axis=-1) / distance
        moves |= bool(np.percentile(went, WORST_TENTH) > c.TREMBLE)
        known[t] = True
    return (motion if moves else np.tile(np.eye(4), (len(on_it), 1, 1))), known


def _fitted(before: Floats, after: Floats) -> Floats:
    """The rigid motion that carries points (P, 3) best onto others (Kabsch); the worst fifth is left out of
    a second fit, as a tracked point that slipped would turn the whole.
    """
    motion = _kabsch(before, after)
    miss = np.linalg.norm(transform_points(motion, before) - after, axis=-1)
    kept = miss <= np.percentile(miss, 80)
    return _kabsch(before[kept], after[kept]) if kept.sum() >= c.FEWEST_COMMON else motion


def _kabsch(before: Floats, after: Floats) -> Floats:
    centre, goal = before.mean(axis=0), after.mean(axis=0)
    u, _, vt = np.linalg.svd((before - centre).T @ (after - goal))
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(u @ vt))])
    turn = (u @ flip @ vt).T
    return make_pose(turn, goal - turn @ centre)
