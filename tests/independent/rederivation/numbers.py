"""The row's evidence against the numbers found here."""

from __future__ import annotations

import json

import numpy as np
from rederivation.truths import EVIDENCE_NAMES

TOLERANCE = 1e-5
"""The evidence keeps six significant digits, of numbers of at most a few hundred."""


def compared_numbers(checked):
    """How many numbers of the evidence were compared, and what differs, in words."""
    evidence = json.loads(checked.row["evidence"])
    names = EVIDENCE_NAMES.get(checked.row["question_type"], {})
    ours_by_name = {names.get(name, name): ours for name, ours in checked.series.items()}
    stated = {q["name"]: q["series"] for q in evidence["quantities"] if q["series"]}
    if evidence["track"]:
        stated |= {name: evidence["track"][name] for name in ("visual", "true_motion")}
    count, differences = 0, []
    for name, values in stated.items():
        if name not in ours_by_name:
            continue
        ours = ours_by_name[name]
        theirs = np.array([_or_nan(v, ours.shape[1:]) for v in values], dtype=np.float64)
        both = np.isfinite(theirs)
        scale = np.maximum(np.abs(theirs[both]), 1.0)
        if ours.shape != theirs.shape or np.any(np.abs(ours - theirs)[both] > TOLERANCE * scale):
            differences.append(f"{name}: derived {ours.tolist()}, row says {values}")
        count += int(both.sum())
    if checked.amount is not None:  # which of two things comes first is a matter of the words
        (quantity,) = evidence["quantities"]
        if abs(abs(quantity["value"]) - checked.amount) > TOLERANCE:
            differences.append(f"{quantity['name']}: derived {checked.amount}, row says {quantity['value']}")
        count += 1
    return count, differences


def _or_nan(value, shape):
    """A place behind the camera has no coordinates."""
    return np.full(shape, np.nan) if value is None else value
