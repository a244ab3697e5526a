"""Shapes of the surroundings: houses, trees, lamps, hedges. Builder axes as in toys."""

from __future__ import annotations

from fourdp_qa.sources.simulator.meshes import Part, bevelled_box, cylinder, ellipsoid, extrude, revolve


def house() -> list[Part]:
    """Two storeys under a gabled roof, its door on the -y side."""
    return _building(5.4, 4.0, 3.3, 1.5, "roof")


def tower_house() -> list[Part]:
    """A narrow three-storey house under a slate roof."""
    return _building(3.4, 3.4, 5.0, 1.7, "slate")


def shed() -> list[Part]:
    """A low, long building."""
    return _building(6.4, 3.2, 2.1, 0.9, "slate")


def tree() -> list[Part]:
    """A round broad-leaved tree."""
    return [
        revolve([(0, 0), (0.17, 0), (0.11, 0.3), (0.09, 1.4), (0, 1.4)], "trunk", 16, 80),
        ellipsoid((0.75, 0.75, 0.62), (0, 0, 1.75), "leaf", 22),
        ellipsoid((0.52, 0.52, 0.46), (0.22, 0.26, 2.25), "leaf", 18),
        ellipsoid((0.46, 0.50, 0.42), (-0.28, -0.2, 2.15), "leaf", 18),
    ]


def fir() -> list[Part]:
    """A conifer of four stacked cones."""
    parts: list[Part] = [cylinder(0.12, 0.6, (0, 0, 0.3), "trunk", sides=14)]
    for k in range(4):
        radius, low = 0.85 - 0.18 * k, 0.45 + 0.55 * k
        parts.append(revolve([(0, low), (radius, low), (0, low + 0.95)], "fir", 20, 60))
    return parts


def lamp_post() -> list[Part]:
    """A street lamp with a coloured post."""
    return [
        revolve([(0, 0), (0.16, 0), (0.12, 0.16), (0.055, 0.24), (0.045, 2.7), (0, 2.7)], "main", 20),
        revolve([(0.05, 2.68), (0.20, 3.0), (0.22, 3.02), (0.05, 3.16), (0, 3.2)], "dark", 20),
        ellipsoid((0.15, 0.15, 0.17), (0, 0, 2.88), "lamp", 18),
    ]


def _building(width: float, depth: float, height: float, gable: float, roof: str) -> list[Part]:
    eaves = 0.3
    outline = [(-width / 2 - eaves, height), (width / 2 + eaves, height), (0, height + gable)]
    return [
        bevelled_box((width, depth, height), (0, 0, height / 2), "wall", 0.005),
        extrude(outline, depth + 0.5, roof),
        bevelled_box((0.9, 0.1, 1.5), (0.0, -depth / 2, 0.75), "door", 0.05),
        bevelled_box((0.4, 0.4, 0.9), (width * 0.28, 0, height + gable * 0.55), "wall", 0.05),
    ]
