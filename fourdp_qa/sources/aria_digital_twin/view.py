"""The upright pinhole view that pictures of the fisheye camera are brought to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.aria_digital_twin.constants import FOCAL, SIDE


class UprightView:
    """A square pinhole view along the camera's axis, turned upright.

    Parameters
    ----------
    calibration : projectaria_tools CameraCalibration
        Of the colour camera, at the size of its pictures.
    side : int
        Edge of the view in pixels.

    Attributes
    ----------
    K : (3, 3) intrinsics in pixels, centres at +0.5
    height, width : int
        Of the camera's own pictures.
    """

    def __init__(self, calibration: Any, side: int) -> None:
        focal = FOCAL * side / SIDE
        self.K: Floats = np.array([[focal, 0, side / 2], [0, focal, side / 2], [0, 0, 1.0]])
        self._calibration, self._side, self._focal = calibration, side, focal
        self.width, self.height = (int(edge) for edge in calibration.get_image_size())
        # Several pixels of the lens for one of ours, as many as it has, make a smooth picture.
        self._finer = max(1, round(float(np.min(calibration.get_focal_lengths())) / focal))
        # Where each pixel is taken from, found by sending the numbers of the pixels through the library's
        # own nearest sampling; its centres are at whole numbers in both pictures.
        numbers = np.arange(1, self.height * self.width + 1, dtype=np.uint64)
        picked = self._resampled(numbers.reshape(self.height, self.width), 1, "NEAREST_NEIGHBOR")
        self._taken_from = np.rot90(picked, -1).ravel().astype(np.int64) - 1

    def nearest(self, image: NDArray[Any]) -> NDArray[Any]:
        """Depth or ids (side, side) by nearest sampling; 0 outside the lens."""
        values = image.ravel()[np.maximum(self._taken_from, 0)]
        values[self._taken_from < 0] = 0
        return values.reshape(self._side, self._side)

    def smooth(self, colour: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Colour (side, side, 3), the mean of the pixels that fall into one."""
        finer = self._finer
        fine = self._resampled(colour, finer, "BILINEAR")
        blocks = fine.reshape(self._side, finer, self._side, finer, 3).astype(np.uint16)
        mean = (blocks.sum(axis=(1, 3), dtype=np.uint32) + finer * finer // 2) // (finer * finer)
        return np.ascontiguousarray(np.rot90(mean.astype(np.uint8), -1))

    def _resampled(self, image: NDArray[Any], finer: int, method: str) -> NDArray[Any]:
        from projectaria_tools.core import calibration
        from projectaria_tools.core.image import InterpolationMethod

        side = finer * self._side
        pinhole = calibration.get_linear_camera_calibration(
            side, side, finer * self._focal, "upright", self._calibration.get_transform_device_camera())
        return np.asarray(calibration.distort_by_calibration(
            np.ascontiguousarray(image), pinhole, self._calibration, getattr(InterpolationMethod, method)))
