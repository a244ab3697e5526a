"""`validate` passes on whatever was published and names each thing that is wrong."""

import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.validate import validate
from fourdp_qa.dataset.write import publish


@pytest.mark.parametrize(("clips", "per_type", "seed"), [(2, 3, 0), (12, 14, 1), (5, 40, 2)])
def test_nothing_is_wrong_with_what_was_published(staged_example, tmp_path, clips, per_type, seed):
    staged = staged_example(tmp_path / "stage", clips=clips, per_type=per_type, seed=seed)
    publish(staged, tmp_path / "out")
    assert validate(tmp_path / "out") == []
    folder = DatasetFolder.open(tmp_path / "out")
    write_benchmark(folder.rows(), folder.split_folder, tmp_path / "bench", "toy")
    assert validate(tmp_path / "bench") == []


@pytest.mark.long
def test_no_set_of_varied_rows_falls_into_the_adjacent_length_trap(staged_example, tmp_path):
    for seed in range(60):
        for per_type in (2, 9, 25, 120):
            staged = staged_example(
                tmp_path / "stage", clips=max(1, per_type // 3), per_type=per_type, seed=seed,
                with_clips=False,
            )
            publish(staged, tmp_path / "out")
            assert validate(tmp_path / "out") == []


WRONG_ROWS = [
    ("yes_no", {"answer": "Maybe"}, "answer: found 'Maybe', expected Yes or No"),
    ("yes_no", {"options": ["a", "b", "c", "d"]}, "options: found 4, expected 0"),
    ("multiple_choice", {"answer": "E"}, "answer: found 'E', expected a letter A to D"),
    ("multiple_choice", {"answer_text": "up and away"}, "answer_text: found 'up and away'"),
    ("multiple_choice", {"options": ["a", "a", "b", "c"]}, "options: found the same text twice"),
    ("multiple_choice", {"options": []}, "options: found 0, expected 4"),
    ("track", {"answer": "frame 1: (0.5, 0.5) visible"}, "found the line 'frame 1: (0.5, 0.5)"),
    ("track", {"answer": "frame 9: (0.500, 0.500) visible"}, "found frames [9], expected those"),
    ("free_form", {"evidence": "{"}, "evidence: found JSON that cannot be read"),
    ("free_form", {"frames": "[]"}, "frames: found JSON that cannot be read"),
    ("free_form", {"objects": '[{"id": 1}]'}, "objects: found JSON that cannot be read"),
    ("free_form", {"format": "essay"}, "format: found 'essay'"),
    ("free_form", {"naming": "finger"}, "naming: found 'finger'"),
    ("free_form", {"license": ""}, "license: found nothing"),
    ("yes_no", {"id": "toy-1"}, "id: found 5 characters, expected 25"),
    ("yes_no", {"scene_id": "elsewhere"}, "found rows but no proof"),
]


@pytest.mark.parametrize(("form", "change", "message"), WRONG_ROWS)
def test_a_wrong_row_is_named(staged_example, tmp_path, form, change, message):
    staged = staged_example(tmp_path / "stage", with_clips=False)
    at = next(i for i, row in enumerate(staged.rows) if row.format == form)
    rows = [*staged.rows[:at], replace(staged.rows[at], **change), *staged.rows[at + 1 :]]
    publish(replace(staged, rows=rows), tmp_path / "out")
    problems = validate(tmp_path / "out")
    assert any(message in problem for problem in problems), problems
    assert all("\n" not in problem for problem in problems)


def test_adjacent_lengths_are_named_with_their_config(staged_example, tmp_path):
    staged = staged_example(tmp_path / "stage", per_type=30, with_clips=False)
    rows = [
        replace(row, question=f"question {i:03d}" + "?" * (1 + i % 2))
        if row.question_type == "depth" else row for i, row in enumerate(staged.rows)
    ]
    publish(replace(staged, rows=rows), tmp_path / "out")
    problems = validate(tmp_path / "out")
    assert len(problems) == 1 and problems[0].startswith("config depth: question: found lengths")


@pytest.fixture
def published(staged_example, tmp_path):
    publish(staged_example(tmp_path / "stage"), tmp_path / "out")
    return DatasetFolder.open(tmp_path / "out")


def test_a_missing_a_damaged_and_a_short_clip_are_named(published, tmp_path):
    clips = sorted({published.clip_path(row) for row in published.rows()})
    clips[0].unlink()
    damaged = clips[1].read_bytes()[:400]
    clips[1].unlink()
    clips[1].write_bytes(damaged)
    problems = "\n".join(validate(published.path))
    assert f"{clips[0]}: the file is missing" in problems
    assert f"{clips[1]}: damaged" in problems
    assert "config all: description" in problems, "the digest no longer fits"


def test_a_clip_with_other_frames_than_its_row_says_is_named(staged_example, tmp_path):
    staged = staged_example(tmp_path / "stage")
    frames = json.dumps({"count": 13, "named": [], "targets": []})
    rows = [replace(r, frames=frames) if r.question_type == "depth" else r for r in staged.rows]
    publish(replace(staged, rows=rows), tmp_path / "out")
    problems = validate(tmp_path / "out")
    assert len(problems) == 12 and "found 12 frames, expected 13" in problems[0]
    assert sum("(and 1 more rows)" in problem for problem in problems) == 2, "14 rows on 12 clips"


def test_stray_files_and_rows_in_the_wrong_table_are_named(published):
    (published.split_folder / "videos/toy/00/extra.mp4").write_bytes(b"")
    table = published.path / "train/depth.parquet"
    pq.write_table(pq.read_table(published.path / "train/object_direction.parquet"), table)
    problems = "\n".join(validate(published.path))
    assert "extra.mp4: found a file that no row names" in problems
    assert "question_type: found 'object_direction', expected 'depth'" in problems
    assert "id: found 2 times" in problems


def test_what_is_no_folder_of_ours_is_said_in_one_line(tmp_path, published):
    assert len(validate(tmp_path / "nowhere")) == 1
    (published.path / "train/depth.parquet").write_bytes(b"PAR1 no more")
    assert len(validate(published.path)) == 1
    (published.path / "generation.json").write_text("{}")
    assert "expected those of a generation" in validate(published.path)[0]
