"""What a row asks, read from its words: templates are matched backwards, names are looked up."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache

from rederivation.names import CIRCLE, FRAME, PIXEL, NamedPlace, read_frame, read_object, read_place
from rederivation.phrases import clauses, read_label, read_toml, scopes

OBJECT_SLOTS = ("object", "nearer", "farther", "more", "less", "first", "second", "reference")
PLACE_SLOTS = {
    ("multi_view_depth", "nearer"), ("multi_view_depth", "farther"),
    ("multi_view_object_distance", "nearer"), ("multi_view_object_distance", "farther"),
}
"""Slots whose text says a moment beside the object."""
VIEW = "the camera's viewpoint in "
FORMATS = ("yes_no", "multiple_choice", "free_form", "track")


@dataclass
class Asked:
    """A question as its words state it; unused fields stay empty.

    Attributes
    ----------
    kind : question type, and the variant whose own templates it fits.
    claim : label of a yes/no question.
    scope : components a multiple choice question is about.
    objects : slot -> instance id.
    moments : slot -> clip frame, for things that are meant as they are in a frame of their own.
    frame : clip frame of the viewpoint, the moment or the query.
    point : query pixel as stated.
    targets : clip frames of a track.
    """

    kind: tuple[str, str] = ("", "")
    claim: dict[str, str] = field(default_factory=dict)
    scope: tuple[str, ...] = ()
    objects: dict[str, int] = field(default_factory=dict)
    moments: dict[str, int] = field(default_factory=dict)
    frame: int = 0
    point: tuple[float, float] = (0.0, 0.0)
    targets: tuple[int, ...] = ()


@dataclass
class FreeAnswer:
    """A free-form answer as its words state it.

    Attributes
    ----------
    label : component -> verdict; {} when nothing happens.
    objects : slot -> instance id, for the objects it names.
    reason : its words of evidence; empty when it gives none.
    """

    label: dict[str, str]
    objects: dict[str, int]
    reason: str = ""


class UnreadableError(Exception):
    """The words fit no template, or name nothing, or can be read in two ways."""


def matches(text, row, world, part):
    """(variant, slots) of every template of the row's type and format that `text` fits."""
    captions = tuple(sorted({facts.caption for facts in world.scene.objects if facts.caption}))
    kind = row["question_type"]
    fits = [
        (variant, pattern(template, captions, kind).fullmatch(text))
        for variant, template, words in templates(kind, row["format"], part)
        if all(some in text.lower() for some in words)  # patterns take long to compile
    ]
    return [(variant, fit.groupdict()) for variant, fit in fits if fit]


@cache
def templates(question_type, format_, part):
    """(variant, template, words) of all templates; whatever fits one has its words, in lower case."""
    bank = read_toml("phrasing", "bank", f"{question_type}.toml")
    sections = {"": bank} | {name: table for name, table in bank.items() if name not in FORMATS}
    return [
        (variant, entry["text"], [some.lower() for some in re.split(r"\{\w+\}", entry["text"])])
        for variant, section in sections.items()
        for entry in section.get(format_, {}).get(part, [])
    ]


@cache
def pattern(template, captions, question_type):
    """Regular expression of a template; an object is named by a pixel, a circle or a caption."""
    names = "|".join([PIXEL.pattern, CIRCLE.pattern, *(f"the {re.escape(c)}" for c in captions)])
    return re.compile(_pattern(template, names, question_type), re.IGNORECASE)


def _pattern(text, names, question_type):
    pieces, seen = [], set()
    for piece in re.split(r"(\{\w+\})", text):
        name = piece[1:-1]
        if not re.fullmatch(r"\{\w+\}", piece):
            pieces.append(re.escape(piece))
        elif name in seen:
            pieces.append(f"(?P={name})")
        else:
            seen.add(name)
            within = names if name in OBJECT_SLOTS else ".+?"
            if (question_type, name) in PLACE_SLOTS:
                within = rf"(?:{names})(?: in {FRAME}| \(as it is in {FRAME}\))?"
            pieces.append(f"(?P<{name}>{within})")
    return "".join(pieces)


def read_question(row, world):
    """Read ``row["question"]``.

    Raises
    ------
    UnreadableError
        When no template fits, or two fit and say different things.
    """
    found = []
    for variant, slots in matches(row["question"], row, world, "questions"):
        asked = _asked((row["question_type"], variant), slots, row, world)
        if asked and asked not in found:
            found.append(asked)
    if len(found) != 1:
        raise UnreadableError(f"{len(found)} readings of '{row['question']}'")
    return found[0]


def read_free_answer(row, world, asked):
    """Read the answer to a free-form question.

    Raises
    ------
    UnreadableError
        As `read_question`.
    """
    found = []
    for variant, slots in matches(row["answer"], row, world, "answers"):
        if variant != asked.kind[1]:
            continue
        label = read_option(slots["label"], row, world, asked, may_be_nothing=True)
        named = {s: read_object(text, row, world) for s, text in slots.items() if s in OBJECT_SLOTS}
        answer = FreeAnswer(label, named, slots.get("evidence") or "")
        if label is not None and None not in named.values() and answer not in found:
            found.append(answer)
    if len(found) != 1:
        raise UnreadableError(f"{len(found)} readings of the answer '{row['answer']}'")
    return found[0]


def read_option(text, row, world, asked, may_be_nothing=False):
    """Label that a verb phrase or a whole clause says; None when it says none."""
    for clause, label in clauses(row["question_type"]):
        pattern = "".join(
            f"(?P<{piece[1:-1]}>.+)" if piece.startswith("{") else re.escape(piece)
            for piece in re.split(r"(\{\w+\})", clause)
        )
        if match := re.fullmatch(pattern, text, re.IGNORECASE):
            named = {s: read_object(words, row, world) for s, words in match.groupdict().items()}
            if all(asked.objects[slot] == id_ for slot, id_ in named.items()):
                return label
    return read_label(text, asked.kind, may_be_nothing)


def _asked(kind, slots, row, world):
    """Put slots into an Asked, or None when one of them says nothing."""
    asked, count = Asked(kind), json.loads(row["frames"])["count"]
    for slot, text in slots.items():
        words = text.lower()
        if slot == "claim":
            value = asked.claim = read_label(words, kind)
        elif slot == "scope":
            value = asked.scope = scopes(kind).get(words)
        elif (kind[0], slot) in PLACE_SLOTS:
            value = place = read_place(words, row, world)
            asked.objects[slot], asked.moments[slot] = place or NamedPlace(0, 0)
        elif slot in OBJECT_SLOTS:
            value = asked.objects[slot] = read_object(words, row, world)
        elif slot in ("nearer_moment", "farther_moment"):
            value = asked.moments[slot.removesuffix("_moment")] = _moment(words, "in ", count)
        elif slot in ("view", "moment", "query_frame"):
            before = {"view": VIEW, "moment": "in ", "query_frame": ""}[slot]
            value = asked.frame = _moment(words, before, count)
        elif slot == "point":
            value = asked.point = tuple(float(number) for number in words.strip("()").split(", "))
        elif slot == "targets":
            value = asked.targets = _targets(words)
        else:
            raise UnreadableError(f"no meaning is known for the slot {{{slot}}}")
        if value is None:
            return None
    return asked


def _moment(words, before, count):
    return read_frame(words.removeprefix(before), count) if words.startswith(before) else None


def _targets(words):
    if not re.fullmatch(r"frames? \d+(, \d+)*( and \d+)?", words):
        return None
    return tuple(int(number) for number in re.findall(r"\d+", words))
