"""Numbers and sentences as people read them; every verdict of the code has a sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fourdp_qa.inspection.wording import (
    number,
    quantity_sentence,
    quantity_title,
    type_line,
    type_title,
)
from fourdp_qa.questions.entanglement import VALUES
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.questions.verdicts import Verdict
from fourdp_qa.rows.row import AnswerFormat, Naming
from fourdp_qa.tables import load_table

SERIES = Quantity("pan", "degrees", 12.3456, 13.0, 2.0, 8.0, "+", (0.0, 12.3456))
MOMENT = Quantity("ln_distance_ratio", "log", 0.4, 0.4, -0.18, 0.18, "+")


@pytest.mark.parametrize(("value", "text"), [
    (0.0, "0"), (0.0123456, "0.0123"), (1.2, "1.2"), (139.6, "140"), (-0.5, "-0.5"),
    (1234.5, "1234"), (1e-7, "1e-07"), (100.0, "100"), (2.0, "2"),
])
def test_numbers_have_three_digits_and_no_tail(value, text):
    assert number(value) == text


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_sentence(verdict):
    sentence = quantity_sentence(replace(SERIES, verdict=str(verdict)))
    assert "verdict" not in sentence
    assert "{" not in sentence


@pytest.mark.parametrize("verdict", ["+", "-", "undecided", "0", "3"])
def test_every_comparison_has_a_sentence(verdict):
    sentence = quantity_sentence(replace(MOMENT, verdict=verdict))
    assert "verdict" not in sentence
    assert "{" not in sentence


def test_a_choice_names_the_object_or_its_place_from_one():
    choice = replace(MOMENT, verdict="2")
    assert "above ×1.2: object 3 is the one" in quantity_sentence(choice)
    assert "the cup is the one" in quantity_sentence(choice, ["the car", "the cat", "the cup"])


def test_a_comparison_names_the_object_it_is_won_by():
    objects = ["the {odd} car", "the cat"]
    assert quantity_sentence(MOMENT, objects).endswith("above ×1.2: the {odd} car is nearer.")
    assert quantity_sentence(replace(MOMENT, value=-0.4, verdict="-"), objects).endswith(
        "below ×0.835: the cat is nearer."
    )


def test_a_quantity_without_an_entry_is_said_by_its_name():
    quantity = replace(SERIES, name="head_turn")
    assert quantity_title(quantity) == "Head turn"
    assert quantity_sentence(quantity).endswith("so it increases.")


def test_every_value_of_the_columns_is_in_words():
    texts = load_table("fourdp_qa.inspection", "texts.toml")
    assert set(texts["formats"]) == set(AnswerFormat)
    assert set(texts["naming"]) == set(Naming)
    assert set(texts["entangled"]) == set(VALUES)
    assert set(texts["pictures"]["default"]) == set(VALUES)


def test_types_have_a_title_and_a_line():
    for question_type in TYPES:
        assert type_title(question_type.name)[0].isupper()
        assert type_line(question_type.name) == question_type.summary
    assert type_line("a_type_of_tomorrow") == ""
