"""Type 9, object_object_distance: which object is nearer to a third one in a named frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.drawing import Roles, draw_rows, rng_for
from fourdp_qa.questions.reference_nearness import Spans, reference_statements
from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.thresholds import Thresholds

NAME = "object_object_distance"
QUANTITY = "ln_reference_distance_ratio"
PAIRS, FOURS = 36, 24
"""Comparisons tried in a segment; the number of possible ones explodes."""
PER_OBJECTS = 2
"""Times the same objects are compared, in other frames: more repeats the same order."""
_PAIR = Roles(objects=3, alike=2, seen_at=tuple((n, 0) for n in range(3)))
_FOUR = Roles(objects=5, alike=4, seen_at=tuple((n, 0) for n in range(5)))


def object_object_distance_statements(
    measured: Measurements, limits: Thresholds, seen: NDArray[np.bool_]
) -> list[Statement]:
    """Two objects and a reference, and four and a reference, all `seen` (T, N) in the named frame."""
    moments = np.array(measured.anchors.frames)[:, None]
    statements = []
    for variant, roles, most in (("pair", _PAIR, PAIRS), ("nearest_of_four", _FOUR, FOURS)):
        rng = rng_for(measured, NAME, variant)
        rows, frames = draw_rows(rng, seen, moments, roles, most, PER_OBJECTS,
                                  of_all=bool(measured.facts.group_id))
        objects, reference = rows[:, :-1], rows[:, -1:]
        spans = Spans(objects, np.broadcast_to(reference, objects.shape),
                      np.broadcast_to(frames, objects.shape))
        statements += reference_statements(
            measured, limits.object_object_distance, NAME, variant, spans, QUANTITY)
    return statements
