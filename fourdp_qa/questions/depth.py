"""Type 8, depth: which object is nearer to the camera in a named frame."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.thresholds import DepthLimits, Thresholds
from fourdp_qa.questions.verdicts import Verdict
from fourdp_qa.randomness import generator

NAME = "depth"
FRAMES_PER_PAIR = 2
"""Named frames tried for one pair: more repeats the same order of the same two objects."""
FOURS_PER_FRAME = 3
"""Sets of four objects tried in one frame; the number of possible ones explodes."""


def depth_statements(
    measured: Measurements, limits: Thresholds, seen: NDArray[np.bool_]
) -> list[Statement]:
    """Pairs (yes/no) and sets of four (multiple choice) among objects `seen` (T, N) in a frame."""
    frames = measured.anchors.frames
    facts = measured.facts
    statements: list[Statement] = []
    for a, b in combinations(range(len(measured.objects)), 2):
        rng = generator(0, facts.source, facts.scene_id, measured.segment.text, "depth pair",
                        measured.objects[a].id, measured.objects[b].id)
        both = [f for f in frames if seen[f, a] and seen[f, b]]
        if both:
            pick = rng.choice(len(both), size=min(FRAMES_PER_PAIR, len(both)), replace=False)
            statements += [_pair(measured, limits.depth, a, b, both[k]) for k in np.sort(pick)]
    for frame in frames:
        statements += _fours(measured, limits.depth, frame, np.flatnonzero(seen[frame]))
    return statements


def _pair(measured: Measurements, limits: DepthLimits, a: int, b: int, frame: int) -> Statement:
    """``nearer`` is + when the first object is nearer beyond the band, - when the second is."""
    ln_ratio, verdict, margin = _compare(measured, limits, a, b, frame)
    hi = float(np.log(limits.ratio))
    quantity = Quantity(
        name="ln_distance_ratio", unit="natural log of second over first", value=ln_ratio,
        extent=abs(ln_ratio), lo=-hi, hi=hi, verdict=str(verdict),
    )
    return Statement(
        question_type=NAME, variant="pair",
        objects=(measured.objects[a].id, measured.objects[b].id), frames=(frame,),
        reference_system="camera", components={"nearer": Component(quantity, margin)},
        entangled="none", cue_conflict=_cue_conflict(measured, a, b, frame, verdict),
    )


def _compare(
    measured: Measurements, limits: DepthLimits, a: int, b: int, frame: int
) -> tuple[float, Verdict, float]:
    """Log ratio of the distances (b over a), the verdict, and its margin.

    Distances and z-depths of the centres and the 10-90 % intervals of the visible surface must all
    say the same: then every reading of "nearer" gives one answer.
    """
    motion = measured.motion
    ln_ratio = float(np.log(motion.distance[frame, b] / motion.distance[frame, a]))
    z_a, z_b = motion.centre_camera[frame, a, 2], motion.centre_camera[frame, b, 2]
    surface_a, surface_b = motion.surface[frame, a], motion.surface[frame, b]
    hi, hi_z = float(np.log(limits.ratio)), float(np.log(limits.z_ratio))
    if min(z_a, z_b) <= 0 or not np.isfinite([*surface_a, *surface_b]).all():
        return ln_ratio, Verdict.UNDECIDED, 0.0
    ln_z = float(np.log(z_b / z_a))
    margin = min((abs(ln_ratio) - hi) / (2 * hi), (abs(ln_z) - hi_z) / (2 * hi_z))
    if ln_ratio >= hi and ln_z >= hi_z and surface_a[1] < surface_b[0]:
        return ln_ratio, Verdict.PLUS, margin
    if ln_ratio <= -hi and ln_z <= -hi_z and surface_b[1] < surface_a[0]:
        return ln_ratio, Verdict.MINUS, margin
    return ln_ratio, Verdict.UNDECIDED, 0.0


def _cue_conflict(measured: Measurements, a: int, b: int, frame: int, verdict: Verdict) -> str:
    """Which simple picture cue names the wrong one: the larger mask, or the lower contact point."""
    if verdict == Verdict.UNDECIDED:
        return "none"
    motion = measured.motion
    near, far = (a, b) if verdict == Verdict.PLUS else (b, a)
    size = motion.area[frame, far] > motion.area[frame, near]
    height = motion.mask_box[frame, far, 3] > motion.mask_box[frame, near, 3]
    return {(False, False): "none", (True, False): "size", (False, True): "height",
            (True, True): "both"}[bool(size), bool(height)]


def _fours(
    measured: Measurements, limits: DepthLimits, frame: int, present: NDArray[np.int64]
) -> list[Statement]:
    """Sets of four objects, pairwise beyond the band, as drawn before their order is known."""
    facts = measured.facts
    rng = generator(0, facts.source, facts.scene_id, measured.segment.text, "depth four", frame)
    fours = list(combinations(present.tolist(), 4))
    if not fours:
        return []
    pick = rng.choice(len(fours), size=min(FOURS_PER_FRAME, len(fours)), replace=False)
    statements = (_four(measured, limits, fours[k], frame) for k in np.sort(pick))
    return [s for s in statements if s is not None]


def _four(
    measured: Measurements, limits: DepthLimits, four: tuple[int, ...], frame: int
) -> Statement | None:
    """``nearest`` is the position of the nearest object; None unless all six pairs are decided."""
    compared = {(a, b): _compare(measured, limits, a, b, frame) for a, b in combinations(four, 2)}
    if any(verdict == Verdict.UNDECIDED for _, verdict, _ in compared.values()):
        return None
    distance = measured.motion.distance[frame, list(four)]
    nearest = int(np.argmin(distance))
    second = float(np.sort(distance)[1])
    hi = float(np.log(limits.ratio))
    ln_ratio = float(np.log(second / distance[nearest]))
    quantity = Quantity(
        name="ln_distance_ratio", unit="natural log of second nearest over nearest", value=ln_ratio,
        extent=ln_ratio, lo=-hi, hi=hi, verdict=str(nearest),
    )
    margin = min(margin for _, _, margin in compared.values())
    return Statement(
        question_type=NAME, variant="nearest_of_four",
        objects=tuple(measured.objects[n].id for n in four), frames=(frame,),
        reference_system="camera", components={"nearest": Component(quantity, margin)},
        entangled="none",
    )
