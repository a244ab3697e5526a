"""What the templates themselves must say, and must not: their reference system and moment, all that
they presuppose, nothing about the answer, and none like another.
"""

from __future__ import annotations

import itertools
import re
from difflib import SequenceMatcher

import pytest
from bankcases.slots import ANSWERED, SECTIONS

from fourdp_qa.phrasing.templates import EVIDENCE, answer_templates, question_templates
from fourdp_qa.phrasing.words import Form

QUESTIONS_AT_LEAST, ANSWERS_AT_LEAST = 12, 6
EVIDENCE_AT_LEAST = 2
YES_NO = [section for section in SECTIONS if section[2] == "yes_no"]
CLAIMING = [section for section in YES_NO
            if any("claim" in t.slots for t in question_templates(section[0], "yes_no", section[1]))]
COMPARING = [section for section in YES_NO if section not in CLAIMING]
MULTI_VIEW = [section for section in SECTIONS if section[0].startswith("multi_view")]
TRACKS = [section for section in SECTIONS if section[2] == "track"]


def questions(section):
    question_type, variant, answer_format = section
    return question_templates(question_type, answer_format, variant)


@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_there_are_enough_questions_for_any_segment(section):
    assert len([t for t in questions(section) if not t.needs]) >= QUESTIONS_AT_LEAST


@pytest.mark.parametrize("kind", ANSWERED, ids=".".join)
def test_there_are_enough_answers(kind):
    templates = answer_templates(*kind)
    assert len(templates) >= ANSWERS_AT_LEAST
    assert not any(t.needs for t in templates)


@pytest.mark.parametrize("kind", ANSWERED, ids=".".join)
def test_some_answers_name_the_evidence_and_at_most_half_do(kind):
    templates = answer_templates(*kind)
    proved = sum(EVIDENCE in t.slots for t in templates)
    assert EVIDENCE_AT_LEAST <= proved <= len(templates) / 2


def words_without_slots(text):
    return re.findall(r"[a-z'-]+", re.sub(r"\{\w+\}", "", text).lower())


ALIKE = 0.75
"""Share of words in common order; two templates that differ in one clause of three are at 0.8."""


@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_questions_differ_from_each_other(section):
    texts = [t.text for t in questions(section)]
    for a, b in itertools.combinations(texts, 2):
        alike = SequenceMatcher(None, words_without_slots(a), words_without_slots(b)).ratio()
        assert alike < ALIKE, f"{a}\n{b}"


@pytest.mark.parametrize("kind", ANSWERED, ids=".".join)
def test_answers_differ_from_each_other(kind):
    texts = [(*words_without_slots(t.text), *sorted(t.slots)) for t in answer_templates(*kind)]
    assert len(set(texts)) == len(texts)


WHOLE_CLIP = (r"\b(?:clip|video|shot|all frames|from there to the last frame|"
              r"from the first frame to the last)\b")
OWN_MOMENT = (r"\b(?:at that moment|at each moment|own moment|at (?:its|their) moment|at the time|then is|"
              r"is by then|then stands|each of the(?:se)? (?:two )?(?:moments|frames)|got to|has there|"
              r"(?:in|of) (?:that|each|its|the same|the) frame|frame (?:named|concerned)|own frame|"
              r"from the camera as it is|frames? of (?:its own|each|the option)|(?:its|each) frame|"
              r"may have (?:moved|walked)|as (?:it is|they are) placed)\b")
SAYS = {
    "camera_movement": (r"\bcamera itself\b", r"\bfirst (?:frame|view)\b", WHOLE_CLIP),
    "camera_object_distance": (r"\bcamera\b", r"\b(?:distances?|how far|length)\b", WHOLE_CLIP),
    "object_rotation": (r"\bin the world|\bmap of the world\b", r"\babove\b", WHOLE_CLIP),
    "object_direction": (r"\{view\}", r"\b(?:fixed|frozen)\b", r"\bin the world\b", WHOLE_CLIP),
    "object_direction.screen": (
        r"\b(?:screen|picture|pictures)\b", WHOLE_CLIP,
        r"\b(?:what makes|reason|cause|causes|no matter|matter whether|why anything|be it|the effect|"
        r"its effect|whoever|its own motion or)\b"),
    "object_direction.own_front": (
        r"\bfront\b", r"\bfirst frame\b", r"\b(?:fixed|fixes|fix|never turning)\b", r"\bworld\b",
        WHOLE_CLIP),
    "agent_motion": (
        r"\b(?:current front|front points|front,? as (?:it|that) points|front of (?=\{object\}))",
        r"\b(?:own|current front)\b", WHOLE_CLIP),
    "moved_distance": (
        r"\bworld\b", r"\b(?:back|returns?|forth)\b", WHOLE_CLIP,
        r"\b(?:path|paths|travel|travels|ground|thread|step|comes|come|moves|meter|ways?)\b"),
    "object_object_distance_change": (
        r"\bworld\b", r"\bcent(?:re|res)\b", WHOLE_CLIP,
        r"\b(?:distances?|how far|closer together|draw together|length)\b"),
    "depth": (r"\{moment\}", r"\b(?:camera|lens)\b"),
    "object_object_distance": (r"\{moment\}", r"\bworld\b", r"\{reference\}"),
    "multi_view_depth": (r"\b(?:camera|lens)\b", OWN_MOMENT),
    "multi_view_object_distance": (r"\bworld\b", r"\{reference\}", OWN_MOMENT),
    "multi_view_object_distance.one_pair": (
        r"\bworld\b", r"\{nearer_moment\}.*\{farther_moment\}|\{farther_moment\}.*\{nearer_moment\}"),
    "visual_point_tracking": (
        r"\b(?:picture|image)\b", r"\bcamera\b", r"(?<!not )\bvisible\b", r"\bnot visible\b"),
    "true_motion_point_tracking": (
        r"\b(?:frozen|freeze|keeps? its pose|tripod|reference picture|never leaves (?:this|one) pose|"
        r"picture of \{|stays where|fixed picture|locks the camera)",
        r"\breal\b.*\bcamera\b", r"(?<!not )\bvisible\b", r"\bnot visible\b"),
}
"""Patterns of what every question says; a variant with words of its own has its own."""


def said_by(section):
    question_type, variant, _ = section
    return SAYS.get(f"{question_type}.{variant}", SAYS[question_type])


@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_reference_system_and_moment_are_said(section):
    lacking = [
        (template.id, pattern) for template in questions(section) for pattern in said_by(section)
        if not re.search(pattern, template.text, re.I)
    ]
    assert lacking == []


@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_lengths_are_relative(section):
    for template in questions(section):
        assert not re.search(r"\b(?:metres?|meters?|cm|feet|inch(?:es)?)\b", template.text, re.I), template.id


NEED_WORDS = {
    "camera_moves": re.compile(r"camera is in motion|moving camera"),
    "camera_still": re.compile(r"camera rests|camera is still"),
    "moving_object": re.compile(r"scene moves by itself"),
    "two_moving_objects": re.compile(r"scene move by themselves"),
    "reversing_object": re.compile(r"scene goes one way and then back"),
}


@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_what_a_template_presupposes_is_declared(section):
    for template in questions(section):
        for need, words in NEED_WORDS.items():
            assert bool(words.search(template.text)) == (need in template.needs), template.id


MOVES = frozenset({"moving_object", "two_moving_objects", "reversing_object"})
TELLING = {
    "camera_movement": frozenset({"camera_moves", "camera_still"}),
    **dict.fromkeys(("camera_object_distance", "object_rotation", "object_direction", "agent_motion",
                     "object_object_distance_change"), MOVES),
}


@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_a_need_tells_nothing_about_the_answer(section):
    """"The camera is in motion. Does it stay completely still?" answers itself; where something in
    the scene moves, "does not move" is less often true of anything in it.
    """
    telling = TELLING.get(section[0], frozenset())
    if section[0] == "moved_distance" and section[2] != "yes_no":
        telling = MOVES
    for template in questions(section):
        assert telling.isdisjoint(template.needs), template.id


@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_a_question_asks_or_instructs(section):
    """An instruction begins its sentence with its verb."""
    orders = (r"(?:^|[.,:;] |\b(?:and|but) )(?:Answer|Choose|Compare|Complete|Decide|Describe|Find|Give|"
              r"Locate|Name|Project|Reply|Report|Say|State|Sum|Tell|Track)\b")
    for template in questions(section):
        assert "?" in template.text or re.search(orders, template.text, re.I), template.id


LEANING = re.compile(
    r"\b(?:really|actually|surely|clearly|obviously|indeed|wrongly|rightly|even|only if|isn't|"
    r"doesn't|not true|false|wrong|mistaken|incorrect|after all)\b", re.I)


@pytest.mark.parametrize("section", YES_NO, ids=".".join)
def test_yes_no_questions_lean_to_neither_side(section):
    for template in questions(section):
        assert not LEANING.search(template.text), template.id


@pytest.mark.parametrize("section", CLAIMING, ids=".".join)
def test_a_claim_ends_its_clause(section):
    """In "moves forward, then backward over the clip" the end belongs to the second leg alone."""
    for template in questions(section):
        assert re.search(r"\{claim\}[.?]", template.text), template.id


@pytest.mark.parametrize("kind", ANSWERED, ids=".".join)
def test_a_label_ends_its_clause(kind):
    for template in answer_templates(*kind):
        assert re.search(r"\{label\}(?:\.$|: \{evidence\}\.$)", template.text), template.id


BEFORE_BASE = re.compile(r"\b(?:does|do|make|must)\b", re.I)
BEFORE_GERUND = re.compile(r"\b(?:is|are|show|shows|finds?|seen)\b", re.I)


def test_the_form_fits_the_words_before_it():
    asked = [t for section in CLAIMING for t in questions(section)]
    for template in [*asked, *(t for kind in ANSWERED for t in answer_templates(*kind))]:
        before = re.split(r"\{(?:claim|label)\}", template.text)[0]
        clause = re.split(r"[.?;:] ", before)[-1]
        if template.form is Form.BASE:
            assert BEFORE_BASE.search(clause), template.id
            # "does {claim}" without a subject between is emphatic: "it does move sideways".
            assert not before.endswith("does "), template.id
        elif template.form is Form.GERUND:
            assert BEFORE_GERUND.search(clause), template.id
        else:
            governed = r"\b(?:does|make|must|is|shows?|finds)\b (?:the |an? |\{object\}).*$"
            assert not re.search(governed, clause.split(" that ")[-1], re.I), template.id


NAMES = r"\{(?:object|first|second|more|less|nearer|farther|reference)\}"


@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_no_words_follow_an_object_that_its_name_would_swallow(section):
    """Its name may be "the object at (0.413, 0.207) in frame 8": no 's, no further "in ..."."""
    swallowed = (r"'| \{(?:\w+_)?moment\}| (?:in|at|over|across|through|throughout|during|after)\b")
    for template in questions(section):
        assert not re.search(rf"{NAMES}(?:{swallowed})", template.text), template.id
        assert not re.search(r"\b(?:a|an|the) \{(?!claim|label)", template.text), template.id


@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_a_comparison_says_what_is_compared(section):
    """"Is A closer to R than B?" could ask whether A is closer to R than to B."""
    for template in questions(section):
        bare = r"\{reference\} than \{(?:nearer|farther)\}(?! (?:is|does)\b)"
        assert not re.search(bare, template.text), template.id


@pytest.mark.parametrize("section", MULTI_VIEW, ids=".".join)
def test_what_is_named_first_is_not_taken_for_what_happens_first(section):
    """The frame named first may be the later one."""
    ordinal = r"\b(?:former|latter|first|second|last|earlier|later|before|after|again)\b(?!\})"
    for template in questions(section):
        text = re.sub(r"named (?:first|last)|nearest first|come first|\{(?:first|second)\}", "",
                      template.text)
        assert not re.search(ordinal, text), template.id


ANEW = re.compile(
    r"wherever (?:it|that|\{reference\}) is|\bmay move itself|so may \{reference\}|may have moved in between|"
    r"its place in the world in each|has in that frame|part of both models|may not stay in its place", re.I)


def test_the_object_that_distances_are_compared_to_is_placed_anew_in_each_frame():
    """Named "the object at (0.413, 0.207) in frame 8" it would else be taken to stay there."""
    for template in question_templates("multi_view_object_distance", "yes_no"):
        assert ANEW.search(template.text), template.id


@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_no_number_of_things_is_counted_before_their_names(section):
    """"One of the object in the red circle and ..." is no English."""
    for template in questions(section):
        assert not re.search(rf"\b(?:one|two) (?:of|objects) {NAMES}", template.text, re.I), template.id


@pytest.mark.parametrize("section", TRACKS, ids=".".join)
def test_no_target_is_said_to_be_later(section):
    for template in questions(section):
        later = r"\b(?:starts?|begins?|later|after|next|by \{targets)|\bgo(?:es)? on\b"
        assert not re.search(later, template.text), template.id


@pytest.mark.parametrize("section", COMPARING, ids=".".join)
def test_either_side_of_a_comparison_is_named_first_about_equally_often(section):
    one, other = {
        "moved_distance": ("{more}", "{less}"),
    }.get(section[0], ("{nearer", "{farther"))
    texts = [t.text for t in questions(section)]
    first = sum(t.index(one) < t.index(other) for t in texts)
    assert abs(2 * first - len(texts)) <= 2
