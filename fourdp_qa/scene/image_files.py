"""Read one image of a scene, from a file or from bytes, and say in one line what is wrong with it."""

from __future__ import annotations

import io
import struct
import warnings
from pathlib import Path
from stat import S_ISDIR, S_ISREG
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
    try:
        status = path.stat()
    except OSError as error:
        found = "no file" if isinstance(error, FileNotFoundError) else f"no file ({error.strerror})"
    else:
        if S_ISREG(status.st_mode) and status.st_size:
            return
        found = ("an empty file" if S_ISREG(status.st_mode)
                 else "a folder" if S_ISDIR(status.st_mode) else "no file")
    raise SourceDataError(path, "", found=found, expected=expected, do=COPY_AGAIN)


def read_image(
    path: Path, modes: tuple[str, ...], height: int, width: int,
    window: tuple[slice, slice] | None = None,
) -> NDArray[Any]:
    """Decode an image as it is stored: palette indices, 16-bit ids, float depth.

    Parameters
    ----------
    path : Path
        A PNG or TIFF file.
    modes : tuple of str
        Pillow modes that mean the right kind of pixel, e.g. ``("P", "L")`` for 8-bit ids.
    height, width : int
        Expected size in pixels.
    window : (rows, columns), optional
        The part that is wanted; the rest is decoded, but not copied.

    Returns
    -------
    array of shape (H, W) or (H, W, channels), of the window's size where one is given

    Raises
    ------
    SourceDataError
        When the file is missing or damaged, or its pixels have another type or size.
    """
    return _read(path, str(path), "a damaged file", modes, height, width, window)


def read_image_bytes(
    content: bytes, where: str, modes: tuple[str, ...], height: int, width: int
) -> NDArray[Any]:
    """Decode an image that lies inside another file; `where` names it in messages.

    Returns
    -------
    array of shape (H, W) or (H, W, channels)

    Raises
    ------
    SourceDataError
        As in `read_image`.
    """
    return _read(io.BytesIO(content), where, "a damaged image", modes, height, width)


def _read(
    source: Path | io.BytesIO, where: str, damaged: str, modes: tuple[str, ...], height: int, width: int,
    window: tuple[slice, slice] | None = None,
) -> NDArray[Any]:
    try:
        # Pillow also warns of damage; what counts is whether the pixels can be decoded.
        with warnings.catch_warnings(action="ignore"), Image.open(source) as image:
            mode, size = image.mode, image.size
            pixels = np.asarray(image if window is None else _cropped(image, *window))
    except FileNotFoundError:
        raise SourceDataError(where, "", found="no file", expected="an image", do=COPY_AGAIN) from None
    except _UNREADABLE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceDataError(
            where, "", found=f"{damaged} ({reason})", expected="a readable image", do=COPY_AGAIN,
        ) from None
    if mode not in modes:
        raise SourceDataError(
            where, "pixel type", found=f"Pillow mode {mode}", expected=" or ".join(modes),
            do=COPY_AGAIN,
        )
    if size != (width, height):
        raise SourceDataError(
            where, "size", found=f"{size[0]}x{size[1]}", expected=f"{width}x{height}",
            do=COPY_AGAIN,
        )
    return pixels


def _cropped(image: Image.Image, rows: slice, columns: slice) -> Image.Image:
    """What lies outside of an image of another size is black; its size is refused afterwards."""
    return image.crop((columns.start, rows.start, columns.stop, rows.stop))
