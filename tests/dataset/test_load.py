"""`load_dataset` and `fourdp_qa.load`, each in a fresh process with a cache of its own."""

import json
from dataclasses import replace

import numpy as np
import pytest

import fourdp_qa
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError

COUNT = """
import json
from datasets import load_dataset
counts = {}
for config in (None, %s):
    name = config or "bare"
    dataset = load_dataset("fourdp-qa", config)["train"]
    stream = load_dataset("fourdp-qa", config, split="train", streaming=True)
    counts[name] = [len(dataset), sum(1 for _ in stream.decode(False)) if %s else 0]
    assert ("video" in dataset.features) is %s, "with clips there is a column of video"
    counts[name].append(sorted(dataset["id"])[0])
print(json.dumps(counts))
"""



def counts(run, cwd, types, *, clips=True):
    code = COUNT % (str(list(types))[1:-1], clips, clips)
    return json.loads(run(code, cwd).splitlines()[-1])


def test_bare_per_type_and_streamed_have_the_rows_of_the_folder(
    staged_example, tmp_path, python_elsewhere
):
    publish(staged_example(tmp_path / "stage"), tmp_path / "home/fourdp-qa")
    folder = DatasetFolder.open(tmp_path / "home/fourdp-qa")
    found = counts(python_elsewhere, tmp_path / "home", folder.types)
    for config, (loaded, streamed, first) in found.items():
        rows = folder.rows("all" if config == "bare" else config)
        assert loaded == streamed == len(rows)
        assert first == min(row.id for row in rows)


@pytest.mark.parametrize("clips", [1, pytest.param(2, marks=pytest.mark.long), 6])
def test_fewer_clips_than_tables_still_load_as_video(
    staged_example, tmp_path, python_elsewhere, clips
):
    publish(staged_example(tmp_path / "stage", clips=clips), tmp_path / "home/fourdp-qa")
    found = counts(python_elsewhere, tmp_path / "home", ["depth"])
    assert found["bare"][:2] == [84, 84] and found["depth"][:2] == [14, 14]


def test_without_clips_it_loads_as_plain_tables(staged_example, tmp_path, python_elsewhere):
    staged = staged_example(tmp_path / "stage", with_clips=False)
    publish(staged, tmp_path / "home/fourdp-qa")
    found = counts(python_elsewhere, tmp_path / "home", ["depth"], clips=False)
    assert (found["bare"][0], found["depth"][0]) == (84, 14)


def test_published_again_under_the_same_name_the_new_rows_are_served(
    staged_example, tmp_path, python_elsewhere
):
    out = tmp_path / "home/fourdp-qa"
    publish(staged_example(tmp_path / "stage", seed=1), out)
    code = ("from datasets import load_dataset\nfor config in (None, 'depth'):\n"
            "    rows = load_dataset('fourdp-qa', config, split='train')\n"
            "    print(rows['seed'][0], len(rows), round(sum(rows['margin']), 6))")
    before = python_elsewhere(code, out.parent)
    publish(staged_example(tmp_path / "stage2", seed=2), out)
    after = python_elsewhere(code, out.parent)
    assert [line.split()[0] for line in before.splitlines()] == ["1", "1"]
    assert [line.split()[0] for line in after.splitlines()] == ["2", "2"]
    # One clip with other pictures, the rows as they were: another key too.
    folder = DatasetFolder.open(out)
    staged = staged_example(tmp_path / "stage3", seed=2)
    publish(replace(staged, rows=[replace(r, margin=0.5) for r in staged.rows]), out)
    assert DatasetFolder.open(out).digests != folder.digests
    assert python_elsewhere(code, out.parent).splitlines()[0] == "2 84 42.0"


def test_rows_and_frames_without_torch(
    staged_example, tmp_path, python_elsewhere, without_torch
):
    publish(staged_example(tmp_path / "stage"), tmp_path / "home/fourdp-qa")
    code = without_torch + """
import fourdp_qa
rows = fourdp_qa.load("fourdp-qa", "camera_movement", split="train")
row = rows[0]
print(row["question"][:4], fourdp_qa.frames(row).shape)
stream = fourdp_qa.load(streaming=True)["train"]
print(fourdp_qa.frames(next(iter(stream))).shape)
everything = fourdp_qa.load()
print(everything["train"].num_rows, everything["train"][83]["video"]["path"][-4:])
import sys
assert not {"torch", "torchcodec"} & set(sys.modules)
try:
    __import__("datasets").load_dataset("fourdp-qa", split="train")[0]
except ImportError as error:
    print("plain access:", "torchcodec" in str(error))
"""
    assert python_elsewhere(code, tmp_path / "home").splitlines() == [
        "Over (12, 64, 64, 3)", "(12, 64, 64, 3)", "84 .mp4", "plain access: True"]


def test_a_moved_folder_is_not_served_with_clips_of_its_old_place(
    staged_example, tmp_path, python_elsewhere
):
    publish(staged_example(tmp_path / "stage"), tmp_path / "old/fourdp-qa")
    code = ("import fourdp_qa\nrow = fourdp_qa.load(split='train')[5]\n"
            "print(row['video']['path'], fourdp_qa.frames(row).shape)")
    assert str(tmp_path / "old") in python_elsewhere(code, tmp_path / "old")
    (tmp_path / "new").mkdir()
    (tmp_path / "old/fourdp-qa").rename(tmp_path / "new/fourdp-qa")
    assert str(tmp_path / "new") in python_elsewhere(code, tmp_path / "new")


def test_a_config_that_is_not_there_is_one_line_with_those_that_are(staged_example, tmp_path):
    publish(staged_example(tmp_path / "stage", clips=3), tmp_path / "fourdp-qa")
    with pytest.raises(FourdpQaError, match="no config 'dept', expected one of all, camera_mov"):
        fourdp_qa.load(tmp_path / "fourdp-qa", "dept")


def test_frames_of_a_row_object_need_its_folder(staged_example, tmp_path):
    publish(staged_example(tmp_path / "stage"), tmp_path / "out")
    folder = DatasetFolder.open(tmp_path / "out")
    row = folder.rows("depth")[0]
    frames = fourdp_qa.frames(row, folder)
    assert frames.shape == (12, 64, 64, 3) and frames.dtype == np.uint8
    np.testing.assert_array_equal(frames, fourdp_qa.frames(row, tmp_path / "out"))
    with pytest.raises(FourdpQaError, match=r"expected its folder too: frames\(row, folder\)"):
        fourdp_qa.frames(row)
    with pytest.raises(FourdpQaError, match="generated without clips"):
        fourdp_qa.frames({"id": "x", "question": "?"})


def test_importing_the_package_is_quick_and_light(python_elsewhere, tmp_path):
    code = ("import time, sys; start = time.perf_counter(); import fourdp_qa; "
            "spent = time.perf_counter() - start; "
            "heavy = {'numpy', 'datasets', 'pyarrow', 'av'} & set(sys.modules); "
            "print(spent < 0.05, heavy, fourdp_qa.__version__, hasattr(fourdp_qa, 'nothing'))")
    assert python_elsewhere(code, tmp_path) == f"True set() {fourdp_qa.__version__} False"


@pytest.fixture(scope="module")
def folder(staged_example, tmp_path_factory):
    root = tmp_path_factory.mktemp("messages")
    publish(staged_example(root / "stage", clips=2, per_type=3), root / "fourdp-qa")
    return DatasetFolder.open(root / "fourdp-qa")


def test_messages_are_those_of_training_and_of_the_lmms_tasks(folder):
    from fourdp_qa.eval_tasks.lmms.task import doc_to_messages
    from fourdp_qa.rows.prompt import chat_messages, text_prompt

    for row in folder.rows():
        clip = str(folder.clip_path(row))
        loaded = {**vars(row), "video": {"bytes": None, "path": clip}}
        said = fourdp_qa.messages(loaded)
        assert said == fourdp_qa.messages(row, folder) == fourdp_qa.messages(row, folder.path)
        assert said == doc_to_messages(loaded | {"clip": clip}) == chat_messages(row, clip)
        assert said == [{"role": "user", "content": [
            {"type": "video", "url": clip}, {"type": "text", "text": text_prompt(row)}]}]


def test_messages_of_a_clip_that_is_no_file_need_to_be_told_where_it_is(folder):
    row = {**vars(folder.rows("depth")[0]), "video": {"bytes": b"mp4", "path": "clip.mp4"}}
    with pytest.raises(FourdpQaError, match=r"expected a path: messages\(row, video=PATH\)"):
        fourdp_qa.messages(row)
    assert fourdp_qa.messages(row, video="")[0]["content"][0] == {"type": "video", "url": ""}
    with pytest.raises(FourdpQaError, match="generated without clips"):
        fourdp_qa.messages({**row, "video": None, "file_name": ""})
    streamed = row | {"video": {"bytes": None, "path": "hf://datasets/acme/fourdp-qa@main/train/a.mp4"}}
    assert fourdp_qa.messages(streamed)[0]["content"][0]["url"].startswith("hf://")
