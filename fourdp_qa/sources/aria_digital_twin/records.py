"""Which record belongs to a frame: the nearest in time, and none when it is too old."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.sources.aria_digital_twin.constants import FRESH, GAP

Times = NDArray[np.int64]


def nearest_record(times: Times, wanted: Times) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Index (T,) of the record nearest to each wanted time, and whether it is fresh.

    Parameters
    ----------
    times : (R,) increasing, nanoseconds; may be empty
    wanted : (T,) nanoseconds
    """
    if not len(times):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    after = np.clip(np.searchsorted(times, wanted), 0, len(times) - 1)
    before = np.maximum(after - 1, 0)
    closer = np.abs(times[before] - wanted) < np.abs(times[after] - wanted)
    index = np.where(closer, before, after)
    return index, np.abs(times[index] - wanted) <= FRESH


def longest_run(captured: Times, usable: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Indices of the longest run of usable frames without a gap between them; the first of equal ones.

    Parameters
    ----------
    captured : (T,) increasing capture times of all frames, nanoseconds
    usable : (T,)
    """
    chosen = np.flatnonzero(usable)
    if len(chosen) < 2:
        return chosen
    step = np.median(np.diff(captured))
    breaks = np.flatnonzero(np.diff(captured[chosen]) > GAP * step) + 1
    return max(np.split(chosen, breaks), key=len)
