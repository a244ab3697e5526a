"""From a quantity over time to a verdict, with an ambiguity band over the whole path."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

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
    value, extent = float(q[-1] - q[0]), float(q.max() - q.min())
    undecided = SeriesVerdict(Verdict.UNDECIDED, value, extent, lo, hi, 0.0)
    if not np.all(np.isfinite(q)):
        return replace(undecided, value=float("nan"), extent=float("nan"))
    band = hi - lo
    if extent <= lo:
        return replace(undecided, verdict=Verdict.ABSENT, margin=(lo - extent) / band)
    turns = turning_points(q, lo)
    legs = np.diff(q[turns])
    full = np.abs(legs) >= hi
    fits = []
    if abs(value) >= hi and _swing_back(q, np.sign(value)) <= limits.backtrack * extent:
        sign = Verdict.PLUS if value > 0 else Verdict.MINUS
        fits.append(replace(undecided, verdict=sign, margin=(abs(value) - hi) / band))
    if len(legs) == 2 and full.all() and _turn_inside(turns[1], len(q), limits.turn_earliest):
        kind = Verdict.PLUS_MINUS if legs[0] > 0 else Verdict.MINUS_PLUS
        smallest = float(np.abs(legs).min())
        fits.append(replace(undecided, verdict=kind, margin=(smallest - hi) / band, turn=turns[1]))
    if len(legs) >= 3 and full.all():
        smallest = float(np.abs(legs).min())
        fits.append(replace(undecided, verdict=Verdict.INCONSISTENT, margin=(smallest - hi) / band))
    return fits[0] if len(fits) == 1 else undecided


def turning_points(q: Floats, hysteresis: float) -> list[int]:
    """Frames of the extremes between which q moves by more than `hysteresis`.

    The first is the start of the first leg (a wiggle within the hysteresis before it is part of
    standing still), the last the end of the last leg. A path without any leg gives its two ends.
    """
    low = high = 0
    points: list[int] = []
    direction = 0
    for t in range(1, len(q)):
        low = t if q[t] < q[low] else low
        high = t if q[t] > q[high] else high
        if direction >= 0 and q[high] - q[t] > hysteresis:
            points.append(high)
            direction, low, high = -1, t, t
        elif direction <= 0 and q[t] - q[low] > hysteresis:
            points.append(low)
            direction, low, high = 1, t, t
    if direction == 0:
        return [0, len(q) - 1]
    return [*points, high if direction > 0 else low]


def band_beside(
    extents: list[float], lo: float, hi: float, limits: SeriesLimits
) -> tuple[float, float]:
    """The band of a component named beside others: a small one beside a large one is not noticed."""
    largest = max(extents)
    return max(lo, limits.together_lo * largest), max(hi, limits.together_hi * largest)


def _swing_back(q: Floats, sign: float) -> float:
    """Largest drawdown of q against `sign`."""
    path = sign * q
    return float(np.max(np.maximum.accumulate(path) - path))


def _turn_inside(turn: int, frames: int, earliest: float) -> bool:
    return earliest * (frames - 1) <= turn <= (1 - earliest) * (frames - 1)
