"""Scores of parts of a benchmark, and what is mistaken for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Final

from fourdp_qa.eval_tasks.scoring.accuracy import Accuracy, accuracy_of
from fourdp_qa.eval_tasks.scoring.verdict import UNPARSED, Verdict

LEVELS: Final = ("none", "low", "high")
MARGINS: Final = (0.5, 2.0)
"""Bands between a measured value and the nearest threshold. Below half a band another careful measurement
could come near the threshold; beyond two nobody would doubt."""
STEPS: Final = (0.07, 0.2)
"""Thresholds passed per frame. A motion that just passes its threshold over 32 frames goes 0.03 a frame;
at 0.2 the 32 frames hold six times as much, and a model that looks at every fifth frame still sees it."""
NO_STEP: Final = "single frames"


def _level(value: float, limits: tuple[float, float]) -> str:
    low, high = limits
    if value < low:
        return f"below {low:g}"
    return f"{low:g} to {high:g}" if value < high else f"{high:g} and more"


def _strata(v: Verdict) -> str:
    return f"camera {v.camera_motion}, scene {v.scene_motion}"


def _both_high(v: Verdict) -> str:
    return "both high" if v.camera_motion == v.scene_motion == "high" else "not both high"


_PARTS: Final[dict[str, Callable[[Verdict], str]]] = {
    "question_type": lambda v: v.question_type,
    "category": lambda v: v.category,
    "format": lambda v: v.format,
    "source": lambda v: v.source,
    "entangled": lambda v: v.entangled,
    "cue_conflict": lambda v: v.cue_conflict,
    "naming": lambda v: v.naming,
    "reference_system": lambda v: v.reference_system,
    "strata": _strata,
    "both_high": _both_high,
    "margin": lambda v: _level(v.margin, MARGINS),
    "step": lambda v: NO_STEP if v.step is None else _level(v.step, STEPS),
}

AXES: Final = tuple(_PARTS)
"""What `breakdown` can part by."""

_ALWAYS: Final = {
    "strata": [f"camera {c}, scene {s}" for c, s in product(LEVELS, repeat=2)],
    "margin": [_level(v, MARGINS) for v in (0.0, *MARGINS)],
    "step": [_level(v, STEPS) for v in (0.0, *STEPS)],
}
"""Parts that are listed even when they are empty: an empty cell is a finding too."""


def breakdown(verdicts: Iterable[Verdict], axis: str) -> dict[str, Accuracy]:
    """Score of each part.

    Raises
    ------
    ValueError
        For an axis that is none of `AXES`.
    """
    if axis not in _PARTS:
        raise ValueError(f"found axis {axis!r}, expected one of {', '.join(AXES)}")
    parts: dict[str, list[Verdict]] = {name: [] for name in _ALWAYS.get(axis, ())}
    for v in sorted(verdicts, key=_PARTS[axis]):
        parts.setdefault(_PARTS[axis](v), []).append(v)
    return {name: accuracy_of(part) for name, part in parts.items()}


@dataclass(frozen=True)
class Confusion:
    """What was said where something was true.

    Attributes
    ----------
    labels : every right answer and every given one, in alphabetical order.
    counts : right answer -> given answer, `UNPARSED` included -> how often.
    """

    labels: tuple[str, ...]
    counts: dict[str, dict[str, int]]


def confusion(verdicts: Iterable[Verdict]) -> dict[tuple[str, str], Confusion]:
    """Confusion matrix of each type and format, by what answers say, not by their letter."""
    parts: defaultdict[tuple[str, str], list[Verdict]] = defaultdict(list)
    for v in verdicts:
        if not v.is_failed:
            parts[v.question_type, v.format].append(v)
    return {key: _confusion(part) for key, part in sorted(parts.items())}


def _confusion(verdicts: list[Verdict]) -> Confusion:
    pairs = [(v.expected_label, v.parsed_label) for v in verdicts]
    labels = tuple(sorted({label for pair in pairs for label in pair} - {UNPARSED}))
    counts = {true: {given: pairs.count((true, given)) for given in (*labels, UNPARSED)} for true in labels}
    return Confusion(labels, {true: row for true, row in counts.items() if any(row.values())})
