"""When an object may be asked about: in one frame, and over the segment (questions need both)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.limits import VisibleLimits
from fourdp_qa.measure.measurements import Measurements


def seen_in_frames(
    measured: Measurements, limits: VisibleLimits, min_area: float
) -> NDArray[np.bool_]:
    """(T, N) whether a person can find object n in frame t: large enough, not hidden, not cut off."""
    motion = measured.motion
    part = np.nan_to_num(motion.visible_part, nan=0.0)
    allowed = np.array([not o.is_environment for o in measured.objects], dtype=np.bool_)
    return (
        (motion.area >= min_area)
        & (part >= limits.min_visible_part)
        & (motion.hull_outside <= limits.max_hull_outside)
        & np.isfinite(motion.centre_world).all(axis=-1)
        & allowed[None, :]
    )


def followable(
    seen: NDArray[np.bool_], steady: NDArray[np.bool_], limits: VisibleLimits
) -> NDArray[np.bool_]:
    """(N,) whether objects can be followed over the segment, from `seen_in_frames` (T, N): in the
    first and last frame, in most frames, and never lost for long.
    """
    enough = seen.mean(axis=0) >= limits.min_frame_share
    gaps = np.array([_longest_gap(seen[:, n]) for n in range(seen.shape[1])], dtype=np.int64)
    return seen[0] & seen[-1] & enough & (gaps <= limits.max_lost_in_a_row) & steady


def _longest_gap(seen: NDArray[np.bool_]) -> int:
    longest = current = 0
    for flag in seen:
        current = 0 if flag else current + 1
        longest = max(longest, current)
    return longest


def loss_reasons(measured: Measurements, limits: VisibleLimits) -> list[str]:
    """For every object that cannot be followed over the segment: the first reason, in words."""
    seen = seen_in_frames(measured, limits, limits.min_area)
    motion = measured.motion
    reasons = []
    for n, item in enumerate(measured.objects):
        if item.is_environment or followable(seen[:, [n]], motion.steady[[n]], limits)[0]:
            continue
        ends = [0, -1]
        if not np.isfinite(motion.centre_world[:, n]).all():
            reasons.append("no pose in some frames")
        elif not motion.steady[n]:
            reasons.append("its pose jumps")
        elif (motion.area[ends, n] < limits.min_area).any():
            reasons.append("too small or out of sight in the first or last frame")
        elif np.isnan(motion.visible_part[ends, n]).any():
            reasons.append("how much of it is visible is unknown: another object touches it")
        elif (motion.visible_part[ends, n] < limits.min_visible_part).any():
            reasons.append("hidden in the first or last frame")
        elif (motion.hull_outside[ends, n] > limits.max_hull_outside).any():
            reasons.append("cut by the image border in the first or last frame")
        else:
            reasons.append("lost on the way")
    return reasons
