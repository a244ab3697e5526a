"""Textures of ground, walls and table tops with mip levels, and noise; drawn once per process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Float32s = NDArray[np.float32]

GROUND_SIDE: Final = 1024
NOISE_SIDE: Final = 512


@cache
def tiling_noise(side: int, seed: int, roughness: float) -> Float32s:
    """Noise (side, side) in [0, 1] that tiles; a larger `roughness` gives larger blobs."""
    rng = np.random.default_rng(seed)
    frequency = np.fft.fftfreq(side) * side
    radius = np.hypot(frequency[:, None], frequency[None])
    radius[0, 0] = 1.0
    spectrum = np.fft.fft2(rng.standard_normal((side, side))) / radius**roughness
    spectrum[0, 0] = 0.0
    field = np.fft.ifft2(spectrum).real
    return ((field - field.min()) / np.ptp(field)).astype(np.float32)


@cache
def ground_levels(texture: str) -> tuple[Float32s, ...]:
    """Mip levels (3, side, side) of a ground texture, linear RGB, each half the side before it."""
    image = np.clip(GROUND_TEXTURES[texture](GROUND_SIDE), 0.0, 1.0).astype(np.float32)
    levels = [np.ascontiguousarray(np.moveaxis(image, -1, 0))]
    while levels[-1].shape[1] > 4:
        fine = levels[-1]
        quarters = [fine[:, row::2, column::2] for row in (0, 1) for column in (0, 1)]
        levels.append(np.ascontiguousarray(sum(quarters) / np.float32(4)))
    return tuple(levels)


def sample_levels(
    levels: tuple[Float32s, ...], u: Float32s, v: Float32s, level: Float32s
) -> Float32s:
    """Look a tiling texture up, bilinear in two blended levels.

    Parameters
    ----------
    u, v : (P,) texture coordinates, one copy per unit
    level : (P,) wanted level, fractional

    Returns
    -------
    (3, P) linear RGB
    """
    level = np.clip(level, 0.0, len(levels) - 1.001).astype(np.float32)
    lower = level.astype(np.int8)
    colour = np.empty((3, len(u)), dtype=np.float32)
    for k in range(int(lower.min()), int(lower.max()) + 1):
        chosen = np.flatnonzero(lower == k)
        if len(chosen):
            at_u, at_v, blend = u[chosen], v[chosen], level[chosen] - np.float32(k)
            found = _bilinear(levels[k], at_u, at_v)
            found += (_bilinear(levels[k + 1], at_u, at_v) - found) * blend
            for channel in range(3):
                colour[channel, chosen] = found[channel]
    return colour


def _bilinear(image: Float32s, u: Float32s, v: Float32s) -> Float32s:
    side = image.shape[1]
    x = u * np.float32(side) - np.float32(0.5)
    y = v * np.float32(side) - np.float32(0.5)
    column, row = np.floor(x), np.floor(y)
    fx, fy = x - column, y - row
    mask = side - 1  # sides are powers of two
    i0, j0 = column.astype(np.intp) & mask, row.astype(np.intp) & mask
    i1, upper, lower = (i0 + 1) & mask, j0 * side, ((j0 + 1) & mask) * side
    corners = (upper + i0, upper + i1, lower + i0, lower + i1)
    out = np.empty((3, len(u)), dtype=np.float32)
    for channel in range(3):
        flat = image[channel].reshape(-1)
        a, b, c, d = (flat.take(corner) for corner in corners)
        a += (b - a) * fx
        c += (d - c) * fx
        out[channel] = a + (c - a) * fy
    return out


def _pavers(side: int) -> NDArray[np.float64]:
    """Square stones in shifted rows, each in its own shade."""
    count = 8
    cell = side // count
    y, x = np.mgrid[:side, :side]
    row = y // cell
    shifted = x + (row % 2) * (cell // 2)
    shade = np.random.default_rng(11).uniform(0.72, 1.12, (count, count))
    tint = np.random.default_rng(12).uniform(-0.03, 0.03, (count, count))
    column = (shifted % side) // cell
    edge = np.minimum(
        np.minimum(shifted % cell, cell - 1 - shifted % cell),
        np.minimum(y % cell, cell - 1 - y % cell),
    )
    joint = np.clip(edge / 3.0, 0.35, 1.0)
    grain = (0.75 + 0.5 * tiling_noise(side, 1, 1.0)) * (0.85 + 0.3 * tiling_noise(side, 2, 0.3))
    light = shade[row, column] * joint * grain
    base = np.array([0.46, 0.43, 0.39]) + tint[row, column][..., None] * np.array([1.0, 0.0, -1.0])
    return np.asarray(base * light[..., None])


def _grass(side: int) -> NDArray[np.float64]:
    """Blotches of two greens with fine blades."""
    blotch, fine = tiling_noise(side, 3, 1.15), tiling_noise(side, 4, 0.3)
    dry = np.clip((tiling_noise(side, 5, 1.3) - 0.45) * 2.5, 0, 1)[..., None]
    base = np.array([0.13, 0.30, 0.06]) * (1 - dry) + np.array([0.27, 0.33, 0.09]) * dry
    return np.asarray(base * ((0.55 + 0.8 * blotch) * (0.6 + 0.8 * fine))[..., None])


def _planks(side: int) -> NDArray[np.float64]:
    """Long boards with joints and grain along their length."""
    count = 10
    y, x = np.mgrid[:side, :side]
    board = np.minimum(y * count // side, count - 1)
    rng = np.random.default_rng(13)
    joint_at = rng.integers(0, side, count)[board]
    along = (x - joint_at) % side
    across = (y * count) % side / side
    edge = np.minimum(np.minimum(across, 1 - across) * side / count,
                      np.minimum(along % (side // 2), side // 2 - along % (side // 2)))
    shade = rng.uniform(0.70, 1.12, (count, 2))[board, along // (side // 2)]
    grain = tiling_noise(side, 6, 0.9)[(y * 5) % side, (x // 3 + 97 * board) % side]
    light = shade * np.clip(edge / 2.5, 0.30, 1.0) * (0.75 + 0.5 * grain)
    return np.asarray(np.array([0.44, 0.27, 0.14]) * light[..., None])


def _asphalt(side: int) -> NDArray[np.float64]:
    """Dark grit with worn and patched places."""
    grit, worn = tiling_noise(side, 21, 0.15), tiling_noise(side, 22, 1.2)
    light = (0.55 + 0.9 * grit) * (0.75 + 0.5 * worn)
    return np.asarray(np.array([0.165, 0.165, 0.172]) * light[..., None])


def _carpet(side: int) -> NDArray[np.float64]:
    """A pale woven floor: fine loops in a checked weave."""
    y, x = np.mgrid[:side, :side]
    weave = 0.94 + 0.06 * np.sign(np.sin(x * (2 * np.pi * 16 / side)) * np.sin(y * (2 * np.pi * 16 / side)))
    light = weave * (0.70 + 0.6 * tiling_noise(side, 23, 0.3)) * (0.85 + 0.3 * tiling_noise(side, 24, 1.2))
    return np.asarray(np.array([0.40, 0.37, 0.33]) * light[..., None])


def _tiles(side: int) -> NDArray[np.float64]:
    """A floor of square tiles in two shades, like a chessboard with joints."""
    y, x = np.mgrid[:side, :side]
    cell = side // 4
    odd = (x // cell + y // cell) % 2
    edge = np.minimum(np.minimum(x % cell, cell - 1 - x % cell), np.minimum(y % cell, cell - 1 - y % cell))
    light = np.clip(edge / 4.0, 0.55, 1.0) * (0.85 + 0.3 * tiling_noise(side, 25, 0.9))
    shades = np.where(odd[..., None] > 0, [0.56, 0.54, 0.50], [0.33, 0.36, 0.38])
    return np.asarray(shades * light[..., None])


def _plaster(side: int) -> NDArray[np.float64]:
    """Faint blotches and grain, for walls; white where it is lightest."""
    light = 0.86 + 0.10 * tiling_noise(side, 26, 1.0) + 0.06 * tiling_noise(side, 27, 0.2)
    return np.asarray(np.ones(3) * light[..., None])


def _stripes(side: int) -> NDArray[np.float64]:
    """Wallpaper: broad and narrow upright stripes."""
    x = np.broadcast_to(np.arange(side) / side, (side, side))
    broad, narrow = (x % 0.5) < 0.25, np.abs(x % 0.25 - 0.125) < 0.012
    light = np.where(narrow, 0.70, np.where(broad, 1.0, 0.86)) * (0.93 + 0.1 * tiling_noise(side, 28, 0.5))
    return np.asarray(np.ones(3) * light[..., None])


def _boards(side: int) -> NDArray[np.float64]:
    """A table top of five broad boards with long grain."""
    y, x = np.mgrid[:side, :side]
    board = np.minimum(y * 5 // side, 4)
    across = (y * 5) % side / side
    edge = np.clip(np.minimum(across, 1 - across) * side / 5 / 2.0, 0.55, 1.0)
    shade = np.random.default_rng(14).uniform(0.86, 1.10, 5)[board]
    grain = tiling_noise(side, 29, 0.9)[(y * 4) % side, (x // 4 + 131 * board) % side]
    light = shade * edge * (0.78 + 0.44 * grain)
    return np.asarray(np.array([0.52, 0.34, 0.19]) * light[..., None])


GROUND_TEXTURES: Final[dict[str, Callable[[int], NDArray[np.float64]]]] = {
    "pavers": _pavers, "grass": _grass, "planks": _planks, "asphalt": _asphalt, "carpet": _carpet,
    "tiles": _tiles, "plaster": _plaster, "stripes": _stripes, "boards": _boards,
}
"""Of the ground, and of walls and table tops (surfaces.toml)."""
