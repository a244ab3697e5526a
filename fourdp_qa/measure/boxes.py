"""Oriented boxes of objects: corners, nearest point, and the hull they cover in the picture."""

from __future__ import annotations

import numpy as np

from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points

# Corner k of a box: bit 2 = x, bit 1 = y, bit 0 = z.
_CORNER_SIGNS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float) / 2

NEAR_PLANE_SHARE = 0.01
"""Corners nearer than this share of the box diagonal are treated as behind the camera."""


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


def hull_outside(K: Floats, corners_in_camera: Floats, side: int) -> tuple[float, float]:
    """Area of a projected box hull in pixels, and its share outside the (side, side) image.

    A box with a corner behind the camera counts as wholly outside with an unknown (NaN) area.
    """
    uv = project(K, corners_in_camera)
    if not np.all(np.isfinite(uv)):
        return float("nan"), 1.0
    hull = convex_hull(uv)
    area = polygon_area(hull)
    if area <= 0:
        return 0.0, 1.0
    low, high = uv.min(axis=0), uv.max(axis=0)
    if low[0] >= 0 and low[1] >= 0 and high[0] <= side and high[1] <= side:
        return area, 0.0
    inside = polygon_area(_clip_to_square(hull, side))
    return area, 1.0 - inside / area


def convex_hull(points: Floats) -> Floats:
    """Counter-clockwise convex hull (M, 2) of points (P, 2), by Andrew's monotone chain."""
    ordered = sorted(map(tuple, points.tolist()))

    def chain(sequence: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
        kept: list[tuple[float, ...]] = []
        for p in sequence:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], p) <= 0:
                kept.pop()
            kept.append(p)
        return kept[:-1]

    return np.array(chain(ordered) + chain(ordered[::-1]), dtype=np.float64).reshape(-1, 2)


def polygon_area(polygon: Floats) -> float:
    """Area of a simple polygon (M, 2) by the shoelace rule; 0 for fewer than three corners."""
    if len(polygon) < 3:
        return 0.0
    x, y = polygon[:, 0], polygon[:, 1]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def _turn(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _clip_to_square(polygon: Floats, side: int) -> Floats:
    """Sutherland-Hodgman against the four borders of the image."""
    for axis, limit, keep_below in ((0, 0.0, False), (0, side, True), (1, 0.0, False), (1, side, True)):
        clipped: list[Floats] = []
        for i in range(len(polygon)):
            a, b = polygon[i - 1], polygon[i]
            a_in = a[axis] <= limit if keep_below else a[axis] >= limit
            b_in = b[axis] <= limit if keep_below else b[axis] >= limit
            if a_in != b_in:
                clipped.append(a + (b - a) * (limit - a[axis]) / (b[axis] - a[axis]))
            if b_in:
                clipped.append(b)
        polygon = np.array(clipped).reshape(-1, 2)
        if len(polygon) == 0:
            break
    return polygon
