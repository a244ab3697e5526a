"""What the Hub and its viewer cannot take: limits, and columns that break the viewer's statistics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from fourdp_qa.rows.row import Row, rows_to_table

LABEL_MAX_VALUES: Final = 1000
LABEL_MAX_SHARE: Final = 0.2
LABEL_FEW: Final = 10
"""A text column is taken for labels, and its lengths are not looked at, when it has at most
`LABEL_MAX_VALUES` values that make up at most `LABEL_MAX_SHARE` of the rows, or at most `LABEL_FEW`
values: the viewer's own constants."""

MAX_FILES: Final = 100_000
MAX_FOLDER_ENTRIES: Final = 10_000
"""What the Hub asks of a repository and of a folder in it."""

MAX_CONFIGS: Final = 4_000
"""Configs of a data set in the viewer's published defaults."""

MAX_GROUP_BYTES: Final = 100 * 2**20
"""Of a row group, before compression: what the viewer reads for a page of rows."""


class Lengths:
    """Lengths of a column's values as the viewer's statistics see them, a batch at a time.

    The viewer bins the lengths of free text and of lists; a range of exactly 1 gives it bins that
    it refuses, and the whole split is then shown without statistics.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.low: int | None = None
        self.high: int | None = None
        self._values: set[int] | None = set()  # hashes; None when there are too many for labels

    def add(self, values: pa.Array) -> None:
        """Take in a batch of texts or of lists."""
        listed = pa.types.is_list(values.type)
        bounds = pc.min_max(pc.list_value_length(values) if listed else pc.utf8_length(values))
        self._widen(bounds["min"].as_py(), bounds["max"].as_py())
        self.rows += len(values)
        if listed:
            self._values = None
        elif self._values is not None:
            self._keep(self._values | {hash(value) for value in pc.unique(values).to_pylist()})

    def include(self, other: Lengths) -> None:
        """Take in what another one was given."""
        self._widen(other.low, other.high)
        self.rows += other.rows
        if self._values is not None:
            self._keep(None if other._values is None else self._values | other._values)

    @property
    def trapped(self) -> bool:
        """Whether the statistics fail for this column, and with it for its split."""
        return (self.low is not None and self.high is not None and self.high - self.low == 1
                and not self._labels)

    @property
    def _labels(self) -> bool:
        if self._values is None:
            return False
        different = len(self._values)
        return different <= LABEL_FEW or different <= LABEL_MAX_SHARE * self.rows

    def _keep(self, values: set[int] | None) -> None:
        self._values = None if values is None or len(values) > LABEL_MAX_VALUES else values

    def _widen(self, low: int | None, high: int | None) -> None:
        if low is not None:
            self.low = low if self.low is None else min(self.low, low)
        if high is not None:
            self.high = high if self.high is None else max(self.high, high)


class ColumnLengths:
    """`Lengths` of every text and list column of a table."""

    def __init__(self) -> None:
        self.columns: dict[str, Lengths] = {}

    def add(self, batch: pa.RecordBatch | pa.Table) -> None:
        """Take in a batch of rows."""
        for field in batch.schema:
            if pa.types.is_string(field.type) or pa.types.is_list(field.type):
                column = batch.column(field.name)
                for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
                    self.columns.setdefault(field.name, Lengths()).add(chunk)

    def include(self, other: ColumnLengths) -> None:
        """Take in what another one was given."""
        for name, lengths in other.columns.items():
            self.columns.setdefault(name, Lengths()).include(lengths)

    @property
    def trapped(self) -> list[str]:
        """Columns whose lengths take exactly two adjacent values, for which the statistics fail."""
        return [name for name, lengths in self.columns.items() if lengths.trapped]


def adjacent_columns(rows: Sequence[Row]) -> list[str]:
    """Columns of these rows whose lengths take exactly two adjacent values."""
    lengths = ColumnLengths()
    lengths.add(rows_to_table(list(rows)))
    return lengths.trapped
