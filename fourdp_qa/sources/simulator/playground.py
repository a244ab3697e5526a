"""Shapes of what stands in streets and on playgrounds.

Builder axes as in meshes; +x is the front where there is one. Material "main" takes the colour that
the caption names, "second" the other one (or a darker shade of the first), the rest are fixed.
"""

from __future__ import annotations

import numpy as np

from fourdp_qa.sources.simulator.meshes import (
    Part,
    bevelled_box,
    cylinder,
    ellipsoid,
    extrude,
    revolve,
    rotation_about,
)

SIDES = (-1, 1)


def ball() -> list[Part]:
    """A sphere; its pattern of sectors shows how it rolls."""
    return [ellipsoid((0.26, 0.26, 0.26), (0, 0, 0.26), "main", 48)]


def traffic_cone() -> list[Part]:
    """A cone with two pale stripes on a round base."""
    stripes = [((0.21, 0.05), (0.17, 0.19), "main"), ((0.17, 0.19), (0.137, 0.31), "pale"),
               ((0.137, 0.31), (0.104, 0.43), "main"), ((0.104, 0.43), (0.077, 0.53), "pale")]
    parts = [revolve([a, b], slot) for a, b, slot in stripes]
    parts.append(revolve([(0.077, 0.53), (0.04, 0.68), (0, 0.685)], "main"))
    parts.append(revolve([(0, 0), (0.30, 0), (0.30, 0.035), (0.28, 0.05), (0, 0.05)], "main", 48))
    return parts


def crate() -> list[Part]:
    """A wooden box with a frame of slats."""
    parts = [bevelled_box((0.48, 0.48, 0.48), (0, 0, 0.26), "second", 0.01)]
    for a in SIDES:
        for b in SIDES:
            parts.append(bevelled_box((0.52, 0.07, 0.07), (0, 0.225 * a, 0.26 + 0.225 * b), "main"))
            parts.append(bevelled_box((0.07, 0.52, 0.07), (0.225 * a, 0, 0.26 + 0.225 * b), "main"))
            parts.append(bevelled_box((0.07, 0.07, 0.52), (0.225 * a, 0.225 * b, 0.26), "main"))
    return parts


def barrel() -> list[Part]:
    """A bulging cask with dark hoops; looks the same from all sides."""
    staves = [(0, 0), (0.21, 0), (0.242, 0.12), (0.256, 0.24), (0.26, 0.31), (0.256, 0.38),
              (0.242, 0.50), (0.21, 0.62), (0.19, 0.62), (0.19, 0.60), (0, 0.60)]
    parts = [revolve(staves, "main", 48, 40)]
    for radius, z in ((0.236, 0.09), (0.255, 0.23), (0.255, 0.39), (0.236, 0.53)):
        hoop = [(radius - 0.02, z - 0.025), (radius + 0.012, z - 0.025), (radius + 0.012, z + 0.025),
                (radius - 0.02, z + 0.025)]
        parts.append(revolve(hoop, "dark", 48))
    return parts


def skittle() -> list[Part]:
    """A bowling pin with two coloured rings; the same from all sides."""
    outline = [(0.0, 0.0), (0.085, 0.0), (0.13, 0.08), (0.165, 0.22), (0.155, 0.32), (0.10, 0.44),
               (0.073, 0.52), (0.077, 0.60), (0.098, 0.67), (0.095, 0.73), (0.06, 0.785), (0, 0.80)]
    parts = [revolve(outline, "pale", 40, 70)]
    for bottom, top in (((0.092, 0.47), (0.079, 0.52)), ((0.079, 0.56), (0.083, 0.61))):
        inner = [(r - 0.02, z) for r, z in (top, bottom)]
        parts.append(revolve([bottom, top, *inner, bottom], "main", 40))
    body = [(0.162, 0.17), (0.171, 0.22), (0.166, 0.28), (0.14, 0.28), (0.14, 0.17), (0.162, 0.17)]
    parts.append(revolve(body, "main", 40))
    return parts


def mailbox() -> list[Part]:
    """A letter box on a post: rounded roof, door with a slot in front, a flag on its left."""
    arch = [(0.15 * float(np.cos(a)), 0.64 + 0.15 * float(np.sin(a))) for a in np.linspace(0, np.pi, 13)]
    shell = extrude([(-0.15, 0.50), (0.15, 0.50), *arch], 0.46, "main", 40.0)
    door = extrude([(-0.12, 0.53), (0.12, 0.53), *((0.8 * x, 0.64 + 0.8 * (z - 0.64)) for x, z in arch)],
                   0.02, "pale")
    turn = rotation_about("z", 90)
    return [
        shell.moved(rotation=turn),
        door.moved((0.23, 0, 0), turn),
        bevelled_box((0.02, 0.16, 0.03), (0.245, 0, 0.66), "dark", 0.1),
        cylinder(0.02, 0.03, (0.245, 0, 0.575), "dark", "x", 14),
        bevelled_box((0.09, 0.09, 0.48), (0, 0, 0.27), "timber", 0.1),
        bevelled_box((0.34, 0.34, 0.05), (0, 0, 0.025), "timber", 0.1),
        bevelled_box((0.03, 0.02, 0.22), (0.05, 0.16, 0.72), "beak", 0.1),
        bevelled_box((0.11, 0.02, 0.07), (0.01, 0.16, 0.81), "beak", 0.1),
    ]


def hydrant() -> list[Part]:
    """A fire hydrant with a dome, two side caps and a larger one in front."""
    body = [(0, 0), (0.19, 0), (0.19, 0.05), (0.135, 0.06), (0.13, 0.46), (0.165, 0.47), (0.165, 0.52),
            (0.14, 0.53), (0.115, 0.61), (0.06, 0.67), (0, 0.685)]
    parts = [
        revolve(body, "main", 40, 30),
        cylinder(0.035, 0.06, (0, 0, 0.70), "second", sides=6),
        cylinder(0.085, 0.10, (0.15, 0, 0.34), "main", "x", 26),
        cylinder(0.065, 0.04, (0.21, 0, 0.34), "chrome", "x", 24),
    ]
    for side in SIDES:
        parts.append(cylinder(0.06, 0.08, (0, 0.15 * side, 0.38), "main", "y", 22))
        parts.append(cylinder(0.048, 0.04, (0, 0.20 * side, 0.38), "chrome", "y", 20))
    return parts


def castle() -> list[Part]:
    """A toy castle of bricks: four round towers with pointed roofs, its gate towards +x."""
    parts = [
        bevelled_box((0.60, 0.60, 0.34), (0, 0, 0.17), "main", 0.01),
        bevelled_box((0.02, 0.18, 0.16), (0.30, 0, 0.08), "timber", 0.05),
        cylinder(0.09, 0.02, (0.30, 0, 0.16), "timber", "x", 24),
    ]
    for side in SIDES:
        for y in (-0.14, 0.0, 0.14):
            parts.append(bevelled_box((0.07, 0.07, 0.08), (0.265 * side, y, 0.37), "main", 0.05))
            parts.append(bevelled_box((0.07, 0.07, 0.08), (y, 0.265 * side, 0.37), "main", 0.05))
        for x in SIDES:
            tower = [(0, 0), (0.12, 0), (0.12, 0.52), (0.14, 0.53), (0.14, 0.57), (0, 0.57)]
            at = (0.27 * x, 0.27 * side, 0.0)
            parts.append(revolve(tower, "main", 24).moved(at))
            parts.append(revolve([(0, 0.56), (0.165, 0.56), (0, 0.82)], "roof", 24).moved(at))
    return parts


def lighthouse() -> list[Part]:
    """A toy lighthouse in broad bands of two colours; the same from all sides."""
    radii = np.linspace(0.21, 0.135, 6)
    heights = np.linspace(0.06, 0.80, 6)
    parts = [revolve([(0, 0), (0.28, 0), (0.27, 0.05), (0.22, 0.07), (0, 0.07)], "dark", 40)]
    for k in range(5):
        a, b = (float(radii[k]), float(heights[k])), (float(radii[k + 1]), float(heights[k + 1]))
        parts.append(revolve([(0, a[1]), a, b, (0, b[1])], "main" if k % 2 == 0 else "pale", 40))
    parts += [
        revolve([(0, 0.80), (0.19, 0.80), (0.19, 0.84), (0, 0.84)], "dark", 40),
        cylinder(0.10, 0.16, (0, 0, 0.92), "lamp", sides=32),
        revolve([(0, 1.0), (0.15, 1.0), (0.10, 1.07), (0.03, 1.13), (0, 1.17)], "main", 36),
    ]
    return parts
