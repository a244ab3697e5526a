"""Points must not tell which of two is nearer: the lower one on the picture nearly always is."""

from __future__ import annotations

from collections import Counter

from fourdp_qa.generate.composition import BalanceGoals
from fourdp_qa.generate.records import ObjectNaming
from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.verdicts import Verdict

NEAREST_OF_FOUR = "nearest_of_four"
"""Its objects are the options: in nine of ten sets the lowest point, or the one closest to the
reference, is the nearest, which needs no look at the clip. So points never name them.
"""


POINTS_TELL = ("depth", "multi_view_depth")
"""Types in which the lower of two points nearly always is on the nearer object."""


class PointBalance:
    """Keeps the lower of two points the nearer one in half of the depth questions that name by points.

    Few pairs have it the other way round, so few of these questions name by points.
    """

    def __init__(self, goals: BalanceGoals) -> None:
        self.goals = goals
        self.counts: Counter[tuple[str, bool]] = Counter()

    def copy(self) -> PointBalance:
        """One that counts on from here by itself."""
        other = PointBalance(self.goals)
        other.counts = Counter(self.counts)
        return other

    def admits(self, statement: Statement, objects: list[ObjectNaming]) -> bool:
        """Whether points may name the objects of a question."""
        if statement.variant == NEAREST_OF_FOUR:
            return False
        lower_is_nearer = _lower_is_nearer(statement, objects)
        if lower_is_nearer is None:
            return True
        of_type = statement.question_type
        count, other = (self.counts[of_type, k] for k in (lower_is_nearer, not lower_is_nearer))
        return self.goals.allowed(count, other)

    def add(self, statement: Statement, objects: list[ObjectNaming]) -> None:
        """Count a question that names by points."""
        lower_is_nearer = _lower_is_nearer(statement, objects)
        if lower_is_nearer is not None:
            self.counts[statement.question_type, lower_is_nearer] += 1


def _lower_is_nearer(statement: Statement, objects: list[ObjectNaming]) -> bool | None:
    """Whether the lower of the two points is on the nearer object; None for other questions, and where
    one has no point.
    """
    if statement.question_type not in POINTS_TELL or len(objects) != 2:
        return None
    points = [o.points.get(frame) for o, frame in zip(objects, statement.named_at, strict=True)]
    first, second = points
    if first is None or second is None:
        return None
    first_is_nearer = statement.components["nearer"].quantity.verdict == Verdict.PLUS
    return (first[1] > second[1]) == first_is_nearer
