"""Intervals and comparisons by drawing whole scenes anew: questions of one scene are not independent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.eval_tasks.scoring.verdict import Verdict

DRAWS: Final = 2000
"""Enough for the second digit of a 95% interval in points of accuracy."""
LEVEL: Final = 0.95
FEWEST_SCENES: Final = 5
"""Below, drawing anew says little: four scenes can be drawn in 35 ways, five in 126."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """Where a score lies with the confidence `LEVEL` (`interval_of`)."""

    low: float
    high: float


@dataclass(frozen=True)
class Intervals:
    """Intervals of a summary; None where fewer than `FEWEST_SCENES` scenes have such items."""

    micro: Interval | None
    macro: Interval | None
    by_type: dict[str, Interval | None]


@dataclass(frozen=True)
class Difference:
    """Second run less first run, over the questions that both answered.

    Attributes
    ----------
    items : number of such questions.
    micro : difference of the accuracies; None without items.
    low, high : interval of it; None below `FEWEST_SCENES` scenes.
    p_value : two-sided share of draws that do not have the sign of `micro`, and no less than an exact test
        of signs could reach with as many scenes; None below `FEWEST_SCENES` scenes.
    """

    items: int
    micro: float | None
    low: float | None
    high: float | None
    p_value: float | None


def bootstrap(verdicts: Iterable[Verdict], draws: int = DRAWS, seed: int = 0) -> Intervals:
    """Intervals of the averages that `summarise` gives. The same input and seed give the same numbers."""
    scored = [v for v in verdicts if not v.is_failed]
    types = sorted({v.question_type for v in scored})
    scenes = [v.scene for v in scored]
    sums, counts = [], []
    for name in types:
        of_type = np.array([v.question_type == name for v in scored], dtype=np.float64)
        sums.append(of_type * np.array([v.score for v in scored]))
        counts.append(of_type)
    if len(set(scenes)) < FEWEST_SCENES:
        return Intervals(None, None, dict.fromkeys(types))
    drawn = resample(scenes, np.stack([*sums, *counts], axis=1), draws, seed)
    right, items = drawn[:, : len(types)], drawn[:, len(types):]
    # A draw without a single item of a type says nothing about that type.
    rates = np.divide(right, items, out=np.full_like(right, np.nan), where=items > 0)
    found = np.sum(sums, axis=1) / np.sum(counts, axis=1)
    return Intervals(
        micro=interval_of(float(np.sum(sums) / len(scored)), right.sum(axis=1) / items.sum(axis=1), scenes),
        macro=interval_of(float(found.mean()), np.nanmean(rates, axis=1), scenes),
        by_type={
            name: interval_of(float(found[n]), rates[:, n],
                              [v.scene for v in scored if v.question_type == name])
            for n, name in enumerate(types)},
    )


def paired(
    first: Iterable[Verdict], second: Iterable[Verdict], draws: int = DRAWS, seed: int = 0
) -> Difference:
    """Compare two runs question by question: far less noisy than two intervals side by side."""
    one = {v.question_id: v for v in first if not v.is_failed}
    both = [(one[v.question_id], v) for v in second if not v.is_failed and v.question_id in one]
    gains = np.array([b.score - a.score for a, b in both], dtype=np.float64)
    if not both:
        return Difference(0, None, None, None, None)
    mean = float(gains.mean())
    scenes = [b.scene for _, b in both]
    if len(set(scenes)) < FEWEST_SCENES:
        return Difference(len(both), mean, None, None, None)
    drawn = resample(scenes, np.stack([gains, np.ones_like(gains)], axis=1), draws, seed)
    means = drawn[:, 0] / drawn[:, 1]
    inside = interval(means)
    # One draw more than drawn, so that no finite number of draws claims certainty.
    against = 1 + int(np.sum(means <= 0 if mean >= 0 else means >= 0))
    unequal = len({scene for scene, gain in zip(scenes, gains, strict=True) if gain})
    p_value = min(1.0, max(2 * against / (draws + 1), 2.0 ** (1 - unequal)))
    return Difference(len(both), mean, inside.low, inside.high, p_value)


def resample(scenes: Sequence[str], values: Numbers, draws: int, seed: int) -> Numbers:
    """Sums of `values` over scenes drawn with replacement, as many as there are.

    Parameters
    ----------
    scenes : name of the scene of each row of `values`.
    values : (items, columns).

    Returns
    -------
    ndarray, shape (draws, columns)
    """
    names, index = np.unique(np.asarray(scenes), return_inverse=True)
    by_scene = np.zeros((len(names), values.shape[1]))
    np.add.at(by_scene, index, values)
    generator = np.random.default_rng(seed)
    times = generator.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    return np.asarray(times @ by_scene, dtype=np.float64)


def interval_of(share: float, drawn: Numbers, scenes: Sequence[str]) -> Interval | None:
    """Interval of a share; None below `FEWEST_SCENES` scenes.

    Where all or none are right every draw says the same, which would be an interval without a width. Then it
    is the exact binomial one, of as many trials as there are scenes.

    Parameters
    ----------
    share : what was found, 0 to 1.
    drawn : the same of scenes drawn anew.
    scenes : of the items; a scene may come several times.
    """
    count = len(set(scenes))
    if count < FEWEST_SCENES:
        return None
    if share in (0.0, 1.0):
        return all_or_none(share, count, LEVEL)
    return interval(drawn)


def all_or_none(share: float, trials: int, level: float) -> Interval:
    """Exact binomial interval of no success (`share` 0) or nothing else (1) in some trials."""
    reach = ((1 - level) / 2) ** (1 / trials)
    return Interval(reach, 1.0) if share else Interval(0.0, 1 - reach)


def interval(values: Numbers) -> Interval:
    """Middle `LEVEL` of some draws; those without a value are left out."""
    low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
