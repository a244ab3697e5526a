"""The upright pinhole square, cut from a fisheye picture that is stored on its side."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.hot3d.constants import FOCAL_SHARE, RAW_FROM_UPRIGHT
from fourdp_qa.sources.hot3d.fisheye import Fisheye624

Wholes = NDArray[np.int64]
StoredPixels = tuple[Wholes, Wholes, NDArray[np.bool_]]

MOST_SAMPLES: Final = 6
BILINEAR_REACH: Final = 2.0
"""A bilinear sample reaches over two stored pixels, and a pixel of the view at 448 over up to 2.7 of them: it
needs two samples along a side. A smaller view needs more; `MOST_SAMPLES` bounds what it costs."""


def square_camera(size: int) -> Floats:
    """Intrinsics (3, 3) of the square view in pixels, centres at +0.5."""
    return np.array([[FOCAL_SHARE * size, 0, size / 2], [0, FOCAL_SHARE * size, size / 2], [0, 0, 1.0]])


class Rectifier:
    """Where each pixel of the square view lies in the stored picture of one camera.

    Parameters
    ----------
    camera : Fisheye624
    size : side of the square
    height, width : of the stored picture
    """

    def __init__(self, camera: Fisheye624, size: int, height: int, width: int) -> None:
        self.camera, self.size, self.height, self.width = camera, size, height, width

    def stored_pixels(self) -> StoredPixels:
        """Row and column (S, S) of the stored pixel nearest to each pixel centre; whether there is one."""
        uv = self._stored(pixel_centres(self.size, self.size))
        known = self._inside(uv)
        nearest = np.where(known[..., None], np.round(np.where(known[..., None], uv, 0.0)), 0.0)
        return nearest[..., 1].astype(np.int64), nearest[..., 0].astype(np.int64), known

    def colour(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Colour (S, S, 3) of a stored picture (H, W) or (H, W, 3): grey becomes three equal channels, what
        the lens does not show is black.

        Each pixel is the mean of bilinear samples that leave out no stored pixel, so that nothing flickers.
        Where they lie is found for the corners of the pixels and runs evenly between them.
        """
        stored_per_pixel = self.camera.focal[0] / (FOCAL_SHARE * self.size)
        samples = int(np.clip(np.ceil(stored_per_pixel / BILINEAR_REACH), 1, MOST_SAMPLES))
        within = (np.arange(samples) + 0.5) / samples
        corners = self._stored(pixel_centres(self.size + 1, self.size + 1) - 0.5)
        total = np.zeros((self.size, self.size, *picture.shape[2:]), dtype=np.float32)
        for down in within:
            rows = (1.0 - down) * corners[:-1] + down * corners[1:]
            for across in within:
                total += self._sampled(picture, (1.0 - across) * rows[:, :-1] + across * rows[:, 1:])
        mean = np.round(total / samples**2).astype(np.uint8)
        return mean if mean.ndim == 3 else np.repeat(mean[..., None], 3, axis=-1)

    def _stored(self, uv: Floats) -> Floats:
        """Where image coordinates (..., 2) of the view lie in the stored picture."""
        rays = unproject(square_camera(self.size), uv, np.ones(uv.shape[:-1]))
        return self.camera.project(rays @ RAW_FROM_UPRIGHT.T)

    def _inside(self, uv: Floats) -> NDArray[np.bool_]:
        """Whether coordinates (..., 2) lie on pixels of the stored picture; NaN does not."""
        u, v = uv[..., 0], uv[..., 1]
        return (u > -0.5) & (u < self.width - 0.5) & (v > -0.5) & (v < self.height - 0.5)

    def _sampled(self, picture: NDArray[np.uint8], uv: Floats) -> NDArray[np.float32]:
        """Bilinear samples of a picture; black outside."""
        known = self._inside(uv)
        u = np.clip(np.where(known, uv[..., 0], 0.0), 0.0, self.width - 1.0)
        v = np.clip(np.where(known, uv[..., 1], 0.0), 0.0, self.height - 1.0)
        left = np.minimum(u.astype(np.int64), max(self.width - 2, 0))
        top = np.minimum(v.astype(np.int64), max(self.height - 2, 0))
        across, down = (u - left).astype(np.float32), (v - top).astype(np.float32)
        flat = picture.reshape(self.height * self.width, *picture.shape[2:])
        first = top * self.width + left
        weights = ((1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down)
        steps = (0, 1, self.width, self.width + 1)
        deeper = (..., *(None,) * (picture.ndim - 2))
        result = np.zeros((*first.shape, *picture.shape[2:]), dtype=np.float32)
        for step, weight in zip(steps, weights, strict=True):
            result += flat[first + step] * np.where(known, weight, 0)[deeper]
        return result
