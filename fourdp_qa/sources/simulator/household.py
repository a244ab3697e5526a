"""Shapes of what stands about in a home.

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
    revolve,
    rotation_about,
    torus,
    tube,
)

SIDES = (-1, 1)


def mug() -> list[Part]:
    """A cup with a handle on its +x side."""
    wall = [(0, 0), (0.18, 0), (0.20, 0.02), (0.20, 0.43), (0.19, 0.445), (0.175, 0.43),
            (0.175, 0.34), (0, 0.34)]
    handle = torus(0.125, 0.032, "main", 24, 12, (-90, 90))
    return [
        revolve(wall, "main", 48),
        cylinder(0.176, 0.01, (0, 0, 0.345), "coffee"),
        handle.moved((0.19, 0, 0.225), rotation_about("x", 90)),
    ]


def gift_box() -> list[Part]:
    """A present: a box with a lid, a pale ribbon both ways and a bow."""
    parts = [
        bevelled_box((0.44, 0.44, 0.36), (0, 0, 0.18), "main", 0.03),
        bevelled_box((0.48, 0.48, 0.09), (0, 0, 0.38), "main", 0.1),
        bevelled_box((0.10, 0.488, 0.43), (0, 0, 0.2155), "pale", 0.01),
        bevelled_box((0.488, 0.10, 0.43), (0, 0, 0.2155), "pale", 0.01),
        ellipsoid((0.04, 0.04, 0.035), (0, 0, 0.455), "pale", 16),
    ]
    for side in SIDES:
        loop = torus(0.06, 0.022, "pale", 20, 10)
        parts.append(loop.moved((0, 0.075 * side, 0.47), rotation_about("y", 90)))
    return parts


def teapot() -> list[Part]:
    """A round pot with a spout towards +x, a handle behind and a lid with a knob."""
    body = [(0, 0), (0.15, 0), (0.20, 0.04), (0.25, 0.14), (0.255, 0.20), (0.22, 0.31), (0.13, 0.38),
            (0, 0.39)]
    arch = [(-0.20 - 0.17 * float(np.sin(a)), 0.0, 0.20 + 0.13 * float(np.cos(a)))
            for a in np.linspace(0.1, np.pi - 0.1, 9)]
    return [
        revolve(body, "main", 44, 60),
        revolve([(0.0, 0.36), (0.135, 0.372), (0.12, 0.40), (0.06, 0.425), (0, 0.43)], "plain", 36, 60),
        ellipsoid((0.035, 0.035, 0.035), (0, 0, 0.455), "plain", 18),
        tube([(0.19, 0, 0.13), (0.30, 0, 0.18), (0.35, 0, 0.29), (0.42, 0, 0.35)],
             (0.075, 0.055, 0.042, 0.035), "plain", 18),
        tube(arch, 0.03, "plain"),
    ]


def bottle() -> list[Part]:
    """A bottle with a pale label and a dark cap; the same from all sides."""
    glass = [(0, 0), (0.15, 0), (0.165, 0.02), (0.165, 0.40), (0.145, 0.47), (0.07, 0.56), (0.058, 0.66),
             (0, 0.66)]
    return [
        revolve(glass, "main", 40, 40),
        revolve([(0.160, 0.12), (0.169, 0.12), (0.169, 0.33), (0.160, 0.33)], "pale", 40),
        cylinder(0.066, 0.07, (0, 0, 0.675), "dark", sides=28),
    ]


def vase() -> list[Part]:
    """A tall vase whose slanting stripes show how it turns."""
    outside = [(0, 0), (0.13, 0), (0.17, 0.045), (0.205, 0.105), (0.228, 0.17), (0.235, 0.24), (0.226, 0.32),
               (0.20, 0.40), (0.155, 0.475), (0.115, 0.53), (0.10, 0.58), (0.115, 0.62), (0.15, 0.65),
               (0.13, 0.65), (0.08, 0.58), (0, 0.57)]
    return [revolve(outside, "main", 44, 45)]


def bucket() -> list[Part]:
    """A pail that widens upwards, with a wire handle over it."""
    wall = [(0, 0), (0.165, 0), (0.235, 0.40), (0.25, 0.405), (0.25, 0.43), (0.225, 0.43),
            (0.155, 0.05), (0, 0.05)]
    arch = [(0.0, 0.235 * float(np.cos(a)), 0.40 + 0.22 * float(np.sin(a)))
            for a in np.linspace(0, np.pi, 13)]
    return [
        revolve(wall, "main", 44),
        revolve([(0.176, 0.10), (0.192, 0.10), (0.198, 0.135), (0.180, 0.135)], "chrome", 44),
        tube(arch, 0.014, "chrome", 10),
        cylinder(0.025, 0.11, (0, 0, 0.62), "timber", "y", 16),
        cylinder(0.035, 0.03, (0, 0.243, 0.39), "chrome", "y", 14),
        cylinder(0.035, 0.03, (0, -0.243, 0.39), "chrome", "y", 14),
    ]


def watering_can() -> list[Part]:
    """A can with a long spout and rose towards +x and a big handle."""
    body = [(0, 0), (0.20, 0), (0.20, 0.02), (0.185, 0.34), (0.16, 0.36), (0.0, 0.36)]
    arch = [(-0.08, 0, 0.35), (-0.11, 0, 0.48), (-0.24, 0, 0.52), (-0.35, 0, 0.40),
            (-0.33, 0, 0.22), (-0.19, 0, 0.10)]
    return [
        revolve(body, "main", 40, 40),
        tube([(0.17, 0, 0.10), (0.30, 0, 0.20), (0.47, 0, 0.46)], (0.05, 0.042, 0.03), "main", 16),
        tube([(0.465, 0, 0.45), (0.52, 0, 0.53)], (0.035, 0.085), "main", 20),
        tube(arch, 0.024, "main", 12),
        tube([(0.15, 0, 0.33), (0.37, 0, 0.31)], 0.014, "second", 10),
        revolve([(0.19, 0.15), (0.202, 0.15), (0.20, 0.19), (0.188, 0.19)], "second", 40),
        cylinder(0.15, 0.01, (0, 0, 0.36), "dark", sides=28),
    ]


def suitcase() -> list[Part]:
    """A suitcase standing on its long edge, with straps, a handle and dark corners."""
    parts = [bevelled_box((0.24, 0.66, 0.44), (0, 0, 0.235), "main", 0.15)]
    parts += [bevelled_box((0.255, 0.06, 0.455), (0, y, 0.235), "second", 0.1) for y in (-0.20, 0.20)]
    handle = [(0.0, -0.09, 0.45), (0.0, -0.08, 0.52), (0.0, 0.08, 0.52), (0.0, 0.09, 0.45)]
    parts.append(tube(handle, 0.02, "dark", 10))
    for y in SIDES:
        parts.append(bevelled_box((0.02, 0.045, 0.05), (0.125, 0.20 * y, 0.40), "chrome", 0.2))
        for x in SIDES:
            parts.append(bevelled_box((0.05, 0.07, 0.03), (0.085 * x, 0.27 * y, 0.015), "dark", 0.2))
            parts.append(bevelled_box((0.06, 0.07, 0.07), (0.10 * x, 0.30 * y, 0.43), "dark", 0.2))
            parts.append(bevelled_box((0.06, 0.07, 0.07), (0.10 * x, 0.30 * y, 0.05), "dark", 0.2))
    return parts


def alarm_clock() -> list[Part]:
    """A round clock with two bells on top; its dial looks towards +x."""
    parts = [
        cylinder(0.22, 0.15, (0, 0, 0.29), "main", "x", 40),
        cylinder(0.185, 0.02, (0.075, 0, 0.29), "pale", "x", 36),
        cylinder(0.02, 0.02, (0.09, 0, 0.29), "dark", "x", 14),
        bevelled_box((0.012, 0.022, 0.14), (0.09, 0, 0.35), "dark", 0.1),
        bevelled_box((0.012, 0.10, 0.022), (0.09, -0.045, 0.29), "dark", 0.1),
        tube([(0, -0.07, 0.56), (0, -0.05, 0.63), (0, 0.05, 0.63), (0, 0.07, 0.56)], 0.015, "chrome", 10),
    ]
    for k in range(12):
        a = np.pi / 6 * k
        mark = (0.086, 0.155 * float(np.sin(a)), 0.29 + 0.155 * float(np.cos(a)))
        parts.append(bevelled_box((0.01, 0.022, 0.022), mark, "dark", 0.1))
    for side in SIDES:
        bell = revolve([(0, -0.01), (0.10, -0.01), (0.095, 0.04), (0.06, 0.085), (0, 0.10)], "chrome", 28, 60)
        parts.append(bell.moved((0, 0.13 * side, 0.485), rotation_about("x", -28.0 * side)))
        for x in SIDES:
            path = [(0.03 * x, 0.12 * side, 0.13), (0.05 * x, 0.17 * side, 0.0)]
            leg = tube(path, (0.03, 0.035), "dark", 12)
            parts.append(leg.with_flat_foot())
    return parts


def dice() -> list[Part]:
    """A big die; opposite faces add up to seven."""
    half, step, raised = 0.21, 0.105, 0.004
    spots = {1: ((0, 0),), 2: ((-1, -1), (1, 1)), 3: ((-1, -1), (0, 0), (1, 1)),
             4: ((-1, -1), (-1, 1), (1, -1), (1, 1)), 5: ((-1, -1), (-1, 1), (1, -1), (1, 1), (0, 0)),
             6: ((-1, -1), (-1, 0), (-1, 1), (1, -1), (1, 0), (1, 1))}
    sides = {1: ("y", 0.0), 2: ("y", 90.0), 5: ("y", -90.0), 6: ("y", 180.0), 3: ("x", 90.0), 4: ("x", -90.0)}
    parts = [bevelled_box((2 * half, 2 * half, 2 * half), (0, 0, half + raised), "main", 0.12)]
    for count, (axis, degrees) in sides.items():
        turn = rotation_about(axis, degrees)
        for u, v in spots[count]:
            spot = cylinder(0.042, 2 * raised, (step * u, step * v, half), "spot", sides=20)
            parts.append(spot.moved((0, 0, half + raised), turn))
    return parts
