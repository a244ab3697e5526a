"""Pictures of one frame: shaded pixel centres, anti-aliased edges, tone mapping."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.rays import Hits, RayCaster
from fourdp_qa.sources.simulator.shading import Shader
from fourdp_qa.sources.simulator.shadows import OCCLUSION_RAYS

Float32s = NDArray[np.float32]

EXPOSURE: Final = 1.3
EDGE_CONTRAST: Final = 0.12
"""Difference of neighbouring pixels in display values that shows as a jagged edge."""
# A rotated grid: four samples at four different heights and widths.
SUBPIXELS: Final = ((-0.125, -0.375), (0.375, -0.125), (0.125, 0.375), (-0.375, 0.125))


class Renderer:
    """Turns the hits of a frame into 8-bit colour; shares the ray caster with depth and ids."""

    def __init__(self, caster: RayCaster, shader: Shader) -> None:
        self.caster, self.shader = caster, shader
        self.phase = _interleaved_phase(caster.size)

    def picture(
        self, hits: Hits, world_from_camera: Floats, world_from_instance: Floats
    ) -> NDArray[np.uint8]:
        """SRGB picture (H, W, 3) of a frame whose pixel-centre hits are known."""
        size = self.caster.size
        self.shader.place(world_from_instance)
        linear = self.shader.colour(hits, self.caster.pixel_rays, world_from_camera, self.phase)
        display = tone_mapped(linear)
        ids = hits.instance.reshape(size, size)
        edges = _edge_pixels(ids, display.reshape(3, size, size))
        if len(edges):
            display[:, edges] = self._smoothed(edges, world_from_camera, world_from_instance)
        picture = np.ascontiguousarray((display * 255 + 0.5).astype(np.uint8).T)
        return picture.reshape(size, size, 3)

    def _smoothed(
        self, pixels: NDArray[np.intp], world_from_camera: Floats, world_from_instance: Floats
    ) -> Float32s:
        """Mean display colour (3, P) of four rays through each of `pixels`."""
        size = self.caster.size
        row, column = np.divmod(pixels.astype(np.float64), size)
        rays = np.concatenate(
            [self.caster.rays_at(column + 0.5 + du, row + 0.5 + dv) for du, dv in SUBPIXELS], axis=1
        )
        hits = self.caster.cast(world_from_camera, world_from_instance, rays)
        # The rays of one pixel share its occlusion rays: each of them takes its own quarter turn.
        turns = np.arange(len(SUBPIXELS), dtype=np.float32) * np.float32(2 * np.pi / len(SUBPIXELS))
        phase = (self.phase[pixels] + turns[:, None]).ravel()
        linear = self.shader.colour(hits, rays, world_from_camera, phase, occlusion_rays=1)
        return np.asarray(tone_mapped(linear).reshape(3, len(SUBPIXELS), -1).mean(axis=1))


def tone_mapped(linear: Float32s) -> Float32s:
    """Display values in [0, 1] of linear light: a soft shoulder, then the sRGB curve by table."""
    at = np.clip(linear * np.float32(len(_DISPLAY) / _BRIGHTEST), 0, len(_DISPLAY) - 1)
    return _DISPLAY.take(at.astype(np.intp))


def _display_table() -> Float32s:
    light = np.linspace(0, _BRIGHTEST, 1 << 14)
    shown = (1 - np.exp(-EXPOSURE * light)) / (1 - np.exp(-EXPOSURE * _BRIGHTEST))
    curve = np.where(shown <= 0.0031308, 12.92 * shown, 1.055 * shown ** (1 / 2.4) - 0.055)
    return curve.astype(np.float32)


_BRIGHTEST: Final = 2.5
_DISPLAY: Final = _display_table()


def _edge_pixels(ids: NDArray[np.int16], display: Float32s) -> NDArray[np.intp]:
    """Flat indices of pixels that differ from a neighbour in thing or clearly in brightness."""
    edges = np.zeros(ids.shape, dtype=bool)
    for axis in (0, 1):
        step = np.diff(ids, axis=axis) != 0
        for channel in range(3):
            step |= np.abs(np.diff(display[channel], axis=axis)) > EDGE_CONTRAST
        first = [slice(None), slice(None)]
        second = [slice(None), slice(None)]
        first[axis], second[axis] = slice(None, -1), slice(1, None)
        edges[tuple(first)] |= step
        edges[tuple(second)] |= step
    return np.flatnonzero(edges)


def _interleaved_phase(size: int) -> Float32s:
    """Angle (H*W,) of each pixel's occlusion rays: interleaved gradient noise, even and fine."""
    y, x = np.mgrid[:size, :size]
    noise = (52.9829189 * ((0.06711056 * x + 0.00583715 * y) % 1)) % 1
    return (noise.ravel() * (2 * np.pi / OCCLUSION_RAYS)).astype(np.float32)
