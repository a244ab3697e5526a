"""Where the frame numbers of a track go, so that they cover neither one another nor a dot."""

from __future__ import annotations

import math
from itertools import product

LABEL_WIDTH, LABEL_HEIGHT = 50.0, 36.0
"""Room for two digits in drawing units."""
DOT_ROOM = 30.0
"""Least distance of a label's middle from any dot, up or down; half a label and a dot."""
RINGS = (42.0, 66.0, 94.0, 128.0, 168.0, 210.0)
"""Distances from the dot that are tried, nearest first."""
DIRECTIONS = tuple(math.radians(30 * step) for step in (1, 11, 5, 7, 0, 6, 2, 10, 4, 8, 3, 9))
"""Clockwise from up; beside and above first, where a track seldom runs."""

Place = tuple[float, float]


def place_labels(dots: list[Place]) -> list[Place]:
    """Place the middle of a label for every dot.

    Each in turn takes the nearest free place around its dot; where all are taken, the last tried.
    """
    taken: list[Place] = []
    for x, y in dots:
        places = [
            (x + radius * math.sin(angle), y - radius * math.cos(angle))
            for radius, angle in product(RINGS, DIRECTIONS)
        ]
        free = (
            place for place in places
            if all(_apart(place, other, LABEL_WIDTH, LABEL_HEIGHT) for other in taken)
            and all(_apart(place, dot, 0.8 * LABEL_WIDTH, DOT_ROOM) for dot in dots)
        )
        taken.append(next(free, places[-1]))
    return taken


def _apart(a: Place, b: Place, width: float, height: float) -> bool:
    return abs(a[0] - b[0]) >= width or abs(a[1] - b[1]) >= height
