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

VALUES = {
    "format": tuple(AnswerFormat), "naming": tuple(Naming),
    "category": ("camera", "object", "spatial", "tracking"),
    "reference_system": ("camera", "object", "screen", "gravity", "world"),
    "entangled": ("opposite", "different", "agree", "unclear", "none"),
    "cue_conflict": ("none", "size", "height", "both", "screen"),
    "camera_motion": ("none", "low", "high", "unknown"),
    "scene_motion": ("none", "low", "high", "unknown"),
}
"""Columns that hold one of a few words, and the words."""

TRACK_LINE = re.compile(r"frame (\d+): \((-?\d+\.\d{3}), (-?\d+\.\d{3})\) (?:not )?visible")

FILE_NAME = re.compile(r"[A-Za-z0-9._/-]+")
"""Names that need no quoting in a glob, a URL or a shell, and that every file system can hold."""


def row_problems(row: Row, *, with_clips: bool) -> Iterator[str]:
    """One line for everything that is wrong with a row; nothing when it is right."""
    for check in (empty_texts, unknown_values, unreadable_json, wrong_answers, wrong_tracks):
        yield from check(row)
    if with_clips:
        yield from wrong_file_name(row)


def frame_count(row: Row) -> int | None:
    """Frames the row says its clip has; None when its JSON cannot be read."""
    try:
        return frames_from_json(row.frames).count
    except (ValueError, KeyError, TypeError):
        return None


def empty_texts(row: Row) -> Iterator[str]:
    """Columns that say nothing although they must."""
    for name in NEVER_EMPTY:
        if not getattr(row, name):
            yield f"row {row.id}: {name}: found nothing, expected a text"


def unknown_values(row: Row) -> Iterator[str]:
    """Words that are none of their column's."""
    for name, words in VALUES.items():
        value = getattr(row, name)
        if value not in words and not (name in NEVER_EMPTY and not value):
            yield f"row {row.id}: {name}: found '{value}', expected one of {', '.join(words)}"


def unreadable_json(row: Row) -> Iterator[str]:
    """JSON columns that this version cannot read."""
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


def wrong_answers(row: Row) -> Iterator[str]:
    """Answers that are none, or that contradict the options."""
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


def wrong_tracks(row: Row) -> Iterator[str]:
    """Track lines that cannot be read, or that answer for other frames than those asked for."""
    if row.format != AnswerFormat.TRACK:
        return
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


def wrong_file_name(row: Row) -> Iterator[str]:
    """A clip path that `datasets` refuses, that leaves the folder, or that is no mp4."""
    try:
        check_file_name(row.id, row.file_name)
    except FourdpQaError as error:
        yield str(error)
        return
    if not FILE_NAME.fullmatch(row.file_name):
        yield (f"row {row.id}: file_name: found '{row.file_name}', expected letters, digits, dots, dashes "
               "and underscores")
