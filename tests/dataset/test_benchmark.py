"""A benchmark is one file with each clip stored once, named by the digest of its questions."""

import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

import fourdp_qa.dataset.benchmark as benchmark_module
from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.dataset.benchmark import read_benchmark, write_benchmark
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.digests import questions_digest
from fourdp_qa.rows.row import arrow_schema

CLIPS = 10


@pytest.fixture
def staged(staged_example, tmp_path):
    """60 questions a type on ten clips of noise, which no table compresses."""
    staged = staged_example(tmp_path / "stage", clips=CLIPS, per_type=60)
    rng = np.random.default_rng(0)
    for name in {row.file_name for row in staged.rows}:
        frames = rng.integers(0, 255, (12, 128, 128, 3), dtype=np.uint8)
        encode_clip(frames, staged.clips_root / name, fps=12)
    return staged


def clip_bytes(staged):
    names = {row.file_name for row in staged.rows}
    return sum((staged.clips_root / name).stat().st_size for name in names)


def test_rows_and_clips_come_back(staged, tmp_path):
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy")
    read = read_benchmark(tmp_path / "bench")
    assert read.name == "toy" and len(read.clips) == CLIPS
    by_id = {row.id: row for row in staged.rows}
    assert len(read.rows) == len(by_id)
    for row in read.rows:
        assert row == replace(by_id[row.id], file_name="")
        clip = staged.clips_root / by_id[row.id].file_name
        assert read.clip_of[row.id] == clip.name and read.clips[clip.name] == clip.read_bytes()


def test_each_clip_is_stored_once(staged, tmp_path):
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy")
    size = (tmp_path / "bench/test.parquet").stat().st_size
    text = sum(len(str(row)) for row in staged.rows)
    assert clip_bytes(staged) < size < 1.05 * clip_bytes(staged) + text / 2
    assert size < clip_bytes(staged) * 360 / CLIPS / 10, "far from one copy a question"


def test_past_the_size_of_a_row_group_a_clip_still_lies_in_one(staged, tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark_module, "GROUP_BYTES", clip_bytes(staged) * 36 // 4)
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy")
    file = pq.ParquetFile(tmp_path / "bench/test.parquet")
    assert 4 <= file.num_row_groups <= 5
    groups = [
        {cell["path"] for cell in file.read_row_group(i, ["video"])["video"].to_pylist()}
        for i in range(file.num_row_groups)
    ]
    assert sum(map(len, groups)) == CLIPS == len(set.union(*groups))
    assert len(read_benchmark(tmp_path / "bench").rows) == len(staged.rows)
    text = sum(len(str(row)) for row in staged.rows)
    size = (tmp_path / "bench/test.parquet").stat().st_size
    assert size < 1.05 * clip_bytes(staged) + text / 2


def test_the_file_has_the_columns_of_a_row_then_the_clip(staged, tmp_path):
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy")
    schema = pq.read_schema(tmp_path / "bench/test.parquet")
    assert schema.names == [*arrow_schema().names, "video"]
    assert str(schema.field("video").type) == "struct<bytes: binary, path: string>"
    facts = json.loads((tmp_path / "bench/benchmark.json").read_text())
    assert facts == {
        "name": "toy", "questions_digest": questions_digest(staged.rows), "schema_version": "1.0",
        "generator_version": "0.1.0", "license": "CC-BY-4.0", "items": 360, "clips": CLIPS,
        "types": sorted({row.question_type for row in staged.rows}), "quotas": [],
        "groups": 0,
    }


def test_written_again_it_replaces_its_own_files_only(staged, tmp_path):
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy")
    (tmp_path / "bench/.git").mkdir()
    write_benchmark(staged.rows[5:], staged.clips_root, tmp_path / "bench", "newer")
    names = {path.name for path in (tmp_path / "bench").iterdir()}
    assert names == {"README.md", "benchmark.json", "test.parquet", ".git"}
    assert read_benchmark(tmp_path / "bench").name == "newer"
    assert not list(tmp_path.glob(".bench.*"))


def test_equal_rows_give_equal_bytes_and_other_encoders_the_same_name(
    staged, staged_example, tmp_path
):
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "one", "toy")
    write_benchmark(staged.rows[::-1], staged.clips_root, tmp_path / "two", "toy")
    for name in ("test.parquet", "benchmark.json", "README.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    smooth = staged_example(tmp_path / "other", clips=CLIPS, per_type=60)  # the same rows
    write_benchmark(smooth.rows, smooth.clips_root, tmp_path / "three", "toy")
    digests = [read_benchmark(tmp_path / n).questions_digest for n in ("one", "three")]
    assert digests[0] == digests[1]


def test_it_loads_with_datasets_and_its_frames_decode(
    staged, tmp_path, python_elsewhere, without_torch
):
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "home/bench", "toy")
    code = (without_torch + "import fourdp_qa\n"
            "rows = fourdp_qa.load('bench', split='test')\n"
            "print(len(rows), rows.features['video'].decode, fourdp_qa.frames(rows[0]).shape)\n"
            "stream = fourdp_qa.load('bench', split='test', streaming=True)\n"
            "print(fourdp_qa.frames(next(iter(stream))).shape)")
    assert python_elsewhere(code, tmp_path / "home").splitlines() == [
        "360 False (12, 128, 128, 3)", "(12, 128, 128, 3)"]


def test_changed_questions_no_longer_answer_to_the_name(staged, tmp_path):
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy")
    path = tmp_path / "bench/test.parquet"
    table = pq.read_table(path).slice(1)
    pq.write_table(table, path)
    with pytest.raises(FourdpQaError, match=r"questions_digest: found sha256:.*expected sha256:"):
        read_benchmark(tmp_path / "bench")


def test_what_cannot_be_written_or_read_is_one_line(staged, tmp_path):
    with pytest.raises(FourdpQaError, match="found no rows"):
        write_benchmark([], staged.clips_root, tmp_path / "bench", "toy")
    with pytest.raises(FourdpQaError, match="a clip cannot be read"):
        write_benchmark(staged.rows, tmp_path, tmp_path / "bench", "toy")
    mixed = [*staged.rows[:-1], replace(staged.rows[-1], generator_version="9.9")]
    with pytest.raises(FourdpQaError, match=r"generator_version: found 0\.1\.0, 9\.9, expected one"):
        write_benchmark(mixed, staged.clips_root, tmp_path / "bench", "toy")
    assert not (tmp_path / "bench").exists()
    with pytest.raises(FourdpQaError, match="found something else there"):
        write_benchmark(staged.rows, staged.clips_root, tmp_path, "toy")
    with pytest.raises(FourdpQaError, match="cannot be read"):
        read_benchmark(tmp_path)


def test_the_clips_decode(staged, tmp_path):
    write_benchmark(staged.rows, staged.clips_root, tmp_path / "bench", "toy")
    for name, data in read_benchmark(tmp_path / "bench").clips.items():
        assert decode_clip({"bytes": data, "path": name}).shape == (12, 128, 128, 3)
