"""Type 9 on objects whose distances from a third one are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.questions.object_object_distance import (
    FOURS,
    PAIRS,
    object_object_distance_statements,
)
from fourdp_qa.questions.thresholds import thresholds_for

LIMITS = thresholds_for("default")
LAST = 12


def ask(world, seen=None, **own):
    """Statements under thresholds of the type changed by `own`; `seen` defaults to everywhere."""
    measured = world.measured()
    seen = np.ones(measured.motion.distance.shape, bool) if seen is None else seen
    limits = replace(LIMITS, object_object_distance=replace(LIMITS.object_object_distance, **own))
    return object_object_distance_statements(measured, limits, seen)


def about(many, statements, a, b, reference):
    """What is said of a, named first, and b and their distances to a reference, in whatever frames."""
    said = {many.verdict_of(s, first=a) for s in statements if many.who(s) == (a, b, reference)}
    assert len(said) == 1  # nothing moves
    return said.pop()


def beside(many, a, b, size_b=(0.4, 0.4, 0.4), sizes=0.4):
    """Objects 1 and 2 to the left and right of object 3, centres so far from it."""
    edges = np.broadcast_to(np.asarray(sizes, float), (3, 3)).copy()
    edges[1] = size_b
    return many.world([(-a, 0, 0), (b, 0, 0), (0, 0, 0)], edges)


@pytest.mark.parametrize(("a", "b", "expected"), [
    (4.0, 5.2, "+"), (5.2, 4.0, "-"), (4.0, 4.8, "undecided"), (4.8, 4.0, "undecided"),
])
def test_the_nearer_one_is_nearer_by_a_quarter(many, a, b, expected):
    assert about(many, ask(beside(many, a, b)), 1, 2, 3) == expected


def test_the_value_is_the_log_ratio_of_the_centres(many):
    statement = next(s for s in ask(beside(many, 4, 6)) if many.who(s) == (1, 2, 3))
    component = many.told(statement, first=1)
    assert component.quantity.value == pytest.approx(np.log(1.5))
    hi = np.log(1.25)
    assert component.margin == pytest.approx((np.log(1.5) - hi) / (2 * hi))
    assert (statement.named_at, statement.reference_system) == (statement.frames * 3, "world")


def test_a_difference_too_small_to_be_seen_from_the_camera_is_undecided(many):
    world = beside(many, 1.0, 1.4)  # 0.4 of ten
    assert about(many, ask(world), 1, 2, 3) == "undecided"
    assert about(many, ask(world, min_effect=0.03), 1, 2, 3) == "+"


def test_the_gaps_between_the_boxes_must_say_the_same(many):
    """The middle of a long board is farther than the cube, its end is nearer."""
    board = beside(many, 4.0, 5.2, (6, 0.4, 0.4))
    assert about(many, ask(board), 1, 2, 3) == "undecided"


def test_gaps_that_hardly_differ_decide_nothing(many):
    board = beside(many, 4.0, 5.2, (0.4 + 2 * (1.2 - 0.15), 0.4, 0.4))  # gaps differ by 0.15 of ten
    assert about(many, ask(board), 1, 2, 3) == "undecided"
    assert about(many, ask(board, min_gap=0.01), 1, 2, 3) == "+"
    board = beside(many, 4.0, 5.2, (0.4 + 2 * (1.2 - 0.30), 0.4, 0.4))
    assert about(many, ask(board), 1, 2, 3) == "+"


def test_the_margin_is_that_of_the_nearest_threshold(many):
    def margin(world):
        statement = next(s for s in ask(world) if many.who(s) == (1, 2, 3))
        return statement.components["nearer"].margin

    far = distance_to(1.6)
    assert margin(beside(many, 1.0, 1.6)) == pytest.approx((0.6 / far - 0.05) / 0.10)
    board = beside(many, 4.0, 6.4, (0.4 + 2 * (2.4 - 0.30), 0.4, 0.4))  # gaps differ by 0.30
    far = distance_to(6.4)
    assert margin(board) == pytest.approx((0.30 / far - 0.02) / 0.04)


def distance_to(x):
    """From the camera to a place beside the origin."""
    return float(np.hypot(x, 10.0))


def test_the_shorter_way_on_the_screen_can_be_the_longer_one(many):
    """Behind the reference, 6 away, but next to it in the picture; beside it, 3 away."""
    behind = many.world([(3, 0, 0), (0.3, 6, 0), (0, 0, 0)])
    statements = ask(behind)
    assert about(many, statements, 1, 2, 3) == "+"
    assert {s.cue_conflict for s in statements if many.who(s) == (1, 2, 3)} == {"screen"}
    agreeing = ask(beside(many, 3, 6))
    assert {s.cue_conflict for s in agreeing if many.who(s) == (1, 2, 3)} == {"none"}
    undecided = ask(many.world([(3, 0, 0), (0.3, 3.1, 0), (0, 0, 0)]))
    assert {s.cue_conflict for s in undecided if many.who(s) == (1, 2, 3)} == {"none"}


def test_four_objects_pairwise_apart_have_a_nearest(many):
    spots = [(5, 0, 0), (-2.0, 0, 0), (3.2, 0, 0), (0, 9, 0), (0, 0, 0)]
    fours = [s for s in ask(many.world(spots)) if s.variant == "nearest_of_four"]
    said = {many.who(s): many.nearest_of(s) for s in fours}
    assert said[1, 2, 3, 4, 5] == 2
    assert {len(s.named_at) for s in fours} == {5}


def test_four_objects_are_not_asked_when_one_pair_is_in_the_band(many):
    spots = [(5, 0, 0), (-2.0, 0, 0), (3.2, 0, 0), (0, 5.3, 0), (0, 0, 0)]
    assert (1, 2, 3, 4, 5) not in {many.who(s) for s in ask(many.world(spots))}


@pytest.mark.parametrize("hidden", [0, 1, 2])
def test_all_must_be_seen_in_the_named_frame(many, hidden):
    world = beside(many, 3, 6)
    seen = np.ones((LAST + 1, 3), bool)
    seen[3:, hidden] = False
    assert {s.frames for s in ask(world, seen)} == {(0,)}
    assert ask(world, np.zeros_like(seen)) == []


def test_who_moves_is_compared_as_it_is_in_the_named_frame(many):
    world = many.world([(-4, 0, 0), many.way((2, 0, 0), (8.6, 0, 0)), (0, 0, 0)])
    for s in ask(world):
        if many.who(s) == (1, 2, 3):
            x = 2 + 6.6 * s.frames[0] / LAST
            expected = "+" if x >= 5 else "-" if x <= 3.2 else "undecided"
            assert many.verdict_of(s, first=1) == expected


def test_many_objects_give_a_bounded_number_of_statements_that_name_all_about_equally(many):
    statements = ask(many.random_world(2, objects=12))
    pairs = [s for s in statements if s.variant == "pair"]
    assert len(pairs) == PAIRS
    assert len(statements) <= PAIRS + FOURS
    times = [sum(i in s.objects for s in pairs) for i in range(1, 13)]
    assert min(times) >= 4


def test_few_objects_are_all_compared(many):
    said = {many.who(s) for s in ask(many.random_world(2, objects=3))}
    assert said == {(1, 2, 3), (1, 3, 2), (2, 3, 1)}
