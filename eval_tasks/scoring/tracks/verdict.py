"""One response judged against one row of type 12 or 13."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from fourdp_qa.eval_tasks.scoring.parsed_answer import Reason
from fourdp_qa.eval_tasks.scoring.tracks.parse import Point, parse_track
from fourdp_qa.rows.details import evidence_from_json, frames_from_json
from fourdp_qa.rows.row import AnswerFormat, Row

TRUE_MOTION: Final = "true_motion_point_tracking"

APART: Final = 0.05
"""Of the side: beyond it, at some frame, the two kinds of track are two different answers (the threshold of
`entangled`)."""
AT_REST: Final = 0.01
"""Of the side: an object whose true-motion track stays within it does not move to the eye."""


@dataclass(frozen=True)
class TrackVerdict:
    """What one response says of the targets, beside what is true of them.

    Attributes
    ----------
    question_id, question_type : of the row.
    scene : source and split unit; its questions stand or fall together.
    targets : clip frames asked for, in the asked order; the lists below have one entry for each.
    true_points : normalised (x, y), three decimals as in the row's answer.
    true_visible : whether the real camera sees the point.
    points, visible : what the response says; None where it cannot be read.
    query : normalised place of the point in the query frame.
    other : the other kind of track at the targets: on the picture for type 13, without camera motion for
        type 12; None behind the camera.
    true_motion : whether the two kinds of track part by `APART` somewhere in the clip.
    camera_moves : of the row's `camera_motion`.
    object_moves : whether the true-motion track leaves its start by `AT_REST` somewhere in the clip.
    reason : how far the response could be read, in words (`Reason`).
    source, segment, camera_motion, scene_motion : as in `Verdict`.
    """

    question_id: str
    question_type: str
    scene: str
    targets: tuple[int, ...]
    true_points: tuple[Point, ...]
    true_visible: tuple[bool, ...]
    points: tuple[Point | None, ...]
    visible: tuple[bool | None, ...]
    query: Point
    other: tuple[Point | None, ...]
    true_motion: bool
    camera_moves: bool
    object_moves: bool
    reason: str
    source: str = ""
    segment: str = ""
    camera_motion: str = ""
    scene_motion: str = ""

    @property
    def is_failed(self) -> bool:
        """Whether the request failed: there is no response to score."""
        return self.reason == Reason.REQUEST_FAILED


def judge_track(row: Row, response: str) -> TrackVerdict:
    """Read a response to a tracking row.

    Raises
    ------
    ValueError
        For a row of another format, or one without evidence or with an answer that is no track.
    """
    track = evidence_from_json(row.evidence).track
    targets = frames_from_json(row.frames).targets
    truth = parse_track(row.answer, targets)
    if row.format != AnswerFormat.TRACK or track is None or truth.reason != Reason.DECLARED:
        raise ValueError(f"row {row.id}: found format {row.format!r} and answer {row.answer!r}, expected a "
                         "track with its evidence")
    read = parse_track(response, targets)
    asked, other = (track.true_motion, track.visual) if row.question_type == TRUE_MOTION else (
        track.visual, track.true_motion)
    query = asked[track.query_frame]
    if query is None:
        raise ValueError(f"row {row.id}: found no query point in frame {track.query_frame}, expected one")
    return TrackVerdict(
        question_id=row.id,
        question_type=row.question_type,
        scene=f"{row.source}/{row.split_unit}",
        targets=targets,
        true_points=tuple(truth.points[t] for t in targets),
        true_visible=tuple(truth.visible[t] for t in targets),
        points=tuple(read.points.get(t) for t in targets),
        visible=tuple(read.visible.get(t) for t in targets),
        query=query,
        other=tuple(other[t] for t in targets),
        true_motion=any(
            _apart(p, m) >= APART for p, m in zip(track.visual, track.true_motion, strict=True)),
        camera_moves=row.camera_motion not in ("", "none"),
        object_moves=any(_apart(m, track.true_motion[track.query_frame]) > AT_REST
                         for m in track.true_motion),
        reason=str(read.reason),
        source=row.source,
        segment=f"{row.source}/{row.scene_id}/{row.segment}",
        camera_motion=row.camera_motion,
        scene_motion=row.scene_motion,
    )


def copy_query(verdicts: list[TrackVerdict]) -> list[TrackVerdict]:
    """The same questions answered with the query point, visible, in every frame."""
    return [
        replace(v, points=tuple(v.query for _ in v.targets), visible=tuple(True for _ in v.targets),
                reason=str(Reason.DECLARED))
        for v in verdicts
    ]


def other_track(verdicts: list[TrackVerdict]) -> list[TrackVerdict]:
    """The same questions answered with the other kind of track and the right flags.

    For type 13 that is the visual track given for the true one: a perfect tracker of the picture.
    """
    return [replace(v, points=v.other, visible=v.true_visible, reason=str(Reason.DECLARED)) for v in verdicts]


def _apart(one: Point | None, other: Point | None) -> float:
    """Distance as a fraction of the side; 0 where a track has no place."""
    if one is None or other is None:
        return 0.0
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
