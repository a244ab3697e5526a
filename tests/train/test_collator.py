"""What a batch holds: the whole clip, the nominal rate, and labels on the answer alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.prompt import text_prompt
from fourdp_qa.rows.row import row_from_mapping
from fourdp_qa.train.collator import IGNORED, VideoQACollator, expect_video_and_labels
from fourdp_qa.train.encoding import ClipSettings, VideoEncoder

KINDS = ("qwen2_5_vl", "qwen3_vl", "llava_onevision")
TYPES = ("camera_movement", "depth", "true_motion_point_tracking")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("question_type", TYPES)
def test_the_labels_are_the_answer_and_the_end_of_the_turn(loaded, examples, kind, question_type):
    _, encoder, _ = loaded(kind)
    rows = examples(question_type)
    batch = VideoQACollator(encoder)(rows)
    tokenizer = encoder.processor.tokenizer
    for n, row in enumerate(rows):
        labels = batch["labels"][n]
        assert tokenizer.decode(labels[labels != IGNORED]) == row["answer"] + tokenizer.eos_token
        # Labels are the inputs at the same places, and what is not learnt is prompt or padding.
        learnt = labels != IGNORED
        assert (batch["input_ids"][n][learnt] == labels[learnt]).all()
        assert not (learnt & (batch["attention_mask"][n] == 0)).any()


def test_options_can_be_answered_in_words_and_the_scorer_reads_them(loaded, examples):
    from fourdp_qa.eval_tasks.scoring.verdict import judge

    _, encoder, _ = loaded()
    tokenizer = encoder.processor.tokenizer
    rows = [examples("depth", 1)[0], examples("camera_movement", 1)[0]]
    batch = VideoQACollator(encoder, words=True)(rows)
    said = [tokenizer.decode(labels[labels != IGNORED]) for labels in batch["labels"]]
    assert said == [rows[0]["answer_text"] + tokenizer.eos_token, rows[1]["answer"] + tokenizer.eos_token]
    assert rows[0]["answer_text"] != rows[0]["answer"]
    assert judge(row_from_mapping(rows[0]), rows[0]["answer_text"]).score == 1


def test_answers_of_different_lengths_share_a_batch(loaded, examples):
    _, encoder, _ = loaded()
    rows = [examples("depth", 1)[0], examples("true_motion_point_tracking", 1)[0]]
    batch = VideoQACollator(encoder)(rows)
    tokenizer = encoder.processor.tokenizer
    said = [tokenizer.decode(labels[labels != IGNORED]) for labels in batch["labels"]]
    assert said == [row["answer"] + tokenizer.eos_token for row in rows]
    assert (batch["attention_mask"].sum(dim=1) == batch["attention_mask"].shape[1]).sum() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_prompt_is_the_one_of_the_evaluation(loaded, examples, kind):
    _, encoder, _ = loaded(kind)
    row = row_from_mapping(examples("depth", 1)[0])
    assert text_prompt(row) in encoder.prompt(row)
    assert encoder.prompt(row).endswith("assistant\n")


@pytest.mark.parametrize("kind", KINDS)
def test_every_frame_reaches_the_model(loaded, examples, kind):
    model, encoder, family = loaded(kind)
    batch = VideoQACollator(encoder)(examples("depth"))
    expect_video_and_labels(batch, family)
    if "video_grid_thw" in batch:  # 4 frames are 2 slices; 64 pixels are 4 patches
        assert batch["video_grid_thw"].tolist() == [[2, 4, 4]] * 2
    else:
        assert batch[family.video_key].shape == (2, 4, 3, 64, 64)
    video = encoder.processor.video_token_id
    tokens = {"qwen2_5_vl": 8, "qwen3_vl": 8, "llava_onevision": 4 * 4 + 1}[kind]
    assert [(ids == video).sum().item() for ids in batch["input_ids"]] == [tokens] * 2
    assert model(**batch).loss.isfinite()


def test_a_clip_changes_what_the_model_sees(loaded, examples):
    model, encoder, _ = loaded()
    rows = examples("depth", 2)
    swapped = [rows[0] | {"video": rows[1]["video"]}]
    losses = [model(**VideoQACollator(encoder)(some)).loss.item() for some in (rows[:1], swapped)]
    assert losses[0] != losses[1]


def test_slices_have_different_places_in_time_at_the_nominal_rate(loaded):
    import numpy as np

    model, encoder, family = loaded()

    def places(rate: float) -> int:
        shown = VideoEncoder(encoder.processor, family, ClipSettings("qwen2_5_vl", rate, 64, 32))
        prompt = encoder.prompt_of_messages(
            [{"role": "user", "content": [{"type": "video", "url": ""}, {"type": "text", "text": "Yes"}]}])
        batch = shown.encode([np.zeros((32, 64, 64, 3), np.uint8)], [prompt], "right")
        batch.pop("pixel_values_videos")
        positions, _ = model.model.get_rope_index(**batch)
        here = batch["input_ids"][0] == encoder.processor.video_token_id
        return len(set(positions[0][0][here].tolist()))

    assert family.nominal_fps == 2
    assert (places(2), places(10), places(30)) == (16, 7, 3)


def test_frames_of_another_size_are_brought_to_the_size_of_the_run(loaded, examples):
    _, encoder, family = loaded()
    larger = VideoEncoder(encoder.processor, family, replace(encoder.settings, size=96))
    batch = VideoQACollator(larger)(examples("depth", 1))
    assert batch["video_grid_thw"].tolist() == [[2, 6, 6]]
    as_stored = VideoEncoder(encoder.processor, family, replace(encoder.settings, size=0))
    assert VideoQACollator(as_stored)(examples("depth", 1))["video_grid_thw"].tolist() == [[2, 4, 4]]


def test_a_clip_kept_in_memory_is_the_clip_and_no_longer_read(loaded, examples, tmp_path):
    _, encoder, family = loaded("qwen2_5_vl")
    example = examples("depth")[0]
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(Path(example["video"]["path"]).read_bytes())
    keeping = VideoEncoder(encoder.processor, family, encoder.settings, keep_mb=1)
    first = keeping.frames({"path": str(clip), "bytes": None}, "row")
    clip.unlink()
    assert np.array_equal(keeping.frames({"path": str(clip), "bytes": None}, "row"), first)
    assert np.array_equal(first, encoder.frames(example["video"], "row"))
    with pytest.raises(FourdpQaError, match="found a clip of"):
        keeping.frames({"path": str(clip), "bytes": None}, "row", count=len(first) + 1)


def test_clips_beyond_the_memory_given_are_read_each_time(loaded, examples, tmp_path):
    _, encoder, family = loaded("qwen2_5_vl")
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(Path(examples("depth")[0]["video"]["path"]).read_bytes())
    large = VideoEncoder(encoder.processor, family, replace(encoder.settings, size=448), keep_mb=1)
    large.frames({"path": str(clip), "bytes": None}, "row")
    clip.unlink()
    with pytest.raises(FourdpQaError, match=r"clip\.mp4"):
        large.frames({"path": str(clip), "bytes": None}, "row")


def test_a_size_that_no_patch_fits_names_one_that_does(loaded):
    _, encoder, family = loaded()
    with pytest.raises(FourdpQaError, match=r"found 70, expected a multiple of 32 .*set data.size: 64"):
        VideoEncoder(encoder.processor, family, replace(encoder.settings, size=70))


def test_a_clip_with_fewer_frames_than_its_row_says_is_refused(loaded, examples, questions, tmp_path):
    from fourdp_qa.clips.encode import encode_clip

    _, encoder, _ = loaded()
    encode_clip(questions.moving_block(0)[:3], tmp_path / "short.mp4", 8.0)
    row = examples("depth", 1)[0] | {"video": {"path": str(tmp_path / "short.mp4"), "bytes": None}}
    with pytest.raises(FourdpQaError, match="found a clip of 3 frames, expected 4"):
        VideoQACollator(encoder)([row])


def test_a_batch_without_video_or_labels_is_refused(loaded, examples):
    _, encoder, family = loaded()
    batch = VideoQACollator(encoder)(examples("depth"))
    without = {name: value for name, value in batch.items() if name != "pixel_values_videos"}
    with pytest.raises(FourdpQaError, match=r"no 'pixel_values_videos' .*text alone"):
        expect_video_and_labels(without, family)
    with pytest.raises(FourdpQaError, match="no label on any answer"):
        expect_video_and_labels(batch | {"labels": batch["labels"] * 0 + IGNORED}, family)
