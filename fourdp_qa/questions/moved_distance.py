"""Type 6, moved_distance: which of two objects travels the longer path, whatever the camera does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.drawing import draw_pairs, rng_for
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.thresholds import MovedDistanceLimits, Thresholds
from fourdp_qa.questions.verdicts import Verdict
from fourdp_qa.scene.pose import Floats, transform_points

NAME = "moved_distance"
PAIRS = 60
"""Pairs compared in a segment at most: 45 are all pairs of ten objects."""
SAME, NEITHER = "same", "neither"
"""Verdicts besides + (the first moved farther), - (the second) and undecided."""


@dataclass(frozen=True)
class Travel:
    """How far one object went.

    Attributes
    ----------
    length : of its path, scene units.
    reach : largest distance between any two of its positions, scene units.
    distance : its first distance to the camera, scene units.
    """

    length: float
    reach: float
    distance: float


@dataclass(frozen=True)
class Judged:
    """A verdict, the difference of the lengths as a share of their sum, and the margin in bands."""

    verdict: str
    share: float
    margin: float


def moved_distance_statements(
    measured: Measurements, limits: Thresholds, objects: list[int]
) -> list[Statement]:
    """One statement for each pair drawn from the object indices in `objects`."""
    own, motion = limits.moved_distance, measured.motion
    objects = [n for n in objects if np.isfinite(motion.centre_world[:, n]).all()]
    cameras = measured.camera.world_from_camera
    # Where the objects would be, had the camera stayed where it was first and shown the same.
    apparent = transform_points(cameras[0], motion.centre_camera)
    paths = np.concatenate([motion.centre_world[:, objects], apparent[:, objects]], axis=1)
    travels = travels_of(paths, np.tile(motion.distance[0, objects], 2), own)
    truths = dict(zip(objects, travels, strict=False))
    pictures = dict(zip(objects, travels[len(objects):], strict=True))
    lo, hi = share_of(own.ratio_lo), share_of(own.ratio_hi)
    statements = []
    for a, b in draw_pairs(rng_for(measured, NAME), objects, PAIRS):
        judged = farther(truths[a], truths[b], own)
        quantity = Quantity(
            name="path_difference", unit="of the sum of both path lengths", value=judged.share,
            extent=abs(judged.share), lo=lo, hi=hi, verdict=judged.verdict,
        )
        picture = farther(pictures[a], pictures[b], own).verdict
        statements.append(Statement(
            question_type=NAME, variant="pair",
            objects=(measured.objects[a].id, measured.objects[b].id), frames=(0,), named_at=(0, 0),
            reference_system="world",
            components={"farther": Component(quantity, judged.margin, picture)},
        ))
    return statements


def travels_of(paths: Floats, distances: Floats, own: MovedDistanceLimits) -> list[Travel]:
    """How far the objects of world paths (T, M, 3) went; `distances` (M,) are their first ones."""
    length = np.zeros(paths.shape[1])
    kept = paths[0].copy()
    for place in paths[1:]:
        step = np.linalg.norm(place - kept, axis=-1)
        left = step > own.dead_band * distances
        length += np.where(left, step, 0.0)
        kept = np.where(left[:, None], place, kept)
    reach = np.linalg.norm(paths[:, None] - paths[None], axis=-1).max(axis=(0, 1))
    return [
        Travel(*values)
        for values in zip(length.tolist(), reach.tolist(), distances.tolist(), strict=True)
    ]


def farther(a: Travel, b: Travel, own: MovedDistanceLimits) -> Judged:
    """Which of two moved farther: + the first, - the second, same, neither, or undecided.

    Both must clearly move or clearly stand still. The longer path must also reach farther and the
    difference be large enough to be seen; paths that are about the same must not reach as
    differently as two that are not.
    """
    band = own.moved - own.still
    still = [t.reach <= own.still * t.distance for t in (a, b)]
    settled = min(
        (own.still - t.reach / t.distance if s else t.reach / t.distance - own.moved) / band
        for t, s in zip((a, b), still, strict=True)
    )
    lengths = [0.0 if s else t.length for t, s in zip((a, b), still, strict=True)]
    if all(still):
        return Judged(NEITHER, 0.0, settled)
    share = (lengths[0] - lengths[1]) / sum(lengths)
    undecided = Judged(str(Verdict.UNDECIDED), share, 0.0)
    if settled < 0:
        return undecided
    lo, hi = share_of(own.ratio_lo), share_of(own.ratio_hi)
    longer, shorter = (a, b) if share > 0 else (b, a)
    if abs(share) <= lo and not any(still):
        alike = max(a.reach, b.reach) < own.ratio_hi * min(a.reach, b.reach)
        margin = min(settled, (lo - abs(share)) / (hi - lo))
        return Judged(SAME, share, margin) if alike else undecided
    effect = abs(lengths[0] - lengths[1]) / max(a.distance, b.distance)
    agrees = longer.reach >= own.extent_ratio * shorter.reach
    if abs(share) < hi or effect < own.min_effect or not agrees:
        return undecided
    margin = min(settled, (abs(share) - hi) / (hi - lo),
                 (effect - own.min_effect) / (2 * own.min_effect))
    return Judged(str(Verdict.PLUS if share > 0 else Verdict.MINUS), share, margin)


def share_of(ratio: float) -> float:
    """Difference over sum of two lengths of which one is `ratio` times the other: finite for 0."""
    return (ratio - 1) / (ratio + 1)
