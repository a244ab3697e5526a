"""The Row: one question, its answer and the proof. Nothing else in the project defines a column."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

import pyarrow as pa


class AnswerFormat(StrEnum):
    """How an answer is given."""

    MULTIPLE_CHOICE = "multiple_choice"
    YES_NO = "yes_no"
    FREE_FORM = "free_form"
    TRACK = "track"


class Naming(StrEnum):
    """How a question names its objects; "none" where it names no object (type 1)."""

    NONE = "none"
    CAPTION = "caption"
    PIXEL = "pixel"
    CIRCLE = "circle"


LETTERS = ("A", "B", "C", "D")

ESTIMATED = "estimated"
"""The `label_quality` of rows whose geometry was estimated from the pictures."""


@dataclass(frozen=True)
class Row:
    """One row of every table of the dataset; docs/columns.md says the same in prose.

    Attributes
    ----------
    id : ``kub-3fa91c02-s03-t05-0007``: source code, scene hash, segment, type, candidate.
    file_name : clip, relative to the folder of the Parquet file; empty without clips.
    question_type, category, format : e.g. ``camera_movement``, ``camera``, ``multiple_choice``.
    question : the question alone, without options and without instructions.
    options : four texts in the order they are shown, or none.
    answer : a letter, ``Yes``/``No``, text, or track lines.
    answer_text : the answer in words; equal to `answer` for tracks.
    reference_system : camera, object, screen, gravity or world.
    naming : caption, pixel, circle or none.
    objects, frames, evidence : JSON; floats at six significant digits.
    margin : distance to the nearest threshold in widths of the ambiguity band.
    entangled : opposite, different, agree, unclear or none (types 8-11).
    cue_conflict : which picture cue says the other: none, size, height, both, screen.
    camera_motion, scene_motion : none, low or high; unknown where nobody says how the camera moved.
    group_id, variant : counterfactual group and member; empty when none.
    source, scene_id, segment, license, label_quality : where it comes from.
    split_unit : rows of one unit of a source belong on one side of every split.
    seed, generator_version, schema_version, template_id : how it was made.
    """

    id: str
    file_name: str
    question_type: str
    category: str
    format: str
    question: str
    options: list[str]
    answer: str
    answer_text: str
    reference_system: str
    naming: str
    objects: str
    frames: str
    evidence: str
    margin: float
    entangled: str
    cue_conflict: str
    camera_motion: str
    scene_motion: str
    group_id: str
    variant: str
    source: str
    scene_id: str
    segment: str
    split_unit: str
    license: str
    label_quality: str
    seed: str
    generator_version: str
    schema_version: str
    template_id: str


def arrow_schema() -> pa.Schema:
    """Arrow schema of a table of rows, in column order."""
    special = {"options": pa.list_(pa.string()), "margin": pa.float64()}
    return pa.schema([pa.field(f.name, special.get(f.name, pa.string())) for f in fields(Row)])


def rows_to_table(rows: list[Row]) -> pa.Table:
    """Put rows into an Arrow table of `arrow_schema`."""
    columns = {f.name: [getattr(row, f.name) for row in rows] for f in fields(Row)}
    return pa.table(columns, schema=arrow_schema())


def row_from_mapping(values: dict[str, Any]) -> Row:
    """Build a Row from a mapping with at least its columns; others (``video``) are left out."""
    return Row(**{f.name: values[f.name] for f in fields(Row) if f.name in values}
               | ({"file_name": ""} if "file_name" not in values else {}))
