"""Type 8, depth: which object is nearer to the camera in a named frame."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.drawing import Roles, draw_rows, rng_for
from fourdp_qa.questions.nearness import Places, camera_statements
from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.thresholds import Thresholds

NAME = "depth"
QUANTITY = "ln_distance_ratio"
FRAMES_PER_PAIR = 2
"""Named frames tried for one pair or four: more repeats the same order of the same objects."""
FOURS = 24
"""Sets of four objects tried; the number of possible ones explodes."""
_FOUR = Roles(objects=4, alike=4, seen_at=((0, 0), (1, 0), (2, 0), (3, 0)))


def depth_statements(
    measured: Measurements, limits: Thresholds, seen: NDArray[np.bool_]
) -> list[Statement]:
    """Pairs (yes/no) and sets of four (multiple choice) among objects `seen` (T, N) in a frame."""
    drawn = (("pair", _pairs(measured, seen)), ("nearest_of_four", _fours(measured, seen)))
    return [
        statement for variant, places in drawn
        for statement in camera_statements(measured, limits.depth, NAME, variant, places, QUANTITY)
    ]


def _pairs(measured: Measurements, seen: NDArray[np.bool_]) -> Places:
    """Every pair that is seen, in some frames (M, 2)."""
    rng = rng_for(measured, NAME, "pair")
    drawn = []
    for a, b in combinations(range(len(measured.objects)), 2):
        # As many numbers for each pair, seen or not: variants of a scene draw the same.
        order = rng.permutation(measured.anchors.frames).tolist()
        turned = rng.random(len(order)) < 0.5
        both = [f for f in order if seen[f, a] and seen[f, b]][:FRAMES_PER_PAIR]
        drawn += [((b, a) if turned[k] else (a, b)) + (f,) for k, f in enumerate(order) if f in both]
    rows = np.array(drawn, dtype=np.int64).reshape(-1, 3)
    return Places(rows[:, :2], np.repeat(rows[:, 2:], 2, axis=1))


def _fours(measured: Measurements, seen: NDArray[np.bool_]) -> Places:
    """Four objects (M, 4) in one frame."""
    moments = np.array(measured.anchors.frames)[:, None]
    rng = rng_for(measured, NAME, "four")
    objects, frames = draw_rows(rng, seen, moments, _FOUR, FOURS, FRAMES_PER_PAIR,
                                of_all=bool(measured.facts.group_id))
    return Places(objects, np.repeat(frames, 4, axis=1))
