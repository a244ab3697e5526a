"""Rows to Parquet files and back."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.row import Row, arrow_schema, row_from_mapping, rows_to_table

ROWS_PER_GROUP = 2000
"""At some 3 KB a row a row group is 6 MB: the Hub viewer reads a page of rows without the rest."""


def write_rows(rows: list[Row], path: Path, *, with_clips: bool) -> None:
    """Write rows of one type as Parquet; the same rows give the same bytes.

    Without clips the `file_name` column is left out: `datasets` would look for files.
    """
    table = rows_to_table(rows)
    if not with_clips:
        table = table.drop_columns(["file_name"])
    path.parent.mkdir(parents=True, exist_ok=True)
    # The page index lets the viewer and streaming readers fetch single pages.
    pq.write_table(
        table, path, row_group_size=ROWS_PER_GROUP, write_page_index=True, compression="zstd"
    )


def read_rows(path: Path) -> list[Row]:
    """Read a table of rows.

    Raises
    ------
    FourdpQaError
        When the file is missing, damaged, or lacks a column of a Row.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise FourdpQaError(f"table {path}: cannot be read ({error})") from error
    missing = [n for n in arrow_schema().names if n not in table.column_names and n != "file_name"]
    if missing:
        raise FourdpQaError(
            f"table {path}: columns: found none called {', '.join(missing)}, expected every column "
            "of a row; it was written by another version"
        )
    return [row_from_mapping(values) for values in table.to_pylist()]
