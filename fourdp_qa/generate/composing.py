"""From chosen questions to rows: names, words, options, letters. One process, deterministic."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

import numpy as np

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.composition import Composition
from fourdp_qa.generate.naming import NamingChooser, SegmentNamings
from fourdp_qa.generate.point_balance import PointBalance
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.generate.track_wording import name_pixel, word_track
from fourdp_qa.generate.wording import (
    Worded,
    word_free_form,
    word_multiple_choice,
    word_yes_no,
)
from fourdp_qa.questions.registry import get_type
from fourdp_qa.questions.statement import NAMED_OBJECT
from fourdp_qa.randomness import generator
from fourdp_qa.rows.details import to_json
from fourdp_qa.rows.row import AnswerFormat, Naming, Row
from fourdp_qa.versions import GENERATOR_VERSION, SCHEMA_VERSION


class RowComposer:
    """Turns asks into rows; keeps letters and naming modes even over the whole generation."""

    def __init__(self, seed: int, code: str, composition: Composition) -> None:
        self.seed, self.code = seed, code
        self.naming = NamingChooser(composition)
        self.points = PointBalance(composition.balance)
        self.track_goals = composition.tracks
        self.letters: dict[str, Counter[str]] = {}
        self.left: Counter[str] = Counter()

    def compose(
        self, record: SegmentRecord, asks: Iterable[Ask]
    ) -> tuple[list[tuple[Row, int]], SegmentNamings]:
        """Rows of one segment with the number of their clip variant, and its circled variants.

        Questions with most objects come first: a clip with three rings serves later questions about
        one of the three, while a clip with one ring serves no pair.
        """
        planned = SegmentNamings()
        rows: list[tuple[Row, int]] = []
        named = {s.key: len(s.objects) for s in record.statements}
        for ask in sorted(asks, key=lambda a: -named.get(a.statement, 1)):
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
            return self._word_track(record, planned, ask, rng)
        statement = record.by_key[ask.statement]
        named = None
        if statement.objects:
            by_id = {o.id: o for o in record.objects}
            objects = [by_id[i] for i in statement.objects]
            named = self.naming.name(
                record, planned, ask.question_type, statement.objects, statement.named_at, rng,
                by_points=self.points.admits(statement, objects))
            if named is None:
                return None
            if named.naming == Naming.PIXEL:
                self.points.add(statement, objects)
        if ask.format == AnswerFormat.YES_NO:
            return word_yes_no(record, ask, statement, named, rng)
        if ask.format == AnswerFormat.FREE_FORM:
            return word_free_form(record, ask, statement, named, rng)
        letters = self.letters.setdefault(ask.question_type, Counter())
        return word_multiple_choice(record, ask, statement, named, letters, rng)

    def _word_track(
        self, record: SegmentRecord, planned: SegmentNamings, ask: Ask, rng: np.random.Generator
    ) -> Worded | None:
        track = record.track_by_key[ask.statement]
        if track.variant == NAMED_OBJECT:
            named = self.naming.name(record, planned, ask.question_type, (track.object_id,),
                                     (track.track.query_frame,), rng)
        else:
            named = name_pixel(record, track)
        if named is None:
            return None
        return word_track(record, ask, track, named, self.track_goals, rng)

    def _row(self, record: SegmentRecord, ask: Ask, worded: Worded) -> Row:
        question_type = get_type(ask.question_type)
        statement = record.by_key.get(ask.statement)
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
            segment=record.segment, split_unit=record.split_unit, license=record.license,
            label_quality=record.label_quality,
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
