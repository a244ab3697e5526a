"""The numbers behind a label, in the form in which they travel to the row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quantity:
    """One measured number with the thresholds that decided it.

    Attributes
    ----------
    name : e.g. ``translation_right``, ``ln_distance``.
    unit : what value, extent, lo and hi are in, e.g. ``scene lengths``, ``degrees``.
    value : last minus first (or the ratio compared).
    extent : max minus min over all frames.
    lo, hi : the ambiguity band; below lo absent, above hi present.
    verdict : ``+``, ``-``, ``absent``, ``+-``, ``-+``, ``inconsistent`` or ``undecided``; for a
        choice among objects the position of the object.
    series : the quantity over the frames of the clip; empty for single-frame comparisons.
    """

    name: str
    unit: str
    value: float
    extent: float
    lo: float
    hi: float
    verdict: str
    series: tuple[float, ...] = ()


@dataclass(frozen=True)
class TrackEvidence:
    """Both tracks of a query point over all frames of the clip, normalised by the clip's side.

    Attributes
    ----------
    query_frame : clip frame tq.
    visual : (x, y) per frame; None where the point is behind the camera.
    true_motion : (x, y) per frame as the camera of tq sees it; None where behind.
    visible : whether the real camera sees the point, per frame.
    """

    query_frame: int
    visual: tuple[tuple[float, float] | None, ...]
    true_motion: tuple[tuple[float, float] | None, ...]
    visible: tuple[bool, ...]
