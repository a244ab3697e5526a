"""Frames to an H.264 clip: the same bytes from run to run, whole or not there at all."""

from __future__ import annotations

import os
import platform
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from fourdp_qa.errors import FourdpQaError

CODEC_OPTIONS = {
    # The visible quality most players and data sets use: 60-150 KB for 32 frames of 448x448.
    "crf": "23",
    # Half the time of "medium", and on moving textures no larger a file (146 KB against 152 KB).
    "preset": "veryfast",
    # One key frame every 32 frames: decoding such a stretch takes 30 ms, so any seek does too,
    # while a key frame every 8 doubles the file.
    "g": "32",
}

X86_OPTIONS = {
    # What every 64-bit x86 processor has. x264's AVX-512 code makes lookahead decisions that differ
    # from run to run (measured: 3 different files in 5 runs of one 448x448 clip, 13 in 20 at 64x64;
    # with these 1 in all, of the same size and no slower).
    "x264-params": "asm=MMX2,SSE,SSE2",
}

CONTAINER_OPTIONS = {
    # The index in front: a browser starts to play before the file is there.
    "movflags": "+faststart",
    # No library version in the file.
    "fflags": "+bitexact",
}

# BT.601 limited range is what decoders that ignore the tags assume for clips of this size; the tags
# say so to those that read them. Values of ISO/IEC 23091-2: matrix, primaries, transfer (sRGB).
MATRIX, PRIMARIES, TRANSFER = 6, 1, 13

MAX_FPS_DENOMINATOR = 1001
"""Keeps 30000/1001 exact and gives every rate a time base that fits the container."""


def encode_clip(frames: NDArray[np.uint8], path: Path, fps: float) -> None:
    """Write `frames` to `path` as H.264 in mp4, 4:2:0.

    One encoder thread and no AVX-512: either changes the bytes from run to run. The file appears under its
    name only when it is complete.

    Parameters
    ----------
    frames : (T, H, W, 3) uint8
        sRGB. H and W even: 4:2:0 halves both.
    path : Path
        Ends in ``.mp4``; its folder is made.
    fps : float
        Frames a second.

    Raises
    ------
    FourdpQaError
        When the frames have another shape or type, an odd side, or the file cannot be written.
    """
    _check(frames, path, fps)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A real file: with "faststart" the muxer opens its output a second time.
        unfinished = path.with_name(f".{path.stem}.{os.getpid()}.unfinished.mp4")
        try:
            _write(frames, unfinished, Fraction(fps).limit_denominator(MAX_FPS_DENOMINATOR))
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except (OSError, FFmpegError) as error:
        raise FourdpQaError(f"clip {path}: cannot be written ({error.strerror or error})") from error


def _check(frames: NDArray[np.uint8], path: Path, fps: float) -> None:
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[3] != 3 or not len(frames):
        raise FourdpQaError(
            f"clip {path}: found frames of shape {frames.shape} and type {frames.dtype}, "
            "expected (T, H, W, 3) of uint8 with T >= 1"
        )
    height, width = frames.shape[1:3]
    if height % 2 or width % 2 or not height or not width:
        raise FourdpQaError(
            f"clip {path}: found frames of {width}x{height} pixels, expected even sides "
            "(4:2:0 halves both); choose an even --size"
        )
    if not 0 < fps < float("inf"):
        raise FourdpQaError(f"clip {path}: found {fps} frames a second, expected more than 0")


def _codec_options() -> dict[str, str]:
    x86 = platform.machine().lower() in ("x86_64", "amd64")
    return CODEC_OPTIONS | (X86_OPTIONS if x86 else {})


def _write(frames: NDArray[np.uint8], path: Path, rate: Fraction) -> None:
    with av.open(str(path), "w", format="mp4", options=CONTAINER_OPTIONS) as container:
        stream = container.add_stream("libx264", rate=rate, options=_codec_options())
        stream.height, stream.width = frames.shape[1:3]
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.thread_count = 1
        context.colorspace, context.color_primaries = MATRIX, PRIMARIES
        context.color_trc, context.color_range = TRANSFER, int(ColorRange.MPEG)
        for image in frames:
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24")
            picture = picture.reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU601, dst_color_range=ColorRange.MPEG
            )
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
