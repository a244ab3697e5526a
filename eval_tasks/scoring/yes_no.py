"""Read Yes or No out of a plain text."""

from __future__ import annotations

import re

from fourdp_qa.eval_tasks.scoring.parsed_answer import ParsedAnswer, Reason

_VALUES = {
    "yes": "Yes", "y": "Yes", "true": "Yes", "yeah": "Yes", "yep": "Yes",
    "no": "No", "n": "No", "false": "No", "nope": "No",
}

_BARE = re.compile(r"\W*(yes|no|y|n|true|false|yeah|yep|nope)\W*", re.IGNORECASE)
_EITHER = r"(?:yes\s*(?:/|and|or|,\s*and|,\s*or)\s*no|no\s*(?:/|and|or|,\s*and|,\s*or)\s*yes)\b"
_BOTH = re.compile(_EITHER, re.IGNORECASE)
_DECLARED = re.compile(
    r"(?:\b(?:answer|conclusion|verdict)\b(?:\s+to (?:the|this|your) question)?['\s]*"
    r"(?:is|was|would be|should be|must be)?"
    r"(?:\s+(?:definitely|clearly|therefore|thus|simply|that))?\s*[:=\-,]*\s*"
    r"|\b(?:so|therefore|thus|hence)\b,?\s+(?:the answer is\s+)?"
    r"|\b(?:i say|i would say|i'd say|i think|i believe|i guess|probably|likely)\b,?\s+"
    r"|答案(?:是|为)?\s*:?\s*)"
    rf"(?!{_EITHER})[('\s]*(yes|no)\b(?=\s*(?:[.,;:!?)}}'\n-]|$)|\s+(?:because|since|as|it|the)\b)",
    re.IGNORECASE,
)
# "no" before a noun ("No camera motion is visible", "no doubt") is not an answer, so it must be
# followed by punctuation or by a word that begins a clause.
_LEADING = re.compile(
    r"\W*(?:(yes)\b|(no)\b(?=\s*(?:[.,;:!?()\n–—-]|$)"
    r"|\s+(?:it|the|they|he|she|this|that|there|because|since|as|i|we|in)\b))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:[.!?:;]\s+|\n\s*)(yes|no)\b(?=\s*(?:[.,;:!\n–—]|$))", re.IGNORECASE)
_TRAILING = re.compile(r"(?:[,–—-]|\b(?:but|actually))\s*(?:actually,?\s+)?(yes|no)\W*$", re.IGNORECASE)


def parse_yes_no(text: str) -> ParsedAnswer | None:
    """Answer of a plain text, TWO_ANSWERS when it gives both, None when it gives none.

    A declaration ("the answer is no") decides, the last one when there are several. Without one,
    every sentence that begins with yes or no counts, and they have to agree.
    """
    bare = _BARE.fullmatch(text)
    if bare:
        return ParsedAnswer(_VALUES[bare.group(1).lower()], Reason.BARE)
    declared = _DECLARED.findall(text)
    if declared:
        return ParsedAnswer(_VALUES[declared[-1].lower()], Reason.DECLARED)
    if _BOTH.search(text):
        return ParsedAnswer(None, Reason.TWO_ANSWERS)
    leading = _LEADING.match(text)
    found = [leading.group(1) or leading.group(2)] if leading else []
    found += _SENTENCE.findall(text) + _TRAILING.findall(text)
    values = {_VALUES[word.lower()] for word in found}
    if len(values) > 1:
        return ParsedAnswer(None, Reason.TWO_ANSWERS)
    if not values:
        return None
    return ParsedAnswer(values.pop(), Reason.LEADING if leading else Reason.TRAILING)
