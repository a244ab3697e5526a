"""Which rows are learnt from, in which order, and which are held out. Pure functions of rows and seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fourdp_qa.dataset.mixtures import belongs, whole_numbers
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.randomness import generator, stable_hash


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
    parts : of `fourdp_qa.dataset.mixtures.shares`.
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


def side_by_side(lengths: Sequence[int], batch: int, per_device: int, devices: int) -> list[int]:
    """An order in which every batch has the same samples, and devices take those of like length at once.

    The shortest go to the first device, the next to the second; in the turn after that the other way round,
    so that all devices have about as much to do in a step.

    Parameters
    ----------
    lengths : of the samples, in the order in which they are drawn; any unit.
    batch, per_device, devices : samples of a step, samples that a device takes at once, and devices.

    Returns
    -------
    Indices of the samples; what fills no batch stays where it is.
    """
    order: list[int] = []
    full = len(lengths) // batch * batch
    at_once = per_device * devices
    for start in range(0, full, batch):
        ranked = sorted(range(start, start + batch), key=lambda n: (lengths[n], n))
        for turn, first in enumerate(range(0, batch, at_once)):
            parts = [ranked[n: n + per_device] for n in range(first, first + at_once, per_device)]
            order += [n for part in (parts if turn % 2 == 0 else reversed(parts)) for n in part]
    return order + list(range(full, len(lengths)))


def asked(types: Sequence[str], parts: Mapping[str, float]) -> list[bool]:
    """Whether rows of these types belong to any part of the mixture."""
    return [any(belongs(t, part, parts) for part in parts) for t in types]


def spread(ids: Sequence[str], indices: Sequence[int], count: int, seed: int) -> list[int]:
    """`count` of the indices, drawn by the ids' hashes: the same rows whatever else is there."""
    ranked = sorted(indices, key=lambda n: stable_hash(seed, "validation row", ids[n]))
    return sorted(ranked[:count])


def _pool(name: str, types: Sequence[str], ids: Sequence[str], parts: Mapping[str, float]) -> list[int]:
    """Rows of a part by id."""
    kept = [n for n, t in enumerate(types) if belongs(t, name, parts)]
    return sorted(kept, key=lambda n: ids[n])
