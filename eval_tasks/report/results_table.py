"""The table of results in the layout of the paper: types 1 to 11, then the averages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fourdp_qa.eval_tasks.report.scores import CATEGORIES, NOTHING, TYPES, RunScore, Score
from fourdp_qa.eval_tasks.scoring.beside import majority
from fourdp_qa.eval_tasks.scoring.verdict import Verdict
from fourdp_qa.tables import load_table

SHORT = {
    "camera_movement": "Camera mov.", "camera_object_distance": "Cam.-obj. dist.",
    "object_rotation": "Rotation", "object_direction": "Direction", "agent_motion": "Agent motion",
    "moved_distance": "Moved dist.", "object_object_distance_change": "Obj.-obj. change",
    "depth": "Depth", "object_object_distance": "Obj.-obj. dist.", "multi_view_depth": "MV depth",
    "multi_view_object_distance": "MV obj. dist.",
}
AVERAGES = ("camera", "object", "spatial", "all", "all, by type")
COLUMNS = (*SHORT.values(), *AVERAGES)
ANOTHER = "ANOTHER BENCHMARK"
"""Stands over the published lines."""
PAPER_COLUMNS = len(COLUMNS) - 1
"""The paper prints one overall average."""


@dataclass(frozen=True)
class Line:
    """One line of the table.

    Attributes
    ----------
    name : of the model.
    kind : "run", "reference" (what luck and habit reach on these questions) or "published".
    benchmark : digest of the questions, as far as it is shown.
    scores : one a column; without interval where there is none.
    note : what must be said beside the name.
    """

    name: str
    kind: str
    benchmark: str
    scores: list[Score]
    note: str = ""


@dataclass(frozen=True)
class Block:
    """Lines about one benchmark.

    Attributes
    ----------
    title : names the benchmark, or warns that it is another one.
    note : what else must be said of the lines.
    digest : of its questions; empty for the published lines.
    items : questions behind each column; empty for the published lines.
    """

    title: str
    digest: str
    items: list[int]
    lines: list[Line]
    note: str = ""


def blocks(scores: Sequence[RunScore]) -> list[Block]:
    """One block a benchmark, the published lines last: never in one block with what is measured here."""
    measured: dict[str, list[RunScore]] = {}
    for found in scores:
        if found.run.verdicts:
            measured.setdefault(found.run.benchmark, []).append(found)
    return [*(_measured(name, runs) for name, runs in measured.items()), _published()]


def best_in_columns(block: Block) -> list[float | None]:
    """Highest accuracy of each column among the runs of a block."""
    columns = zip(*(line.scores for line in block.lines if line.kind == "run"), strict=True)
    return [max((s.accuracy for s in column if s.accuracy is not None), default=None) for column in columns]


def percent(value: float | None, digits: int = 1) -> str:
    """A share in percent; a dot for none."""
    return "·" if value is None else f"{100 * value:.{digits}f}"


def spread(score: Score) -> str:
    """Half of the interval; its one end where all or none are right, and nothing without an interval."""
    if score.accuracy is None or score.low is None or score.high is None:
        return ""
    if score.accuracy == 1:
        return f"≥{percent(score.low)}"
    if score.accuracy == 0:
        return f"≤{percent(score.high)}"
    return f"±{percent((score.high - score.low) / 2)}"


def _measured(benchmark: str, runs: Sequence[RunScore]) -> Block:
    whole = max(runs, key=lambda found: found.micro.items)
    items = [score.items for score in _columns(whole)]
    name, _, digest = benchmark.rpartition(" ")
    lines = [
        Line("chance", "reference", benchmark, _references(whole, chance=True)),
        Line("most frequent answer", "reference", benchmark, _references(whole, chance=False)),
    ]
    for found in runs:
        asked = found.micro.items
        note = "" if asked == whole.micro.items else f"{asked} of {whole.micro.items} questions"
        lines.append(Line(found.run.name, "run", benchmark, _columns(found), note))
    return Block(name or "unnamed benchmark", digest, items, lines)


def _columns(found: RunScore) -> list[Score]:
    return [
        *(found.by_type.get(name, NOTHING) for name in TYPES),
        *(found.by_category.get(name, NOTHING) for name in CATEGORIES), found.micro, found.macro,
    ]


def _references(found: RunScore, *, chance: bool) -> list[Score]:
    """What luck, or always the most frequent right answer of a type and format, reaches."""
    if chance:
        return [Score(s.items, s.chance, None, None, None) for s in _columns(found)]
    verdicts = found.run.verdicts
    parts = [
        *([v for v in verdicts if v.question_type == name] for name in TYPES),
        *([v for v in verdicts if v.category == name] for name in CATEGORIES), verdicts,
    ]
    by_part = [Score(len(part), majority(part), None, None, None) if part else NOTHING for part in parts]
    return [*by_part, Score(len(verdicts), _mean_over_types(verdicts), None, None, None)]


def _mean_over_types(verdicts: Sequence[Verdict]) -> float | None:
    values = [majority([v for v in verdicts if v.question_type == name])
              for name in {v.question_type for v in verdicts}]
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _published() -> Block:
    lines = [
        Line(row["name"], "published", "", [
            *(Score(0, value / 100, None, None, None) for value in row["values"]), NOTHING])
        for row in published()["rows"]
    ]
    return Block(ANOTHER, "", [], lines, published()["note"].strip())


def published() -> dict[str, Any]:
    """The numbers that the paper prints."""
    return load_table("fourdp_qa.eval_tasks.report", "published.toml")
