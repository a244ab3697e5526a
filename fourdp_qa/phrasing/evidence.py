"""The numbers behind a label in words: relative, rounded, and never across the band that decided it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.statement import Statement
from fourdp_qa.questions.verdicts import Verdict, turning_points
from fourdp_qa.tables import load_table

DISTANCES = ("camera_object_distance", "object_object_distance_change")
PATHS = "moved_distance"
DEGREES = "degrees"
"""Unit of what turns; everything else is shifted."""
DIGITS = 2
"""Significant digits shown where the band allows it: nobody sees a third."""
MOST_DIGITS = 8
"""A number that needs more to stay on its side of the band is as good as on it."""
TOLERANCE = 1e-9
"""Relative; bands are stated with few digits and compared as floats."""


def evidence_words(statement: Statement, verdicts: dict[str, str]) -> str:
    """A clause that names the evidence for a free-form label, e.g. ``the distance at the end is about
    0.7 times that at the start``.

    Parameters
    ----------
    statement : Statement
        Of one of the types 1-7.
    verdicts : dict of component to verdict
        What the label says. Present components are proved by their size; absent ones only where all
        are absent, as in the label itself.

    Raises
    ------
    FourdpQaError
        When a verdict has no words, e.g. one inside the ambiguity band.
    """
    quantities = {name: statement.components[name].quantity for name in verdicts}
    try:
        if statement.question_type == PATHS:
            return "; ".join(_path_words(quantities[c], v) for c, v in verdicts.items())
        if statement.question_type in DISTANCES:
            return "; ".join(_distance_words(quantities[c], v) for c, v in verdicts.items())
        present = {c: v for c, v in verdicts.items() if v != Verdict.ABSENT}
        if not present:
            return _nothing_words(list(quantities.values()))
        nouns = _texts()["nouns"][statement.question_type]
        units = _units([quantities[c] for c in present])
        clauses = [
            _motion_words(quantities[c], v, nouns[c], unit)
            for (c, v), unit in zip(present.items(), units, strict=True)
        ]
        # A reversal has a comma of its own, so that commas alone would not part three of them.
        return "; ".join([*clauses[:-2], ", and ".join(clauses[-2:])])
    except KeyError as error:
        raise FourdpQaError(
            f"{statement.key}: found {verdicts}, expected words for {error} in evidence.toml"
        ) from error


def nearest(value: float, *, low: float = 0.0, high: float = math.inf) -> str:
    """A value within [low, high] with as few digits, `DIGITS` or more, as keep it there."""
    for digits in range(DIGITS, MOST_DIGITS):
        shown = float(f"{value:.{digits}g}")
        if low * (1 - TOLERANCE) <= shown <= high * (1 + TOLERANCE):
            return _text(shown, digits)
    return _text(value, MOST_DIGITS)


def at_most(value: float, high: float) -> str:
    """A positive value rounded up, to something not above `high`."""
    for digits in range(DIGITS, MOST_DIGITS):
        step = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
        shown = math.ceil(value / step * (1 - TOLERANCE)) * step
        if shown <= high * (1 + TOLERANCE):
            return _text(shown, digits)
    return _text(high, MOST_DIGITS)


def _text(value: float, digits: int) -> str:
    """No exponent, no idle zeros; "1.0" keeps its own: nobody says "1 times" or "1 degrees"."""
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:.{places}f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "1.0" if short == "1" else short


def _units(quantities: list[Quantity]) -> list[str]:
    """The unit of each: in full where it is named first, then by a word that points back."""
    texts, units = _texts(), [q.unit for q in quantities]
    return [str(texts["units_again" if unit in units[:n] else "units"][unit])
            for n, unit in enumerate(units)]


def _motion_words(quantity: Quantity, verdict: str, nouns: list[str], unit: str) -> str:
    """One shift or turn: how far, or how far each way."""
    sentences = _texts()["sentences"]
    if verdict in (Verdict.PLUS, Verdict.MINUS):
        noun = nouns[0] if verdict == Verdict.PLUS else nouns[1]
        number = nearest(abs(quantity.value), low=quantity.hi)
        return str(sentences["one_way"].format(noun=noun, number=number, unit=unit))
    if verdict == Verdict.INCONSISTENT:
        number = nearest(quantity.extent, low=quantity.hi)
        return str(sentences["inconsistent"].format(noun=nouns[2], number=number, unit=unit))
    first, second = (nearest(leg, low=quantity.hi) for leg in _legs(quantity, verdict))
    return str(sentences["reversal"].format(noun=nouns[2], number=first, other=second, unit=unit))


def _nothing_words(quantities: list[Quantity]) -> str:
    """The largest of the shifts, and the largest of the turns, that are too small to count."""
    texts, clauses = _texts(), []
    for unit in dict.fromkeys(q.unit for q in quantities):
        kind = "turn" if unit == DEGREES else "shift"
        largest = max((q for q in quantities if q.unit == unit), key=lambda q: q.extent)
        if largest.extent <= texts["least"][kind]:
            clauses.append(str(texts["nothing"][unit]))
            continue
        number = at_most(largest.extent, largest.lo)
        clauses.append(str(texts["sentences"][f"no_{kind}"].format(number=number, unit=texts["units"][unit])))
    return " and ".join(clauses)


def _distance_words(quantity: Quantity, verdict: str) -> str:
    """Factors from the natural logarithms of a distance relative to the first frame."""
    least = math.exp(quantity.hi)
    if verdict == Verdict.PLUS:
        numbers = [nearest(math.exp(quantity.value), low=least)]
    elif verdict == Verdict.MINUS:
        numbers = [nearest(math.exp(quantity.value), high=1 / least)]
    elif verdict == Verdict.ABSENT:
        lowest = _texts()["least"]["ratio"]
        numbers = [at_most(max(math.exp(quantity.extent), lowest), math.exp(quantity.lo))]
    elif verdict == Verdict.INCONSISTENT:
        numbers = [nearest(math.exp(quantity.extent), low=least)]
    else:
        numbers = [nearest(math.exp(leg), low=least) for leg in _legs(quantity, verdict)]
    sentence = str(_texts()["distance"][verdict])
    return sentence.format(number=numbers[0], other=numbers[-1])


def _path_words(quantity: Quantity, verdict: str) -> str:
    """How the two path lengths compare; the quantity is their difference over their sum."""
    texts, share = _texts()["paths"], abs(quantity.value)
    if verdict == "neither":
        return str(texts["neither"])
    if verdict == "same":
        ratio = max(_ratio_of(share), _texts()["least"]["ratio"])
        return str(texts["same"].format(number=at_most(ratio, _ratio_of(quantity.lo))))
    if verdict not in (Verdict.PLUS, Verdict.MINUS):
        raise KeyError(verdict)
    if share >= 1:
        return str(texts["only_one"])
    return str(texts["longer"].format(number=nearest(_ratio_of(share), low=_ratio_of(quantity.hi))))


def _ratio_of(share: float) -> float:
    """Longer over shorter of two lengths, from their difference over their sum."""
    return (1 + share) / (1 - share)


def _legs(quantity: Quantity, verdict: str) -> tuple[float, float]:
    """How far it goes one way and then the other."""
    if verdict not in (Verdict.PLUS_MINUS, Verdict.MINUS_PLUS):
        raise KeyError(verdict)
    series = np.array(quantity.series)
    start, turn, *rest = turning_points(series, quantity.lo)
    end = rest[-1] if rest else len(series) - 1
    return float(abs(series[turn] - series[start])), float(abs(series[end] - series[turn]))


def _texts() -> dict[str, Any]:
    return load_table("fourdp_qa.phrasing", "evidence.toml")
