"""Objects: masks, hulls, visible parts, and poses that jump."""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.measure.objects import estimate_visible_part
from fourdp_qa.scene.scene import Capability

LIMITS = default_limits()
EYE = (0.0, -6.0, 0.5)
CUBE = {"size": (1.0, 1.0, 1.0), "start": (0.0, 0.0, 0.5)}


@pytest.fixture
def ahead(film, hand_made):
    def make(*boxes, **options):
        return film(boxes, hand_made.camera_poses(EYE), **{"side": 96, **options})

    return make


def test_numbers_of_a_cube_straight_ahead(ahead):
    motion = ahead(CUBE).measured.motion
    assert motion.distance[0, 0] == pytest.approx(6)
    assert motion.nearest[0, 0] == pytest.approx(5.5)
    assert motion.box_diagonal[0] == pytest.approx(np.sqrt(3))
    assert motion.centre_camera[0, 0] == pytest.approx([0, 0, 6])
    width = 0.9 / 5.5  # of the side: the near face
    assert motion.area[0, 0] == pytest.approx(width**2, rel=0.15)
    assert motion.mask_box[0, 0] == pytest.approx(
        [0.5 - width / 2, 0.5 - width / 2, 0.5 + width / 2, 0.5 + width / 2], abs=1.5 / 96)
    assert motion.surface[0, 0] == pytest.approx([5.5, 5.5], rel=0.02)
    assert motion.visible_part[0, 0] == 1
    assert motion.hull_outside[0, 0] == 0


def test_an_object_that_is_not_in_the_picture(ahead):
    motion = ahead({**CUBE, "start": (9.0, 0.0, 0.5)}).measured.motion
    assert motion.area[0, 0] == 0
    assert np.isnan(motion.mask_box[0, 0]).all()
    assert np.isnan(motion.surface[0, 0]).all()
    assert motion.hull_outside[0, 0] == pytest.approx(1)


def test_without_a_pose_there_are_no_numbers(ahead):
    filmed = ahead(CUBE)
    filmed.scene.pose_valid[3, 0] = False
    filmed.scene.world_from_object[3, 0] = 7.0  # whatever stands there is not looked at
    motion = measure_segment(filmed.scene, filmed.segment).motion
    assert np.isnan(motion.centre_world[3, 0]).all()
    assert np.isnan(motion.distance[3, 0])
    assert motion.hull_outside[3, 0] == 1
    assert np.isfinite(motion.distance[[2, 4], 0]).all()


# Visible part estimated from masks ---------------------------------------------------------------


def estimate(pixels, hull, outside=None, touched=None):
    """Estimate for one object over a few frames."""
    pixels = np.array(pixels)[:, None]
    hull = np.array(hull, float)[:, None]
    outside = np.zeros_like(hull) if outside is None else np.array(outside, float)[:, None]
    touched = np.zeros(hull.shape, bool) if touched is None else np.array(touched, bool)[:, None]
    return estimate_visible_part(pixels, hull, outside, touched, LIMITS.estimate)[:, 0]


def test_fill_is_learnt_in_free_frames_and_applied_where_something_is_in_front():
    """The object fills 80 of 100 hull pixels; half hidden, 40 of 100 are left."""
    part = estimate([80, 80, 40], [100, 100, 100], touched=[0, 0, 1])
    assert part == pytest.approx([1, 1, 0.5])


def test_size_on_the_screen_does_not_matter():
    part = estimate([80, 320, 160], [100, 400, 400], touched=[0, 0, 1])
    assert part == pytest.approx([1, 1, 0.5])


def test_what_the_border_cuts_off_is_not_hidden():
    part = estimate([80, 40], [100, 100], outside=[0, 0.5])
    assert part == pytest.approx([1, 1])


def test_never_more_than_the_whole():
    assert estimate([70, 80, 90], [100, 100, 100]).max() == 1


def test_never_free_and_touched_is_unknown():
    part = estimate([50, 50], [100, 100], touched=[1, 0], outside=[0, 0.2])
    assert np.isnan(part[0])
    assert part[1] == 1


def test_an_unseen_frame_shows_nothing_of_the_object():
    assert estimate([80, 0], [100, 100])[1] == 0


def test_estimate_and_truth_tell_the_same_of_a_passing_occluder(ahead, recorded):
    """A screen slides in front of a cube: exact visibility against what masks alone say."""
    screen = {"size": (1.4, 0.1, 1.6), "start": (-2.0, -2.0, 0.5), "travel": (2.0, 0, 0)}
    filmed = ahead(CUBE, screen, side=128)
    exact = filmed.measured.motion.visible_part[:, 0]
    plain = recorded.without_exact_visibility(recorded.record(filmed.scene))
    assert Capability.EXACT_VISIBILITY not in plain.facts.capabilities
    guessed = measure_segment(plain, filmed.segment).motion.visible_part[:, 0]
    assert exact.min() < 0.1
    assert exact.max() == 1
    assert np.abs(exact - guessed).max() < 0.1


# Poses that jump ---------------------------------------------------------------------------------


def test_a_single_bad_pose_is_a_jump(ahead, hand_made):
    path = np.array(CUBE["start"]) + hand_made.ramp((1.0, 0, 0))
    assert ahead(CUBE, paths={0: path}).measured.motion.steady[0]
    bad = path.copy()
    bad[6, 1] += 1.0
    assert not ahead(CUBE, paths={0: bad}).measured.motion.steady[0]


def test_fast_but_even_motion_is_no_jump(ahead, hand_made):
    path = np.array([-2.0, 0, 0.5]) + hand_made.ramp((4.0, 0, 0))
    step = 4.0 / (hand_made.FRAMES - 1)
    assert step > LIMITS.pose_jump.max_step * 6.4
    assert ahead(CUBE, paths={0: path}).measured.motion.steady[0]


def test_a_sudden_start_is_no_jump(ahead, hand_made):
    """A ball that is hit: one step unlike those before, but like those after."""
    speed = np.where(np.arange(hand_made.FRAMES) > 6, 0.4, 0.0)
    path = np.array([-1.0, 0, 0.5]) + np.cumsum(speed)[:, None] * [1, 0, 0]
    assert ahead(CUBE, paths={0: path}).measured.motion.steady[0]
