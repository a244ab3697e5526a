"""A rule, and what checking a folder against all of them gave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from fourdp_qa.rows.row import Row

if TYPE_CHECKING:
    from fourdp_qa.dataset.rules.survey import Survey

MOST_KEPT: Final = 1_000
"""Lines that are kept of a rule: 400,000 rows that are all wrong are still one finding."""


class Verdict(StrEnum):
    """What became of a rule."""

    HOLDS = "holds"
    BROKEN = "broken"
    DOES_NOT_APPLY = "does not apply"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    name : how it is called.
    holds : what must hold, in a few words.
    do : what to do where it does not.
    check : yields a line for whatever breaks it, once all rows have been read.
    of_row : yields a line for whatever breaks it in one row; either this or `check` is given.
    applies : whether a folder has what it is about.
    without_rows : whether it can be checked although a table could not be read.
    """

    name: str
    holds: str
    do: str
    check: Callable[[Survey], Iterable[str]] | None = None
    of_row: Callable[[Row], Iterable[str]] | None = None
    applies: Callable[[Survey], bool] = lambda survey: True
    without_rows: bool = False


class Findings:
    """Lines by rule; all are counted, the first `MOST_KEPT` of a rule are kept."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._lines: dict[str, list[str]] = {}

    def add(self, rule: str, lines: Iterable[str]) -> None:
        """Take in what a rule found."""
        for line in lines:
            self.counts[rule] += 1
            kept = self._lines.setdefault(rule, [])
            if len(kept) < MOST_KEPT:
                kept.append(line)

    def of(self, rule: str) -> tuple[str, ...]:
        """Lines kept of a rule."""
        return tuple(self._lines.get(rule, ()))


@dataclass(frozen=True)
class Outcome:
    """One rule and what was found.

    Attributes
    ----------
    name, holds, do : of the rule.
    verdict : a Verdict.
    count : how often it is broken.
    lines : where, what was found, what was expected; at most `MOST_KEPT`.
    """

    name: str
    holds: str
    do: str
    verdict: Verdict
    count: int
    lines: tuple[str, ...]

    @property
    def places(self) -> list[tuple[str, str]]:
        """(where, what) of every line kept."""
        parts = (line.partition(": ") for line in self.lines)
        return [(where, what) for where, _, what in parts]


@dataclass(frozen=True)
class Report:
    """What checking a folder gave.

    Attributes
    ----------
    folder : as it was named.
    kind : "training" or "benchmark"; empty when the folder is neither.
    rows, clips : how many were looked at.
    decoded : clips that were decoded to the end; with `quick` a sample.
    quick : whether only a sample was decoded.
    outcomes : one a rule, in the order of the table.
    """

    folder: str
    kind: str
    rows: int
    clips: int
    decoded: int
    quick: bool
    outcomes: tuple[Outcome, ...]

    @property
    def sound(self) -> bool:
        """Whether no rule is broken."""
        return all(outcome.verdict != Verdict.BROKEN for outcome in self.outcomes)

    @property
    def problems(self) -> int:
        """How often rules are broken."""
        return sum(outcome.count for outcome in self.outcomes)

    @property
    def lines(self) -> list[str]:
        """Everything that is wrong, one line each; of very many, how many more there are."""
        lines: list[str] = []
        for outcome in self.outcomes:
            lines += outcome.lines
            if outcome.count > len(outcome.lines):
                lines.append(f"rule {outcome.name}: and {outcome.count - len(outcome.lines):,} more")
        return lines

    def to_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "folder": self.folder, "kind": self.kind, "sound": self.sound, "rows": self.rows,
            "clips": self.clips, "decoded": self.decoded, "quick": self.quick, "problems": self.problems,
            "rules": [
                {"name": o.name, "holds": o.holds, "verdict": str(o.verdict), "count": o.count, "do": o.do,
                 "where": [{"where": where, "what": what} for where, what in o.places]}
                for o in self.outcomes
            ],
        }
