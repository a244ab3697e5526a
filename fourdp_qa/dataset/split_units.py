"""Which units of which sources a folder holds: what must not be split between training and test."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fourdp_qa.errors import FourdpQaError

COLUMNS = ("source", "split_unit")


def unit_name(source: str, split_unit: str) -> str:
    """How a unit is named across sources."""
    return f"{source}/{split_unit}"


def units_of_folder(folder: Path) -> frozenset[str]:
    """Units of every row in the tables of a dataset or benchmark folder.

    Raises
    ------
    FourdpQaError
        When there is no table, or one without the columns.
    """
    tables = sorted(
        path for path in folder.rglob("*.parquet")
        if path.parent.name != "proof" and not any(part.startswith(".") for part in path.parts)
    )
    if not tables:
        raise FourdpQaError(f"{folder}: found no table of questions, expected a dataset or benchmark folder")
    return frozenset().union(*map(_units_of_table, tables))


def _units_of_table(path: Path) -> Iterable[str]:
    try:
        missing = [name for name in COLUMNS if name not in pq.read_schema(path).names]
        if missing:
            raise FourdpQaError(
                f"{path}: found no column {missing[0]}, expected one: generate the folder again")
        table = pq.read_table(path, columns=list(COLUMNS))
    except (OSError, pa.ArrowException) as error:
        raise FourdpQaError(f"{path}: cannot be read ({error}), expected a table of questions") from None
    pairs = table.group_by(list(COLUMNS)).aggregate([]).to_pylist()
    return (unit_name(pair["source"], pair["split_unit"]) for pair in pairs)
