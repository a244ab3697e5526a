"""Do labels hang on the exact thresholds? Scenes stated anew, and rows judged anew, under moved ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import atanh, tanh
from pathlib import Path

import numpy as np

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.audit.scaling import Tally, factors, scaled
from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.registry import state_segment
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.questions.verdicts import Verdict, judge_series
from fourdp_qa.randomness import stable_hash
from fourdp_qa.rows.details import evidence_from_json
from fourdp_qa.rows.row import AnswerFormat, Row
from fourdp_qa.scene.scene import SceneHandle
from fourdp_qa.scene.segment import cut_segments
from fourdp_qa.scene.square import square_view
from fourdp_qa.scene.standard import standard_for

MOST_SCENES = 100
"""Measured anew; each holds hundreds of verdicts, so a hundred scenes show a flip in ten thousand."""
SHARES = frozenset({"path_difference"})
"""Quantities measured as (a - b) / (a + b), the hyperbolic tangent of half the logarithm of a / b."""

Verdicts = Mapping[tuple[str, str], tuple[str, str]]
"""(key of the statement, component) -> (type, verdict)."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Sensitivity:
    """Verdicts under moved thresholds.

    Attributes
    ----------
    verdicts : what was counted, "rows" or "statements of scenes".
    scenes : scenes measured anew; 0 when rows were judged by their evidence.
    skipped : scenes that could not be opened.
    unjudged : rows whose evidence does not give their verdict alone, which are left out.
    by_factor : factor -> type -> what became of its verdicts.
    """

    verdicts: str
    scenes: int
    skipped: int
    unjudged: int
    by_factor: dict[float, dict[str, Tally]]

    @property
    def flips(self) -> int:
        """Verdicts that became another one under any factor."""
        return sum(tally.flips for types in self.by_factor.values() for tally in types.values())


def scenes_of(folder: DatasetFolder, roots: Sequence[Path]) -> list[SceneHandle]:
    """Scenes of a generated folder; none without `roots` when its source needs them, or is not known
    here.

    Raises
    ------
    FourdpQaError
        When there are roots and the source is not known, or finds no scene in them.
    """
    from fourdp_qa.sources.registry import SourceOptions, list_scenes, source_names

    settings = folder.settings
    if not roots and (settings.roots or settings.source not in source_names()):
        return []
    handles = list_scenes(settings.source, SourceOptions(
        roots=tuple(roots), size=settings.size, frames=settings.frames, scenes=settings.scenes,
        seed=settings.seed, groups=settings.groups,
    ))
    if not handles:
        raise FourdpQaError(f"{settings.source}: no scene found in {', '.join(map(str, roots))}")
    drawn = sorted(handles, key=lambda h: stable_hash("audit scene", h.scene_id))[:MOST_SCENES]
    return sorted(drawn, key=lambda h: h.scene_id)


def scene_sensitivity(
    handles: Sequence[SceneHandle], frames: int, progress: Progress = lambda what, done, total: None
) -> Sensitivity:
    """Measure every scene once and state it under every factor."""
    found = _empty()
    skipped = 0
    for done, handle in enumerate(handles, 1):
        try:
            for number, measured in enumerate(_measured(handle, frames)):
                before = stated(measured, 1.0)
                for factor, types in found.items():
                    _compare(before, stated(measured, factor), types, f"{handle.scene_id} {number}")
        except FourdpQaError:
            skipped += 1
        progress("moving the thresholds", done, len(handles))
    return Sensitivity("statements of scenes", len(handles) - skipped, skipped, 0, _plain(found))


def stated(measured: Measurements, factor: float) -> Verdicts:
    """Verdicts of every component of every statement of a segment under moved thresholds."""
    thresholds = scaled(thresholds_for(measured.facts.profile), factor)
    said = state_segment(measured, default_limits(), thresholds).statements
    return {
        (s.key, name): (s.question_type, str(c.quantity.verdict))
        for s in said for name, c in s.components.items()
    }


def row_sensitivity(rows: Sequence[Row]) -> Sensitivity:
    """Judge the evidence of every row anew, its own band moved by every factor.

    The evidence holds the whole series of what was measured, so no scene is needed; what a verdict
    needed besides, such as the boxes' gap, is taken as it was.
    """
    found = _empty()
    unjudged = 0
    for row in rows:
        if row.format == AnswerFormat.TRACK:
            continue
        quantities = evidence_from_json(row.evidence).quantities
        # A path of rows is judged at factor 1 first: what does not give its verdict then follows from
        # other numbers (a camera is called still by its background too) and cannot be judged by itself.
        judged = [q for q in quantities if judged_again(q, 1.0) == q.verdict]
        unjudged += len(judged) < len(quantities)
        for factor, types in found.items():
            for quantity in judged:
                types[row.question_type].add(
                    quantity.verdict, judged_again(quantity, factor), f"{row.id} {quantity.name}")
    return Sensitivity("rows", 0, 0, unjudged, _plain(found))


def judged_again(quantity: Quantity, factor: float) -> str:
    """Verdict of a quantity with its own band moved; "" where its numbers do not give one."""
    lo, hi = (_moved(quantity, value, factor) for value in (quantity.lo, quantity.hi))
    if quantity.series:
        limits = thresholds_for("default").series
        return str(judge_series(np.array(quantity.series), lo, hi, limits).verdict) if hi > lo else ""
    size = abs(quantity.value)
    verdict = quantity.verdict
    if verdict in (Verdict.PLUS, Verdict.MINUS) and "of any kind" not in quantity.name:
        sign = str(Verdict.PLUS if quantity.value > 0 else Verdict.MINUS)
        return sign if size >= hi else str(Verdict.UNDECIDED)
    if verdict.isdigit():
        return verdict if size >= hi else str(Verdict.UNDECIDED)
    if verdict == "same":
        return verdict if size <= lo else str(Verdict.UNDECIDED)
    return ""


def _moved(quantity: Quantity, value: float, factor: float) -> float:
    """A threshold as the row holds it; logarithms and plain measures are multiplied."""
    return tanh(factor * atanh(value)) if quantity.name in SHARES else factor * value


def _measured(handle: SceneHandle, frames: int) -> Iterator[Measurements]:
    scene = handle.open()
    try:
        facts = scene.facts
        span = standard_for(facts.standard).span_seconds
        for segment in cut_segments(facts.frame_count, facts.fps, frames, span):
            yield measure_segment(square_view(scene, segment), segment, limits=default_limits())
    finally:
        scene.close()


def _compare(before: Verdicts, after: Verdicts, types: defaultdict[str, Tally], where: str) -> None:
    for key in sorted({*before, *after}):
        question_type = (before.get(key) or after[key])[0]
        types[question_type].add(
            before.get(key, ("", ""))[1], after.get(key, ("", ""))[1], f"{where} {key[0]} {key[1]}")


def _empty() -> dict[float, defaultdict[str, Tally]]:
    return {factor: defaultdict(Tally) for factor in (*factors(), 1.0)}


def _plain(found: Mapping[float, Mapping[str, Tally]]) -> dict[float, dict[str, Tally]]:
    return {factor: dict(sorted(found[factor].items())) for factor in sorted(found)}
