"""The units of a folder: what a benchmark beside it must leave out."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.dataset.split_units import units_of_folder
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError


def test_units_of_a_dataset_and_of_a_benchmark_made_from_it_are_the_same(staged_example, tmp_path):
    staged = staged_example(tmp_path / "stage", clips=4, per_type=8)
    units = {f"{row.source}/{row.split_unit}" for row in staged.rows}
    publish(staged, tmp_path / "data")
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy")
    assert len(units) == 4
    assert units_of_folder(tmp_path / "data") == units == units_of_folder(tmp_path / "bench")


def test_a_folder_without_a_table_is_refused(tmp_path):
    with pytest.raises(FourdpQaError, match="no table of questions"):
        units_of_folder(tmp_path)


def test_a_table_of_an_older_version_is_refused_not_taken_for_empty(tmp_path):
    pq.write_table(pa.table({"source": ["simulator"]}), tmp_path / "old.parquet")
    with pytest.raises(FourdpQaError, match="generate the folder again"):
        units_of_folder(tmp_path)


def test_a_file_that_is_no_table_is_named(tmp_path):
    (tmp_path / "broken.parquet").write_text("no table")
    with pytest.raises(FourdpQaError, match=r"broken\.parquet: cannot be read"):
        units_of_folder(tmp_path)
