"""Clips against the scene rendered again, rings included."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.clips.circles import draw_circles
from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.details import CircleMark

BLOCK: Final = 16
"""Pixels of a side: the encoder's own unit, and small enough for a ring to fill a good part of one."""
TIMES_OWN_ERROR: Final = 2.0
"""Another version or speed of the encoder spends its bits elsewhere: with four other presets and qualities
(crf 23 to 28) no block came out more than 1.65 times as far from the frames as in our own encoding."""
LEAST_ERROR: Final = 12.0
"""Levels of 255, root mean square over a block: below it nobody sees a difference. The worst block of a clip
with one ring in one frame is 60 and more off, of a clip one frame late 57 and more."""


def clip_fault(stored: bytes, frames: NDArray[np.uint8], marks: Iterable[CircleMark], fps: float) -> str:
    """What is wrong with a clip; empty when it shows these frames.

    The frames are encoded again: the same encoder gives the same bytes. Where it does not, the clips are
    decoded and every block of every frame must be about as near to the frames as our own encoding is.

    Parameters
    ----------
    stored : bytes of the mp4.
    frames : (T, S, S, 3) uint8, without rings.
    marks : rings to be drawn.
    fps : of the clip.
    """
    drawn = draw_circles(frames, list(marks))
    with tempfile.TemporaryDirectory() as folder:
        again = Path(folder) / "again.mp4"
        encode_clip(drawn, again, fps)
        own = again.read_bytes()
    if own == stored:
        return ""
    try:
        shown = decode_clip(stored)
    except FourdpQaError as error:
        return str(error)
    if shown.shape != drawn.shape:
        return f"{len(shown)} frames of {shown.shape[2]} x {shown.shape[1]} pixels"
    off = block_errors(shown, drawn)
    own_error = block_errors(decode_clip(own), drawn)
    allowed = np.maximum(LEAST_ERROR, TIMES_OWN_ERROR * own_error)
    wrong = off > allowed
    if not wrong.any():
        return ""
    frame, line, column = np.unravel_index(int(np.argmax(np.where(wrong, off, 0))), off.shape)
    worst, place = off[frame, line, column], (int(column) * BLOCK, int(line) * BLOCK)
    return (f"{int(wrong.any(axis=(1, 2)).sum())} of {len(shown)} frames unlike the scene's, the worst "
            f"frame {frame} at {place}, {worst:.0f} levels off")


def block_errors(shown: NDArray[np.uint8], wanted: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Root mean square difference (T, rows, columns) of every block, levels of 255; a rest at the right and
    lower edge that fills no block is left out.
    """
    frames, height, width = shown.shape[0], shown.shape[1] // BLOCK, shown.shape[2] // BLOCK
    off = shown[:, : height * BLOCK, : width * BLOCK].astype(np.float64)
    off -= wanted[:, : height * BLOCK, : width * BLOCK]
    blocks = (off**2).reshape(frames, height, BLOCK, width, BLOCK, 3)
    return np.asarray(np.sqrt(blocks.mean(axis=(2, 4, 5))))
