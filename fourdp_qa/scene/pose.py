"""Rigid transforms, named from-to: ``world_from_camera @ camera_from_object`` — inner names cancel."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def make_pose(rotation: ArrayLike, translation: ArrayLike) -> Floats:
    """Stack rotations (..., 3, 3) and translations (..., 3) into poses (..., 4, 4)."""
    rotation = np.asarray(rotation, dtype=np.float64)
    translation = np.asarray(translation, dtype=np.float64)
    pose = np.zeros((*np.broadcast_shapes(rotation.shape[:-2], translation.shape[:-1]), 4, 4))
    pose[..., :3, :3] = rotation
    pose[..., :3, 3] = translation
    pose[..., 3, 3] = 1.0
    return pose


def invert_pose(a_from_b: ArrayLike) -> Floats:
    """Return ``b_from_a`` for rigid ``a_from_b`` (..., 4, 4)."""
    pose = np.asarray(a_from_b, dtype=np.float64)
    rotation = np.swapaxes(pose[..., :3, :3], -1, -2)
    return make_pose(rotation, -(rotation @ pose[..., :3, 3:])[..., 0])


def transform_points(a_from_b: ArrayLike, points_in_b: ArrayLike) -> Floats:
    """Carry points (..., P, 3) of frame b into frame a with poses (..., 4, 4); units are kept."""
    pose = np.asarray(a_from_b, dtype=np.float64)
    points = np.asarray(points_in_b, dtype=np.float64)
    return points @ np.swapaxes(pose[..., :3, :3], -1, -2) + pose[..., None, :3, 3]


def rotation_from_quaternion_wxyz(quaternion_wxyz: ArrayLike) -> Floats:
    """Rotation matrices (..., 3, 3) from quaternions (..., 4) in the order **w, x, y, z**.

    Quaternions are normalised first: files store them rounded or interpolated.

    Raises
    ------
    ValueError
        When a quaternion has no length or is not finite.
    """
    quaternion = np.asarray(quaternion_wxyz, dtype=np.float64)
    norm = np.linalg.norm(quaternion, axis=-1, keepdims=True)
    if not np.all(np.isfinite(norm)) or np.any(norm < 1e-9):
        raise ValueError(f"a quaternion has length {float(np.min(norm))}, expected about 1")
    w, x, y, z = np.moveaxis(quaternion / norm, -1, 0)
    return np.stack(
        [
            np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], -1),
            np.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], -1),
            np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], -1),
        ],
        axis=-2,
    )


def quaternion_wxyz_from_rotation(rotation: Floats) -> Floats:
    """Unit quaternions (..., 4), order w, x, y, z, of rotations (..., 3, 3); NaN stays NaN.

    The largest of the four components is found first and the others follow from it, which is stable
    for every angle.
    """
    r = np.asarray(rotation, dtype=np.float64)
    xx, yy, zz = r[..., 0, 0], r[..., 1, 1], r[..., 2, 2]
    # Four times the outer product of the quaternion with itself.
    product = np.stack([
        np.stack([1 + xx + yy + zz, r[..., 2, 1] - r[..., 1, 2],
                  r[..., 0, 2] - r[..., 2, 0], r[..., 1, 0] - r[..., 0, 1]], -1),
        np.stack([r[..., 2, 1] - r[..., 1, 2], 1 + xx - yy - zz,
                  r[..., 0, 1] + r[..., 1, 0], r[..., 0, 2] + r[..., 2, 0]], -1),
        np.stack([r[..., 0, 2] - r[..., 2, 0], r[..., 0, 1] + r[..., 1, 0],
                  1 - xx + yy - zz, r[..., 1, 2] + r[..., 2, 1]], -1),
        np.stack([r[..., 1, 0] - r[..., 0, 1], r[..., 0, 2] + r[..., 2, 0],
                  r[..., 1, 2] + r[..., 2, 1], 1 - xx - yy + zz], -1),
    ], axis=-2)
    largest = np.diagonal(product, axis1=-2, axis2=-1).argmax(axis=-1)
    row = np.take_along_axis(product, largest[..., None, None], axis=-2)[..., 0, :]
    return np.asarray(row / np.linalg.norm(row, axis=-1, keepdims=True), dtype=np.float64)


def rotation_error(pose: ArrayLike) -> Floats:
    """How far the upper left 3x3 of poses (..., 4, 4) is from a rotation, as the largest entry of
    ``R R^T - I``; a reflection (determinant -1) counts as 2. NaN stays NaN.
    """
    rotation = np.asarray(pose, dtype=np.float64)[..., :3, :3]
    error = np.abs(rotation @ np.swapaxes(rotation, -1, -2) - np.eye(3)).max(axis=(-1, -2))
    mirrored = np.linalg.det(rotation) < 0
    return np.asarray(np.where(mirrored, np.maximum(error, 2.0), error), dtype=np.float64)
