"""What a quantity does over the clip: the ambiguity band over the whole path, written anew.

A verdict is "+", "-", "absent", "+-", "-+", "inconsistent", or None where nothing may be said.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

NEAR = 1e-6
"""A quantity this close to a threshold may fall on either side by rounding alone."""


class NearThresholdError(Exception):
    """The verdict hangs on a difference below `NEAR`: neither side is provable."""


def verdict(series, lo, hi, rules):
    """Verdict of a series (T,) for its thresholds.

    Raises
    ------
    NearThresholdError
        When moving every threshold by `NEAR` gives another verdict.
    """
    found = {_verdict(np.asarray(series, float), lo, hi, rules, s) for s in (-NEAR, 0.0, NEAR)}
    if len(found) > 1:
        raise NearThresholdError
    return found.pop()


def _verdict(q, lo, hi, rules, slack):
    lo, hi, share = lo + slack, hi - slack, rules["backtrack"] + slack
    change, extent = q[-1] - q[0], q.max() - q.min()
    fitting = set()
    if extent <= lo:
        fitting.add("absent")
    for name, s in (("+", 1.0), ("-", -1.0)):
        if s * change >= hi and largest_fall(s * q) <= share * extent:
            fitting.add(name)
    turns = turning_points(q, lo)
    legs = np.diff(q[turns])
    if len(legs) == 2 and np.abs(legs).min() >= hi:
        early = rules["turn_earliest"] * (len(q) - 1)
        if early <= turns[1] <= len(q) - 1 - early:
            fitting.add("+-" if legs[0] > 0 else "-+")
    if len(legs) >= 3 and np.abs(legs).min() >= hi:
        fitting.add("inconsistent")
    return fitting.pop() if len(fitting) == 1 else None


def largest_fall(q):
    """How far a series ever falls below a value it had before."""
    return max(float(before - q[i:].min()) for i, before in enumerate(q))


def turning_points(q, smallest):
    """Ends and turns of a series once legs of at most `smallest` are smoothed away, smallest first."""
    steps = np.flatnonzero(np.diff(q) != 0)
    # Where it rests before it turns, the first frame of the rest stands for the turn.
    inner = [
        int(a) + 1 for a, b in pairwise(steps)
        if (q[a + 1] - q[a]) * (q[b + 1] - q[b]) < 0
    ]
    points = [0, *inner, len(q) - 1]
    while len(points) > 2:
        legs = np.abs(np.diff(q[points]))
        k = int(legs.argmin())
        if legs[k] > smallest:
            break
        if k == 0:
            del points[0]
        elif k == len(legs) - 1:
            del points[-1]
        else:
            del points[k:k + 2]
    return points


def together(series_by_name, bands, rules):
    """Verdicts of components named together: thresholds grow with the largest component."""
    largest = max(float(np.ptp(q)) for q in series_by_name.values())
    return {
        name: verdict(
            q,
            max(bands[name][0], rules["together_lo"] * largest),
            max(bands[name][1], rules["together_hi"] * largest),
            rules,
        )
        for name, q in series_by_name.items()
    }
