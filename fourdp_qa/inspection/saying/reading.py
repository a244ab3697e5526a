"""One row read: its template matched backwards, names looked up, and what it says to be so or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fourdp_qa.generate.slots import COMPARES_PLACES, HAS_REFERENCE, ONE_FRAME_EACH
from fourdp_qa.inspection.saying.labels import (
    COMPARED,
    Label,
    UnreadableError,
    answers_within,
    read_claim,
    read_options,
)
from fourdp_qa.phrasing.references import at_moment, frame_words
from fourdp_qa.phrasing.templates import Template, answer_templates, question_templates
from fourdp_qa.rows.details import ObjectMention, frames_from_json, objects_from_json
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Row

NAMES: Final = ("object", "first", "second", "nearer", "farther", "more", "less", "reference")
"""Slots that hold a name."""
MOMENTS: Final = ("moment", "view", "nearer_moment", "farther_moment")

Length = tuple[str, int, frozenset[int]]
"""A length that rows compare: what kind, in which clip frame, between or of which objects. ``camera``: from
the camera to an object; ``apart``: between two; ``path``: travelled over the clip (frame 0)."""


@dataclass(frozen=True)
class Subject:
    """What labels are about: two rows with one subject speak of the same thing."""

    question_type: str
    view: str
    ids: tuple[int, ...]

    def __str__(self) -> str:
        ids = f" of {', '.join(map(str, self.ids))}" if self.ids else ""
        return f"{self.question_type}{ids}{f' ({self.view})' if self.view else ''}"


@dataclass(frozen=True)
class Saying:
    """What one row says.

    Attributes
    ----------
    row_id : of the row.
    subject : None where only lengths are compared.
    holds : a label that is true; empty when none is said to be.
    denied : labels that are false.
    complete : whether a label is a complete account of its components (options are).
    shorter : pairs of lengths of which the first is the shorter.
    """

    row_id: str
    subject: Subject | None = None
    holds: tuple[tuple[str, str], ...] = ()
    denied: tuple[tuple[tuple[str, str], ...], ...] = ()
    complete: bool = False
    shorter: tuple[tuple[Length, Length], ...] = ()


@dataclass(frozen=True)
class _Question:
    """A row with its template and the texts in the slots."""

    row: Row
    template: Template
    variant: str
    slots: dict[str, str]
    mentions: list[ObjectMention]
    count: int

    def object_of(self, text: str) -> int:
        """Id of the object that a name points at."""
        ids = {m.id for m in self.mentions if m.reference.casefold() == text.casefold()}
        if len(ids) != 1:
            raise UnreadableError(f"'{text}' names {len(ids)} objects")
        return ids.pop()

    def place_of(self, text: str) -> tuple[int, int]:
        """Id and clip frame of ``the red car in frame 8``."""
        found = {(m.id, f) for m in self.mentions for f in range(self.count)
                 if at_moment(m.reference, f, self.count).casefold() == text.casefold()}
        if len(found) != 1:
            raise UnreadableError(f"'{text}' names {len(found)} objects in frames")
        return found.pop()

    def frame_of(self, slot: str) -> int:
        """Clip frame that the text of a slot ends with."""
        text = self.slots[slot].casefold()
        found = [f for f in range(self.count)
                 if text.endswith(f"in {frame_words(f, self.count)}".casefold())]
        if len(found) != 1:
            raise UnreadableError(f"'{text}' names {len(found)} frames")
        return found[0]


def read_row(row: Row) -> Saying | None:
    """What a row of types 1-11 says; None for tracks.

    Raises
    ------
    UnreadableError
        When its words, options or answer fit nothing, or two things that differ.
    """
    if row.format == AnswerFormat.TRACK:
        return None
    try:
        question = _question(row)
        if row.question_type in COMPARES_PLACES:
            return _order(question)
        return _label(question)
    except (ValueError, LookupError, TypeError) as error:
        raise UnreadableError(str(error)) from error


def _question(row: Row) -> _Question:
    name = row.template_id.split("|")[0]
    variant = ".".join(name.split(".")[1:-2])
    templates = question_templates(row.question_type, row.format, variant)
    template = next((t for t in templates if t.id == name), None)
    if template is None:
        raise UnreadableError(f"no template '{name}'")
    mentions, count = objects_from_json(row.objects), frames_from_json(row.frames).count
    slots = _match(template.text, row.question, mentions, count, row.question_type)
    return _Question(row, template, variant, slots, mentions, count)


def _match(
    text: str, said: str, mentions: list[ObjectMention], count: int, question_type: str
) -> dict[str, str]:
    """The texts in the slots of a template."""
    names = {m.reference for m in mentions}
    places = {at_moment(m.reference, f, count) for m in mentions for f in range(count)}
    pieces, seen = [], set()
    for piece in re.split(r"(\{\w+\})", text):
        slot = piece[1:-1]
        if not re.fullmatch(r"\{\w+\}", piece):
            pieces.append(re.escape(piece))
        elif slot in seen:
            pieces.append(f"(?P={slot})")
        else:
            seen.add(slot)
            known = places if question_type in ONE_FRAME_EACH and slot in ("nearer", "farther") else names
            options = "|".join(re.escape(n) for n in sorted(known, key=len, reverse=True))
            pieces.append(f"(?P<{slot}>{options if slot in NAMES else '.+?'})")
    fit = re.fullmatch("".join(pieces), said, re.IGNORECASE | re.DOTALL)
    if fit is None:
        raise UnreadableError(f"'{said}' does not fit its template '{text}'")
    return fit.groupdict()


def _yes(row: Row) -> bool:
    if row.answer not in ("Yes", "No"):
        raise UnreadableError(f"'{row.answer}' is neither Yes nor No")
    return row.answer == "Yes"


def _order(question: _Question) -> Saying:
    """Types 8-11: one length is shorter than the other, or than three others."""
    row = question.row
    if row.format == AnswerFormat.YES_NO:
        near, far = (_length(question, slot) for slot in ("nearer", "farther"))
        return Saying(row.id, shorter=((near, far) if _yes(row) else (far, near),))
    lengths = [_length_of_text(question, option) for option in row.options]
    near = lengths.pop(LETTERS.index(row.answer))
    return Saying(row.id, shorter=tuple((near, far) for far in lengths))


def _length(question: _Question, slot: str) -> Length:
    moment = f"{slot}_moment"
    if moment in question.slots:
        # One object at two moments, or one pair.
        ids = frozenset(question.object_of(question.slots[s]) for s in ("object", "first", "second")
                        if s in question.slots)
        return _kind(question, ids), question.frame_of(moment), ids
    return _length_of_text(question, question.slots[slot])


def _length_of_text(question: _Question, text: str) -> Length:
    kind = question.row.question_type
    if kind in ONE_FRAME_EACH:
        number, frame = question.place_of(text)
    else:
        number, frame = question.object_of(text), question.frame_of("moment")
    ids = {number}
    if kind in HAS_REFERENCE:
        ids.add(question.object_of(question.slots["reference"]))
    return _kind(question, frozenset(ids)), frame, frozenset(ids)


def _kind(question: _Question, ids: frozenset[int]) -> str:
    apart = question.row.question_type in HAS_REFERENCE
    if apart != (len(ids) == 2):
        raise UnreadableError(f"{len(ids)} objects at the ends of a distance")
    return "apart" if apart else "camera"


def _label(question: _Question) -> Saying:
    """Types 1-7: what is true of the components of a label, and what is not."""
    row, slots = question.row, question.slots
    ids = [question.object_of(slots[s]) for s in ("object", "first", "second", "more", "less") if s in slots]
    if len(set(ids)) < len(ids):
        raise UnreadableError("one object is named twice")
    first, second = (slots.get("first", ""), slots.get("second", ""))
    view = slots.get("view", question.variant).casefold()
    subject = Subject(row.question_type, view, tuple(sorted(ids)))
    # A comparison is told as the object with the smaller id would be compared.
    flip = row.question_type == COMPARED and ids != sorted(ids)
    if row.format == AnswerFormat.YES_NO:
        claim = ({"farther": "+"} if row.question_type == COMPARED
                 else read_claim(row.question_type, question.template.form, slots["claim"]))
        said = _told(claim, flip)
        if _yes(row):
            return Saying(row.id, subject, holds=said)
        return Saying(row.id, subject, denied=(said,))
    if row.format == AnswerFormat.FREE_FORM:
        said = _told(_free_answer(question, first, second), flip)
        return Saying(row.id, subject, holds=said, complete=True)
    labels = [_told(label, flip) for label in read_options(
        row.question_type, question.variant, question.template.form, row.options, slots.get("scope", ""),
        first, second)]
    true = labels.pop(LETTERS.index(row.answer))
    return Saying(row.id, subject, holds=true, denied=tuple(labels), complete=True)


def _free_answer(question: _Question, first: str, second: str) -> Label:
    row = question.row
    number = row.template_id.partition("|")[2]
    template = next((t for t in answer_templates(row.question_type, question.variant)
                     if t.id.rsplit(".", 1)[1] == number), None)
    if template is None:
        raise UnreadableError(f"no answer template '{number}'")
    text = template.text
    for slot in NAMES:
        text = text.replace(f"{{{slot}}}", question.slots.get(slot, ""))
    before, after = (".+".join(map(re.escape, part.split("{evidence}"))) for part in text.split("{label}"))
    found: list[Label] = []
    for words, label in answers_within(
            row.question_type, question.variant, template.form, row.answer, first, second):
        fits = re.fullmatch(before + re.escape(words) + after, row.answer, re.IGNORECASE | re.DOTALL)
        if fits and label not in found:
            found.append(label)
    if len(found) != 1:
        raise UnreadableError(f"{len(found)} readings of the answer '{row.answer}'")
    return found[0]


def _told(label: Label, flip: bool) -> tuple[tuple[str, str], ...]:
    other = {"+": "-", "-": "+"}
    return tuple((c, other.get(v, v) if flip else v) for c, v in label.items())
