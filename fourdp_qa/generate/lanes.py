"""Candidates of one kind of answer in lanes, by the cues of their picture that say another thing.

A picture misleads when it says another thing than the truth to whoever forgets that the camera moves
(the cue "motion"), or takes the larger, the lower, or what is closer on the screen for the nearer ("size",
"height", "screen"). Where such questions are rare among the candidates they are taken first; where too few
remain the others wait, because a solver that never looks beyond one cue would be right too often. What a
cue says loudly (three times as large) is counted apart from what it whispers: a solver hears the difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fourdp_qa.generate.asks import Ask

Cues = frozenset[str]
Lane = tuple[Cues, Cues]
"""The cues that mislead, and those that are loud."""


@dataclass(frozen=True)
class MisleadingGoals:
    """Shares of questions in which one cue misleads, among those with one answer.

    Attributes
    ----------
    goal : questions in which it does are taken first until this share is reached.
    floor : others are taken only as long as the share stays above; 0 to take them all.
    start : so many questions of an answer are free of the floor.
    of_four : how much higher goal and floor are for four options. Following a cue is right where it does
        not mislead: in half of the pairs by luck, but in a quarter of the fours.
    """

    goal: float
    floor: float
    start: int
    of_four: float = 0.0

    def shares(self, answer_format: str) -> tuple[float, float]:
        """Goal and floor for questions of a format."""
        more = self.of_four if answer_format == "multiple_choice" else 0.0
        return self.goal + more, self.floor + more


class LaneChooser:
    """Decides from which lane an answer of a type is served next.

    Parameters
    ----------
    goals : cue -> its shares; cues that are not listed are taken as they come.
    """

    def __init__(self, goals: Mapping[str, MisleadingGoals]) -> None:
        self.goals = dict(sorted(goals.items()))
        self.taken: Counter[tuple[str, str, str, bool]] = Counter()
        self.misled: Counter[tuple[str, str, str, bool]] = Counter()

    def is_open(self, answer: tuple[str, str], lanes: Iterable[Lane]) -> bool:
        """Whether something of an answer (format and truth) may be taken now from one of some lanes."""
        return any(self._may_be_taken(answer, lane) for lane in lanes)

    def open_lanes(self, answer: tuple[str, str], lanes: Iterable[Lane]) -> list[tuple[float, Lane]]:
        """The lanes from which an answer may be taken now, each with how far it would help the shares;
        what helps most comes first.
        """
        found = [(self._wanted(answer, lane), lane) for lane in lanes if self._may_be_taken(answer, lane)]
        return sorted(found, key=lambda item: (-item[0], sorted(item[1][0]), sorted(item[1][1])))

    def add(self, ask: Ask) -> None:
        """Count a question that was taken."""
        for cue in self.goals:
            part = ask.format, ask.truth, cue, cue in ask.loud
            self.taken[part] += 1
            self.misled[part] += cue in ask.misled_by

    def _wanted(self, answer: tuple[str, str], lane: Lane) -> float:
        """How far a lane helps: cues below their goal count by what is missing, those above against it."""
        misled_by, loud = lane
        wanted = 0.0
        for cue, goals in self.goals.items():
            part = *answer, cue, cue in loud
            missing = goals.shares(answer[0])[0] - self.misled[part] / (self.taken[part] + 1)
            wanted += missing if cue in misled_by else -missing
        return wanted

    def _may_be_taken(self, answer: tuple[str, str], lane: Lane) -> bool:
        """Whether no cue that does not mislead in this lane has fallen to its floor."""
        misled_by, loud = lane
        for cue, goals in self.goals.items():
            part = *answer, cue, cue in loud
            taken = self.taken[part]
            if cue not in misled_by and taken >= goals.start and (
                self.misled[part] < goals.shares(answer[0])[1] * (taken + 1)
            ):
                return False
        return True
