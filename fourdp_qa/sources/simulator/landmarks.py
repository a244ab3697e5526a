"""Shapes of the surroundings outdoors: houses, trees, lamps, fences, kerbs. Builder axes as in toys."""

from __future__ import annotations

from typing import Final

from fourdp_qa.sources.simulator.meshes import (
    Part,
    bevelled_box,
    cylinder,
    ellipsoid,
    extrude,
    revolve,
    rotation_about,
)

ROAD_HALF: Final = 3.6
"""Metres from the middle of a road to its kerb: two lanes and a parking strip on either side."""
KERB_WIDTH: Final = 0.16
PAVEMENT_WIDTH: Final = 30.0
"""Metres: paved up to the houses and behind them."""
PAVEMENT_HEIGHT: Final = 0.10


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


def bush() -> list[Part]:
    """A low round bush."""
    return [
        ellipsoid((0.62, 0.56, 0.46), (0, 0, 0.40), "leaf", 20),
        ellipsoid((0.42, 0.44, 0.38), (0.32, 0.24, 0.36), "leaf", 16),
        ellipsoid((0.40, 0.46, 0.36), (-0.30, -0.24, 0.34), "leaf", 16),
    ]


def fence() -> list[Part]:
    """Six metres of pointed boards, along y; without gaps, which from afar would be finer than pixels."""
    parts = [bevelled_box((0.03, 6.0, 0.80), (-0.02, 0, 0.46), "fence_wood", 0.05)]
    parts += [
        extrude([(-0.10, 0.06), (0.10, 0.06), (0.10, 0.90), (0, 1.06), (-0.10, 0.90)], 0.03,
                "fence_wood").moved((0.01, -2.88 + 0.24 * k, 0), rotation_about("z", 90))
        for k in range(25)
    ]
    return parts


def pavements() -> list[Part]:
    """A hundred metres of raised pavement along x on both sides of a road, each behind its kerb."""
    parts = []
    for side in (-1, 1):
        at = side * (ROAD_HALF + KERB_WIDTH / 2)
        parts += [
            bevelled_box((1.15, KERB_WIDTH, PAVEMENT_HEIGHT + 0.02),
                         (-48.3 + 1.2 * k, at, PAVEMENT_HEIGHT / 2 - 0.005), "kerb", 0.08)
            for k in range(81)
        ]
        middle = side * (ROAD_HALF + KERB_WIDTH + PAVEMENT_WIDTH / 2)
        parts.append(bevelled_box((97.2, PAVEMENT_WIDTH, PAVEMENT_HEIGHT),
                                  (0, middle, PAVEMENT_HEIGHT / 2 - 0.01), "paving", 0.001))
    return parts


def _building(width: float, depth: float, height: float, gable: float, roof: str) -> list[Part]:
    eaves = 0.3
    outline = [(-width / 2 - eaves, height), (width / 2 + eaves, height), (0, height + gable)]
    return [
        bevelled_box((width, depth, height), (0, 0, height / 2), "wall", 0.005),
        extrude(outline, depth + 0.5, roof),
        bevelled_box((0.9, 0.1, 1.5), (0.0, -depth / 2, 0.75), "door", 0.05),
        bevelled_box((0.4, 0.4, 0.9), (width * 0.28, 0, height + gable * 0.55), "wall", 0.05),
    ]
