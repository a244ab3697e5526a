"""The gap between two boxes, found among the ways in which a shortest line can end on them.

A shortest line from box to box runs between two corners, edges or sides. Where it ends, each of the
six coordinates in the boxes' own axes is at its least, at its most, or free; with the free ones chosen
best, the gap is the least over all choices that stay on the boxes.
"""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

ON_THE_BOX = 1e-9
"""Lengths: rounding alone may put the end of a line this far off its box."""


def box_gap(first, second):
    """Least distance of two boxes, 0 where they meet.

    Parameters
    ----------
    first, second : (axes (3, 3) as columns, centre (3,), edges (3,))
    """
    (axes, centre, edges), (other_axes, other_centre, other_edges) = first, second
    directions = np.concatenate([axes, -other_axes], axis=1)
    half = np.concatenate([edges, other_edges]) / 2
    apart = centre - other_centre
    return min(
        least
        for free_count in range(4)  # with more, the free coordinates are not independent
        for free in combinations(range(6), free_count)
        for least in [_least(directions, half, apart, list(free))]
        if least is not None
    )


def _least(directions, half, apart, free):
    """Least length with `free` coordinates chosen best and every other one at an end."""
    held = [k for k in range(6) if k not in free]
    ends = np.array(list(product((-1.0, 1.0), repeat=len(held)))) * half[held]
    start = apart + ends @ directions[:, held].T
    if not free:
        return float(np.linalg.norm(start, axis=1).min())
    if np.linalg.matrix_rank(directions[:, free], tol=1e-9) < len(free):
        return None
    chosen = -start @ np.linalg.pinv(directions[:, free]).T
    kept = np.all(np.abs(chosen) <= half[free] + ON_THE_BOX, axis=1)
    if not kept.any():
        return None
    lines = start[kept] + chosen[kept] @ directions[:, free].T
    return float(np.linalg.norm(lines, axis=1).min())
