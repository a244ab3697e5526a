"""Does the picture, read as if the camera had never moved, tell the truth? (questions.md, section 8)"""

from __future__ import annotations

from collections.abc import Iterable

from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.verdicts import Verdict, opposite

VALUES = ("opposite", "different", "agree", "unclear", "none")
"""`none`: a type without motion (8-11)."""


def entangled(statement: Statement, components: Iterable[str]) -> str:
    """Entanglement of a question about some components of a statement.

    ``opposite`` as soon as one component is read as its opposite, ``different`` as soon as one is
    read as something else, ``agree`` when all are read right, ``unclear`` when the picture itself
    is in the band for one of them.
    """
    if statement.entangled:
        return statement.entangled
    readings = set()
    for name in components:
        component = statement.components.get(name)
        if component is None or component.quantity.verdict == Verdict.UNDECIDED:
            continue
        truth, picture = Verdict(component.quantity.verdict), Verdict(component.picture)
        if picture == Verdict.UNDECIDED:
            readings.add("unclear")
        elif picture == truth:
            readings.add("agree")
        elif picture == opposite(truth):
            readings.add("opposite")
        else:
            readings.add("different")
    for value in ("opposite", "different", "unclear"):
        if value in readings:
            return value
    return "agree"
