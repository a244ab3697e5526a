"""Loading and filling templates: a damaged bank is refused, by the name of the template."""

from __future__ import annotations

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.phrasing import templates
from fourdp_qa.phrasing.templates import Template, answer_templates, fill, question_templates
from fourdp_qa.phrasing.words import Form

GOOD = "Does the distance between the camera and {object} {claim} over the clip?"


@pytest.fixture
def bank(monkeypatch):
    """Call with the two lists of a bank file; every type then reads that file."""

    def forget():
        question_templates.cache_clear()
        answer_templates.cache_clear()

    def put(questions=(), answers=()):
        table = {"yes_no": {"questions": list(questions)}, "free_form": {"answers": list(answers)}}
        monkeypatch.setattr(templates, "load_table", lambda package, name: table)
        forget()

    yield put
    monkeypatch.undo()
    forget()


def read_questions():
    return question_templates("camera_object_distance", "yes_no")


def test_template_takes_id_form_and_needs(bank):
    bank([{"text": GOOD, "form": "base"}, {"text": GOOD, "needs": ["camera_moves"]}])
    first, second = read_questions()
    assert first == Template("camera_object_distance.yes_no.q01", GOOD, Form.BASE, ())
    assert second.id == "camera_object_distance.yes_no.q02"
    assert second.form is Form.THIRD
    assert second.needs == ("camera_moves",)


@pytest.mark.parametrize("text, found", [
    ("Does the distance to {object} change?", "['object']"),
    ("Does anything change?", "[]"),
    ("Does the distance to {object} {claim} in {moment}?", "['claim', 'moment', 'object']"),
    ("Does the distance to {objekt} {claim}?", "['claim', 'objekt']"),
])
def test_wrong_slots_are_refused(bank, text, found):
    bank([{"text": GOOD}, {"text": text}])
    with pytest.raises(FourdpQaError) as caught:
        read_questions()
    message = str(caught.value)
    assert "camera_object_distance.yes_no.q02" in message
    assert f"found slots {found}" in message
    assert "expected ['claim', 'object']" in message


def test_slot_may_be_said_twice(bank):
    bank([{"text": "Watch {object}. Does the distance from {object} {claim}?"}])
    assert len(read_questions()) == 1


def test_unknown_need_is_refused(bank):
    bank([{"text": GOOD, "needs": ["camera_moves", "two_cats"]}])
    with pytest.raises(FourdpQaError, match=r"yes_no\.q01: found needs \['two_cats'\]"):
        read_questions()


def test_answers_are_checked_too(bank):
    bank(answers=[{"text": "The distance to {object} {label}."}, {"text": "It {label}."}])
    with pytest.raises(FourdpQaError, match=r"free_form\.a02: found slots \['label'\]"):
        answer_templates("camera_object_distance")


def template(text):
    return Template("made.up.q01", text, Form.THIRD, ())


def test_fill_begins_with_a_capital_and_changes_nothing_else():
    filled = fill(template("{moment}, is {a} near?"), {"moment": "in frame 8", "a": "the Red cup"})
    assert filled == "In frame 8, is the Red cup near?"


@pytest.mark.parametrize("text, value", [
    ("Is the {a} near?", "the cup"), ("Is {a} near?", "an  egg"), ("Is {a} {a} near?", "it"),
])
def test_fill_refuses_doubled_words_and_spaces(text, value):
    with pytest.raises(FourdpQaError, match=r"made\.up\.q01"):
        fill(template(text), {"a": value})
