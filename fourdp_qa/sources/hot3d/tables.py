"""Columns of the full release's CSV files."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.hot3d.constants import REPAIR

LARGEST_TABLE = 512 * 2**20
"""Bytes; two minutes of six objects in three streams take 10 MB."""

Texts = NDArray[np.str_]


class Table:
    """Rows of a file under the names of its first line; other columns than `columns` may stand there too.

    Raises
    ------
    SourceDataError
        When the file is missing, damaged or lacks a column, or a row has another length.
    """

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.path = path
        try:
            if path.stat().st_size > LARGEST_TABLE:
                raise ValueError(f"{path.stat().st_size} bytes")
            with path.open(newline="", encoding="utf-8") as file:
                rows = list(csv.reader(file))
        except FileNotFoundError:
            raise self.error("", "no file", "a table of the recording") from None
        except (OSError, ValueError, csv.Error) as error:
            raise self.error("", f"a damaged file ({' '.join(str(error).split())})", "a table") from None
        head = rows[0] if rows else []
        for name in columns:
            if name not in head:
                raise self.error(name, "no such column", f"the columns {', '.join(columns)}")
        for number, row in enumerate(rows[1:], start=2):
            if len(row) != len(head):
                raise self.error(f"line {number}", f"{len(row)} values", f"{len(head)}")
        cells = np.array(rows[1:], dtype=np.str_).reshape(-1, len(head))
        self._columns = {name: cells[:, head.index(name)] for name in columns}

    def error(self, field: str, found: str, expected: str, do: str = REPAIR) -> SourceDataError:
        """A complaint about this table."""
        return SourceDataError(self.path, field, found=found, expected=expected, do=do)

    def texts(self, name: str) -> Texts:
        """A column as it stands."""
        return self._columns[name]

    def whole(self, name: str) -> NDArray[np.int64]:
        """A column of whole numbers."""
        try:
            return self._columns[name].astype(np.int64)
        except (ValueError, OverflowError):
            raise self.error(name, self._odd(name, int), "whole numbers") from None

    def numbers(self, names: tuple[str, ...], *, may_lack: bool = False) -> Floats:
        """Columns (R, C) of finite numbers; with `may_lack` NaN where nothing stands."""
        columns = []
        for name in names:
            cells = self._columns[name]
            lacks = cells == "" if may_lack else np.zeros(len(cells), dtype=np.bool_)
            try:
                column = np.where(lacks, "nan", cells).astype(np.float64)
            except ValueError:
                raise self.error(name, self._odd(name, float), "numbers") from None
            if not np.isfinite(column[~lacks]).all():
                raise self.error(name, "a value that is not finite", "numbers")
            columns.append(column)
        return np.stack(columns, axis=-1) if columns else np.zeros((0, 0))

    def _odd(self, name: str, kind: type) -> str:
        """The first value that is none of its kind."""
        for cell in self._columns[name]:
            try:
                kind(cell)
            except ValueError:
                return f"'{cell:.40}'"
        return "a value out of range"
