"""Type 11, multi_view_object_distance: which two objects are nearer to each other, each two in a
frame of their own.
"""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.drawing import Roles, draw_rows, either_way, rng_for, two_moments
from fourdp_qa.questions.reference_nearness import Spans, reference_statements
from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.thresholds import Thresholds

NAME = "multi_view_object_distance"
QUANTITY = "ln_reference_distance_ratio_of_views"
QUANTITY_ONE_PAIR = "ln_separation_ratio_of_moments"
PAIRS, ONE_PAIRS, FOURS = 30, 12, 24
"""Comparisons tried in a segment; the number of possible ones explodes."""
PER_OBJECTS = 3
"""Times the same objects are compared, in other frames."""
_PAIR = Roles(objects=3, alike=2, seen_at=((0, 0), (2, 0), (1, 1), (2, 1)))
_ONE_PAIR = Roles(objects=2, alike=2, seen_at=((0, 0), (1, 0), (0, 1), (1, 1)))
_FOUR = Roles(objects=5, alike=4, seen_at=tuple((n, f) for f in range(4) for n in (f, 4)))


def multi_view_object_distance_statements(
    measured: Measurements, limits: Thresholds, seen: NDArray[np.bool_],
    answered: frozenset[frozenset[int]],
) -> list[Statement]:
    """Two objects and a reference in two frames, one pair in two frames, and four objects and a
    reference in four frames.

    Object and reference are both `seen` (T, N) in their frame; two frames lie a quarter of the clip
    apart, the earlier first where one pair is asked about. `answered` are the ids of pairs whose
    change of distance another question of the segment tells; their two moments are not compared.
    """
    moments = two_moments(measured, limits.multi_view.min_apart)
    fours = np.array(list(permutations(measured.anchors.frames, 4)), dtype=np.int64).reshape(-1, 4)
    told = frozenset(
        (a, b) for a, b in combinations(range(len(measured.objects)), 2)
        if frozenset((measured.objects[a].id, measured.objects[b].id)) in answered
    )
    statements = []
    for variant, roles, together, most, quantity, skip in (
        ("pair", _PAIR, either_way(moments), PAIRS, QUANTITY, frozenset()),
        ("one_pair", _ONE_PAIR, moments, ONE_PAIRS, QUANTITY_ONE_PAIR, told),
        ("nearest_of_four", _FOUR, fours, FOURS, QUANTITY, frozenset()),
    ):
        rng = rng_for(measured, NAME, variant)
        rows, frames = draw_rows(rng, seen, together, roles, most, PER_OBJECTS, skip,
                                  of_all=bool(measured.facts.group_id))
        objects, reference = rows[:, :-1], rows[:, -1:]
        spans = Spans(np.broadcast_to(objects, frames.shape),
                      np.broadcast_to(reference, frames.shape), frames)
        statements += reference_statements(
            measured, limits.object_object_distance, NAME, variant, spans, quantity)
    return statements
