"""One distance against another, and the nearest of four: what types 8 to 11 share."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.statement import Component
from fourdp_qa.questions.verdicts import Verdict
from fourdp_qa.scene.pose import Floats

_VERDICTS = {1: Verdict.PLUS, -1: Verdict.MINUS, 0: Verdict.UNDECIDED}
_POSITIONS = {str(Verdict.PLUS): 0, str(Verdict.MINUS): 1}


@dataclass(frozen=True)
class Comparison:
    """First distances against second ones, arrays of one shape.

    Attributes
    ----------
    ln_ratio : natural log of the second over the first.
    sign : 1 where the first is nearer beyond every band, -1 where the second is, 0 in between.
    margin : distance to the nearest threshold in bands; 0 in between.
    hi : what `ln_ratio` has to reach.
    """

    ln_ratio: Floats
    sign: NDArray[np.int64]
    margin: Floats
    hi: float


def beyond(value: Floats, hi: float) -> Floats:
    """How far signed values are beyond the band from -hi to hi, in bands; negative inside it."""
    return (np.abs(value) - hi) / (2 * hi)


def agreed(ln_ratio: Floats, hi: float, others: list[tuple[Floats, float]]) -> Comparison:
    """The verdict of a ratio, if every other (value, threshold) is beyond its band the same way."""
    sign = np.sign(ln_ratio)
    margin = beyond(ln_ratio, hi)
    for value, least in others:
        margin = np.minimum(margin, np.where(value * sign > 0, beyond(value, least), -1.0))
    decided = margin >= 0
    return Comparison(
        ln_ratio=ln_ratio, sign=np.where(decided, sign, 0).astype(np.int64),
        margin=np.where(decided, margin, 0.0), hi=hi,
    )


def sides(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and second position of every pair among `count`: one pair of two, six of four."""
    first, second = np.array(list(combinations(range(count), 2))).T
    return first, second


def component_of(compared: Comparison, k: int, quantity: str) -> tuple[str, Component] | None:
    """Name and component of row k of comparisons (M, P) between the `sides` of two or of four.

    ``nearer`` of two is + when the first is nearer and - when the second is. ``nearest`` of four is
    the position of the nearest; None unless all six pairs are decided.
    """
    ln_ratio, signs = compared.ln_ratio[k], compared.sign[k]
    if len(signs) == 1:
        if not np.isfinite(ln_ratio[0]):
            return None
        value, extent = float(ln_ratio[0]), abs(float(ln_ratio[0]))
        name, unit, verdict = "nearer", "second over first", str(_VERDICTS[int(signs[0])])
    elif signs.all():
        first, second = sides(4)
        best = int(np.bincount(np.where(signs > 0, first, second), minlength=4).argmax())
        value = extent = float(np.abs(ln_ratio[(best == first) | (best == second)]).min())
        name, unit, verdict = "nearest", "second nearest over nearest", str(best)
    else:
        return None
    measured = Quantity(name=quantity, unit=f"natural log of {unit}", value=value, extent=extent,
                        lo=-compared.hi, hi=compared.hi, verdict=verdict)
    return name, Component(measured, float(compared.margin[k].min()))


def found_nearest(component: Component) -> int | None:
    """Position of the one found nearest; None when that is undecided."""
    verdict = component.quantity.verdict
    return int(verdict) if verdict.isdigit() else _POSITIONS.get(verdict)
