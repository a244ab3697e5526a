"""What the site knows of every row before its card is fetched: what the list shows and filters ask for."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from fourdp_qa.inspection.gallery_selection import clip_key
from fourdp_qa.inspection.wording import type_line, type_title, value_label
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.row import AnswerFormat, Row

MARGINS: Final = ((0.25, "under ¼ of a band"), (0.5, "¼ to ½"), (1.0, "½ to 1"), (2.0, "1 to 2"))
"""Upper ends of the classes of the margin; past the last lie the questions that leave no doubt."""
MARGIN_LAST: Final = "2 bands and more"
MARGIN_NONE: Final = "no threshold (tracks)"

OTHER_TYPE: Final = len(TYPES) + 1
"""Place of a type that this version does not know: after those it knows."""


def index_of(
    rows: Sequence[Row], clip_of: Mapping[str, str], poster_of: Mapping[str, str], name: str, per_file: int
) -> dict[str, Any]:
    """The index as plain JSON.

    Parameters
    ----------
    rows : in the order of the list.
    clip_of, poster_of : `clip_key` -> link from the page; no entry without a clip.
    name : of the folder, for people.
    per_file : cards in one file.
    """
    keys = list(dict.fromkeys(clip_key(row) for row in rows))
    number = {key: n for n, key in enumerate(keys)}
    return {
        "name": name,
        "perFile": per_file,
        "ids": [row.id for row in rows],
        "questions": [row.question for row in rows],
        "margins": [None if row.format == AnswerFormat.TRACK else round(row.margin, 3) for row in rows],
        "clips": [[clip_of.get(key, ""), poster_of.get(key, "")] for key in keys],
        "clipOf": [number[clip_key(row)] for row in rows],
        "categories": {row.question_type: row.category for row in rows},
        "asks": {t.name: type_line(t.name) for t in TYPES},
        "facets": [_facet(rows, *facet) for facet in FACETS],
        "footer": _footer(rows),
    }


def label_words(row: Row) -> str:
    """What holds, without the objects' names: what follows the last colon of the row's statement."""
    if row.format == AnswerFormat.TRACK:
        return ""
    return str(json.loads(row.evidence)["statement"]).rpartition(": ")[2]


def margin_class(row: Row) -> str:
    """In which class of `MARGINS` a row lies."""
    if row.format == AnswerFormat.TRACK:
        return MARGIN_NONE
    return next((words for end, words in MARGINS if row.margin < end), MARGIN_LAST)


def _answer(row: Row) -> str:
    closed = row.format in (AnswerFormat.YES_NO, AnswerFormat.MULTIPLE_CHOICE)
    return row.answer if closed else value_label("format", row.format)


def _type_order(value: str) -> tuple[int, str]:
    return next((t.number for t in TYPES if t.name == value), OTHER_TYPE), value


def _margin_order(value: str) -> int:
    words = [*(words for _, words in MARGINS), MARGIN_LAST, MARGIN_NONE]
    return words.index(value)


def _same(value: str) -> str:
    return value


Facet = tuple[str, str, Callable[[Row], str], Callable[[str], str], Callable[[str], Any]]

FACETS: Final[tuple[Facet, ...]] = (
    ("type", "type", lambda row: row.question_type, type_title, _type_order),
    ("format", "format", lambda row: row.format, lambda v: value_label("format", v), _same),
    ("answer", "answer", _answer, _same, _same),
    ("label", "what is true", label_words, lambda v: v or "a track", _same),
    ("entangled", "the picture", lambda row: row.entangled, lambda v: value_label("entangled", v), _same),
    ("margin", "margin", margin_class, _same, _margin_order),
    ("naming", "naming", lambda row: row.naming, lambda v: value_label("naming", v), _same),
    ("source", "source", lambda row: row.source, _same, _same),
    ("variant", "variant in a group", lambda row: row.variant, lambda v: v.replace("_", " ") or "none",
     _same),
)
"""Key, name, value of a row, words of a value, order of the values."""


def _facet(
    rows: Sequence[Row], key: str, name: str, value_of: Callable[[Row], str],
    words: Callable[[str], str], order: Callable[[str], Any],
) -> dict[str, Any]:
    found = [value_of(row) for row in rows]
    values = sorted(set(found), key=order)
    code = {value: n for n, value in enumerate(values)}
    return {
        "key": key, "name": name, "values": [[value, words(value)] for value in values],
        "codes": [code[value] for value in found],
    }


def _footer(rows: Sequence[Row]) -> str:
    licences = ", ".join(sorted({row.license for row in rows}))
    versions = ", ".join(sorted({row.generator_version for row in rows}))
    return f"Made by fourdp-qa {versions}. Licence of the rows: {licences}."
