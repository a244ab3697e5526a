"""What a model says is taken whole as a short noun phrase, or refused with a reason."""

from __future__ import annotations

import pytest

from fourdp_qa.captioning.labels import clean_label
from fourdp_qa.captioning.phrases import fits, read_phrase, shared_phrases


@pytest.mark.parametrize(("answer", "phrase"), [
    ("red toy car", "red toy car"),
    ("  \"The Red Toy Car.\"\n", "red toy car"),
    ("**a dark-blue van**", "dark-blue van"),
    ("“an old man’s hat”", "old man's hat"),
    ("<think>It is on the left.\nSo...</think>\n\ngreen box", "green box"),
    ("man in blue shirt", "man in blue shirt"),
    ("tall standing lamp", "tall standing lamp"),
    ("black and white striped beach ball", "black and white striped beach ball"),
])
def test_a_noun_phrase_is_taken(answer, phrase):
    assert read_phrase(answer).phrase == phrase
    assert read_phrase(answer).reason == ""


@pytest.mark.parametrize(("answer", "reason"), [
    ("", "empty"),
    ("car", "1 words"),
    ("a very big old red shiny fast-food truck", "7 words"),
    ("red car\nblue car", "more than one line"),
    ("red car (left)", "more than plain words"),
    ("car number 7", "more than plain words"),
    ("rote Straßenbahn", "more than plain words"),
    ("red car, parked", "more than plain words"),
    ("car on the left", "article inside"),
    ("leftmost red car", "says where it is"),
    ("left-hand red car", "says where it is"),
    ("car behind tree", "says where it is"),
    ("distant red car", "says where it is"),
    ("standing floor lamp", "whether or how it moves"),
    ("moving red car", "whether or how it moves"),
    ("parked red car", "whether or how it moves"),
    ("turning silver truck", "whether or how it moves"),
    ("walking woman", "whether or how it moves"),
    ("car facing camera", "which way it faces"),
    ("partially hidden car", "which way it faces"),
    ("red car of image", "speaks of the picture"),
    ("marked red car", "speaks of the picture"),
    ("an unknown object", "does not name one thing"),
    ("two red cars", "does not name one thing"),
    ("red red car", "repeats a word"),
    ("sorry i can't", "does not name one thing"),
    ("incomprehensibilities car x" + "y" * 30, "overlong"),
])
def test_everything_else_is_refused_with_a_reason(answer, reason):
    reading = read_phrase(answer)
    assert reading.phrase == ""
    assert reason in reading.reason


@pytest.mark.parametrize(("label", "kind", "cleaned"), [
    ("vehicle.tesla.model3", "car", "tesla car"),
    ("Toy_Car_19_oz_TRX", "object", "toy car"),
    ("BP_OfficeChair_C_12", "chair", "office chair"),
    ("blue hatchback car", "vehicle", "blue hatchback car"),
    ("", "dining_table", "dining table"),
    ("0042", "7", ""),
    ("the red mug", "mug", "red mug"),
    ("static.prop.trashcan02", "bin", "trashcan bin"),
    ("parked car", "car", "car"),
    ("walker.pedestrian.0001", "person", "pedestrian person"),
    ("a b c d", "", ""),
    ("person in turquoise", "walker", "person in turquoise"),
    ("the man with the hat", "person", "man with the hat"),
    ("lamp of 12", "lamp", "lamp"),
    ("line\nbreak\"{x}", "", "line break"),
])
def test_a_label_is_cleaned_by_rule(label, kind, cleaned):
    assert clean_label(label, kind) == cleaned


def test_a_phrase_fits_what_has_all_its_words():
    assert fits("red car", "red sports car")
    assert not fits("red sports car", "red car")
    assert not fits("", "red car")
    assert shared_phrases({1: "red car", 2: "red sports car", 3: "van", 4: "", 5: "van"}) == [1, 3, 5]
