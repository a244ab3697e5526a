"""Rings that point at an object: a coloured band between a dark and a light edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.details import CircleMark
from fourdp_qa.tables import load_table

BAND_OF_SIDE = 0.009
"""Width of the coloured band as a fraction of the side: 4 px of 448."""

MIN_BAND = 3.0
"""Pixels. A thinner band has no chroma sample of its own after 4:2:0."""

EDGE_OF_BAND = 0.4
"""Width of each edge as a fraction of the band: seen on any ground, outweighed by the colour."""

MIN_EDGE = 1.5
"""Pixels: wherever the ring lies on the grid, one whole pixel keeps the edge's own brightness."""

DARK_EDGE, LIGHT_EDGE = (12, 12, 12), (245, 245, 245)
"""Outside and inside. Whatever the ground, one of the two stands out from it."""


@dataclass(frozen=True)
class RingColour:
    """A colour by the word a question uses.

    Attributes
    ----------
    name : e.g. "red".
    srgb : 0..255 each.
    near : words of colours that it does not stand out from.
    reason : why this shade.
    """

    name: str
    srgb: tuple[int, int, int]
    near: tuple[str, ...]
    reason: str


def ring_colours() -> dict[str, RingColour]:
    """Every ring colour by name, in the order of the table."""
    table = load_table("fourdp_qa.clips", "circle_colours.toml")
    return {
        name: RingColour(name, (item["srgb"][0], item["srgb"][1], item["srgb"][2]),
                         tuple(item["near"]), item["reason"])
        for name, item in table.items()
    }


def draw_circles(frames: NDArray[np.uint8], marks: Sequence[CircleMark]) -> NDArray[np.uint8]:
    """Draw every mark into the frames it names.

    Parameters
    ----------
    frames : (T, S, S, 3) uint8
        Already at the side of the clip: drawn before a resize, a ring would lose its width.
    marks : sequence of CircleMark
        `radius` is that of the middle of the coloured band; it is the same in every frame.

    Returns
    -------
    (T, S, S, 3) uint8, a copy; the frames given are left as they are

    Raises
    ------
    FourdpQaError
        When a colour is not in the table, a frame is not in the clip, or a radius is not positive.
    """
    drawn = frames.copy()
    side = frames.shape[1]
    for mark in marks:
        colour = _colour(mark)
        if not 0 < mark.radius < 1:
            raise FourdpQaError(
                f"circle {mark.colour}: found radius {mark.radius}, expected a fraction of the side"
            )
        for t, (x, y) in sorted(mark.centres.items()):
            if not 0 <= t < len(frames):
                raise FourdpQaError(
                    f"circle {mark.colour}: found frame {t}, expected 0 to {len(frames) - 1}"
                )
            _draw_ring(drawn[t], (x * side, y * side), mark.radius * side, colour.srgb)
    return drawn


def _colour(mark: CircleMark) -> RingColour:
    colours = ring_colours()
    if mark.colour not in colours:
        raise FourdpQaError(
            f"circle: found colour '{mark.colour}', expected one of {', '.join(colours)}"
        )
    return colours[mark.colour]


def _draw_ring(
    image: NDArray[np.uint8], centre: tuple[float, float], radius: float, srgb: tuple[int, int, int]
) -> None:
    """Blend one ring into image (S, S, 3) in place; `centre` (x, y) and `radius` in pixels."""
    side = image.shape[0]
    half_band = max(MIN_BAND, BAND_OF_SIDE * side) / 2
    edge = max(MIN_EDGE, EDGE_OF_BAND * 2 * half_band)
    reach = radius + half_band + edge + 1
    x0, x1 = (int(np.clip(centre[0] + s * reach, 0, side)) for s in (-1, 1))
    y0, y1 = (int(np.clip(centre[1] + s * reach, 0, side)) for s in (-1, 1))
    x1, y1 = min(x1 + 1, side), min(y1 + 1, side)
    # Pixel centres lie at +0.5.
    dx = np.arange(x0, x1) + 0.5 - centre[0]
    dy = np.arange(y0, y1) + 0.5 - centre[1]
    from_band = np.hypot(dx[None, :], dy[:, None]) - radius
    window = image[y0:y1, x0:x1].astype(np.float64)
    for colour, inner, outer in (
        (DARK_EDGE, 0.0, half_band + edge),
        (LIGHT_EDGE, -half_band - edge, 0.0),
        (srgb, -half_band, half_band),
    ):
        # Share of a pixel the band covers, from its signed distance: anti-aliasing without samples.
        cover = np.clip(from_band - inner + 0.5, 0, 1) * np.clip(outer - from_band + 0.5, 0, 1)
        window += cover[..., None] * (np.array(colour, dtype=np.float64) - window)
    image[y0:y1, x0:x1] = np.rint(window).astype(np.uint8)
