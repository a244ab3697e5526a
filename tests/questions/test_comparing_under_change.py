"""What must hold of types 6, 7, 9, 10 and 11 when a world is changed (questions.md, section 7).

Poses are changed, not pictures, so that many worlds can be tried. All possible comparisons are
made, where the library draws some, so that the same ones are asked before and after.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourdp_qa.questions import multi_view_depth, multi_view_object_distance, object_object_distance
from fourdp_qa.questions.moved_distance import moved_distance_statements
from fourdp_qa.questions.object_object_distance_change import (
    object_object_distance_change_statements,
)
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.scene.pose import make_pose, rotation_from_quaternion_wxyz

LIMITS = thresholds_for("default")
LAST = 12
TRIED = settings(max_examples=10, deadline=None)
seeds = st.integers(0, 10**6)
unit = st.floats(-1, 1)
turns = st.tuples(unit, unit, unit, unit).filter(lambda q: np.linalg.norm(q) > 0.1)


@pytest.fixture(scope="module", autouse=True)
def every_comparison():
    """Nothing is left out by the draw: four objects have few comparisons of each kind."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (object_object_distance, multi_view_depth, multi_view_object_distance):
            for name in ("PAIRS", "FOURS", "ONE_OBJECTS", "ONE_PAIRS"):
                patch.setattr(module, name, 600, raising=False)
            patch.setattr(module, "PER_OBJECTS", 600)
        yield


def say(measured):
    """All statements of the five types, everyone seen everywhere, type 7 answering nothing."""
    seen = np.ones(measured.motion.distance.shape, bool)
    everyone = list(range(len(measured.objects)))
    return [
        *moved_distance_statements(measured, LIMITS, everyone),
        *object_object_distance_change_statements(measured, LIMITS, everyone, seen),
        *object_object_distance.object_object_distance_statements(measured, LIMITS, seen),
        *multi_view_depth.multi_view_depth_statements(measured, LIMITS, seen),
        *multi_view_object_distance.multi_view_object_distance_statements(
            measured, LIMITS, seen, frozenset()),
    ]


def answers(statements):
    """What is asked -> what is answered, in a form that does not depend on who is named first.

    A candidate is an object, or a pair of objects, in a frame.
    """
    said = {}
    for s in statements:
        (component,) = s.components.values()
        verdict = str(component.quantity.verdict)
        if verdict == "undecided":
            continue
        objects, frames, reference = s.objects, s.frames, None
        if s.question_type == "object_object_distance_change":
            said[s.question_type, frozenset(objects)] = verdict
            continue
        if s.question_type.endswith("object_distance") and s.variant != "one_pair":
            objects, reference = objects[:-1], objects[-1]
        if s.variant == "one_pair":
            objects = (frozenset(objects),)
        if len(objects) == 1:
            objects *= 2
        if len(frames) == 1:
            frames *= len(objects)
        candidates = tuple(zip(objects, frames, strict=True))
        place = {"+": 0, "-": 1}.get(verdict, int(verdict) if verdict.isdigit() else None)
        answer = verdict if place is None else candidates[place]
        said[s.question_type, s.variant, frozenset(candidates), reference] = answer
    return said


def contradictions(before, after):
    both = before.keys() & after.keys()
    return {key: (before[key], after[key]) for key in both if before[key] != after[key]}


def of_type(said, *types):
    return {key: answer for key, answer in said.items() if key[0] in types}


@TRIED
@given(seed=seeds, exponent=st.floats(-3, 3), turn=turns, shift=st.tuples(unit, unit, unit))
def test_scale_and_place_of_the_world_change_nothing(many, seed, exponent, turn, shift):
    world = many.random_world(seed, objects=4)
    statements = say(world.measured())
    said = answers(statements)
    assert len(said) > 20
    assert answers(say(world.scaled(10**exponent).measured())) == said
    pose = make_pose(rotation_from_quaternion_wxyz(turn), 20 * np.array(shift))
    moved = say(world.moved(pose).measured())
    assert answers(moved) == said
    assert [(s.key, s.cue_conflict, [c.picture for c in s.components.values()]) for s in moved] == [
        (s.key, s.cue_conflict, [c.picture for c in s.components.values()])
        for s in statements]


@TRIED
@given(seed=seeds)
def test_a_mirror_changes_nothing(many, seed):
    world = many.random_world(seed, objects=4)
    assert answers(say(world.mirrored().measured())) == answers(say(world.measured()))


@TRIED
@given(seed=seeds, order=st.permutations(range(4)))
def test_who_is_named_first_changes_nothing(many, seed, order):
    world = many.random_world(seed, objects=4)
    assert answers(say(world.in_order(order).measured())) == answers(say(world.measured()))


def backwards(world):
    """Measured backwards, with the first camera distances of the world that runs forwards: those of
    types 6 and 7, and what is compared in frames with the distances that belong to them.
    """
    measured = world.backwards().measured()
    distance = measured.motion.distance.copy()
    distance[0] = world.measured().motion.distance[0]
    held = replace(measured, motion=replace(measured.motion, distance=distance))
    change = ("moved_distance", "object_object_distance_change")
    said = answers(say(measured))
    return {**{key: v for key, v in said.items() if key[0] not in change},
            **of_type(answers(say(held)), *change)}


@TRIED
@given(seed=seeds)
def test_time_reversed_compares_the_same_moments_and_swaps_what_changes(many, seed):
    world = many.random_world(seed, objects=4)
    said, back = answers(say(world.measured())), backwards(world)
    expected = {}
    for key, answer in said.items():
        if key[0] == "object_object_distance_change":
            expected[key] = {"+": "-", "-": "+"}.get(answer, answer)
        elif key[0] == "moved_distance":
            expected[key] = answer
        else:
            kind, variant, candidates, reference = key
            there = frozenset((who, LAST - f) for who, f in candidates)
            expected[kind, variant, there, reference] = (answer[0], LAST - answer[1])
    assert not contradictions(expected, back)
    moments = ("object_object_distance", "multi_view_depth", "multi_view_object_distance")
    assert of_type(back, *moments) == of_type(expected, *moments)


@TRIED
@given(seed=seeds, turn=st.floats(-0.5, 0.5), shift=st.tuples(unit, unit, unit))
def test_where_the_camera_is_later_changes_nothing_between_objects(many, seed, turn, shift):
    world = many.random_world(seed, objects=4)
    time = np.linspace(0, 1, LAST + 1)
    path = make_pose(many.about_up(turn * time), 3 * time[:, None] * np.array(shift))
    first = world.cameras[0]
    other = world.filmed_by(first @ path @ np.linalg.inv(first) @ first)
    before, after = answers(say(world.measured())), answers(say(other.measured()))
    for kind in ("moved_distance", "object_object_distance_change"):
        assert of_type(after, kind) == of_type(before, kind)
    between = ("object_object_distance", "multi_view_object_distance")
    assert not contradictions(of_type(before, *between), of_type(after, *between))
    assert of_type(before, *between).keys() & of_type(after, *between).keys()


@TRIED
@given(seed=seeds)
def test_nothing_is_nearer_than_itself_by_any_chain(many, seed):
    """A nearer than B, B nearer than C: then C is not nearer than A, in any frames."""
    said = answers(say(many.random_world(seed, objects=4).measured()))
    nearer = {}
    for (kind, *_, candidates, reference), answer in (
            (key, v) for key, v in said.items() if len(key) == 4 and isinstance(v, tuple)):
        if len(candidates) == 2 and kind != "moved_distance":
            group = (kind, reference)
            (other,) = candidates - {answer}
            nearer.setdefault(group, {}).setdefault(answer, set()).add(other)
    assert nearer
    for chain in nearer.values():
        for start in chain:
            assert start not in reachable(chain, start)


def reachable(chain, start):
    """All that `start` is nearer than, directly or by others."""
    found, todo = set(), [start]
    while todo:
        for place in chain.get(todo.pop(), set()) - found:
            found.add(place)
            todo.append(place)
    return found


@TRIED
@given(seed=seeds)
def test_four_have_the_nearest_that_their_pairs_have(many, seed):
    world = many.random_world(seed, objects=5)
    said = answers(say(world.measured()))
    for (kind, *_, candidates, reference), answer in (
            (key, v) for key, v in said.items() if len(key) == 4 and key[1] == "nearest_of_four"):
        for a, b in combinations(candidates, 2):
            pair = said.get((kind, "pair", frozenset((a, b)), reference))
            assert answer not in (a, b) or pair in (answer, None)


def test_no_two_statements_have_one_key_whoever_is_named_first(many):
    for seed in range(5):
        statements = say(many.random_world(seed).measured())
        for keys in (
            [s.key for s in statements],
            [(s.question_type, s.variant, many.who(s), many.moments(s)) for s in statements],
        ):
            assert len(set(keys)) == len(keys)
