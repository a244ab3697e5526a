"""The counterfactual variants of simulated scenes: what a change must leave, and what it must swap.

The mirrored and the reversed variant are the recorded changes of test_mirror and test_reversed_time, as
tests/sources/simulator/test_variants shows; here they are told as generation tells them.
"""

from __future__ import annotations

import numpy as np
import pytest
from underchange.comparing import Tally, agree, names, say_the_same
from underchange.followed import named_tracks
from underchange.told import Told, decided

from fourdp_qa.errors import SceneLeftOutError
from fourdp_qa.questions.statement import PIXEL
from fourdp_qa.sources.simulator.source import SimulatorHandle
from fourdp_qa.sources.simulator.variant_source import VariantHandle

SCENES, SIDE, FRAMES, SEED = 8, 96, 16, 3
CAMERAS = ("static_camera", "other_path", "rotation_only", "translation_only")
OF_THE_WORLD = names(3, 5, 6, 7, 9, 11)


@pytest.fixture(scope="module")
def told(recorded):
    """``told[number][variant]``: what is said about each variant of some scenes."""
    def one(scene):
        found = {}
        for name in ("original", *CAMERAS, "slower", "faster", "mirrored"):
            try:
                opened = VariantHandle(scene, name).open()
            except SceneLeftOutError:
                continue
            found[name] = Told(recorded.record(opened))
        return found

    return [one(SimulatorHandle(SEED, n, SIDE, FRAMES)) for n in range(SCENES)]


def pairs(told, *variants):
    """(original, variant) of all scenes that have it."""
    return [(scene["original"], scene[v]) for scene in told for v in variants if v in scene]


def test_another_camera_path_changes_nothing_that_is_told_of_the_world(told):
    tally = Tally()

    def of_the_world(said):
        labels = decided(said, *OF_THE_WORLD)
        return labels | {p: label for p, label in decided(said, *names(4)).items()
                         if p.variant in ("first_camera", "own_front")}

    for original, changed in pairs(told, *CAMERAS):
        agree(of_the_world(original.said), of_the_world(changed.said), tally)
    tally.enough(10, (3, 4, 6, 7, 9, 11))


def test_under_a_camera_at_rest_both_tracks_of_a_point_are_one(told):
    for _, still in pairs(told, "static_camera"):
        labels = decided(still.said, "camera_movement")
        assert {p.component: label for p, label in labels.items()}["still"] == "+"
        for track in still.measured.tracks:
            np.testing.assert_allclose(track.visual, track.true_motion, atol=1e-9)


def test_pure_turns_and_pure_shifts_are_told_as_such(told):
    for variant, present, absent in (("rotation_only", "any_rotation", "any_translation"),
                                     ("translation_only", "any_translation", "any_rotation")):
        found = 0
        for _, changed in pairs(told, variant):
            said = {p.component: label
                    for p, label in decided(changed.said, "camera_movement").items()}
            assert said.get(present, "+") == "+"
            assert said.get(absent, "absent") == "absent"
            found += present in said
        assert found >= SCENES // 2


def test_another_speed_changes_nothing_that_is_told_of_the_camera(told):
    tally = Tally()
    for original, changed in pairs(told, "slower", "faster"):
        agree(decided(original.said, *names(1)), decided(changed.said, *names(1)), tally)
    tally.enough(10, (1,))


def test_the_mirrored_variant_swaps_sides_alone(told):
    from test_mirror import mirrored_label

    tally = Tally()
    for original, changed in pairs(told, "mirrored"):
        before = {p: a for p, a in original.said.items() if p.question_type not in names(1)}
        after = {p: a for p, a in changed.said.items() if p.question_type not in names(1)}
        say_the_same(before, after, tally, mirrored_label)
    tally.enough(10, (2, 3, 4, 6, 7, 8, 9, 10, 11))


def test_the_variants_of_a_scene_are_asked_about_the_same_points_and_pairs(told, tell_drawn):
    """What is drawn is drawn for the group: most of it can be asked about every variant."""
    shared = []
    for scene in told:
        drawn = {name: {s.key for s in tell_drawn(t).statements} for name, t in scene.items()}
        first = drawn["original"]
        shared += [len(first & keys) / len(first) for name, keys in drawn.items() if name != "original"]
    assert np.median(shared) >= 0.6
    for original, changed in pairs(told, *CAMERAS):
        assert named_tracks(original).keys() & named_tracks(changed).keys()
        at_start = [
            {(t.index, t.visual[0].tobytes()) for t in one.measured.tracks if t.query_frame == 0}
            for one in (original, changed)
        ]
        assert at_start[0] == at_start[1], PIXEL


@pytest.fixture(scope="module")
def tell_drawn():
    """What generation would say of a telling's scene: a draw, not everything."""
    from fourdp_qa.questions.registry import state_segment

    return lambda told: state_segment(told.measured)
