"""The bank: every template, filled with everything that it can meet, is an English text."""

from __future__ import annotations

import itertools
import re

import pytest
from bankcases.slots import (
    ANSWERED,
    OBJECTS,
    SECTIONS,
    answer_label,
    answer_verdicts,
    claims_of,
    fillings,
    sets_of,
)
from bankcases.statements import statement

from fourdp_qa.phrasing.evidence import evidence_words
from fourdp_qa.phrasing.templates import ANSWER_SLOTS, answer_templates, fill, question_templates
from fourdp_qa.phrasing.words import Form, claim_words


def questions(section):
    question_type, variant, answer_format = section
    return question_templates(question_type, answer_format, variant)


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
    "one frame, plural verb": re.compile(r"(?<!\bin )\bframe \d+ (?:are|were|have)\b"),
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

@pytest.mark.parametrize("section", SECTIONS, ids=".".join)
def test_every_filled_question_is_english(section):
    for template in questions(section):
        for values in fillings(section, template.form):
            text = fill(template, values)
            assert faults(text) == [], f"{template.id}: {text}"


@pytest.mark.parametrize("question_type, variant", ANSWERED)
def test_every_filled_answer_is_english(question_type, variant):
    names = itertools.cycle(OBJECTS)
    for template in answer_templates(question_type, variant):
        for verdicts in answer_verdicts(question_type, variant):
            first, second = next(names), next(names)
            values = {
                "object": first, "first": first, "second": second,
                "label": answer_label(question_type, verdicts, template.form, first, second),
                "evidence": evidence_words(statement(question_type, variant, verdicts), verdicts),
            }
            text = fill(template, {slot: values[slot] for slot in template.slots})
            assert faults(text) == [], f"{template.id}: {text}"


@pytest.mark.parametrize("question_type, variant", ANSWERED)
@pytest.mark.parametrize("form", Form)
def test_every_option_is_english(question_type, variant, form):
    for option_set in sets_of(question_type, variant):
        texts = [claim_words(question_type, member, form, OBJECTS[0], OBJECTS[3])
                 for member in option_set.members]
        assert len(set(texts)) == 4, option_set.name
        for text in texts:
            assert faults(f"{text[:1].upper()}{text[1:]}.") == [], text


@pytest.mark.parametrize("question_type, variant", ANSWERED)
def test_claims_exist_for_what_is_answered_freely(question_type, variant):
    assert claims_of(question_type, variant)


def test_the_bank_answers_what_can_be_answered_freely():
    assert sorted(ANSWER_SLOTS) == ANSWERED


def test_ids_are_unique():
    ids = [t.id for section in SECTIONS for t in questions(section)]
    ids += [t.id for kind in ANSWERED for t in answer_templates(*kind)]
    assert len(set(ids)) == len(ids)
