"""FISHEYE624, the camera model of both headsets: six radial, two tangential, four thin-prism numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from fourdp_qa.scene.pose import Floats

RADIAL, TANGENTIAL, PRISM = 6, 2, 4
_DISTORTION = RADIAL + TANGENTIAL + PRISM

PARAMETERS = {3 + _DISTORTION: "f, cx, cy", 4 + _DISTORTION: "fx, fy, cx, cy"}
"""How many numbers a calibration may hold, and which come before the distortion."""


@dataclass(frozen=True)
class Fisheye624:
    """One camera of one frame. Pixel centres lie at whole numbers, as in the files.

    Attributes
    ----------
    focal, centre : (2,) pixels
    radial : (6,)
    tangential : (2,)
    prism : (4,)
    max_angle : float
        Radians from the optical axis; beyond it the model says nothing.
    """

    focal: tuple[float, float]
    centre: tuple[float, float]
    radial: tuple[float, ...]
    tangential: tuple[float, ...]
    prism: tuple[float, ...]
    max_angle: float

    @staticmethod
    def of(params: ArrayLike, max_angle: float) -> Fisheye624:
        """From the 15 numbers f, cx, cy, ... or the 16 numbers fx, fy, cx, cy, ... of a calibration.

        Raises
        ------
        ValueError
            For another count.
        """
        numbers = np.asarray(params, dtype=np.float64).tolist()
        if len(numbers) not in PARAMETERS:
            raise ValueError(f"{len(numbers)} numbers, expected {' or '.join(map(str, PARAMETERS))}")
        head, tail = numbers[:-_DISTORTION], numbers[-_DISTORTION:]
        return Fisheye624(
            focal=(head[0], head[-3]), centre=(head[-2], head[-1]), radial=tuple(tail[:RADIAL]),
            tangential=tuple(tail[RADIAL:-PRISM]), prism=tuple(tail[-PRISM:]), max_angle=max_angle,
        )

    def project(self, points_in_camera: ArrayLike) -> Floats:
        """Image coordinates (..., 2) in pixels of points (..., 3) in camera axes.

        NaN behind the camera and beyond `max_angle`.
        """
        points = np.asarray(points_in_camera, dtype=np.float64)
        z = np.where(points[..., 2] > 0, points[..., 2], np.nan)
        x, y = points[..., 0] / z, points[..., 1] / z
        radius = np.hypot(x, y)
        angle = np.arctan(radius)
        squared = angle * angle
        bent = np.zeros_like(angle)
        for k in reversed(self.radial):
            bent = (bent + k) * squared
        # At the axis angle / radius is 1.
        scale = (1.0 + bent) * np.divide(angle, radius, out=np.ones_like(angle), where=radius > 0)
        a, b = x * scale, y * scale
        q = a * a + b * b
        p0, p1 = self.tangential
        s0, s1, s2, s3 = self.prism
        u = a + (2.0 * a * a + q) * p0 + 2.0 * a * b * p1 + (s0 + s1 * q) * q
        v = b + (2.0 * b * b + q) * p1 + 2.0 * a * b * p0 + (s2 + s3 * q) * q
        uv = np.stack([u * self.focal[0] + self.centre[0], v * self.focal[1] + self.centre[1]], axis=-1)
        return np.where((angle <= self.max_angle)[..., None], uv, np.nan)
