"""SHIFT's numbers for cameras and boxes as poses in the standard conventions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from fourdp_qa.scene.pose import Floats, make_pose
from fourdp_qa.sources.shift.constants import BODY_FROM_OBJECT, WORLD_FROM_CARLA


def camera_poses(location: ArrayLike, rotation_degrees: ArrayLike) -> Floats:
    """world_from_camera (..., 4, 4), OpenCV axes, in a right-handed world with z up.

    Parameters
    ----------
    location : (..., 3) metres in CARLA's left-handed world
    rotation_degrees : (..., 3) roll, pitch, yaw as CARLA means them: yaw turns clockwise seen from
        above, pitch lifts the view, roll leans it to the right
    """
    roll, pitch, yaw = np.moveaxis(np.radians(np.asarray(rotation_degrees, dtype=np.float64)), -1, 0)
    cr, cp, cy = np.cos(roll), np.cos(pitch), np.cos(yaw)
    sr, sp, sy = np.sin(roll), np.sin(pitch), np.sin(yaw)
    forward = np.stack([cp * cy, cp * sy, sp], axis=-1)
    right = np.stack([cy * sp * sr - sy * cr, sy * sp * sr + cy * cr, -cp * sr], axis=-1)
    up = np.stack([-cy * sp * cr - sy * sr, -sy * sp * cr + cy * sr, cp * cr], axis=-1)
    in_carla = np.stack([right, -up, forward], axis=-1)
    place = np.asarray(location, dtype=np.float64) @ WORLD_FROM_CARLA
    return make_pose(WORLD_FROM_CARLA @ in_carla, place)


def box_poses(location: ArrayLike, orientation: ArrayLike) -> Floats:
    """camera_from_object (..., 4, 4): x to the nose, y left, z up, origin at the box centre.

    Parameters
    ----------
    location : (..., 3) box centre in the camera's OpenCV axes, metres
    orientation : (..., 3) angles about x, y, z in radians, applied z first, then x, then y
    """
    x, y, z = np.moveaxis(np.asarray(orientation, dtype=np.float64), -1, 0)
    rotation = _about(1, y) @ _about(0, x) @ _about(2, z)
    return make_pose(rotation @ BODY_FROM_OBJECT, location)


def _about(axis: int, angle: Floats) -> Floats:
    """Rotations (..., 3, 3) about a coordinate axis."""
    rotation = np.zeros((*np.shape(angle), 3, 3))
    j, k = (axis + 1) % 3, (axis + 2) % 3
    rotation[..., axis, axis] = 1.0
    rotation[..., j, j] = rotation[..., k, k] = np.cos(angle)
    rotation[..., j, k], rotation[..., k, j] = -np.sin(angle), np.sin(angle)
    return rotation
