"""Every mistake that can be seen before the first step ends the run there, in one line that says what to
do about it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.sft import train


@pytest.fixture
def copy_of(folder, tmp_path):
    """The tiny data set in a folder of its own, with rows changed by a function."""
    import pyarrow.parquet as pq

    def make(change=lambda table: table, name="damaged"):
        import shutil

        target = tmp_path / name
        shutil.copytree(folder, target)
        for path in (target / "train").glob("*.parquet"):
            pq.write_table(change(pq.read_table(path)), path)
        return target

    return make


def set_column(name, value):
    import pyarrow as pa

    def change(table):
        if table["format"][0].as_py() != "multiple_choice":
            return table
        return table.set_column(table.column_names.index(name), name, pa.array([value] * len(table)))

    return change


def test_another_family(write_config):
    with pytest.raises(FourdpQaError, match=r"found 'qwen2_5_vl', .*set model.family: qwen2_5_vl"):
        train(write_config(**{"model.family": "qwen3_vl"}))


def test_no_such_model(write_config):
    with pytest.raises(FourdpQaError, match=r"model\.name: found .*expected a folder or a Hub repository"):
        train(write_config(**{"model.name": "/nowhere/at/all"}))


def test_a_prefix_that_fits_nothing(write_config, monkeypatch):
    from dataclasses import replace

    from fourdp_qa.train import families

    known = families.families()
    wrong = replace(known["qwen2_5_vl"], parts=known["qwen2_5_vl"].parts | {"llm": ("language_model.",)})
    monkeypatch.setattr(families, "families", lambda: known | {"qwen2_5_vl": wrong})
    with pytest.raises(FourdpQaError, match=r"prefix 'language_model\.' of 'llm' fits none .*correct train"):
        train(write_config())


def test_a_part_that_the_family_does_not_have(write_config):
    with pytest.raises(FourdpQaError, match=r"model\.train: found 'head', expected some of vision"):
        train(write_config(**{"model.train": ["head"]}))


def test_a_missing_column(write_config, copy_of):
    damaged = copy_of(lambda table: table.drop_columns(["split_unit"]))
    with pytest.raises(FourdpQaError, match=r"found no column 'split_unit', .*this version of fourdp-qa"):
        train(write_config(**{"data.path": str(damaged)}))


def test_a_data_set_without_clips(write_config, questions, tmp_path):
    damaged = questions.make_folder(tmp_path / "no-clips", clips=False)
    with pytest.raises(FourdpQaError, match="found no column 'video', expected one; generate it with clips"):
        train(write_config(**{"data.path": str(damaged)}))


def test_an_answer_that_is_none_of_the_options(write_config, copy_of):
    damaged = copy_of(set_column("answer", "E"))
    with pytest.raises(FourdpQaError, match=r"row tiny-\S+: answer: found 'E', expected a letter A to D"):
        train(write_config(**{"data.path": str(damaged)}))


@pytest.mark.parametrize("kept", [0.5, 0.98])
def test_a_truncated_clip(write_config, copy_of, kept):
    damaged = copy_of()
    for clip in damaged.rglob("*.mp4"):
        clip.write_bytes(clip.read_bytes()[: int(clip.stat().st_size * kept)])
    with pytest.raises(FourdpQaError, match=r"clip \S+mp4 of row tiny-\S+: .*expected 4.*copy or generate"):
        train(write_config(**{"data.path": str(damaged)}))


def test_a_missing_clip(write_config, copy_of):
    from fourdp_qa.dataset.load import load
    from fourdp_qa.train.rows import check_clips

    damaged = copy_of()
    rows = load(damaged, split="train")
    assert check_clips(rows) == 12
    assert check_clips(rows, 0, 2) + check_clips(rows, 1, 2) == 12  # two processes share the work
    next(damaged.rglob("*.mp4")).unlink()
    with pytest.raises(FourdpQaError, match="the file is missing; copy or generate"):
        check_clips(rows)


def test_clips_stored_inside_the_table_are_checked_too(questions, tmp_path):
    from datasets import Dataset, Features, Value

    from fourdp_qa.clips.encode import encode_clip
    from fourdp_qa.train.rows import check_clips

    encode_clip(questions.moving_block(0), tmp_path / "clip.mp4", 8.0)
    whole = (tmp_path / "clip.mp4").read_bytes()
    features = Features({"id": Value("string"), "frames": Value("string"),
                         "video": {"bytes": Value("binary"), "path": Value("string")}})

    def rows(count, data):
        return Dataset.from_list([{"id": "a", "frames": f'{{"count": {count}}}',
                                   "video": {"bytes": data, "path": None}}], features=features)

    assert check_clips(rows(4, whole)) == 1
    with pytest.raises(FourdpQaError, match="clip a of row a: found 4 whole frames, expected 5"):
        check_clips(rows(5, whole))
    with pytest.raises(FourdpQaError, match="clip a of row a: damaged"):
        check_clips(rows(4, whole[:300]))


def test_a_size_that_fits_no_patch(write_config):
    with pytest.raises(FourdpQaError, match=r"found 100, expected a multiple of 32 .*set data\.size: 96"):
        train(write_config(**{"data.size": 100}))


def test_video_that_does_not_reach_the_model(write_config, monkeypatch):
    """What a stock collator does: it trains on text alone, silently."""
    from fourdp_qa.train import encoding

    whole = encoding.VideoEncoder.encode

    def blind(self, *arguments, **named):
        batch = whole(self, *arguments, **named)
        return {name: value for name, value in batch.items() if name != "pixel_values_videos"}

    monkeypatch.setattr(encoding.VideoEncoder, "encode", blind)
    with pytest.raises(FourdpQaError, match="first batch: found no 'pixel_values_videos'"):
        train(write_config())


def test_a_launch_file_that_does_not_shard(write_config, monkeypatch):
    import torch

    from fourdp_qa.train.trainer import expect_shards

    model = torch.nn.Linear(1, 1)
    expect_shards(model, {})
    for name in ("FSDP", "DEEPSPEED"):
        with pytest.raises(FourdpQaError, match="found a Linear without shards"):
            expect_shards(model, {f"ACCELERATE_USE_{name}": "true"})


def test_a_person_sees_one_line_and_no_traceback(write_config):
    config = write_config(**{"model.family": "gpt"})
    done = subprocess.run([sys.executable, "-m", "fourdp_qa.train.sft", "--config", config], text=True,
                          capture_output=True, check=False, timeout=120, cwd=Path(config).parent)
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if "fourdp-qa" in line] == [
        "fourdp-qa: model.family: found 'gpt', expected one of qwen2_5_vl, qwen3_vl, llava_onevision, "
        "nvila_lite"]
    assert "Traceback" not in done.stderr


def test_help_is_quick():
    code = ("import sys\nfrom fourdp_qa.train.sft import main\n"
            "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
            "print([m for m in ('torch', 'transformers', 'trl', 'datasets', 'av') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True,
                          timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"
