"""The one owner of randomness: every generator is derived from a seed and the names of what it is for.

Nothing in the library draws from a global generator, so any scene, candidate or row can be rebuilt
alone and neither the number of workers nor an interruption changes a byte.
"""

from __future__ import annotations

import hashlib

import numpy as np


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """Return the generator that belongs to `names` under `seed`.

    Parameters
    ----------
    seed : int
        The user's seed.
    *names : str or int
        What the numbers are for, e.g. ``("simulator", scene_id, "camera")``. The same names give
        the same numbers on every platform; other names give unrelated ones.
    """
    return np.random.default_rng(stable_hash(seed, *names))


def stable_hash(*names: str | int) -> int:
    """128-bit hash of `names`, equal on every platform and in every process."""
    text = "\x1f".join(f"{type(name).__name__}:{name}" for name in names)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")
