"""Verdicts to numbers: accuracy by type, two averages, their standard errors, what was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.eval_tasks.scoring.verdict import Verdict

UNPARSED = "unparsed"
"""Name under which responses without a readable answer are counted."""


@dataclass(frozen=True)
class Accuracy:
    """Score of one set of items; None stands for a number that the set is too small to give.

    Attributes
    ----------
    items : number of verdicts.
    accuracy : share of right answers, unparsed ones counted as wrong.
    standard_error : of `accuracy`, clustered by scene; None below two scenes.
    unparsed : share of responses without a readable answer.
    answers : answer -> how often it was given, with `UNPARSED` among them.
    """

    items: int
    accuracy: float | None
    standard_error: float | None
    unparsed: float | None
    answers: dict[str, int]


@dataclass(frozen=True)
class Summary:
    """Score of a benchmark or of any part of it.

    Attributes
    ----------
    micro : over all items, the headline.
    macro : mean of the types' accuracies; None without items.
    macro_standard_error : of `macro`, clustered by scene; None below two scenes.
    by_type : question type -> its score, in alphabetical order.
    """

    micro: Accuracy
    macro: float | None
    macro_standard_error: float | None
    by_type: dict[str, Accuracy]


def summarise(verdicts: Iterable[Verdict]) -> Summary:
    """Put verdicts together. Any subset is good, an empty one too."""
    every = list(verdicts)
    types = sorted({v.question_type for v in every})
    by_type = {t: _accuracy([v for v in every if v.question_type == t]) for t in types}
    if not every:
        return Summary(_accuracy([]), None, None, {})
    count = Counter(v.question_type for v in every)
    # Every type weighs the same in the macro average, whatever its number of items.
    weights = np.array([1 / (len(types) * count[v.question_type]) for v in every])
    centres = np.array([by_type[v.question_type].accuracy for v in every], dtype=np.float64)
    return Summary(
        micro=_accuracy(every),
        macro=float(np.dot(weights, [v.score for v in every])),
        macro_standard_error=_clustered_error(every, weights, centres),
        by_type=by_type,
    )


def answer_counts(parsed: Iterable[str | None]) -> dict[str, int]:
    """How often each answer was given, in alphabetical order with the unparsed ones last."""
    counts = Counter(UNPARSED if value is None else value for value in parsed)
    return {name: counts[name] for name in sorted(counts, key=lambda n: (n == UNPARSED, n))}


def _accuracy(verdicts: Sequence[Verdict]) -> Accuracy:
    n = len(verdicts)
    if n == 0:
        return Accuracy(0, None, None, None, {})
    mean = float(np.mean([v.score for v in verdicts]))
    return Accuracy(
        items=n,
        accuracy=mean,
        standard_error=_clustered_error(verdicts, np.full(n, 1 / n), np.full(n, mean)),
        unparsed=sum(v.parsed is None for v in verdicts) / n,
        answers=answer_counts(v.parsed for v in verdicts),
    )


def _clustered_error(
    verdicts: Sequence[Verdict], weights: NDArray[np.float64], centres: NDArray[np.float64]
) -> float | None:
    """Standard error of a weighted mean whose items are independent only between scenes.

    Sum over scenes of the squared sum of weighted residuals, with the usual correction S/(S-1) for
    S scenes. `weights` and `centres` have one entry a verdict; a centre is the mean the verdict's
    residual is taken from.
    """
    scenes = sorted({v.scene for v in verdicts})
    if len(scenes) < 2:
        return None
    residuals = weights * (np.array([v.score for v in verdicts]) - centres)
    index = np.searchsorted(scenes, [v.scene for v in verdicts])
    sums = np.bincount(index, weights=residuals, minlength=len(scenes))
    return float(np.sqrt(np.sum(sums**2) * len(scenes) / (len(scenes) - 1)))
