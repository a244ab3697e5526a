"""Does the picture, read as if the camera had never moved, tell the truth? (questions.md, section 8)"""

from __future__ import annotations

from collections.abc import Iterable

from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.verdicts import Verdict, opposite

VALUES = ("opposite", "different", "agree", "unclear", "none")
"""`none`: nothing moves in what is asked (8-11), or nothing asked about has a reading."""

MISREAD = ("opposite", "different")
"""Values of which the picture says another thing than the truth."""

BY_WEIGHT = ("opposite", "different", "unclear", "agree")
"""What decides among the readings of several components, first the heaviest."""


def entangled(statement: Statement, components: Iterable[str]) -> str:
    """Entanglement of a question about some components of a statement.

    ``opposite`` as soon as one component is read as its opposite, ``different`` as soon as one is
    read as something else, ``agree`` when all are read right, ``unclear`` when the picture itself
    is in the band for one of them. Components that the picture says nothing about do not count;
    ``none`` when it says nothing about any.
    """
    if statement.entangled:
        return statement.entangled
    readings = set()
    for name in components:
        component = statement.components.get(name)
        if component is not None and component.picture:
            readings.add(_reading(component.quantity.verdict, component.picture))
    return next((value for value in BY_WEIGHT if value in readings), "none")


def _reading(truth: str, picture: str) -> str:
    """How one component is read. A truth in the band is not asked about: nothing to mistake."""
    if picture == truth or truth == Verdict.UNDECIDED:
        return "agree"
    if picture == Verdict.UNDECIDED:
        return "unclear"
    return "opposite" if picture == _opposite(truth) else "different"


def _opposite(verdict: str) -> str:
    """Also of verdicts that compare: "A moved farther" is the opposite of "B moved farther"."""
    return str(opposite(Verdict(verdict))) if verdict in set(Verdict) else verdict
