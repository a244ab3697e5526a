"""Type 7, object_object_distance_change: how the distance between two objects changes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.drawing import draw_pairs, rng_for
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.questions.verdicts import PRESENT, Verdict, judge_series, turning_points
from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import Floats

NAME = "object_object_distance_change"
PAIRS = 60
"""Pairs followed in a segment at most: 45 are all pairs of ten objects."""


def object_object_distance_change_statements(
    measured: Measurements, limits: Thresholds, objects: list[int], seen: NDArray[np.bool_]
) -> list[Statement]:
    """One statement for each pair drawn from the object indices in `objects`; `seen` (T, N) decides
    about turns.
    """
    pairs = np.array(draw_pairs(rng_for(measured, NAME), objects, PAIRS), np.int64).reshape(-1, 2)
    a, b = pairs.T
    motion = measured.motion
    length = np.linalg.norm(motion.centre_world[:, a] - motion.centre_world[:, b], axis=-1)
    on_screen = project(measured.facts.K, motion.centre_camera)
    screen = np.linalg.norm(on_screen[:, a] - on_screen[:, b], axis=-1)
    distance = motion.distance[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        relative, apparent = np.log(length / length[0]), np.log(screen / screen[0])
    return [
        _statement(
            measured, limits, (a[k], b[k]), relative[:, k], apparent[:, k],
            length[:, [k]] / np.sort([distance[a[k]], distance[b[k]]]), seen[:, a[k]] & seen[:, b[k]],
        )
        for k in range(len(pairs)) if np.isfinite(relative[:, k]).all()
    ]


def _statement(
    measured: Measurements, limits: Thresholds, pair: tuple[int, int], relative: Floats,
    apparent: Floats, length: Floats, seen: NDArray[np.bool_],
) -> Statement:
    """Of ln distances (T,) relative to the first frame in the world and on the screen, lengths (T, 2)
    in camera distances of the nearer and of the farther object, and where both are seen (T,).
    """
    by_nearer, by_farther = length.T
    own = limits.object_object_distance_change
    lo, hi = float(np.log(own.ratio_lo)), float(np.log(own.ratio_hi))
    judged = judge_series(relative, lo, hi, limits.series)
    verdict, margin = judged.verdict, judged.margin
    hidden = judged.turn is not None and not seen[judged.turn]
    unseen = verdict in PRESENT and _smallest_leg(relative, by_farther, verdict, lo) < own.min_effect
    # Six percent of the way to a far tree is a long way for what is near: nobody calls it the same.
    shown = verdict == Verdict.ABSENT and np.ptp(by_nearer) > own.min_effect
    if hidden or unseen or shown:
        verdict, margin = Verdict.UNDECIDED, 0.0
    quantity = Quantity(
        name="ln_separation", unit="natural log of the ratio to the first frame",
        value=judged.value, extent=judged.extent, lo=lo, hi=hi, verdict=str(verdict),
        series=tuple(relative.tolist()),
    )
    picture = judge_series(apparent, lo, hi, limits.series).verdict
    return Statement(
        question_type=NAME, variant="pair",
        objects=(measured.objects[pair[0]].id, measured.objects[pair[1]].id), frames=(0,),
        named_at=(0, 0), reference_system="world",
        components={"distance": Component(quantity, margin, str(picture))},
    )


def _smallest_leg(relative: Floats, length: Floats, verdict: Verdict, lo: float) -> float:
    """Smallest change of the length in one leg of what the verdict says."""
    one_way = verdict in (Verdict.PLUS, Verdict.MINUS)
    at = [0, -1] if one_way else turning_points(relative, lo)
    return float(np.abs(np.diff(length[at])).min())
