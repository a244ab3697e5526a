"""What must hold of the rows of a counterfactual group together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from fourdp_qa.rows.row import Row

LEAST_ROWS: Final = 4
"""Of a group: it is scored by "all right" and "at least 3 of 4"."""
ALIKE: Final = ("question_type", "format", "naming", "template_id", "source", "segment")
"""Columns in which the rows of a group agree: they ask one question."""


def group_problems(rows: Iterable[Row]) -> Iterator[str]:
    """One line for everything that is wrong with a group; nothing where all are right."""
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.group_id:
            groups[row.group_id].append(row)
        elif row.variant:
            yield f"row {row.id}: variant: found '{row.variant}' without a group_id, expected none"
    for name, members in groups.items():
        if len(members) < LEAST_ROWS:
            yield f"group {name}: found {len(members)} rows, expected at least {LEAST_ROWS}"
        variants = sorted(row.variant for row in members)
        if len(set(variants)) < len(variants) or "" in variants:
            yield (
                f"group {name}: variant: found {', '.join(repr(v) for v in variants)}, expected a "
                "different one for every row"
            )
        for column in ALIKE:
            found = sorted({getattr(row, column) for row in members})
            if len(found) > 1:
                yield f"group {name}: {column}: found {', '.join(found)}, expected one"
