"""Counterfactual groups: one question about several variants of a scene, scored as one.

A model that answers by habit gives one answer to all variants, and is right where that happens to be true.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, prod
from typing import Final

import numpy as np

from fourdp_qa.eval_tasks.scoring.bootstrap import Interval, interval_of, resample
from fourdp_qa.eval_tasks.scoring.verdict import Verdict

MOST: Final = 0.75
"""At least three of four right; of other sizes the same share, rounded up."""
DRAWS: Final = 2000


@dataclass(frozen=True)
class GroupScore:
    """Scores of whole groups; None without a whole group.

    Attributes
    ----------
    groups : number of groups of which every row has a response.
    incomplete : groups of which some rows are missing or failed; they are not scored.
    all_right, most_right : share of groups with all rows, and with at least 3 of 4 rows, right.
    all_interval, most_interval : by drawing scenes anew; None below five scenes.
    chance_all, chance_most : exact expectation of the same for answers by lot.
    constant_all, constant_most : of the best constant answer to each group, chosen with the right answers
        known: what a model that never looks could reach at most with one answer per group.
    """

    groups: int
    incomplete: int
    all_right: float | None
    most_right: float | None
    all_interval: Interval | None
    most_interval: Interval | None
    chance_all: float | None
    chance_most: float | None
    constant_all: float | None
    constant_most: float | None


def group_score(verdicts: Iterable[Verdict]) -> GroupScore:
    """Score the groups among verdicts; rows outside of groups are left out."""
    members: defaultdict[str, list[Verdict]] = defaultdict(list)
    for v in verdicts:
        if v.group_id:
            members[v.group_id].append(v)
    whole = [g for g in members.values() if len(g) == g[0].group_size and not any(v.is_failed for v in g)]
    if not whole:
        return GroupScore(0, len(members), None, None, None, None, None, None, None, None)
    columns = np.array([_scores(group) for group in whole])
    means = [float(mean) for mean in columns.mean(axis=0)]
    scenes = [group[0].scene for group in whole]
    drawn = resample(scenes, np.column_stack([columns[:, :2], np.ones(len(whole))]), DRAWS, seed=0)
    both = [interval_of(means[k], drawn[:, k] / drawn[:, 2], scenes) for k in (0, 1)]
    return GroupScore(
        groups=len(whole), incomplete=len(members) - len(whole), all_right=means[0], most_right=means[1],
        all_interval=both[0], most_interval=both[1], chance_all=means[2], chance_most=means[3],
        constant_all=means[4], constant_most=means[5],
    )


def _scores(group: Sequence[Verdict]) -> tuple[float, ...]:
    """All right, most right, then the same two by lot and for the best constant answer."""
    need = most_of(len(group))
    right = sum(v.score for v in group)
    by_lot = right_by_lot([1 / len(v.answers) for v in group])
    constant = max(sum(v.expected_label == label for v in group) for label in group[0].labels)
    return (float(right == len(group)), float(right >= need), by_lot[-1], sum(by_lot[need:]),
            float(constant == len(group)), float(constant >= need))


def most_of(size: int) -> int:
    """Rows of a group that have to be right for "at least 3 of 4"."""
    return ceil(MOST * size)


def right_by_lot(chances: Sequence[float]) -> list[float]:
    """Exact probability of 0, 1, ... right answers by lot.

    Parameters
    ----------
    chances : of each answer, independent of each other.
    """
    exact = [1.0]
    for p in chances:
        exact = [
            (exact[k] if k < len(exact) else 0.0) * (1 - p) + (exact[k - 1] if k else 0.0) * p
            for k in range(len(exact) + 1)
        ]
    return [*exact[:-1], prod(chances)]
