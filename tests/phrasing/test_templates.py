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

    def put(questions=(), answers=(), **variants):
        table = {"yes_no": {"questions": list(questions)}, **variants}
        if answers:
            table["free_form"] = {"answers": list(answers)}
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


@pytest.mark.parametrize("text", ["{object} {label}.", "{object} {label}: {evidence}."])
def test_an_answer_may_name_its_evidence(bank, text):
    bank(answers=[{"text": text}])
    assert len(answer_templates("camera_object_distance")) == 1


def test_a_question_may_not(bank):
    bank([{"text": f"{GOOD} As {{evidence}}."}])
    with pytest.raises(FourdpQaError, match="found slots"):
        read_questions()


def test_a_variant_has_its_own_words_where_the_bank_gives_it_some(bank):
    text = "Is {object} nearer {nearer_moment} than {farther_moment}?"
    own = {"yes_no": {"questions": [{"text": text}]}}
    bank([{"text": "Is {nearer} nearer than {farther}?"}], one_object=own)
    (general,) = question_templates("multi_view_depth", "yes_no", "pair")
    (special,) = question_templates("multi_view_depth", "yes_no", "one_object")
    assert general.id == "multi_view_depth.yes_no.q01"
    assert special.id == "multi_view_depth.one_object.yes_no.q01"
    assert special.slots == {"object", "nearer_moment", "farther_moment"}


def test_answers_of_a_variant_without_own_words_are_the_general_ones():
    assert answer_templates("object_direction", "named_frame") == answer_templates("object_direction")
    assert answer_templates("object_direction", "screen") != answer_templates("object_direction")


@pytest.mark.parametrize("section", ["screan", "yes_know"])
def test_a_section_that_nobody_reads_is_refused(bank, section):
    bank([{"text": GOOD}], **{section: {"yes_no": {}}})
    with pytest.raises(FourdpQaError, match=section):
        read_questions()


def template(text):
    return Template("made.up.q01", text, Form.THIRD, ())


def test_fill_begins_with_a_capital_and_changes_nothing_else():
    filled = fill(template("{moment}, is {a} near?"), {"moment": "in frame 8", "a": "the LEGO brick"})
    assert filled == "In frame 8, is the LEGO brick near?"


@pytest.mark.parametrize("text, value, fault", [
    ("Is the {a} near?", "the cup", "a doubled word"),
    ("Is {a} near?", "an  egg", "a doubled space"),
    ("Is {a} {a} near?", "it", "a doubled word"),
    ("Is {a} in frame 8?", "the cup in frame 8", "a doubled phrase"),
    ("Is a {a} near?", "the cup", "two articles in a row"),
    ("Is a {a} near?", "egg", "the wrong one of 'a' and 'an'"),
    ("Is an {a} near?", "uniform", "the wrong one of 'a' and 'an'"),
    ("Is a {a} over?", "hour", "the wrong one of 'a' and 'an'"),
    ("Watch. {a} is near.", "the cup", "a sentence without a capital"),
    ("Is {a} near?", "The cup", "a capital inside a sentence"),
    ("Is {a} Near?", "the cup", "a capital inside a sentence"),
    ("Is {a} near?", "{object}", "an unfilled slot"),
])
def test_fill_refuses_what_is_no_english(text, value, fault):
    with pytest.raises(FourdpQaError, match=rf"made\.up\.q01.*{fault}"):
        fill(template(text), {"a": value})


@pytest.mark.parametrize("text, value", [
    ('He says: "The cup is {a}." Is it?', "near"), ("Is it {a}?", "a uniform"),
    ("Is it {a}?", "an hour away"), ('Complete "It ...". What is {a}?', "it"),
    ("Is {a} visible (visible) or not (not visible)?", "it"), ("Does an {a} move?", "orange"),
])
def test_fill_lets_english_pass(text, value):
    assert fill(template(text), {"a": value})


def test_a_slot_without_a_value_is_named():
    with pytest.raises(FourdpQaError, match=r"made\.up\.q01: found no value for the slots \['b'\]"):
        fill(template("Is {a} near {b}?"), {"a": "it"})
