"""Which rows are learnt from, in which order, and which are held out. Pure functions of rows and seed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.randomness import generator, stable_hash

STANDARD: Final = "standard"
"""Share of types 1-11 together."""

TRACKING: Final = tuple(t.name for t in TYPES if t.category == "tracking")
"""Types 12 and 13."""


@cache
def named_mixtures() -> dict[str, dict[str, float]]:
    """The mixtures of mixtures.toml."""
    return tomllib.loads(Path(__file__).with_name("mixtures.toml").read_text(encoding="utf-8"))


def shares(mixture: str | Mapping[str, float]) -> dict[str, float]:
    """Shares that sum to one.

    Raises
    ------
    FourdpQaError
        For an unknown name or type, a negative weight, or weights that are all zero.
    """
    if isinstance(mixture, str):
        known = named_mixtures()
        if mixture not in known:
            raise FourdpQaError(f"data.mixture: found '{mixture}', expected one of {', '.join(known)}, or a "
                                "mapping from question type to weight")
        mixture = known[mixture]
    allowed = (STANDARD, *(t.name for t in TYPES))
    for name, weight in mixture.items():
        if name not in allowed:
            raise FourdpQaError(f"data.mixture: found '{name}', expected one of {', '.join(allowed)}")
        if not weight >= 0:
            raise FourdpQaError(f"data.mixture: {name}: found {weight}, expected a weight of at least 0")
    total = sum(mixture.values())
    if total <= 0:
        raise FourdpQaError("data.mixture: found no weight above 0, expected at least one")
    return {name: weight / total for name, weight in mixture.items() if weight > 0}


def held_out(units: Sequence[str], share: float, seed: int) -> frozenset[str]:
    """Units (``source/split_unit``) of the validation set.

    A unit's side depends on its name and the seed alone: more rows or other units do not move it. When the
    lot takes none or all of them, the unit nearest to the border changes sides.

    Raises
    ------
    FourdpQaError
        When there is but one unit: every split would put one scene on both sides.
    """
    places = sorted((stable_hash(seed, "validation", unit) / 2**128, unit) for unit in set(units))
    if len(places) < 2:
        raise FourdpQaError(
            f"data.validation: found {len(places)} split unit in the rows, expected at least 2: scenes "
            "must not "
            "lie on both sides; generate rows of more scenes")
    count = sum(place < share for place, _ in places)
    count = min(max(count, 1), len(places) - 1)
    return frozenset(unit for _, unit in places[:count])


def draw(
    types: Sequence[str], ids: Sequence[str], parts: Mapping[str, float], samples: int, seed: int,
    repeat: bool,
) -> list[int]:
    """Indices of the rows to learn from, in order.

    Parameters
    ----------
    types, ids : of the rows; the outcome depends on the ids, not on the order of the rows.
    parts : of `shares`.
    samples : how many; 0 for the largest number that keeps the shares without repeating a row.
    seed, repeat : of `DataSettings`.

    Raises
    ------
    FourdpQaError
        When a part has no rows, or too few and `repeat` is off; says what would be enough.
    """
    pools = {name: _pool(name, types, ids, parts) for name in parts}
    for name, pool in pools.items():
        if not pool:
            raise FourdpQaError(f"data.mixture: found no row of '{name}' among {len(ids)}, expected some; "
                                "generate that type or choose another mixture")
    if samples == 0:
        samples = int(min(len(pools[name]) / share + 1e-9 for name, share in parts.items()))
    chosen: list[int] = []
    for name, count in whole_numbers(parts, samples).items():
        pool = pools[name]
        if count > len(pool) and not repeat:
            raise FourdpQaError(
                f"data.samples: {samples} x {parts[name]:.3g} = {count} rows of '{name}' wanted, found "
                f"{len(pool)}; lower data.samples to {int(len(pool) / parts[name])}, generate more, or set "
                "data.repeat: true")
        for turn in range(-(-count // len(pool))):
            order = generator(seed, "mixture", name, turn).permutation(len(pool))
            chosen += [pool[n] for n in order[: count - turn * len(pool)]]
    order = generator(seed, "order").permutation(len(chosen))
    return [chosen[n] for n in order]


def asked(types: Sequence[str], parts: Mapping[str, float]) -> list[bool]:
    """Whether rows of these types belong to any part of the mixture."""
    return [t in parts or (STANDARD in parts and t not in TRACKING) for t in types]


def whole_numbers(parts: Mapping[str, float], total: int) -> dict[str, int]:
    """Shares of a total as whole numbers that sum to it: the largest remainders are rounded up."""
    exact = {name: share * total for name, share in parts.items()}
    counts = {name: int(value + 1e-9) for name, value in exact.items()}
    for name in sorted(parts, key=lambda n: (counts[n] - exact[n], n))[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def spread(ids: Sequence[str], indices: Sequence[int], count: int, seed: int) -> list[int]:
    """`count` of the indices, drawn by the ids' hashes: the same rows whatever else is there."""
    ranked = sorted(indices, key=lambda n: stable_hash(seed, "validation row", ids[n]))
    return sorted(ranked[:count])


def _pool(name: str, types: Sequence[str], ids: Sequence[str], parts: Mapping[str, float]) -> list[int]:
    """Rows of a part by id. A type that has a share of its own is no part of "standard"."""
    own = {*parts, *TRACKING}
    kept = np.array([t not in own if name == STANDARD else t == name for t in types], dtype=bool)
    return sorted(np.flatnonzero(kept).tolist(), key=lambda n: ids[n])
