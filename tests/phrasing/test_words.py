"""Claims, labels and scopes in words: every label has a phrase, in every grammatical form."""

from __future__ import annotations

import itertools

import pytest

from fourdp_qa.phrasing.words import Form, claim_words, join_and, scope_words, verdict_words
from fourdp_qa.questions.claims import Claim, OptionSet, labels_of
from fourdp_qa.tables import load_table

CAMERA, DISTANCE, DIRECTION = "camera_movement", "camera_object_distance", "object_direction"
PHRASED = (CAMERA, DISTANCE, DIRECTION)


def claim(**verdicts):
    return Claim(tuple(verdicts.items()))


def all_claims(question_type):
    labels = labels_of(question_type)
    members = [member for option_set in labels.sets for member in option_set.members]
    return list(dict.fromkeys([*labels.yes_no, *members]))


@pytest.mark.parametrize("items, said", [
    ([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
    (["a", "b", "c", "d"], "a, b, c and d"),
])
def test_join_and(items, said):
    assert join_and(items) == said


@pytest.mark.parametrize("form, said", [
    (Form.BASE, "move forward"), (Form.THIRD, "moves forward"), (Form.GERUND, "moving forward"),
])
def test_verb_is_conjugated(form, said):
    assert claim_words(CAMERA, claim(forward="+"), form) == said


@pytest.mark.parametrize("verdicts, said", [
    ({"forward": "+", "right": "-"}, "moves forward and to the left"),
    ({"forward": "+", "right": "-", "up": "+"}, "moves forward, to the left and up"),
    ({"pan": "+", "tilt": "-"}, "pans to the right and tilts down"),
    ({"right": "+", "pan": "-", "roll": "+"},
     "moves to the right, pans to the left and rolls clockwise"),
    ({"forward": "+", "right": "-", "pan": "+"},
     "moves forward and to the left, and pans to the right"),
    ({"forward": "+", "up": "-", "pan": "+", "tilt": "+"},
     "moves forward and down, pans to the right, and tilts up"),
])
def test_repeated_verb_is_said_once(verdicts, said):
    assert claim_words(CAMERA, claim(**verdicts), Form.THIRD) == said


@pytest.mark.parametrize("verdicts, form, said", [
    ({"forward": "+-"}, Form.BASE, "move forward, then backward"),
    ({"right": "-+"}, Form.GERUND, "moving to the left, then to the right"),
    ({"tilt": "+-"}, Form.THIRD, "tilts up, then down"),
    ({"roll": "-+"}, Form.THIRD, "rolls counter-clockwise, then clockwise"),
])
def test_reversal_names_both_ways_in_order(verdicts, form, said):
    assert claim_words(CAMERA, claim(**verdicts), form) == said


def test_reversal_beside_other_motion_keeps_the_two_apart():
    """In "moves forward, then backward and up" the second leg would go up."""
    said = verdict_words(CAMERA, {"forward": "+-", "up": "+", "pan": "-"}, Form.THIRD)
    assert said == "moves forward, then backward; moves up; and pans to the left"
    said = verdict_words(DIRECTION, {"away": "-", "right": "inconsistent"}, Form.GERUND)
    assert said == ("moving toward the viewpoint; and moving from side to side, with no consistent "
                    "direction")


@pytest.mark.parametrize("verdict, base, third, gerund", [
    ("+", "increase", "increases", "increasing"),
    ("-", "decrease", "decreases", "decreasing"),
    ("absent", "stay about the same", "stays about the same", "staying about the same"),
    ("+-", "increase first, then decrease", "increases first, then decreases",
     "increasing first, then decreasing"),
    ("-+", "decrease first, then increase", "decreases first, then increases",
     "decreasing first, then increasing"),
])
def test_both_verbs_of_a_distance_reversal_are_conjugated(verdict, base, third, gerund):
    said = [claim_words(DISTANCE, claim(distance=verdict), form) for form in Form]
    assert said == [base, third, gerund]


def test_absent_component_is_left_out_beside_a_present_one():
    assert claim_words(CAMERA, claim(right="+", pan="absent"), Form.THIRD) == "moves to the right"


def test_absent_alone_is_said():
    assert claim_words(DIRECTION, claim(away="absent"), Form.THIRD) == "stays at the same depth"


@pytest.mark.parametrize("question_type, said", [
    (CAMERA, "stays completely still"), (DIRECTION, "stays where it is"),
])
def test_nothing_at_all_has_its_own_words(question_type, said):
    names = labels_of(question_type).free_form
    assert verdict_words(question_type, dict.fromkeys(names, "absent"), Form.THIRD) == said


def test_still_or_moving_options():
    (option_set,) = [s for s in labels_of(CAMERA).sets if s.name == "still_or_moving"]
    assert [claim_words(CAMERA, member, Form.BASE) for member in option_set.members] == [
        "stay completely still",
        "turn on the spot, without changing position",
        "change position without turning",
        "change position while turning",
    ]


def test_motion_of_objects_is_never_told_from_the_real_camera():
    """Away from a camera that drives away itself is no motion of the object."""
    for each in all_claims(DIRECTION):
        assert "camera" not in claim_words(DIRECTION, each, Form.THIRD), each.key


@pytest.mark.parametrize("components, said", [
    (("right", "pan"), "sideways movement and panning"),
    (("forward",), "forward or backward movement"),
    (("pan", "roll"), "panning and rolling about the line of sight"),
])
def test_scope_names_every_component(components, said):
    option_set = OptionSet("any", "signs", components, (), 1)
    assert scope_words(CAMERA, option_set) == said


def test_scope_of_a_listed_set_is_its_own():
    (option_set,) = [s for s in labels_of(CAMERA).sets if s.name == "still_or_moving"]
    assert scope_words(CAMERA, option_set) == "changes of position and turning of any kind"


@pytest.mark.parametrize("question_type", [CAMERA, DIRECTION])
def test_every_option_set_declares_its_scope(question_type):
    for option_set in labels_of(question_type).sets:
        assert scope_words(question_type, option_set), option_set.name


@pytest.mark.parametrize("question_type", PHRASED)
@pytest.mark.parametrize("form", Form)
def test_different_claims_sound_different(question_type, form):
    """Except where they differ in what is absent only, and never stand beside each other."""
    said = {}
    for each in all_claims(question_type):
        present = tuple((c, v) for c, v in each.verdicts if v != "absent") or each.verdicts
        said.setdefault(claim_words(question_type, each, form), set()).add(present)
    mixed = {words: keys for words, keys in said.items() if len(keys) > 1}
    assert set(mixed) <= {"stay completely still", "stays completely still",
                          "staying completely still", *_on_the_spot()}, mixed


def _on_the_spot():
    turns = claim(any_rotation="+", any_translation="absent")
    return {claim_words(CAMERA, turns, form) for form in Form}


@pytest.mark.parametrize("question_type", PHRASED)
@pytest.mark.parametrize("form", Form)
def test_options_of_a_set_are_four_different_texts(question_type, form):
    for option_set in labels_of(question_type).sets:
        texts = {claim_words(question_type, member, form) for member in option_set.members}
        assert len(texts) == 4, option_set.name


@pytest.mark.parametrize("question_type", PHRASED)
def test_forms_begin_with_the_right_form_of_one_verb(question_type):
    verbs = load_table("fourdp_qa.phrasing", "words.toml")["verbs"].values()
    known = {tuple(forms) for forms in verbs}
    for each in all_claims(question_type):
        first = tuple(claim_words(question_type, each, form).split()[0] for form in Form)
        assert first in known, each.key


@pytest.mark.parametrize("question_type", PHRASED)
def test_every_pair_of_verdicts_can_be_said(question_type):
    """Free-form answers meet verdicts that no claim holds, such as "inconsistent"."""
    names = labels_of(question_type).free_form
    verdicts = ("+", "-", "absent", "+-", "-+", "inconsistent")
    for two in itertools.combinations(names, min(2, len(names))):
        for values in itertools.product(verdicts, repeat=len(two)):
            label = dict.fromkeys(names, "absent") | dict(zip(two, values, strict=True))
            for form in Form:
                words = verdict_words(question_type, label, form)
                assert words == words.strip() and "  " not in words and words
