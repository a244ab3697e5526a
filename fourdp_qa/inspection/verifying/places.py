"""Labels by what they are about, named the same however a statement lists its objects and frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.verdicts import Verdict, opposite

REFERRING: Final = ("object_object_distance", "multi_view_object_distance")
"""Types whose last object is what distances are measured to."""
TOGETHER: Final = "object_object_distance_change"
"""Type that speaks of two objects as one thing."""

Candidate = tuple[frozenset[int], int]
"""Objects in a clip frame."""


class Place(NamedTuple):
    """What a label is about. An answer to a comparison is one of the candidates."""

    question_type: str
    variant: str
    candidates: frozenset[Candidate]
    reference: int
    component: str

    @property
    def words(self) -> str:
        """For people."""
        things = "; ".join(f"{'+'.join(map(str, sorted(ids)))} in frame {frame}"
                           for ids, frame in sorted(self.candidates, key=lambda c: (c[1], sorted(c[0]))))
        return f"{self.question_type} {self.component} of {things or 'the camera'}"


Label = str | Candidate


def labels_by_place(statements: Iterable[Statement]) -> dict[Place, Label]:
    """Place -> label of everything that is decided."""
    labels: dict[Place, Label] = {}
    for statement in statements:
        candidates, reference = _candidates(statement)
        for name, component in statement.components.items():
            verdict = str(component.quantity.verdict)
            if verdict != Verdict.UNDECIDED:
                place = Place(statement.question_type, statement.variant, frozenset(candidates),
                              reference, name)
                labels[place] = _named(verdict, candidates)
    return labels


def negated(label: Label) -> Label:
    """The label of the negated quantity; a candidate stays."""
    if isinstance(label, str) and label in {str(v) for v in Verdict}:
        return str(opposite(Verdict(label)))
    return label


def swapped_and_back(label: Label) -> Label:
    """A label under reversed time: one-way labels swap, two-leg labels stay."""
    return negated(label) if label in ("+", "-") else label


def _candidates(statement: Statement) -> tuple[list[Candidate], int]:
    objects, reference = statement.objects, 0
    if statement.question_type in REFERRING and statement.variant != "one_pair":
        objects, reference = objects[:-1], objects[-1]
    together = statement.question_type == TOGETHER or statement.variant == "one_pair"
    things = [frozenset(objects)] if together or not objects else [frozenset({i}) for i in objects]
    frames = list(statement.frames) or [0]
    count = max(len(things), len(frames))
    spread = zip(things * (count // len(things)), frames * (count // len(frames)), strict=True)
    return list(spread), reference


def _named(verdict: str, candidates: list[Candidate]) -> Label:
    """The candidate that a comparison answers; any other verdict as it is."""
    if len(candidates) == 1:
        return verdict
    places = {"+": 0, "-": 1, **{str(k): k for k in range(4)}}
    return candidates[places[verdict]] if verdict in places else verdict
