"""Type 10, multi_view_depth: which of two things is nearer to the camera, each in a frame of its own."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.drawing import Roles, draw_rows, either_way, rng_for, two_moments
from fourdp_qa.questions.nearness import Places, camera_statements
from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.thresholds import Thresholds

NAME = "multi_view_depth"
QUANTITY = "ln_distance_ratio_of_views"
QUANTITY_ONE_OBJECT = "ln_distance_ratio_of_moments"
PAIRS, ONE_OBJECTS, FOURS = 30, 12, 24
"""Comparisons tried in a segment; the number of possible ones explodes."""
PER_OBJECTS = 3
"""Times the same objects are compared, in other frames."""
_PAIR = Roles(objects=2, alike=2, seen_at=((0, 0), (1, 1)))
_ONE_OBJECT = Roles(objects=1, alike=1, seen_at=((0, 0), (0, 1)))
_FOUR = Roles(objects=4, alike=4, seen_at=((0, 0), (1, 1), (2, 2), (3, 3)))


def multi_view_depth_statements(
    measured: Measurements, limits: Thresholds, seen: NDArray[np.bool_]
) -> list[Statement]:
    """Two objects in two frames, one object in two frames, and four objects in four frames.

    Each is `seen` (T, N) in its own frame; two frames lie a quarter of the clip apart, the earlier
    first where one object is asked about.
    """
    moments = two_moments(measured, limits.multi_view.min_apart)
    fours = np.array(list(permutations(measured.anchors.frames, 4)), dtype=np.int64).reshape(-1, 4)
    statements = []
    for variant, roles, together, most, quantity in (
        ("pair", _PAIR, either_way(moments), PAIRS, QUANTITY),
        ("one_object", _ONE_OBJECT, moments, ONE_OBJECTS, QUANTITY_ONE_OBJECT),
        ("nearest_of_four", _FOUR, fours, FOURS, QUANTITY),
    ):
        rng = rng_for(measured, NAME, variant)
        objects, frames = draw_rows(rng, seen, together, roles, most, PER_OBJECTS,
                                  of_all=bool(measured.facts.group_id))
        places = Places(np.broadcast_to(objects, frames.shape), frames)
        statements += camera_statements(measured, limits.depth, NAME, variant, places, quantity)
    return statements
