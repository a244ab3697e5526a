"""Which comparisons are drawn, and that who is named first tells nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourdp_qa.questions.depth import depth_statements
from fourdp_qa.questions.drawing import Roles, draw_pairs, draw_rows, either_way
from fourdp_qa.questions.moved_distance import moved_distance_statements
from fourdp_qa.questions.multi_view_depth import multi_view_depth_statements
from fourdp_qa.questions.multi_view_object_distance import multi_view_object_distance_statements
from fourdp_qa.questions.object_object_distance import object_object_distance_statements
from fourdp_qa.questions.object_object_distance_change import (
    object_object_distance_change_statements,
)
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.randomness import generator

LIMITS = thresholds_for("default")
T = 5
PLENTY = 2000
"""More rows than there are different ones: all are drawn."""


def fair(times, of, chance):
    """Within four standard deviations of a binomial: what a fair draw misses once in 16,000 times."""
    return of >= 300 and abs(times - of * chance) <= 4 * np.sqrt(of * chance * (1 - chance))


# Rows.

@dataclass(frozen=True)
class Kind:
    """A kind of row and how many different ones there are among so many objects.

    `own` tells whether each of those that play the same part has a frame of its own.
    """

    roles: Roles
    moments: np.ndarray
    objects: int
    different: int
    own: bool = False

    def draw(self, seed=0, seen=True, most=PLENTY, per_objects=PLENTY, skip=frozenset()):
        """Rows as (objects, frames)."""
        drawn = draw_rows(generator(seed), np.broadcast_to(seen, (T, self.objects)), self.moments,
                          self.roles, most, per_objects, skip)
        return list(zip(*(map(tuple, part.tolist()) for part in drawn), strict=True))

    def who(self, objects):
        """Those that take part: in rising order where they play the same part."""
        return (*sorted(objects[:self.roles.alike]), *objects[self.roles.alike:])

    def content(self, objects, frames):
        """What a row compares, whoever is named first."""
        alike, rest = objects[:self.roles.alike], objects[self.roles.alike:]
        if self.own:
            return frozenset(zip(alike, frames, strict=True)), rest
        return frozenset(alike), frames, rest


ONE = np.array([[0], [2], [4]])
TWO = np.array([[0, 2], [0, 4], [2, 4]])
FOUR = np.array(list(permutations(range(T), 4)))
KINDS = {
    "two and a reference": Kind(Roles(3, 2, ((0, 0), (1, 0), (2, 0))), ONE, 4, 36),
    "four": Kind(Roles(4, 4, ((0, 0), (1, 0), (2, 0), (3, 0))), ONE, 6, 45),
    "four and a reference": Kind(Roles(5, 4, tuple((n, 0) for n in range(5))), ONE, 6, 90),
    "one in two frames": Kind(Roles(1, 1, ((0, 0), (0, 1))), TWO, 4, 12),
    "a pair in two frames": Kind(Roles(2, 2, ((0, 0), (1, 0), (0, 1), (1, 1))), TWO, 4, 18),
    "two in their own frames": Kind(Roles(2, 2, ((0, 0), (1, 1))), either_way(TWO), 4, 36, own=True),
    "two and a reference in their own frames": Kind(
        Roles(3, 2, ((0, 0), (2, 0), (1, 1), (2, 1))), either_way(TWO), 4, 72, own=True),
    "four in their own frames": Kind(
        Roles(4, 4, tuple((n, n) for n in range(4))), FOUR, 5, 600, own=True),
    "four and a reference in their own frames": Kind(
        Roles(5, 4, tuple((n, f) for f in range(4) for n in (f, 4))), FOUR, 5, 600, own=True),
}
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
several = pytest.mark.parametrize(
    "kind", [k for k in KINDS.values() if k.roles.alike > 1],
    ids=[name for name, k in KINDS.items() if k.roles.alike > 1])


@kinds
def test_all_rows_are_drawn_and_none_comes_again_in_another_order(kind):
    times = Counter(kind.content(*row) for row in kind.draw())
    assert set(times.values()) == {1}
    assert len(times) == kind.different


@kinds
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_all_are_seen_where_they_must_be(kind, seed):
    seen = np.random.default_rng(seed).random((T, kind.objects)) < 0.7
    rows = kind.draw(seed, seen, most=60)
    for objects, frames in rows:
        assert all(seen[frames[f], objects[n]] for n, f in kind.roles.seen_at)
        assert len(set(objects)) == len(objects)
    assert len({kind.content(*row) for row in rows}) == len(rows)


@kinds
def test_the_same_objects_come_so_often_in_whatever_order(kind):
    times = Counter(kind.who(objects) for objects, _ in kind.draw(per_objects=2))
    assert set(times.values()) == {2}


@kinds
def test_no_more_rows_than_wanted(kind):
    assert len(kind.draw(most=7)) == 7
    assert kind.draw(seed=3) == kind.draw(seed=3) != kind.draw(seed=4)


@several
def test_who_is_skipped_is_drawn_in_no_order(kind):
    drawn = {kind.who(objects) for objects, _ in kind.draw()}
    skipped = set(sorted(drawn)[::2])
    # Those skipped would have been drawn in both orders.
    orders = [objects for seed in range(5) for objects, _ in kind.draw(seed)
              if kind.who(objects) in skipped]
    assert len({objects[0] < objects[1] for objects in orders}) == 2
    left = {kind.who(objects) for objects, _ in kind.draw(skip=frozenset(skipped))}
    assert left == drawn - skipped


@several
def test_each_position_holds_the_first_listed_of_a_row_equally_often(kind):
    alike = kind.roles.alike
    held = Counter(
        min(range(alike), key=objects.__getitem__)
        for seed in range(60) for objects, _ in kind.draw(seed, most=12))
    assert all(fair(held[place], held.total(), 1 / alike) for place in range(alike))


# Pairs.

@pytest.mark.parametrize("most", [10, 100])
def test_pairs_name_either_first_and_none_comes_twice(most):
    listed, listed_first = [7, 1, 4, 9, 2, 3], []
    for seed in range(60):
        pairs = draw_pairs(generator(seed), listed, most)
        assert len({frozenset(pair) for pair in pairs}) == len(pairs) == min(most, 15)
        listed_first += [listed.index(a) < listed.index(b) for a, b in pairs]
    assert fair(sum(listed_first), len(listed_first), 1 / 2)


def test_all_pairs_or_so_many_that_each_object_comes_about_equally_often():
    objects = list(range(10))
    pairs = draw_pairs(generator(0), objects, 45)
    assert {frozenset(p) for p in pairs} == set(map(frozenset, combinations(objects, 2)))
    times = Counter(n for pair in draw_pairs(generator(0), objects, 20) for n in pair)
    assert set(times) == set(objects)
    assert max(times.values()) - min(times.values()) <= 2


def test_fewer_than_two_objects_make_no_pair():
    assert draw_pairs(generator(0), [], 5) == draw_pairs(generator(0), [3], 5) == []


# Statements, of objects listed nearest first, or the one that goes farthest first.

def segments(measured, count):
    """The same objects again and again, each time in a scene of another name: another draw."""
    for k in range(count):
        yield replace(measured, facts=replace(measured.facts, scene_id=f"segment {k}"))


def ask_all(measured):
    """Types 8 to 11, everyone seen everywhere."""
    seen = np.ones(measured.motion.distance.shape, bool)
    return [
        *depth_statements(measured, LIMITS, seen),
        *object_object_distance_statements(measured, LIMITS, seen),
        *multi_view_depth_statements(measured, LIMITS, seen),
        *multi_view_object_distance_statements(measured, LIMITS, seen, frozenset()),
    ]


@pytest.fixture(scope="module")
def listed_by_distance(many):
    """(type, variant) -> verdict -> times, over the segments of objects that stand one behind the
    other, nearest first: to the camera and, but for those behind the reference, to it.
    """
    away = 4 * 1.3 ** np.arange(7)
    measured = many.world([(0, y - 10, 0) for y in away]).measured()
    said: dict[tuple[str, str], Counter] = {}
    for segment in segments(measured, 50):
        for s in ask_all(segment):
            said.setdefault((s.question_type, s.variant), Counter())[many.verdict(s)] += 1
    return said


TYPES = ["depth", "object_object_distance", "multi_view_depth", "multi_view_object_distance"]


@pytest.mark.parametrize("question_type", TYPES)
def test_the_first_named_of_two_is_the_nearer_one_half_the_time(listed_by_distance, question_type):
    said = listed_by_distance[question_type, "pair"]
    assert fair(said["+"], said["+"] + said["-"], 1 / 2)


@pytest.mark.parametrize("question_type", TYPES)
def test_each_named_of_four_is_the_nearest_a_quarter_of_the_time(listed_by_distance, question_type):
    said = listed_by_distance[question_type, "nearest_of_four"]
    assert set(said) == set("0123")
    assert all(fair(times, said.total(), 1 / 4) for times in said.values())


def test_the_first_named_of_two_moved_farther_half_the_time(many):
    """Of objects listed by how far they go."""
    world = many.world([many.way((0, y, 0), (4 * 0.6**y, y, 0)) for y in range(5)])
    said = Counter(
        many.verdict(s) for measured in segments(world.measured(), 100)
        for s in moved_distance_statements(measured, LIMITS, list(range(5))))
    assert fair(said["+"], said["+"] + said["-"], 1 / 2)


def test_where_both_orders_say_the_same_either_is_named_first(many):
    """Type 7, and one pair at two moments."""
    named: dict[str, list[bool]] = {"change": [], "moments": []}
    for measured in segments(many.world([(x, 0, 0) for x in range(5)]).measured(), 60):
        seen = many.everyone(measured)
        for kind, statements in (
            ("change", object_object_distance_change_statements(measured, LIMITS, [0, 1, 2, 3, 4], seen)),
            ("moments", multi_view_object_distance_statements(measured, LIMITS, seen, frozenset())),
        ):
            named[kind] += [s.objects[0] < s.objects[1] for s in statements if len(s.objects) == 2]
    for lower_first in named.values():
        assert fair(sum(lower_first), len(lower_first), 1 / 2)
