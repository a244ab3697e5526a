"""Tracks scored as TAP-Vid scores them, at 256 x 256 pixels, pooled over all targets.

Position counts where the point is visible; a target that was not read is a miss. Pooled means that every
target weighs the same: an item has one point and one to eight frames, too few for a score of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.eval_tasks.scoring.bootstrap import DRAWS, Interval, interval_of, resample
from fourdp_qa.eval_tasks.scoring.tracks.verdict import TrackVerdict

SIDE: Final = 256
"""Pixels of the side at which TAP-Vid measures."""
THRESHOLDS: Final = (1, 2, 4, 8, 16)
"""Pixels; a point is within one when it is nearer than that."""


COLUMNS: Final = 4 + 3 * len(THRESHOLDS)
"""Columns of `counts`."""


@dataclass(frozen=True)
class TrackScore:
    """Scores of some tracks; None for a share of nothing.

    Attributes
    ----------
    items, targets : tracks and target frames scored; failed requests are none.
    failed : requests that failed.
    unparsed : share of targets of which point or flag could not be read.
    delta_at : threshold in pixels -> share of the visible targets whose point is within it.
    delta : mean of `delta_at`.
    occlusion : share of targets with the right flag; one that was not read is wrong.
    jaccard_at : threshold -> right targets over right, missed and false ones.
    jaccard : mean of `jaccard_at`.
    """

    items: int
    targets: int
    failed: int
    unparsed: float | None
    delta: float | None
    delta_at: dict[int, float]
    occlusion: float | None
    jaccard: float | None
    jaccard_at: dict[int, float]


def score_tracks(verdicts: Iterable[TrackVerdict]) -> TrackScore:
    """Score tracks together; an empty set gives no numbers."""
    every = list(verdicts)
    scored = [v for v in every if not v.is_failed]
    return score_counts(counts(scored), len(every) - len(scored))


def score_counts(rows: NDArray[np.float64], failed: int = 0) -> TrackScore:
    """Score of the tracks of which `counts` gave these rows."""
    total = rows.sum(axis=0)
    targets, unread, visible, flags = (int(n) for n in total[:4])
    within, right, union = np.split(total[4:], 3)
    delta_at = _shares(within, np.full_like(within, visible))
    jaccard_at = _shares(right, union)
    return TrackScore(
        items=len(rows), targets=targets, failed=failed,
        unparsed=unread / targets if targets else None,
        delta=_mean(delta_at), delta_at=delta_at,
        occlusion=flags / targets if targets else None,
        jaccard=_mean(jaccard_at), jaccard_at=jaccard_at,
    )


def counts(verdicts: Sequence[TrackVerdict]) -> NDArray[np.float64]:
    """What scores are shares of, for each track.

    Returns
    -------
    ndarray, shape (tracks, COLUMNS)
        Targets; targets not read; targets in which the point is visible; right flags; then for each
        threshold: visible points within it; these that are said to be visible; and the union of what is
        visible and what is said to be visible, points too far away counted in both.
    """
    rows = np.zeros((len(verdicts), COLUMNS))
    for row, v in zip(rows, verdicts, strict=True):
        seen = np.array(v.true_visible, dtype=bool)
        said_seen = np.array([flag is True for flag in v.visible], dtype=bool)
        right_flag = np.array([f is s for f, s in zip(v.visible, v.true_visible, strict=True)], dtype=bool)
        unread = [p is None or f is None for p, f in zip(v.points, v.visible, strict=True)]
        given = np.array([(np.inf, np.inf) if p is None else p for p in v.points], dtype=np.float64)
        apart = SIDE * np.linalg.norm(given - np.array(v.true_points), axis=1)
        near = apart[:, None] < np.array(THRESHOLDS)
        within = near & seen[:, None]
        right = within & said_seen[:, None]
        false = said_seen[:, None] & ~within
        row[:4] = len(seen), sum(unread), seen.sum(), right_flag.sum()
        row[4:] = np.concatenate([within.sum(axis=0), right.sum(axis=0), seen.sum() + false.sum(axis=0)])
    return rows


def _known(verdict: TrackVerdict, part: str) -> str:
    """None of these can be told where nobody says how the camera moved."""
    return "unknown camera" if verdict.camera_motion == "unknown" else part


PARTS: Final[dict[str, Callable[[TrackVerdict], str]]] = {
    "question_type": lambda v: v.question_type,
    "source": lambda v: v.source,
    "true_motion": lambda v: _known(
        v, "picture and world part" if v.true_motion else "picture and world agree"),
    "camera_moves": lambda v: _known(v, "moving camera" if v.camera_moves else "static camera"),
    "object_moves": lambda v: _known(v, "moving object" if v.object_moves else "static point"),
}
"""Axis -> name of the part of a track."""

TRACK_AXES: Final = tuple(PARTS)
"""What `track_breakdown` can part by."""


def track_breakdown(verdicts: Iterable[TrackVerdict], axis: str) -> dict[str, TrackScore]:
    """Score of each part.

    Raises
    ------
    ValueError
        For an axis that is none of `TRACK_AXES`.
    """
    if axis not in PARTS:
        raise ValueError(f"found axis {axis!r}, expected one of {', '.join(TRACK_AXES)}")
    parts: dict[str, list[TrackVerdict]] = {}
    for v in sorted(verdicts, key=PARTS[axis]):
        parts.setdefault(PARTS[axis](v), []).append(v)
    return {name: score_tracks(part) for name, part in parts.items()}


def track_bootstrap(verdicts: Iterable[TrackVerdict], draws: int = DRAWS, seed: int = 0) -> Interval | None:
    """Interval of the average Jaccard with whole scenes drawn anew; None below five scenes."""
    scored = [v for v in verdicts if not v.is_failed]
    scenes, found = [v.scene for v in scored], score_tracks(scored).jaccard
    if found is None:
        return None
    right, union = np.split(resample(scenes, counts(scored)[:, 4 + len(THRESHOLDS):], draws, seed), 2, axis=1)
    rates = np.divide(right, union, out=np.full_like(right, np.nan), where=union > 0)
    return interval_of(found, rates.mean(axis=1), scenes)


def _shares(part: NDArray[np.float64], whole: NDArray[np.float64]) -> dict[int, float]:
    return {t: float(p / w) for t, p, w in zip(THRESHOLDS, part, whole, strict=True) if w > 0}


def _mean(shares: dict[int, float]) -> float | None:
    return sum(shares.values()) / len(shares) if shares else None
