"""Words of the rows of types 1-11: question, options, answer, and the evidence in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from fourdp_qa.generate.asks import Ask, free_form_verdicts
from fourdp_qa.generate.naming import NamedObjects
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.generate.slots import candidate_texts, claim_slots, question_slots
from fourdp_qa.phrasing.evidence import evidence_words
from fourdp_qa.phrasing.references import frames_words
from fourdp_qa.phrasing.templates import Template, answer_templates, fill, question_templates
from fourdp_qa.phrasing.words import (
    Form,
    claim_words,
    component_words,
    scope_words,
    verdict_words,
)
from fourdp_qa.questions.claims import Claim, OptionSet, labels_of
from fourdp_qa.questions.statement import Statement
from fourdp_qa.rows.details import Evidence, NamedFrames
from fourdp_qa.rows.row import LETTERS


@dataclass(frozen=True)
class Worded:
    """The part of a row that is made of words.

    Attributes
    ----------
    question, options, answer, answer_text, template_id : as in the row.
    evidence : why the answer holds.
    named : objects named, or None for types without objects.
    frames : frames named and asked.
    """

    question: str
    options: list[str]
    answer: str
    answer_text: str
    template_id: str
    evidence: Evidence
    named: NamedObjects | None
    frames: NamedFrames


def pick_template(
    templates: tuple[Template, ...], record: SegmentRecord, rng: np.random.Generator
) -> Template:
    """A random template among those whose needs the segment fills."""
    usable = [t for t in templates if set(t.needs) <= set(record.holds)]
    return usable[int(rng.integers(len(usable)))]


def word_yes_no(
    record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None,
    rng: np.random.Generator,
) -> Worded:
    """Word a claim as a question that is answered by Yes or No."""
    claim = next(c for c in labels_of(ask.question_type).yes_no if c.key == ask.group)
    template = _question_template(record, ask, statement, rng)
    values = question_slots(record, statement, named)
    if "{claim}" in template.text:
        values["claim"] = claim_words(ask.question_type, claim, template.form)
    elif named is not None:
        values |= claim_slots(record, statement, claim, named)
    return Worded(
        question=fill_used(template, values), options=[], answer=ask.truth, answer_text=ask.truth,
        template_id=template.id,
        evidence=evidence_of(statement, claim.components, named), named=named,
        frames=NamedFrames(record.frame_count, statement.frames),
    )


def word_multiple_choice(
    record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None,
    letters: Counter[str], rng: np.random.Generator, order: Sequence[Claim] = (),
) -> Worded:
    """Word an option set; the truth gets the letter that was right least often so far, unless the
    `order` of the members is given.
    """
    option_set = next(s for s in labels_of(ask.question_type).sets if s.name == ask.group)
    template = _question_template(record, ask, statement, rng)
    true = next(m for m in option_set.members if m.key == ask.truth)
    if not order:
        letter = min(LETTERS, key=lambda x: (letters[x], rng.random()))
        wrong = [m for m in option_set.members if m != true]
        drawn = [wrong[k] for k in rng.permutation(3)]
        drawn.insert(LETTERS.index(letter), true)
        order = drawn
    letter = LETTERS[order.index(true)]
    letters[letter] += 1
    candidates = candidate_texts(record, statement, named) if named else []
    options = [option_text(ask.question_type, m, option_set, template.form, candidates)
               for m in order]
    values = question_slots(record, statement, named)
    if "{scope}" in template.text:
        values["scope"] = scope_words(ask.question_type, option_set)
    return Worded(
        question=fill_used(template, values), options=options, answer=letter,
        answer_text=options[LETTERS.index(letter)], template_id=template.id,
        evidence=evidence_of(statement, option_set.components, named), named=named,
        frames=NamedFrames(record.frame_count, statement.frames),
    )


def word_free_form(
    record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None,
    rng: np.random.Generator,
) -> Worded:
    """Word an open question and its answer, which may name the evidence too."""
    verdicts = free_form_verdicts(statement)
    if verdicts is None:
        raise ValueError(f"{ask.statement}: a free-form question about undecided components")
    question = _question_template(record, ask, statement, rng)
    answer = pick_template(answer_templates(ask.question_type, statement.variant), record, rng)
    values = question_slots(record, statement, named)
    values["label"] = verdict_words(
        ask.question_type, verdicts, answer.form, values.get("first", ""), values.get("second", ""))
    if "{evidence}" in answer.text:
        values["evidence"] = evidence_words(statement, verdicts)
    text = fill_used(answer, values)
    return Worded(
        question=fill_used(question, values), options=[], answer=text, answer_text=text,
        template_id=f"{question.id}|{answer.id.rsplit('.', 1)[1]}",
        evidence=evidence_of(statement, verdicts, named), named=named,
        frames=NamedFrames(record.frame_count, statement.frames),
    )


def _question_template(
    record: SegmentRecord, ask: Ask, statement: Statement, rng: np.random.Generator
) -> Template:
    templates = question_templates(ask.question_type, ask.format, statement.variant)
    return pick_template(templates, record, rng)


def fill_used(template: Template, values: dict[str, str]) -> str:
    """Fill a template from values of which it may need a part only."""
    return fill(template, {s: v for s, v in values.items() if f"{{{s}}}" in template.text})


def option_text(
    question_type: str, member: Claim, option_set: OptionSet, form: Form, candidates: Sequence[str]
) -> str:
    """One option, beginning with a capital letter."""
    if option_set.kind == "objects":
        text = candidates[int(member.verdicts[0][1])]
    else:
        first, second = candidates[:2] if len(candidates) > 1 else ("", "")
        text = claim_words(question_type, member, form, first, second)
    return text[:1].upper() + text[1:]


def evidence_of(
    statement: Statement, components: Iterable[str], named: NamedObjects | None
) -> Evidence:
    """The quantities a question rests on, and what they say in words."""
    used = {c: statement.components[c].quantity for c in components if c in statement.components}
    subject = ", ".join(m.reference for m in named.mentions) if named else "the camera"
    if len(statement.frames) > 1:
        # "the frame listed first" says nothing to someone who reads the evidence alone.
        subject += f" ({frames_words(list(statement.frames))})"
    said = "; ".join(
        component_words(statement.question_type, name, q.verdict) for name, q in used.items()
    )
    return Evidence(statement=f"{subject}: {said}", quantities=tuple(used.values()))
