"""From a quantity followed over the clip to a component of a statement; shared by types 3, 4 and 5."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.statement import Component
from fourdp_qa.questions.thresholds import SeriesLimits
from fourdp_qa.questions.verdicts import SeriesVerdict, Verdict, band_beside, judge_series
from fourdp_qa.scene.pose import Floats


def judge_together(
    series: Floats, bands: list[tuple[float, float]], limits: SeriesLimits
) -> list[SeriesVerdict]:
    """Judge the columns of `series` (T, K), which are named together, each against its own band
    (lo, hi) widened beside a larger one (questions.md, section 2.3).
    """
    extents = [float(np.ptp(q)) for q in series.T]
    return [
        judge_series(q, *band_beside(extents, *band, limits), limits)
        for q, band in zip(series.T, bands, strict=True)
    ]


def withheld(v: SeriesVerdict) -> SeriesVerdict:
    """The same numbers without a verdict."""
    return replace(v, verdict=Verdict.UNDECIDED, margin=0.0, turn=None)


def unless_turn_hidden(v: SeriesVerdict, seen: NDArray[np.bool_]) -> SeriesVerdict:
    """A reversal is only judged where the object is `seen` (T,) as it turns back."""
    return v if v.turn is None or seen[v.turn] else withheld(v)


def series_component(
    name: str, unit: str, v: SeriesVerdict, series: Floats, picture: SeriesVerdict | None = None
) -> Component:
    """A component from a verdict, its series (T,), and the verdict read from the picture alone."""
    quantity = Quantity(
        name=name, unit=unit, value=v.value, extent=v.extent, lo=v.lo, hi=v.hi,
        verdict=str(v.verdict), series=tuple(float(x) for x in series),
    )
    return Component(quantity, v.margin, "" if picture is None else str(picture.verdict))
