"""The pictures of a video file, frame by frame: asked for in order each is decoded once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.reconstruction.constants import RUN_AGAIN


class Mp4:
    """An mp4; opened when the first frame is asked for, and again when an earlier one is.

    Parameters
    ----------
    path : Path
    height, width : int
        Expected size in pixels.
    """

    def __init__(self, path: Path, height: int, width: int) -> None:
        self._path, self._size = path, (height, width)
        self._container: Any = None
        self._frames: Iterator[Any] = iter(())
        self._next = 0

    def read(self, number: int) -> NDArray[np.uint8]:
        """Frame `number` of the file, (H, W, 3).

        Raises
        ------
        SourceDataError
            When the video is damaged, shorter, or of another size.
        """
        import av

        try:
            if self._container is None or number < self._next:
                self.close()
                self._container = av.open(str(self._path), "r")
                self._frames, self._next = self._container.decode(video=0), 0
            for frame in self._frames:
                self._next += 1
                if self._next == number + 1:
                    return self._checked(frame.to_ndarray(format="rgb24"))
        except (av.error.FFmpegError, OSError, ValueError, EOFError, IndexError) as error:
            raise self._error(f"a damaged video ({' '.join(str(error).split())})", "a readable mp4") from None
        found, self._next = self._next, number + 2  # what comes next begins anew
        raise self._error(f"{found} frames", f"frame {number}, which has a pose")

    def close(self) -> None:
        """Let go of the file."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def _checked(self, picture: NDArray[Any]) -> NDArray[np.uint8]:
        if picture.shape[:2] != self._size:
            raise self._error(f"{picture.shape[1]}x{picture.shape[0]}",
                              f"{self._size[1]}x{self._size[0]} as the depth")
        return np.ascontiguousarray(picture, dtype=np.uint8)

    def _error(self, found: str, expected: str) -> SourceDataError:
        return SourceDataError(self._path, "", found=found, expected=expected, do=RUN_AGAIN)
