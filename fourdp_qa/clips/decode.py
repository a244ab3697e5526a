"""A clip, in whatever form a data set hands it over, to frames."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol, TypeVar, runtime_checkable

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from fourdp_qa.errors import FourdpQaError

Kept = TypeVar("Kept")


@runtime_checkable
class FrameDecoder(Protocol):
    """What `datasets` puts into a video cell when torchcodec is installed."""

    def __len__(self) -> int: ...

    def get_frames_in_range(self, start: int, stop: int) -> Any:
        """Return frames start..stop-1; its ``data`` is (T, 3, H, W) uint8 or (T, H, W, 3)."""


ClipCell = str | Path | bytes | Mapping[str, Any] | FrameDecoder
"""A path (local, ``hf://`` or ``https://``), the bytes of an mp4, a cell ``{"bytes", "path"}`` of a
``datasets.Video(decode=False)`` column, or the decoder of a ``datasets.Video()`` column."""


def count_frames(cell: ClipCell) -> int:
    """Decode a clip to its end and count its frames; no picture is kept.

    Raises
    ------
    FourdpQaError
        As `decode_clip`.
    """
    if isinstance(cell, FrameDecoder):
        return len(cell)
    with _opened(cell) as (source, name):
        return len(_decoded(source, name, lambda frame: None))


def decode_clip(cell: ClipCell) -> NDArray[np.uint8]:
    """Decode every frame of a clip.

    Returns
    -------
    (T, H, W, 3) uint8, sRGB

    Raises
    ------
    FourdpQaError
        When the clip is missing, empty or damaged, or `cell` is none of `ClipCell`; names the clip.
    """
    if isinstance(cell, FrameDecoder):
        return _decode_with_decoder(cell)
    with _opened(cell) as (source, name):
        return np.stack(_decoded(source, name, lambda frame: frame.to_ndarray(format="rgb24")))


@contextmanager
def _opened(cell: ClipCell) -> Iterator[tuple[str | IO[bytes], str]]:
    """What the decoder reads of a cell, and what an error calls it."""
    if isinstance(cell, Mapping):
        data, path = cell.get("bytes"), cell.get("path")
        if data is None and not path:
            raise FourdpQaError("clip: found a cell with neither 'bytes' nor 'path', expected one of them")
        if data is not None:
            yield io.BytesIO(data), f"clip {path or f'of {len(data)} bytes'}"
            return
        cell = str(path)
    if isinstance(cell, (bytes, bytearray)):
        yield io.BytesIO(cell), f"clip of {len(cell)} bytes"
    elif isinstance(cell, (str, Path)):
        with _opened_path(str(cell)) as source:
            yield source, f"clip {cell}"
    else:
        raise FourdpQaError(
            f"clip: found a {type(cell).__name__}, expected a path, mp4 bytes or a cell with 'bytes' "
            "and 'path'"
        )


@contextmanager
def _opened_path(path: str) -> Iterator[str | IO[bytes]]:
    if "://" in path:
        # Imported here: reading a local clip must not wait for `datasets`.
        from datasets.utils.file_utils import xopen

        try:
            with xopen(path, "rb") as stream:
                yield stream
        except OSError as error:
            raise FourdpQaError(f"clip {path}: cannot be read ({error.strerror or error})") from error
        return
    if not Path(path).is_file():
        raise FourdpQaError(
            f"clip {path}: the file is missing; if the data set was moved or regenerated, load its "
            "folder by path or run `fourdp-qa prepare` on it again"
        )
    yield path


def _decoded(source: str | IO[bytes], name: str, kept: Callable[[av.VideoFrame], Kept]) -> list[Kept]:
    """What is kept of each frame."""
    try:
        with av.open(source, "r") as container:
            if not container.streams.video:
                raise FourdpQaError(f"{name}: found no video stream, expected one")
            stream = container.streams.video[0]
            if stream.codec_context is None:
                raise FourdpQaError(f"{name}: damaged, the kind of its video cannot be told")
            stream.thread_type = "NONE"
            # Concealing lost macroblocks would show a person something that never happened.
            stream.codec_context.options = {"err_detect": "explode"}
            promised = stream.frames
            frames = [kept(frame) for frame in container.decode(stream)]
    except (FFmpegError, OSError) as error:
        raise FourdpQaError(f"{name}: damaged, cannot be decoded ({error.strerror or error})") from error
    if not frames or (promised and len(frames) != promised):
        raise FourdpQaError(
            f"{name}: damaged, found {len(frames)} frames, expected {promised or 'at least 1'}"
        )
    return frames


def _decode_with_decoder(decoder: FrameDecoder) -> NDArray[np.uint8]:
    data = np.asarray(decoder.get_frames_in_range(0, len(decoder)).data)
    if data.shape[-1] != 3:
        data = data.transpose(0, 2, 3, 1)
    return np.ascontiguousarray(data)
