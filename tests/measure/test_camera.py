"""The camera's path in numbers, on hand-made poses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.measure.camera import background_motion, scene_length, static_points
from fourdp_qa.measure.limits import default_limits
from fourdp_qa.scene.scene import Capability
from fourdp_qa.scene.segment import read_images

EYE = (0.0, -6.0, 3.0)
LIMITS = default_limits().background
CUBE = {"size": (1, 1, 1), "start": (0.0, 0.0, 0.5)}


def test_a_pure_pan_at_45_degrees_of_pitch_is_no_roll(film, hand_made):
    """Relative Euler angles would read 14 degrees of pan and 14 of roll."""
    poses = hand_made.camera_poses(EYE, azimuth=hand_made.ramp(20), elevation=-45)
    angles = film((), poses).measured.camera.angles
    assert np.degrees(angles.azimuth[-1]) == pytest.approx(20)
    assert np.degrees(angles.elevation) == pytest.approx(-45)
    assert np.degrees(angles.roll) == pytest.approx(0, abs=1e-9)


def test_angles_grow_to_the_right_upwards_and_clockwise(film, hand_made):
    ramp = hand_made.ramp
    poses = hand_made.camera_poses(EYE, azimuth=ramp(200), elevation=-20 + ramp(15), roll=ramp(30))
    angles = film((), poses).measured.camera.angles
    assert np.degrees(angles.azimuth[-1]) == pytest.approx(200)  # unwrapped
    assert np.degrees(angles.elevation[-1]) == pytest.approx(-5)
    assert np.degrees(angles.roll[-1] - angles.roll[0]) == pytest.approx(30)


def test_translation_is_along_the_first_heading(film, hand_made):
    """Azimuth 90: forward is world x, right is world -y. The later pan changes nothing."""
    poses = hand_made.camera_poses(
        np.add(EYE, hand_made.ramp((2, 1, 0.5))), azimuth=90 + hand_made.ramp(40), elevation=-30)
    translation = film((), poses).measured.camera.translation
    assert translation[-1] == pytest.approx([2, -1, 0.5])
    assert translation[0] == pytest.approx([0, 0, 0])


def test_scene_length_is_the_median_depth_of_the_first_frame_without_sky(film, hand_made):
    straight_down_ish = film((), hand_made.camera_poses((0, 0, 5), elevation=-89.9))
    assert straight_down_ish.measured.camera.scene_length == pytest.approx(5, rel=0.01)
    half_sky = film((), hand_made.camera_poses((0, 0, 5), elevation=0))
    depth = read_images(half_sky.scene, half_sky.segment).depth[0]
    assert (depth == 0).mean() > 0.4
    assert half_sky.measured.camera.scene_length == pytest.approx(np.median(depth[depth > 0]))


def test_scene_length_without_background_depth_is_that_of_the_objects(film, hand_made):
    filmed = film((CUBE,), hand_made.camera_poses(EYE, elevation=-25))
    images = read_images(filmed.scene, filmed.segment)
    facts = filmed.scene.facts
    filmed.scene.facts = replace(
        facts, capabilities=facts.capabilities - {Capability.BACKGROUND_DEPTH})
    on_cube = images.depth[0][images.instances[0] > 0]
    assert scene_length(filmed.scene, images) == pytest.approx(np.median(on_cube))


def test_a_pan_shifts_the_background_by_its_tangent_and_leaves_no_parallax(film, hand_made):
    """Near the centre a pan of 5 degrees shifts by f tan(5) = 0.9 x 0.0875 of the width."""
    poses = hand_made.camera_poses(EYE, azimuth=hand_made.ramp(5), elevation=-5)
    background = film((), poses).measured.camera.background
    assert background.shift_p90[-1] == pytest.approx(0.9 * np.tan(np.radians(5)), rel=0.25)
    assert background.shift_p90[0] == 0
    assert background.residual_p90.max() < 1e-9


def test_a_sideways_step_over_a_floor_seen_from_above_shifts_by_f_over_height(film, hand_made):
    poses = hand_made.camera_poses(np.add((0, 0, 4), hand_made.ramp((1, 0, 0))), elevation=-89.99)
    background = film((), poses).measured.camera.background
    assert background.shift_p95[-1] == pytest.approx(0.9 * 1 / 4, rel=0.01)


def test_a_forward_step_leaves_parallax(film, hand_made):
    poses = hand_made.camera_poses(np.add(EYE, hand_made.ramp((0, 1, 0))), elevation=-25)
    assert film((), poses).measured.camera.background.residual_p90[-1] > 0.01


def test_only_what_never_moves_is_background(film, hand_made):
    boxes = (CUBE, {**CUBE, "start": (2.0, 0.0, 0.5), "is_static": True})
    filmed = film(boxes, hand_made.camera_poses(EYE, elevation=-25))
    images = read_images(filmed.scene, filmed.segment)
    everything = replace(LIMITS, samples=10**6)
    length = filmed.measured.camera.scene_length
    points = static_points(filmed.scene, filmed.segment, images, length, everything)
    near = np.abs(points - [0, 0, 0.5]).max(axis=1) < 0.49
    assert not near.any()
    assert (np.abs(points - [2, 0, 0.5]).max(axis=1) <= 0.5 + 1e-5).any()
    wanted = np.isin(images.instances[0], [0, 2]) & (images.depth[0] > 0)
    wanted &= images.depth[0] < LIMITS.max_depth_lengths * length
    assert len(points) == wanted.sum()


def test_too_little_background_gives_no_proof(film, hand_made):
    wall = {"size": (40, 1, 40), "start": (0.0, 4.0, 0.0)}
    filmed = film((wall,), hand_made.camera_poses((0, 0, 3)))
    images = read_images(filmed.scene, filmed.segment)
    assert background_motion(filmed.scene, filmed.segment, images, 4.0, LIMITS) is None


def test_points_that_fall_behind_the_camera_count_with_the_largest_shift(film, hand_made):
    """Nearly half a turn: in the end nothing of the first picture is in front any more."""
    poses = hand_made.camera_poses(EYE, azimuth=hand_made.ramp(170), elevation=-25)
    filmed = film((), poses)
    background = filmed.measured.camera.background
    for shift in (background.shift_p90, background.shift_p95, background.residual_p90):
        assert np.isfinite(shift).all()
    assert (np.diff(background.shift_p90[:6]) > 0).all()
    assert background.shift_p90[-1] >= background.shift_p90[6]
    assert filmed.stated.strata.camera_motion == "high"
    still = filmed.statement("camera_movement").components["still"].quantity
    assert still.verdict == "absent"
    assert np.isfinite(still.value)  # or the row's evidence could not be written
