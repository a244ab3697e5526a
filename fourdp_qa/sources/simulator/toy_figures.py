"""Shapes of figures: people, animals, a robot, a snowman.

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
    rotation_about,
    torus,
    tube,
)

SIDES = (-1, 1)


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
            parts.append(leg.moved((x, 0.36 * side, 0.1004), rotation_about("x", -42.0 * side)))
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


def dog() -> list[Part]:
    """A standing dog: muzzle with a dark nose, hanging ears, tail up."""
    parts = [
        ellipsoid((0.32, 0.135, 0.14), (-0.04, 0, 0.37), "main"),
        tube([(0.16, 0, 0.42), (0.27, 0, 0.56)], (0.11, 0.095), "main", 18),
        ellipsoid((0.14, 0.125, 0.125), (0.31, 0, 0.63), "main"),
        ellipsoid((0.11, 0.07, 0.062), (0.44, 0, 0.595), "main", 24),
        ellipsoid((0.032, 0.038, 0.03), (0.545, 0, 0.615), "dark", 16),
        tube([(-0.33, 0, 0.43), (-0.42, 0, 0.52), (-0.44, 0, 0.66)], (0.04, 0.035, 0.02), "main"),
        torus(0.115, 0.024, "tail_lamp", 24, 10).moved((0.235, 0, 0.51), rotation_about("y", 33)),
    ]
    for side in SIDES:
        ear = ellipsoid((0.055, 0.026, 0.12), (0, 0, 0), "second", 20)
        parts.append(ear.moved((0.27, 0.135 * side, 0.60), rotation_about("x", 10.0 * side)))
        parts.append(ellipsoid((0.016, 0.02, 0.022), (0.42, 0.062 * side, 0.665), "dark", 14))
        for x in (-0.24, 0.15):
            parts.append(cylinder(0.048, 0.32, (x, 0.085 * side, 0.18), "main", sides=18,
                                  top_radius=0.06))
            parts.append(ellipsoid((0.07, 0.052, 0.04), (x + 0.025, 0.085 * side, 0.04), "second", 16))
    return parts


def elephant() -> list[Part]:
    """A toy elephant with a trunk that hangs, big ears and tusks."""
    parts = [
        ellipsoid((0.36, 0.25, 0.25), (-0.08, 0, 0.46), "main"),
        ellipsoid((0.19, 0.18, 0.19), (0.32, 0, 0.56), "main"),
        tube([(0.44, 0, 0.54), (0.55, 0, 0.42), (0.575, 0, 0.26), (0.59, 0, 0.13), (0.65, 0, 0.09)],
             (0.10, 0.08, 0.06, 0.048, 0.04), "main", 18),
        tube([(-0.41, 0, 0.50), (-0.48, 0, 0.38), (-0.47, 0, 0.27)], 0.02, "main", 10),
        ellipsoid((0.03, 0.03, 0.04), (-0.47, 0, 0.25), "dark", 14),
    ]
    for side in SIDES:
        ear = ellipsoid((0.035, 0.155, 0.185), (0, 0, 0), "second", 24)
        parts.append(ear.moved((0.24, 0.27 * side, 0.58), rotation_about("z", -28.0 * side)))
        parts.append(ellipsoid((0.018, 0.022, 0.024), (0.455, 0.11 * side, 0.63), "dark", 14))
        parts.append(tube([(0.42, 0.09 * side, 0.45), (0.53, 0.12 * side, 0.38), (0.61, 0.12 * side, 0.40)],
                          (0.03, 0.024, 0.01), "pale", 12))
        for x in (-0.28, 0.12):
            parts.append(cylinder(0.10, 0.34, (x, 0.13 * side, 0.17), "main", sides=22, top_radius=0.115))
            parts.append(ellipsoid((0.03, 0.07, 0.03), (x + 0.09, 0.13 * side, 0.03), "pale", 14))
    return parts


def turtle() -> list[Part]:
    """A tortoise: a high brown shell, head and four feet in the colour of its caption."""
    shell = [(0.0, 0.10), (0.95, 0.10), (1.0, 0.16), (0.93, 0.26), (0.74, 0.37), (0.40, 0.45), (0.0, 0.47)]
    parts = [
        revolve(shell, "shell", 36, 50).moved(scale=(0.36, 0.30, 1.0)),
        revolve([(0, 0.06), (0.9, 0.06), (1.06, 0.12), (1.02, 0.16), (0, 0.16)], "main", 36, 50).moved(
            scale=(0.36, 0.30, 1.0)),
        tube([(0.28, 0, 0.17), (0.40, 0, 0.24), (0.48, 0, 0.33)], (0.075, 0.065, 0.06), "main", 16),
        ellipsoid((0.12, 0.095, 0.09), (0.50, 0, 0.36), "main", 26),
        tube([(-0.34, 0, 0.12), (-0.46, 0, 0.07)], (0.045, 0.01), "main", 12),
    ]
    for side in SIDES:
        parts.append(ellipsoid((0.02, 0.022, 0.026), (0.575, 0.06 * side, 0.395), "dark", 14))
        for x in (-0.22, 0.23):
            parts.append(ellipsoid((0.085, 0.07, 0.08), (x, 0.26 * side, 0.08), "main", 22))
    return parts


def snowman() -> list[Part]:
    """Three balls of snow with a carrot nose and buttons in front, stick arms, a coloured hat."""
    parts = [
        revolve([(0, 0), (0.20, 0), (0.255, 0.07), (0.28, 0.17), (0.255, 0.28), (0.19, 0.36),
                 (0.0, 0.40)], "snow", 36, 80),
        ellipsoid((0.20, 0.20, 0.19), (0, 0, 0.50), "snow"),
        ellipsoid((0.145, 0.145, 0.14), (0, 0, 0.76), "snow"),
        revolve([(0, 0.85), (0.20, 0.85), (0.20, 0.875), (0.12, 0.885), (0.125, 1.06), (0, 1.07)],
                "main", 32),
        torus(0.155, 0.045, "main", 32, 12).moved((0, 0, 0.645), scale=(1, 1, 0.8)),
        bevelled_box((0.035, 0.08, 0.22), (0.19, 0.09, 0.545), "main", 0.3),
        tube([(0.13, 0, 0.77), (0.29, 0, 0.755)], (0.032, 0.006), "beak", 14),
    ]
    for z, x in ((0.57, 0.19), (0.49, 0.20), (0.41, 0.185)):
        parts.append(ellipsoid((0.024, 0.026, 0.026), (x, -0.02, z), "dark", 14))
    for side in SIDES:
        parts.append(ellipsoid((0.018, 0.022, 0.024), (0.125, 0.05 * side, 0.81), "dark", 14))
        parts.append(tube([(0, 0.17 * side, 0.54), (0.02, 0.34 * side, 0.66)], 0.016, "timber", 10))
        parts.append(tube([(0.015, 0.28 * side, 0.618), (0.07, 0.35 * side, 0.60)], 0.011, "timber", 8))
    return parts
