"""Why an answer holds, in words: the sentences of texts.toml filled with the numbers of a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from fourdp_qa.questions.evidence import Quantity, TrackEvidence
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.questions.tracking import track_gap
from fourdp_qa.rows.details import ObjectMention
from fourdp_qa.rows.row import Row
from fourdp_qa.tables import load_table

MOST_OBJECTS = 4
"""Named by one question."""
TRACKS_MEET = 0.0005
"""Of the side: tracks nearer than this in every frame read the same at three decimals."""
LOGARITHM = "ln_"
"""Names of quantities that are natural logarithms of a ratio start so."""


def type_title(question_type: str) -> str:
    """``camera_movement`` as "Camera movement", ``multi_view_depth`` as "Multi-view depth"."""
    title = question_type.replace("multi_view", "multi-view").replace("object_object", "object-object")
    return title.replace("true_motion", "true-motion").replace("_", " ").capitalize()


def type_line(question_type: str) -> str:
    """What a type asks, in one line; empty for a type this version does not know."""
    return next((t.summary for t in TYPES if t.name == question_type), "")


def value_label(column: str, value: str) -> str:
    """A value of the columns format, naming or entangled in plain words."""
    table = "formats" if column == "format" else column
    return str(_texts()[table].get(value, value.replace("_", " ")))


def number(value: float) -> str:
    """Three significant digits, without an exponent where people can read it: 0.0123, 1.2."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{digits}f}" if digits <= 6 else f"{value:.2g}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def quantity_title(quantity: Quantity) -> str:
    """How people call a quantity; one without an entry is its name, spaced."""
    name = _quantity_texts(quantity)["name"]
    return str(name) or quantity.name.replace("_", " ").capitalize()


def quantity_unit(quantity: Quantity) -> str:
    """The unit of `value_text`."""
    return str(_quantity_texts(quantity)["unit"]) or quantity.unit


def gauge_value(quantity: Quantity) -> float:
    """The number that decided a quantity without a series; for out-and-back motions its extent."""
    extent = _quantity_texts(quantity)["gauge"] == "extent"
    return quantity.extent if extent else quantity.value


def object_name(mention: ObjectMention) -> str:
    """An object by its caption; by the words of the question where the source gives no caption."""
    return f"the {mention.caption}" if mention.caption else mention.reference


def quantity_sentence(quantity: Quantity, objects: Sequence[str] = ()) -> str:
    """What was measured and what the thresholds make of it, without the quantity's name.

    `objects` are the names of what the row's `objects` lists, in its order.
    """
    texts = _quantity_texts(quantity)
    verdict = quantity.verdict if verdict_number(quantity) is None else "choice"
    general = _texts()["verdicts"]["series" if quantity.series else "moment"]
    sentence = texts.get("sentences", {}).get(verdict) or general.get(verdict)
    if sentence is None:
        return f"{value_text(quantity, quantity.value)} {quantity.unit}; verdict {verdict}."
    numbers = {
        "value": quantity.value, "extent": quantity.extent, "lo": quantity.lo, "hi": quantity.hi,
        "minus_hi": -quantity.hi,
    }
    names = [*objects, *(f"object {n + 1}" for n in range(len(objects), MOST_OBJECTS))]
    said = {
        key: texts[key].format(first=names[0], second=names[1]) for key in ("plus", "minus", "none")
    }
    return str(sentence).format(
        **{name: value_text(quantity, value) for name, value in numbers.items()},
        **said, unit=quantity_unit(quantity), chosen=names[verdict_number(quantity) or 0],
    )


def verdict_number(quantity: Quantity) -> int | None:
    """Position of the object chosen, for a choice among objects."""
    return int(quantity.verdict) if quantity.verdict.isdigit() else None


def value_text(quantity: Quantity, value: float) -> str:
    """A value of a quantity as people read it: logarithms as the factor they stand for."""
    if quantity.name.startswith(LOGARITHM):
        return f"×{number(math.exp(value))}"
    return number(value).replace("-", "−")


def margin_sentence(margin: float) -> str:
    """How safe the label is."""
    return f"The nearest threshold is {number(margin)} widths of the ambiguity band away."


def picture_sentence(row: Row, track: TrackEvidence | None) -> str:
    """What the picture alone would suggest, from entanglement and cue conflict."""
    conflict = _texts()["cue_conflicts"].get(row.cue_conflict)
    if conflict:
        return str(conflict)
    pictures = _texts()["pictures"]
    if track is not None:
        gap = track_gap(track)
        reading = row.entangled if gap >= TRACKS_MEET else "same"
        return str(pictures["tracking"][reading]).format(gap=number(gap))
    table = pictures.get(row.question_type, pictures["default"])
    return str(table.get(row.entangled, pictures["default"]["none"]))


def _quantity_texts(quantity: Quantity) -> dict[str, Any]:
    table = _texts()["quantities"]
    return {**table["default"], **table.get(quantity.name, {})}


def _texts() -> dict[str, Any]:
    return load_table("fourdp_qa.inspection", "texts.toml")
