"""Names leave the texts; the objects keep the order in which they are mentioned."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from fourdp_qa.inspection.audit.folds import split_rows
from fourdp_qa.inspection.audit.items import closed_items


def item_of(row):
    return closed_items([row], split_rows([row]))[0]


@pytest.fixture
def pair(pairs):
    return pairs(1)[0]


def test_names_are_replaced_in_the_order_of_mention(pair):
    item = item_of(replace(pair, question="Is the red car nearer than the blue ball?",
                           objects=_named(pair, "blue ball", "red car")))
    assert item.question == "Is OBJa nearer than OBJb?"
    assert [named.caption for named in item.compared] == ["red car", "blue ball"]


@pytest.mark.parametrize(("verdict", "wins"), [("+", -1), ("-", 1)])
def test_who_wins_is_said_of_the_one_mentioned_first(pair, verdict, wins):
    """The verdict speaks of the one listed first, here the blue ball."""
    row = replace(pair, question="Is the red car nearer than the blue ball?",
                  objects=_named(pair, "blue ball", "red car"),
                  evidence=json.dumps({"quantities": [{"name": "ln_distance_ratio", "verdict": verdict}]}))
    assert item_of(row).wins == wins


def test_a_name_inside_another_is_not_cut_out_of_it(pair):
    item = item_of(replace(pair, question="Is the car nearer than the car with a roof?",
                           objects=_named(pair, "car with a roof", "car")))
    assert item.question == "Is OBJa nearer than OBJb?"


def test_the_object_distances_are_measured_to_is_not_compared(pair):
    row = replace(pair, question_type="object_object_distance",
                  question="Is the ball nearer to the car than the duck is?",
                  objects=_named(pair, "duck", "ball", "car"))
    item = item_of(row)
    assert [named.caption for named in item.compared] == ["ball", "duck"]
    assert item.reference.caption == "car"


def test_options_that_are_objects_lose_their_names(pair):
    names = ("red car", "red car wash", "duck", "ball")
    row = replace(pair, format="multiple_choice", answer="B", options=[f"The {n}" for n in names],
                  question="Which one is the nearest?", objects=_named(pair, *names[::-1]))
    item = item_of(row)
    assert set(item.candidates) == {"obj"}
    assert [named.caption for named in item.chosen] == list(names)
    assert item.right == 1


def test_claims_are_read_from_the_words(pair):
    row = replace(pair, question_type="camera_movement", objects="[]", evidence='{"quantities":[]}',
                  question="Does the camera pan to the right, then to the left?")
    assert item_of(row).claim == "pan:+-"


def test_tracks_and_free_answers_are_no_items(pair):
    rows = [replace(pair, format=f) for f in ("free_form", "track")]
    assert closed_items(rows, split_rows(rows)) == []


def _named(row, *captions):
    first = json.loads(row.objects)[0]
    return json.dumps([{**first, "id": n, "caption": c, "reference": f"the {c}"}
                       for n, c in enumerate(captions)])
