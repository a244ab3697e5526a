"""Patterns on things, evaluated at points in object axes before scaling (metres of the builder)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.sources.simulator.materials import (
    BRICKS,
    CHECKS,
    CLOTH,
    DOTS,
    LEAVES,
    PLANKS,
    SECTORS,
    SHELL,
    STRIPES,
    TILES,
    WINDOWS,
    WOOD,
)
from fourdp_qa.sources.simulator.textures import NOISE_SIDE, tiling_noise

Float32s = NDArray[np.float32]

SECTOR_COUNT = 6
"""Stripes of a beach ball, as real ones have; as many run around a striped vase."""
STRIPE_SLANT = 3.0
"""Stripes that one metre upwards crosses: they turn by about a quarter on their way up a vase."""
DOT_COLUMNS, DOT_ROWS, DOT_RADIUS = 8, 7.5, 0.042
"""Around, per metre upwards, metres: dots of 8 cm are several pixels wide at 8 metres."""
CHECKS_PER_METRE = 8.0
BRICK_ROWS, BRICKS_PER_METRE, MORTAR = 14.0, 6.0, 0.13
"""Rows and bricks per metre of a toy wall; share of a brick that is joint."""

PALE = np.array([[0.84], [0.84], [0.82]], dtype=np.float32)
"""The caps of beach balls and the frames of windows, linear RGB."""


def draw_pattern(
    pattern: int, points: Float32s, normals: Float32s, base: Float32s, second: Float32s
) -> Float32s:
    """Albedo (3, P) of points (3, P) on a surface with unit normals (3, P), both in object axes.

    `base` and `second` (3, P) are the material's two colours.
    """
    if pattern == SECTORS:
        return _sectors(points, base, second)
    if pattern == WINDOWS:
        return _windows(points, normals, base, second)
    if pattern == TILES:
        rows = np.floor(points[2] * 7)
        along = np.where(np.abs(normals[0]) > np.abs(normals[1]), points[1], points[0])
        joint = (points[2] * 7 - rows < 0.2) | ((along * 3 + rows * 0.5) % 1 < 0.1)
        return np.where(joint, second, base)
    if pattern == PLANKS:
        joint = (points[2] * 9 % 1) < 0.14
        return _grained(points, np.where(joint, base * np.float32(0.45), base))
    if pattern == WOOD:
        return _grained(points, base)
    if pattern == STRIPES:
        turn = _turn(points) * SECTOR_COUNT + points[2] * np.float32(STRIPE_SLANT)
        return np.where(np.floor(turn) % 2 > 0, second, base)
    if pattern == DOTS:
        return np.where(_in_dot(points), PALE, base)
    if pattern == CHECKS:
        return _checks(points, normals, base)
    if pattern == BRICKS:
        return _bricks(points, normals, base, second)
    if pattern == CLOTH:
        return np.asarray(base * (0.78 + 0.44 * _noise(points, 1.6, 1.6)))
    if pattern == SHELL:
        return _shell(points, base, second)
    if pattern == LEAVES:
        return np.asarray(base * (0.55 + 0.9 * _noise(points, 0.55, 0.55)))
    raise ValueError(f"no pattern {pattern}")


def _noise(points: Float32s, along: float, across: float) -> Float32s:
    """Noise (P,) in [0, 1]; `along` scales z, `across` the ground axes, in tiles per metre."""
    side = np.float32(NOISE_SIDE)
    u = (points[0] * np.float32(across) + points[1] * np.float32(across * 0.73)) * side
    v = (points[2] * np.float32(along) + points[1] * np.float32(across * 0.37)) * side
    column, row = u.astype(np.intp) & (NOISE_SIDE - 1), v.astype(np.intp) & (NOISE_SIDE - 1)
    return tiling_noise(NOISE_SIDE, 7, 1.0).take(row * NOISE_SIDE + column)


def _grained(points: Float32s, base: Float32s) -> Float32s:
    return np.asarray(base * (0.62 + 0.76 * _noise(points, 0.25, 1.1)))


def _turn(points: Float32s) -> Float32s:
    """Bearing (P,) about z as a share of a full turn, -0.5 to 0.5."""
    return np.asarray(np.arctan2(points[1], points[0]) * np.float32(0.5 / np.pi))


def _in_dot(points: Float32s) -> NDArray[np.bool_]:
    """Round dots in rows around z, each row half a step on."""
    row = np.floor(points[2] * np.float32(DOT_ROWS))
    column = _turn(points) * DOT_COLUMNS + np.float32(0.5) * (row % 2)
    aside = (column % 1 - 0.5) * np.hypot(points[0], points[1]) * np.float32(2 * np.pi / DOT_COLUMNS)
    upward = (points[2] * np.float32(DOT_ROWS) - row - 0.5) / np.float32(DOT_ROWS)
    return np.asarray(aside * aside + upward * upward < DOT_RADIUS**2)


def _checks(points: Float32s, normals: Float32s, base: Float32s) -> Float32s:
    """Squares of the base colour and of white, laid on the faces of a box."""
    cell = np.floor(points * np.float32(CHECKS_PER_METRE) + np.float32(0.5))
    flat = np.abs(normals).argmax(axis=0)
    odd = sum(np.where(flat == axis, 0, cell[axis]) for axis in range(3)) % 2 > 0
    return np.where(odd, PALE, base)


def _bricks(
    points: Float32s, normals: Float32s, base: Float32s, second: Float32s
) -> Float32s:
    """Courses of bricks, each in a shade of its own; no joints on what lies flat."""
    course = points[2] * np.float32(BRICK_ROWS)
    row = np.floor(course)
    along = np.where(np.abs(normals[0]) > np.abs(normals[1]), points[1], points[0])
    stone = along * np.float32(BRICKS_PER_METRE) + row * np.float32(0.5)
    joint = (course - row < MORTAR) | (stone % 1 < MORTAR * BRICKS_PER_METRE / BRICK_ROWS)
    joint &= np.abs(normals[2]) < 0.7
    # An irrational step gives neighbours different shades.
    shade = 0.80 + 0.34 * ((np.floor(stone) * 0.618 + row * 0.414) % 1)
    return np.where(joint, second, base * shade.astype(np.float32))


def _shell(points: Float32s, base: Float32s, second: Float32s) -> Float32s:
    """Plates of a tortoise: dark joints between rings and, turned ring by ring, around them."""
    ring = np.hypot(points[0], points[1] * np.float32(1.2)) * np.float32(8)
    row = np.floor(ring)
    around = _turn(points) * 9 + np.float32(0.5) * (row % 2)
    joint = ((ring - row < 0.17) | (np.abs(around % 1 - 0.5) > 0.45)) & (ring > 1)
    return np.where(joint, second * np.float32(0.5), base * np.where(row % 2 > 0, 1.5, 1.0))


def _sectors(points: Float32s, base: Float32s, second: Float32s) -> Float32s:
    """Stripes from pole to pole, and a pale cap on each pole."""
    stripe = np.floor(np.arctan2(points[1], points[0]) * (SECTOR_COUNT / (2 * np.pi)))
    colour = np.where(stripe % 2 > 0, second, base)
    height = np.abs(points[2]) / np.sqrt((points * points).sum(axis=0))
    return np.where(height > 0.965, PALE, colour)


def _windows(
    points: Float32s, normals: Float32s, base: Float32s, second: Float32s
) -> Float32s:
    """Panes with pale frames and bars in rows on the walls."""
    wall = np.abs(normals[2]) < 0.5
    along = np.where(np.abs(normals[0]) > 0.5, points[1], points[0])
    across = np.abs((along * np.float32(0.75)) % 1 - 0.5)
    upward = np.abs((points[2] * np.float32(0.62) + 0.2) % 1 - 0.5)
    framed = wall & (across < 0.27) & (upward < 0.31)
    pane = framed & (across < 0.22) & (upward < 0.26) & (across > 0.02) & (upward > 0.015)
    plaster = base * (0.92 + 0.16 * _noise(points, 1.0, 1.0))
    return np.asarray(np.where(pane, second, np.where(framed, PALE, plaster)), dtype=np.float32)
