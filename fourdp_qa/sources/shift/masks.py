"""Masks of a frame, as COCO's compressed run lengths, made into an image of ids."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import MissingExtraError, SourceDataError
from fourdp_qa.sources.shift.constants import DOWNLOAD_AGAIN, MASKS_FILE
from fourdp_qa.sources.shift.labels import Mask


def require_extra() -> None:
    """Say what to install before anything is read."""
    if find_spec("pycocotools") is None:
        raise MissingExtraError("SHIFT", "shift", "no module pycocotools")


def image_of_ids(
    masks: Sequence[Mask], height: int, width: int, view: Path, frame: int
) -> NDArray[np.int32]:
    """Ids (H, W) of a frame, 0 where no mask lies.

    Raises
    ------
    SourceDataError
        When a mask is of another size, does not decode to exactly one picture, or two of them claim
        one pixel.
    """
    ids = np.zeros((height, width), dtype=np.int32)
    for mask in masks:
        place = f"frame {frame} rle of object {mask.id}"
        if mask.size != (height, width):
            raise _error(view, place, f"size {list(mask.size)}", f"[{height}, {width}] as the pictures")
        rows, columns, inside = _decoded(mask, view, place)
        there = ids[rows, columns]
        if there[inside].any():
            other = int(there[inside].max())
            raise _error(view, place, f"pixels that object {other} has too", "each pixel in one mask")
        there[inside] = mask.id
    return ids


def _decoded(mask: Mask, view: Path, place: str) -> tuple[slice, slice, NDArray[np.bool_]]:
    """The smallest window around a mask, as rows and columns, and its pixels there."""
    from pycocotools import mask as coco

    runs = {"size": list(mask.size), "counts": mask.counts}
    try:
        pixels = coco.decode(runs)
        # Runs that end too early leave memory as it was: packed again they differ.
        whole = coco.encode(pixels)["counts"] == mask.counts
    except ValueError:
        whole = False
    if not whole:
        raise _error(view, place, "run lengths that do not fill the picture", "a whole mask")
    left, top, width, height = (int(edge) for edge in coco.toBbox(runs))
    rows, columns = slice(top, top + height), slice(left, left + width)
    return rows, columns, np.asarray(pixels[rows, columns] != 0)


def _error(view: Path, place: str, found: str, expected: str) -> SourceDataError:
    return SourceDataError(view / MASKS_FILE, place, found=found, expected=expected, do=DOWNLOAD_AGAIN)
