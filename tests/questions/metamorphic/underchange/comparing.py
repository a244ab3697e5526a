"""How two tellings compare, and a count of what was compared: a claim about nothing proves nothing."""

from __future__ import annotations

from collections import Counter

from fourdp_qa.questions.registry import TYPES
from fourdp_qa.questions.verdicts import Verdict, opposite
from underchange.told import decided

FIRM = 1e-6
"""Margin in bands beyond which a label cannot hang on the last bit of a float."""
VISUAL, TRUE_MOTION = "visual_point_tracking", "true_motion_point_tracking"
TYPE_NAMES = {t.number: t.name for t in TYPES}


class Tally(Counter):
    """Type -> number of labels or tracks that were compared."""

    def enough(self, least: int, numbers) -> None:
        """Each of the types with these numbers was compared at least so often."""
        few = {TYPE_NAMES[n]: self[TYPE_NAMES[n]] for n in numbers if self[TYPE_NAMES[n]] < least}
        assert not few, f"too little compared: {few}"


def agree(before, after, tally: Tally) -> None:
    """Labels (place -> label) are equal whenever both ask."""
    both = before.keys() & after.keys()
    wrong = {p: (before[p], after[p]) for p in both if before[p] != after[p]}
    assert not wrong, listed(wrong)
    tally.update(p.question_type for p in both)


def say_the_same(before, after, tally: Tally, expected=lambda place, label: label) -> None:
    """Two tellings (place -> Answer) ask and answer the same, and mislead in the same way.

    `expected` (place, label) -> label, for a label and for what the picture says.
    """
    for one, other in ((before, after), (after, before)):
        firm = decided(one, margin=FIRM).keys() - decided(other).keys()
        assert not firm, listed({p: (one[p], other.get(p)) for p in firm})
    agree({p: expected(p, label) for p, label in decided(before).items()}, decided(after), tally)
    misled = {
        p: (a, after[p]) for p, a in before.items() if p in after and (
            expected(p, a.picture), a.entangled, a.cue_conflict
        ) != (after[p].picture, after[p].entangled, after[p].cue_conflict)
    }
    assert not misled, listed(misled)


def listed(wrong) -> str:
    """One disagreement a line."""
    return "\n" + "\n".join(f"{tuple(p)}: {values}" for p, values in wrong.items())


def negated(label):
    """The label of the negated quantity; a candidate stays."""
    return str(opposite(Verdict(label))) if label in set(Verdict) else label


def swapped_and_back(label):
    """A label under reversed time: one-way labels swap, two-leg labels stay."""
    return negated(label) if label in ("+", "-") else label


def some(said, *types):
    """The part of a telling that is about some types."""
    return {place: answer for place, answer in said.items() if place.question_type in types}


def names(*numbers):
    """Names of the types with these numbers."""
    return tuple(TYPE_NAMES[n] for n in numbers)
