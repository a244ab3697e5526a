"""Has a model fallen into one answer, whatever it is asked?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fourdp_qa.eval_tasks.scoring.verdict import Verdict

ENOUGH_ITEMS = 8
"""Fewer answers may be the same by luck: with Yes and No evenly true, 8 right ones are in 1 of 128 cases."""
COLLAPSED = 0.9
"""Share of one answer among those given: no balanced part of a benchmark has it among the right ones."""
NOT_ITS_FAULT = 0.75
"""A part in which one answer is right this often says nothing about a model that gives it."""


@dataclass(frozen=True)
class Collapse:
    """One answer nearly always.

    Attributes
    ----------
    format : of the questions.
    question_type : of the questions; empty for all types together.
    answer : what it nearly always says.
    times, of : how often, of how many readable answers.
    right : share of these questions to which it is right.
    """

    format: str
    question_type: str
    answer: str
    times: int
    of: int
    right: float


def collapses(verdicts: Iterable[Verdict]) -> list[Collapse]:
    """By format over all types; then, where that found nothing, by type and format, the answers taken by
    their place (a letter) and by what they say.
    """
    given = [v for v in verdicts if v.is_parsed and not v.is_failed]
    found = _found(given, lambda v: (v.format, ""), lambda v: (v.parsed or "", v.expected))
    collapsed = {c.format for c in found}
    rest = [v for v in given if v.format not in collapsed]
    by_place = _found(rest, lambda v: (v.format, v.question_type), lambda v: (v.parsed or "", v.expected))
    seen = {(c.format, c.question_type) for c in by_place}
    rest = [v for v in rest if v.labels and (v.format, v.question_type) not in seen]
    by_words = _found(
        rest, lambda v: (v.format, v.question_type), lambda v: (v.parsed_label, v.expected_label))
    return [*found, *by_place, *by_words]


def _found(
    verdicts: Iterable[Verdict], part: Callable[[Verdict], tuple[str, str]],
    answers: Callable[[Verdict], tuple[str, str]],
) -> list[Collapse]:
    given: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    right: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for v in verdicts:
        said, true = answers(v)
        given[part(v)][said] += 1
        right[part(v)][true] += 1
    found = []
    for key, counts in sorted(given.items()):
        answer, times = counts.most_common(1)[0]
        of = counts.total()
        share = right[key][answer] / of
        if of >= ENOUGH_ITEMS and times >= COLLAPSED * of and share < NOT_ITS_FAULT:
            found.append(Collapse(*key, answer, times, of, share))
    return found
