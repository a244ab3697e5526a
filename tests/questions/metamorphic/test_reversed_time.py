"""Time reversed, with the L and the d0 of the forward clip held: frame t becomes T-1-t."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from underchange.comparing import TRUE_MOTION, VISUAL, agree, names, swapped_and_back
from underchange.followed import both_ways, followed_again, named_tracks, one_way, way
from underchange.told import Told, answers, decided, everything

from fourdp_qa.questions.turning import turn_about
from fourdp_qa.questions.verdicts import Verdict

SWAPPED = {
    "camera_movement": {"pan", "tilt", "roll", "up", "forward", "right"},
    "camera_object_distance": {"distance"},
    "object_rotation": {"turn"},
    "object_direction": {"away", "right", "up", "screen_right", "screen_up", "ahead", "own_right"},
    "agent_motion": {"forward", "left", "turn"},
    "object_object_distance_change": {"distance"},
}
VIEWS = ("first_camera", "named_frame")
COMPARED_IN_FRAMES = names(8, 9, 10, 11)
LITTLE_TURN_DEG = 7.0
"""Axes that turn by less are the same to a label: what is absent beside them stays absent."""


class Backwards(Told):
    """The reversed scene, measured with the L and the d0 of the one that runs forwards.

    Types 1 and 3-7 measure in lengths of L and d0; the others in distances of their own frames.
    """

    def __init__(self, told, recorded):
        super().__init__(recorded.backwards(told.scene))
        self.measured = replace(self.measured, camera=replace(
            self.measured.camera, scene_length=told.measured.camera.scene_length))
        distance = self.measured.motion.distance.copy()
        distance[0] = told.measured.motion.distance[0]
        held = replace(self.measured, motion=replace(self.measured.motion, distance=distance))
        self.labels = decided(self.said, *names(2, 8, 9, 10, 11)) | decided(
            answers(everything(held).statements), *names(1, 3, 4, 5, 6, 7))


def in_reversed_time(place, last):
    """The same thing where the reversed clip has it: named frames count from the other end."""
    views = place.question_type == "object_direction" and place.variant in VIEWS
    if not views and place.question_type not in COMPARED_IN_FRAMES:
        return place
    candidates = frozenset((ids, last - frame) for ids, frame in place.candidates)
    if not views:
        return place._replace(candidates=candidates)
    return place._replace(candidates=candidates, variant=VIEWS[place.frame != last])


def reversed_label(place, label, last):
    if place.component in SWAPPED.get(place.question_type, ()):
        return swapped_and_back(label)
    in_frames = place.question_type in COMPARED_IN_FRAMES
    return (label[0], last - label[1]) if in_frames else label


def turns_with_its_axes(told, place):
    """Whether a label speaks of axes that another frame turns: then it has no counterpart in the
    axes of the last frame. Up is never turned.
    """
    if place.question_type == "camera_movement":
        pan = told.said[place._replace(component="pan")].label
        return place.component in ("forward", "right") and pan != Verdict.ABSENT
    if place.variant != "own_front" or place.component == "up":
        return False
    ((ids, _),) = place.candidates
    (n,) = (k for k, o in enumerate(told.scene.objects) if {o.id} == ids)
    rotations = told.scene.world_from_object[:, n, :3, :3]
    return np.ptp(np.degrees(turn_about(rotations, told.scene.facts.up))) > LITTLE_TURN_DEG


def test_backwards_every_label_is_the_one_of_the_table(on_scenes, recorded):
    def check(told, tally):
        expected = {
            in_reversed_time(place, told.last): reversed_label(place, label, told.last)
            for place, label in decided(told.said).items() if not turns_with_its_axes(told, place)
        }
        agree(expected, Backwards(told, recorded).labels, tally)

    on_scenes(check, range(1, 12))


def test_backwards_in_the_first_view_an_object_moves_the_other_way_unless_the_camera_pans(
    on_scenes, recorded
):
    """Type 4 as type 1: the first view of the reversed clip is another one, turned about up."""
    def check(told, tally):
        pans = [a.label for p, a in told.said.items() if p.component == "pan"]
        before = {
            p: swapped_and_back(label) for p, label in decided(told.said, *names(4)).items()
            if p.variant == "first_camera" and (p.component == "up" or pans == [Verdict.ABSENT])
        }
        agree(before, Backwards(told, recorded).labels, tally)

    on_scenes(check, (4,))


def test_backwards_nothing_is_lost_that_is_asked_in_the_frames_it_names(on_scenes, recorded):
    """Where the measurement is the same from both ends, the very same questions are asked."""
    def check(told, tally):
        def asked(labels):
            return {p for p in labels if p.question_type in names(2, 3)
                    or (p.question_type in names(4) and p.variant in ("screen", *VIEWS))
                    or (p.question_type in names(8) and p.variant == "pair")}

        before = {in_reversed_time(p, told.last) for p in asked(decided(told.said))}
        assert asked(Backwards(told, recorded).labels) == before
        tally.update(p.question_type for p in before)

    on_scenes(check, (2, 3, 4, 8))


def test_backwards_the_camera_turns_the_other_way_and_translates_by_minus_r_transposed_d(
    on_scenes, recorded
):
    def check(told, tally):
        camera, back = told.measured.camera, Told(recorded.backwards(told.scene)).measured.camera
        for name in ("azimuth", "elevation", "roll"):
            forth, there = getattr(camera.angles, name), getattr(back.angles, name)
            np.testing.assert_allclose(there - there[0], forth[::-1] - forth[-1], atol=1e-9)
        axes = (camera.heading.forward, camera.heading.right, camera.heading.up)
        first, last = (np.stack([axis[t] for axis in axes]) for t in (0, -1))
        R = first @ last.T  # last heading axes to first ones
        np.testing.assert_allclose(
            back.translation[-1], -R.T @ camera.translation[-1], atol=1e-9)
        tally.update(names(1))

    on_scenes(check, (1,), least=10)


def test_backwards_tracks_run_backwards(on_scenes, recorded):
    def check(told, tally):
        back = Told(recorded.backwards(told.scene))
        for track in told.measured.tracks:
            twin = followed_again(back.scene, track, told.last - track.query_frame)
            both_ways(tally, track, twin, lambda path: path[::-1])
            assert (twin.visible == track.visible[::-1]).all()
        named, others = named_tracks(told), named_tracks(back)
        for (thing, frame), track in named.items():
            for (same, at), other in others.items():
                if thing == same:
                    one_way(tally, VISUAL, way(track.visual)[::-1], other.visual)
                    assert other.visible == track.visible[::-1]
                if (thing, frame) == (same, told.last - at):
                    one_way(tally, TRUE_MOTION, way(track.true_motion)[::-1], other.true_motion)

    on_scenes(check, (12, 13))
