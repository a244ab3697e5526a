"""The row's evidence against the numbers found here."""

from __future__ import annotations

import json

import numpy as np

TOLERANCE = 1e-5
"""The evidence keeps six significant digits, of numbers of at most a few hundred."""


def compared_numbers(checked):
    """How many numbers of the evidence were compared, and what differs, in words."""
    evidence = json.loads(checked.row["evidence"])
    stated = {q["name"]: q["series"] for q in evidence["quantities"] if q["series"]}
    if evidence["track"]:
        stated |= {name: evidence["track"][name] for name in ("visual", "true_motion")}
    count, differences = 0, []
    for name, values in stated.items():
        if name not in checked.series:
            continue
        ours = checked.series[name]
        theirs = np.array([_or_nan(v, ours.shape[1:]) for v in values], dtype=np.float64)
        both = np.isfinite(theirs)
        scale = np.maximum(np.abs(theirs[both]), 1.0)
        if ours.shape != theirs.shape or np.any(np.abs(ours - theirs)[both] > TOLERANCE * scale):
            differences.append(f"{name}: derived {ours.tolist()}, row says {values}")
        count += int(both.sum())
    return count, differences


def _or_nan(value, shape):
    """A place behind the camera has no coordinates."""
    return np.full(shape, np.nan) if value is None else value
