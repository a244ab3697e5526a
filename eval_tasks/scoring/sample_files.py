"""Verdicts out of the files that ``lmms-eval --log_samples`` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from fourdp_qa.errors import SourceDataError
from fourdp_qa.eval_tasks.scoring.tracks.verdict import TrackVerdict
from fourdp_qa.eval_tasks.scoring.verdict import Verdict

ANSWER_METRIC: Final = "accuracy"
"""Metric that holds the record of an answer."""
TRACK_METRIC: Final = "jaccard"
"""Metric that holds the record of a track."""


def read_verdicts(files: Iterable[Path]) -> list[Verdict]:
    """Verdicts of the sample files of answers (``4dpqa_bench``, ``4dpqa_groups``, ``vlm4d``).

    Raises
    ------
    SourceDataError
        When a line is no sample of these tasks, or when the files hold several benchmarks or
        several runs: their results are not averaged.
    """
    return [Verdict(**_values(Verdict, record)) for record in _records(files, ANSWER_METRIC, Verdict)]


def read_tracks(files: Iterable[Path]) -> list[TrackVerdict]:
    """Verdicts of the sample files of tracks (``4dpqa_tracking``); errors as in `read_verdicts`."""
    return [
        TrackVerdict(**_values(TrackVerdict, record))
        for record in _records(files, TRACK_METRIC, TrackVerdict)
    ]


def _values(kind: type[Verdict] | type[TrackVerdict], record: dict[str, Any]) -> dict[str, Any]:
    return {field.name: _frozen(record[field.name]) for field in fields(kind)}


def _frozen(value: Any) -> Any:
    """JSON knows no tuples."""
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _records(
    files: Iterable[Path], metric: str, kind: type[Verdict] | type[TrackVerdict]
) -> Iterator[dict[str, Any]]:
    """The records of all files, each question once and all of one benchmark."""
    seen: set[str] = set()
    benchmark: str | None = None
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            place = f"line {number}"
            try:
                record = json.loads(line)[metric]
                question, scored = record["question_id"], record["benchmark"]
                missing = [field.name for field in fields(kind) if field.name not in record]
                if missing:
                    raise KeyError(", ".join(missing))
            except (ValueError, KeyError, TypeError) as error:
                raise SourceDataError(
                    file, place, found=f"no record of an answer ({error!r})",
                    expected="a sample of a 4dpqa task",
                    do="give only files that --log_samples wrote for these tasks",
                ) from error
            if scored != (benchmark := benchmark or scored):
                raise SourceDataError(
                    file, place, found=f"benchmark {scored}", expected=benchmark,
                    do="summarise the results of each benchmark by themselves",
                )
            if question in seen:
                raise SourceDataError(
                    file, place, found=f"a second answer to {question}",
                    expected="one answer to a question", do="give the files of one run only",
                )
            seen.add(question)
            yield record
