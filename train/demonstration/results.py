"""What a demonstration reached, by type: beside chance, a constant answer and the options alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from fourdp_qa.eval_tasks.scoring.beside import beside
from fourdp_qa.eval_tasks.scoring.bootstrap import bootstrap
from fourdp_qa.eval_tasks.scoring.sample_files import read_tracks, read_verdicts
from fourdp_qa.eval_tasks.scoring.tracks.score import score_tracks
from fourdp_qa.eval_tasks.scoring.tracks.verdict import TrackVerdict, copy_query
from fourdp_qa.eval_tasks.scoring.verdict import Verdict
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.row import AnswerFormat

CAMERA: Final = "camera_movement"


@dataclass(frozen=True)
class TypeResult:
    """One question type, or one format of it, under one model.

    Attributes
    ----------
    question_type, format : of the items; format is empty for all formats together.
    component : the motion that yes/no questions about the camera are about; empty for all of them.
    items, scenes : how many.
    accuracy, low, high : with its 95% interval, scenes drawn anew.
    chance : an answer by lot.
    constant : the commonest right answer of each format, known beforehand.
    options_alone : of the options offered, the one that is right most often in other scenes.
    unparsed : share of responses in which no answer was found.
    beyond : whether the whole interval lies above all three.
    """

    question_type: str
    format: str
    component: str
    items: int
    scenes: int
    accuracy: float
    low: float
    high: float
    chance: float
    constant: float
    options_alone: float
    unparsed: float
    beyond: bool


@dataclass(frozen=True)
class TrackResult:
    """One type of track under one model; `copied` is the query copied into every frame."""

    question_type: str
    items: int
    jaccard: float
    copied: float
    delta: float
    unparsed: float


def verdicts_of(folder: Path) -> tuple[list[Verdict], list[TrackVerdict]]:
    """Answers and tracks that an evaluation has logged under `folder`."""
    files = sorted(folder.rglob("*_samples_4dpqa_*.jsonl"))
    tracks = [file for file in files if file.stem.endswith("_tracking")]
    return read_verdicts(file for file in files if file not in tracks), read_tracks(tracks)


def by_type(verdicts: Sequence[Verdict]) -> list[TypeResult]:
    """A result for each type, in the order of the types."""
    return [_result(same, t.name) for t in TYPES
            if (same := [v for v in verdicts if v.question_type == t.name])]


def by_format(verdicts: Sequence[Verdict]) -> list[TypeResult]:
    """A result for each format of each type that has several."""
    found = []
    for t in TYPES:
        formats = sorted({v.format for v in verdicts if v.question_type == t.name})
        for form in formats if len(formats) > 1 else ():
            same = [v for v in verdicts if (v.question_type, v.format) == (t.name, form)]
            found.append(_result(same, t.name, form))
    return found


def by_component(verdicts: Sequence[Verdict]) -> list[TypeResult]:
    """A result for each motion of the camera that yes/no questions ask about: pan, tilt, forward, ..."""
    parts: dict[str, list[Verdict]] = {}
    for v in verdicts:
        facts = [fact.split() for fact in v.implied if f" {CAMERA}:" in fact]
        components = {component for _, _, component, _ in facts}
        if v.question_type == CAMERA and v.format == AnswerFormat.YES_NO and len(components) == 1:
            parts.setdefault(components.pop(), []).append(v)
    return [_result(same, CAMERA, AnswerFormat.YES_NO, name) for name, same in sorted(parts.items())]


def by_track(tracks: Sequence[TrackVerdict]) -> list[TrackResult]:
    """A result for each type of track."""
    found = []
    for t in TYPES:
        same = [v for v in tracks if v.question_type == t.name]
        if same:
            score, copied = score_tracks(same), score_tracks(copy_query(same))
            found.append(TrackResult(t.name, score.items, score.jaccard or 0.0, copied.jaccard or 0.0,
                                     score.delta or 0.0, score.unparsed or 0.0))
    return found


def plain(folder: Path) -> dict[str, Any]:
    """All results of one evaluation for a JSON file."""
    verdicts, tracks = verdicts_of(folder)
    return {"types": [asdict(r) for r in by_type(verdicts)],
            "formats": [asdict(r) for r in by_format(verdicts)],
            "components": [asdict(r) for r in by_component(verdicts)],
            "tracks": [asdict(r) for r in by_track(tracks)]}


def _result(same: list[Verdict], question_type: str, form: str = "", component: str = "") -> TypeResult:
    aside = beside(same)
    interval = bootstrap(same).micro
    accuracy = sum(v.score for v in same) / len(same)
    low, high = (interval.low, interval.high) if interval else (0.0, 1.0)
    chance, constant, alone = (value or 0.0 for value in (aside.chance, aside.majority, aside.options_prior))
    return TypeResult(
        question_type=question_type, format=form, component=component, items=len(same),
        scenes=len({v.scene for v in same}), accuracy=accuracy, low=low, high=high, chance=chance,
        constant=constant, options_alone=alone, unparsed=sum(not v.is_parsed for v in same) / len(same),
        beyond=low > max(chance, constant, alone))


def table(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> str:
    """Markdown: one line a type, format or component, in percent; empty without results."""
    if not after:
        return ""
    first = {row_name(r): r for r in before}
    lines = ["| type | items, scenes | chance | constant | options alone | before | after | 95% | beyond |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for r in after:
        start = first[row_name(r)]
        numbers = [_percent(r[name]) for name in ("chance", "constant", "options_alone")]
        lines.append(
            f"| {row_name(r)} | {r['items']}, {r['scenes']} | {' | '.join(numbers)} | "
            f"{_percent(start['accuracy'])} | {_percent(r['accuracy'])} | "
            f"{_percent(r['low'])}-{_percent(r['high'])} | {'yes' if r['beyond'] else 'no'} |")
    return "\n".join(lines) + "\n"


def track_table(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> str:
    """Markdown: one line a type of track; empty without tracks."""
    if not after:
        return ""
    first = {r["question_type"]: r for r in before}
    lines = ["| tracks | items | Jaccard: query copied | before | after | unparsed |",
             "| --- | --- | --- | --- | --- | --- |"]
    lines += [f"| {r['question_type']} | {r['items']} | {_percent(r['copied'])} | "
              f"{_percent(first[r['question_type']]['jaccard'])} | {_percent(r['jaccard'])} | "
              f"{_percent(r['unparsed'])} |" for r in after]
    return "\n".join(lines) + "\n"


def row_name(result: dict[str, Any]) -> str:
    """Name of a type, of a format of it, or of what a format asks about."""
    parts = (result["question_type"], result["format"], result["component"])
    return ", ".join(part for part in parts if part)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
