"""The phrasing bank: templates as data files, checked when they are loaded."""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.phrasing.words import Form
from fourdp_qa.tables import load_table

NEEDS = ("camera_moves", "camera_still", "moving_object")
"""What a template may ask of the segment: its words would be false or odd without it."""

SLOTS: dict[tuple[str, str], frozenset[str]] = {
    ("camera_movement", "yes_no"): frozenset({"claim"}),
    ("camera_movement", "multiple_choice"): frozenset({"scope"}),
    ("camera_movement", "free_form"): frozenset(),
    ("camera_object_distance", "yes_no"): frozenset({"object", "claim"}),
    ("camera_object_distance", "multiple_choice"): frozenset({"object"}),
    ("camera_object_distance", "free_form"): frozenset({"object"}),
    ("object_direction", "multiple_choice"): frozenset({"object", "scope", "view"}),
    ("object_direction", "free_form"): frozenset({"object", "view"}),
    ("depth", "yes_no"): frozenset({"nearer", "farther", "moment"}),
    ("depth", "multiple_choice"): frozenset({"moment"}),
    ("visual_point_tracking", "track"): frozenset({"point", "query_frame", "targets"}),
    ("true_motion_point_tracking", "track"): frozenset({"point", "query_frame", "targets"}),
}
"""Slots every question template of a type and format must fill, no more and no fewer."""

ANSWER_SLOTS: dict[str, frozenset[str]] = {
    "camera_movement": frozenset({"label"}),
    "camera_object_distance": frozenset({"object", "label"}),
    "object_direction": frozenset({"object", "label"}),
}
"""Slots of free-form answers."""


@dataclass(frozen=True)
class Template:
    """One way of asking or answering.

    Attributes
    ----------
    id : unique in the bank, e.g. ``camera_movement.yes_no.q03``.
    text : with slots in braces.
    form : grammatical form in which claims, options and labels are put.
    needs : what must be true of the segment, from `NEEDS`.
    """

    id: str
    text: str
    form: Form
    needs: tuple[str, ...]


@cache
def question_templates(question_type: str, answer_format: str) -> tuple[Template, ...]:
    """Question templates of a type and format.

    Raises
    ------
    FourdpQaError
        When a template of the bank lacks a slot, has one too many, or states an unknown need.
    """
    templates = _read(question_type, answer_format, "questions")
    _check(templates, SLOTS[question_type, answer_format])
    return templates


@cache
def answer_templates(question_type: str) -> tuple[Template, ...]:
    """Free-form answer templates of a type."""
    templates = _read(question_type, "free_form", "answers")
    _check(templates, ANSWER_SLOTS[question_type])
    return templates


def _read(question_type: str, answer_format: str, part: str) -> tuple[Template, ...]:
    """Templates of one list of the bank, with ids like ``depth.yes_no.q03`` or ``...free_form.a01``."""
    table = load_table("fourdp_qa.phrasing", f"bank/{question_type}.toml")
    entries = table.get(answer_format, {}).get(part)
    if not entries:
        raise FourdpQaError(
            f"bank/{question_type}.toml: found no list '{part}' under [{answer_format}], expected one"
        )
    templates = []
    for number, entry in enumerate(entries, start=1):
        name = f"{question_type}.{answer_format}.{part[0]}{number:02d}"
        form = str(entry.get("form", "third")).upper()
        if "text" not in entry or form not in Form.__members__:
            raise FourdpQaError(
                f"template {name}: found {entry}, expected a text and one of the forms "
                f"{[f.lower() for f in Form.__members__]}"
            )
        needs = tuple(str(n) for n in entry.get("needs", []))
        templates.append(Template(name, str(entry["text"]), Form[form], needs))
    return tuple(templates)


def _check(templates: tuple[Template, ...], expected: frozenset[str]) -> None:
    for template in templates:
        found = {name for _, name, _, _ in string.Formatter().parse(template.text) if name}
        if found != expected:
            raise FourdpQaError(
                f"template {template.id}: found slots {sorted(found)}, expected {sorted(expected)}"
            )
        unknown = set(template.needs) - set(NEEDS)
        if unknown:
            raise FourdpQaError(
                f"template {template.id}: found needs {sorted(unknown)}, expected some of "
                f"{list(NEEDS)}"
            )


def fill(template: Template, values: dict[str, str]) -> str:
    """Fill the slots and begin with a capital letter.

    Raises
    ------
    FourdpQaError
        When the text comes out with a doubled word or space: the bank is at fault.
    """
    text = template.text.format(**values)
    text = text[:1].upper() + text[1:]
    words = text.lower().split()
    # "near near?" repeats a word, "(visible) or not (not visible)" and "no, no" need not.
    doubled = [a for a, b in pairwise(words) if a == b.rstrip(".,;:?!")]
    if "  " in text or doubled:
        raise FourdpQaError(f"template {template.id}: filled to '{text}', which repeats a word")
    return text
