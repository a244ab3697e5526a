"""Wrong answers worth looking at, with the rows and clips they are about."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.eval_tasks.report.picture_gap import FALSE
from fourdp_qa.eval_tasks.report.runs import Run
from fourdp_qa.eval_tasks.report.scores import TYPES
from fourdp_qa.eval_tasks.scoring.verdict import Verdict
from fourdp_qa.rows.row import Row, arrow_schema, row_from_mapping

FACTS, TABLE = "benchmark.json", "test.parquet"
MOST = 12
"""Examples on a page: one of every type and one more."""
MOST_BYTES = 6 * 2**20
"""Clips on a page: opens at once everywhere and can be sent by mail."""


@dataclass(frozen=True)
class Example:
    """A question that some run got wrong.

    Attributes
    ----------
    row : the question.
    clip : bytes of its mp4.
    answers : run -> (what was read in its response, the response), of all runs that were asked.
    """

    row: Row
    clip: bytes
    answers: dict[str, tuple[str | None, str]]


def benchmark_name(folder: Path) -> str:
    """Name and digest of a benchmark folder, as records of answers give it.

    Raises
    ------
    SourceDataError
        When the folder is no benchmark.
    """
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        return f"{facts['name']} {facts['questions_digest']}"
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceDataError(
            folder / FACTS, "", found=f"nothing that can be read ({error!r})",
            expected="a benchmark folder", do="name with --bench the folder that was scored",
        ) from error


def examples(runs: Sequence[Run], folder: Path, most_bytes: int = MOST_BYTES) -> list[Example]:
    """Choose wrong answers to questions of a benchmark folder.

    One type after the other, first what the picture says wrong, then what most runs got wrong; the same
    choice every time. Clips are taken while there is room for them.

    Raises
    ------
    FourdpQaError
        When the table cannot be read.
    """
    answered = [run for run in runs if run.benchmark == benchmark_name(folder)]
    verdicts = {run.name: {v.question_id: v for v in run.verdicts} for run in answered}
    chosen = _chosen([v for run in answered for v in run.verdicts])
    rows = _rows(folder / TABLE, set(chosen))
    found: list[Example] = []
    clips: set[bytes] = set()
    for question in chosen:
        if question not in rows or len(found) == MOST:
            continue
        row, clip = rows[question]
        if sum(map(len, clips | {clip})) > most_bytes:
            continue
        clips.add(clip)
        given = {
            run.name: (verdicts[run.name][question].parsed, run.said[question].response)
            for run in answered if question in verdicts[run.name] and question in run.said
        }
        found.append(Example(row, clip, given))
    return found


def _chosen(verdicts: Sequence[Verdict]) -> list[str]:
    """Ids in the order in which they are worth showing, more than there is room for."""
    wrong = Counter(v.question_id for v in verdicts if not v.score and not v.is_failed)
    about = {v.question_id: v for v in verdicts}

    def worth(question: str) -> tuple[bool, int, str]:
        v = about[question]
        misleads = v.entangled in FALSE or v.cue_conflict not in ("", "none")
        return not misleads, -wrong[question], question

    by_type = {
        name: sorted((q for q in wrong if about[q].question_type == name), key=worth) for name in TYPES}
    turns = range(max((len(found) for found in by_type.values()), default=0))
    return [by_type[name][n] for n in turns for name in TYPES if n < len(by_type[name])][: 4 * MOST]


def _rows(table: Path, wanted: set[str]) -> dict[str, tuple[Row, bytes]]:
    """Rows and clips of some ids; one row group in memory at a time."""
    names = arrow_schema().names
    rows: dict[str, tuple[Row, bytes]] = {}
    try:
        with pq.ParquetFile(table) as file:
            for group in range(file.num_row_groups):
                ids = file.read_row_group(group, columns=["id"]).column("id").to_pylist()
                places = [n for n, name in enumerate(ids) if name in wanted]
                if not places:
                    continue
                part = file.read_row_group(group, columns=[*names, "video"]).take(places)
                for values in part.to_pylist():
                    rows[values["id"]] = (row_from_mapping(values), values["video"]["bytes"])
    except (OSError, pa.ArrowException, KeyError, TypeError) as error:
        raise FourdpQaError(
            f"{table}: cannot be read ({error}), expected the table of a benchmark") from error
    return rows
