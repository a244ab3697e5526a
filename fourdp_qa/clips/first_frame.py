"""The first frame of a clip alone: for a picture that stands for it."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from fourdp_qa.errors import FourdpQaError


def first_frame(clip: Path) -> NDArray[np.uint8]:
    """Decode the first frame, many times as fast as all of them.

    Returns
    -------
    (H, W, 3) uint8, sRGB

    Raises
    ------
    FourdpQaError
        When the clip is missing, empty or damaged at its beginning; names the clip.
    """
    try:
        with av.open(str(clip), "r") as container:
            if not container.streams.video:
                raise FourdpQaError(f"clip {clip}: found no video stream, expected one")
            container.streams.video[0].thread_type = "NONE"
            frame = next(container.decode(video=0), None)
    except (FFmpegError, OSError) as error:
        raise FourdpQaError(f"clip {clip}: cannot be decoded ({error.strerror or error})") from error
    if frame is None:
        raise FourdpQaError(f"clip {clip}: damaged, found no frame, expected at least 1")
    return frame.to_ndarray(format="rgb24")
