"""From a quantity over time to a verdict, with an ambiguity band over the whole path."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, pairwise
from math import isfinite, nan

from fourdp_qa.questions.thresholds import SeriesLimits
from fourdp_qa.scene.pose import Floats


class Verdict(StrEnum):
    """What a quantity did over the segment."""

    PLUS = "+"
    MINUS = "-"
    ABSENT = "absent"
    PLUS_MINUS = "+-"
    """First up by at least hi, then down by at least hi, nothing else."""
    MINUS_PLUS = "-+"
    INCONSISTENT = "inconsistent"
    """Three or more legs, each of at least hi."""
    UNDECIDED = "undecided"
    """In the band: nothing whose truth depends on it is asked or offered."""


PRESENT = frozenset({Verdict.PLUS, Verdict.MINUS, Verdict.PLUS_MINUS, Verdict.MINUS_PLUS,
                     Verdict.INCONSISTENT})

_OPPOSITE = {Verdict.PLUS: Verdict.MINUS, Verdict.MINUS: Verdict.PLUS,
             Verdict.PLUS_MINUS: Verdict.MINUS_PLUS, Verdict.MINUS_PLUS: Verdict.PLUS_MINUS}


def opposite(verdict: Verdict) -> Verdict:
    """The verdict of the negated quantity."""
    return _OPPOSITE.get(verdict, verdict)


@dataclass(frozen=True)
class SeriesVerdict:
    """A verdict with its numbers.

    Attributes
    ----------
    verdict : what happened.
    value : last minus first.
    extent : max minus min over all frames.
    lo, hi : the band that was applied.
    margin : distance to the nearest threshold in widths of the band; 0 when undecided.
    turn : frame of the turn of a reversal, else None.
    """

    verdict: Verdict
    value: float
    extent: float
    lo: float
    hi: float
    margin: float
    turn: int | None = None


def judge_series(q: Floats, lo: float, hi: float, limits: SeriesLimits) -> SeriesVerdict:
    """Judge a quantity q (T,) against its band.

    Present with sign s: s (last - first) >= hi and the largest swing back <= 15 % of the extent.
    Absent: extent <= lo over **all** frames (an out-and-back camera is not stationary). Reversal:
    exactly two legs, turning points with hysteresis lo, the turn not in the first or last tenth,
    each leg >= hi. Three or more legs >= hi: inconsistent. A path that fits two of these, or none,
    is undecided.
    """
    path = q.tolist()  # a few dozen numbers: plain floats are several times quicker than arrays
    if not all(map(isfinite, path)):
        return SeriesVerdict(Verdict.UNDECIDED, nan, nan, lo, hi, 0.0)
    value, extent, band = path[-1] - path[0], max(path) - min(path), hi - lo

    def judged(verdict: Verdict, margin: float, turn: int | None = None) -> SeriesVerdict:
        return SeriesVerdict(verdict, value, extent, lo, hi, margin, turn)

    if extent <= lo:
        return judged(Verdict.ABSENT, (lo - extent) / band)
    turns = turning_points(q, lo)
    legs = [path[b] - path[a] for a, b in pairwise(turns)]
    smallest = min(map(abs, legs))
    fits = []
    if abs(value) >= hi and _swing_back(path, value > 0) <= limits.backtrack * extent:
        sign = Verdict.PLUS if value > 0 else Verdict.MINUS
        fits.append(judged(sign, (abs(value) - hi) / band))
    if len(legs) == 2 and smallest >= hi and _turn_inside(turns[1], len(path), limits.turn_earliest):
        kind = Verdict.PLUS_MINUS if legs[0] > 0 else Verdict.MINUS_PLUS
        fits.append(judged(kind, (smallest - hi) / band, turns[1]))
    if len(legs) >= 3 and smallest >= hi:
        fits.append(judged(Verdict.INCONSISTENT, (smallest - hi) / band))
    return fits[0] if len(fits) == 1 else judged(Verdict.UNDECIDED, 0.0)


def turning_points(q: Floats, hysteresis: float) -> list[int]:
    """Frames of the extremes between which q moves by more than `hysteresis`.

    The first is the start of the first leg (a wiggle within the hysteresis before it is part of
    standing still), the last the end of the last leg. A path without any leg gives its two ends.
    """
    path = q.tolist()
    low = high = 0
    points: list[int] = []
    direction = 0
    for t, value in enumerate(path):
        low = t if value < path[low] else low
        high = t if value > path[high] else high
        if direction >= 0 and path[high] - value > hysteresis:
            points.append(high)
            direction, low, high = -1, t, t
        elif direction <= 0 and value - path[low] > hysteresis:
            points.append(low)
            direction, low, high = 1, t, t
    if direction == 0:
        return [0, len(path) - 1]
    return [*points, high if direction > 0 else low]


def band_beside(
    extents: list[float], lo: float, hi: float, limits: SeriesLimits
) -> tuple[float, float]:
    """The band of a component named beside others: a small one beside a large one is not noticed."""
    largest = max(extents)
    return max(lo, limits.together_lo * largest), max(hi, limits.together_hi * largest)


def _swing_back(path: list[float], rises: bool) -> float:
    """Largest way back of a path that rises or falls as a whole."""
    if rises:
        return max(top - value for top, value in zip(accumulate(path, max), path, strict=True))
    return max(value - low for low, value in zip(accumulate(path, min), path, strict=True))


def _turn_inside(turn: int, frames: int, earliest: float) -> bool:
    return earliest * (frames - 1) <= turn <= (1 - earliest) * (frames - 1)
