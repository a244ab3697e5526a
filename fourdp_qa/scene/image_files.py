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

COPY_AGAIN = "copy or render it again"

# What Pillow raises on files that are missing, empty, cut short or not images at all.
_UNREADABLE = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError,
)


def refuse_unless_file(path: Path, expected: str) -> None:
    """Raise unless `path` is a file that holds something; images are read only when asked for.

    Raises
    ------
    SourceDataError
        When there is nothing, a folder, or an empty file; `expected` says what should be there.
    """
    if path.is_file():
        if path.stat().st_size:
            return
        found = "an empty file"
    else:
        found = "a folder" if path.is_dir() else "no file"
    raise SourceDataError(path, "", found=found, expected=expected, do=COPY_AGAIN)


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
        raise SourceDataError(path, "", found="no file", expected="an image", do=COPY_AGAIN) from None
    except _UNREADABLE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceDataError(
            path, "", found=f"a damaged file ({reason})", expected="a readable image", do=COPY_AGAIN,
        ) from None
    if mode not in modes:
        raise SourceDataError(
            path, "pixel type", found=f"Pillow mode {mode}", expected=" or ".join(modes),
            do=COPY_AGAIN,
        )
    if size != (width, height):
        raise SourceDataError(
            path, "size", found=f"{size[0]}x{size[1]}", expected=f"{width}x{height}",
            do=COPY_AGAIN,
        )
    return pixels
