"""Questions with a fixed list of answers, as the shortcut solvers see them: names taken out of the
texts, objects in the order in which the question mentions them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from fourdp_qa.inspection.audit.folds import Split
from fourdp_qa.phrasing.words import Form, claim_words
from fourdp_qa.questions.claims import Claim, labels_of
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Row

CLOSED = (AnswerFormat.YES_NO, AnswerFormat.MULTIPLE_CHOICE)
YES_NO = ("Yes", "No")
UNNAMED = "OBJ"
"""Stands in an option for an object that the question does not name."""
COMPARISONS = frozenset({
    "ln_distance_ratio", "ln_distance_ratio_of_views", "ln_reference_distance_ratio",
    "ln_reference_distance_ratio_of_views",
})
"""Quantities of types 8-11 that say which of the first two objects is nearer, + for the first."""
TO_REFERENCE = frozenset({"object_object_distance", "multi_view_object_distance"})
"""Types that measure to the object listed last."""

Box = tuple[float, float, float, float]
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Named:
    """An object that a question or an option names: its caption, and where it is in that frame."""

    caption: str
    colour: str
    box: Box | None
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    Attributes
    ----------
    row : its position among all rows.
    cell : (type, format).
    cluster, fold : its scene, and the part of the data it lies in.
    question : text with every name replaced by OBJa, OBJb, ... in the order of mention.
    candidates : Yes and No, or the options without names and numbers.
    right : position of the true one.
    claim : what a yes/no question claims, as far as its words can be read back.
    wins : of a comparison of two objects: 1 when the one mentioned first is nearer, -1 when the other
        is; 0 for other questions.
    compared : objects it is about, in the order of mention.
    reference : object that distances are measured to.
    chosen : the object of each option, where options are objects.
    frames : clip frames it names.
    clip : its clip; empty without clips.
    """

    row: int
    cell: tuple[str, str]
    cluster: int
    fold: int
    question: str
    candidates: tuple[str, ...]
    right: int
    claim: str
    wins: int
    compared: tuple[Named, ...]
    reference: Named | None
    chosen: tuple[Named, ...]
    frames: tuple[int, ...]
    clip: str


def closed_items(rows: Sequence[Row], split: Split) -> list[Item]:
    """Every yes/no and four-option row as an `Item`."""
    return [
        _item(n, row, int(split.cluster[n]), int(split.fold[n]))
        for n, row in enumerate(rows) if row.format in CLOSED
    ]


def components_of(row: Row) -> tuple[tuple[str, str], ...]:
    """(name, verdict) of every quantity that a row rests on."""
    found = json.loads(row.evidence)["quantities"]
    return tuple((q["name"].replace(" ", "_"), q["verdict"]) for q in found)


def label_of(row: Row) -> str:
    """What holds, by type: the measured verdicts of all it rests on."""
    said = " ".join(f"{name}:{verdict}" for name, verdict in components_of(row))
    return f"{row.question_type} {said}".strip()


def first_label(row: Row) -> str:
    """The first verdict of `label_of`: few enough different ones to count."""
    return " ".join(label_of(row).split(" ")[:2])


def statement_of(row: Row, quantities: Sequence[tuple[str, str]]) -> str:
    """What a yes/no row claims: the claim its words make, or else what it measures."""
    return _claim_said(row.question_type, row.question) or "+".join(name for name, _ in quantities)


def _item(number: int, row: Row, cluster: int, fold: int) -> Item:
    quantities = components_of(row)
    mentions = json.loads(row.objects)
    question = row.question
    places = [_place(question, m["reference"]) for m in mentions]
    order = sorted(range(len(mentions)), key=lambda k: places[k])
    names = {k: f"OBJ{'abcdef'[n]}" for n, k in enumerate(order) if places[k] < len(question)}
    masked = _without_names(question, mentions, names)
    options = tuple(plain_text(_without_names(o, mentions, names)) for o in row.options)
    measured_to = row.question_type in TO_REFERENCE and len(mentions) > 2
    last = len(mentions) - 1
    compared = [k for k in order if not (measured_to and k == last)]
    wins = 0
    if (row.format == AnswerFormat.YES_NO and len(quantities) == 1 and len(compared) == 2
            and quantities[0][0] in COMPARISONS):
        wins = {"+": 1, "-": -1}.get(quantities[0][1], 0) * (1 if compared[0] < compared[1] else -1)
    choice = row.format == AnswerFormat.MULTIPLE_CHOICE
    return Item(
        row=number, cell=(row.question_type, row.format), cluster=cluster, fold=fold,
        question=masked, candidates=options if choice else YES_NO,
        right=(LETTERS if choice else YES_NO).index(row.answer),
        claim="" if choice else statement_of(row, quantities), wins=wins,
        compared=tuple(_named(mentions[k]) for k in compared),
        reference=_named(mentions[last]) if measured_to else None,
        chosen=_chosen(row, mentions) if choice else (),
        frames=tuple(json.loads(row.frames)["named"]), clip=row.file_name,
    )


def _place(text: str, reference: str) -> int:
    found = text.lower().find(reference.lower())
    return found if found >= 0 else len(text)


def _named(mention: dict[str, Any]) -> Named:
    box, point, circle = mention["box"], mention["point"], mention["circle"]
    return Named(
        caption=mention["caption"].lower(), colour=circle["colour"] if circle else "",
        box=tuple(box) if box else None, point=tuple(point) if point else None,
    )


def _chosen(row: Row, mentions: Sequence[dict[str, Any]]) -> tuple[Named, ...]:
    """The object each option names; none unless all four name different ones and nothing else."""
    found = []
    for option in row.options:
        named = [m for m in mentions if option.lower().startswith(m["reference"].lower())]
        if not named:
            return ()
        found.append(max(named, key=lambda m: len(m["reference"])))
    different = len({m["id"] for m in found}) == len(row.options)
    return tuple(map(_named, found)) if different else ()


def _without_names(
    text: str, mentions: Sequence[dict[str, Any]], names: dict[int, str]
) -> str:
    """A text with the longest references replaced first: one may lie inside another."""
    for k in sorted(range(len(mentions)), key=lambda k: -len(mentions[k]["reference"])):
        reference = mentions[k]["reference"]
        if reference.lower() in text.lower():
            text = re.sub(re.escape(reference), names.get(k, UNNAMED), text, flags=re.IGNORECASE)
    return text


def plain_text(text: str) -> str:
    """A text in lower case with every number replaced."""
    return _NUMBER.sub("#", text.lower())


def _claim_said(question_type: str, question: str) -> str:
    text = question.lower()
    said = [(len(words), key) for words, key in _claim_texts(question_type) if words in text]
    return max(said)[1] if said else ""


@cache
def _claim_texts(question_type: str) -> tuple[tuple[str, str], ...]:
    """Every form of the words of every yes/no claim of a type, except those that compare objects: they
    are made of the objects' names.
    """
    if question_type not in {t.name for t in TYPES if AnswerFormat.YES_NO in t.formats}:
        return ()
    compared = {"nearer", "nearest", "farther"}
    return tuple(
        (claim_words(question_type, claim, form).lower(), claim.key)
        for claim in labels_of(question_type).yes_no if not _compares(claim, compared)
        for form in Form
    )


def _compares(claim: Claim, compared: set[str]) -> bool:
    return not compared.isdisjoint(claim.components)
