"""Claims, labels and scopes in words: every label has a phrase, in every grammatical form."""

from __future__ import annotations

import pytest
from bankcases.slots import ANSWERED, OBJECTS, answer_label, answer_verdicts, claims_of, sets_of

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.phrasing.words import (
    Form,
    claim_words,
    component_words,
    join_and,
    scope_words,
    verdict_words,
)
from fourdp_qa.questions.claims import Claim, OptionSet, labels_of
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.tables import load_table

CAMERA, DISTANCE, DIRECTION = "camera_movement", "camera_object_distance", "object_direction"
ROTATION, AGENT, MOVED = "object_rotation", "agent_motion", "moved_distance"
VERBAL = [kind for kind in ANSWERED if kind[0] != MOVED]
"""Types and variants whose claims are verb phrases; the rest are whole clauses."""
A, B = OBJECTS[0], OBJECTS[3]


def claim(**verdicts):
    return Claim(tuple(verdicts.items()))


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
    for each in claims_of(DIRECTION):
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


@pytest.mark.parametrize("verdict, said", [
    ("+", "rotates counter-clockwise"), ("-", "rotates clockwise"),
    ("+-", "rotates counter-clockwise, then clockwise"), ("+-|-+", "rotates one way, then the other"),
])
def test_rotation_is_told_from_above(verdict, said):
    assert claim_words(ROTATION, claim(turn=verdict), Form.THIRD) == said


@pytest.mark.parametrize("verdicts, base, third, gerund", [
    ({"forward": "+"}, "move forward", "moves forward", "moving forward"),
    ({"left": "+"}, "move sideways to its own left", "moves sideways to its own left",
     "moving sideways to its own left"),
    ({"forward": "+", "turn": "-"}, "turn to its own right while moving forward",
     "turns to its own right while moving forward", "turning to its own right while moving forward"),
    ({"forward": "-", "turn": "+"}, "back up while its front swings to its own left",
     "backs up while its front swings to its own left",
     "backing up while its front swings to its own left"),
    ({"forward": "absent", "left": "absent", "turn": "+"}, "turn to its own left on the spot",
     "turns to its own left on the spot", "turning to its own left on the spot"),
    ({"forward": "+", "turn": "absent"}, "go straight ahead", "goes straight ahead",
     "going straight ahead"),
    ({"still": "+"}, "stand still", "stands still", "standing still"),
    ({"forward": "inconsistent"}, "move forward and backward, changing direction more than once",
     "moves forward and backward, changing direction more than once",
     "moving forward and backward, changing direction more than once"),
])
def test_agents_speak_of_their_own_directions(verdicts, base, third, gerund):
    said = [claim_words(AGENT, claim(**verdicts), form) for form in Form]
    assert said == [base, third, gerund]


@pytest.mark.parametrize("verdicts, said", [
    ({"forward": "absent", "left": "absent", "turn": "-"}, "turns to its own right on the spot"),
    ({"forward": "+", "left": "absent", "turn": "absent"}, "goes straight ahead"),
    ({"forward": "+", "left": "absent", "turn": "+"}, "turns to its own left while moving forward"),
    ({"forward": "absent", "left": "-", "turn": "absent"}, "moves sideways to its own right"),
    ({"forward": "absent", "left": "absent", "turn": "absent"}, "stands still"),
])
def test_what_an_agent_does_not_do_shapes_the_answer(verdicts, said):
    assert verdict_words(AGENT, verdicts, Form.THIRD) == said


@pytest.mark.parametrize("verdict, said", [
    ("+", f"{A} travels farther than {B}"), ("-", f"{B} travels farther than {A}"),
    ("same", "both travel about the same distance"), ("neither", "neither of them moves"),
])
@pytest.mark.parametrize("form", Form)
def test_what_compares_two_objects_is_a_clause_that_names_them(verdict, said, form):
    assert claim_words(MOVED, claim(farther=verdict), form, A, B) == said
    assert verdict_words(MOVED, {"farther": verdict}, form, A, B) == said


def test_a_clause_without_names_is_refused():
    with pytest.raises(FourdpQaError, match="found no names of its objects, expected two"):
        claim_words(MOVED, claim(farther="+"), Form.THIRD)


@pytest.mark.parametrize("question_type, variant", ANSWERED)
def test_every_option_set_declares_its_scope(question_type, variant):
    for option_set in sets_of(question_type, variant):
        assert scope_words(question_type, option_set), option_set.name


@pytest.mark.parametrize("question_type, variant", ANSWERED)
@pytest.mark.parametrize("form", Form)
def test_different_claims_sound_different(question_type, variant, form):
    """Except where they differ in what is absent only, and never stand beside each other."""
    said = {}
    for each in claims_of(question_type, variant):
        present = tuple((c, v) for c, v in each.verdicts if v != "absent") or each.verdicts
        said.setdefault(claim_words(question_type, each, form, A, B), set()).add(present)
    mixed = {words: keys for words, keys in said.items() if len(keys) > 1}
    assert set(mixed) <= {"stay completely still", "stays completely still",
                          "staying completely still", *_on_the_spot()}, mixed


def _on_the_spot():
    turns = claim(any_rotation="+", any_translation="absent")
    return {claim_words(CAMERA, turns, form) for form in Form}


@pytest.mark.parametrize("question_type, variant", VERBAL)
def test_forms_begin_with_the_right_form_of_one_verb(question_type, variant):
    verbs = load_table("fourdp_qa.phrasing", "words.toml")["verbs"].values()
    known = {tuple(forms) for forms in verbs}
    for each in claims_of(question_type, variant):
        first = tuple(claim_words(question_type, each, form).split()[0] for form in Form)
        assert first in known, each.key


@pytest.mark.parametrize("question_type, variant", ANSWERED)
def test_every_label_can_be_said(question_type, variant):
    """Free-form answers meet verdicts that no claim holds, such as "inconsistent"."""
    for verdicts in answer_verdicts(question_type, variant):
        for form in Form:
            words = answer_label(question_type, verdicts, form)
            assert words == words.strip() and "  " not in words and words


@pytest.mark.parametrize("question_type, variant", ANSWERED)
def test_different_labels_sound_different(question_type, variant):
    said = [answer_label(question_type, verdicts, Form.THIRD)
            for verdicts in answer_verdicts(question_type, variant)]
    assert len(set(said)) == len(said)


@pytest.mark.parametrize("question_type", [t.name for t in TYPES if t.category != "tracking"])
def test_every_fact_can_be_said(question_type):
    """What a row gives as its evidence, component by component."""
    labels = labels_of(question_type)
    members = [m for s in labels.sets for m in s.members]
    for each in [*labels.yes_no, *members]:
        for component, verdicts in each.verdicts:
            for verdict in verdicts.split("|"):
                fact = component_words(question_type, component, verdict)
                assert "ambiguity" not in fact and fact, (component, verdict)
