"""The phrasing bank: templates as data files, checked when they are loaded."""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import cache
from typing import Any

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.phrasing.prose import prose_fault
from fourdp_qa.phrasing.words import Form
from fourdp_qa.tables import load_table

NEEDS = ("camera_moves", "camera_still", "moving_object", "two_moving_objects", "reversing_object")
"""What a template may ask of the segment: its words would be false or odd without it.

``moving_object`` and ``two_moving_objects``: at least one, two objects move in the world;
``reversing_object``: one moves one way in the world and then back.
"""

EVIDENCE = "evidence"
"""Slot that an answer template may have beside those it must have."""

Section = tuple[str, str, str]
"""Question type, variant ("" where all variants share their words), answer format."""


def _slots(*names: str) -> frozenset[str]:
    return frozenset(names)


SLOTS: dict[Section, frozenset[str]] = {
    ("camera_movement", "", "yes_no"): _slots("claim"),
    ("camera_movement", "", "multiple_choice"): _slots("scope"),
    ("camera_movement", "", "free_form"): _slots(),
    ("camera_object_distance", "", "yes_no"): _slots("object", "claim"),
    ("camera_object_distance", "", "multiple_choice"): _slots("object"),
    ("camera_object_distance", "", "free_form"): _slots("object"),
    ("object_rotation", "", "multiple_choice"): _slots("object"),
    ("object_rotation", "", "free_form"): _slots("object"),
    ("object_direction", "", "multiple_choice"): _slots("object", "scope", "view"),
    ("object_direction", "", "free_form"): _slots("object", "view"),
    ("object_direction", "screen", "multiple_choice"): _slots("object", "scope"),
    ("object_direction", "screen", "free_form"): _slots("object"),
    ("object_direction", "own_front", "multiple_choice"): _slots("object", "scope"),
    ("object_direction", "own_front", "free_form"): _slots("object"),
    ("agent_motion", "", "yes_no"): _slots("object", "claim"),
    ("agent_motion", "", "free_form"): _slots("object"),
    ("moved_distance", "", "yes_no"): _slots("more", "less"),
    ("moved_distance", "", "multiple_choice"): _slots("first", "second"),
    ("moved_distance", "", "free_form"): _slots("first", "second"),
    ("object_object_distance_change", "", "yes_no"): _slots("first", "second", "claim"),
    ("object_object_distance_change", "", "multiple_choice"): _slots("first", "second"),
    ("object_object_distance_change", "", "free_form"): _slots("first", "second"),
    ("depth", "", "yes_no"): _slots("nearer", "farther", "moment"),
    ("depth", "", "multiple_choice"): _slots("moment"),
    ("object_object_distance", "", "yes_no"): _slots("nearer", "farther", "reference", "moment"),
    ("object_object_distance", "", "multiple_choice"): _slots("reference", "moment"),
    ("multi_view_depth", "", "yes_no"): _slots("nearer", "farther"),
    ("multi_view_depth", "", "multiple_choice"): _slots(),
    ("multi_view_depth", "one_object", "yes_no"): _slots(
        "object", "nearer_moment", "farther_moment"),
    ("multi_view_object_distance", "", "yes_no"): _slots("nearer", "farther", "reference"),
    ("multi_view_object_distance", "", "multiple_choice"): _slots("reference"),
    ("multi_view_object_distance", "one_pair", "yes_no"): _slots(
        "first", "second", "nearer_moment", "farther_moment"),
    ("visual_point_tracking", "", "track"): _slots("point", "query_frame", "targets"),
    ("visual_point_tracking", "named_object", "track"): _slots("object", "query_frame", "targets"),
    ("true_motion_point_tracking", "", "track"): _slots("point", "query_frame", "targets"),
    ("true_motion_point_tracking", "named_object", "track"): _slots(
        "object", "query_frame", "targets"),
}
"""Slots every question template of a section must fill, no more and no fewer."""

ANSWER_SLOTS: dict[tuple[str, str], frozenset[str]] = {
    ("camera_movement", ""): _slots("label"),
    ("camera_object_distance", ""): _slots("object", "label"),
    ("object_rotation", ""): _slots("object", "label"),
    ("object_direction", ""): _slots("object", "label"),
    ("object_direction", "screen"): _slots("object", "label"),
    ("object_direction", "own_front"): _slots("object", "label"),
    ("agent_motion", ""): _slots("object", "label"),
    ("moved_distance", ""): _slots("label"),
    ("object_object_distance_change", ""): _slots("first", "second", "label"),
}
"""Slots of free-form answers of a type and variant; `EVIDENCE` may stand beside them."""


@dataclass(frozen=True)
class Template:
    """One way of asking or answering.

    Attributes
    ----------
    id : unique in the bank, e.g. ``object_direction.screen.multiple_choice.q03``.
    text : with slots in braces.
    form : grammatical form in which claims, options and labels are put.
    needs : what must be true of the segment, from `NEEDS`.
    """

    id: str
    text: str
    form: Form
    needs: tuple[str, ...]

    @property
    def slots(self) -> frozenset[str]:
        """Names of the slots in `text`."""
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.text) if name)


@cache
def question_templates(
    question_type: str, answer_format: str, variant: str = ""
) -> tuple[Template, ...]:
    """Question templates of a type and format, in the words of the variant where it has its own.

    Raises
    ------
    FourdpQaError
        When a template of the bank lacks a slot, has one too many, or states an unknown need.
    """
    section = (question_type, variant, answer_format)
    if section not in SLOTS:
        section = (question_type, "", answer_format)
    templates = _read(section, "questions")
    for template in templates:
        _check(template, SLOTS[section], SLOTS[section])
    return templates


def find_question_template(template_id: str) -> Template | None:
    """The question template of a row's `template_id`, e.g. ``object_direction.screen.multiple_choice.q03``;
    None when the bank has none of this id: rows may be older than it.
    """
    question = template_id.partition("|")[0]
    for question_type, variant, answer_format in SLOTS:
        section = ".".join(filter(None, (question_type, variant, answer_format)))
        if question.rpartition(".")[0] == section:
            found = question_templates(question_type, answer_format, variant)
            return next((template for template in found if template.id == question), None)
    return None


@cache
def answer_templates(question_type: str, variant: str = "") -> tuple[Template, ...]:
    """Free-form answer templates of a type, in the words of the variant where it has its own."""
    own = variant if (question_type, variant) in ANSWER_SLOTS else ""
    templates = _read((question_type, own, "free_form"), "answers")
    required = ANSWER_SLOTS[question_type, own]
    for template in templates:
        _check(template, required, required | {EVIDENCE})
    return templates


def _read(section: Section, part: str) -> tuple[Template, ...]:
    """Templates of one list of the bank, with ids like ``depth.yes_no.q03`` or ``...free_form.a01``."""
    question_type, variant, answer_format = section
    table = load_table("fourdp_qa.phrasing", f"bank/{question_type}.toml")
    _refuse_unknown_sections(question_type, table)
    name = f"{variant}.{answer_format}" if variant else answer_format
    entries = (table.get(variant, {}) if variant else table).get(answer_format, {}).get(part)
    if not entries:
        raise FourdpQaError(
            f"bank/{question_type}.toml: found no list '{part}' under [{name}], expected one"
        )
    return tuple(
        _template(f"{question_type}.{name}.{part[0]}{number:02d}", entry)
        for number, entry in enumerate(entries, start=1)
    )


def _refuse_unknown_sections(question_type: str, table: dict[str, Any]) -> None:
    """A misspelt section would otherwise never be read, and never be missed."""
    formats = {answer_format for _, _, answer_format in SLOTS}
    found = {("", name) for name in table if name in formats}
    found |= {(name, inner) for name in table if name not in formats for inner in table[name]}
    known = {(variant, answer_format) for name, variant, answer_format in SLOTS
             if name == question_type}
    if found - known:
        unknown = sorted(".".join(filter(None, section)) for section in found - known)
        raise FourdpQaError(
            f"bank/{question_type}.toml: found the sections {unknown}, expected some of "
            f"{sorted('.'.join(filter(None, section)) for section in known)}"
        )


def _template(name: str, entry: dict[str, Any]) -> Template:
    form = str(entry.get("form", "third")).upper()
    if "text" not in entry or form not in Form.__members__:
        raise FourdpQaError(
            f"template {name}: found {entry}, expected a text and one of the forms "
            f"{[f.lower() for f in Form.__members__]}"
        )
    needs = tuple(str(n) for n in entry.get("needs", []))
    return Template(name, str(entry["text"]), Form[form], needs)


def _check(template: Template, required: frozenset[str], allowed: frozenset[str]) -> None:
    if not required <= template.slots <= allowed:
        raise FourdpQaError(
            f"template {template.id}: found slots {sorted(template.slots)}, expected "
            f"{sorted(required)}"
        )
    unknown = set(template.needs) - set(NEEDS)
    if unknown:
        raise FourdpQaError(
            f"template {template.id}: found needs {sorted(unknown)}, expected some of {list(NEEDS)}"
        )


def fill(template: Template, values: dict[str, str]) -> str:
    """Fill the slots and begin with a capital letter.

    Raises
    ------
    FourdpQaError
        When a slot has no value, or the text comes out as no English prose: the bank or a name is
        at fault.
    """
    missing = sorted(template.slots - set(values))
    if missing:
        raise FourdpQaError(f"template {template.id}: found no value for the slots {missing}")
    text = template.text.format(**values)
    text = text[:1].upper() + text[1:]
    fault = prose_fault(text, values)
    if fault:
        raise FourdpQaError(f"template {template.id}: filled to '{text}', which has {fault}")
    return text
