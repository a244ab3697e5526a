"""How much the camera and the scene move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.questions.strata import strata_of
from fourdp_qa.questions.thresholds import thresholds_for

EYE = (0.0, -6.0, 3.0)
CUBE = {"size": (0.8, 0.8, 0.8), "start": (0.0, 0.5, 0.4)}
LIMITS = thresholds_for("default")


@pytest.fixture
def strata(film, hand_made):
    def make(travel=(0, 0, 0), camera=(0, 0, 0), pan=0.0, **options):
        poses = hand_made.camera_poses(np.add(EYE, hand_made.ramp(camera)), elevation=-20,
                                       azimuth=hand_made.ramp(pan))
        return film(({**CUBE, "travel": travel},), poses, **options).stated.strata

    return make


@pytest.mark.parametrize(("pan", "expected"), [(0, "none"), (2, "low"), (12, "high")])
def test_camera_strata_follow_the_background(strata, pan, expected):
    assert strata(pan=pan).camera_motion == expected


@pytest.mark.parametrize(("camera", "expected"), [
    ((0, 0, 0), "none"), ((0, 0.3, 0), "low"), ((0, 2, 0), "high")])
def test_without_background_camera_strata_follow_the_path(strata, camera, expected):
    assert strata(camera=camera, floor=False).camera_motion == expected


@pytest.mark.parametrize(("travel", "expected"), [
    ((0, 0, 0), "none"), ((0.3, 0, 0), "low"), ((1.6, 0, 0), "high")])
def test_scene_strata_follow_the_longest_own_path(strata, travel, expected):
    assert strata(travel).scene_motion == expected


def test_scene_strata_do_not_count_camera_motion(strata):
    assert strata(camera=(1, 0, 0), pan=15).scene_motion == "none"


def test_a_motion_that_nobody_sees_does_not_count(film, hand_made):
    poses = hand_made.camera_poses(EYE, elevation=-20)
    filmed = film(({**CUBE, "travel": (1.6, 0, 0)},), poses)
    nobody = np.zeros((hand_made.FRAMES, 1), dtype=bool)
    assert strata_of(filmed.measured, LIMITS, nobody).scene_motion == "none"


def test_a_path_there_and_back_counts_whole(film, hand_made):
    swing = np.interp(hand_made.ramp(1.0), [0, 0.5, 1], [0, 0.5, 0])
    path = np.array(CUBE["start"]) + swing[:, None] * [1, 0, 0]
    filmed = film((CUBE,), hand_made.camera_poses(EYE, elevation=-20), paths={0: path})
    assert filmed.stated.strata.scene_motion == "high"  # 0.9 * 1.0 / 7 of the side
    half = replace(LIMITS, strata=replace(LIMITS.strata, scene_split=0.2))
    seen = np.ones((hand_made.FRAMES, 1), dtype=bool)
    assert strata_of(filmed.measured, half, seen).scene_motion == "low"
