"""Rows as tables, digests, prompts and the proof beside them."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.rows.digests import questions_digest
from fourdp_qa.rows.prompt import INSTRUCTIONS, POINTS, chat_messages, text_prompt
from fourdp_qa.rows.proof import SegmentProof, proofs_from_table, proofs_to_table
from fourdp_qa.rows.row import (
    AnswerFormat,
    Row,
    arrow_schema,
    row_from_mapping,
    rows_to_table,
)

OPTIONS = ["Forward", "Backward", "To the left", "To the right"]


def test_the_schema_has_the_columns_of_the_row_in_order():
    assert arrow_schema().names == [f.name for f in fields(Row)]


def test_rows_come_back_from_a_table(make_row):
    rows = [make_row(), make_row(id="sim-0011aabb-s00-t08-c0ffe1", options=OPTIONS, margin=1 / 3)]
    table = rows_to_table(rows)
    assert table.schema.equals(arrow_schema())
    assert [row_from_mapping(item) for item in table.to_pylist()] == rows


def test_a_row_comes_back_from_a_record_with_a_clip_in_place_of_its_name(make_row):
    record = {**asdict(make_row()), "video": b"mp4"}
    del record["file_name"]
    assert row_from_mapping(record) == make_row(file_name="")


def test_the_digest_names_the_questions_not_their_order_or_clips(make_row):
    one, two = make_row(), make_row(id="sim-0011aabb-s00-t08-c0ffe1")
    digest = questions_digest([one, two])
    assert digest == questions_digest([two, one])
    assert digest == questions_digest([replace(one, file_name="elsewhere.mp4"), two])
    assert digest.startswith("sha256:")


@given(st.sampled_from([f.name for f in fields(Row) if f.name not in ("file_name", "options")]))
def test_every_other_column_changes_the_digest(make_row, name):
    row = make_row()
    other = 7.5 if name == "margin" else f"{getattr(row, name)}x"
    assert questions_digest([replace(row, **{name: other})]) != questions_digest([row])


def test_the_prompt_is_clip_question_options_instruction(make_row):
    row = make_row(format="multiple_choice", options=OPTIONS, question="Which way?", answer="B")
    assert text_prompt(row).splitlines() == [
        "The video has 12 frames, numbered 0 to 11.", "Which way?", "A. Forward", "B. Backward",
        "C. To the left", "D. To the right", "Answer with the letter of the correct option only.",
    ]


def test_where_a_point_is_measured_from_is_said_once(make_row):
    by_point, by_caption = (make_row(format="yes_no", options=[], naming=n) for n in ("pixel", "caption"))
    assert text_prompt(by_point).splitlines()[1] == POINTS
    assert POINTS not in text_prompt(by_caption)
    track = text_prompt(make_row(format="track", options=[], naming="pixel"))
    assert POINTS not in track and track.count("top left corner") == 1


@pytest.mark.parametrize("answer_format", list(AnswerFormat))
def test_every_format_has_its_instruction_and_does_not_tell_the_answer(make_row, answer_format):
    row = make_row(format=str(answer_format), answer="SECRET", answer_text="SECRET")
    prompt = text_prompt(row)
    assert prompt.endswith(INSTRUCTIONS[answer_format])
    assert "SECRET" not in prompt


def test_chat_messages_hold_the_clip_and_the_same_text(make_row):
    (message,) = chat_messages(make_row(), "clip.mp4")
    assert message["role"] == "user"
    assert message["content"] == [
        {"type": "video", "url": "clip.mp4"}, {"type": "text", "text": text_prompt(make_row())}]


def test_the_example_of_the_track_instruction_is_a_track_line():
    from fourdp_qa.phrasing.references import track_line

    assert INSTRUCTIONS[AnswerFormat.TRACK].endswith(track_line(12, (0.413, 0.207), True))


@pytest.mark.parametrize(("frames", "objects", "up"), [
    (3, 2, np.array([0.0, 0, 1])), (2, 0, None)])
def test_proofs_come_back_from_a_table(frames, objects, up):
    rng = np.random.default_rng(0)
    poses = rng.normal(size=(frames, objects, 4, 4))
    if objects:
        poses[0, 0] = np.nan
    proof = SegmentProof(
        source="simulator", scene_id="s", segment="0000+01x12@12.00", units="metres",
        K=rng.normal(size=(3, 3)), side=64, up=up, scene_length=2.5,
        world_from_camera=rng.normal(size=(frames, 4, 4)), object_ids=tuple(range(1, objects + 1)),
        captions=tuple(f"toy {n}" for n in range(objects)), sizes=rng.normal(size=(objects, 3)),
        world_from_object=poses,
    )
    (back,) = proofs_from_table(proofs_to_table([proof]))
    for field in fields(SegmentProof):
        value, again = getattr(proof, field.name), getattr(back, field.name)
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(again, value)
            assert again.shape == value.shape
        else:
            assert again == value


def test_rows_are_plain_data(make_row):
    assert json.loads(json.dumps(asdict(make_row()))) == asdict(make_row())
