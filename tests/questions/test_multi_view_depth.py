"""Type 10 on objects whose distances from the camera are known in every frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.questions.multi_view_depth import FOURS, ONE_OBJECTS, PAIRS, multi_view_depth_statements
from fourdp_qa.questions.thresholds import thresholds_for

LIMITS = thresholds_for("default")
LAST = 12


def ask(measured, seen=None, limits=LIMITS):
    seen = np.ones(measured.motion.distance.shape, bool) if seen is None else seen
    return multi_view_depth_statements(measured, limits, seen)


def ahead(*ways):
    """Places on the line of sight, so far from the camera."""
    return [[(0, x - 10, 0) for x in way] for way in ways]


def of(many, statements, variant):
    """(objects, frames) in the order of the ids -> the verdict when the first of them is named first;
    of four the id of the nearest.
    """
    read = {"pair": lambda s: many.verdict_of(s, first=min(s.objects)),
            "one_object": many.verdict, "nearest_of_four": many.nearest_of}[variant]
    return {(many.who(s), many.moments(s)): read(s) for s in statements if s.variant == variant}


@pytest.fixture
def leaving(many):
    """Object 1 goes from 5 to 11 away, object 2 stays 8 away."""
    return many.world([many.way((0, -5, 0), (0, 1, 0)), (0, -2, 0)])


def expected(near, far):
    return "+" if far / near >= 1.2 else "-" if near / far >= 1.2 else "undecided"


def test_two_objects_are_compared_each_in_its_own_frame(many, leaving):
    said = of(many, ask(leaving.measured()), "pair")
    assert len(said) == 3
    for (objects, (i, _)), verdict in said.items():
        assert objects == (1, 2)
        assert verdict == expected(5 + 6 * i / LAST, 8.0)


def test_one_object_is_compared_with_itself_at_a_later_moment(many, leaving):
    statements = ask(leaving.measured())
    said = of(many, statements, "one_object")
    assert {objects for objects, _ in said} == {(1,), (2,)}
    for (objects, (i, j)), verdict in said.items():
        assert i < j
        at = [5 + 6 * f / LAST for f in (i, j)] if objects == (1,) else [8.0, 8.0]
        assert verdict == expected(*at)
    assert "+" in said.values()
    named = [(s.frames, s.named_at) for s in statements if s.variant == "one_object"]
    assert all(at == frames[:1] for frames, at in named)


def test_frames_compared_lie_a_quarter_of_the_clip_apart(many, leaving):
    statements = [s for s in ask(leaving.measured()) if s.variant != "nearest_of_four"]
    assert all(abs(s.frames[0] - s.frames[1]) >= (LAST + 1) / 4 for s in statements)
    limits = replace(LIMITS, multi_view=replace(LIMITS.multi_view, min_apart=0.9))
    named = {frozenset(s.frames) for s in ask(leaving.measured(), limits=limits)}
    assert named == {frozenset((0, LAST))}


def test_the_camera_of_each_frame_measures_its_own_distance(many):
    """Nothing moves but the camera, which nears both."""
    world = many.world([(0, 0, 0), (0, 0, 2)])
    cameras = np.repeat(many.AHEAD[None], LAST + 1, axis=0)
    cameras[:, 1, 3] = np.linspace(-10, -4, LAST + 1)
    said = of(many, ask(world.filmed_by(cameras).measured()), "one_object")
    assert set(said.values()) <= {"-", "undecided"}
    assert "-" in said.values()


def test_depth_along_the_view_must_agree_with_the_distance(many):
    """Far to the side an object is farther, but hardly farther ahead."""
    aside = many.world([(0, 0, 0), (8, 0.2, 0)]).measured()
    assert set(of(many, ask(aside), "pair").values()) == {"undecided"}
    limits = replace(LIMITS, depth=replace(LIMITS.depth, z_ratio=1.01))
    assert set(of(many, ask(aside, limits=limits), "pair").values()) == {"+"}


@pytest.mark.parametrize("lost", ["overlap", "nan"])
def test_the_visible_surfaces_must_be_apart(many, lost):
    measured = many.world([(0, -5, 0), (0, 0, 0)]).measured()
    assert set(of(many, ask(measured), "pair").values()) == {"+"}
    surface = measured.motion.surface.copy()
    surface[:, 0, 1] = 9.9 if lost == "overlap" else np.nan  # that of the other begins at 9.84
    measured = replace(measured, motion=replace(measured.motion, surface=surface))
    assert set(of(many, ask(measured), "pair").values()) == {"undecided"}


def test_an_object_behind_the_image_plane_is_undecided(many):
    measured = many.world([(0.5, -10.2, 0), (0, 0, 0)]).measured()
    assert set(of(many, ask(measured), "pair").values()) == {"undecided"}


def test_each_must_be_seen_in_its_own_frame_only(many, leaving):
    seen = np.zeros((LAST + 1, 2), bool)
    seen[0, 0] = seen[LAST, 1] = True
    assert list(of(many, ask(leaving.measured(), seen), "pair")) == [((1, 2), (0, LAST))]
    assert not of(many, ask(leaving.measured(), seen), "one_object")


def test_cues_are_read_each_in_its_own_frame(many):
    measured = many.world([(0, -5, 0), (0, 0, 0)]).measured()
    area, box = np.full((LAST + 1, 2), 0.02), np.full((LAST + 1, 2, 4), 0.5)
    area[:7, 1], area[7:, 1] = 0.01, 0.03   # the farther one looks larger later on
    box[:7, 1, 3] = 0.9                     # and stands lower before
    measured = replace(measured, motion=replace(measured.motion, area=area, mask_box=box))
    for s in ask(measured):
        if s.variant == "pair":
            assert s.cue_conflict == ("height" if many.moments(s)[1] < 7 else "size")


def test_four_objects_in_four_frames_have_a_nearest(many):
    world = many.world([(0, 5, 0), (0, -2, 0), (0, -5, 0), (0, 16, 0)])
    fours = [s for s in ask(world.measured()) if s.variant == "nearest_of_four"]
    assert fours
    for s in fours:
        assert many.nearest_of(s) == 3
        assert many.who(s) == (1, 2, 3, 4)
        assert len(set(s.frames)) == 4
        assert s.named_at == s.frames
    close = many.world([(0, 5, 0), (0, -2, 0), (0, -5, 0), (0, 6, 0)])
    assert not [s for s in ask(close.measured()) if s.variant == "nearest_of_four"]


def test_four_objects_are_compared_as_they_are_each_in_its_own_frame(many):
    """Object 1 starts nearest and leaves; which is the nearest depends on its frame."""
    world = many.world([many.way((0, -8, 0), (0, 40, 0)), (0, -6, 0), (0, 0, 0), (0, 10, 0)])
    said = of(many, ask(world.measured()), "nearest_of_four")
    assert {verdict for (_, frames), verdict in said.items() if frames[0] == 0} <= {1}
    assert {verdict for (_, frames), verdict in said.items() if frames[0] > 0} == {2}


def test_many_objects_give_a_bounded_number_of_statements(many):
    statements = ask(many.random_world(4, objects=12).measured())
    for variant, most in (("pair", PAIRS), ("one_object", ONE_OBJECTS), ("nearest_of_four", FOURS)):
        found = [s for s in statements if s.variant == variant]
        assert len(found) <= most
        assert variant == "nearest_of_four" or len(found) == most
