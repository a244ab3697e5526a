"""The types that exist, thresholds, statements as data."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.questions.claims import labels_of
from fourdp_qa.questions.registry import TYPES, get_type, state_segment
from fourdp_qa.questions.statement import statement_from_plain, statement_to_plain
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.scene.scene import Capability


def test_numbers_and_names_are_the_papers():
    assert {t.number: t.name for t in TYPES} == {
        1: "camera_movement", 2: "camera_object_distance", 3: "object_rotation",
        4: "object_direction", 5: "agent_motion", 6: "moved_distance",
        7: "object_object_distance_change", 8: "depth", 9: "object_object_distance",
        10: "multi_view_depth", 11: "multi_view_object_distance", 12: "visual_point_tracking",
        13: "true_motion_point_tracking",
    }


def test_an_unknown_type_is_answered_with_what_there_is():
    with pytest.raises(FourdpQaError, match=r"no question type 'dpeth'.*depth"):
        get_type("dpeth")


def test_an_unknown_profile_is_answered_with_what_there_is():
    with pytest.raises(FourdpQaError, match=r"no threshold profile 'night'.*default"):
        thresholds_for("night")


def test_every_band_is_open():
    limits = thresholds_for("default")
    camera, distance, direction = (
        limits.camera_movement, limits.camera_object_distance, limits.object_direction)
    assert camera.translation_lo < camera.translation_hi < camera.translation_hi_unproved
    assert camera.pan_lo_deg < camera.pan_hi_deg
    assert camera.roll_lo_deg < camera.roll_hi_deg
    assert 1 < distance.ratio_lo < distance.ratio_hi
    assert direction.lateral_lo < direction.lateral_hi
    assert direction.depth_lo < direction.depth_hi
    assert limits.series.together_lo < limits.series.together_hi
    assert direction.lateral_hi >= direction.min_effect
    assert direction.screen_lo < direction.screen_hi
    assert limits.object_rotation.turn_lo_deg < limits.object_rotation.turn_hi_deg
    agent, path, change = (
        limits.agent_motion, limits.moved_distance, limits.object_object_distance_change)
    assert agent.travel_lo < agent.travel_hi
    assert agent.turn_lo_deg < agent.turn_hi_deg
    assert path.dead_band < path.still < path.moved
    assert 1 < path.ratio_lo < path.ratio_hi
    assert 1 < change.ratio_lo < change.ratio_hi
    for ratio in (limits.depth.ratio, limits.depth.z_ratio, limits.object_object_distance.ratio):
        assert ratio > 1


def test_formats_of_the_types_are_those_that_the_composition_shares_out():
    formats = composition_called("training").formats
    for question_type in TYPES:
        assert set(formats[question_type.name]) == set(question_type.formats)
        assert sum(formats[question_type.name].values()) == pytest.approx(1)
        if question_type.category != "tracking":
            asked = labels_of(question_type.name)
            assert bool(asked.yes_no) == ("yes_no" in question_type.formats)
            assert bool(asked.free_form) == ("free_form" in question_type.formats)


@pytest.fixture
def filmed(film, hand_made):
    poses = hand_made.camera_poses((0, -6, 3), elevation=-20, azimuth=hand_made.ramp(12))
    cube = {"size": (0.8, 0.8, 0.8), "start": (0.0, 0.5, 0.4)}
    return film((cube, {**cube, "start": (1.5, 3.0, 0.4), "travel": (0, 1.5, 0)}), poses)


def test_statements_come_back_from_plain_data_as_they_were(filmed):
    for statement in filmed.stated.statements:
        text = json.dumps(statement_to_plain(statement))
        assert statement_from_plain(json.loads(text)) == statement


def test_statements_are_sorted_by_key(filmed):
    keys = [s.key for s in filmed.stated.statements]
    assert keys == sorted(keys)


@pytest.mark.parametrize(("missing", "left"), [
    (Capability.OBJECT_POSES, {"camera_movement"}),
    (Capability.INSTANCES, {"camera_movement"}),
    (Capability.DEPTH, set()),
    (Capability.GRAVITY, {  # no up: nothing turns "seen from above", nobody stands upright
        "camera_movement", "camera_object_distance", "object_direction", "moved_distance",
        "object_object_distance_change", "depth", "multi_view_depth"}),
])
def test_capabilities_decide_what_is_asked(filmed, missing, left):
    facts = filmed.scene.facts
    up = None if missing == Capability.GRAVITY else facts.up
    filmed.scene.facts = replace(facts, capabilities=facts.capabilities - {missing}, up=up)
    stated = state_segment(measure_segment(filmed.scene, filmed.segment))
    assert {s.question_type for s in stated.statements} == left
    assert bool(stated.tracks) == (missing == Capability.GRAVITY)
