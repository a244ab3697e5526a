"""Which mistake explains a scene that does not fit: undo each and see how well the images agree.

A mistake is named when undoing it explains the images clearly better than the scene as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fourdp_qa.scene.mistake import Mistake
from fourdp_qa.scene.mistakes import mistakes_with_object, possible_mistakes
from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.reprojection import Evidence, Losses, Points, Reading, noise_of

CLEAR_GAIN = 0.3
"""Undoing a mistake must halve the typical error (0.3 in log10); noise moves it by hundredths."""

IMPROVED_MEETINGS = 0.01
IMPROVED_IN_BOX = 0.05
WORSENED_PART = 0.2
"""Or it halves the error of so many points (of those that meet a surface, of those in a box) and
doubles it for a fifth as many at most: where little moves only few points can show a mistake. Noise
does both equally often; boxes are annotated with errors, so they need more points."""

CLEARLY_BETTER = 1.05
"""Of two explanations whose gains are within 5% of each other, the one listed first is said."""

MISTAKES_AT_ONCE = 2
"""A camera read wrongly and a depth read wrongly are common together; three are a broken reader."""

POINTS_TRIED = 2000
"""Points every mistake is tried on; differences that count are far above their noise."""


@dataclass(frozen=True)
class Explanation:
    """What went wrong, as far as trying can tell.

    Attributes
    ----------
    words : str
        The likely mistakes, joined; empty when none explains the error.
    reading : Reading
        The scene with them undone.
    loss_before, loss_after : float
        Mean loss as the scene stands and with the mistakes undone.
    """

    words: str
    reading: Reading
    loss_before: float
    loss_after: float


def explain(evidence: Evidence) -> Explanation:
    """Try every mistake on the whole scene, at most `MISTAKES_AT_ONCE` of them together."""
    points = evidence.points.thinned(POINTS_TRIED)
    return _search(evidence, points, possible_mistakes)


def explain_object(evidence: Evidence, object_id: int) -> Explanation:
    """Try the mistakes that can be made with the one object called `object_id`."""
    points = evidence.points.only(evidence.points.id == object_id).thinned(POINTS_TRIED)

    def mistakes_with_it(_: Evidence, reading: Reading, points: Points) -> list[Mistake]:
        return mistakes_with_object(evidence, reading, points, object_id)

    return _search(evidence, points, mistakes_with_it)


def _search(
    evidence: Evidence, points: Points,
    candidates: Callable[[Evidence, Reading, Points], list[Mistake]],
) -> Explanation:
    """Undo the mistake that helps most, then look once more from there."""
    reading = evidence.reading
    noise = noise_of(evidence.land(reading, points))
    losses = evidence.losses(reading, points, noise)
    before = losses.mean
    words: list[str] = []
    while len(words) < MISTAKES_AT_ONCE:
        best, best_gain, best_losses = None, 0.0, losses
        for mistake in candidates(evidence, reading, points):
            candidate = evidence.losses(mistake.undo(reading), points, noise)
            gain = losses.mean - candidate.mean
            if gain > CLEARLY_BETTER * best_gain:
                best, best_gain, best_losses = mistake, gain, candidate
        if best is None or not (best_gain >= CLEAR_GAIN or _few_tell(losses, best_losses)):
            break
        words.append(best.words)
        reading = best.undo(reading)
        noise = noise_of(evidence.land(reading, points))
        losses = evidence.losses(reading, points, noise)
    return Explanation(" and ".join(words), reading, before, losses.mean)


def _few_tell(before: Losses, after: Losses) -> bool:
    """Whether a few points got clearly better and hardly any worse."""
    meeting, worse_meeting = _changed_shares(before.meeting, after.meeting)
    if meeting >= IMPROVED_MEETINGS and worse_meeting <= WORSENED_PART * meeting:
        return True
    objects = before.on_object
    in_box, worse_in_box = _changed_shares(before.box[objects], after.box[objects])
    worsened = worse_meeting + worse_in_box
    return in_box >= IMPROVED_IN_BOX and worsened <= WORSENED_PART * in_box


def _changed_shares(before: Floats, after: Floats) -> tuple[float, float]:
    """Shares of the points that clearly improved and clearly worsened."""
    if not before.size:
        return 0.0, 0.0
    gain = before - after
    return float(np.mean(gain > CLEAR_GAIN)), float(np.mean(gain < -CLEAR_GAIN))
