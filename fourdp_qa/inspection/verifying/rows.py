"""One row against its segment as measured again: the statement behind it, then every column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from fourdp_qa.generate.asks import Ask, asks_of
from fourdp_qa.generate.composing import row_id
from fourdp_qa.generate.naming import NamedObjects
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.generate.track_wording import name_pixel
from fourdp_qa.inspection.verifying.difference import Difference, json_differences, same_number
from fourdp_qa.inspection.verifying.names import (
    IdsAt,
    UnnamableError,
    expected_names,
    name_differences,
)
from fourdp_qa.inspection.verifying.tracks import track_differences
from fourdp_qa.inspection.verifying.wording import text_difference, word_differences
from fourdp_qa.questions.registry import get_type
from fourdp_qa.questions.statement import NAMED_OBJECT, Statement, TrackStatement
from fourdp_qa.rows.details import NamedFrames, to_json
from fourdp_qa.rows.row import Naming, Row
from fourdp_qa.versions import GENERATOR_VERSION, SCHEMA_VERSION


@dataclass(frozen=True)
class SegmentAgain:
    """A segment measured again, with every question that can be asked about it.

    Attributes
    ----------
    record : what phase 1 of a generation says of it.
    asks : by the id of the row that each would give.
    code, seed : of the source and of the generation.
    groups : whether the folder asks about variants of scenes.
    ids_at : instance ids of a clip frame.
    """

    record: SegmentRecord
    asks: dict[str, list[Ask]]
    code: str
    seed: int
    groups: bool
    ids_at: IdsAt


def segment_again(
    record: SegmentRecord, code: str, seed: int, ids_at: IdsAt, *, groups: bool
) -> SegmentAgain:
    """State everything about a segment."""
    asks: defaultdict[str, list[Ask]] = defaultdict(list)
    for ask in asks_of(record, 0):
        asks[row_id(code, record, get_type(ask.question_type).number, ask.hash)].append(ask)
    return SegmentAgain(record, dict(asks), code, seed, groups, ids_at)


def row_differences(row: Row, segment: SegmentAgain) -> list[Difference]:
    """Everything in which a row differs from its scene; a statement that is gone is a difference."""
    asks = segment.asks.get(row.id, [])
    if not asks:
        return [Difference(
            row.id, "id", f"{row.question_type} {row.format}: {row.answer}",
            "no question with this id: its statement is gone or undecided in this scene")]
    # A hash of six digits may be shared: then the row is the question that it is nearest to.
    return min((list(_differences(row, segment, ask)) for ask in asks), key=len)


def _differences(row: Row, segment: SegmentAgain, ask: Ask) -> Iterator[Difference]:
    record = segment.record
    statement = record.by_key.get(ask.statement)
    yield from _facts(row, segment, ask, statement)
    if statement is not None:
        yield from json_differences(row.id, "frames", row.frames, to_json(
            NamedFrames(record.frame_count, statement.frames)))
        try:
            named = expected_names(row, record, statement.objects, statement.named_at)
        except (UnnamableError, ValueError, LookupError, TypeError) as error:
            yield Difference(row.id, "naming", row.naming, str(error))
            return
        yield from name_differences(row, named, segment.ids_at)
        yield from word_differences(row, record, ask, statement, named)
        return
    track = record.track_by_key[ask.statement]
    try:
        of_track = _names_of_track(row, record, track)
        yield from name_differences(row, of_track, segment.ids_at)
        yield from track_differences(row, record, ask, track, of_track)
    except (UnnamableError, ValueError, LookupError, TypeError) as error:
        yield Difference(row.id, "naming", row.naming, str(error))


def _names_of_track(row: Row, record: SegmentRecord, track: TrackStatement) -> NamedObjects:
    if track.variant != NAMED_OBJECT:
        if row.naming != Naming.PIXEL:
            raise UnnamableError(str(Naming.PIXEL))
        return name_pixel(record, track)
    named = expected_names(row, record, (track.object_id,), (track.track.query_frame,))
    if named is None:
        raise UnnamableError("a name for its object")
    return named


def _facts(
    row: Row, segment: SegmentAgain, ask: Ask, statement: Statement | None
) -> Iterator[Difference]:
    """The columns without words."""
    record, kind = segment.record, get_type(ask.question_type)
    expected = {
        "question_type": kind.name, "category": kind.category, "format": ask.format,
        "reference_system": statement.reference_system if statement else "screen",
        "entangled": ask.entangled, "cue_conflict": statement.cue_conflict if statement else "none",
        "camera_motion": record.strata.camera_motion, "scene_motion": record.strata.scene_motion,
        "source": record.source, "split_unit": record.split_unit, "license": record.license,
        "label_quality": record.label_quality,
        "seed": str(segment.seed), "generator_version": GENERATOR_VERSION,
        "schema_version": SCHEMA_VERSION, "group_id": "", "variant": "",
    }
    if segment.groups:
        original = replace(record, scene_id=record.group_id)
        expected["group_id"] = row_id(segment.code, original, kind.number, ask.hash)
        expected["variant"] = record.variant
    for column, value in expected.items():
        yield from text_difference(row, column, value)
    # Stored with six places.
    if not same_number(row.margin, ask.margin) and abs(row.margin - ask.margin) > 1e-6:
        yield Difference(row.id, "margin", repr(row.margin), repr(round(ask.margin, 6)))
