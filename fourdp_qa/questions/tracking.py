"""Types 12 and 13: visual and true-motion point tracking."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.evidence import TrackEvidence
from fourdp_qa.questions.statement import NAMED_OBJECT, PIXEL, TrackStatement
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.randomness import generator
from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points

VISUAL = "visual_point_tracking"
TRUE_MOTION = "true_motion_point_tracking"

TRUE_MOTION_BORDER = 0.25
"""m may leave the picture by this much while the point is visible: it is still imaginable there."""


def track_statements(
    measured: Measurements, limits: Thresholds, seen: NDArray[np.bool_]
) -> list[TrackStatement]:
    """One statement a query pixel, and two for each object named: its box centre, queried in the
    first frame and in a later one. A static background point is kept only under a moving camera.

    `seen` (T, N) is the flag of a named object: whether a person can find it in that frame.
    """
    return [*_pixel_tracks(measured, limits), *_object_tracks(measured, limits, seen)]


def _pixel_tracks(measured: Measurements, limits: Thresholds) -> list[TrackStatement]:
    moving = _camera_moves(measured)
    statements = []
    for query in measured.tracks:
        if not query.visible[query.query_frame] or not (moving or query.object_id):
            continue
        track = TrackEvidence(
            query_frame=query.query_frame, visual=_points(query.visual),
            true_motion=_points(query.true_motion),
            visible=tuple(query.visible.tolist()),
        )
        statements.append(TrackStatement(
            PIXEL, query.index, query.object_id, track, track_entangled(track, limits)))
    return statements


def _object_tracks(
    measured: Measurements, limits: Thresholds, seen: NDArray[np.bool_]
) -> list[TrackStatement]:
    facts, motion = measured.facts, measured.motion
    visual = project(facts.K, motion.centre_camera) / facts.width
    statements = []
    for n, item in enumerate(measured.objects):
        if not np.isfinite(motion.centre_world[:, n]).all() or not item.is_rigid:
            continue
        rng = generator(0, facts.source, facts.draw_key, measured.segment.text, "named", item.id)
        later = [f for f in measured.anchors.frames[1:] if seen[f, n]]
        moments = [0] if seen[0, n] else []
        moments += [later[int(rng.integers(len(later)))]] if later else []
        for frame in moments:
            frozen = invert_pose(measured.camera.world_from_camera[frame])
            seen_from_there = project(facts.K, transform_points(frozen, motion.centre_world[:, n]))
            track = TrackEvidence(
                query_frame=frame, visual=_points(visual[:, n]),
                true_motion=_points(seen_from_there / facts.width),
                visible=tuple(seen[:, n].tolist()),
            )
            statements.append(TrackStatement(
                NAMED_OBJECT, 0, item.id, track, track_entangled(track, limits)))
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
    gaps = np.array([
        (p[0] - m[0], p[1] - m[1])
        for p, m in zip(track.visual, track.true_motion, strict=True)
        if p is not None and m is not None
    ])
    return float(np.hypot(gaps[:, 0], gaps[:, 1]).max()) if len(gaps) else 0.0


def extent(path: tuple[tuple[float, float] | None, ...]) -> float:
    """Diagonal of the box around a path, shares of the side."""
    points = np.array([p for p in path if p is not None], dtype=np.float64).reshape(-1, 2)
    return float(np.linalg.norm(np.ptp(points, axis=0))) if len(points) else 0.0


def is_placed(track: TrackEvidence) -> bool:
    """Whether its true motion is known: not where nobody says how the camera moved."""
    return any(point is not None for point in track.true_motion)


def track_entangled(track: TrackEvidence, limits: Thresholds) -> str:
    """``different`` where the two tracks part visibly, else ``agree``; ``unclear`` without true motion."""
    if not is_placed(track):
        return "unclear"
    return "different" if track_gap(track) >= limits.entanglement.track_gap else "agree"


def _points(path: Floats) -> tuple[tuple[float, float] | None, ...]:
    known = np.isfinite(path).tolist()
    return tuple((x, y) if all(k) else None for (x, y), k in zip(path.tolist(), known, strict=True))


def _camera_moves(measured: Measurements) -> bool:
    poses = measured.camera.world_from_camera
    return not np.allclose(poses, poses[:1], atol=1e-6)
