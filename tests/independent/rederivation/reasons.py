"""The evidence that a free-form answer gives in words, read back and held against the numbers."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from rederivation.phrases import COMPONENTS, read_toml
from rederivation.verdict import turning_points

TEXTS = read_toml("phrasing", "evidence.toml")
ROUNDED = 0.051
"""Share by which a number with two digits may be off: 1.05 becomes 1.1."""
ROUNDED_UP = 0.11
TURNS = ("turn", "pan", "tilt", "roll")
JOINER = re.compile(r"; |, and | and |$")
SMALL_LEG = 0.25
"""Of the extent: smaller swings are no legs of what goes one way and then the other."""


def wrong_reasons(reason, label, checked, kind):
    """What is wrong with the words of evidence of an answer that says `label`, in words."""
    wrong, at, proved = [], 0, set()
    while at < len(reason):
        fits = [(m, told) for pattern, told in sentences(kind) if (m := pattern.match(reason, at))]
        if not fits:
            return [*wrong, f"no sentence of evidence is known that goes '{reason[at:]}'"]
        match, (name, component, sign) = max(fits, key=lambda fit: fit[0].end())
        joiner = JOINER.match(reason, match.end())
        if joiner is None:
            return [*wrong, f"'{reason[match.end():]}' joins nothing"]
        at = joiner.end()
        proved.add(component)
        numbers = [float(number) for number in match.groups()]
        if not holds(name, sign, numbers, _quantity(component, checked, kind)):
            wrong.append(f"'{match[0]}' does not hold")
    present = {c for c, verdict in label.items() if verdict != "absent"}
    if present and proved - {None} and proved != present:
        wrong.append(f"'{reason}' speaks of {proved}, the label of {present}")
    return wrong


@cache
def sentences(kind):
    """(pattern, (name of the sentence, component, sign)) of all sentences a type may use."""
    number = r"(\d+(?:\.\d+)?)"
    units = "|".join(re.escape(said) for part in ("units", "units_again") for said in TEXTS[part].values())
    told = []
    for component, nouns in TEXTS["nouns"].get(kind[0], {}).items():
        if component in COMPONENTS[kind]:
            told += [("one_way", component, "+", nouns[0]), ("one_way", component, "-", nouns[1]),
                     ("reversal", component, "", nouns[2]), ("inconsistent", component, "", nouns[2])]
    texts = [(TEXTS["sentences"][name], (name, component, sign), noun)
             for name, component, sign, noun in told]
    texts += [(TEXTS["sentences"][name], (name, None, ""), "") for name in ("no_shift", "no_turn")]
    texts += [(text, ("nothing", None, "no_turn" if unit == "degrees" else "no_shift"), "")
              for unit, text in TEXTS["nothing"].items()]
    if kind[0] == "moved_distance":
        texts = [(text, (name, None, ""), "") for name, text in TEXTS["paths"].items()]
    elif "distance" in COMPONENTS[kind]:
        texts = [(text, (sign, "distance", sign), "") for sign, text in TEXTS["distance"].items()]
    return [
        (re.compile(
            re.escape(text).replace(r"\{noun\}", re.escape(noun)).replace(r"\{unit\}", f"(?:{units})")
            .replace(r"\{number\}", number).replace(r"\{other\}", number), re.IGNORECASE), told)
        for text, told, noun in texts
    ]


def _quantity(component, checked, kind):
    """Series of one component; all of them by name for what speaks of every one; or one number."""
    if kind[0] == "moved_distance":
        return checked.amount
    series = {name: checked.series[name] for name in COMPONENTS[kind]}
    return series if component is None else series[component]


def holds(name, sign, numbers, quantity):
    """Whether the numbers of a sentence are those of the quantity."""
    if name in ("neither", "only_one"):
        return quantity == (0.0 if name == "neither" else 1.0)
    if name in ("longer", "same"):
        ratio = (1 + quantity) / (1 - quantity)
        return (about if name == "longer" else at_most)(numbers[0], ratio)
    if name in ("no_shift", "no_turn", "nothing"):
        what = sign or name
        largest = max(np.ptp(q) for c, q in quantity.items() if (c in TURNS) == (what == "no_turn"))
        if name == "nothing":
            return largest <= TEXTS["least"][what.removeprefix("no_")] * (1 + 1e-6)
        return at_most(numbers[0], largest)
    change, extent = quantity[-1] - quantity[0], np.ptp(quantity)
    if name == "one_way":
        return about(numbers[0], change if sign == "+" else -change)
    if name in ("+", "-"):
        return about(numbers[0], np.exp(change))
    if name == "absent":
        return at_most(numbers[0], max(np.exp(extent), TEXTS["least"]["ratio"]))
    legs = np.abs(np.diff(quantity[turning_points(quantity, SMALL_LEG * extent)]))
    if name == "inconsistent":
        return about(numbers[0], np.exp(extent) if sign else extent)
    if sign:
        legs = np.exp(legs)
    return len(legs) == 2 and all(map(about, numbers, legs))


def about(stated, value):
    """Whether a number is another one, rounded."""
    return abs(stated - value) <= ROUNDED * abs(value)


def at_most(stated, value):
    """Whether a number is another one, rounded up."""
    return value * (1 - 1e-6) <= stated <= value * (1 + ROUNDED_UP) + 1e-9
