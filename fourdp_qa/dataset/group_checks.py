"""What must hold of the rows of a counterfactual group together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from fourdp_qa.rows.row import Row

LEAST_ROWS: Final = 4
"""Of a group: it is scored by "all right" and "at least 3 of 4"."""
ALIKE: Final = ("question_type", "format", "naming", "template_id", "source", "segment")
"""Columns in which the rows of a group agree: they ask one question."""


@dataclass(frozen=True, slots=True)
class GroupMember:
    """What is looked at of a row: few texts, so that many rows need little memory."""

    id: str
    group_id: str
    variant: str
    alike: tuple[str, ...]

    @staticmethod
    def of(row: Row) -> GroupMember:
        """The same of a row."""
        return GroupMember(row.id, row.group_id, row.variant, tuple(getattr(row, name) for name in ALIKE))


def group_problems(members: Iterable[GroupMember]) -> Iterator[str]:
    """One line for everything that is wrong with a group; nothing where all are right."""
    groups: defaultdict[str, list[GroupMember]] = defaultdict(list)
    for member in members:
        if member.group_id:
            groups[member.group_id].append(member)
        elif member.variant:
            yield f"row {member.id}: variant: found '{member.variant}' without a group_id, expected none"
    for name, together in groups.items():
        if len(together) < LEAST_ROWS:
            yield f"group {name}: found {len(together)} rows, expected at least {LEAST_ROWS}"
        variants = sorted(member.variant for member in together)
        if len(set(variants)) < len(variants) or "" in variants:
            yield (
                f"group {name}: variant: found {', '.join(repr(v) for v in variants)}, expected a "
                "different one for every row"
            )
        for column, values in zip(ALIKE, zip(*(m.alike for m in together), strict=True), strict=True):
            found = sorted(set(values))
            if len(found) > 1:
                yield f"group {name}: {column}: found {', '.join(found)}, expected one"
