"""What a verification finds: differences between a row and its scene, and what could not be looked at."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Final

LONGEST: Final = 300
"""Characters of a value in a line; the whole value is in --json."""

UNIT_IN_SIXTH: Final = 1.01e-5
"""Relative: evidence is stored with six significant digits, and on another platform the last of them may
come out one higher or lower. The hundredth is for the rounding of this very product."""
AS_GOOD_AS_ZERO: Final = 1e-9
"""Degrees, shares, scene lengths: far below every threshold."""


@dataclass(frozen=True)
class Difference:
    """One thing that is stored otherwise than the scene says.

    Attributes
    ----------
    row_id, column : where; `column` says the part too, e.g. ``evidence.quantities[0].value``.
    stored, recomputed : both values as text.
    """

    row_id: str
    column: str
    stored: str
    recomputed: str

    @property
    def line(self) -> str:
        """One line for people."""
        return (f"row {self.row_id}: {self.column}: stored {_short(self.stored)}, "
                f"recomputed {_short(self.recomputed)}")


@dataclass
class Verification:
    """The outcome for a folder.

    Attributes
    ----------
    rows : rows that were compared with their scenes.
    clips : clips that were compared with their scenes.
    differences : all of them, sorted by row.
    unverified : row id -> why its scene could not be looked at.
    contradictions : rows that cannot all be true, each with its row ids (`inspection.consistency`).
    unread : rows whose words could not be read for that.
    changed : one line for every re-rendered scene that breaks a rule, and `compared`: what was compared.
    """

    rows: int = 0
    clips: int = 0
    differences: list[Difference] = field(default_factory=list)
    unverified: dict[str, str] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    compared: Counter[str] = field(default_factory=Counter)

    @property
    def ok(self) -> bool:
        """Whether everything asked for was looked at, and nothing was found."""
        return not (self.differences or self.unverified or self.contradictions or self.unread
                    or self.changed)

    @property
    def by_column(self) -> Counter[str]:
        """Rows that differ, by column."""
        return Counter(column for _, column in {
            (d.row_id, d.column.split(".")[0].split("[")[0]) for d in self.differences})

    @property
    def rows_that_differ(self) -> tuple[str, ...]:
        """Their ids, sorted."""
        return tuple(sorted({d.row_id for d in self.differences}))

    def to_plain(self) -> dict[str, Any]:
        """Everything as plain data."""
        return {
            "ok": self.ok, "rows": self.rows, "clips": self.clips,
            "rows_that_differ": len(self.rows_that_differ), "by_column": dict(sorted(self.by_column.items())),
            "differences": [asdict(d) for d in self.differences], "unverified": self.unverified,
            "contradictions": self.contradictions, "unread": self.unread, "changed": self.changed,
            "compared": dict(sorted(self.compared.items())),
        }


def json_differences(row_id: str, column: str, stored: str, recomputed: str) -> list[Difference]:
    """Where two JSON texts differ; numbers that agree at six significant digits are equal."""
    try:
        before = json.loads(stored)
    except ValueError:
        return [Difference(row_id, column, stored, recomputed)]
    return [Difference(row_id, column + where, _text(a), _text(b))
            for where, a, b in _parts(before, json.loads(recomputed))]


def same_number(one: float, other: float) -> bool:
    """Whether two numbers agree at six significant digits."""
    return abs(one - other) <= max(AS_GOOD_AS_ZERO, UNIT_IN_SIXTH * max(abs(one), abs(other)))


def _parts(before: Any, after: Any, where: str = "") -> list[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return [part for key in before for part in _parts(before[key], after[key], f"{where}.{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [part for n, pair in enumerate(zip(before, after, strict=True))
                for part in _parts(*pair, f"{where}[{n}]")]
    if _number(before) and _number(after):
        return [] if same_number(before, after) else [(where, before, after)]
    same = type(before) is type(after) and before == after
    return [] if same else [(where, before, after)]


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(text: str) -> str:
    one_line = text.replace("\n", " / ")
    return repr(one_line if len(one_line) <= LONGEST else one_line[:LONGEST] + "...")
