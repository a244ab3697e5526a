"""Words for the vehicles: what info.txt truly says of them, as a person would say it."""

from __future__ import annotations

import re

COLOURS = frozenset({
    "beige", "black", "blue", "brown", "gold", "gray", "green", "grey", "orange", "pink", "purple",
    "red", "silver", "turquoise", "violet", "white", "yellow",
})
"""What may stand in a caption as a colour; another entry of the column (a number, "Mixed") may not."""

MODELS = {"sedan4door": "four-door sedan", "suv": "SUV", "minivan": "minivan"}
"""Models whose name does not fall into words by itself."""

NOUNS = frozenset({
    "SUV", "ambulance", "bus", "car", "firetruck", "jeep", "minivan", "pickup", "sedan", "truck", "van",
})
"""Words that already name a vehicle: after them the label would be one noun too many."""

CODES = frozenset({"eu", "us", "uk", "jp"})
"""Parts of a model's name that nobody would say."""

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def caption_of(label: str, model: str, colour: str) -> str:
    """Noun phrase such as "blue hatchback car" from a row of info.txt.

    Parameters
    ----------
    label, model, colour : str
        Columns of info.txt: ``Car``, ``Hatchback``, ``Blue``.
    """
    words = _words(model)
    if not words or words[-1] not in NOUNS:
        words = [*words, label.lower()] if label.lower() not in words else words
    shade = [part.lower() for part in _PARTS.findall(colour)]
    if shade and shade[-1] in COLOURS and set(shade) <= COLOURS | {"dark", "light"}:
        words = [*shade, *words]
    return " ".join(words)


def _words(model: str) -> list[str]:
    """"Firetruck_small_eu" -> small firetruck: what comes after the first word tells the kind apart."""
    if model.lower() in MODELS:
        return MODELS[model.lower()].split()
    first, *rest = model.split("_") if model else [""]
    said = [
        part.lower() for name in (*rest, first) for part in _PARTS.findall(name)
        if len(part) > 2 and part.lower() not in CODES
    ]
    return [MODELS.get(word, word) for word in said]
