"""Oriented boxes of objects: corners, nearest point, and the hull they cover in the picture."""

from __future__ import annotations

import numpy as np

from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points

# Corner k of a box: bit 2 = x, bit 1 = y, bit 0 = z.
_CORNER_SIGNS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float) / 2

# The corners around each of the six faces, in the order of its outline.
_FACES = np.array([
    [0, 1, 3, 2], [4, 5, 7, 6], [0, 1, 5, 4], [2, 3, 7, 6], [0, 2, 6, 4], [1, 3, 7, 5],
])


def box_corners(world_from_object: Floats, sizes: Floats) -> Floats:
    """World corners (T, N, 8, 3) of boxes with poses (T, N, 4, 4) and edges (N, 3)."""
    return transform_points(world_from_object, _CORNER_SIGNS * sizes[:, None, :])


def nearest_point_distance(
    world_from_object: Floats, sizes: Floats, viewpoint: Floats
) -> Floats:
    """Distance (T, N) from viewpoints (T, 3) in world axes to the nearest point of each box; 0 inside."""
    local = transform_points(
        invert_pose(world_from_object), np.broadcast_to(
            viewpoint[:, None, None, :], (*world_from_object.shape[:2], 1, 3)
        )
    )[:, :, 0]
    return np.linalg.norm(np.maximum(np.abs(local) - sizes / 2, 0.0), axis=-1)


def projected_diagonal(K: Floats, corners_in_camera: Floats) -> Floats:
    """Diagonal (...) in pixels of the axis-aligned rectangle around projected corners (..., 8, 3).

    NaN as soon as one corner is behind the camera: the rectangle is unbounded there.
    """
    uv = project(K, corners_in_camera)
    return np.linalg.norm(uv.max(axis=-2) - uv.min(axis=-2), axis=-1)


def hull_outside(K: Floats, corners_in_camera: Floats, side: int) -> tuple[Floats, Floats]:
    """Areas (...) of projected box hulls in pixels, and their shares (...) outside the (side, side)
    image; corners (..., 8, 3) in camera axes.

    A box with a corner behind the camera, or without a pose, counts as wholly outside with an
    unknown (NaN) area.
    """
    uv = project(K, corners_in_camera)
    in_front = np.isfinite(uv).all(axis=(-1, -2))
    area, outside = np.full(in_front.shape, np.nan), np.ones(in_front.shape)
    uv = uv[in_front]
    whole = _covered_area(uv)
    crosses = ((uv < 0) | (uv > side)).any(axis=(-1, -2))
    inside = whole.copy()
    inside[crosses] = _covered_area(uv[crosses], side)
    area[in_front] = whole
    outside[in_front] = 1.0 - np.divide(inside, whole, out=np.zeros_like(whole), where=whole > 0)
    return area, outside


def _covered_area(uv: Floats, side: int | None = None) -> Floats:
    """Area (B,) that projected corners (B, 8, 2) cover, of it only what is inside the image when
    `side` is given.

    Whatever a convex body covers, its near faces cover once and its far faces once more: the area
    is half the sum over the faces, and no hull needs to be searched.
    """
    start = uv[:, _FACES]
    stop = np.roll(start, -1, axis=2)
    path = np.stack([start, stop], axis=3) if side is None else _pressed_inside(start, stop, side)
    x, y = path[..., 0], path[..., 1]
    twice = (x[..., :-1] * y[..., 1:] - x[..., 1:] * y[..., :-1]).sum(axis=(-1, -2))
    return np.abs(twice).sum(axis=-1) / 4


def _pressed_inside(start: Floats, stop: Floats, side: int) -> Floats:
    """Edges (..., 2) to (..., 2) as paths (..., 6, 2) along which all that is outside the image is
    moved to the nearest point of its border. There it encloses no area, so that a closed outline
    encloses the same as its part inside the image.
    """
    step = stop - start
    with np.errstate(divide="ignore", invalid="ignore"):
        crossings = np.concatenate([-start / step, (side - start) / step], axis=-1)
    ends = np.broadcast_to([0.0, 1.0], (*step.shape[:-1], 2))
    # An edge along a border divides 0 by 0: it crosses nowhere that matters (fmax turns NaN into 0).
    along = np.concatenate([ends, np.minimum(np.fmax(crossings, 0), 1)], axis=-1)
    along.sort(axis=-1)
    return np.clip(start[..., None, :] + along[..., None] * step[..., None, :], 0, side)
