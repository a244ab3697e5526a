"""Read one image file of a scene and say in one line what is wrong with it."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fourdp_qa.errors import SourceDataError

# What Pillow raises on files that are missing, empty, cut short or not images at all.
_UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError,
)


def read_image(path: Path, modes: tuple[str, ...], height: int, width: int) -> NDArray[Any]:
    """Decode an image as it is stored: palette indices, 16-bit ids, float depth.

    Parameters
    ----------
    path : Path
        A PNG or TIFF file.
    modes : tuple of str
        Pillow modes that mean the right kind of pixel, e.g. ``("P", "L")`` for 8-bit ids.
    height, width : int
        Expected size in pixels.

    Returns
    -------
    array of shape (H, W) or (H, W, channels)

    Raises
    ------
    SourceDataError
        When the file is missing or damaged, or its pixels have another type or size.
    """
    try:
        # Pillow also warns of damage; what counts is whether the pixels can be decoded.
        with warnings.catch_warnings(action="ignore"), Image.open(path) as image:
            mode, size = image.mode, image.size
            pixels = np.asarray(image)
    except FileNotFoundError:
        raise SourceDataError(path, "", found="no file", expected="an image") from None
    except _UNREADABLE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceDataError(
            path, "", found=f"a damaged file ({reason})", expected="a readable image",
            do="copy or render it again",
        ) from None
    if mode not in modes:
        raise SourceDataError(
            path, "pixel type", found=f"Pillow mode {mode}", expected=" or ".join(modes)
        )
    if size != (width, height):
        raise SourceDataError(
            path, "size", found=f"{size[0]}x{size[1]}", expected=f"{width}x{height}"
        )
    return pixels
