"""Candidates of one kind of answer in lanes, by the cues of their picture that say another thing.

A picture misleads when it says another thing than the truth to whoever forgets that the camera moves
(the cue "motion"), or takes the larger, the lower, or what is closer on the screen for the nearer ("size",
"height", "screen"). Where such questions are rare among the candidates they are taken first; where too few
remain the others wait, because a solver that never looks beyond one cue would be right too often.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from fourdp_qa.generate.asks import Ask

Cues = frozenset[str]


@dataclass(frozen=True)
class MisleadingGoals:
    """Shares of questions in which one cue misleads, among those with one answer.

    Attributes
    ----------
    goal : questions in which it does are taken first until this share is reached.
    floor : others are taken only as long as the share stays above; 0 to take them all.
    start : so many questions of an answer are free of the floor.
    """

    goal: float
    floor: float
    start: int


@dataclass
class Lanes:
    """Candidates of one cell by the cues that mislead, each lane in an order of its own."""

    waiting: dict[Cues, deque[Ask]] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self.waiting.values()))

    def __iter__(self) -> Iterator[Ask]:
        for lane in self.waiting.values():
            yield from lane

    def append(self, ask: Ask) -> None:
        """Add a candidate behind the others of its lane."""
        self.waiting.setdefault(ask.misled_by, deque()).append(ask)

    def put_back(self, ask: Ask) -> None:
        """Add a candidate before the others of its lane."""
        self.waiting[ask.misled_by].appendleft(ask)


class LaneChooser:
    """Decides from which lane an answer of a type is served next.

    Parameters
    ----------
    goals : cue -> its shares; cues that are not listed are taken as they come.
    """

    def __init__(self, goals: Mapping[str, MisleadingGoals]) -> None:
        self.goals = dict(sorted(goals.items()))
        self.taken: Counter[tuple[str, str]] = Counter()
        self.misled: Counter[tuple[str, str, str]] = Counter()

    def lane(self, answer: tuple[str, str], lanes: Lanes) -> deque[Ask] | None:
        """The lane to take from; None when all that is left must wait.

        Parameters
        ----------
        answer : format and truth.
        """
        open_lanes = [
            (self._wanted(answer, cues), sorted(cues), lane)
            for cues, lane in lanes.waiting.items() if lane and self._may_be_taken(answer, cues)
        ]
        if not open_lanes:
            return None
        return min(open_lanes, key=lambda item: (-item[0], item[1]))[2]

    def add(self, ask: Ask) -> None:
        """Count a question that was taken."""
        self.taken[ask.format, ask.truth] += 1
        for cue in ask.misled_by:
            self.misled[ask.format, ask.truth, cue] += 1

    def _wanted(self, answer: tuple[str, str], cues: Cues) -> float:
        """How far a lane helps: cues below their goal count by what is missing, those above against it."""
        taken = self.taken[answer] + 1
        return sum(
            (goals.goal - self.misled[*answer, cue] / taken) * (1 if cue in cues else -1)
            for cue, goals in self.goals.items()
        )

    def _may_be_taken(self, answer: tuple[str, str], cues: Cues) -> bool:
        """Whether no cue that does not mislead in this lane has fallen to its floor."""
        taken = self.taken[answer]
        return all(
            cue in cues or taken < goals.start
            or self.misled[*answer, cue] >= goals.floor * (taken + 1)
            for cue, goals in self.goals.items()
        )
