"""How the items of a benchmark are shared out among its sources."""

from __future__ import annotations

from collections.abc import Mapping

Counts = dict[str, int]


def share_out(
    wanted: Mapping[str, int], supply: Mapping[str, Mapping[str, int]], largest: float
) -> dict[str, Counts]:
    """Share the items of every type evenly among the sources that have some.

    What one cannot give the others do, none more than `largest` of a type; only what would then be
    missing goes beyond: a question is worth more than its source is rare.

    Parameters
    ----------
    wanted : type -> items of the benchmark.
    supply : source -> type -> items it could give.
    largest : share of a type from one source.

    Returns
    -------
    source -> type -> items, without zeros
    """
    shares: dict[str, Counts] = {source: {} for source in supply}
    for kind, items in wanted.items():
        have = {source: some.get(kind, 0) for source, some in supply.items()}
        within = _level({s: min(n, int(largest * items)) for s, n in have.items()}, items)
        missing = items - sum(within.values())
        beyond = _level({s: n - within[s] for s, n in have.items()}, missing)
        for source in supply:
            if number := within[source] + beyond[source]:
                shares[source][kind] = number
    return shares


def _level(have: Mapping[str, int], wanted: int) -> Counts:
    """As even as can be, `wanted` in all, from each at most what it has."""
    given = dict.fromkeys(have, 0)
    open_sources = [s for s, n in have.items() if n > 0]
    while wanted > 0 and open_sources:
        each = max(wanted // len(open_sources), 1)
        for source in open_sources[:wanted]:
            more = min(each, have[source] - given[source])
            given[source] += more
            wanted -= more
        open_sources = [s for s in open_sources if given[s] < have[s]]
    return given
