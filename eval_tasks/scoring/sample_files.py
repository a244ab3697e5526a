"""Verdicts out of the files that ``lmms-eval --log_samples`` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from fourdp_qa.errors import SourceDataError
from fourdp_qa.eval_tasks.scoring.verdict import Verdict


def read_verdicts(files: Iterable[Path]) -> list[Verdict]:
    """Verdicts of ``*_samples_4dpqa_*.jsonl`` files, for `summarise`.

    Raises
    ------
    SourceDataError
        When a line is no sample of these tasks, or when the files hold several benchmarks or
        several runs: their results are not averaged.
    """
    verdicts: dict[str, Verdict] = {}
    benchmark: str | None = None
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            place = f"line {number}"
            try:
                record = json.loads(line)["accuracy"]
                verdict = Verdict(**{field.name: record[field.name] for field in fields(Verdict)})
                scored = record["benchmark"]
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
            if verdict.question_id in verdicts:
                raise SourceDataError(
                    file, place, found=f"a second answer to {verdict.question_id}",
                    expected="one answer to a question", do="give the files of one run only",
                )
            verdicts[verdict.question_id] = verdict
    return list(verdicts.values())
