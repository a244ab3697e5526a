"""Solvers that see one still picture of each object and no motion: how large it is, where it lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import hypot, log

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.inspection.audit.items import Item, Named
from fourdp_qa.inspection.audit.learning import (
    Floats,
    Token,
    answer_choice,
    answer_sign,
    answer_yes_no,
)
from fourdp_qa.inspection.audit.text_checks import MISSING

SIZE = ("area", "height", "width")
PLACE = ("bottom", "across", "from the middle", "to the reference")
LEVELS = 4
"""Parts into which a measure is cut where a question is no comparison of two."""
LEAST_SIDE = 1e-3
"""Of the side; a box one pixel wide is larger."""


def size(items: Sequence[Item]) -> Floats:
    """How large the named objects are on the picture of the frame in which they are named."""
    return _by_measures(items, SIZE)


def position(items: Sequence[Item]) -> Floats:
    """Where their lower edge touches the picture of that frame, and how far from the reference."""
    return _by_measures(items, PLACE)


def still_picture(items: Sequence[Item]) -> Floats:
    """Both."""
    return _by_measures(items, SIZE + PLACE)


def _by_measures(items: Sequence[Item], names: tuple[str, ...]) -> Floats:
    found = np.full(len(items), MISSING)
    for some, answer in ((_comparisons(items), _compared), (_of_objects(items), _chosen),
                         (_others(items), _levels)):
        if some:
            found[some] = answer([items[n] for n in some], names)
    return found


def _comparisons(items: Sequence[Item]) -> list[int]:
    return [n for n, item in enumerate(items) if item.wins and all(o.box for o in item.compared)]


def _of_objects(items: Sequence[Item]) -> list[int]:
    return [n for n, item in enumerate(items) if item.chosen and all(o.box for o in item.chosen)]


def _others(items: Sequence[Item]) -> list[int]:
    return [n for n, item in enumerate(items)
            if not item.wins and not item.chosen and item.compared
            and all(o.box for o in item.compared)]


def _measures(named: Named, reference: Named | None) -> dict[str, float]:
    """Measures of one object on the picture: logarithms of lengths, and places in shares of the side."""
    if named.box is None:
        return {}
    x0, y0, x1, y1 = named.box
    width, height = max(x1 - x0, LEAST_SIDE), max(y1 - y0, LEAST_SIDE)
    across = (x0 + x1) / 2
    found = {
        "area": log(width * height), "height": log(height), "width": log(width),
        "bottom": y1, "across": across, "from the middle": abs(across - 0.5),
    }
    if reference is not None and reference.box is not None:
        left, _, right, bottom = reference.box
        found["to the reference"] = hypot(across - (left + right) / 2, y1 - bottom)
    return found


def _compared(items: Sequence[Item], names: tuple[str, ...]) -> Floats:
    """Who wins, from the differences of the two."""

    def differences(item: Item) -> list[Token]:
        first, second = (_measures(o, item.reference) for o in item.compared)
        return _signed({n: first[n] - second[n] for n in names if n in first and n in second})

    return answer_sign(items, map(differences, items))


def _chosen(items: Sequence[Item], names: tuple[str, ...]) -> Floats:
    """Which of four, from how each differs from the mean of the four, and from its rank."""

    def tokens() -> Iterator[list[Token]]:
        for item in items:
            found = [_measures(o, item.reference) for o in item.chosen]
            for one in found:
                line: list[Token] = []
                for name in (n for n in names if all(n in f for f in found)):
                    values = [f[name] for f in found]
                    rank = sum(v > one[name] for v in values)
                    line += [(name, one[name] - sum(values) / len(values)), (f"{name} {rank}", 1.0)]
                yield line

    return answer_choice(items, tokens(), valued=True)


def _signed(differences: dict[str, float]) -> list[Token]:
    """Differences, and their signs: a linear model can then follow "the larger one" as well as "the
    larger, the more".
    """
    return [token for name, d in differences.items()
            for token in ((name, max(-2.0, min(2.0, d))), (f"{name} sign", float(np.sign(d))))]


def _levels(items: Sequence[Item], names: tuple[str, ...]) -> Floats:
    """Whether a claim or an option holds, from the level of every measure of every named object."""
    contexts = [_context(item, names) for item in items]
    edges = _edges(contexts)
    levels = [
        [f"{name} {int(np.searchsorted(edges[name], value))}" for name, value in context.items()]
        for context in contexts
    ]
    if items[0].claim:
        return answer_yes_no(items, (
            [item.claim, *(f"{t} ~ {item.claim}" for t in line)]
            for item, line in zip(items, levels, strict=True)))
    return answer_choice(items, (
        [option, *(f"{t} ~ {option}" for t in line)]
        for item, line in zip(items, levels, strict=True) for option in item.candidates))


def _context(item: Item, names: tuple[str, ...]) -> dict[str, float]:
    found = [_measures(o, item.reference) for o in item.compared]
    context = {f"{n} of {k}": f[n] for k, f in enumerate(found) for n in names if n in f}
    if len(found) == 2:
        context |= {f"{n} more": found[0][n] - found[1][n] for n in names if all(n in f for f in found)}
    return context


def _edges(contexts: Sequence[dict[str, float]]) -> dict[str, NDArray[np.float64]]:
    """Values that part each measure into levels with equally many questions."""
    names = {name for context in contexts for name in context}
    shares = np.arange(1, LEVELS) / LEVELS
    return {
        name: np.unique(np.quantile([c[name] for c in contexts if name in c], shares)) for name in names
    }
