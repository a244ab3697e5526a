"""The functions that the task files name.

The rows come from `benchmark.py` and not from what lmms-eval has loaded: its path is fixed text in
the task file, and a document that carried a clip's bytes would be copied into every logged sample.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from datasets import Dataset
from loguru import logger

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.eval_tasks.lmms.benchmark import (
    BENCHMARK_VARIABLE,
    ROWS_FILE,
    Benchmark,
    locate,
    read,
)
from fourdp_qa.eval_tasks.scoring.accuracy import UNPARSED, answer_counts
from fourdp_qa.eval_tasks.scoring.parse import SCORED_FORMATS
from fourdp_qa.eval_tasks.scoring.verdict import judge
from fourdp_qa.rows.prompt import chat_messages, text_prompt
from fourdp_qa.rows.row import row_from_mapping


def camera_movement_docs(loaded: Dataset) -> Dataset:
    """Items of type 1 of the benchmark that is scored."""
    return _docs("camera_movement")


def camera_object_distance_docs(loaded: Dataset) -> Dataset:
    """Items of type 2 of the benchmark that is scored."""
    return _docs("camera_object_distance")


def object_rotation_docs(loaded: Dataset) -> Dataset:
    """Items of type 3 of the benchmark that is scored."""
    return _docs("object_rotation")


def object_direction_docs(loaded: Dataset) -> Dataset:
    """Items of type 4 of the benchmark that is scored."""
    return _docs("object_direction")


def agent_motion_docs(loaded: Dataset) -> Dataset:
    """Items of type 5 of the benchmark that is scored."""
    return _docs("agent_motion")


def moved_distance_docs(loaded: Dataset) -> Dataset:
    """Items of type 6 of the benchmark that is scored."""
    return _docs("moved_distance")


def object_object_distance_change_docs(loaded: Dataset) -> Dataset:
    """Items of type 7 of the benchmark that is scored."""
    return _docs("object_object_distance_change")


def depth_docs(loaded: Dataset) -> Dataset:
    """Items of type 8 of the benchmark that is scored."""
    return _docs("depth")


def object_object_distance_docs(loaded: Dataset) -> Dataset:
    """Items of type 9 of the benchmark that is scored."""
    return _docs("object_object_distance")


def multi_view_depth_docs(loaded: Dataset) -> Dataset:
    """Items of type 10 of the benchmark that is scored."""
    return _docs("multi_view_depth")


def multi_view_object_distance_docs(loaded: Dataset) -> Dataset:
    """Items of type 11 of the benchmark that is scored."""
    return _docs("multi_view_object_distance")


def doc_to_visual(doc: Mapping[str, Any]) -> list[str]:
    """Path of the item's clip, for models of the simple protocol."""
    return [doc["clip"]]


def doc_to_text(doc: Mapping[str, Any]) -> str:
    """The prompt, the same that training uses."""
    return text_prompt(row_from_mapping(dict(doc)))


def doc_to_messages(doc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Clip and prompt in one user turn, for models of the chat protocol."""
    return chat_messages(row_from_mapping(dict(doc)), doc["clip"])


def process_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, Any]:
    """Judge one response.

    ``accuracy`` holds the whole record, which is what lmms-eval writes for each sample; its
    standard error is clustered by the record's ``scene``.
    """
    verdict = judge(row_from_mapping(dict(doc)), results[0] if results else "")
    return {
        "accuracy": asdict(verdict) | {"benchmark": doc["benchmark"]},
        "macro_score": verdict.score,
        UNPARSED: float(verdict.parsed is None),
        "answers": verdict.parsed or UNPARSED,
        "benchmark": doc["benchmark"],
    }


def mean_score(records: Sequence[Mapping[str, Any]]) -> float:
    """Accuracy of a task from its records."""
    return mean([record["score"] for record in records])


def mean(values: Sequence[float]) -> float:
    """Plain mean. Not lmms-eval's own, whose standard error would ignore that scenes repeat."""
    return sum(values) / len(values) if values else 0.0


def count_answers(answers: Sequence[str]) -> dict[str, int]:
    """How often each answer was given."""
    return answer_counts(None if answer == UNPARSED else answer for answer in answers)


def name_once(names: Sequence[str]) -> str:
    """The benchmark's name and digest; several are all named, so that a mixture shows."""
    return " + ".join(sorted(set(names)))


def merge_answers(
    tasks: Sequence[Mapping[str, int]], sizes: Sequence[int], weight_by_size: bool
) -> dict[str, int]:
    """Answers of a group: the sum over its tasks."""
    given = Counter[str]()
    for counts in tasks:
        given.update(counts)
    return count_answers(list(given.elements()))


def merge_names(tasks: Sequence[str], sizes: Sequence[int], weight_by_size: bool) -> str:
    """The benchmark of a group."""
    return name_once(tasks)


def _docs(question_type: str) -> Dataset:
    try:
        benchmark = scored_benchmark()
        table = benchmark.items_of(question_type)
        _check_formats(table, benchmark)
    except FourdpQaError as error:
        # lmms-eval tries again five times after any Exception and then exits with status 0.
        raise SystemExit(f"fourdp-qa: {error}") from error
    name = f"{benchmark.name} {benchmark.questions_digest}"
    return Dataset(table.append_column("benchmark", pa.array([name] * table.num_rows)))


def scored_benchmark() -> Benchmark:
    """The benchmark that ``FOURDP_QA_BENCH`` names, read once and announced once in a process."""
    folder = _locate_once(os.environ.get(BENCHMARK_VARIABLE))
    rows = folder / ROWS_FILE
    return _read_once(folder, rows.stat().st_mtime_ns if rows.is_file() else 0)


@cache
def _locate_once(setting: str | None) -> Path:
    return locate(setting)


@cache
def _read_once(folder: Path, modified: int) -> Benchmark:
    """`modified` is there so that a folder built anew in the meantime is read anew."""
    benchmark = read(folder)
    logger.info(
        f"fourdp-qa: scoring benchmark '{benchmark.name}', {benchmark.table.num_rows} items, "
        f"{benchmark.questions_digest}, from {folder}"
    )
    return benchmark


def _check_formats(table: pa.Table, benchmark: Benchmark) -> None:
    others = sorted(set(table.column("format").to_pylist()) - set(SCORED_FORMATS))
    if others:
        raise SourceDataError(
            benchmark.folder / ROWS_FILE, "format", found=", ".join(others),
            expected=" or ".join(SCORED_FORMATS),
            do="a benchmark holds only questions with one answer to compare",
        )
