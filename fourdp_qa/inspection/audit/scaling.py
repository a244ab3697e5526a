"""Thresholds moved together, and what becomes of a verdict when they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.questions.verdicts import PRESENT, Verdict, opposite
from fourdp_qa.tables import load_table

KEPT_EXAMPLES = 5
"""Flips named on the page: one is enough to look into."""


class Change(StrEnum):
    """What became of one verdict."""

    KEPT = "kept"
    LOST = "lost"
    """Decided before, undecided or not stated now."""
    WON = "won"
    """Undecided or not stated before, decided now."""
    OPPOSITE = "opposite"
    """A flip: + and -, or first + then - and the other way round, or another object chosen."""
    PRESENCE = "presence"
    """A flip: absent and present."""
    OTHER = "other"
    """Any other two different verdicts, e.g. one way and one way then the other: a flip too."""


FLIPS = (Change.OPPOSITE, Change.PRESENCE, Change.OTHER)


@dataclass
class Tally:
    """What became of the verdicts of one type under one factor."""

    changes: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    flipped: list[str] = field(default_factory=list)

    def add(self, before: str, after: str, name: str) -> None:
        """Count one verdict."""
        change = change_of(before, after)
        if change is None:
            return
        self.changes[change] += 1
        if decided(after):
            self.classes[after] += 1
        if change in FLIPS and len(self.flipped) < KEPT_EXAMPLES:
            self.flipped.append(f"{name}: {before} became {after}")

    @property
    def flips(self) -> int:
        """Verdicts that say something else now."""
        return sum(self.changes[change] for change in FLIPS)


def decided(verdict: str) -> bool:
    """Whether a verdict says anything; "" stands for a statement that is not made."""
    return verdict not in ("", Verdict.UNDECIDED)


def change_of(before: str, after: str) -> Change | None:
    """How a verdict changed; None where neither says anything.

    A flip is any change from one decided verdict to another. No verdict is a finer form of another (a
    camera that moves forward, then backward, did not "move forward"), so there are no exceptions.
    """
    if not decided(before) and not decided(after):
        return None
    if before == after:
        return Change.KEPT
    if not decided(after):
        return Change.LOST
    if not decided(before):
        return Change.WON
    if before.isdigit() or (before in PRESENT and after == opposite(Verdict(before))):
        return Change.OPPOSITE
    if Verdict.ABSENT in (before, after):
        return Change.PRESENCE
    return Change.OTHER


def factors() -> tuple[float, ...]:
    """By what thresholds are moved."""
    return tuple(_table()["factors"])


def scaled(thresholds: Thresholds, factor: float) -> Thresholds:
    """All bands moved by a factor; `factor` 1 gives the same thresholds."""
    sections = {
        name: replace(getattr(thresholds, name), **{
            number: _moved(getattr(getattr(thresholds, name), number), factor, how)
            for number, how in moved.items()
        })
        for name, moved in _table().items() if name != "factors"
    }
    return replace(thresholds, **sections)


def _moved(number: float, factor: float, how: str) -> float:
    if how not in ("linear", "ratio"):
        raise ValueError(f"sensitivity.toml: found '{how}', expected linear or ratio")
    return float(number * factor if how == "linear" else number**factor)


def _table() -> dict[str, Any]:
    return load_table("fourdp_qa.inspection.audit", "sensitivity.toml")
