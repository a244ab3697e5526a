"""What may be a name: fixed rules over a model's answer. An answer is taken whole or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from fourdp_qa.captioning.constants import MAX_LETTERS, MAX_WORDS, MIN_WORDS
from fourdp_qa.tables import load_table

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_ARTICLE = re.compile(r"^(?:the|an?) ")
_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_AROUND = " \t\"'`*_.,;:!“”‘’«»"


@dataclass(frozen=True)
class Reading:
    """An answer, read.

    Attributes
    ----------
    phrase : str
        The noun phrase in lower case without an article; empty when the answer is refused.
    reason : str
        Why it is refused, for the model and for people; empty when it is taken.
    """

    phrase: str
    reason: str


def read_phrase(answer: str) -> Reading:
    """Read a model's answer as a noun phrase of 2 to 6 words.

    Quotes, an article, punctuation around it and a reasoning block before it are taken off; of what
    is left every word must be a plain one that says neither place, motion, pose nor anything about the
    picture.
    """
    text = _THOUGHT.sub("", answer).strip(_AROUND + "\r\n").lower().replace("’", "'")
    if not text:
        return _refused("it is empty")
    if "\n" in text:
        return _refused("it has more than one line")
    text = _ARTICLE.sub("", text).strip(_AROUND)
    words = text.split()
    if any(not _WORD.fullmatch(word) for word in words):
        return _refused("it has more than plain words")
    if not MIN_WORDS <= len(words) <= MAX_WORDS:
        return _refused(f"it has {len(words)} words, not {MIN_WORDS} to {MAX_WORDS}")
    if any(len(word) > MAX_LETTERS for word in words):
        return _refused("it has an overlong word")
    if len(set(words)) < len(words):
        return _refused("it repeats a word")
    if {"a", "an", "the"} & set(words):
        return _refused("it has an article inside")
    telling = telling_word(words)
    if telling:
        return _refused(telling)
    empty = next((word for word in words if word in _refused_words("other")), "")
    if empty:
        return _refused(f"it {_group('other')['said']} (\"{empty}\")")
    return Reading(" ".join(words), "")


def telling_word(words: list[str]) -> str:
    """The first of lower-case `words` that tells of place, motion, pose or the picture, and what it
    tells; empty when none does. The parts of "left-hand" count.
    """
    said = f" {' '.join(words)} "
    for name in load_table("fourdp_qa.captioning", "words.toml")["harmless"]:
        said = said.replace(f" {name} ", " ")
    for name in ("place", "motion", "pose", "picture"):
        for word in said.split():
            if {word, *word.split("-")} & _refused_words(name):
                return f"it {_group(name)['said']} (\"{word}\")"
    return ""


def fits(phrase: str, other: str) -> bool:
    """Whether `phrase` also names what is called `other`: all its words are in it ("car", "red car").

    The rule by which questions choose the objects that a caption may name.
    """
    return bool(phrase) and set(phrase.split()) <= set(other.lower().split())


def shared_phrases(captions: dict[int, str]) -> list[int]:
    """Objects whose phrase fits another object too, in the order given; empty phrases name nothing."""
    return [
        n for n, phrase in captions.items()
        if any(fits(phrase, other) for m, other in captions.items() if m != n)
    ]


def _refused(reason: str) -> Reading:
    return Reading("", reason)


@cache
def _refused_words(group: str) -> frozenset[str]:
    return frozenset(_group(group)["words"])


def _group(name: str) -> dict[str, Any]:
    table: dict[str, Any] = load_table("fourdp_qa.captioning", "words.toml")["refused"][name]
    return table
