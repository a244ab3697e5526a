"""Solvers that read and never look: one answer for all, the options, the question, the names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise

import numpy as np

from fourdp_qa.inspection.audit.folds import FOLDS
from fourdp_qa.inspection.audit.items import YES_NO, Item, Named
from fourdp_qa.inspection.audit.learning import (
    Floats,
    Token,
    answer_choice,
    answer_sign,
    answer_yes_no,
    folds_of,
    taken,
)

_WORD = re.compile(r"[a-z#'-]+", re.IGNORECASE)
MISSING = float("nan")
"""Share of right answers of a question that a solver does not answer."""


def constant(items: Sequence[Item]) -> Floats:
    """The answer, Yes or No or a letter, that is right most often in other scenes."""
    fold = folds_of(items)
    right = np.array([item.right for item in items])
    count = len(items[0].candidates)
    per_fold = np.array([np.bincount(right[fold == k], minlength=count) for k in range(FOLDS)])
    return taken((per_fold.sum(axis=0) - per_fold)[fold].astype(np.float64), items)


def best_option(items: Sequence[Item]) -> Floats:
    """The option that was most often true in other scenes where it was offered."""
    if items[0].candidates == YES_NO:
        return np.full(len(items), MISSING)
    fold = folds_of(items)
    offered = [Counter[str]() for _ in range(FOLDS)]
    true = [Counter[str]() for _ in range(FOLDS)]
    for item, k in zip(items, fold, strict=True):
        offered[k].update(item.candidates)
        true[k][item.candidates[item.right]] += 1
    all_offered, all_true = sum(offered, Counter()), sum(true, Counter())
    scores = np.array([
        [(all_true[o] - true[k][o] + 1) / (all_offered[o] - offered[k][o] + len(item.candidates))
         for o in item.candidates]
        for item, k in zip(items, fold, strict=True)
    ])
    return taken(scores, items)


def options_alone(items: Sequence[Item]) -> Floats:
    """A model of the four options: words, place, length, likeness, and which four they are."""
    if items[0].candidates == YES_NO:
        return np.full(len(items), MISSING)
    return answer_choice(items, (t for item in items for t in _option_tokens(item.candidates)))


def first_named(items: Sequence[Item]) -> Floats:
    """Of a comparison of two: the object mentioned first, or the other, whichever more often wins."""
    found = np.full(len(items), MISSING)
    mine = [n for n, item in enumerate(items) if item.wins]
    if mine:
        some = [items[n] for n in mine]
        found[mine] = answer_sign(some, ([("first", 1.0)] for _ in some))
    return found


def question_text(items: Sequence[Item]) -> Floats:
    """A model of the words of the question, and of how they go with each option; names left out."""
    if items[0].candidates == YES_NO:
        return answer_yes_no(items, (_text_tokens(item.question) for item in items))
    return answer_choice(items, _asked_options(items))


def names_and_text(items: Sequence[Item]) -> Floats:
    """The same, and what the named objects are called."""
    found = np.full(len(items), MISSING)
    for some, answer in ((_comparisons(items), _by_names), (_plain(items), _by_text_and_names),
                         (_choices(items), _by_options_and_names)):
        if some:
            found[some] = answer([items[n] for n in some])
    return found


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in _WORD.findall(text))


@cache
def _text_tokens(text: str) -> tuple[str, ...]:
    """Words, pairs and triples of neighbours."""
    words = _words(text)
    return (
        *words, *(f"{a} {b}" for a, b in pairwise(words)),
        *(f"{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False)),
    )


@cache
def _option_tokens(options: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """What each of four options shows to somebody who sees the four alone."""
    likeness = [
        sum(_alike(a, b) for k, b in enumerate(options) if k != n) for n, a in enumerate(options)
    ]
    longer, nearer = _ranks([len(o) for o in options]), _ranks(likeness)
    four = "|".join(sorted(options))
    return tuple(
        (f"at {n}", f"length {longer[n]}", f"likeness {nearer[n]}", f"text {option}",
         f"text {option} of {four}", *(f"word {word}" for word in _words(option)))
        for n, option in enumerate(options)
    )


@cache
def _alike(a: str, b: str) -> float:
    """Share of words in common, in the same order."""
    return SequenceMatcher(None, _words(a), _words(b), autojunk=False).ratio()


def _ranks(scores: Sequence[float]) -> list[int]:
    return [sum(other > mine for other in scores) for mine in scores]


def _asked_options(items: Sequence[Item]) -> Iterator[list[str]]:
    for item in items:
        for option, tokens in zip(item.candidates, _option_tokens(item.candidates), strict=True):
            yield [*tokens, *_crossed(item.question, option)]


@cache
def _crossed(question: str, option: str) -> tuple[str, ...]:
    return tuple(f"{word} ~ {option}" for word in dict.fromkeys(_words(question)))


def _comparisons(items: Sequence[Item]) -> list[int]:
    return [n for n, item in enumerate(items) if item.wins and _called(item.compared)]


def _plain(items: Sequence[Item]) -> list[int]:
    return [n for n, item in enumerate(items)
            if item.claim and not item.wins and _called(item.compared)]


def _choices(items: Sequence[Item]) -> list[int]:
    return [n for n, item in enumerate(items)
            if not item.claim and (_called(item.chosen) or _called(item.compared))]


def _called(objects: Sequence[Named]) -> bool:
    """Whether there is anything to be read about any of the objects."""
    return any(o.caption or o.colour for o in objects)


def _caption_tokens(named: Named) -> tuple[str, ...]:
    colour = (f"ring {named.colour}",) if named.colour else ()
    return (*_words(named.caption), named.caption, *colour)


def _by_names(items: Sequence[Item]) -> Floats:
    def differences(item: Item) -> list[Token]:
        first, second = item.compared
        return [("first", 1.0), *((t, 1.0) for t in _caption_tokens(first)),
                *((t, -1.0) for t in _caption_tokens(second))]

    return answer_sign(items, map(differences, items))


def _by_text_and_names(items: Sequence[Item]) -> Floats:
    def tokens(item: Item) -> list[str]:
        named = [f"{n} {t}" for n, o in enumerate(item.compared) for t in _caption_tokens(o)]
        return [*_text_tokens(item.question), *named, *(f"{t} ~ {item.claim}" for t in named)]

    return answer_yes_no(items, map(tokens, items))


def _by_options_and_names(items: Sequence[Item]) -> Floats:
    def tokens() -> Iterator[list[str]]:
        for item in items:
            named = [f"{n} {t}" for n, o in enumerate(item.compared) for t in _caption_tokens(o)]
            for n, alone in enumerate(_option_tokens(item.candidates)):
                if item.chosen:
                    yield [*alone, *_caption_tokens(item.chosen[n])]
                else:
                    option = item.candidates[n]
                    yield [*alone, *_crossed(item.question, option),
                           *(f"{t} ~ {option}" for t in named)]

    return answer_choice(items, tokens())
