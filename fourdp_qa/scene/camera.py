"""The pinhole camera: OpenCV axes (x right, y down, z forward), pixel centres at +0.5, z-depth.

Image coordinates are continuous with (0, 0) at the outer corner of the first pixel, so that a
resize by s is u -> s u and a normalised coordinate is u / W. docs/conventions.md has the drawing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fourdp_qa.scene.pose import Floats


def project(K: ArrayLike, points_in_camera: ArrayLike) -> Floats:
    """Project points (..., 3) in camera axes to image coordinates (..., 2) in pixels.

    Points on or behind the image plane (z <= 0) give NaN.
    """
    K = np.asarray(K, dtype=np.float64)
    points = np.asarray(points_in_camera, dtype=np.float64)
    z = np.where(points[..., 2] > 0, points[..., 2], np.nan)
    u = K[0, 0] * points[..., 0] / z + K[0, 1] * points[..., 1] / z + K[0, 2]
    v = K[1, 1] * points[..., 1] / z + K[1, 2]
    return np.stack([u, v], axis=-1)


def unproject(K: ArrayLike, uv: ArrayLike, z_depth: ArrayLike) -> Floats:
    """Lift image coordinates (..., 2) in pixels with z-depth (...) to points (..., 3) in camera axes."""
    K = np.asarray(K, dtype=np.float64)
    uv = np.asarray(uv, dtype=np.float64)
    z = np.asarray(z_depth, dtype=np.float64)
    y = (uv[..., 1] - K[1, 2]) / K[1, 1]
    x = (uv[..., 0] - K[0, 2] - K[0, 1] * y) / K[0, 0]
    return np.stack([x * z, y * z, z], axis=-1)


def pixel_centres(height: int, width: int) -> Floats:
    """Image coordinates (H, W, 2) of all pixel centres: column + 0.5, row + 0.5."""
    v, u = np.mgrid[:height, :width]
    return np.stack([u + 0.5, v + 0.5], axis=-1)


def inside_image(uv: ArrayLike, height: int, width: int) -> NDArray[np.bool_]:
    """Whether image coordinates (..., 2) lie in the image; NaN does not."""
    uv = np.asarray(uv, dtype=np.float64)
    return (uv[..., 0] >= 0) & (uv[..., 0] < width) & (uv[..., 1] >= 0) & (uv[..., 1] < height)


@dataclass(frozen=True)
class HeadingAxes:
    """Where "forward", "right" and "up" point for each camera pose, as unit vectors in world axes.

    Attributes
    ----------
    forward, right, up : (T, 3)
        With gravity: the viewing direction without its part along `up`, ``forward x up``, and the
        world's up. Without gravity: the camera's own z, x and -y.
    gravity_aligned : bool
        False without a known up; "up" and "down" must not be said then.
    """

    forward: Floats
    right: Floats
    up: Floats
    gravity_aligned: bool


def heading_axes(world_from_camera: ArrayLike, up: ArrayLike | None) -> HeadingAxes:
    """Heading axes of camera poses (T, 4, 4) for the world's unit `up` (3,) or None.

    A camera that looks exactly along `up` has no heading: its forward and right are NaN.
    """
    pose = np.asarray(world_from_camera, dtype=np.float64)
    z_camera = pose[:, :3, 2]
    if up is None:
        return HeadingAxes(z_camera.copy(), pose[:, :3, 0].copy(), -pose[:, :3, 1], False)
    up = np.asarray(up, dtype=np.float64)
    forward = z_camera - (z_camera @ up)[:, None] * up
    length = np.linalg.norm(forward, axis=1, keepdims=True)
    forward = forward / np.where(length > 1e-6, length, np.nan)
    return HeadingAxes(forward, np.cross(forward, up), np.broadcast_to(up, forward.shape).copy(), True)


@dataclass(frozen=True)
class CameraAngles:
    """Orientation of the camera over time, radians, each (T,).

    Attributes
    ----------
    azimuth : grows when the camera pans right; unwrapped, 0 in the first frame.
    elevation : grows when the camera tilts up; the angle of the view above the horizon.
    roll : grows when the camera itself turns clockwise as its operator sees it; unwrapped.
    """

    azimuth: Floats
    elevation: Floats
    roll: Floats


def camera_angles(world_from_camera: ArrayLike, up: ArrayLike | None) -> CameraAngles:
    """Azimuth, elevation and roll of camera poses (T, 4, 4), measured against `up`.

    Never relative Euler angles: at 45 degrees of pitch a pure 20 degree turn about `up` would read
    as 14 degrees of pan and 14 of roll. Without gravity the first camera's own up axis is used.
    """
    pose = np.asarray(world_from_camera, dtype=np.float64)
    up = -pose[0, :3, 1] if up is None else np.asarray(up, dtype=np.float64)
    x_camera, z_camera = pose[:, :3, 0], pose[:, :3, 2]
    first = heading_axes(pose[:1], up)
    azimuth = np.arctan2(z_camera @ first.right[0], z_camera @ first.forward[0])
    horizontal = np.cross(z_camera, up)
    horizontal /= np.maximum(np.linalg.norm(horizontal, axis=1, keepdims=True), 1e-12)
    vertical = np.cross(horizontal, z_camera)
    roll = np.arctan2(
        -(x_camera * vertical).sum(axis=1), (x_camera * horizontal).sum(axis=1)
    )
    return CameraAngles(
        azimuth=np.unwrap(azimuth),
        elevation=np.arcsin(np.clip(z_camera @ up, -1.0, 1.0)),
        roll=np.unwrap(roll),
    )
