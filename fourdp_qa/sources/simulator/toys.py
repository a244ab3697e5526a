"""The shapes of the objects, part by part.

Builder axes: +x forward, +y left, +z up, standing on z = 0. Material "main" takes the colour the
caption names, "second" the other one (or a darker shade of the first), the rest are fixed materials.
Wheels and propellers are plain discs fixed to the body, so that one pose carries every point.
"""

from __future__ import annotations

from fourdp_qa.sources.simulator.meshes import (
    Part,
    bevelled_box,
    cylinder,
    ellipsoid,
    extrude,
    revolve,
    rotation_about,
    torus,
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


def ball() -> list[Part]:
    """A sphere; its pattern of sectors shows how it rolls."""
    return [ellipsoid((0.26, 0.26, 0.26), (0, 0, 0.26), "main", 48)]


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


def traffic_cone() -> list[Part]:
    """A cone with two pale stripes on a round base."""
    stripes = [((0.21, 0.05), (0.17, 0.19), "main"), ((0.17, 0.19), (0.137, 0.31), "pale"),
               ((0.137, 0.31), (0.104, 0.43), "main"), ((0.104, 0.43), (0.077, 0.53), "pale")]
    parts = [revolve([a, b], slot) for a, b, slot in stripes]
    parts.append(revolve([(0.077, 0.53), (0.04, 0.68), (0, 0.685)], "main"))
    parts.append(revolve([(0, 0), (0.30, 0), (0.30, 0.035), (0.28, 0.05), (0, 0.05)], "main", 48))
    return parts


def duck() -> list[Part]:
    """A rubber duck with a flat bottom, so that it stands."""
    belly = [(0.0, 0.0), (0.72, 0.0), (0.93, 0.28), (1.0, 0.62), (0.93, 1.05), (0.70, 1.42),
             (0.36, 1.62), (0.0, 1.68)]
    parts = [
        revolve(belly, "main", 36, 80).moved(scale=(0.32, 0.23, 0.19)),
        ellipsoid((0.16, 0.155, 0.155), (0.19, 0, 0.45), "main"),
        ellipsoid((0.12, 0.12, 0.14), (0.15, 0, 0.32), "main"),
        ellipsoid((0.11, 0.10, 0.03), (0.36, 0, 0.42), "beak", 20),
        ellipsoid((0.13, 0.08, 0.07), (-0.30, 0, 0.27), "main", 24),
        ellipsoid((0.07, 0.06, 0.06), (-0.38, 0, 0.33), "main", 20),
    ]
    for side in SIDES:
        parts.append(ellipsoid((0.17, 0.05, 0.09), (-0.04, 0.205 * side, 0.22), "second", 24))
        parts.append(ellipsoid((0.03, 0.026, 0.036), (0.305, 0.085 * side, 0.50), "dark", 16))
    return parts


def chair() -> list[Part]:
    """A wooden chair; the sitter looks along +x."""
    parts = [bevelled_box((0.52, 0.52, 0.06), (0, 0, 0.46), "main", 0.2)]
    for x in (-0.22, 0.22):
        parts += [bevelled_box((0.06, 0.06, 0.44), (x, 0.22 * s, 0.22), "main") for s in SIDES]
    parts += [bevelled_box((0.055, 0.06, 0.56), (-0.23, 0.22 * s, 0.76), "main") for s in SIDES]
    parts += [bevelled_box((0.035, 0.40, 0.10), (-0.23, 0, z), "main") for z in (0.64, 0.80, 0.96)]
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


def person() -> list[Part]:
    """A toy figure in a coloured shirt, nose and feet towards +x."""
    torso = [(0.0, 0.46), (0.86, 0.46), (0.88, 0.56), (1.0, 0.78), (0.92, 0.86), (0.55, 0.91), (0, 0.92)]
    parts = [
        revolve(torso, "main", 32, 60).moved(scale=(0.115, 0.19, 1.0)),
        cylinder(0.05, 0.10, (0, 0, 0.92), "skin", sides=18),
        ellipsoid((0.125, 0.115, 0.145), (0, 0, 1.07), "skin"),
        ellipsoid((0.135, 0.125, 0.115), (-0.02, 0, 1.13), "hair"),
        ellipsoid((0.03, 0.022, 0.03), (0.125, 0, 1.06), "skin", 14),
    ]
    for side in SIDES:
        parts += [
            cylinder(0.068, 0.44, (0, 0.085 * side, 0.26), "trousers", sides=20, top_radius=0.082),
            bevelled_box((0.22, 0.11, 0.07), (0.04, 0.085 * side, 0.035), "dark", 0.3),
            cylinder(0.046, 0.36, (0, 0.215 * side, 0.67), "main", sides=18, top_radius=0.055),
            ellipsoid((0.06, 0.06, 0.05), (0, 0.20 * side, 0.85), "main", 18),
            ellipsoid((0.055, 0.05, 0.065), (0, 0.215 * side, 0.465), "skin", 18),
            ellipsoid((0.014, 0.018, 0.022), (0.113, 0.045 * side, 1.09), "dark", 12),
        ]
    return parts


def robot() -> list[Part]:
    """A tin robot on two tracks; its eyes, buttons and hands are in front."""
    parts = [
        bevelled_box((0.30, 0.36, 0.36), (0, 0, 0.31), "main", 0.08),
        bevelled_box((0.02, 0.24, 0.18), (0.15, 0, 0.36), "pale", 0.1),
        cylinder(0.06, 0.08, (0, 0, 0.52), "chrome", sides=20),
        bevelled_box((0.24, 0.28, 0.22), (0, 0, 0.65), "main", 0.1),
        bevelled_box((0.02, 0.22, 0.10), (0.12, 0, 0.67), "glass", 0.1),
        cylinder(0.012, 0.10, (-0.03, 0, 0.80), "chrome", sides=12),
        ellipsoid((0.035, 0.035, 0.035), (-0.03, 0, 0.86), "tail_lamp", 16),
    ]
    for side in SIDES:
        parts += [
            bevelled_box((0.34, 0.12, 0.13), (0, 0.12 * side, 0.065), "tyre", 0.4),
            cylinder(0.035, 0.03, (0.125, 0.055 * side, 0.67), "lamp", "x", 18),
            cylinder(0.025, 0.02, (0.16, 0.06 * side, 0.38), "tail_lamp", "x", 16),
            bevelled_box((0.10, 0.07, 0.28), (0.02, 0.215 * side, 0.35), "second", 0.2),
            bevelled_box((0.16, 0.06, 0.06), (0.10, 0.215 * side, 0.22), "chrome", 0.2),
        ]
    return parts


def crab() -> list[Part]:
    """A crab, its eyes and claws towards +x, which walks to its sides."""
    parts = [
        ellipsoid((0.25, 0.33, 0.12), (0, 0, 0.20), "main"),
        ellipsoid((0.22, 0.29, 0.07), (0.01, 0, 0.13), "pale"),
    ]
    for side in SIDES:
        parts += [
            cylinder(0.02, 0.12, (0.19, 0.09 * side, 0.32), "main", sides=14),
            ellipsoid((0.045, 0.045, 0.045), (0.19, 0.09 * side, 0.40), "pale", 18),
            ellipsoid((0.02, 0.022, 0.025), (0.225, 0.09 * side, 0.405), "dark", 12),
            ellipsoid((0.13, 0.045, 0.045), (0.24, 0.27 * side, 0.17), "main", 18),
            ellipsoid((0.13, 0.075, 0.07), (0.40, 0.22 * side, 0.17), "main", 24),
            ellipsoid((0.09, 0.03, 0.05), (0.46, 0.13 * side, 0.17), "second", 16),
        ]
        for x in (-0.16, -0.02, 0.12):
            leg = ellipsoid((0.03, 0.15, 0.03), (0, 0, 0), "second", 14)
            parts.append(leg.moved((x, 0.36 * side, 0.105), rotation_about("x", -42.0 * side)))
    return parts


def table() -> list[Part]:
    """A plain table, longer along y."""
    legs = [bevelled_box((0.07, 0.07, 0.56), (x, y, 0.28), "second")
            for x in (-0.30, 0.30) for y in (-0.47, 0.47)]
    return [bevelled_box((0.74, 1.10, 0.06), (0, 0, 0.58), "main", 0.2), *legs]


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
