"""Type 8 on boxes whose distances are known."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

EYE = (0.0, -6.0, 2.0)


def cube(x, y, size=0.5):
    return {"size": (size, size, size), "start": (x, y, size / 2)}


@pytest.fixture
def pair(many):
    """``pair(scene)``: a statement of objects 1 and 2, and the verdict when 1 is named first."""

    def find(scene):
        found = [s for s in said(scene) if s.variant == "pair" and many.who(s) == (1, 2)]
        verdicts = {many.verdict_of(s, first=1) for s in found}
        assert len(verdicts) == 1  # nothing moves: all frames say the same
        return found[0], verdicts.pop()

    return find


@pytest.fixture
def filmed(film, hand_made):
    def make(*boxes, **options):
        return film(boxes, hand_made.camera_poses(EYE, elevation=-15.0), **{"side": 96, **options})

    return make


def said(scene):
    return [s for s in scene.stated.statements if s.question_type == "depth"]


def test_the_first_object_is_nearer_or_the_second(filmed, pair):
    assert pair(filmed(cube(-1, 0), cube(1, 3)))[1] == "+"
    assert pair(filmed(cube(-1, 3), cube(1, 0)))[1] == "-"


def test_the_value_is_the_log_ratio_of_the_centres(filmed, many, pair):
    scene = filmed(cube(-1, 0), cube(1, 3))
    a, b = scene.measured.motion.distance[0]
    assert many.told(pair(scene)[0], first=1).quantity.value == pytest.approx(np.log(b / a))


def test_a_ratio_below_1_2_is_undecided(filmed, pair):
    assert pair(filmed(cube(-1, 0), cube(1, 0.9)))[1] == "undecided"


def test_surfaces_that_overlap_in_distance_are_undecided(filmed, pair):
    """Beside the middle of a long box stands a cube: neither is "the nearer" to everyone."""
    long = {"size": (0.8, 7.0, 0.5), "start": (1.2, 1.2, 0.25)}
    scene = filmed(cube(-1.0, -0.6), long)
    motion = scene.measured.motion
    assert motion.distance[0, 1] / motion.distance[0, 0] > 1.2
    assert motion.surface[0, 1, 0] < motion.surface[0, 0, 1]
    assert pair(scene)[1] == "undecided"


def test_depth_along_the_view_must_agree_with_distance(film, hand_made, pair):
    """At the edge of a wide picture an object is farther, but not farther ahead."""
    camera = hand_made.camera_poses((0, -2.2, 0.2))
    scene = film((cube(0.0, 0.0, 0.4), cube(1.7, 0.05, 0.4)), camera, side=96, focal=0.5)
    motion = scene.measured.motion
    a, b = motion.centre_camera[0]
    assert motion.distance[0, 1] / motion.distance[0, 0] > 1.2
    assert motion.surface[0, 0, 1] < motion.surface[0, 1, 0]
    assert b[2] / a[2] < 1.1
    assert pair(scene)[1] == "undecided"


def test_four_objects_pairwise_apart_have_a_nearest(filmed, many):
    scene = filmed(cube(1.5, 4.0, 0.9), cube(-0.9, 0.2), cube(0.9, -1.5), cube(-1.8, 7.5, 1.3))
    fours = [s for s in said(scene) if s.variant == "nearest_of_four"]
    assert fours
    for statement in fours:
        assert many.who(statement) == (1, 2, 3, 4)
        assert many.nearest_of(statement) == 3


def test_four_objects_are_not_asked_when_one_pair_is_in_the_band(filmed):
    scene = filmed(cube(1.5, 4.0, 0.9), cube(-0.9, 0.2), cube(0.9, -1.5), cube(-1.8, 4.3, 0.9))
    assert not [s for s in said(scene) if s.variant == "nearest_of_four"]


def test_the_picture_cues_that_name_the_wrong_one(filmed, pair):
    """A far large box and a near small one: the larger mask is the farther object."""
    small, large = cube(-1.0, 0.0, 0.3), cube(1.2, 3.0, 2.4)
    assert pair(filmed(small, large))[0].cue_conflict == "size"
    assert pair(filmed(cube(-1, 0), cube(1, 3)))[0].cue_conflict == "none"
    hovering = {"size": (0.5, 0.5, 0.5), "start": (-1.0, 0.0, 2.2)}
    assert pair(filmed(hovering, cube(1, 3)))[0].cue_conflict == "height"
    assert pair(filmed({**hovering, "size": (0.3, 0.3, 0.3)}, large))[0].cue_conflict == "both"


def test_of_four_it_is_also_kept_how_the_nearest_stands_beside_the_second_largest(filmed):
    """The nearest is small: two others, and one other, look larger."""
    def four(second):
        scene = filmed(cube(-0.5, -1.0, 0.6), cube(1.7, 2.5, 2.4), second, cube(0.0, 9.5, 0.8))
        statement = next(s for s in said(scene) if s.variant == "nearest_of_four")
        assert statement.cue_conflict == "size"
        area = {o.id: scene.measured.motion.area[statement.frames[0], n]
                for n, o in enumerate(scene.measured.objects)}
        return statement.cues["second_size"], area

    ahead, area = four(cube(-2.6, 5.5, 2.8))
    assert area[2] > area[1] and area[3] > area[1] > area[4]
    assert ahead == pytest.approx(np.log(area[1] / min(area[2], area[3])))
    assert ahead < 0
    ahead, area = four(cube(-2.6, 5.5, 0.7))
    assert area[2] > area[1] > max(area[3], area[4])
    assert ahead == pytest.approx(np.log(area[1] / max(area[3], area[4])))


def test_only_frames_in_which_both_are_seen_are_named(film, hand_made):
    leaving = {**cube(1.0, 0.0), "travel": (9.0, 0, 0)}
    scene = film((cube(-1, 2.5), leaving), hand_made.camera_poses(EYE, elevation=-15.0), side=96)
    named = {s.frames[0] for s in said(scene) if s.variant == "pair"}
    assert named
    assert max(named) < hand_made.FRAMES - 1


def test_every_pair_that_is_seen_is_tried(filmed, many):
    scene = filmed(cube(1.5, 4.0, 0.9), cube(-0.9, 0.2), cube(0.9, -1.5))
    pairs = {many.who(s) for s in said(scene) if s.variant == "pair"}
    assert pairs == set(combinations((1, 2, 3), 2))
