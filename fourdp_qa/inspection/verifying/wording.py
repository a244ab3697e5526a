"""The words and the answer of a row, made again from its statement and its own template and options."""

from __future__ import annotations

from collections.abc import Iterator

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.asks import Ask, free_form_verdicts
from fourdp_qa.generate.naming import NamedObjects
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.generate.slots import candidate_texts, claim_slots, question_slots
from fourdp_qa.generate.wording import evidence_of, fill_used, option_text
from fourdp_qa.inspection.verifying.difference import Difference, json_differences
from fourdp_qa.phrasing.evidence import evidence_words
from fourdp_qa.phrasing.templates import Template, answer_templates, question_templates
from fourdp_qa.phrasing.words import claim_words, scope_words, verdict_words
from fourdp_qa.questions.claims import OptionSet, judge_claim, labels_of
from fourdp_qa.questions.statement import Statement
from fourdp_qa.rows.details import to_json
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Row


def template_of(
    row: Row, record: SegmentRecord, templates: tuple[Template, ...], template_id: str
) -> Template | Difference:
    """The template that a row names, or what is wrong with it."""
    for template in templates:
        if template.id == template_id:
            unfilled = sorted(set(template.needs) - set(record.holds))
            if unfilled:
                return Difference(row.id, "template_id", template_id,
                                  f"none that needs {', '.join(unfilled)}, which this segment lacks")
            return template
    return Difference(row.id, "template_id", template_id, "none of the templates of this type and format")


def text_difference(row: Row, column: str, recomputed: str) -> Iterator[Difference]:
    """The difference of a column of text, if it differs."""
    stored = str(getattr(row, column))
    if stored != recomputed:
        yield Difference(row.id, column, stored, recomputed)


def word_differences(
    row: Row, record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None
) -> Iterator[Difference]:
    """Everything made of words: question, options, answer, evidence. For types 1-11."""
    question_id = row.template_id.split("|")[0]
    template = template_of(
        row, record, question_templates(ask.question_type, ask.format, statement.variant), question_id)
    if isinstance(template, Difference):
        yield template
        return
    try:
        if ask.format == AnswerFormat.YES_NO:
            yield from _yes_no(row, record, ask, statement, named, template)
        elif ask.format == AnswerFormat.FREE_FORM:
            yield from _free_form(row, record, ask, statement, named, template)
        else:
            yield from _multiple_choice(row, record, ask, statement, named, template)
    except FourdpQaError as error:
        yield Difference(row.id, "question", row.question, f"nothing that can be said: {error}")


def _yes_no(
    row: Row, record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None,
    template: Template,
) -> Iterator[Difference]:
    claim = next(c for c in labels_of(ask.question_type).yes_no if c.key == ask.group)
    values = question_slots(record, statement, named)
    if "{claim}" in template.text:
        values["claim"] = claim_words(ask.question_type, claim, template.form)
    elif named is not None:
        values |= claim_slots(record, statement, claim, named)
    yield from text_difference(row, "question", fill_used(template, values))
    truth = judge_claim(claim, statement.components, complete=False)
    answer = {True: "Yes", False: "No", None: "none: neither is provable"}[truth.holds]
    yield from text_difference(row, "answer", answer)
    yield from text_difference(row, "answer_text", answer)
    if row.options:
        yield Difference(row.id, "options", str(row.options), "[]")
    yield from json_differences(
        row.id, "evidence", row.evidence, to_json(evidence_of(statement, claim.components, named)))


def _multiple_choice(
    row: Row, record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None,
    template: Template,
) -> Iterator[Difference]:
    option_set = next(s for s in labels_of(ask.question_type).sets if s.name == ask.group)
    values = question_slots(record, statement, named)
    if "{scope}" in template.text:
        values["scope"] = scope_words(ask.question_type, option_set)
    yield from text_difference(row, "question", fill_used(template, values))
    yield from _option_differences(row, record, statement, named, template, option_set)
    yield from json_differences(
        row.id, "evidence", row.evidence, to_json(evidence_of(statement, option_set.components, named)))


def _option_differences(
    row: Row, record: SegmentRecord, statement: Statement, named: NamedObjects | None,
    template: Template, option_set: OptionSet,
) -> Iterator[Difference]:
    """Each stored option judged as the label it is: one true, three provably false, and the letter."""
    candidates = candidate_texts(record, statement, named) if named else []
    members = {
        option_text(statement.question_type, m, option_set, template.form, candidates): m
        for m in option_set.members
    }
    if sorted(row.options) != sorted(members):
        yield Difference(row.id, "options", str(row.options), str(list(members)))
        return
    truths = [judge_claim(members[text], statement.components, complete=True).holds for text in row.options]
    if truths.count(True) != 1 or truths.count(False) != 3:
        said = [{True: "true", False: "false", None: "undecided"}[truth] for truth in truths]
        yield Difference(row.id, "options", str(row.options), f"one true and three false, found {said}")
        return
    letter = LETTERS[truths.index(True)]
    yield from text_difference(row, "answer", letter)
    yield from text_difference(row, "answer_text", row.options[LETTERS.index(letter)])


def _free_form(
    row: Row, record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None,
    template: Template,
) -> Iterator[Difference]:
    values = question_slots(record, statement, named)
    yield from text_difference(row, "question", fill_used(template, values))
    verdicts = free_form_verdicts(statement)
    answers = answer_templates(ask.question_type, statement.variant)
    number = row.template_id.partition("|")[2]
    said = next((a for a in answers if a.id.rsplit(".", 1)[1] == number), None)
    wanted = answers[0] if said is None else template_of(row, record, answers, said.id)
    if verdicts is None or said is None or isinstance(wanted, Difference):
        yield wanted if isinstance(wanted, Difference) else Difference(
            row.id, "template_id", row.template_id, "none of the answers of this type")
        return
    values["label"] = verdict_words(
        ask.question_type, verdicts, said.form, values.get("first", ""), values.get("second", ""))
    if "{evidence}" in said.text:
        values["evidence"] = evidence_words(statement, verdicts)
    text = fill_used(said, values)
    yield from text_difference(row, "answer", text)
    yield from text_difference(row, "answer_text", text)
    if row.options:
        yield Difference(row.id, "options", str(row.options), "[]")
    yield from json_differences(
        row.id, "evidence", row.evidence, to_json(evidence_of(statement, verdicts, named)))
