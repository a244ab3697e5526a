"""The bank: every template, filled with everything that it can meet, is an English sentence that says
its reference system and its moment and tells nothing about the answer.
"""

from __future__ import annotations

import itertools
import re
from difflib import SequenceMatcher

import pytest

from fourdp_qa.phrasing.references import (
    by_caption,
    by_circle,
    by_point,
    coordinates,
    frame_words,
    frames_words,
)
from fourdp_qa.phrasing.templates import SLOTS, answer_templates, fill, question_templates
from fourdp_qa.phrasing.words import Form, claim_words, scope_words, verdict_words
from fourdp_qa.questions.claims import labels_of
from fourdp_qa.randomness import generator

QUESTIONS_AT_LEAST, ANSWERS_AT_LEAST = 12, 6
CLIP_FRAMES = 32
KINDS = sorted(SLOTS)
ANSWERED = ("camera_movement", "camera_object_distance", "object_direction")
OBJECTS = (
    by_caption("red toy car"), by_caption("orange and white traffic cone"),
    by_point(0.41251, 0.20682, 0, CLIP_FRAMES), by_point(0.0, 1.0, 31, CLIP_FRAMES),
    by_point(0.5, -0.0, 8, CLIP_FRAMES), by_circle("red"), by_circle("orange"),
)
MOMENTS = [f"in {frame_words(f, CLIP_FRAMES)}" for f in (0, 8, 31)]
VIEWS = [f"the camera's viewpoint in {frame_words(f, CLIP_FRAMES)}" for f in (0, 12, 31)]
POINTS = [coordinates(0.413, 0.207), coordinates(-0.0, 1.0)]
QUERY_FRAMES = [frame_words(f, CLIP_FRAMES) for f in (0, 16, 31)]
TARGETS = [frames_words(f) for f in ([12], [3, 20], [12, 3, 20], [30, 4, 5, 7, 9, 11, 2, 1])]
VERDICTS = ("+", "-", "absent", "+-", "-+", "inconsistent")


def each_with(**choices):
    """All combinations of the values of each slot."""
    names = list(choices)
    return [dict(zip(names, values, strict=True)) for values in itertools.product(*choices.values())]


def claims(question_type, form):
    return [claim_words(question_type, claim, form) for claim in labels_of(question_type).yes_no]


def scopes(question_type):
    sets = labels_of(question_type).sets
    return list(dict.fromkeys(scope_words(question_type, option_set) for option_set in sets))


def fillings(question_type, answer_format, form):
    """Everything that a question template of this type and format can be filled with."""
    values = {
        "object": OBJECTS, "view": VIEWS, "moment": MOMENTS, "point": POINTS,
        "query_frame": QUERY_FRAMES, "targets": TARGETS,
    }
    slots = SLOTS[question_type, answer_format]
    if "claim" in slots:
        values["claim"] = claims(question_type, form)
    if "scope" in slots:
        values["scope"] = scopes(question_type)
    if "nearer" in slots:
        pairs = itertools.permutations(OBJECTS, 2)
        return [{"nearer": a, "farther": b, "moment": m} for a, b in pairs for m in MOMENTS]
    return each_with(**{slot: values[slot] for slot in sorted(slots)})


def labels(question_type, form):
    """Labels of free-form answers: each pair of verdicts, and 200 with all components at random."""
    names = labels_of(question_type).free_form
    still = dict.fromkeys(names, "absent")
    pairs = [still | dict(zip(two, values, strict=True))
             for two in itertools.combinations(names, min(2, len(names)))
             for values in itertools.product(VERDICTS, repeat=len(two))]
    rng = generator(0, "labels", question_type)
    mixed = [dict(zip(names, rng.choice(VERDICTS, len(names)).tolist(), strict=True))
             for _ in range(200)]
    said = (verdict_words(question_type, verdicts, form) for verdicts in pairs + mixed)
    return list(dict.fromkeys(said))


ASKS = re.compile(
    r"^(?:is|are|does|do(?! not)|has|what|which|how|where|whose|who|would|in what)\b"
    r"|[,:] (?:is|are|does|would) (?:the|it|this|a|your|their)\b"
    r"|[,:] (?:what|how|where|(?:in |to )?which \w+) (?:is|are|does|do|would|must|happens)\b", re.I)
"""Sentences that ask: they begin with a question word, or with one after "In frame 8, ..."."""
FAULTS = {
    "unfilled slot": re.compile(r"[{}]"),
    "doubled space, or one at an end": re.compile(r"  |^\s|\s$"),
    "space before punctuation": re.compile(r" [,;:?!]| \.(?!\.\.)"),
    "doubled punctuation": re.compile(r"[,;:?][,;:?.]|(?<!\.)\.[,;:?]|(?<!\.)\.\.(?!\.)"),
    "no capital at the start": re.compile(r"^[^A-Z]"),
    "no ? or . at the end": re.compile(r"[^?.]$"),
    "no capital after a full stop": re.compile(r"(?<!\.)[.?] [a-z]"),
    "doubled word": re.compile(r"\b([a-z]+)[,;:]? \1\b", re.I),
    "repeated phrase": re.compile(r"\b(\w+(?: \w+){1,4})[,;:]? \1\b", re.I),
    "two articles": re.compile(r"\b(?:a|an|the) (?:a|an|the)\b", re.I),
    "a before a vowel": re.compile(r"\ba [aeiou]", re.I),
    "an before a consonant": re.compile(r"\ban [^aeiou]", re.I),
    "minus zero": re.compile(r"-0\.000"),
    "one frame, plural verb": re.compile(r"\bframe \d+ (?:are|were|have)\b"),
}


def faults(text):
    """What is wrong with a filled template; empty when nothing is."""
    found = [name for name, pattern in FAULTS.items() if pattern.search(text)]
    if text.count("(") != text.count(")") or re.search(r"\([^)]*\(", text):
        found.append("parentheses")
    if text.count('"') % 2:
        found.append("quotation marks")
    found += [f"no question mark: {sentence}" for sentence in re.split(r"(?<=[.?]) ", text)
              if ASKS.search(sentence) and sentence.endswith(".")]
    return found


@pytest.mark.parametrize("text", [
    "is it red?", "Is it red", "Is it red.", "Is it  red?", "Is it {colour}?", "Is is it red?",
    "Is the the cup red?", "Is a egg red?", "Is an cup red?", "It is at (-0.000, 1.000).",
    "It is at (0.1, 0.2.", 'He says "red.', "Is it red ?", "Red. is it?", "Red,, or blue?",
    "Is it red in frame 8 in frame 8?", "Is it red.?", "Frame 8 is red when frame 12 are.",
    "In frame 8, is the cup red.", "As things stand, what does the cup do.",
    "It is red in the frame, in the frame.",
])
def test_the_fault_finder_finds(text):
    assert faults(text)


@pytest.mark.parametrize("text", [
    "Is it red?", 'Complete "It ...". Which is it?', "It is at (0.100, -0.200) in frame 8.",
    "Frame 12 shows an egg: is it red, then blue?", 'Is this right: "It ..."?',
])
def test_the_fault_finder_lets_english_pass(text):
    assert faults(text) == []


@pytest.mark.parametrize("question_type, answer_format", KINDS)
def test_every_filled_question_is_english(question_type, answer_format):
    for template in question_templates(question_type, answer_format):
        for values in fillings(question_type, answer_format, template.form):
            text = fill(template, values)
            assert faults(text) == [], f"{template.id}: {text}"


@pytest.mark.parametrize("question_type", ANSWERED)
def test_every_filled_answer_is_english(question_type):
    for template in answer_templates(question_type):
        for label in labels(question_type, template.form):
            for name in OBJECTS:
                text = fill(template, {"label": label, "object": name})
                assert faults(text) == [], f"{template.id}: {text}"


@pytest.mark.parametrize("question_type, answer_format", KINDS)
def test_there_are_enough_questions_for_any_segment(question_type, answer_format):
    templates = question_templates(question_type, answer_format)
    assert len([t for t in templates if not t.needs]) >= QUESTIONS_AT_LEAST


@pytest.mark.parametrize("question_type", ANSWERED)
def test_there_are_enough_answers(question_type):
    templates = answer_templates(question_type)
    assert len(templates) >= ANSWERS_AT_LEAST
    assert not any(t.needs for t in templates)


def words_without_slots(text):
    return re.findall(r"[a-z'-]+", re.sub(r"\{\w+\}", "", text).lower())


ALIKE = 0.75
"""Share of words in common order; two templates that differ in one clause of three are at 0.8."""


@pytest.mark.parametrize("question_type, answer_format", KINDS)
def test_questions_differ_from_each_other(question_type, answer_format):
    texts = [t.text for t in question_templates(question_type, answer_format)]
    for a, b in itertools.combinations(texts, 2):
        alike = SequenceMatcher(None, words_without_slots(a), words_without_slots(b)).ratio()
        assert alike < ALIKE, f"{a}\n{b}"


@pytest.mark.parametrize("question_type", ANSWERED)
def test_answers_differ_from_each_other(question_type):
    texts = [tuple(words_without_slots(t.text)) for t in answer_templates(question_type)]
    assert len(set(texts)) == len(texts)


WHOLE_CLIP = r"\b(?:clip|video|shot|all frames|from there to the last frame)\b"
SAYS = {
    "camera_movement": (r"\bcamera itself\b", r"\bfirst (?:frame|view)\b", WHOLE_CLIP),
    "camera_object_distance": (r"\bcamera\b", r"\b(?:distances?|how far|length)\b", WHOLE_CLIP),
    "object_direction": (r"\{view\}", r"\b(?:fixed|frozen)\b", r"\bin the world\b", WHOLE_CLIP),
    "depth": (r"\{moment\}", r"\b(?:camera|lens)\b"),
    "visual_point_tracking": (
        r"\b(?:picture|image)\b", r"\bcamera\b", r"(?<!not )\bvisible\b", r"\bnot visible\b"),
    "true_motion_point_tracking": (
        r"\b(?:frozen|freeze|keeps? its pose|tripod|reference picture|never leaves this pose|"
        r"picture of \{|stays where|fixed picture|locks the camera)",
        r"\breal\b.*\bcamera\b", r"(?<!not )\bvisible\b", r"\bnot visible\b"),
}


@pytest.mark.parametrize("question_type, answer_format", KINDS)
def test_reference_system_and_moment_are_said(question_type, answer_format):
    for template in question_templates(question_type, answer_format):
        for pattern in SAYS[question_type]:
            assert re.search(pattern, template.text, re.I), f"{template.id} lacks {pattern}"


NEED_WORDS = {
    "camera_moves": re.compile(r"camera is in motion|moving camera"),
    "camera_still": re.compile(r"camera rests|camera is still"),
    "moving_object": re.compile(r"scene moves by itself"),
}


@pytest.mark.parametrize("question_type, answer_format", KINDS)
def test_what_a_template_presupposes_is_declared(question_type, answer_format):
    for template in question_templates(question_type, answer_format):
        for need, words in NEED_WORDS.items():
            assert bool(words.search(template.text)) == (need in template.needs), template.id


@pytest.mark.parametrize("answer_format", ["yes_no", "multiple_choice", "free_form"])
def test_a_need_never_tells_what_the_camera_does(answer_format):
    """"The camera is in motion. Does it stay completely still?" answers itself."""
    for template in question_templates("camera_movement", answer_format):
        assert set(template.needs) <= {"moving_object"}, template.id


@pytest.mark.parametrize("question_type, answer_format", KINDS)
def test_a_question_asks_or_instructs(question_type, answer_format):
    """An instruction begins its sentence with its verb."""
    orders = (r"(?:^|[.,:;] |\b(?:and|but) )(?:Choose|Compare|Complete|Decide|Describe|Find|Give|"
              r"Locate|Name|Project|Report|Say|State|Sum|Tell|Track)\b")
    for template in question_templates(question_type, answer_format):
        assert "?" in template.text or re.search(orders, template.text, re.I), template.id


LEANING = re.compile(
    r"\b(?:really|actually|surely|clearly|obviously|indeed|wrongly|rightly|even|only if|isn't|"
    r"doesn't|not true|false|wrong|mistaken|incorrect|after all)\b", re.I)


@pytest.mark.parametrize("question_type", ["camera_movement", "camera_object_distance", "depth"])
def test_yes_no_questions_lean_to_neither_side(question_type):
    for template in question_templates(question_type, "yes_no"):
        assert not LEANING.search(template.text), template.id


@pytest.mark.parametrize("question_type", ["camera_movement", "camera_object_distance"])
def test_a_claim_ends_its_clause(question_type):
    """In "moves forward, then backward over the clip" the end belongs to the second leg alone."""
    for template in question_templates(question_type, "yes_no"):
        assert re.search(r'\{claim\}[.?]', template.text), template.id


@pytest.mark.parametrize("question_type", ANSWERED)
def test_a_label_ends_its_answer(question_type):
    for template in answer_templates(question_type):
        assert template.text.endswith("{label}."), template.id


BEFORE_BASE = re.compile(r"\b(?:does|make|must)\b", re.I)
BEFORE_GERUND = re.compile(r"\b(?:is|show|shows|finds)\b", re.I)


def test_the_form_fits_the_words_before_it():
    asked = [t for kind in ("camera_movement", "camera_object_distance")
             for t in question_templates(kind, "yes_no")]
    for template in [*asked, *(t for kind in ANSWERED for t in answer_templates(kind))]:
        before = re.split(r"\{(?:claim|label)\}", template.text)[0]
        clause = re.split(r"[.?;:] ", before)[-1]
        if template.form is Form.BASE:
            assert BEFORE_BASE.search(clause), template.id
        elif template.form is Form.GERUND:
            assert BEFORE_GERUND.search(clause), template.id
        else:
            governed = r"\b(?:does|make|must|is|shows?|finds)\b (?:the |an? |\{object\}).*$"
            assert not re.search(governed, clause.split(" that ")[-1], re.I), template.id


@pytest.mark.parametrize("question_type, answer_format", KINDS)
def test_no_words_follow_an_object_that_its_name_would_swallow(question_type, answer_format):
    """Its name may be "the object at (0.413, 0.207) in frame 8": no 's, no further "in ..."."""
    swallowed = r"'| \{moment\}| (?:in|at|over|across|through|throughout|during|after)\b"
    for template in question_templates(question_type, answer_format):
        assert not re.search(rf"\{{(?:object|nearer|farther)\}}(?:{swallowed})", template.text)
        assert not re.search(r"\b(?:a|an|the) \{(?!claim|label)", template.text)


@pytest.mark.parametrize("question_type", ["visual_point_tracking", "true_motion_point_tracking"])
def test_no_target_is_said_to_be_later(question_type):
    for template in question_templates(question_type, "track"):
        later = r"\b(?:starts?|begins?|later|after|next|by \{targets)|\bgo(?:es)? on\b"
        assert not re.search(later, template.text), template.id


def test_depth_names_either_object_first_about_equally_often():
    texts = [t.text for t in question_templates("depth", "yes_no")]
    first = sum(t.index("{nearer}") < t.index("{farther}") for t in texts)
    assert abs(2 * first - len(texts)) <= 2


def test_ids_are_unique():
    ids = [t.id for kind in KINDS for t in question_templates(*kind)]
    ids += [t.id for kind in ANSWERED for t in answer_templates(kind)]
    assert len(set(ids)) == len(ids)
