"""Words of labels back into claims: every phrase that a type can use, looked up."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import combinations, product
from typing import Final, TypeVar

from fourdp_qa.generate.asks import MAX_SAID
from fourdp_qa.phrasing.words import Form, claim_words, scope_words, verdict_words
from fourdp_qa.questions.claims import Claim, labels_of
from fourdp_qa.questions.verdicts import PRESENT, Verdict

Reading = TypeVar("Reading")
Label = dict[str, str]
"""Component -> verdict, alternatives parted by ``|``."""

WHOLE: Final = {
    ("object_direction", ""): ("away", "right", "up"),
    ("object_direction", "screen"): ("screen_right", "screen_up"),
    ("object_direction", "own_front"): ("ahead", "own_right", "up"),
}
"""What a free answer is a whole account of, where the variants of a type differ."""

COMPARED: Final = "moved_distance"
"""Type whose labels are clauses about two named objects."""


class UnreadableError(Exception):
    """The words fit nothing, or two things that differ."""


def read_claim(question_type: str, form: Form, words: str) -> Label:
    """The claim of a yes/no question.

    Raises
    ------
    UnreadableError
        When the words are those of no claim of the type, or of two.
    """
    found = [c for c in labels_of(question_type).yes_no
             if claim_words(question_type, c, form).casefold() == words.casefold()]
    return _only([dict(c.verdicts) for c in found], words)


def read_options(
    question_type: str, variant: str, form: Form, options: list[str], scope: str, first: str, second: str
) -> list[Label]:
    """The claims of four options, in their order.

    Parameters
    ----------
    scope : what the question says it asks about; empty where it does not say.
    first, second : names of the objects where options compare them.

    Raises
    ------
    UnreadableError
        When they are the members of no option set, or of two that differ.
    """
    readings = []
    whole = WHOLE.get((question_type, variant))
    for option_set in labels_of(question_type).sets:
        if whole is not None and not set(option_set.components) <= set(whole):
            continue
        if scope and scope_words(question_type, option_set).casefold() != scope.casefold():
            continue
        members: dict[str, Claim] = {
            claim_words(question_type, m, form, first, second).casefold(): m for m in option_set.members}
        read = [members.get(option.casefold()) for option in options]
        claims = [c for c in read if c is not None]
        if len({c.key for c in claims}) == len(options):
            readings.append([dict(c.verdicts) for c in claims])
    return _only(readings, " / ".join(options))


def answers_within(
    question_type: str, variant: str, form: Form, text: str, first: str, second: str
) -> list[tuple[str, Label]]:
    """Free answers that a text holds: their words in lower case and what they say, of every component."""
    if question_type == COMPARED:
        said = {verdict_words(question_type, {"farther": v}, form, first, second).casefold(): [{"farther": v}]
                for v in ("+", "-", "same", "neither")}
    else:
        said = _answers(question_type, variant, form)
    low = text.casefold()
    return [(words, label) for words, labels in said.items() if words in low for label in labels]


@cache
def _answers(question_type: str, variant: str, form: Form) -> dict[str, list[Label]]:
    """Every free answer of a type in lower case, with what it says: mostly one label."""
    names = WHOLE.get((question_type, variant), labels_of(question_type).free_form)
    found: defaultdict[str, list[Label]] = defaultdict(list)
    for count in range(min(MAX_SAID, len(names)) + 1):
        for present in combinations(names, count):
            for verdicts in product(sorted(map(str, PRESENT)), repeat=count):
                label = dict.fromkeys(names, str(Verdict.ABSENT)) | dict(zip(present, verdicts, strict=True))
                try:
                    words = verdict_words(question_type, label, form)
                except KeyError:
                    continue  # a verdict without words is never said
                found[words.casefold()].append(label)
    return dict(found)


def _only(readings: list[Reading], words: str) -> Reading:
    different = [r for n, r in enumerate(readings) if r not in readings[:n]]
    if len(different) != 1:
        raise UnreadableError(f"{len(different)} readings of '{words}'")
    return different[0]
