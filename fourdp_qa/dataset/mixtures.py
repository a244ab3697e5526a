"""Mixtures: which share of the rows each question type has, whatever their number.

Training draws its samples by them, and `fourdp-qa mix` its rows: one table, one meaning.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.tables import load_table

STANDARD: Final = "standard"
"""Share of types 1-11 together."""

TRACKING: Final = tuple(t.name for t in TYPES if t.category == "tracking")
"""Types 12 and 13."""


def named_mixtures() -> dict[str, dict[str, float]]:
    """The mixtures of mixtures.toml."""
    return load_table("fourdp_qa.dataset", "mixtures.toml")


def shares(mixture: str | Mapping[str, float], where: str = "data.mixture") -> dict[str, float]:
    """Shares that sum to one.

    Parameters
    ----------
    mixture : a name of mixtures.toml, or weights of question types and of ``standard``.
    where : the setting or option that a message names.

    Raises
    ------
    FourdpQaError
        For an unknown name or type, a weight that is no number of at least 0, or weights that are all zero.
    """
    if isinstance(mixture, str):
        known = named_mixtures()
        if mixture not in known:
            raise FourdpQaError(f"{where}: found '{mixture}', expected one of {', '.join(known)}, or "
                                "weights of question types")
        mixture = known[mixture]
    allowed = (STANDARD, *(t.name for t in TYPES))
    for name, weight in mixture.items():
        if name not in allowed:
            raise FourdpQaError(f"{where}: found '{name}', expected one of {', '.join(allowed)}")
        if not (weight >= 0 and math.isfinite(weight)):
            raise FourdpQaError(f"{where}: {name}: found {weight}, expected a weight of at least 0")
    total = sum(mixture.values())
    if total <= 0:
        raise FourdpQaError(f"{where}: found no weight above 0, expected at least one")
    return {name: weight / total for name, weight in mixture.items() if weight > 0}


def evenly(parts: Mapping[str, float], types: Iterable[str]) -> dict[str, float]:
    """Shares in which ``standard`` is parted evenly among its types.

    Parameters
    ----------
    parts : of `shares`.
    types : of the rows; those of the standard part share it, whatever the number of their rows.
    """
    standard = sorted({t for t in types if belongs(t, STANDARD, parts)})
    if STANDARD not in parts or not standard:
        return dict(parts)
    return {**{name: share for name, share in parts.items() if name != STANDARD},
            **{name: parts[STANDARD] / len(standard) for name in standard}}


def belongs(question_type: str, part: str, parts: Mapping[str, float]) -> bool:
    """Whether rows of a type are rows of a part: a type with a share of its own is no "standard"."""
    if part == STANDARD:
        return question_type not in parts and question_type not in TRACKING
    return question_type == part


def whole_numbers(parts: Mapping[str, float], total: int) -> dict[str, int]:
    """Shares of a total as whole numbers that sum to it: the largest remainders are rounded up."""
    exact = {name: share * total for name, share in parts.items()}
    counts = {name: int(value + 1e-9) for name, value in exact.items()}
    for name in sorted(parts, key=lambda n: (counts[n] - exact[n], n))[: total - sum(counts.values())]:
        counts[name] += 1
    return counts
