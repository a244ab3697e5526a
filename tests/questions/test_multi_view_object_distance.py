"""Type 11 on objects whose distances from each other are known in every frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.questions.multi_view_object_distance import (
    FOURS,
    ONE_PAIRS,
    PAIRS,
    multi_view_object_distance_statements,
)
from fourdp_qa.questions.thresholds import thresholds_for

LIMITS = thresholds_for("default")
LAST = 12


def ask(world, seen=None, answered=frozenset(), limits=LIMITS):
    measured = world.measured()
    seen = np.ones(measured.motion.distance.shape, bool) if seen is None else seen
    return multi_view_object_distance_statements(measured, limits, seen, answered)


def of(many, statements, variant, objects=None):
    """Frames in the order of the ids -> the verdict when the first of them is named first."""
    read = {"pair": lambda s: many.verdict_of(s, first=min(many.parted(s)[0])),
            "one_pair": many.verdict}[variant]
    return {many.moments(s): read(s) for s in statements
            if s.variant == variant and objects in (None, many.who(s))}


def expected(near, far):
    return "+" if far / near >= 1.25 else "-" if near / far >= 1.25 else "undecided"


@pytest.fixture
def parting(many):
    """Object 1 goes from 2 to 8 away from object 3, object 2 stays 4 away from it."""
    return many.world([many.way((-2, 0, 0), (-8, 0, 0)), (4, 0, 0), (0, 0, 0)])


def test_two_objects_are_compared_each_in_its_own_frame(many, parting):
    said = of(many, ask(parting), "pair", (1, 2, 3))
    assert len(said) >= 2
    for (i, _), verdict in said.items():
        assert verdict == expected(2 + 6 * i / LAST, 4.0)


def test_who_is_named_where(many, parting):
    for s in ask(parting):
        i = s.frames[0]
        assert s.named_at == ((*s.frames, i) if s.variant == "pair" else (i, i))
        assert s.reference_system == "world"


def test_one_pair_is_compared_with_itself_at_a_later_moment(many, parting):
    said = of(many, ask(parting), "one_pair", (1, 3))
    assert said
    for (i, j), verdict in said.items():
        assert i < j
        assert verdict == expected(2 + 6 * i / LAST, 2 + 6 * j / LAST)
    assert "+" in said.values()


def test_one_pair_is_not_asked_about_what_another_question_tells(many, parting):
    def pairs(answered):
        said = ask(parting, answered=answered)
        return {many.who(s) for s in said if s.variant == "one_pair"}

    assert pairs(frozenset()) == {(1, 2), (1, 3), (2, 3)}
    assert pairs(frozenset({frozenset((3, 1))})) == {(1, 2), (2, 3)}
    assert (1, 2, 3) in {many.who(s) for s in ask(parting, answered=frozenset({frozenset((3, 1))}))}


def test_frames_compared_lie_a_quarter_of_the_clip_apart(many, parting):
    assert all(abs(s.frames[0] - s.frames[1]) >= (LAST + 1) / 4 for s in ask(parting))
    limits = replace(LIMITS, multi_view=replace(LIMITS.multi_view, min_apart=0.9))
    assert {frozenset(s.frames) for s in ask(parting, limits=limits)} == {frozenset((0, LAST))}


def test_objects_must_be_seen_with_their_reference(many, parting):
    seen = np.zeros((LAST + 1, 3), bool)
    seen[0, [0, 2]] = seen[LAST, [1, 2]] = True
    said = {(many.who(s), many.moments(s)) for s in ask(parting, seen)}
    assert said == {((1, 2, 3), (0, LAST))}
    seen[LAST, 2] = False
    assert ask(parting, seen) == []


def test_a_difference_too_small_to_be_seen_from_the_camera_is_undecided(many):
    world = many.world([many.way((-1, 0, 0), (-1.4, 0, 0)), (0, 0, 0)])
    assert set(of(many, ask(world), "one_pair").values()) == {"undecided"}
    own = replace(LIMITS.object_object_distance, min_effect=0.03)
    said = of(many, ask(world, limits=replace(LIMITS, object_object_distance=own)), "one_pair")
    assert "+" in said.values()


def test_the_gaps_between_the_boxes_must_say_the_same(many):
    """The centres part, but a board that turns brings its end nearer."""
    world = many.world([many.way((-3, 0, 0), (-4.2, 0, 0)), (0, 0, 0)], [(5, 0.2, 0.2), (0.4,) * 3])
    turned = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    world.poses[:7, 0, :3, :3] = turned  # across at first, then along
    said = of(many, ask(world), "one_pair")
    assert {v for (i, j), v in said.items() if i < 7 <= j} == {"undecided"}
    world.poses[:, 0, :3, :3] = turned
    assert "+" in of(many, ask(world), "one_pair").values()


def test_the_shorter_way_on_the_screen_can_be_the_longer_one(many):
    """They part, but the camera leaves faster."""
    world = many.world([many.way((-1.5, 0, 0), (-3, 0, 0)), many.way((1.5, 0, 0), (3, 0, 0))])
    cameras = np.repeat(many.AHEAD[None], LAST + 1, axis=0)
    cameras[:, 1, 3] = np.linspace(-10, -40, LAST + 1)
    here, leaving = (
        [s for s in ask(w) if s.variant == "one_pair" and many.verdict(s) == "+"]
        for w in (world, world.filmed_by(cameras)))
    assert {s.cue_conflict for s in here} == {"none"}
    assert {s.cue_conflict for s in leaving} == {"screen"}


def test_four_objects_in_four_frames_have_a_nearest(many):
    world = many.world([(6, 0, 0), (-2.0, 0, 0), (4, 0, 0), (0, 12, 0), (0, 0, 0)])
    fours = [s for s in ask(world) if many.who(s) == (1, 2, 3, 4, 5)]
    assert fours
    for s in fours:
        assert many.nearest_of(s) == 2
        assert len(set(s.frames)) == 4
        assert s.named_at == (*s.frames, s.frames[0])


def test_many_objects_give_a_bounded_number_of_statements(many):
    statements = ask(many.random_world(4, objects=12))
    for variant, most in (("pair", PAIRS), ("one_pair", ONE_PAIRS), ("nearest_of_four", FOURS)):
        found = [s for s in statements if s.variant == variant]
        assert len(found) <= most
        assert variant == "nearest_of_four" or len(found) == most
