"""The documents of each task: rows of the benchmark that is scored, with the path of their clip.

The rows come from `benchmark.py` and not from what lmms-eval has loaded: its path is fixed text in
the task file, and a document that carried a clip's bytes would be copied into every logged sample.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

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
from fourdp_qa.eval_tasks.lmms.frame_order import send_each_frame
from fourdp_qa.eval_tasks.scoring.parse import SCORED_FORMATS
from fourdp_qa.rows.row import AnswerFormat


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


def visual_point_tracking_docs(loaded: Dataset) -> Dataset:
    """Items of type 12 of the benchmark that is scored."""
    return _docs("visual_point_tracking", (AnswerFormat.TRACK,))


def true_motion_point_tracking_docs(loaded: Dataset) -> Dataset:
    """Items of type 13 of the benchmark that is scored."""
    return _docs("true_motion_point_tracking", (AnswerFormat.TRACK,))


def groups_docs(loaded: Dataset) -> Dataset:
    """Rows of the counterfactual groups of the benchmark that is scored, group by group."""
    return _documents(lambda benchmark: benchmark.grouped_items(), SCORED_FORMATS)


def _docs(question_type: str, formats: Sequence[str] = SCORED_FORMATS) -> Dataset:
    return _documents(lambda benchmark: benchmark.items_of(question_type), formats)


def _documents(chosen: Callable[[Benchmark], pa.Table], formats: Sequence[str]) -> Dataset:
    send_each_frame()
    try:
        benchmark = scored_benchmark()
        table = chosen(benchmark)
        _check_formats(table, benchmark, formats)
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


def _check_formats(table: pa.Table, benchmark: Benchmark, formats: Sequence[str]) -> None:
    others = sorted(set(table.column("format").to_pylist()) - set(formats))
    if others:
        raise SourceDataError(
            benchmark.folder / ROWS_FILE, "format", found=", ".join(others),
            expected=" or ".join(formats),
            do="a benchmark holds only questions with one answer to compare",
        )
