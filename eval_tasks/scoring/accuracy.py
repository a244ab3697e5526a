"""Verdicts to numbers: accuracy by type, two averages, their standard errors, what was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.eval_tasks.scoring.verdict import UNPARSED, Verdict

__all__ = ["UNPARSED", "Accuracy", "Summary", "accuracy_of", "answer_counts", "summarise"]


@dataclass(frozen=True)
class Accuracy:
    """Score of one set of items; None stands for a number that the set is too small to give.

    Attributes
    ----------
    items : number of verdicts that are scored; failed requests are none.
    accuracy : share of right answers, unparsed ones counted as wrong.
    standard_error : of `accuracy`, clustered by scene; None below two scenes.
    unparsed : share of responses without a readable answer.
    answers : answer -> how often it was given, with `UNPARSED` among them.
    failed : number of requests that failed: never scored, to be asked again.
    """

    items: int
    accuracy: float | None
    standard_error: float | None
    unparsed: float | None
    answers: dict[str, int]
    failed: int = 0


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
    by_type = {t: accuracy_of([v for v in every if v.question_type == t]) for t in types}
    scored = [v for v in every if not v.is_failed]
    if not scored:
        return Summary(accuracy_of(every), None, None, by_type)
    count = Counter(v.question_type for v in scored)
    # Every type weighs the same in the macro average, whatever its number of items.
    weights = np.array([1 / (len(count) * count[v.question_type]) for v in scored])
    centres = np.array([by_type[v.question_type].accuracy for v in scored], dtype=np.float64)
    return Summary(
        micro=accuracy_of(every),
        macro=float(np.dot(weights, [v.score for v in scored])),
        macro_standard_error=_clustered_error(scored, weights, centres),
        by_type=by_type,
    )


def answer_counts(parsed: Iterable[str | None]) -> dict[str, int]:
    """How often each answer was given, in alphabetical order with the unparsed ones last."""
    counts = Counter(UNPARSED if value is None else value for value in parsed)
    return {name: counts[name] for name in sorted(counts, key=lambda n: (n == UNPARSED, n))}


def accuracy_of(verdicts: Sequence[Verdict]) -> Accuracy:
    """Score of one set of items, which may be empty."""
    failed = sum(v.is_failed for v in verdicts)
    verdicts = [v for v in verdicts if not v.is_failed]
    n = len(verdicts)
    if n == 0:
        return Accuracy(0, None, None, None, {}, failed)
    mean = float(np.mean([v.score for v in verdicts]))
    return Accuracy(
        items=n,
        accuracy=mean,
        standard_error=_clustered_error(verdicts, np.full(n, 1 / n), np.full(n, mean)),
        unparsed=sum(v.parsed is None for v in verdicts) / n,
        answers=answer_counts(v.parsed for v in verdicts),
        failed=failed,
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
