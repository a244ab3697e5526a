"""Which of many possible comparisons are made: drawn before anyone knows what they will say.

Ten objects in five frames give thousands of pairs, triples and fours. A few are drawn, each object
about equally often, so that neither the number of objects nor the answers decide what is asked. Who
is named first is drawn too: sources list what moves, or what is near, before the rest.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.randomness import generator, stable_hash

Ints = NDArray[np.int64]

TRIES = 6
"""Rows tried for each row wanted: some name an object where it is not seen, some come twice."""
TRIES_OF_ALL = 60
"""The same when rows are drawn among all objects: of five, one is out of sight more often than not."""


@dataclass(frozen=True)
class Roles:
    """Who takes part in a comparison.

    Attributes
    ----------
    objects : number of objects.
    alike : the first so many play the same part; rows that differ in their order only are one.
    seen_at : (object, frame) positions at which an object must be seen.
    """

    objects: int
    alike: int
    seen_at: tuple[tuple[int, int], ...]


def rng_for(measured: Measurements, *names: str) -> np.random.Generator:
    """The generator of a segment for the draw called `names`."""
    facts = measured.facts
    return generator(0, facts.source, facts.draw_key, measured.segment.text, *names)


def draw_rows(
    rng: np.random.Generator, seen: NDArray[np.bool_], moments: Ints, roles: Roles, most: int,
    per_objects: int, skip: frozenset[tuple[int, ...]] = frozenset(), *, of_all: bool = False,
) -> tuple[Ints, Ints]:
    """Draw objects (M, objects) and frames (M, F), at most `most` rows.

    Parameters
    ----------
    seen : (T, N).
    moments : (S, F) frames that may be named together.
    per_objects : so often the same objects come, in other frames: more would ask the same again.
    skip : rising indices of objects that are not drawn together.
    of_all : drawn among all objects, seen or not: two scenes with the same objects, of which one shows
        fewer, then draw the same rows as far as they can be seen.
    """
    present = np.flatnonzero(of_all | seen[np.unique(moments)].any(axis=0))
    together = len(present) // roles.objects
    if not together or not len(moments):
        return np.empty((0, roles.objects), np.int64), np.empty((0, moments.shape[1]), np.int64)
    # Shuffled and cut into rows, so that every object comes once before any comes twice.
    rounds = -(-(TRIES_OF_ALL if of_all else TRIES) * most // together)
    shuffled = rng.permuted(np.tile(present, (rounds, 1)), axis=1)
    objects = shuffled[:, :together * roles.objects].reshape(-1, roles.objects)
    frames = moments[rng.integers(len(moments), size=len(objects))]
    fits = np.all([seen[frames[:, f], objects[:, n]] for n, f in roles.seen_at], axis=0)
    times: Counter[tuple[int, ...]] = Counter()
    chosen: dict[tuple[tuple[int, ...], frozenset[tuple[int, int]]], int] = {}
    for k in np.flatnonzero(fits).tolist():
        drawn = objects[k].tolist()
        who = (*sorted(drawn[:roles.alike]), *drawn[roles.alike:])
        row = who, frozenset((drawn[n], int(frames[k, f])) for n, f in roles.seen_at)
        if row in chosen or who in skip or times[who] == per_objects:
            continue
        chosen[row] = k
        times[who] += 1
        if len(chosen) == most:
            break
    kept = list(chosen.values())
    return objects[kept], frames[kept]


def draw_pairs(rng: np.random.Generator, objects: list[int], most: int) -> list[tuple[int, int]]:
    """Pairs in a drawn order of the two: all there are, or so many that each object comes about equally
    often.
    """
    # A lot for each pair, whichever others there are: variants of a scene may show fewer.
    lots = int(rng.integers(2**62))
    pairs = list(combinations(objects, 2))
    if len(pairs) > most:
        pairs = _evenly(rng, objects, most)
    return [(b, a) if stable_hash(lots, a, b) % 2 else (a, b) for a, b in pairs]


def _evenly(rng: np.random.Generator, objects: list[int], most: int) -> list[tuple[int, int]]:
    # Neighbours in a shuffled ring, then those next but one, and so on: every step names all once.
    ring = rng.permutation(len(objects)).tolist()
    steps = range(1, len(ring) // 2 + 1)
    chosen: dict[tuple[int, int], None] = {}
    for step in steps:
        for place, first in enumerate(ring):
            a, b = sorted((first, ring[(place + step) % len(ring)]))
            chosen.setdefault((objects[a], objects[b]))
    return sorted(list(chosen)[:most])


def two_moments(measured: Measurements, min_apart: float) -> Ints:
    """Named frames (S, 2), the earlier first, at least this share of the frames apart."""
    least = min_apart * measured.segment.count
    pairs = [(i, j) for i, j in combinations(measured.anchors.frames, 2) if j - i >= least]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def either_way(moments: Ints) -> Ints:
    """Pairs of frames (S, 2) in both orders (2 S, 2)."""
    return np.concatenate([moments, moments[:, ::-1]])
