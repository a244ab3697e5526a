"""One mp4 of a sequence, read frame by frame wherever it lies: frame k of it is file number k."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.shift.archives import Part
from fourdp_qa.sources.shift.constants import DOWNLOAD_AGAIN


class VideoFrames:
    """Random access to the frames of a video.

    Frames asked for in order are decoded once each; a jump decodes from the key frame before it. The
    file is opened when the first frame is asked for.

    Parameters
    ----------
    part : Part
        The mp4, alone or inside an archive; stored, never compressed.
    height, width : int
        Expected size in pixels.
    """

    def __init__(self, part: Part, height: int, width: int) -> None:
        self._part, self._size = part, (height, width)
        self._window: _Window | None = None
        self._container: Any = None
        self._frames: Iterator[Any] = iter(())
        self._times: list[int] = []
        self._key_frames: list[int] = []
        self._next = 0

    def read(self, number: int) -> NDArray[np.uint8]:
        """Frame `number`, (H, W, 3).

        Raises
        ------
        SourceDataError
            When the video is damaged, shorter, or of another size.
        """
        import av

        try:
            if self._container is None:
                self._open()
            if number >= len(self._times):
                raise self._error(f"{len(self._times)} frames", f"frame {number}")
            picture = self._decoded(number)
        except (av.error.FFmpegError, OSError, ValueError, EOFError) as error:
            raise self._error(f"a damaged video ({error})", "a readable mp4") from None
        if picture.shape[:2] != self._size:
            height, width = picture.shape[:2]
            raise self._error(f"{width}x{height}", f"{self._size[1]}x{self._size[0]}")
        return picture

    def close(self) -> None:
        """Let go of the file."""
        if self._container is not None:
            self._container.close()
            self._container = None
        if self._window is not None:
            self._window.close()
            self._window = None

    def _open(self) -> None:
        import av

        if self._part.method != zipfile.ZIP_STORED:
            raise ValueError("compressed in its zip, so it cannot be read from the middle: unpack it")
        self._window = _Window(self._part)
        self._container = av.open(self._window, mode="r")
        if not self._container.streams.video:
            raise ValueError("no video in it")
        # Packets say when each frame is shown and which can be decoded alone, without decoding any.
        shown = sorted((packet.pts, packet.is_keyframe) for packet in self._container.demux(video=0)
                       if packet.pts is not None and packet.size)
        self._times = [time for time, _ in shown]
        self._key_frames = [k for k, (_, is_key) in enumerate(shown) if is_key]
        if not self._key_frames:
            raise ValueError("no frame in it")
        self._next = len(self._times)

    def _decoded(self, number: int) -> NDArray[np.uint8]:
        key = max((k for k in self._key_frames if k <= number), default=0)
        if not key <= self._next <= number:
            self._container.seek(self._times[key], stream=self._container.streams.video[0])
            self._frames = self._container.decode(video=0)
            self._next = key
        for frame in self._frames:
            if frame.pts is not None and frame.pts >= self._times[number]:
                self._next = number + 1
                if frame.pts > self._times[number]:
                    break
                return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
        self._next = len(self._times)
        raise ValueError(f"frame {number} cannot be decoded")

    def _error(self, found: str, expected: str) -> SourceDataError:
        return SourceDataError(self._part.where, "", found=found, expected=expected, do=DOWNLOAD_AGAIN)


class _Window(io.RawIOBase):
    """The bytes of a part as a file of its own."""

    def __init__(self, part: Part) -> None:
        self._begin, self._length, self._at = part.begin(), part.stored, 0
        self._file: IO[bytes] = part.file.open("rb")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = min(max(base + offset, 0), self._length)
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = self._length - self._at
        self._file.seek(self._begin + self._at)
        content = self._file.read(left if size is None or size < 0 else min(size, left))
        self._at += len(content)
        return content

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
