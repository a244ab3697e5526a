"""Square frames to the side of the clips."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fourdp_qa.errors import FourdpQaError


def resize_square(rgb: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Resize a square colour image.

    Down by the mean over each new pixel's area (nothing aliases, nothing rings), up by Lanczos.
    Image coordinates scale with it: with pixel centres at +0.5, u becomes u * size / side.

    Parameters
    ----------
    rgb : (side, side, 3) uint8
    size : int
        Side wanted, pixels.

    Returns
    -------
    (size, size, 3) uint8; `rgb` itself when it has that side

    Raises
    ------
    FourdpQaError
        When the image is not square: a clip is cropped, never squashed.
    """
    height, width = rgb.shape[:2]
    if height != width or size < 1:
        raise FourdpQaError(
            f"resize to {size}: found an image of {width}x{height} pixels, expected a square one "
            "and a side of at least 1"
        )
    if size == width:
        return rgb
    method = Image.Resampling.BOX if size < width else Image.Resampling.LANCZOS
    return np.asarray(Image.fromarray(rgb).resize((size, size), method))
