"""What must hold of a row by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fourdp_qa.dataset.layout import check_file_name
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.details import evidence_from_json, frames_from_json, objects_from_json
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Naming, Row

NEVER_EMPTY = (
    "id", "question_type", "category", "question", "answer", "answer_text", "reference_system",
    "source", "scene_id", "segment", "license", "generator_version", "schema_version",
)

TRACK_LINE = re.compile(r"frame (\d+): \((-?\d+\.\d{3}), (-?\d+\.\d{3})\) (?:not )?visible")


def row_problems(row: Row, *, with_clips: bool) -> Iterator[str]:
    """One line for everything that is wrong with a row; nothing when it is right."""
    for name in NEVER_EMPTY:
        if not getattr(row, name):
            yield f"row {row.id}: {name}: found nothing, expected a text"
    if row.naming not in set(Naming):
        yield f"row {row.id}: naming: found '{row.naming}', expected one of {', '.join(Naming)}"
    yield from _json_problems(row)
    yield from _answer_problems(row)
    if with_clips:
        try:
            check_file_name(row.id, row.file_name)
        except FourdpQaError as error:
            yield str(error)


def frame_count(row: Row) -> int | None:
    """Frames the row says its clip has; None when its JSON cannot be read."""
    try:
        return frames_from_json(row.frames).count
    except (ValueError, KeyError, TypeError):
        return None


def _json_problems(row: Row) -> Iterator[str]:
    readers = {
        "objects": objects_from_json, "frames": frames_from_json, "evidence": evidence_from_json,
    }
    for name, read in readers.items():
        try:
            read(getattr(row, name))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            yield (
                f"row {row.id}: {name}: found JSON that cannot be read "
                f"({type(error).__name__}: {error}), expected that of this version"
            )


def _answer_problems(row: Row) -> Iterator[str]:
    wanted = len(LETTERS) if row.format == AnswerFormat.MULTIPLE_CHOICE else 0
    if len(row.options) != wanted:
        yield f"row {row.id}: options: found {len(row.options)}, expected {wanted}"
    elif len(set(row.options)) != wanted:
        yield f"row {row.id}: options: found the same text twice, expected four different ones"
    elif row.format == AnswerFormat.MULTIPLE_CHOICE:
        if row.answer not in LETTERS:
            yield f"row {row.id}: answer: found '{row.answer}', expected a letter A to D"
        elif row.answer_text != row.options[LETTERS.index(row.answer)]:
            yield (
                f"row {row.id}: answer_text: found '{row.answer_text}', "
                f"expected option {row.answer}, '{row.options[LETTERS.index(row.answer)]}'"
            )
    if row.format == AnswerFormat.YES_NO and row.answer not in ("Yes", "No"):
        yield f"row {row.id}: answer: found '{row.answer}', expected Yes or No"
    elif row.format == AnswerFormat.TRACK:
        yield from _track_problems(row)
    elif row.format not in set(AnswerFormat):
        yield f"row {row.id}: format: found '{row.format}', expected {', '.join(AnswerFormat)}"


def _track_problems(row: Row) -> Iterator[str]:
    lines = [TRACK_LINE.fullmatch(line) for line in row.answer.splitlines()]
    if not all(lines):
        wrong = next(
            line for line in row.answer.splitlines() if TRACK_LINE.fullmatch(line) is None
        )
        yield (
            f"row {row.id}: answer: found the line '{wrong}', "
            "expected 'frame 12: (0.413, 0.207) visible'"
        )
        return
    try:
        targets = frames_from_json(row.frames).targets
    except (ValueError, KeyError, TypeError):
        return  # said where the JSON is checked
    answered = tuple(int(line[1]) for line in lines if line)
    if answered != targets:
        yield (
            f"row {row.id}: answer: found frames {list(answered)}, "
            f"expected those asked for, {list(targets)}"
        )
