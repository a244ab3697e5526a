"""From a model's free text to an answer: the documented rule of docs/evaluation.md.

The rule is strict: what a careful reader could not settle is unparsed, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fourdp_qa.eval_tasks.scoring.choice import parse_choice
from fourdp_qa.eval_tasks.scoring.parsed_answer import ParsedAnswer, Reason
from fourdp_qa.eval_tasks.scoring.response_text import (
    plain_text,
    request_failed,
    without_reasoning,
)
from fourdp_qa.eval_tasks.scoring.yes_no import parse_yes_no
from fourdp_qa.rows.row import AnswerFormat

SCORED_FORMATS = (AnswerFormat.MULTIPLE_CHOICE, AnswerFormat.YES_NO)
"""Formats with one answer that needs no judge; free form is for training, tracks are measured."""

_REFUSAL = re.compile(
    r"\b(?:i|we)(?:'m| am|'re| are)?\s+(?:sorry|unable|not able|afraid)\b"
    r"|\b(?:cannot|can't|can not|could not|couldn't|not possible to|impossible to|unable to)\s+"
    r"(?:be\s+)?(?:\w+ly\s+)?(?:determined?|tell|told|see|view|watch|answer(?:ed)?|access|process"
    r"|provide|assist|help|say|know|judge|verify)\b"
    r"|\bas an ai\b|\bnot enough information\b|\binsufficient information\b"
    r"|\bnone of the (?:above|options)\b"
    r"|\bi don't know\b|\bi do not know\b|\bnot sure\b|\bunclear\b",
    re.IGNORECASE,
)
_STANDS_AGAINST_REFUSAL = (Reason.BARE, Reason.DECLARED, Reason.LEADING, Reason.TRAILING)


def parse_answer(response: str, answer_format: str, options: Sequence[str] = ()) -> ParsedAnswer:
    """Read the answer to a multiple choice or a yes/no question.

    Parameters
    ----------
    response : the model's whole text.
    answer_format : ``multiple_choice`` or ``yes_no``.
    options : texts of the options in the order they were shown; empty for yes/no.

    Raises
    ------
    ValueError
        For a format that has no such answer.
    """
    if answer_format not in SCORED_FORMATS:
        raise ValueError(
            f"found format {answer_format!r}, expected one of {[str(f) for f in SCORED_FORMATS]}"
        )
    if request_failed(response):
        return ParsedAnswer(None, Reason.REQUEST_FAILED)
    if not response.strip():
        return ParsedAnswer(None, Reason.EMPTY)
    spoken = without_reasoning(response)
    if spoken is None:
        return ParsedAnswer(None, Reason.REASONING_CUT_OFF)
    text = plain_text(spoken)
    if not text:
        return ParsedAnswer(None, Reason.EMPTY)
    multiple = answer_format == AnswerFormat.MULTIPLE_CHOICE
    found = parse_choice(text, options) if multiple else parse_yes_no(text)
    if found and found.reason in _STANDS_AGAINST_REFUSAL:
        return found
    if _REFUSAL.search(text):
        return ParsedAnswer(None, Reason.REFUSAL)
    return found or ParsedAnswer(None, Reason.NOT_FOUND)
