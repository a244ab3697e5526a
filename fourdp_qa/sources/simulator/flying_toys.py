"""Toys that stay in the air. Builder axes: +x forward, +y left, +z up, metres, the ground at z = 0."""

from __future__ import annotations

from fourdp_qa.sources.simulator.meshes import Part, bevelled_box, cylinder, ellipsoid, revolve, tube

SIDES = (-1, 1)


def hot_air_balloon() -> list[Part]:
    """A striped envelope with a basket on four ropes."""
    outline = [(0, 0.34), (0.10, 0.34), (0.20, 0.46), (0.31, 0.62), (0.37, 0.78), (0.37, 0.90),
               (0.31, 1.04), (0.18, 1.14), (0.0, 1.18)]
    parts = [
        revolve(outline, "main", 36, 60),
        bevelled_box((0.24, 0.24, 0.17), (0, 0, 0.085), "timber", 0.10),
        bevelled_box((0.26, 0.26, 0.03), (0, 0, 0.17), "dark", 0.10),
    ]
    for x in SIDES:
        for y in SIDES:
            rope = [(0.11 * x, 0.11 * y, 0.17), (0.075 * x, 0.075 * y, 0.36)]
            parts.append(tube(rope, 0.012, "dark", 8))
    return parts


def drone() -> list[Part]:
    """Four rotors on crossed arms around a flat body; its camera looks towards +x."""
    parts = [
        bevelled_box((0.34, 0.24, 0.14), (0, 0, 0.15), "main", 0.25),
        ellipsoid((0.06, 0.06, 0.06), (0.17, 0, 0.12), "glass", 18),
        bevelled_box((0.03, 0.10, 0.03), (-0.17, 0, 0.17), "tail_lamp", 0.2),
    ]
    for x in SIDES:
        parts.append(bevelled_box((0.03, 0.30, 0.025), (0.10 * x, 0, 0.0125), "dark", 0.1))
        for y in SIDES:
            hub = (0.27 * x, 0.27 * y)
            parts.append(tube([(0.10 * x, 0.08 * y, 0.16), (*hub, 0.19)], 0.028, "main", 12))
            parts.append(tube([(0.10 * x, 0.10 * y, 0.12), (0.10 * x, 0.13 * y, 0.012)], 0.014, "dark", 8))
            parts.append(cylinder(0.04, 0.07, (*hub, 0.20), "main", sides=18))
            parts.append(cylinder(0.155, 0.012, (*hub, 0.243), "dark", sides=28))
    return parts
