"""From chosen questions to rows: names, words, options, letters. One process, deterministic."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from fourdp_qa.generate.asks import Ask, free_form_verdicts
from fourdp_qa.generate.composition import Composition, TrackGoals
from fourdp_qa.generate.naming import NamedObjects, NamingChooser, SegmentNamings
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.phrasing.references import (
    by_point,
    coordinates,
    frame_words,
    frames_words,
    track_line,
)
from fourdp_qa.phrasing.templates import Template, answer_templates, fill, question_templates
from fourdp_qa.phrasing.words import (
    Form,
    claim_words,
    component_words,
    scope_words,
    verdict_words,
)
from fourdp_qa.questions.claims import Claim, OptionSet, labels_of
from fourdp_qa.questions.registry import get_type
from fourdp_qa.questions.statement import Statement, TrackStatement
from fourdp_qa.questions.tracking import TRUE_MOTION, asked_path, outside, target_frames
from fourdp_qa.randomness import generator
from fourdp_qa.rows.details import Evidence, NamedFrames, ObjectMention, to_json
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Naming, Row
from fourdp_qa.versions import GENERATOR_VERSION, SCHEMA_VERSION


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


class RowComposer:
    """Turns asks into rows; keeps letters and naming modes even over the whole generation."""

    def __init__(self, seed: int, code: str, composition: Composition) -> None:
        self.seed, self.code = seed, code
        self.naming = NamingChooser(composition)
        self.track_goals = composition.tracks
        self.letters: dict[str, Counter[str]] = {}
        self.left: Counter[str] = Counter()

    def compose(
        self, record: SegmentRecord, asks: Iterable[Ask]
    ) -> tuple[list[tuple[Row, int]], SegmentNamings]:
        """Rows of one segment with the number of their clip variant, and its circled variants."""
        planned = SegmentNamings()
        rows: list[tuple[Row, int]] = []
        for ask in asks:
            rng = generator(self.seed, "row", record.source, record.scene_id, record.segment,
                            ask.question_type, ask.hash)
            worded = self._word(record, planned, ask, rng)
            if worded is None:
                self.left[f"{ask.question_type}: no way to name its objects"] += 1
                continue
            variant = worded.named.variant if worded.named else 0
            rows.append((self._row(record, ask, worded), variant))
        return rows, planned

    def _word(
        self, record: SegmentRecord, planned: SegmentNamings, ask: Ask, rng: np.random.Generator
    ) -> Worded | None:
        if ask.format == AnswerFormat.TRACK:
            track = record.tracks[_position(record, ask)]
            return _word_track(record, ask, track, self.track_goals, rng)
        statement = next(s for s in record.statements if s.key == ask.statement)
        named = None
        if statement.objects:
            named = self.naming.name(record, planned, ask.question_type, statement.objects,
                                     statement.frames[0], rng)
            if named is None:
                return None
        if ask.format == AnswerFormat.YES_NO:
            return _word_yes_no(record, ask, statement, named, rng)
        if ask.format == AnswerFormat.FREE_FORM:
            return _word_free_form(record, ask, statement, named, rng)
        letters = self.letters.setdefault(ask.question_type, Counter())
        return _word_multiple_choice(record, ask, statement, named, letters, rng)

    def _row(self, record: SegmentRecord, ask: Ask, worded: Worded) -> Row:
        question_type = get_type(ask.question_type)
        statement = next((s for s in record.statements if s.key == ask.statement), None)
        mentions = worded.named.mentions if worded.named else []
        naming = worded.named.naming if worded.named else Naming.NONE
        return Row(
            id=row_id(self.code, record, question_type.number, ask.hash), file_name="",
            question_type=ask.question_type, category=question_type.category, format=ask.format,
            question=worded.question, options=worded.options, answer=worded.answer,
            answer_text=worded.answer_text,
            reference_system=statement.reference_system if statement else "screen",
            naming=str(naming), objects=to_json(mentions), frames=to_json(worded.frames),
            evidence=to_json(worded.evidence), margin=round(ask.margin, 6), entangled=ask.entangled,
            cue_conflict=statement.cue_conflict if statement else "none",
            camera_motion=record.strata.camera_motion, scene_motion=record.strata.scene_motion,
            group_id="", variant="", source=record.source, scene_id=record.scene_id,
            segment=record.segment, license=record.license, label_quality=record.label_quality,
            seed=str(self.seed), generator_version=GENERATOR_VERSION,
            schema_version=SCHEMA_VERSION, template_id=worded.template_id,
        )


def scene_hash(record: SegmentRecord) -> str:
    """Eight hex digits that stand for the scene in ids."""
    text = f"{record.source}\x1f{record.scene_id}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def row_id(code: str, record: SegmentRecord, type_number: int, ask_hash: str) -> str:
    """``kub-3fa91c02-s03-t05-0a1b2c``: stable when other scenes, types or questions change."""
    return f"{code}-{scene_hash(record)}-s{record.number:02d}-t{type_number:02d}-{ask_hash}"


def _pick_template(
    templates: tuple[Template, ...], record: SegmentRecord, rng: np.random.Generator
) -> Template:
    """A random template among those whose needs the segment fills."""
    usable = [t for t in templates if set(t.needs) <= set(record.holds)]
    return usable[int(rng.integers(len(usable)))]


def _slots(record: SegmentRecord, statement: Statement, named: NamedObjects | None) -> dict[str, str]:
    """Values of the slots that do not depend on the answer."""
    frame = statement.frames[0]
    values = {
        "moment": f"in {frame_words(frame, record.frame_count)}",
        "view": f"the camera's viewpoint in {frame_words(frame, record.frame_count)}",
    }
    if named is not None:
        values["object"] = named.mentions[0].reference
    return values


def _evidence(
    record: SegmentRecord, statement: Statement, components: Iterable[str],
    named: NamedObjects | None,
) -> Evidence:
    """The quantities a question rests on, and what they say in words."""
    used = {c: statement.components[c].quantity for c in components if c in statement.components}
    subject = ", ".join(m.reference for m in named.mentions) if named else "the camera"
    said = "; ".join(
        component_words(statement.question_type, name, q.verdict) for name, q in used.items()
    )
    return Evidence(statement=f"{subject}: {said}", quantities=tuple(used.values()))


def _word_yes_no(
    record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None,
    rng: np.random.Generator,
) -> Worded:
    claim = next(c for c in labels_of(ask.question_type).yes_no if c.key == ask.group)
    template = _pick_template(question_templates(ask.question_type, ask.format), record, rng)
    values = _slots(record, statement, named)
    if statement.variant == "pair" and named is not None:
        first, second = (m.reference for m in named.mentions)
        swap = claim.verdicts[0][1] == "-"
        values["nearer"], values["farther"] = (second, first) if swap else (first, second)
    else:
        values["claim"] = claim_words(ask.question_type, claim, template.form)
    used = {slot: v for slot, v in values.items() if f"{{{slot}}}" in template.text}
    return Worded(
        question=fill(template, used), options=[], answer=ask.truth, answer_text=ask.truth,
        template_id=template.id,
        evidence=_evidence(record, statement, claim.components, named), named=named,
        frames=NamedFrames(record.frame_count, statement.frames),
    )


def _word_multiple_choice(
    record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None,
    letters: Counter[str], rng: np.random.Generator,
) -> Worded:
    option_set = next(s for s in labels_of(ask.question_type).sets if s.name == ask.group)
    template = _pick_template(question_templates(ask.question_type, ask.format), record, rng)
    true = next(m for m in option_set.members if m.key == ask.truth)
    letter = min(LETTERS, key=lambda x: (letters[x], rng.random()))
    letters[letter] += 1
    wrong = [m for m in option_set.members if m != true]
    order = [wrong[k] for k in rng.permutation(3)]
    order.insert(LETTERS.index(letter), true)
    options = [_option_text(ask.question_type, m, option_set, template.form, named) for m in order]
    values = _slots(record, statement, named)
    if "{scope}" in template.text:
        values["scope"] = scope_words(ask.question_type, option_set)
    used = {slot: v for slot, v in values.items() if f"{{{slot}}}" in template.text}
    return Worded(
        question=fill(template, used), options=options, answer=letter,
        answer_text=options[LETTERS.index(letter)], template_id=template.id,
        evidence=_evidence(record, statement, option_set.components, named), named=named,
        frames=NamedFrames(record.frame_count, statement.frames),
    )


def _option_text(
    question_type: str, member: Claim, option_set: OptionSet, form: Form, named: NamedObjects | None
) -> str:
    """One option, beginning with a capital letter."""
    if option_set.kind == "objects" and named is not None:
        text = named.mentions[int(member.verdicts[0][1])].reference
    else:
        text = claim_words(question_type, member, form)
    return text[:1].upper() + text[1:]


def _word_free_form(
    record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None,
    rng: np.random.Generator,
) -> Worded:
    verdicts = free_form_verdicts(statement)
    if verdicts is None:
        raise ValueError(f"{ask.statement}: a free-form question about undecided components")
    question = _pick_template(question_templates(ask.question_type, ask.format), record, rng)
    answer = _pick_template(answer_templates(ask.question_type), record, rng)
    values = _slots(record, statement, named)
    used = {slot: v for slot, v in values.items() if f"{{{slot}}}" in question.text}
    said = {"label": verdict_words(ask.question_type, verdicts, answer.form)}
    if named is not None:
        said["object"] = named.mentions[0].reference
    text = fill(answer, said)
    return Worded(
        question=fill(question, used), options=[], answer=text, answer_text=text,
        template_id=f"{question.id}|{answer.id.rsplit('.', 1)[1]}",
        evidence=_evidence(record, statement, verdicts, named), named=named,
        frames=NamedFrames(record.frame_count, statement.frames),
    )


def _position(record: SegmentRecord, ask: Ask) -> int:
    number = int(ask.statement.rsplit(" ", 1)[1])
    return next(i for i, t in enumerate(record.tracks) if t.index == number)


def _word_track(
    record: SegmentRecord, ask: Ask, statement: TrackStatement, goals: TrackGoals,
    rng: np.random.Generator,
) -> Worded:
    targets = _choose_targets(statement, ask.question_type, goals, rng)
    track = statement.track
    query = track.visual[track.query_frame]
    if not targets or query is None:
        raise ValueError(f"{ask.statement}: a track without a target inside the picture")
    path = asked_path(track, ask.question_type)
    lines = []
    for t in targets:
        point = path[t]
        if point is None:
            raise ValueError(f"{ask.statement}: target frame {t} has no position")
        lines.append(track_line(t, point, track.visible[t]))
    template = _pick_template(question_templates(ask.question_type, ask.format), record, rng)
    naming = next((o for o in record.objects if o.id == statement.object_id), None)
    point = (round(query[0], 3), round(query[1], 3))
    mention = ObjectMention(
        id=statement.object_id, caption=naming.caption if naming else "static background",
        reference=by_point(*point, track.query_frame, record.frame_count), frame=track.query_frame,
        box=naming.boxes.get(track.query_frame) if naming else None, point=point,
    )
    question = fill(template, {
        "point": coordinates(*point),
        "query_frame": frame_words(track.query_frame, record.frame_count),
        "targets": frames_words(targets),
    })
    kind = "the frozen camera of the query frame" if ask.question_type == TRUE_MOTION else (
        "the real camera")
    return Worded(
        question=question, options=[], answer="\n".join(lines), answer_text="\n".join(lines),
        template_id=template.id,
        evidence=Evidence(f"{mention.reference}, projected into {kind}", (), track),
        named=NamedObjects(Naming.PIXEL, [mention], 0),
        frames=NamedFrames(record.frame_count, (track.query_frame,), tuple(targets)),
    )


def _choose_targets(
    statement: TrackStatement, question_type: str, goals: TrackGoals, rng: np.random.Generator
) -> list[int]:
    """1 to 8 target frames in random order; few of them outside the picture, and outside only where
    section 6 of the rules allows it.
    """
    track = statement.track
    path = asked_path(track, question_type)
    frames = target_frames(track, question_type)
    inside = [t for t in frames if not outside(path[t])]
    beyond = [t for t in frames if outside(path[t])]
    share = goals.outside_visual
    if question_type == TRUE_MOTION:
        beyond, share = [t for t in beyond if track.visible[t]], goals.outside_true_motion
    wanted = int(rng.integers(1, goals.max_targets + 1))
    chosen = rng.permutation(inside)[:wanted].tolist() if inside else []
    if beyond and chosen:
        chosen = [
            int(rng.choice(beyond)) if rng.random() < share else t for t in chosen
        ]
    return list(dict.fromkeys(int(t) for t in chosen))
