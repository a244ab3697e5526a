"""Track rows made again: the query, the frames asked about, and the answer line by line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.naming import NamedObjects
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.inspection.verifying.difference import Difference, json_differences
from fourdp_qa.inspection.verifying.wording import template_of, text_difference
from fourdp_qa.phrasing.references import coordinates, frame_words, frames_words, track_line
from fourdp_qa.phrasing.templates import fill, question_templates
from fourdp_qa.questions.statement import NAMED_OBJECT, TrackStatement
from fourdp_qa.questions.tracking import TRUE_MOTION, asked_path, outside, target_frames
from fourdp_qa.rows.details import Evidence, NamedFrames, frames_from_json, to_json
from fourdp_qa.rows.row import Row


def track_differences(
    row: Row, record: SegmentRecord, ask: Ask, statement: TrackStatement, named: NamedObjects
) -> Iterator[Difference]:
    """Question, answer lines and evidence of a row of types 12 and 13."""
    targets = frames_from_json(row.frames).targets
    allowed = _allowed(statement, ask.question_type)
    most = composition_called("training").tracks.max_targets
    if not (0 < len(targets) <= most and len(set(targets)) == len(targets) and set(targets) <= allowed):
        yield Difference(row.id, "frames.targets", str(list(targets)),
                         f"1 to {most} different ones of {sorted(allowed)}")
        return
    track, mention = statement.track, named.mentions[0]
    yield from json_differences(row.id, "frames", row.frames, to_json(
        NamedFrames(record.frame_count, (track.query_frame,), targets)))
    yield from _question(row, record, ask, statement, named)
    path = asked_path(track, ask.question_type)
    lines = [track_line(t, point, track.visible[t]) for t in targets if (point := path[t]) is not None]
    yield from _lines(row, lines)
    yield from text_difference(row, "answer_text", "\n".join(lines))
    what = "box centre" if statement.variant == NAMED_OBJECT else "point"
    kind = "the frozen camera of the query frame" if ask.question_type == TRUE_MOTION else "the real camera"
    yield from json_differences(row.id, "evidence", row.evidence, to_json(
        Evidence(f"{mention.reference}: its {what}, projected into {kind}", (), track)))


def _allowed(statement: TrackStatement, question_type: str) -> set[int]:
    """Frames at which a position may be asked; out of the picture under a frozen camera only where the
    real one sees the point.
    """
    track = statement.track
    path = asked_path(track, question_type)
    return {t for t in target_frames(track, question_type)
            if question_type != TRUE_MOTION or not outside(path[t]) or track.visible[t]}


def _question(
    row: Row, record: SegmentRecord, ask: Ask, statement: TrackStatement, named: NamedObjects
) -> Iterator[Difference]:
    templates = question_templates(ask.question_type, ask.format, statement.variant)
    template = template_of(row, record, templates, row.template_id)
    if isinstance(template, Difference):
        yield template
        return
    mention = named.mentions[0]
    values = {
        "query_frame": frame_words(statement.track.query_frame, record.frame_count),
        "targets": frames_words(list(frames_from_json(row.frames).targets)),
    }
    if statement.variant == NAMED_OBJECT:
        values["object"] = mention.reference
    elif mention.point is not None:
        values["point"] = coordinates(*mention.point)
    try:
        yield from text_difference(row, "question", fill(template, values))
    except FourdpQaError as error:
        yield Difference(row.id, "question", row.question, f"nothing that can be said: {error}")


def _lines(row: Row, lines: list[str]) -> Iterator[Difference]:
    for number, (stored, recomputed) in enumerate(zip_longest(row.answer.split("\n"), lines)):
        if stored != recomputed:
            yield Difference(row.id, f"answer[{number}]", stored or "no line", recomputed or "no line")
