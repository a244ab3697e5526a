"""Rays of the square view against the models: the nearest one of each pixel, and how deep it is."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import pixel_centres, project, unproject
from fourdp_qa.scene.pose import Floats, transform_points
from fourdp_qa.sources.hot3d.models import Model

NOTHING: Final = -1
_BEHIND: Final = 0.01
"""Metres in front of the camera under which a corner no longer bounds the picture of a box."""
_CORNERS: Final = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])


class ModelCaster:
    """Casts the pixel-centre rays of one pinhole camera.

    Parameters
    ----------
    models : the N objects, whose poses are of their box centres here
    K : (3, 3) intrinsics in pixels, centres at +0.5
    size : side of the square picture
    """

    def __init__(self, models: tuple[Model, ...], K: Floats, size: int) -> None:
        self.models, self.K, self.size = models, K, size
        rays = unproject(K, pixel_centres(size, size), np.ones((size, size)))
        self._rays = rays.reshape(-1, 3).astype(np.float32)  # z is 1, so lengths along them are z-depths

    def cast(self, camera_from_object: Floats) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
        """z-depth (S, S), 0 where nothing is met, and the index of the model that is met, or `NOTHING`.

        Parameters
        ----------
        camera_from_object : (N, 4, 4), NaN for an object without a pose
        """
        depth = np.full(self.size**2, np.inf, dtype=np.float32)
        nearest = np.full(self.size**2, NOTHING, dtype=np.int16)
        for n, (model, pose) in enumerate(zip(self.models, camera_from_object, strict=True)):
            pixels = self._pixels(model, pose) if np.isfinite(pose).all() else np.zeros(0, np.intp)
            if not len(pixels):
                continue
            rotation = pose[:3, :3]
            origins = np.empty((len(pixels), 3), dtype=np.float32)
            origins[:] = -(rotation.T @ pose[:3, 3])
            directions = self._rays[pixels] @ rotation.astype(np.float32)
            found = model.rays.run(origins, np.ascontiguousarray(directions), output=True)
            nearer = (found["geomID"] >= 0) & (found["tfar"] < depth[pixels])
            depth[pixels[nearer]] = found["tfar"][nearer]
            nearest[pixels[nearer]] = n
        depth[nearest == NOTHING] = 0.0
        return depth.reshape(self.size, self.size), nearest.reshape(self.size, self.size)

    def _pixels(self, model: Model, pose: Floats) -> NDArray[np.intp]:
        """Flat indices of the pixels in which a model may be seen."""
        corners = transform_points(pose, _CORNERS * model.size)
        ahead = corners[:, 2] > _BEHIND
        if not ahead.any():
            return np.zeros(0, np.intp)
        low, high = np.zeros(2), np.full(2, float(self.size))
        if ahead.all():
            uv = project(self.K, corners)
            low, high = np.maximum(uv.min(axis=0), low), np.minimum(uv.max(axis=0), high)
        first, last = np.floor(low).astype(np.intp), np.ceil(high).astype(np.intp)
        rows, columns = np.arange(first[1], last[1]), np.arange(first[0], last[0])
        return (rows[:, None] * self.size + columns).ravel()
