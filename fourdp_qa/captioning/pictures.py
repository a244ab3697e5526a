"""The pictures a model is shown: the frame with a rectangle around the object, and the object up close."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from fourdp_qa.captioning.constants import (
    CROP_MARGIN,
    JPEG_QUALITY,
    LONGEST_SIDE_PX,
    MARK_COLOURS,
    MARK_EDGE_PX,
    MARK_GAP_PX,
    MARK_LINE_PX,
    SHORTEST_SIDE_PX,
)

Box = tuple[int, int, int, int]
_FRAME_PX = MARK_GAP_PX + MARK_LINE_PX + 2 * MARK_EDGE_PX
_GREY = (128, 128, 128)


@dataclass(frozen=True)
class Marked:
    """A frame with marks.

    Attributes
    ----------
    jpeg : bytes
    colours : name of the colour of each mark, in the order of the boxes.
    """

    jpeg: bytes
    colours: tuple[str, ...]


def marked_picture(rgb: NDArray[np.uint8], box: Box, others: Sequence[Box] = ()) -> Marked:
    """Draw a rectangle around `box`, and one of another colour around each of `others`.

    The picture is scaled first and set into a grey border, so that a mark lies wholly outside its
    box even for an object at the picture's edge.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
    box, others : (left, top, right, bottom) in pixels of `rgb`, right and bottom exclusive
    """
    picture, scale = _scaled(Image.fromarray(rgb), SHORTEST_SIDE_PX)
    framed = Image.new("RGB", (picture.width + 2 * _FRAME_PX, picture.height + 2 * _FRAME_PX), _GREY)
    framed.paste(picture, (_FRAME_PX, _FRAME_PX))
    own = _clearest_colour(rgb, box, ())
    colours = [own]
    pen = ImageDraw.Draw(framed)
    if others:
        colours += [_clearest_colour(rgb, others[0], (own,))] * len(others)
    for place, colour in reversed(list(zip((box, *others), colours, strict=True))):
        _draw_mark(pen, tuple(side * scale + _FRAME_PX for side in place), MARK_COLOURS[colour])
    return Marked(_jpeg(framed), tuple(colours))


def close_up(rgb: NDArray[np.uint8], box: Box) -> bytes:
    """The object with some of its surroundings, unmarked, as JPEG.

    Parameters
    ----------
    rgb : (H, W, 3) uint8
    box : (left, top, right, bottom) in pixels, right and bottom exclusive
    """
    margin = round(CROP_MARGIN * max(box[2] - box[0], box[3] - box[1]))
    height, width = rgb.shape[:2]
    crop = Image.fromarray(rgb).crop((
        max(0, box[0] - margin), max(0, box[1] - margin),
        min(width, box[2] + margin), min(height, box[3] + margin),
    ))
    return _jpeg(_scaled(crop, SHORTEST_SIDE_PX)[0])


def _scaled(picture: Image.Image, shortest: int) -> tuple[Image.Image, float]:
    """The picture between the smallest and the largest size sent, and the factor."""
    scale = max(1.0, shortest / min(picture.size))
    scale = min(scale, LONGEST_SIDE_PX / max(picture.size))
    if scale == 1.0:
        return picture, 1.0
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS), scale


def _draw_mark(
    pen: ImageDraw.ImageDraw, box: tuple[float, ...], colour: tuple[int, int, int]
) -> None:
    """A line with dark edges; its inner rim lies `MARK_GAP_PX` outside `box`."""
    left, top = (int(np.floor(side)) for side in box[:2])
    right, bottom = (int(np.ceil(side)) - 1 for side in box[2:])
    thick = MARK_LINE_PX + 2 * MARK_EDGE_PX
    for grown, width, ink in (
        (MARK_GAP_PX + thick, thick, (20, 20, 20)),
        (MARK_GAP_PX + thick - MARK_EDGE_PX, MARK_LINE_PX, colour),
    ):
        pen.rectangle((left - grown, top - grown, right + grown, bottom + grown), outline=ink, width=width)


def _clearest_colour(rgb: NDArray[np.uint8], box: Box, taken: tuple[str, ...]) -> str:
    """The free colour farthest from the pixels in and closely around `box`."""
    reach = max(4, (box[2] - box[0]) // 4, (box[3] - box[1]) // 4)
    around = rgb[max(0, box[1] - reach):box[3] + reach, max(0, box[0] - reach):box[2] + reach]
    pixels = around.reshape(-1, 3).astype(np.float64)
    free = [name for name in MARK_COLOURS if name not in taken]

    def distance(name: str) -> float:
        # The near tenth counts, not the mean: a red lamp on a grey wall forbids a red mark.
        gaps = np.linalg.norm(pixels - np.array(MARK_COLOURS[name], dtype=np.float64), axis=1)
        return float(np.quantile(gaps, 0.1))

    return max(free, key=distance)


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return buffer.getvalue()
