"""Shapes of furniture, indoors and in the park.

Builder axes as in meshes; +x is the front where there is one. Material "main" takes the colour that
the caption names, "second" the other one (or a darker shade of the first), the rest are fixed.
"""

from __future__ import annotations

from fourdp_qa.sources.simulator.meshes import (
    Part,
    bevelled_box,
    cylinder,
    ellipsoid,
    revolve,
    tube,
)

SIDES = (-1, 1)


def chair() -> list[Part]:
    """A wooden chair; the sitter looks along +x."""
    parts = [bevelled_box((0.52, 0.52, 0.06), (0, 0, 0.46), "main", 0.2)]
    for x in (-0.22, 0.22):
        parts += [bevelled_box((0.06, 0.06, 0.44), (x, 0.22 * s, 0.22), "main") for s in SIDES]
    parts += [bevelled_box((0.055, 0.06, 0.56), (-0.23, 0.22 * s, 0.76), "main") for s in SIDES]
    parts += [bevelled_box((0.035, 0.40, 0.10), (-0.23, 0, z), "main") for z in (0.64, 0.80, 0.96)]
    return parts


def table() -> list[Part]:
    """A plain table, longer along y."""
    legs = [bevelled_box((0.07, 0.07, 0.56), (x, y, 0.28), "second")
            for x in (-0.30, 0.30) for y in (-0.47, 0.47)]
    return [bevelled_box((0.74, 1.10, 0.06), (0, 0, 0.58), "main", 0.2), *legs]


def stool() -> list[Part]:
    """A round seat on four splayed legs with rungs."""
    parts = [revolve([(0, 0.50), (0.21, 0.50), (0.23, 0.525), (0.22, 0.56), (0, 0.56)], "main", 40)]
    for x in SIDES:
        for y in SIDES:
            leg = tube([(0.19 * x, 0.19 * y, 0.0), (0.12 * x, 0.12 * y, 0.51)], 0.028, "main", 12)
            parts.append(leg.with_flat_foot())
        parts.append(tube([(0.165 * x, -0.165, 0.18), (0.165 * x, 0.165, 0.18)], 0.018, "main", 10))
        parts.append(tube([(-0.15, 0.15 * x, 0.28), (0.15, 0.15 * x, 0.28)], 0.018, "main", 10))
    return parts


def armchair() -> list[Part]:
    """An upholstered armchair; the sitter looks along +x."""
    parts = [
        bevelled_box((0.56, 0.60, 0.22), (0, 0, 0.20), "main", 0.12),
        bevelled_box((0.44, 0.38, 0.13), (0.06, 0, 0.36), "second", 0.35),
        bevelled_box((0.16, 0.60, 0.62), (-0.24, 0, 0.47), "main", 0.35, (0.9, 0.86)),
    ]
    for side in SIDES:
        parts.append(bevelled_box((0.56, 0.12, 0.36), (0.02, 0.27 * side, 0.30), "main", 0.3))
        parts.append(cylinder(0.075, 0.56, (0.02, 0.27 * side, 0.47), "main", "x", 24))
        for x in (-0.22, 0.24):
            parts.append(cylinder(0.03, 0.10, (x, 0.24 * side, 0.05), "timber", sides=14))
    return parts


def bed() -> list[Part]:
    """A bed with a pillow at the head board (-x) and a checked blanket over the rest."""
    return [
        bevelled_box((1.08, 0.60, 0.10), (0, 0, 0.20), "timber", 0.1),
        bevelled_box((1.04, 0.57, 0.12), (0, 0, 0.30), "pale", 0.2),
        bevelled_box((0.74, 0.625, 0.185), (0.165, 0, 0.30), "main", 0.12),
        bevelled_box((0.22, 0.44, 0.11), (-0.38, 0, 0.395), "pale", 0.4),
        bevelled_box((0.06, 0.64, 0.46), (-0.555, 0, 0.23), "timber", 0.15),
        bevelled_box((0.06, 0.64, 0.38), (0.555, 0, 0.19), "timber", 0.15),
    ]


def bookshelf() -> list[Part]:
    """A shelf whose books face +x."""
    parts = [bevelled_box((0.03, 0.60, 0.98), (-0.125, 0, 0.49), "main", 0.1)]
    parts += [bevelled_box((0.28, 0.04, 0.98), (0, 0.30 * s, 0.49), "main", 0.1) for s in SIDES]
    parts += [bevelled_box((0.27, 0.58, 0.04), (0, 0, z), "main", 0.1) for z in (0.04, 0.34, 0.65, 0.96)]
    covers = ("tail_lamp", "pale", "water", "lamp", "leaf", "beak", "dark")
    for row, z in enumerate((0.06, 0.36, 0.67)):
        y = -0.275
        for k in range(8 - row):
            width, height = 0.045 + 0.018 * ((k * 5 + row * 2) % 3), 0.17 + 0.022 * ((k * 3 + row) % 4)
            if y + width > 0.27:
                break
            slot = covers[(k * 3 + row * 2) % len(covers)]
            middle = (0.02, y + width / 2, z + height / 2)
            parts.append(bevelled_box((0.18, width, height), middle, slot, 0.1))
            y += width + 0.006
    return parts


def floor_lamp() -> list[Part]:
    """A lamp on a pole with a coloured shade; the same from all sides."""
    return [
        revolve([(0, 0), (0.19, 0), (0.19, 0.03), (0.05, 0.06), (0.022, 0.10), (0.022, 0.78), (0, 0.78)],
                "dark", 36),
        revolve([(0.25, 0.72), (0.15, 1.06), (0.14, 1.06), (0.24, 0.72), (0.25, 0.72)], "main", 44, 30),
        ellipsoid((0.07, 0.07, 0.09), (0, 0, 0.84), "lamp", 20),
    ]


def bench() -> list[Part]:
    """A park bench with coloured slats on iron feet; who sits looks along +x."""
    parts = [bevelled_box((0.085, 1.00, 0.035), (x, 0, 0.36), "main", 0.2) for x in (-0.10, 0.01, 0.12)]
    parts += [bevelled_box((0.035, 1.00, 0.085), (x, 0, z), "main", 0.2)
              for x, z in ((-0.185, 0.48), (-0.21, 0.60), (-0.235, 0.72))]
    for side in SIDES:
        y = 0.38 * side
        parts += [
            bevelled_box((0.36, 0.05, 0.04), (-0.02, y, 0.32), "dark", 0.1),
            tube([(0.14, y, 0.33), (0.17, y, 0.0)], 0.026, "dark", 10).with_flat_foot(),
            tube([(-0.19, y, 0.0), (-0.17, y, 0.34), (-0.265, y, 0.76)], 0.026, "dark",
                 10).with_flat_foot(),
            tube([(-0.21, y, 0.52), (0.12, y, 0.53), (0.15, y, 0.33)], 0.022, "dark", 10),
        ]
    return parts


def parasol() -> list[Part]:
    """A sunshade on a round foot; its coloured segments show how it turns."""
    canopy = [(0.0, 0.86), (0.50, 0.84), (0.53, 0.86), (0.42, 0.97), (0.24, 1.06), (0.0, 1.10)]
    return [
        revolve(canopy, "main", 48, 25),
        revolve([(0, 0), (0.21, 0), (0.20, 0.05), (0.05, 0.08), (0.022, 0.12), (0.022, 0.87), (0, 0.87)],
                "chrome", 28),
        ellipsoid((0.028, 0.028, 0.04), (0, 0, 1.12), "dark", 14),
    ]
