"""Types 12 and 13: visual and true-motion point tracking."""

from __future__ import annotations

import numpy as np

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.evidence import TrackEvidence
from fourdp_qa.questions.statement import TrackStatement
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.scene.pose import Floats

VISUAL = "visual_point_tracking"
TRUE_MOTION = "true_motion_point_tracking"

TRUE_MOTION_BORDER = 0.25
"""m may leave the picture by this much while the point is visible: it is still imaginable there."""


def track_statements(measured: Measurements, limits: Thresholds) -> list[TrackStatement]:
    """One statement a query; a static point is kept only under a moving camera."""
    moving = _camera_moves(measured)
    statements = []
    for query in measured.tracks:
        if not query.visible[query.query_frame] or not (moving or query.object_id):
            continue
        track = TrackEvidence(
            query_frame=query.query_frame, visual=_points(query.visual),
            true_motion=_points(query.true_motion),
            visible=tuple(bool(v) for v in query.visible),
        )
        statements.append(TrackStatement(
            query.index, query.object_id, track, track_entangled(track, limits)))
    return statements


def asked_path(track: TrackEvidence, question_type: str) -> tuple[tuple[float, float] | None, ...]:
    """The positions a type asks for: p[t] for visual tracking, m[t] for true motion."""
    return track.visual if question_type == VISUAL else track.true_motion


def target_frames(track: TrackEvidence, question_type: str) -> list[int]:
    """Frames at which a position can be asked, without the query frame itself.

    Visual: wherever the point is in front of the camera. True motion: in front of the frozen camera
    and inside the picture widened by a quarter on each side.
    """
    frames = []
    for t, point in enumerate(asked_path(track, question_type)):
        if t == track.query_frame or point is None:
            continue
        border = 0.0 if question_type == VISUAL else TRUE_MOTION_BORDER
        inside = all(-border <= c <= 1 + border for c in point)
        if inside or (question_type == VISUAL and max(map(abs, point)) < 2):
            frames.append(t)
    return frames


def outside(point: tuple[float, float] | None) -> bool:
    """Whether a point lies outside the picture."""
    return point is None or not all(0 <= c <= 1 for c in point)


def track_gap(track: TrackEvidence) -> float:
    """Max |p - m| over the frames in which both exist: how far camera motion misleads."""
    gaps = [
        float(np.hypot(p[0] - m[0], p[1] - m[1]))
        for p, m in zip(track.visual, track.true_motion, strict=True)
        if p is not None and m is not None
    ]
    return max(gaps, default=0.0)


def extent(path: tuple[tuple[float, float] | None, ...]) -> float:
    """Diagonal of the box around a path, shares of the side."""
    points = np.array([p for p in path if p is not None], dtype=np.float64).reshape(-1, 2)
    return float(np.linalg.norm(np.ptp(points, axis=0))) if len(points) else 0.0


def track_entangled(track: TrackEvidence, limits: Thresholds) -> str:
    """``different`` where the two tracks part visibly, else ``agree``."""
    return "different" if track_gap(track) >= limits.entanglement.track_gap else "agree"


def _points(path: Floats) -> tuple[tuple[float, float] | None, ...]:
    return tuple(
        (float(x), float(y)) if np.isfinite(x) and np.isfinite(y) else None for x, y in path
    )


def _camera_moves(measured: Measurements) -> bool:
    poses = measured.camera.world_from_camera
    return not np.allclose(poses, poses[:1], atol=1e-6)
