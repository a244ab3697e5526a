"""Shapes of toy vehicles: on wheels, in the air, on the water.

Builder axes as in meshes; +x is the front where there is one. Material "main" takes the colour that
the caption names, "second" the other one (or a darker shade of the first), the rest are fixed.
Wheels and propellers are plain discs fixed to the body, so that one pose carries every point.
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
    tube,
)

SIDES = (-1, 1)


def _wheel(x: float, y: float, radius: float, width: float = 0.09) -> list[Part]:
    return [
        cylinder(radius, width, (x, y, radius), "tyre", "y", 28),
        cylinder(radius * 0.55, width + 0.008, (x, y, radius), "chrome", "y", 24),
    ]


def car() -> list[Part]:
    """A saloon: long bonnet in front, glass cabin towards the rear, lamps on both ends."""
    outline = [
        (-0.55, 0.12), (0.55, 0.12), (0.575, 0.20), (0.55, 0.27), (0.24, 0.325), (-0.46, 0.325),
        (-0.565, 0.29), (-0.575, 0.20),
    ]
    parts = [extrude(outline, 0.46, "main")]
    parts.append(bevelled_box((0.70, 0.42, 0.16), (-0.11, 0, 0.40), "glass", 0.05, (0.62, 0.84)))
    parts.append(bevelled_box((0.46, 0.375, 0.035), (-0.11, 0, 0.485), "main", 0.25, (0.94, 0.94)))
    for side in SIDES:
        parts.append(bevelled_box((0.05, 0.03, 0.15), (-0.10, 0.19 * side, 0.40), "main", 0.1))
        parts.append(cylinder(0.045, 0.03, (0.56, 0.15 * side, 0.235), "lamp", "x", 20))
        parts.append(bevelled_box((0.02, 0.09, 0.045), (-0.572, 0.155 * side, 0.24), "tail_lamp"))
        for x in (-0.34, 0.34):
            parts += _wheel(x, 0.20 * side, 0.115)
    parts.append(bevelled_box((0.05, 0.44, 0.05), (0.565, 0, 0.15), "chrome"))
    parts.append(bevelled_box((0.05, 0.44, 0.05), (-0.565, 0, 0.15), "chrome"))
    return parts


def truck() -> list[Part]:
    """A box lorry: cab in front, a box with a pale band behind."""
    parts = [
        bevelled_box((1.10, 0.36, 0.08), (0, 0, 0.17), "dark"),
        bevelled_box((0.32, 0.44, 0.40), (0.39, 0, 0.40), "main", 0.10, (0.86, 0.94)),
        bevelled_box((0.72, 0.48, 0.50), (-0.17, 0, 0.47), "main", 0.03),
        bevelled_box((0.735, 0.49, 0.10), (-0.17, 0, 0.50), "pale", 0.1),
        bevelled_box((0.03, 0.36, 0.15), (0.535, 0, 0.47), "glass", 0.1),
        bevelled_box((0.05, 0.42, 0.06), (0.55, 0, 0.17), "chrome"),
    ]
    for side in SIDES:
        parts.append(bevelled_box((0.15, 0.03, 0.13), (0.40, 0.208 * side, 0.47), "glass"))
        parts.append(cylinder(0.04, 0.03, (0.55, 0.15 * side, 0.27), "lamp", "x", 20))
        for x in (-0.40, -0.15, 0.38):
            parts += _wheel(x, 0.20 * side, 0.12)
    return parts


def bus() -> list[Part]:
    """A double-decker-like block with two bands of windows, a big windscreen in front."""
    parts = [
        bevelled_box((1.20, 0.44, 0.58), (0, 0, 0.39), "main", 0.07),
        bevelled_box((0.02, 0.38, 0.22), (0.597, 0, 0.50), "glass", 0.1),
        bevelled_box((0.02, 0.36, 0.12), (-0.597, 0, 0.54), "glass", 0.1),
        bevelled_box((0.022, 0.30, 0.07), (0.597, 0, 0.32), "pale", 0.1),
    ]
    for side in SIDES:
        for k in range(5):
            x = -0.46 + 0.22 * k
            parts.append(bevelled_box((0.17, 0.02, 0.17), (x, 0.217 * side, 0.51), "glass", 0.1))
        parts.append(bevelled_box((1.10, 0.02, 0.04), (0, 0.217 * side, 0.34), "pale", 0.1))
        parts.append(cylinder(0.04, 0.03, (0.60, 0.16 * side, 0.22), "lamp", "x", 20))
        parts.append(bevelled_box((0.02, 0.07, 0.05), (-0.60, 0.16 * side, 0.24), "tail_lamp"))
        for x in (-0.38, 0.38):
            parts += _wheel(x, 0.19 * side, 0.12)
    return parts


def train() -> list[Part]:
    """A toy steam engine: boiler and chimney in front, cab behind."""
    parts = [
        bevelled_box((1.00, 0.36, 0.10), (0, 0, 0.20), "second", 0.1),
        cylinder(0.17, 0.62, (0.17, 0, 0.42), "main", "x"),
        cylinder(0.12, 0.03, (0.49, 0, 0.42), "dark", "x"),
        bevelled_box((0.34, 0.40, 0.44), (-0.31, 0, 0.46), "main", 0.05),
        bevelled_box((0.44, 0.46, 0.05), (-0.31, 0, 0.70), "second", 0.3),
        cylinder(0.05, 0.20, (0.36, 0, 0.66), "dark", top_radius=0.08),
        ellipsoid((0.07, 0.07, 0.07), (0.10, 0, 0.60), "lamp", 20),
        extrude([(0.48, 0.10), (0.64, 0.06), (0.50, 0.24)], 0.34, "chrome"),
    ]
    for side in SIDES:
        parts.append(bevelled_box((0.18, 0.02, 0.16), (-0.31, 0.197 * side, 0.54), "glass", 0.1))
        for x, radius in ((-0.34, 0.14), (-0.02, 0.11), (0.28, 0.11)):
            parts += _wheel(x, 0.19 * side, radius)
    return parts


def aeroplane() -> list[Part]:
    """A propeller plane on its wheels, nose towards +x."""
    parts = [
        ellipsoid((0.56, 0.12, 0.12), (0, 0, 0.27), "main"),
        bevelled_box((0.24, 1.16, 0.03), (0.06, 0, 0.27), "second", 0.3),
        bevelled_box((0.14, 0.42, 0.025), (-0.47, 0, 0.30), "second", 0.3),
        extrude([(-0.56, 0.29), (-0.38, 0.29), (-0.48, 0.53), (-0.58, 0.53)], 0.025, "second"),
        ellipsoid((0.15, 0.075, 0.075), (0.24, 0, 0.36), "glass"),
        ellipsoid((0.06, 0.05, 0.05), (0.56, 0, 0.27), "dark", 18),
        cylinder(0.17, 0.012, (0.59, 0, 0.27), "chrome", "x", 28),
        cylinder(0.035, 0.03, (-0.46, 0, 0.035), "tyre", "y", 16),
        bevelled_box((0.02, 0.02, 0.22), (-0.46, 0, 0.15), "chrome"),
    ]
    for side in SIDES:
        parts.append(cylinder(0.07, 0.05, (0.17, 0.18 * side, 0.07), "tyre", "y", 20))
        parts.append(bevelled_box((0.025, 0.025, 0.18), (0.17, 0.16 * side, 0.16), "chrome"))
    return parts


def rocket() -> list[Part]:
    """A toy rocket standing on four fins, with a round window on its +x side."""
    body = [(0, 0.12), (0.13, 0.12), (0.19, 0.34), (0.20, 0.52), (0.17, 0.74), (0.12, 0.90)]
    nose = [(0.12, 0.90), (0.06, 1.04), (0.0, 1.12)]
    parts = [
        revolve(body, "main", 40, 60), revolve(nose, "pale", 40, 60),
        revolve([(0, 0.04), (0.12, 0.04), (0.09, 0.13)], "dark", 32),
        cylinder(0.075, 0.03, (0.195, 0, 0.56), "pale", "x", 28),
        cylinder(0.055, 0.04, (0.195, 0, 0.56), "glass", "x", 28),
    ]
    fin = extrude([(0.14, 0.20), (0.34, 0.0), (0.36, 0.22), (0.18, 0.46)], 0.03, "pale")
    parts += [fin.moved(rotation=rotation_about("z", turn)) for turn in (45, 135, 225, 315)]
    return parts


def tractor() -> list[Part]:
    """A farm tractor: narrow bonnet in front, cab behind between two big wheels."""
    parts = [
        bevelled_box((0.50, 0.20, 0.20), (0.22, 0, 0.34), "main", 0.15),
        bevelled_box((0.40, 0.16, 0.10), (0.20, 0, 0.20), "dark", 0.1),
        bevelled_box((0.02, 0.14, 0.13), (0.47, 0, 0.34), "dark", 0.1),
        bevelled_box((0.36, 0.30, 0.20), (-0.20, 0, 0.34), "main", 0.1),
        bevelled_box((0.30, 0.28, 0.26), (-0.19, 0, 0.56), "glass", 0.05, (0.90, 0.94)),
        bevelled_box((0.38, 0.36, 0.045), (-0.19, 0, 0.705), "main", 0.3),
        cylinder(0.022, 0.24, (0.30, 0, 0.54), "dark", sides=16),
    ]
    for side in SIDES:
        parts += _wheel(-0.26, 0.24 * side, 0.27, 0.14)
        parts += _wheel(0.34, 0.19 * side, 0.15, 0.10)
        parts.append(cylinder(0.035, 0.03, (0.465, 0.075 * side, 0.40), "lamp", "x", 18))
        parts.append(bevelled_box((0.34, 0.13, 0.035), (-0.26, 0.235 * side, 0.555), "main", 0.3))
        for x in (-0.325, -0.055):
            parts.append(bevelled_box((0.03, 0.03, 0.28), (x, 0.135 * side, 0.56), "main", 0.1))
    return parts


def forklift() -> list[Part]:
    """A lift truck: mast and fork in front, open cab, heavy back."""
    parts = [
        bevelled_box((0.56, 0.38, 0.20), (-0.10, 0, 0.20), "main", 0.12),
        bevelled_box((0.20, 0.38, 0.20), (-0.30, 0, 0.36), "main", 0.25),
        bevelled_box((0.16, 0.24, 0.06), (-0.10, 0, 0.33), "dark", 0.2),
        bevelled_box((0.06, 0.24, 0.22), (-0.19, 0, 0.43), "dark", 0.2),
        bevelled_box((0.44, 0.36, 0.035), (-0.10, 0, 0.755), "main", 0.3),
        cylinder(0.075, 0.02, (0.05, 0, 0.46), "dark", "x", 20),
        bevelled_box((0.04, 0.34, 0.05), (0.235, 0, 0.76), "chrome", 0.1),
        bevelled_box((0.04, 0.34, 0.12), (0.265, 0, 0.13), "chrome", 0.1),
    ]
    for side in SIDES:
        parts += [
            bevelled_box((0.05, 0.045, 0.74), (0.235, 0.13 * side, 0.42), "chrome", 0.1),
            bevelled_box((0.34, 0.07, 0.025), (0.43, 0.11 * side, 0.075), "chrome", 0.2),
            bevelled_box((0.035, 0.035, 0.45), (0.09, 0.155 * side, 0.52), "main", 0.1),
            bevelled_box((0.035, 0.035, 0.34), (-0.29, 0.155 * side, 0.58), "main", 0.1),
            cylinder(0.03, 0.03, (0.18, 0.155 * side, 0.28), "lamp", "x", 16),
        ]
        parts += _wheel(0.08, 0.18 * side, 0.12)
        parts += _wheel(-0.28, 0.18 * side, 0.11)
    return parts


def scooter() -> list[Part]:
    """A motor scooter: leg shield, lamp and handlebar in front, seat behind."""
    body = [(-0.48, 0.22), (-0.42, 0.15), (0.20, 0.13), (0.24, 0.20), (-0.06, 0.21), (-0.12, 0.42),
            (-0.42, 0.44), (-0.52, 0.36)]
    shield = [(0.20, 0.14), (0.27, 0.14), (0.26, 0.46), (0.21, 0.66), (0.16, 0.66), (0.20, 0.44)]
    return [
        extrude(body, 0.24, "main"),
        extrude(shield, 0.30, "main"),
        ellipsoid((0.20, 0.10, 0.05), (-0.29, 0, 0.46), "dark", 24),
        ellipsoid((0.085, 0.085, 0.08), (0.20, 0, 0.68), "main", 24),
        cylinder(0.055, 0.05, (0.27, 0, 0.68), "lamp", "x", 20),
        tube([(0.16, -0.27, 0.73), (0.20, -0.12, 0.72), (0.20, 0.12, 0.72), (0.16, 0.27, 0.73)],
             0.022, "dark"),
        bevelled_box((0.22, 0.13, 0.05), (0.37, 0, 0.275), "main", 0.3),
        bevelled_box((0.02, 0.12, 0.07), (-0.52, 0, 0.36), "tail_lamp", 0.2),
        tube([(0.24, 0, 0.40), (0.36, 0, 0.13)], 0.03, "chrome"),
        *_wheel(0.38, 0, 0.135, 0.10),
        *_wheel(-0.36, 0, 0.135, 0.10),
    ]


def helicopter() -> list[Part]:
    """A helicopter on skids: glass nose in front, tail boom behind, four still blades on top."""
    parts = [
        ellipsoid((0.34, 0.20, 0.20), (0.10, 0, 0.36), "main"),
        ellipsoid((0.20, 0.165, 0.15), (0.27, 0, 0.385), "glass", 28),
        tube([(-0.10, 0, 0.40), (-0.40, 0, 0.43), (-0.66, 0, 0.47)], (0.10, 0.06, 0.035), "main"),
        extrude([(-0.70, 0.44), (-0.58, 0.44), (-0.66, 0.66), (-0.74, 0.66)], 0.03, "second"),
        bevelled_box((0.09, 0.30, 0.02), (-0.58, 0, 0.46), "second", 0.3),
        cylinder(0.11, 0.014, (-0.69, 0.045, 0.55), "chrome", "y", 24),
        cylinder(0.03, 0.14, (0.06, 0, 0.59), "dark", sides=16),
        cylinder(0.06, 0.04, (0.06, 0, 0.66), "dark", sides=20),
    ]
    for turn in (45, 135):
        blade = bevelled_box((1.16, 0.085, 0.018), (0, 0, 0), "dark", 0.2)
        parts.append(blade.moved((0.06, 0, 0.665), rotation_about("z", turn)))
    for side in SIDES:
        parts.append(tube([(-0.20, 0.17 * side, 0.022), (0.34, 0.17 * side, 0.022),
                           (0.42, 0.17 * side, 0.07)], 0.022, "chrome"))
        for x in (-0.06, 0.22):
            parts.append(tube([(x, 0.10 * side, 0.22), (x, 0.17 * side, 0.03)], 0.016, "chrome", 10))
    return parts


def sailing_boat() -> list[Part]:
    """A toy boat with a flat bottom, pointed bow towards +x and two pale sails."""
    hull = [(0.0, -0.62), (0.72, -0.52), (1.0, -0.05), (0.94, 0.30), (0.60, 0.76), (0.0, 1.0)]
    ring = hull + [(-y, x) for y, x in reversed(hull[1:-1])]
    deck = [(0.56 * x, 0.19 * y) for y, x in ring]
    # About the mast; swung out so that the sails are seen from ahead and astern too.
    rigging = [
        extrude([(-0.46, 0.32), (-0.03, 0.30), (-0.03, 1.02)], 0.02, "pale"),
        extrude([(0.04, 0.32), (0.41, 0.28), (0.04, 0.86)], 0.02, "second"),
        tube([(0, 0, 0.29), (-0.48, 0, 0.305)], 0.014, "timber", 10),
        extrude([(0, 1.0), (0, 1.08), (-0.18, 1.04)], 0.014, "main"),
    ]
    swung_out = rotation_about("z", 26)
    return [
        _prism(deck, 0.03, 0.20, "main", 0.72),
        _prism([(0.97 * x, 0.9 * y) for x, y in deck], 0.19, 0.215, "timber"),
        _prism([(0.74 * x, 0.68 * y) for x, y in deck], 0.0, 0.04, "dark"),
        cylinder(0.016, 0.86, (0.06, 0, 0.63), "timber", sides=14),
        *(part.moved((0.06, 0, 0), swung_out) for part in rigging),
    ]


def _prism(
    outline: list[tuple[float, float]], low: float, high: float, material: str, foot: float = 1.0
) -> Part:
    """An upright block over an outline of (x, y) pairs, `foot` times as wide at the bottom."""
    flat = extrude([(x, -y) for x, y in outline], 1.0, material)
    along, across, up = flat.vertices[:, 0], -flat.vertices[:, 2], flat.vertices[:, 1] + 0.5
    width = foot + (1 - foot) * up
    vertices = np.stack([along * width, across * width, low + (high - low) * up], axis=1)
    return Part(vertices, flat.faces, material, flat.crease)
