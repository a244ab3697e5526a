"""Is one run better than another? Paired by question, since both answered the same ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from fourdp_qa.eval_tasks.report.runs import Run
from fourdp_qa.eval_tasks.scoring.bootstrap import paired
from fourdp_qa.eval_tasks.scoring.verdict import Verdict

MOST = 15
"""Pairs: all of six runs. With more, each run is compared with the best one only."""
SURE = 0.05
"""Of p values, after Holm's correction for the number of pairs."""


@dataclass(frozen=True)
class Compared:
    """The first run against the second.

    Attributes
    ----------
    first, second : names.
    items : questions that both answered.
    difference, low, high : accuracy of the first less that of the second, 95 % interval over scenes.
    only_first, only_second : questions that only this one got right.
    p_scenes : of no difference, by the paired bootstrap over scenes; 1 with one scene only.
    p_mcnemar : the same by the exact test of McNemar, which takes questions as independent.
    p_holm : `p_scenes` corrected for the number of pairs.
    """

    first: str
    second: str
    items: int
    difference: float
    low: float | None
    high: float | None
    only_first: int
    only_second: int
    p_scenes: float
    p_mcnemar: float
    p_holm: float = 1.0

    @property
    def is_sure(self) -> bool:
        """Whether luck is no explanation."""
        return self.p_holm < SURE


def compare(runs: Sequence[Run]) -> list[Compared]:
    """Compare runs that answered the same benchmark; pairs without a common question are left out."""
    ordered = sorted((r for r in runs if r.verdicts), key=lambda r: -_accuracy(r.verdicts))
    pairs = [(a, b) for a, b in combinations(ordered, 2) if a.benchmark == b.benchmark]
    if len(pairs) > MOST:
        best = {r.benchmark: r.name for r in reversed(ordered)}
        pairs = [(a, b) for a, b in pairs if best[a.benchmark] == a.name]
    found = [compared for a, b in pairs if (compared := _compare(a, b))]
    return _with_holm(found)


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided p value: of the questions that one alone got right, each is as likely either's."""
    count, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(math.comb(count, k) for k in range(fewer + 1)) / 2**count
    return min(1.0, 2 * tail)


def _compare(first: Run, second: Run) -> Compared | None:
    others = {v.question_id: v for v in second.verdicts if not v.is_failed}
    both = [(v, others[v.question_id]) for v in first.verdicts
            if not v.is_failed and v.question_id in others]
    if not both:
        return None
    a, b = ([pair[side] for pair in both] for side in (0, 1))
    difference = paired(b, a)
    only_first = sum(v.score > w.score for v, w in both)
    only_second = sum(v.score < w.score for v, w in both)
    p_scenes = 1.0 if difference.p_value is None else difference.p_value
    return Compared(
        first.name, second.name, len(both), _accuracy(a) - _accuracy(b), difference.low, difference.high,
        only_first, only_second, p_scenes, mcnemar(only_first, only_second),
    )


def _with_holm(pairs: list[Compared]) -> list[Compared]:
    """Holm's step-down correction: the smallest p times all pairs, the next times one fewer, ..."""
    order = sorted(range(len(pairs)), key=lambda n: pairs[n].p_scenes)
    corrected, floor = list(pairs), 0.0
    for rank, n in enumerate(order):
        floor = max(floor, min(1.0, pairs[n].p_scenes * (len(pairs) - rank)))
        corrected[n] = replace(pairs[n], p_holm=floor)
    return corrected


def _accuracy(verdicts: Sequence[Verdict]) -> float:
    scored = [v.score for v in verdicts if not v.is_failed]
    return sum(scored) / len(scored) if scored else 0.0
