"""How much better than luck a solver is, how sure that is, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVEL = 0.95
SMALL_GAIN = 3.0
"""Points: what a solver may gain before we call it a shortcut. A benchmark of 2,200 rows cannot show
less, and a model that is 3 points better for it is not a better model."""
LEAST_ITEMS = 60
"""Fewer questions have an interval of more than 25 points; a verdict on them would be a lot drawn."""
LEAST_SCENES = 10
"""Below it the spread between scenes is not known."""


class Finding(StrEnum):
    """What the interval of a gain allows to say."""

    NONE = "none"
    SHORTCUT = "shortcut"
    EXPLAINED = "explained"
    """A shortcut that a simpler check finds as well, and no more than that one finds."""
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Gain:
    """Result of one solver on some questions; all in percentage points.

    Attributes
    ----------
    items, scenes : how many questions it answered, from how many scenes.
    accuracy : share of right answers.
    reference : what the better of luck and of always giving one answer would score on them.
    gain : accuracy less reference.
    low, high : 95 % interval of the gain, scenes drawn anew.
    sure : lower end of a wider interval: of all that are read together one in twenty sets has one that
        is wrong. Ten solvers that only guess would else "find" something in every third set.
    finding : what follows.
    explained_by : the simpler check that finds as much.
    """

    items: int
    scenes: int
    accuracy: float
    reference: float
    gain: float
    low: float
    high: float
    sure: float
    finding: Finding
    explained_by: str = ""


def gain_of(
    right: Floats, reference: Floats, cluster: NDArray[np.int64], together: int = 1
) -> Gain:
    """Gain of right answers (n,) in [0, 1] over a reference (n,), with the interval that takes the
    scenes `cluster` (n,) and not the questions as independent; `together` gains are read at once.
    """
    n = len(right)
    if n == 0:
        return Gain(0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, Finding.TOO_FEW)
    difference = right - reference
    gain = float(difference.mean())
    scenes, half = half_width(difference, cluster)
    sure = 100 * (gain - half_width(difference, cluster, together)[1])
    low, high = 100 * (gain - half), 100 * (gain + half)
    enough = n >= LEAST_ITEMS and scenes >= LEAST_SCENES
    return Gain(
        items=n, scenes=scenes, accuracy=100 * float(right.mean()),
        reference=100 * float(reference.mean()), gain=100 * gain, low=low, high=high, sure=sure,
        finding=judged(sure, high) if enough else Finding.TOO_FEW,
    )


def half_width(
    difference: Floats, cluster: NDArray[np.int64], together: int = 1
) -> tuple[int, float]:
    """Number of scenes and half the width of the interval of a mean over them, at 95 % for `together`
    such intervals at once.
    """
    from scipy.stats import t as student

    n = len(difference)
    deviations = np.bincount(
        np.unique(cluster, return_inverse=True)[1], weights=difference - difference.mean())
    scenes = len(deviations)
    if scenes < 2:
        return scenes, 1.0
    spread = scenes / (scenes - 1) * float((deviations**2).sum()) / n**2
    # Answers that are all right or all wrong have no spread, which does not make them certain.
    wrong = 1.0 / (scenes + 2)
    spread = max(spread, wrong * (1 - wrong) / scenes)
    return scenes, float(student.ppf(1 - (1 - LEVEL) / 2 / together, scenes - 1)) * spread**0.5


def judged(sure: float, high: float) -> Finding:
    """What the ends of two intervals say, in points."""
    if high < SMALL_GAIN:
        return Finding.NONE
    return Finding.SHORTCUT if sure > 0 else Finding.TOO_FEW
