"""Tracks of a run: its own scores, those of answers that need no model, and whose track it gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fourdp_qa.eval_tasks.scoring.bootstrap import Interval
from fourdp_qa.eval_tasks.scoring.tracks.score import (
    TRACK_AXES,
    TrackScore,
    score_tracks,
    track_bootstrap,
    track_breakdown,
)
from fourdp_qa.eval_tasks.scoring.tracks.verdict import (
    TrackVerdict,
    copy_query,
    other_track,
)

AXES = tuple(axis for axis in TRACK_AXES if axis != "question_type")


@dataclass(frozen=True)
class TrackNumbers:
    """Scores of one type.

    Attributes
    ----------
    score, interval : of the run; the interval is that of the average Jaccard, over scenes.
    copied : of the query point, visible, in every frame.
    other : of a perfect track of the other kind.
    parts : axis -> part -> score.
    to_true, to_other : average Jaccard and interval where the two kinds of track part, with the asked
        track as the truth and with the other one.
    """

    score: TrackScore
    interval: Interval | None
    copied: TrackScore
    other: TrackScore
    parts: dict[str, dict[str, TrackScore]]
    to_true: tuple[float | None, Interval | None]
    to_other: tuple[float | None, Interval | None]

    @property
    def gives_other_track(self) -> bool:
        """Whether what it gave is surely nearer to the track that was not asked for."""
        asked, other = self.to_true[1], self.to_other[1]
        return asked is not None and other is not None and other.low > asked.high


def track_numbers(verdicts: Sequence[TrackVerdict]) -> dict[str, TrackNumbers]:
    """Numbers of every type of track that was asked."""
    types = sorted({v.question_type for v in verdicts}, reverse=True)
    return {name: _numbers([v for v in verdicts if v.question_type == name]) for name in types}


def _numbers(verdicts: list[TrackVerdict]) -> TrackNumbers:
    scored = [v for v in verdicts if not v.is_failed]
    apart = [v for v in scored if v.true_motion and None not in v.other]
    swapped = [replace(v, true_points=tuple(p for p in v.other if p is not None)) for v in apart]
    return TrackNumbers(
        score=score_tracks(verdicts), interval=track_bootstrap(verdicts),
        copied=score_tracks(copy_query(scored)), other=score_tracks(other_track(scored)),
        parts={axis: track_breakdown(verdicts, axis) for axis in AXES},
        to_true=(score_tracks(apart).jaccard, track_bootstrap(apart)),
        to_other=(score_tracks(swapped).jaccard, track_bootstrap(swapped)),
    )
