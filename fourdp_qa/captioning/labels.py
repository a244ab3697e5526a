"""A source's label as words: "vehicle.tesla.model3" of kind "car" becomes "tesla car"."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from fourdp_qa.captioning.constants import MAX_LABEL_WORDS, MAX_LETTERS
from fourdp_qa.captioning.phrases import telling_word
from fourdp_qa.tables import load_table

_SEPARATORS = re.compile(r"[^A-Za-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def clean_label(label: str, kind: str) -> str:
    """Words of `label` without numbers, codes and class names, ending in the noun that `kind` gives.

    Parameters
    ----------
    label : str
        What the source calls the object; may be empty, an asset id or a dotted path.
    kind : str
        The source's class of it, e.g. "car".

    Returns
    -------
    str
        At most eight words in lower case, none of them about place or motion; else those of `kind`;
        empty when nothing can be said.
    """
    table = _labels()
    parts = label.split(".")
    if len(parts) > 1 and parts[0].lower() in table["classes"]:
        label = ".".join(parts[1:])
    words, noun = _words(label), _words(kind)
    is_phrase = " " in label.strip()
    if not words or not (is_phrase or set(noun) & set(words)):
        words += noun
    for said in (_once(words), _once(noun)):
        if len(said) <= MAX_LABEL_WORDS and not telling_word(said):
            return " ".join(said)
    return ""


def _words(text: str) -> list[str]:
    """Words that can be said; links such as "in" only between two others."""
    table = _labels()
    parts = [p.lower() for p in _SEPARATORS.split(_CAMEL.sub(" ", text)) if p]
    words: list[str] = []
    for part in parts:
        if part in table["links"] or (part not in table["codes"] and _can_be_said(part)):
            words.append(part)
    while words and words[0] in table["links"]:
        del words[0]
    while words and words[-1] in table["links"]:
        del words[-1]
    return words


def _once(words: list[str]) -> list[str]:
    """Words without repetitions; links may come again."""
    return [w for i, w in enumerate(words) if w in _labels()["links"] or w not in words[:i]]


def _can_be_said(word: str) -> bool:
    if word in _labels()["short"]:
        return True
    return 3 <= len(word) <= MAX_LETTERS and any(letter in "aeiouy" for letter in word)


@cache
def _labels() -> dict[str, Any]:
    table = load_table("fourdp_qa.captioning", "words.toml")["labels"]
    return {name: frozenset(words) for name, words in table.items()}
