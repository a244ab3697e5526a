"""The same world under other camera paths: frozen at frame 0, changed after it, or believed still."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from underchange.comparing import TRUE_MOTION, VISUAL, agree, names
from underchange.followed import named_tracks, one_way, way
from underchange.told import Told, decided

from fourdp_qa.questions.verdicts import Verdict

unit = st.floats(-1, 1)
OF_THE_WORLD = names(3, 4, 5, 6, 7)
ONE_WAY = ("+", "-")
LEVEL_DEG = 2.0
"""A camera rolled by more shows what moves sideways as moving up or down, too."""


def of_the_world(said):
    """Labels that no camera after the first frame can change, as long as both ask."""
    return {p: label for p, label in decided(said, *OF_THE_WORLD).items()
            if p.variant not in ("named_frame", "screen")}


def test_a_frozen_camera_is_stationary(on_scenes):
    def check(told, tally):
        still = told.frozen
        labels = {p.component: v for p, v in decided(still.said, "camera_movement").items()}
        assert labels.pop("still", Verdict.PLUS) == Verdict.PLUS  # without background: not said
        assert set(labels.values()) == {Verdict.ABSENT}
        assert still.everything.strata.camera_motion == "none"
        tally.update(names(1))

    on_scenes(check, (1,))


def test_under_a_frozen_camera_both_tracks_are_one(on_scenes):
    """And the one is the true motion of the moving camera, as long as that is queried at frame 0."""
    def check(told, tally):
        still = told.frozen
        for track in still.measured.tracks:
            one_way(tally, VISUAL, track.visual, track.true_motion)
        before = named_tracks(told)
        for (thing, frame), track in named_tracks(still).items():
            one_way(tally, VISUAL, track.visual, track.true_motion)
            if (thing, 0) in before and frame == 0:
                one_way(tally, TRUE_MOTION, track.visual, before[thing, 0].true_motion)

    on_scenes(check, (12, 13))


def test_a_frozen_camera_sees_the_same_motion_of_the_objects(on_scenes):
    def check(told, tally):
        still = told.frozen
        agree(of_the_world(told.said), of_the_world(still.said), tally)

    on_scenes(check, (3, 4, 5, 6, 7))


def test_on_a_frozen_screen_an_object_goes_where_its_true_motion_goes(on_scenes):
    def check(told, tally):
        true = {thing: way(track.true_motion)
                for (thing, frame), track in named_tracks(told).items() if frame == 0}
        for place, label in decided(told.frozen.said, *names(4)).items():
            ((thing,), _), = place.candidates
            if place.variant == "screen" and label in ONE_WAY and thing in true:
                across, down = true[thing][-1] - true[thing][0]
                shift = across if place.component == "screen_right" else -down
                assert np.sign(shift) == (1 if label == "+" else -1)
                tally.update(names(4))

    on_scenes(check, (4,), least=10)


def test_sideways_in_the_world_is_sideways_on_a_frozen_level_screen(on_scenes):
    """Where nothing goes toward or away, up or down: only then must the screen show it."""
    def check(told, tally):
        still = told.frozen
        if abs(np.degrees(still.measured.camera.angles.roll[0])) > LEVEL_DEG:
            return
        said = decided(still.said, *names(4))
        for place, label in said.items():
            others = [said.get(place._replace(component=c)) for c in ("away", "up")]
            if (place.variant, place.component) == ("first_camera", "right") and label in ONE_WAY \
                    and others == [Verdict.ABSENT] * 2:
                screen = said.get(place._replace(variant="screen", component="screen_right"), label)
                assert screen == label
                tally.update(names(4))

    on_scenes(check, (4,), least=3)


def test_another_camera_path_with_the_same_first_view(on_scenes, drift):
    def check(told, tally, turn, shift):
        way_of_camera = drift(0.15 * np.array(turn),
                              0.1 * told.measured.camera.scene_length * np.array(shift), told.last + 1)
        changed = told.filmed_by(told.scene.world_from_camera[0] @ way_of_camera)
        agree(of_the_world(told.said), of_the_world(changed.said), tally)
        between = names(9, 11)
        agree(decided(told.said, *between), decided(changed.said, *between), tally)
        at_start = {p: v for p, v in decided(told.said, *names(8)).items() if p.frame == 0}
        agree(at_start, decided(changed.said, *names(8)), tally)
        before, after = (
            {t.index: t for t in x.measured.tracks if t.query_frame == 0} for x in (told, changed))
        assert before.keys() == after.keys()
        for index, track in before.items():
            one_way(tally, TRUE_MOTION, track.true_motion, after[index].true_motion)
        named, others = named_tracks(told), named_tracks(changed)
        for thing, frame in named.keys() & others.keys():
            if frame == 0:
                one_way(tally, TRUE_MOTION, named[thing, 0].true_motion, others[thing, 0].true_motion)

    on_scenes(check, (3, 4, 5, 6, 7, 8, 9, 11, 13),
              turn=st.tuples(unit, unit, unit), shift=st.tuples(unit, unit, unit))


def test_what_the_picture_says_is_measured_when_the_camera_is_believed_still(on_scenes, recorded):
    """Entanglement is a prediction about the same pictures from a camera that never moved; here is
    that camera. Types 3 and 7 read the picture in another way: a side shown, a gap on the screen.
    """
    misread = []

    def check(told, tally):
        believed = decided(Told(recorded.camera_motion_handed_to_objects(told.scene)).said)
        pictures = {
            p: a.picture for p, a in told.said.items() if p.question_type in names(4, 5, 6)
            and p.variant not in ("named_frame", "screen") and a.picture != Verdict.UNDECIDED
        }
        agree(pictures, believed, tally)
        misread.extend(p for p, label in decided(told.said).items()
                       if p in believed and pictures.get(p, label) != label)

    on_scenes(check, (4, 5, 6))
    assert len(misread) >= 20  # or there was nothing to mistake


def test_what_the_picture_says_of_a_distance_is_what_a_frozen_camera_measures(on_scenes):
    """Type 2 would change only as far as the object itself moves."""
    def check(told, tally):
        pictures = {p: a.picture for p, a in told.said.items()
                    if p.question_type in names(2) and a.picture != Verdict.UNDECIDED}
        agree(pictures, decided(told.frozen.said), tally)

    on_scenes(check, (2,))
