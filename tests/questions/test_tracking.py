"""From tracked points to what types 12 and 13 may ask."""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.questions.evidence import TrackEvidence
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.questions.tracking import (
    TRUE_MOTION,
    VISUAL,
    outside,
    target_frames,
    track_statements,
)

CUBE = {"size": (1.4, 1.4, 1.4), "start": (0.0, 0.5, 0.7), "travel": (1.0, 0, 0)}


def track(points, query_frame=0, visual=None):
    return TrackEvidence(query_frame, visual or points, points, tuple(True for _ in points))


def test_the_query_frame_itself_is_no_target():
    middle = ((0.5, 0.5),) * 4
    for kind in (VISUAL, TRUE_MOTION):
        assert target_frames(track(middle, query_frame=2), kind) == [0, 1, 3]


def test_behind_the_camera_there_is_no_position():
    points = ((0.5, 0.5), None, (0.6, 0.5))
    assert target_frames(track(points), TRUE_MOTION) == [2]
    assert target_frames(track(points), VISUAL) == [2]


def test_true_motion_may_leave_the_picture_by_a_quarter():
    points = ((0.5, 0.5), (1.25, 0.5), (1.26, 0.5), (0.5, -0.25), (0.5, -0.26))
    assert target_frames(track(points), TRUE_MOTION) == [1, 3]


def test_visual_targets_may_leave_the_picture_where_they_are_in_front():
    points = ((0.5, 0.5), (1.5, 0.5), (7.0, 0.5))
    assert target_frames(track(points), VISUAL) == [1]


def test_outside_means_outside_the_picture():
    assert outside(None)
    assert outside((1.01, 0.5))
    assert not outside((1.0, 0.0))


def test_static_points_are_asked_only_under_a_moving_camera(film, hand_made):
    eye = (0, -4, 4)  # steep enough that neighbouring floor pixels are about equally far
    still = hand_made.camera_poses(eye, elevation=-40)
    moving = hand_made.camera_poses(np.add(eye, hand_made.ramp((1, 0, 0))), elevation=-40)
    for poses, expected in ((still, False), (moving, True)):
        filmed = film((CUBE,), poses, side=112)
        assert any(t.object_id == 0 for t in filmed.measured.tracks)
        seen = np.ones(filmed.measured.motion.area.shape, dtype=bool)
        statements = track_statements(filmed.measured, thresholds_for("default"), seen)
        assert any(t.object_id == 0 for t in statements) == expected
        assert any(t.object_id == 1 for t in statements)


def test_the_query_point_is_seen_at_its_own_frame(film, hand_made):
    moving = hand_made.camera_poses(np.add((0, -5, 2.5), hand_made.ramp((1, 0, 0))), elevation=-20)
    for statement in film((CUBE,), moving).stated.tracks:
        assert statement.track.visible[statement.track.query_frame]
        assert len(statement.track.visual) == hand_made.FRAMES


def named(filmed, seen=None):
    """Tracks of the one named object, under a visibility given or measured."""
    if seen is None:
        return [t for t in filmed.stated.tracks if t.variant == "named_object"]
    stated = track_statements(filmed.measured, thresholds_for("default"), seen)
    return [t for t in stated if t.variant == "named_object"]


@pytest.fixture
def passing(film, hand_made):
    """A cube that crosses the picture before a camera that moves along."""
    eye = np.add((0, -6, 2.5), hand_made.ramp((0.6, 0, 0)))
    return film((CUBE,), hand_made.camera_poses(eye, elevation=-20, azimuth=hand_made.ramp(5)))


def test_a_named_object_is_followed_at_its_box_centre(passing):
    """Its track is the path of the centre, on the moving picture and on the frozen one."""
    focal, side = passing.scene.facts.K[0, 0], passing.scene.facts.width
    for statement in named(passing):
        tq = statement.track.query_frame
        for t, (p, m) in enumerate(
            zip(statement.track.visual, statement.track.true_motion, strict=True)
        ):
            centre = np.append(passing.scene.world_from_object[t, 0, :3, 3], 1)
            for camera, point in ((t, p), (tq, m)):
                x, y, z, _ = np.linalg.inv(passing.scene.world_from_camera[camera]) @ centre
                expected = 0.5 + focal / side * np.array([x / z, y / z])
                assert point == pytest.approx(expected)
        assert statement.track.visual[tq] == pytest.approx(statement.track.true_motion[tq])


def test_a_named_object_is_queried_in_the_first_frame_and_in_a_later_one(passing):
    frames = sorted(t.track.query_frame for t in named(passing))
    assert len(frames) == 2
    assert frames[0] == 0
    assert frames[1] in passing.measured.anchors.frames[1:]


def test_a_named_object_is_queried_only_where_it_can_be_found(passing):
    """And its flag says in which frames that is."""
    seen = np.ones(passing.measured.motion.area.shape, dtype=bool)
    seen[0] = seen[-1] = False
    (only,) = named(passing, seen)
    assert only.track.query_frame not in (0, len(seen) - 1)
    assert only.track.visible == tuple(seen[:, 0].tolist())
    assert not named(passing, np.zeros_like(seen))


def test_queries_of_a_segment_have_keys_of_their_own(passing):
    keys = [t.key for t in passing.stated.tracks]
    assert len(set(keys)) == len(keys)
    assert {t.variant for t in passing.stated.tracks} == {"pixel", "named_object"}
