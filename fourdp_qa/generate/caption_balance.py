"""Captions must not tell the answer: a house is never the nearest, a tree never moves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from fourdp_qa.questions.claims import Claim
from fourdp_qa.scene.pose import Floats

CHANCE = {"yes_no": 0.5, "multiple_choice": 0.25}
"""How often what a question or an option says is true."""


Word = tuple[str, str, str]
"""Format, role and word: what is counted by itself."""


@dataclass(frozen=True)
class Said:
    """What a question, or one of its options, says of an object.

    Attributes
    ----------
    role : wins or loses the comparison; where none is made, the claim.
    caption : of the object.
    holds : whether it is so.
    """

    role: str
    caption: str
    holds: bool


def said_of_captions(claim: Claim, captions: list[str], holds: bool) -> tuple[Said, ...]:
    """What a claim says of the objects it names, whose `captions` are in their order.

    Who wins a comparison is said of both. Any other claim says the same of all its objects: of a house it
    would else be known that it does not turn, and of two that their distance stays.
    """
    if len(claim.verdicts) == 1:
        ((component, verdict),) = claim.verdicts
        if component == "nearest":
            return (Said("wins", captions[int(verdict)], holds),)
        if component in ("nearer", "farther") and verdict in ("+", "-"):
            first, second = captions[:2] if verdict == "+" else captions[1::-1]
            return (Said("wins", first, holds), Said("loses", second, holds))
    return tuple(Said(claim.key, caption, holds) for caption in captions)


class CaptionBalance:
    """Keeps what is said of every word of captions true as often as luck would make it true.

    What scenes always put behind everything else is then hardly asked about, and the captions alone
    answer neither "which is nearest?" nor "is the house nearer than the ball?".
    """

    def __init__(self, slack: float, slack_share: float) -> None:
        self.slack, self.slack_share = slack, slack_share
        self.lean: defaultdict[Word, float] = defaultdict(float)
        self.due: defaultdict[Word, float] = defaultdict(float)

    def admits(self, answer_format: str, said: tuple[Said, ...]) -> bool:
        """Whether a question keeps every word within the slack, or brings it nearer to it."""
        return not any(
            tells(self.lean[key], self.due[key], true - due, due, self.slack, self.slack_share)
            for key, (true, due) in tally(answer_format, said).items())

    def add(self, answer_format: str, said: tuple[Said, ...]) -> None:
        """Count a question that is asked."""
        for key, (true, due) in tally(answer_format, said).items():
            self.lean[key] += true - due
            self.due[key] += due


def tells(
    lean: Floats | float, said: Floats | float, amount: Floats | float, due: Floats | float,
    slack: float, slack_share: float,
) -> Any:
    """Whether a question brings a word, or each of several, beyond the slack and not nearer to it.

    Parameters
    ----------
    lean : how much oftener than luck makes it what was said of the word is true.
    said : how often luck makes it true.
    amount, due : what the question adds to them.
    slack, slack_share : what a word may lean, or this share of `said`.
    """
    allowed = np.maximum(slack, slack_share * (said + due))
    return np.abs(lean + amount) > np.maximum(allowed, np.abs(lean))


def tally(
    answer_format: str, said: tuple[Said, ...]
) -> dict[Word, tuple[int, float]]:
    """How often what is said of a word is true in this question, and how often luck makes it."""
    found: dict[Word, tuple[int, float]] = {}
    for one in said:
        for word in sorted(set(one.caption.lower().split())):
            key = (answer_format, one.role, word)
            true, due = found.get(key, (0, 0.0))
            found[key] = (true + one.holds, due + CHANCE[answer_format])
    return found
