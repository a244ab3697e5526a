"""Shapes of rooms and what stands in them. Builder axes as in toys; the front of furniture is +x.

A room is one shell of walls, ceiling and skirting around the ground plane, which is its floor; sizes
are metres of a real room.
"""

from __future__ import annotations

import math

from fourdp_qa.sources.simulator.meshes import Part, bevelled_box, cylinder, ellipsoid, revolve

ROOM_LENGTH, ROOM_WIDTH, ROOM_HEIGHT = 9.0, 8.0, 2.8
TABLE_LENGTH, TABLE_WIDTH, TABLE_HEIGHT = 2.3, 1.6, 0.74
WALL = 0.12
SIDES = (-1, 1)


def room(wall: str) -> list[Part]:
    """Four walls in material `wall`, ceiling, skirting, two windows, a door and pictures."""
    x, y, height = ROOM_LENGTH / 2, ROOM_WIDTH / 2, ROOM_HEIGHT
    parts = [
        bevelled_box((2 * x + 2 * WALL, 2 * y + 2 * WALL, WALL), (0, 0, height + WALL / 2),
                     "ceiling", 0.01),
    ]
    for side in SIDES:
        parts += [
            bevelled_box((WALL, 2 * y + 2 * WALL, height), (side * (x + WALL / 2), 0, height / 2),
                         wall, 0.001),
            bevelled_box((2 * x, WALL, height), (0, side * (y + WALL / 2), height / 2), wall, 0.001),
            bevelled_box((0.02, 2 * y, 0.10), (side * (x - 0.01), 0, 0.05), "skirting", 0.05),
            bevelled_box((2 * x, 0.02, 0.10), (0, side * (y - 0.01), 0.05), "skirting", 0.05),
        ]
        parts += _window(x, side * 1.7)
        parts += _picture(-x, side * 1.9, 0.75, "canvas_blue" if side > 0 else "canvas_warm")
    parts += _door(-2.6, y)
    for at, canvas in ((1.2, "canvas_warm"), (2.9, "canvas_blue")):
        parts += _picture_on_y(at, y, canvas)
    for at, canvas in ((-2.4, "canvas_blue"), (2.1, "canvas_warm")):
        parts += _picture_on_y(at, -y, canvas)
    return parts


def _window(x: float, y: float) -> list[Part]:
    """A window in the wall at +x with a cross of bars, a sill and curtains."""
    parts = [
        bevelled_box((0.03, 1.5, 1.3), (x - 0.015, y, 1.55), "skirting", 0.1),
        bevelled_box((0.04, 1.36, 1.16), (x - 0.02, y, 1.55), "daylight", 0.02),
        bevelled_box((0.06, 0.05, 1.2), (x - 0.03, y, 1.55), "skirting", 0.1),
        bevelled_box((0.06, 1.4, 0.05), (x - 0.03, y, 1.70), "skirting", 0.1),
        bevelled_box((0.18, 1.64, 0.04), (x - 0.09, y, 0.88), "skirting", 0.2),
        cylinder(0.018, 2.2, (x - 0.12, y, 2.36), "iron", "y", 10),
    ]
    for side in SIDES:
        for fold in range(3):
            at = y + side * (0.82 + 0.11 * fold)
            parts.append(cylinder(0.06, 1.75, (x - 0.10, at, 1.46), "curtain", sides=10))
    return parts


def _door(x: float, y: float) -> list[Part]:
    return [
        bevelled_box((1.08, 0.05, 2.12), (x, y - 0.025, 1.06), "skirting", 0.05),
        bevelled_box((0.90, 0.07, 2.02), (x, y - 0.035, 1.01), "door", 0.05),
        ellipsoid((0.035, 0.035, 0.035), (x + 0.36, y - 0.09, 1.02), "chrome", 12),
    ]


def _picture(x: float, y: float, height: float, canvas: str) -> list[Part]:
    inward = -1 if x > 0 else 1
    return [
        bevelled_box((0.03, 1.0, height), (x + inward * 0.015, y, 1.6), "frame", 0.1),
        bevelled_box((0.04, 0.88, height - 0.12), (x + inward * 0.02, y, 1.6), canvas, 0.02),
    ]


def _picture_on_y(x: float, y: float, canvas: str) -> list[Part]:
    inward = -1 if y > 0 else 1
    return [
        bevelled_box((0.8, 0.03, 0.6), (x, y + inward * 0.015, 1.6), "frame", 0.1),
        bevelled_box((0.7, 0.04, 0.5), (x, y + inward * 0.02, 1.6), canvas, 0.02),
    ]


def sofa() -> list[Part]:
    """A three-seater with cushions, arms and short legs."""
    parts = [
        bevelled_box((0.85, 2.0, 0.30), (0, 0, 0.27), "main", 0.12),
        bevelled_box((0.24, 2.0, 0.55), (-0.31, 0, 0.53), "main", 0.25),
    ]
    for k in (-1, 0, 1):
        parts.append(bevelled_box((0.60, 0.54, 0.14), (0.10, 0.56 * k, 0.47), "second", 0.25))
    for side in SIDES:
        parts.append(bevelled_box((0.85, 0.20, 0.52), (0, 0.92 * side, 0.36), "main", 0.25))
        parts += [cylinder(0.03, 0.12, (x, 0.85 * side, 0.06), "dark", sides=10) for x in (-0.35, 0.35)]
    return parts


def easy_chair() -> list[Part]:
    """A wide upholstered chair."""
    parts = [
        bevelled_box((0.80, 0.84, 0.30), (0, 0, 0.27), "main", 0.12),
        bevelled_box((0.22, 0.84, 0.58), (-0.30, 0, 0.55), "main", 0.25),
        bevelled_box((0.58, 0.50, 0.14), (0.08, 0, 0.47), "second", 0.25),
    ]
    for side in SIDES:
        parts.append(bevelled_box((0.78, 0.18, 0.48), (0, 0.36 * side, 0.36), "main", 0.25))
        parts += [cylinder(0.03, 0.12, (x, 0.32 * side, 0.06), "dark", sides=10) for x in (-0.3, 0.3)]
    return parts


def bookcase() -> list[Part]:
    """Four shelves with rows of books."""
    parts = [bevelled_box((0.03, 1.2, 1.9), (-0.15, 0, 0.95), "timber", 0.05)]
    for side in SIDES:
        parts.append(bevelled_box((0.34, 0.04, 1.9), (0, 0.60 * side, 0.95), "timber", 0.05))
    for k in range(5):
        parts.append(bevelled_box((0.34, 1.2, 0.04), (0, 0, 0.06 + 0.455 * k), "timber", 0.05))
    spines = ("canvas_warm", "canvas_blue", "curtain", "frame", "pale")
    for shelf in range(4):
        y, k = -0.54, shelf * 3
        while y < 0.44 - 0.12 * (shelf % 2):
            width, tall = 0.045 + 0.012 * (k * 7 % 4), 0.26 + 0.025 * (k * 5 % 5)
            low = 0.08 + 0.455 * shelf
            parts.append(bevelled_box((0.22, width, tall), (-0.01, y + width / 2, low + tall / 2),
                                      spines[(k * 3 + shelf) % len(spines)], 0.06))
            y, k = y + width + 0.006, k + 1
    return parts


def sideboard() -> list[Part]:
    """A low cupboard with three doors."""
    parts = [bevelled_box((0.45, 1.6, 0.62), (0, 0, 0.43), "timber", 0.03)]
    for k in (-1, 0, 1):
        parts.append(bevelled_box((0.03, 0.49, 0.52), (0.225, 0.52 * k, 0.43), "main", 0.1))
        parts.append(ellipsoid((0.02, 0.02, 0.02), (0.25, 0.52 * k + 0.18, 0.46), "chrome", 10))
    for side in SIDES:
        parts += [cylinder(0.025, 0.12, (x, 0.72 * side, 0.06), "dark", sides=10) for x in (-0.17, 0.17)]
    return parts


def standing_lamp() -> list[Part]:
    """A standing lamp with a coloured shade."""
    return [
        cylinder(0.15, 0.03, (0, 0, 0.015), "iron", sides=24),
        cylinder(0.014, 1.35, (0, 0, 0.70), "iron", sides=10),
        revolve([(0.0, 1.34), (0.23, 1.34), (0.15, 1.66), (0.0, 1.66)], "main", 28),
    ]


def pillar() -> list[Part]:
    """A round column from floor to ceiling on a square foot."""
    return [
        bevelled_box((0.36, 0.36, 0.14), (0, 0, 0.07), "skirting", 0.05),
        cylinder(0.12, ROOM_HEIGHT - 0.14, (0, 0, 0.14 + (ROOM_HEIGHT - 0.14) / 2), "skirting", sides=28),
    ]


def house_plant() -> list[Part]:
    """A leafy plant in a tub."""
    parts: list[Part] = [
        revolve([(0, 0), (0.15, 0), (0.19, 0.34), (0.16, 0.34), (0.16, 0.31), (0, 0.31)], "pot", 24),
        cylinder(0.025, 0.6, (0, 0, 0.55), "trunk", sides=10),
    ]
    for k in range(7):
        x, y, z = _around(k, 0.16, 0.80 + 0.07 * (k % 4))
        parts.append(ellipsoid((0.17, 0.15, 0.14), (x, y, z), "leaf", 12))
    parts.append(ellipsoid((0.20, 0.20, 0.18), (0, 0, 1.05), "leaf", 14))
    return parts


def ceiling_lamp() -> list[Part]:
    """A glowing ball that hangs from the ceiling."""
    return [
        cylinder(0.012, 0.3, (0, 0, 0.35), "iron", sides=8),
        ellipsoid((0.16, 0.16, 0.14), (0, 0, 0.14), "glow", 20),
    ]


def table_top() -> list[Part]:
    """A big table: its top carries the scene."""
    parts = [
        bevelled_box((TABLE_LENGTH, TABLE_WIDTH, 0.045), (0, 0, TABLE_HEIGHT - 0.0225), "table_wood", 0.12),
        bevelled_box((TABLE_LENGTH - 0.2, TABLE_WIDTH - 0.2, 0.09), (0, 0, TABLE_HEIGHT - 0.09), "timber"),
    ]
    for x in SIDES:
        for y in SIDES:
            at = (x * (TABLE_LENGTH / 2 - 0.12), y * (TABLE_WIDTH / 2 - 0.12), TABLE_HEIGHT / 2 - 0.03)
            parts.append(bevelled_box((0.08, 0.08, TABLE_HEIGHT - 0.06), at, "timber", 0.1))
    return parts


def wine_bottle() -> list[Part]:
    """A tall glass bottle, life-size."""
    return [revolve([(0, 0), (0.036, 0), (0.038, 0.01), (0.038, 0.19), (0.014, 0.24), (0.014, 0.30),
                     (0.017, 0.30), (0.017, 0.315), (0, 0.315)], "main", 28, 60)]


def flower_vase() -> list[Part]:
    """A slim vase with three flowers."""
    parts: list[Part] = [
        revolve([(0, 0), (0.035, 0), (0.05, 0.06), (0.045, 0.11), (0.022, 0.16), (0.03, 0.18),
                 (0.02, 0.178), (0, 0.16)], "main", 28, 60)]
    for k in range(3):
        x, y, z = _around(k * 2, 0.035, 0.30 + 0.03 * k)
        parts.append(cylinder(0.004, z - 0.15, (x / 2, y / 2, (z + 0.15) / 2), "leaf", sides=6))
        parts.append(ellipsoid((0.035, 0.035, 0.025), (x / 2, y / 2, z), "flower", 14))
    return parts


def books() -> list[Part]:
    """A pile of three books."""
    return [
        bevelled_box((0.17, 0.24, 0.035), (0, 0, 0.0175), "canvas_blue", 0.05),
        bevelled_box((0.16, 0.22, 0.03), (0.005, 0.004, 0.05), "pale", 0.05),
        bevelled_box((0.15, 0.21, 0.04), (-0.004, -0.006, 0.085), "canvas_warm", 0.05),
    ]


def _around(k: int, radius: float, height: float) -> tuple[float, float, float]:
    """The k-th place of a spiral of the golden angle: leaves never stand in rows."""
    angle = math.radians(137.5 * k)
    return radius * math.cos(angle), radius * math.sin(angle), height
