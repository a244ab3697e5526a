"""Does a model take what it sees on the picture for the true motion?

The rows say whether the picture, read as if the camera had never moved, tells the truth (column
`entangled`). A model that reads the picture is right where it does and wrong where it does not; one
that knows the camera's motion is as good on both. Types and formats differ in how hard they are and in
how often the picture misleads, so both are compared within each type and format.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.eval_tasks.scoring.bootstrap import (
    DRAWS,
    FEWEST_SCENES,
    LEVEL,
    all_or_none,
    interval,
    resample,
)
from fourdp_qa.eval_tasks.scoring.verdict import Verdict

TRUE, FALSE = ("agree",), ("opposite", "different")
"""Values of `entangled` under which the picture tells the truth, and under which it does not."""
SURE = 0.995
"""One-sided. Said of a model that answers by lot, over 150 seeds and 12 scenes: never; at 0.975 once."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PictureGap:
    """Accuracy where the picture tells the truth, less that where it does not.

    Attributes
    ----------
    gap, low, high : weighed by the items where it does not, with 95 % interval over scenes.
    told, misled : the two accuracies, over the types and formats that have both kinds.
    misled_low, misled_high : 95 % interval of `misled`.
    chance : of `misled`, for an answer by lot.
    told_items, misled_items : how many.
    sure_low, sure_misled_high : ends of the intervals that an accusation needs, of level `SURE`.
    """

    gap: float
    low: float
    high: float
    told: float
    misled: float
    misled_low: float
    misled_high: float
    chance: float
    told_items: int
    misled_items: int
    sure_low: float
    sure_misled_high: float

    @property
    def follows_picture(self) -> bool:
        """Surely better where the picture is right, and surely worse than luck where it is wrong."""
        return self.sure_low > 0 and self.sure_misled_high < self.chance

    @property
    def leans_on_picture(self) -> bool:
        """Surely better where the picture is right."""
        return self.low > 0


def picture_gap(verdicts: Iterable[Verdict], draws: int = DRAWS, seed: int = 0) -> PictureGap | None:
    """Compare; None below `FEWEST_SCENES` scenes in which the picture misleads, and without a type and format
    that has both kinds.
    """
    kinds: defaultdict[tuple[str, str], set[bool]] = defaultdict(set)
    used = [v for v in verdicts if not v.is_failed and v.entangled in TRUE + FALSE]
    for v in used:
        kinds[v.question_type, v.format].add(v.entangled in TRUE)
    both = sorted(key for key, seen in kinds.items() if len(seen) == 2)
    used = [v for v in used if (v.question_type, v.format) in both]
    misleading = len({v.scene for v in used if v.entangled in FALSE})
    if misleading < FEWEST_SCENES:
        return None
    # right and asked: (items, told or misled, types and formats)
    right, asked = (np.zeros((len(used), 2, len(both))) for _ in range(2))
    for n, v in enumerate(used):
        at = (n, int(v.entangled in FALSE), both.index((v.question_type, v.format)))
        right[at], asked[at] = v.score, 1.0
    told, misled = _weighed(right.sum(axis=0), asked.sum(axis=0))
    columns = np.concatenate([right.reshape(len(used), -1), asked.reshape(len(used), -1)], axis=1)
    drawn = resample([v.scene for v in used], columns, draws, seed).reshape(draws, 2, 2, len(both))
    values = np.array([_weighed(*sums) for sums in drawn])
    gap, wrong = interval(values[:, 0] - values[:, 1]), interval(values[:, 1])
    sure_high = float(np.nanquantile(values[:, 1], SURE))
    if misled in (0.0, 1.0):  # every draw says the same: that alone is no certainty
        wrong = all_or_none(misled, misleading, LEVEL)
        sure_high = all_or_none(misled, misleading, 2 * SURE - 1).high
    chances = [1 / len(v.answers) for v in used if v.entangled in FALSE]
    return PictureGap(
        gap=told - misled, low=gap.low, high=gap.high, told=told, misled=misled,
        misled_low=wrong.low, misled_high=wrong.high, chance=float(np.mean(chances)),
        told_items=int(asked[:, 0].sum()), misled_items=int(asked[:, 1].sum()),
        sure_low=float(np.nanquantile(values[:, 0] - values[:, 1], 1 - SURE)),
        sure_misled_high=sure_high,
    )


def _weighed(right: Floats, asked: Floats) -> tuple[float, float]:
    """Accuracies (told, misled) of (2, types and formats), both weighed by the misled items.

    Parts that a draw of scenes has left without one of the kinds do not count; nan without any part.
    """
    has_both = (asked > 0).all(axis=0)
    if not has_both.any():
        return float("nan"), float("nan")
    weight = asked[1, has_both] / asked[1, has_both].sum()
    share = right[:, has_both] / asked[:, has_both]
    return float(share[0] @ weight), float(share[1] @ weight)
