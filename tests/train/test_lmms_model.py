"""A trained model behind lmms-eval sees its clips as it did in training."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec

import pytest

pytestmark = pytest.mark.skipif(find_spec("lmms_eval") is None, reason="needs the extra 'eval'")


@pytest.fixture
def saved(tiny_model, tmp_path):
    """A tiny model as `sft` saves it."""
    import shutil

    from fourdp_qa.train.encoding import ClipSettings

    folder = tmp_path / "saved"
    shutil.copytree(tiny_model(), folder)
    ClipSettings("qwen2_5_vl", 2.0, 64, 4).write(folder)
    return folder


@pytest.fixture
def benchmark(tmp_path, questions):
    """Eight questions of two types as a benchmark folder."""
    from fourdp_qa.clips.encode import encode_clip
    from fourdp_qa.dataset.benchmark import write_benchmark

    rows = [questions.make_row(scene, kind) for scene in range(4) for kind in ("camera_movement", "depth")]
    for scene in range(4):
        encode_clip(questions.moving_block(scene), tmp_path / "raw" / rows[2 * scene].file_name, 30.0)
    write_benchmark([replace(row, segment="") for row in rows], tmp_path / "raw", tmp_path / "bench", "tiny")
    return tmp_path / "bench"


def test_lmms_eval_scores_a_trained_model(saved, benchmark, evaluating, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "lmms_eval", "--model", "fourdp_qa_trained", "--model_args",
         f"pretrained={saved},dtype=float32", "--tasks", "4dpqa_depth,4dpqa_camera_movement",
         "--batch_size", "2", "--gen_kwargs", "max_new_tokens=4", "--log_samples", "--output_path", "out"],
        cwd=tmp_path, text=True, capture_output=True, check=False, timeout=280,
        env=evaluating | {"FOURDP_QA_BENCH": str(benchmark), "FOURDP_QA_CACHE": str(tmp_path / "cache")})
    (results,) = (tmp_path / "out").rglob("*_results.json") if (tmp_path / "out").is_dir() else (None,)
    assert results is not None, done.stdout[-1500:] + done.stderr[-3000:]
    counts = json.loads(results.read_text())["n-samples"]
    assert {name: count["effective"] for name, count in counts.items()} == {
        "4dpqa_depth": 4, "4dpqa_camera_movement": 4}
    lines = [json.loads(line) for path in (tmp_path / "out").rglob("*_samples_4dpqa_depth*.jsonl")
             for line in path.read_text().splitlines()]
    assert len(lines) == 4


@pytest.fixture
def model(saved):
    """The class itself, without lmms-eval around it."""
    from fourdp_qa.train.lmms_model import TrainedModel

    return TrainedModel(str(saved), dtype="float32", device="cpu", batch_size=2)


def request_of(model, row, path):
    from fourdp_qa.rows.prompt import chat_messages

    model.task_dict = {"task": {"test": {0: None}}}
    return type("Request", (), {"args": ("", lambda doc: chat_messages(row, str(path)), {
        "max_new_tokens": 6, "temperature": 0}, 0, "task", "test")})


def test_it_answers_as_the_evaluation_on_the_way_does(model, questions, tmp_path, saved):
    from fourdp_qa.clips.encode import encode_clip
    from fourdp_qa.train.answering import generate_texts, prompt_batch

    row = questions.make_row(1, "depth")
    path = tmp_path / "clip.mp4"
    encode_clip(questions.moving_block(1), path, 30.0)
    (answer,) = model.generate_until([request_of(model, row, path)])
    batch = prompt_batch(model._encoder, [vars(row) | {"video": {"path": str(path), "bytes": None}}])
    assert [answer.text] == generate_texts(model._model, model._encoder, batch, max_new_tokens=6)


def test_the_rate_of_the_file_does_not_matter(model, questions, tmp_path):
    """lmms-eval's own class reads the rate and moves the frames in time with it."""
    from fourdp_qa.clips.encode import encode_clip

    seen = []
    model._encoder.encode = lambda clips, texts, padding_side, whole=model._encoder.encode: seen.append(
        whole(clips, texts, padding_side)) or seen[-1]
    row = questions.make_row(1, "depth")
    for rate in (5.0, 30.0):
        encode_clip(questions.moving_block(1), tmp_path / f"{rate}.mp4", rate)
        model.generate_until([request_of(model, row, tmp_path / f"{rate}.mp4")])
    assert all((seen[0][name] == seen[1][name]).all() for name in seen[0] if name != "pixel_values_videos")
    assert (seen[0]["pixel_values_videos"] - seen[1]["pixel_values_videos"]).abs().mean() < 0.05  # encoding
    assert seen[0]["second_per_grid_ts"].tolist() == [1.0]  # slices of two frames at a rate of 2


def test_longer_and_wider_videos_of_other_benchmarks_are_brought_to_its_frames(model, tmp_path):
    import numpy as np

    from fourdp_qa.clips.encode import encode_clip

    frames = np.repeat(np.arange(0, 250, 25, dtype=np.uint8)[:, None, None, None], 96, axis=1)
    encode_clip(np.broadcast_to(frames, (10, 96, 192, 3)).copy(), tmp_path / "wide.mp4", 10.0)
    seen = model._frames(str(tmp_path / "wide.mp4"))
    assert seen.shape == (4, 32, 64, 3)  # at most 64 x 64 pixels in whole patches of 32
    assert np.abs(seen.mean(axis=(1, 2, 3)) - [0, 75, 150, 225]).max() < 6


def test_a_model_without_stored_settings_says_what_to_give(tiny_model):
    from fourdp_qa.train.lmms_model import TrainedModel

    with pytest.raises(SystemExit, match=r"no readable settings .*--model_args family="):
        TrainedModel(str(tiny_model()))
    with pytest.raises(SystemExit, match="found max_pixels, expected pretrained"):
        TrainedModel(str(tiny_model()), max_pixels=3)
    plain = TrainedModel(
        str(tiny_model()), family="qwen2_5_vl", size=64, frames=4, device="cpu", dtype="float32")
    assert plain.settings.nominal_fps == 2


def test_adapters_are_laid_over_their_model(write_config, tmp_path):
    from fourdp_qa.train.lmms_model import TrainedModel
    from fourdp_qa.train.sft import train

    train(write_config(**{"data.samples": 4, "model.lora": {"rank": 2, "alpha": 4}}))
    folder = tmp_path / "run" / "model"
    assert (folder / "adapter_config.json").is_file()
    assert TrainedModel(str(folder), device="cpu", dtype="float32").settings.family == "qwen2_5_vl"


def test_the_entry_steps_aside_without_lmms_eval(monkeypatch):
    from fourdp_qa.train import lmms_plugin

    assert [m.model_id for m in lmms_plugin.register()] == ["fourdp_qa_trained"]
    monkeypatch.setitem(sys.modules, "lmms_eval.models.registry_v2", None)
    assert lmms_plugin.register() == []
