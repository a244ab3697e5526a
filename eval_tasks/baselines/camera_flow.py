"""How the picture as a whole moves, from the frames alone: block-wise phase correlation in NumPy.

A similarity is fitted to the shifts of the blocks of two frames that follow each other. What moves by
itself in the scene disagrees with most blocks and loses its weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float64]

SIDE = 128
"""Pixels the frames are shrunk to: a hundred clips take seconds, and shifts of 0.1 pixel are still seen."""
BLOCK, BLOCKS = 32, 5
"""Side of a block in pixels, and blocks along an edge; they overlap. A shift is found up to half a block,
12 % of the picture a frame."""
MARGIN = 8
"""Pixels between the outer blocks and the border: so much a block may move and still be found."""
_CORNERS = np.linspace(MARGIN, SIDE - BLOCK - MARGIN, BLOCKS).round().astype(np.int64)
_WINDOW = np.outer(np.hanning(BLOCK), np.hanning(BLOCK))
FARTHEST = 1.5
"""Pixels that are left to find after the whole ones: more is noise of a block without texture."""
ROUNDS = 5
"""Refits with weights from the last residuals: the weights have settled."""
SPREAD = 0.5
"""Pixels: residuals of this size halve a block's weight; correlation itself is good to about 0.1."""


@dataclass(frozen=True)
class PictureMotion:
    """Sums over the frames so far, 0 at the first; each (T,).

    Attributes
    ----------
    right, down : shift of the picture's content, in shares of the side.
    clockwise : turn of the content as seen on the picture, radians.
    growth : natural logarithm of the content's magnification.
    parallax : what a similarity leaves unexplained, the mean absolute residual in shares of the side.
    """

    right: Floats
    down: Floats
    clockwise: Floats
    growth: Floats
    parallax: Floats


def picture_motion(frames: NDArray[np.uint8]) -> PictureMotion:
    """Follow the picture's content through a clip (T, H, W, 3)."""
    x, y = np.meshgrid(_CORNERS, _CORNERS)
    corners: NDArray[np.int64] = np.stack([x.ravel(), y.ravel()], axis=1)
    places = np.asarray(corners + (BLOCK - SIDE) / 2, dtype=np.float64)
    steps = [np.zeros(5)]
    for before, after in pairwise([_grey(frame) for frame in frames]):
        steps.append(_similarity(places, *_shifts(before, after, corners)))
    right, down, growth, clockwise, parallax = np.cumsum(steps, axis=0).T
    return PictureMotion(right / SIDE, down / SIDE, clockwise, growth, parallax / SIDE)


def _grey(frame: NDArray[np.uint8]) -> Floats:
    """A frame (H, W, 3) as brightness (SIDE, SIDE)."""
    picture = Image.fromarray(frame).convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(picture, dtype=np.float64)


def _cut(grey: Floats, corners: NDArray[np.int64]) -> Floats:
    """Blocks (B, BLOCK, BLOCK) with upper left corners (B, 2), x then y, of mean 0."""
    cut = np.stack([grey[y: y + BLOCK, x: x + BLOCK] for x, y in corners])
    return np.asarray(cut - cut.mean(axis=(1, 2), keepdims=True))


def _shifts(before: Floats, after: Floats, corners: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Shift (B, 2) in pixels, x then y, of every block, and how far (B,) it is to be trusted.

    Two blocks under one window look less shifted than they are. So the correlation finds whole pixels only;
    the block of the later frame is cut again there, and the gradients of both find what is left. A block that
    would lie outside the picture has left it, and is not trusted.
    """
    first = _cut(before, corners)
    cross = np.fft.fft2(_cut(after, corners) * _WINDOW) * np.fft.fft2(first * _WINDOW).conj()
    whole, sharpness = _peaks(cross)
    again = np.clip(corners + whole, 0, SIDE - BLOCK)
    inside = (again == corners + whole).all(axis=1)
    return whole + _fractions(first, _cut(after, again)), sharpness * inside


def _peaks(cross: NDArray[np.complex128]) -> tuple[NDArray[np.int64], Floats]:
    """Whole pixels (B, 2), x then y, and height (B,) of the peak of each phase correlation."""
    size = np.abs(cross)
    # A flat block has no phase to speak of; its noise would make a peak anywhere.
    floor = 1e-3 * size.max(axis=(1, 2), keepdims=True) + 1e-9
    peaks = np.fft.ifft2(cross / (size + floor)).real.reshape(len(cross), -1)
    best = peaks.argmax(axis=1)
    places = np.stack([best % BLOCK, best // BLOCK], axis=1)
    return (places + BLOCK // 2) % BLOCK - BLOCK // 2, peaks[np.arange(len(best)), best].clip(min=0.0)


def _fractions(before: Floats, after: Floats) -> Floats:
    """Shifts (B, 2) of about a pixel at most, x then y, between blocks: one step of Lucas and Kanade."""
    middle = (before + after) / 2
    slopes = np.stack([np.asarray(np.gradient(middle, axis=axis)) for axis in (2, 1)])
    normal = np.einsum("iByx,jByx,yx->Bij", slopes, slopes, _WINDOW) + 1e-6 * np.eye(2)
    wanted = np.einsum("iByx,Byx,yx->Bi", slopes, before - after, _WINDOW)
    return np.linalg.solve(normal, wanted[..., None])[..., 0].clip(-FARTHEST, FARTHEST)


def _similarity(places: Floats, shifts: Floats, sharpness: Floats) -> Floats:
    """Shift x, shift y, growth, clockwise turn and mean residual that explain the blocks' shifts best."""
    x, y = places.T
    one, none = np.ones_like(x), np.zeros_like(x)
    design = np.concatenate([
        np.stack([one, none, x, -y], axis=1), np.stack([none, one, y, x], axis=1),
    ])
    wanted = np.concatenate([shifts[:, 0], shifts[:, 1]])
    weight = sharpness.copy()
    found = np.zeros(4)
    residual = np.zeros(len(x))
    for _ in range(ROUNDS):
        root = np.sqrt(np.tile(weight, 2))
        found = np.linalg.lstsq(design * root[:, None], wanted * root, rcond=None)[0]
        left = wanted - design @ found
        residual = np.hypot(left[: len(x)], left[len(x):])
        weight = sharpness / (1 + (residual / SPREAD) ** 2)
    mean = float((sharpness * residual).sum() / max(sharpness.sum(), 1e-9))
    return np.array([*found, mean])
