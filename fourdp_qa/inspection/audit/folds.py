"""Scenes and folds: a solver never learns from a scene it is asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.randomness import stable_hash
from fourdp_qa.rows.row import Row

FOLDS = 5
"""Four fifths of the scenes to learn from is what a larger share hardly improves."""


@dataclass(frozen=True)
class Split:
    """Which rows belong together.

    Attributes
    ----------
    cluster : (n,) number of the split unit, a scene for most sources; units that share a group or a
        clip are one.
    fold : (n,) 0 .. FOLDS-1; a cluster lies in one fold.
    """

    cluster: NDArray[np.int64]
    fold: NDArray[np.int64]


def split_rows(rows: Sequence[Row]) -> Split:
    """Put rows into scenes and scenes into folds of about equal size, the same for the same rows."""
    scenes = _joined(rows)
    names = sorted(set(scenes))
    sizes = Counter(scenes)
    filled = [0] * FOLDS
    fold_of: dict[str, int] = {}
    for name in sorted(names, key=lambda s: (-sizes[s], stable_hash("audit fold", s))):
        fold = min(range(FOLDS), key=lambda f: (filled[f], f))
        fold_of[name] = fold
        filled[fold] += sizes[name]
    number = {name: n for n, name in enumerate(names)}
    return Split(
        cluster=np.array([number[s] for s in scenes], dtype=np.int64),
        fold=np.array([fold_of[s] for s in scenes], dtype=np.int64),
    )


def _joined(rows: Sequence[Row]) -> list[str]:
    """Name of each row's unit, after joining units that share a group or a clip."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    scenes = [f"unit {row.source}\x1f{row.split_unit or row.scene_id}" for row in rows]
    for row, scene in zip(rows, scenes, strict=True):
        for link in (f"group {row.group_id}" * bool(row.group_id),
                     f"clip {row.file_name}" * bool(row.file_name)):
            if link:
                first, second = sorted((root(scene), root(link)))
                parent[first] = second  # "unit ..." sorts last and so names the set
    return [root(scene) for scene in scenes]
