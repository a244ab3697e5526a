"""Who may be asked about: in a frame, and over the segment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.visibility import followable, loss_reasons, seen_in_frames

LIMITS = default_limits().visible
FRAMES = 32


def seen(lost):
    """(T, 1) seen in all frames but `lost`."""
    flags = np.ones((FRAMES, 1), dtype=bool)
    flags[list(lost)] = False
    return flags


@pytest.mark.parametrize(("lost", "expected"), [
    ([], True), ([5, 6, 7, 8], True), ([5, 6, 7, 8, 9], False),  # five in a row
    (range(3, 20, 3), True), (range(3, 22, 3), False),  # 6 and 7 of 32: 80 % of the frames
    ([0], False), ([FRAMES - 1], False),
])
def test_an_object_is_followed_when_it_is_hardly_ever_lost(lost, expected):
    assert followable(seen(lost), np.array([True]), LIMITS)[0] == expected


def test_an_object_whose_pose_jumps_is_not_followed():
    assert not followable(seen([]), np.array([False]), LIMITS)[0]


@pytest.fixture
def measured(film, hand_made):
    cube = {"size": (1.0, 1.0, 1.0), "start": (0.0, 0.0, 0.5)}
    return film((cube,), hand_made.camera_poses((0, -6, 0.5)), side=96).measured


def with_motion(measured, **changes):
    """Measurements with other numbers for the one object in every frame."""
    motion = measured.motion
    values = {name: np.full_like(getattr(motion, name), value) for name, value in changes.items()}
    return replace(measured, motion=replace(motion, **values))


@pytest.mark.parametrize(("name", "enough", "too_bad"), [
    ("area", 0.0015, 0.0014), ("visible_part", 0.40, 0.39), ("visible_part", 1.0, np.nan),
    ("hull_outside", 0.30, 0.31), ("centre_world", 1.0, np.nan),
])
def test_each_limit_of_a_frame(measured, name, enough, too_bad):
    for value, expected in ((enough, True), (too_bad, False)):
        changed = with_motion(measured, **{name: value})
        assert seen_in_frames(changed, LIMITS, LIMITS.min_area).all() == expected


def test_motion_needs_a_larger_picture_of_the_object(measured):
    small = with_motion(measured, area=0.002)
    assert seen_in_frames(small, LIMITS, LIMITS.min_area).all()
    assert not seen_in_frames(small, LIMITS, LIMITS.min_area_motion).any()


def test_surroundings_are_never_asked_about(measured):
    (cube,) = measured.objects
    surroundings = replace(measured, objects=(replace(cube, is_environment=True),))
    assert not seen_in_frames(surroundings, LIMITS, LIMITS.min_area).any()
    assert loss_reasons(surroundings, LIMITS) == []


@pytest.mark.parametrize(("changes", "reason"), [
    ({"centre_world": np.nan}, "no pose"), ({"steady": False}, "jumps"),
    ({"area": 0.0}, "too small"), ({"visible_part": np.nan}, "unknown"),
    ({"visible_part": 0.1}, "hidden"), ({"hull_outside": 0.9}, "cut by the image border"),
])
def test_why_an_object_is_lost_is_said(measured, changes, reason):
    (said,) = loss_reasons(with_motion(measured, **changes), LIMITS)
    assert reason in said


def test_a_followed_object_has_no_reason(measured):
    assert loss_reasons(measured, LIMITS) == []


def test_lost_on_the_way(measured):
    area = measured.motion.area.copy()
    area[3:9] = 0
    lost = replace(measured, motion=replace(measured.motion, area=area))
    assert loss_reasons(lost, LIMITS) == ["lost on the way"]
