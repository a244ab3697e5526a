"""What the ground looks like: its texture, the markings of a road, the rug of a room."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.sources.simulator.environments import PLACES
from fourdp_qa.sources.simulator.outdoors import LANES
from fourdp_qa.sources.simulator.spec import EnvironmentSpec
from fourdp_qa.sources.simulator.textures import ground_levels, sample_levels

Float32s = NDArray[np.float32]

PAINT: Final = np.array([[0.62], [0.62], [0.59]], dtype=np.float32)
LINE_HALF: Final = 0.055
"""Metres: half the width of a painted line."""
DASH, DASH_PERIOD = 1.1, 2.4
CROSSING_LENGTH, CROSSING_PERIOD, BAR_PERIOD = 2.0, 26.0, 0.8
"""Metres: a zebra crossing, how often one comes, its bars."""
RUG_HALF: Final = (1.55, 1.15)
RUG_COLOURS: Final = np.array(
    [[[0.30, 0.10, 0.09], [0.52, 0.42, 0.30]], [[0.09, 0.15, 0.26], [0.50, 0.46, 0.38]],
     [[0.16, 0.24, 0.17], [0.52, 0.47, 0.34]], [[0.42, 0.36, 0.28], [0.24, 0.16, 0.11]]],
    dtype=np.float32,
)
"""Field and border of a rug, linear RGB: muted, so that named colours stand out from it."""


class Ground:
    """The albedo of the ground plane of one environment.

    Parameters
    ----------
    environment : EnvironmentSpec
    pixel_angle : radians that one pixel covers, for the texture's mip level
    """

    def __init__(self, environment: EnvironmentSpec, pixel_angle: float) -> None:
        place = PLACES[environment.ground]
        self.environment, self.pixel_angle, self.tile = environment, pixel_angle, place.tile
        self.texture = environment.texture or place.grounds[0]

    def albedo(self, points: Float32s, view: Float32s, depth: Float32s) -> Float32s:
        """Linear RGB (3, P) at points (3, P) seen along unit `view` (3, P) from `depth` (P,) metres."""
        levels = ground_levels(self.texture)
        c, s = np.cos(self.environment.ground_yaw), np.sin(self.environment.ground_yaw)
        offset_u, offset_v = self.environment.ground_offset
        per_metre = np.float32(1 / self.tile)
        u = (points[0] * np.float32(c) + points[1] * np.float32(s)) * per_metre
        v = (points[1] * np.float32(c) - points[0] * np.float32(s)) * per_metre
        footprint = pixel_footprint(depth, view[2], self.pixel_angle)
        level = np.log2(footprint * per_metre * np.float32(levels[0].shape[1]) + 1e-6)
        colour = sample_levels(levels, u + np.float32(offset_u), v + np.float32(offset_v), level)
        if self.environment.ground == "street":
            self._paint_road(colour, points, footprint)
        elif self.environment.ground == "room":
            self._lay_rug(colour, points, footprint)
        return colour

    def _own(self, points: Float32s) -> tuple[Float32s, Float32s]:
        """Metres along and across the stage from its centre, (P,) each."""
        stage = self.environment.stage
        c, s = np.float32(np.cos(stage.heading)), np.float32(np.sin(stage.heading))
        x, y = points[0] - np.float32(stage.centre[0]), points[1] - np.float32(stage.centre[1])
        return c * x + s * y, c * y - s * x

    def _paint_road(self, colour: Float32s, points: Float32s, footprint: Float32s) -> None:
        """A double line in the middle, dashes between lanes, edge lines and a zebra crossing."""
        along, across = self._own(points)
        aside, middle = np.abs(across), np.float32((LANES[0] + LANES[1]) / 2)
        outer = np.float32(2 * LANES[1] - middle)
        shift = np.float32(self.environment.ground_offset[0])
        paint = _line(aside - np.float32(0.09), 0.8 * LINE_HALF, footprint)
        paint = np.maximum(paint, _line(aside - outer, LINE_HALF, footprint))
        dashed = _line((along + shift) % DASH_PERIOD - DASH_PERIOD / 2, DASH / 2, footprint)
        paint = np.maximum(paint, dashed * _line(aside - middle, LINE_HALF, footprint))
        phase = (along + shift * CROSSING_PERIOD) % CROSSING_PERIOD - CROSSING_PERIOD / 2
        crossing = _line(phase, CROSSING_LENGTH / 2, footprint)
        bars = _line((across % BAR_PERIOD) - BAR_PERIOD / 2, BAR_PERIOD / 4, footprint)
        paint = paint * (1 - _line(phase, CROSSING_LENGTH / 2 + 0.35, footprint))
        paint = np.maximum(paint, crossing * bars * (aside < outer - 0.15))
        colour += (PAINT - colour) * (paint * np.float32(0.85))

    def _lay_rug(self, colour: Float32s, points: Float32s, footprint: Float32s) -> None:
        """A rug with a border under the middle of the stage; it is as flat as the floor."""
        along, across = self._own(points)
        choice = int(self.environment.ground_offset[0] * len(RUG_COLOURS)) % len(RUG_COLOURS)
        field, border = RUG_COLOURS[choice][..., None]
        inset = np.minimum(RUG_HALF[0] - np.abs(along), RUG_HALF[1] - np.abs(across))
        on_rug = np.clip(inset / footprint + 0.5, 0, 1).astype(np.float32)
        in_border = _line(inset - np.float32(0.14), 0.05, footprint)
        # The weave keeps the floor's own light and dark.
        grain = 0.8 + 0.2 * colour.mean(axis=0) / max(float(colour.mean()), 1e-3)
        colour += ((field + (border - field) * in_border) * grain - colour) * on_rug


def pixel_footprint(depth: Float32s, cosine: Float32s, pixel_angle: float) -> Float32s:
    """Metres of a surface that a pixel covers: between the short and the long axis of its ellipse.

    So textures are sharp, yet without shimmer. `cosine` (P,) is of view and normal.
    """
    return np.asarray(depth * np.float32(pixel_angle) / np.maximum(cosine, 0.02) ** 0.75)


def _line(away: Float32s, half: float, footprint: Float32s) -> Float32s:
    """Share (P,) of each pixel that a line of half width `half` covers, `away` (P,) from its middle."""
    cover = np.clip((np.float32(half) - np.abs(away)) / footprint + 0.5, 0, 1)
    # Thinner than a pixel it covers only a part of it.
    return np.asarray(cover * np.minimum(1, 2 * np.float32(half) / footprint), dtype=np.float32)
