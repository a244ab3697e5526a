"""Tracks under change: the same pixel followed again, and paths that must be one."""

from __future__ import annotations

import numpy as np

from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.tracks import track_pixels
from fourdp_qa.questions.statement import NAMED_OBJECT
from underchange.comparing import TRUE_MOTION, VISUAL, Tally


def followed_again(scene, track, query_frame, column=lambda col: col):
    """The track of the same pixel in a changed scene."""
    side = scene.facts.width
    x, y = track.visual[track.query_frame] * side
    rows, cols = np.array([int(y)]), np.array([column(int(x))])
    (twin,) = track_pixels(scene, scene.segment, scene.images, query_frame, rows, cols,
                           np.array([track.object_id]), default_limits().track)
    return twin


def named_tracks(told):
    """(object id, query frame) -> track of a named object."""
    return {
        (t.object_id, t.track.query_frame): t.track for t in told.everything.tracks
        if t.variant == NAMED_OBJECT
    }


def way(points):
    """A track's path as an array (T, 2); NaN where it is nowhere."""
    return np.array([(np.nan, np.nan) if p is None else p for p in points])


def one_way(tally: Tally, kind: str, path, other, **tolerance) -> None:
    """Two paths are one, and nowhere at the same times."""
    np.testing.assert_allclose(way(path), way(other), **(tolerance or {"atol": 1e-9}))
    tally[kind] += 1


def both_ways(tally: Tally, track, other, change=lambda path: path, **tolerance) -> None:
    """`other` has the paths of `track`, changed by `change`."""
    one_way(tally, VISUAL, change(way(track.visual)), other.visual, **tolerance)
    one_way(tally, TRUE_MOTION, change(way(track.true_motion)), other.true_motion, **tolerance)
