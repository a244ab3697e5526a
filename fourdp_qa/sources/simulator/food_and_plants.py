"""Shapes of fruit, cakes and plants.

Builder axes as in meshes; +x is the front where there is one. Material "main" takes the colour that
the caption names, "second" the other one (or a darker shade of the first), the rest are fixed.
"""

from __future__ import annotations

import numpy as np

from fourdp_qa.sources.simulator.meshes import (
    Part,
    cylinder,
    ellipsoid,
    revolve,
    rotation_about,
    torus,
    tube,
)


def donut() -> list[Part]:
    """A ring cake with icing on its upper half."""
    icing = torus(0.20, 0.089, "main", 48, 20).moved((0, 0, 0.100), scale=(1, 1, 0.92))
    return [torus(0.20, 0.086, "dough", 48, 20).moved((0, 0, 0.086)), icing]


def cactus() -> list[Part]:
    """A cactus with two arms in a clay pot."""
    pot = [(0, 0), (0.16, 0), (0.205, 0.22), (0.225, 0.22), (0.225, 0.28), (0.18, 0.28),
           (0.18, 0.25), (0, 0.25)]
    parts = [revolve(pot, "pot", 40), ellipsoid((0.11, 0.11, 0.34), (0, 0, 0.53), "main")]
    upright = rotation_about("z", 90) @ rotation_about("x", 90)
    for side, z, arc in ((1, 0.58, (-90.0, 0.0)), (-1, 0.50, (180.0, 270.0))):
        elbow = torus(0.11, 0.048, "main", 16, 14, arc)
        parts.append(elbow.moved((0, 0.09 * side, z), upright))
        parts.append(ellipsoid((0.05, 0.05, 0.13), (0, 0.20 * side, z + 0.06), "main", 20))
    parts.append(ellipsoid((0.05, 0.05, 0.035), (0, 0, 0.875), "flower", 20))
    return parts


def apple() -> list[Part]:
    """An apple with a stalk and one leaf."""
    flesh = [(0, 0.03), (0.06, 0.0), (0.13, 0.01), (0.21, 0.09), (0.255, 0.22), (0.25, 0.33), (0.19, 0.42),
             (0.10, 0.44), (0.03, 0.40), (0, 0.385)]
    leaf = ellipsoid((0.12, 0.06, 0.015), (0.10, 0, 0), "leaf", 18)
    return [
        revolve(flesh, "main", 40, 70),
        tube([(0, 0, 0.38), (0.005, 0, 0.46), (0.03, 0, 0.54)], (0.014, 0.014, 0.02), "timber", 10),
        leaf.moved((0.01, 0, 0.48), rotation_about("y", -20)),
    ]


def pear() -> list[Part]:
    """A pear with a bent stalk and a leaf."""
    flesh = [(0, 0.02), (0.07, 0.0), (0.15, 0.03), (0.215, 0.13), (0.22, 0.22), (0.18, 0.33), (0.125, 0.43),
             (0.10, 0.52), (0.06, 0.575), (0, 0.59)]
    leaf = ellipsoid((0.11, 0.055, 0.014), (0.095, 0, 0), "leaf", 18)
    return [
        revolve(flesh, "main", 40, 70),
        tube([(0, 0, 0.57), (0.0, 0, 0.64), (-0.035, 0, 0.70)], (0.014, 0.014, 0.018), "timber", 10),
        leaf.moved((0.0, 0, 0.62), rotation_about("y", -15)),
    ]


def pumpkin() -> list[Part]:
    """A pumpkin of ten ribs with a bent green stalk."""
    profile = [(0, 0.04), (0.10, 0.0), (0.20, 0.02), (0.28, 0.10), (0.305, 0.20), (0.27, 0.32), (0.17, 0.39),
               (0.06, 0.38), (0, 0.35)]
    smooth = revolve(profile, "main", 80, 70)
    angle = np.arctan2(smooth.vertices[:, 1], smooth.vertices[:, 0])
    ribbed = smooth.vertices.copy()
    ribbed[:, :2] *= (0.90 + 0.10 * np.abs(np.cos(5 * angle)) ** 0.5)[:, None]
    return [
        Part(ribbed, smooth.faces, "main", 70),
        tube([(0, 0, 0.35), (0.01, 0, 0.44), (0.07, 0, 0.52)], (0.05, 0.035, 0.04), "stalk", 14),
    ]


def banana() -> list[Part]:
    """A banana lying on its side, its stalk towards +y."""
    angle = np.linspace(-62, 62, 15) * np.pi / 180
    path = [(0.62 * float(np.cos(a)) - 0.46, 0.52 * float(np.sin(a)), 0.1024) for a in angle]
    across = (0.02, 0.055, 0.08, 0.092, 0.10, 0.104, 0.105, 0.105, 0.105, 0.104, 0.10, 0.09,
              0.07, 0.045, 0.035)
    (x, y, z), (before_x, before_y, _) = path[-1], path[-2]
    tip = (x + 1.2 * (x - before_x), y + 1.2 * (y - before_y), z)
    return [
        tube(path, across, "main", 7),
        tube([path[-1], tip], (0.035, 0.038), "stalk", 10),
        ellipsoid((0.03, 0.03, 0.03), path[0], "dark", 12),
    ]


def cake() -> list[Part]:
    """A birthday cake of two layers with cream on top and five candles."""
    parts = [
        revolve([(0, 0), (0.36, 0), (0.36, 0.02), (0, 0.02)], "pale", 40),
        revolve([(0, 0.02), (0.30, 0.02), (0.30, 0.22), (0, 0.22)], "main", 44),
        revolve([(0, 0.22), (0.20, 0.22), (0.20, 0.38), (0, 0.38)], "main", 40),
        torus(0.285, 0.032, "pale", 40, 10).moved((0, 0, 0.225)),
        torus(0.185, 0.030, "pale", 36, 10).moved((0, 0, 0.385)),
        torus(0.295, 0.024, "pale", 40, 10).moved((0, 0, 0.04)),
    ]
    for k in range(5):
        a = 2 * np.pi * k / 5
        x, y = 0.11 * float(np.cos(a)), 0.11 * float(np.sin(a))
        parts.append(cylinder(0.017, 0.15, (x, y, 0.455), "tail_lamp" if k else "water", sides=12))
        parts.append(ellipsoid((0.016, 0.016, 0.032), (x, y, 0.56), "lamp", 12))
    return parts


def toadstool() -> list[Part]:
    """A mushroom with pale spots on its cap, in no regular order."""
    cap = [(0.10, 0.27), (0.29, 0.25), (0.31, 0.29), (0.27, 0.42), (0.17, 0.52), (0, 0.56)]
    parts = [
        revolve([(0, 0), (0.13, 0), (0.125, 0.05), (0.09, 0.14), (0.085, 0.28), (0, 0.29)], "pale", 30, 50),
        revolve([(0, 0.27), *cap], "main", 44, 50),
    ]
    for bearing, radius, z, size in (
        (0, 0.285, 0.36, 0.055), (62, 0.245, 0.46, 0.045), (120, 0.285, 0.35, 0.06),
        (190, 0.23, 0.465, 0.055),
        (245, 0.29, 0.345, 0.045), (300, 0.255, 0.43, 0.06),
        (20, 0.12, 0.535, 0.045), (170, 0.07, 0.55, 0.05),
        (285, 0.10, 0.54, 0.04),
    ):
        a = np.deg2rad(bearing)
        centre = (radius * float(np.cos(a)), radius * float(np.sin(a)), z)
        parts.append(ellipsoid((size, size, size * 0.7), centre, "pale", 16))
    return parts
