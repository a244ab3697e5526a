"""What was pushed loads by name: every row and every frame, at once and as a stream."""

from __future__ import annotations

import json
from dataclasses import asdict

from loopback_hub import READER

from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.dataset.benchmark import read_benchmark
from fourdp_qa.dataset.folder import DatasetFolder

NAME, BENCH = "acme/fourdp-qa", "acme/bench"
DIGEST = """
import hashlib, json
def digest(row, pixels):
    text = json.dumps({name: row[name] for name in sorted(row) if name not in ("video", "file_name")})
    return hashlib.sha256(text.encode() + (pixels.tobytes() if pixels is not None else b"")).hexdigest()
"""
LOAD = DIGEST + """
import datasets, fourdp_qa
found = {"configs": datasets.get_dataset_config_names(%(name)r)}
for config in %(configs)r:
    for streaming in (False, True):
        rows = fourdp_qa.load(%(name)r, config, split=%(split)r, streaming=streaming)
        found[f"{config} {streaming}"] = {
            row["id"]: digest(row, fourdp_qa.frames(row) if row["id"] in %(filmed)r else None)
            for row in rows}
bare = datasets.load_dataset(%(name)r)
found["bare"] = {split: sorted(rows["id"]) for split, rows in bare.items()}
print(json.dumps(found))
"""
PRIVATE = """
import fourdp_qa
from fourdp_qa.errors import FourdpQaError
try:
    print(len(fourdp_qa.load("acme/private", "depth", split="train")))
except FourdpQaError as error:
    print(error)
print(len(fourdp_qa.load("acme/private", "depth", split="train", token=%r)))
"""


def digest(row, pixels):
    space = {}
    exec(DIGEST, space)  # noqa: S102 - the same lines that run in the other process
    return space["digest"](row, pixels)


def test_a_training_set_by_name(outcome_of, written, hub, python_with_hub):
    outcome_of(written / "fourdp-qa")
    folder = DatasetFolder.open(written / "fourdp-qa")
    # Frames of every clip and of every type are compared: those of all rows would be most of the time.
    first = folder.types[0]
    filmed = {row.id for row in folder.rows(first)} | {folder.rows(name)[0].id for name in folder.types}
    assert {row.file_name for row in folder.rows(first)} == {row.file_name for row in folder.rows()}
    code = LOAD % {"name": NAME, "configs": list(folder.configs), "split": "train", "filmed": filmed}
    found = json.loads(python_with_hub(code).splitlines()[-1])
    assert sorted(found["configs"]) == sorted(folder.configs)
    frames = {row.id: decode_clip(folder.clip_path(row)) for row in folder.rows() if row.id in filmed}
    for config in folder.configs:
        expected = {row.id: digest(asdict(row), frames.get(row.id)) for row in folder.rows(config)}
        assert found[f"{config} False"] == expected, config
        assert found[f"{config} True"] == expected, config
    assert found["bare"] == {"train": sorted(row.id for row in folder.rows())}


def test_a_benchmark_by_name(outcome_of, written, hub, python_with_hub):
    outcome_of(written / "bench", BENCH)
    benchmark = read_benchmark(written / "bench")
    filmed = {row.id for row in benchmark.rows}
    code = LOAD % {"name": BENCH, "configs": ["all"], "split": "test", "filmed": filmed}
    found = json.loads(python_with_hub(code).splitlines()[-1])
    frames = {name: decode_clip({"bytes": data, "path": name}) for name, data in benchmark.clips.items()}
    expected = {row.id: digest(asdict(row), frames[benchmark.clip_of[row.id]]) for row in benchmark.rows}
    assert found["all False"] == expected and found["all True"] == expected
    assert found["bare"] == {"test": sorted(row.id for row in benchmark.rows)}


def test_a_private_data_set_needs_a_token(outcome_of, written, hub, python_with_hub):
    outcome_of(written / "fourdp-qa", "acme/private", private=True)
    said, rows = python_with_hub(PRIVATE % READER).splitlines()[-2:]
    assert "acme/private" in said and "run `hf auth login` or set HF_TOKEN" in said
    assert rows == "14"
