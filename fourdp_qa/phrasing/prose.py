"""What a filled text must not show: open slots, doubled words, wrong articles, misplaced capitals."""

from __future__ import annotations

import re
from itertools import pairwise

from fourdp_qa.tables import load_table

_SENTENCE_END = r"(?:(?<!\.)\.|[?!])[\"')]*"
_SMALL_START = re.compile(rf"{_SENTENCE_END} [a-z]")
_CAPITAL = re.compile(r"(?<![\w'-])[A-Z][\w'-]*")
_MAY_BE_CAPITAL = re.compile(rf"(?:^|{_SENTENCE_END} |(?:^| )\")$")
_DOUBLED_PHRASE = re.compile(r"\b(\w+(?: \w+){1,4}) \1\b", re.IGNORECASE)
_TWO_ARTICLES = re.compile(r"\b(?:a|an|the) (?:a|an|the)\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(an?) ([a-z][\w-]*)", re.IGNORECASE)


def prose_fault(text: str, values: dict[str, str]) -> str:
    """What is wrong with a text filled with `values`; empty when nothing is.

    Capitals inside a sentence are allowed to names within a value ("the LEGO brick"), not to the
    template and not to the beginning of a value.
    """
    # "near near?" repeats a word, "(visible) or not (not visible)" and "no, no" need not.
    words = text.lower().split()
    if any(a == b.rstrip(".,;:?!") for a, b in pairwise(words)):
        return "a doubled word"
    checks = {
        "an unfilled slot": re.search(r"[{}]", text),
        "a doubled space": "  " in text,
        "a doubled phrase": _DOUBLED_PHRASE.search(text),
        "two articles in a row": _TWO_ARTICLES.search(text),
        "the wrong one of 'a' and 'an'": _wrong_article(text),
        "a sentence without a capital": text[:1].islower() or _SMALL_START.search(text),
        "a capital inside a sentence": _stray_capital(text, values),
    }
    return next((name for name, found in checks.items() if found), "")


def _wrong_article(text: str) -> bool:
    exceptions = load_table("fourdp_qa.phrasing", "prose.toml")["articles"]
    for article, word in _ARTICLE.findall(text.lower()):
        vowel = word[0] in "aeiou"
        if word in exceptions["a_before"]:
            vowel = False
        elif word in exceptions["an_before"]:
            vowel = True
        if vowel != (article == "an"):
            return True
    return False


def _stray_capital(text: str, values: dict[str, str]) -> bool:
    names = {word for value in values.values() for word in re.findall(r"[\w'-]+", value)[1:]}
    return any(
        match[0] not in names and not _MAY_BE_CAPITAL.search(text[:match.start()])
        for match in _CAPITAL.finditer(text)
    )
