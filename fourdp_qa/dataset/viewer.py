"""What the Hub's viewer cannot show: rules of its statistics, checked before anything is pushed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from fourdp_qa.rows.row import Row

LABEL_MAX_VALUES = 1000
LABEL_MAX_SHARE = 0.2
LABEL_FEW = 10
"""A text column is taken for labels, and its lengths are not looked at, when it has at most
`LABEL_MAX_VALUES` values that make up at most `LABEL_MAX_SHARE` of the rows, or at most `LABEL_FEW`
values: the viewer's own constants."""

MAX_FILES = 100_000
MAX_FOLDER_ENTRIES = 10_000
"""What the Hub asks of a repository and of a folder in it."""


def adjacent_columns(rows: Sequence[Row]) -> list[str]:
    """Columns whose lengths take exactly two adjacent values, for which the statistics fail.

    The viewer bins the lengths of free text and of lists; a range of exactly 1 gives it bins that
    it refuses, and the whole split is then shown without statistics.
    """
    found = []
    for field in fields(Row):
        values = [getattr(row, field.name) for row in rows]
        if field.name == "options":
            trapped = _adjacent([len(value) for value in values])
        elif field.name == "margin":
            trapped = False
        else:
            trapped = not _is_label(values) and _adjacent([len(value) for value in values])
        if trapped:
            found.append(field.name)
    return found


def _adjacent(lengths: Sequence[int]) -> bool:
    return bool(lengths) and max(lengths) - min(lengths) == 1


def _is_label(values: Sequence[str]) -> bool:
    different = len(set(values))
    return different <= LABEL_FEW or (
        different <= LABEL_MAX_VALUES and different <= LABEL_MAX_SHARE * len(values)
    )
