"""The model before training: a checkpoint like any other, whose visual encoder sees all frames at once."""

from __future__ import annotations

import pytest

SIZE = {"width": 64, "layers": 1, "vision_width": 64, "vision_layers": 1, "patch": 16, "merge": 2,
        "slice_frames": 4, "words": 300}
TEXTS = ["The video has 4 frames, numbered 0 to 3.\nDoes the camera pan left?\nYes",
         "frame 3: (0.413, 0.207)"] * 9


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    from fourdp_qa.train.demonstration.tiny_model import TinySize, make_model

    folder = tmp_path_factory.mktemp("tiny")
    return folder, make_model(folder, TEXTS, TinySize(**SIZE), 64, seed=3)


@pytest.fixture(scope="module")
def encoder_and_model(made):
    from fourdp_qa.train.config import ModelSettings
    from fourdp_qa.train.encoding import ClipSettings, VideoEncoder
    from fourdp_qa.train.families import family_named
    from fourdp_qa.train.model import load_model

    family = family_named("qwen3_vl")
    model, processor = load_model(ModelSettings(str(made[0]), "qwen3_vl"), family)
    return VideoEncoder(processor, family, ClipSettings("qwen3_vl", 2.0, 64, 4)), model


def test_it_is_loaded_with_the_weights_that_were_made(made, encoder_and_model):
    _, model = encoder_and_model
    assert sum(p.numel() for p in model.parameters()) == made[1]


def test_the_same_seed_gives_the_same_weights(made, tmp_path):
    import torch
    from safetensors.torch import load_file

    from fourdp_qa.train.demonstration.tiny_model import TinySize, make_model

    for seed, same in ((3, True), (4, False)):
        make_model(tmp_path / str(seed), TEXTS, TinySize(**SIZE), 64, seed)
        one, other = (load_file(f / "model.safetensors") for f in (made[0], tmp_path / str(seed)))
        assert all(torch.equal(one[n], other[n]) for n in one) is same


def test_digits_and_the_end_of_the_prompt_stand_alone(encoder_and_model):
    tokenizer = encoder_and_model[0].processor.tokenizer
    assert [tokenizer.decode([t]) for t in tokenizer("413")["input_ids"]] == ["4", "1", "3"]
    prompt = encoder_and_model[0].prompt_of_messages(
        [{"role": "user", "content": [{"type": "video", "url": ""}, {"type": "text", "text": "Yes?"}]}])
    assert prompt == ("<|im_start|>user\n<|vision_start|><|video_pad|><|vision_end|>Yes?<|im_end|>\n"
                      "<|im_start|>assistant\n")
    before, whole = tokenizer(prompt)["input_ids"], tokenizer(f"{prompt}Yes")["input_ids"]
    assert whole[: len(before)] == before


def test_of_a_place_only_the_digits_are_told_apart(encoder_and_model):
    tokenizer = encoder_and_model[0].processor.tokenizer
    text = "at (0.413, 0.207) visible"
    ids = tokenizer(text)["input_ids"]
    assert tokenizer.decode(ids) == text
    place = "|".join(tokenizer.decode([t]) for t in ids)
    assert "| (0.|4|1|3|, 0.|2|0|7|)" in place


def test_lines_that_many_questions_share_are_one_token_and_options_are_words(tmp_path):
    from transformers import AutoTokenizer

    from fourdp_qa.train.demonstration.tiny_model import TinySize, make_model

    ask = "Which one of the two is it now?"
    texts = [f"{ask}\nA. It moves to the left now\nB. It {word} here\nAnswer with one letter only."
             for word in ("moves", "turns", "stays") * 3]
    make_model(tmp_path, texts, TinySize(**SIZE), 64, seed=3)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    pieces = [tokenizer.decode([t]) for t in tokenizer(texts[0])["input_ids"]]
    assert (pieces[0], pieces[-1]) == (ask, "Answer with one letter only.")
    assert pieces[2:4] == ["A", "."]
    assert "".join(pieces) == texts[0]


def test_a_clip_is_one_slice_and_its_order_matters(encoder_and_model):
    import numpy as np
    import torch

    encoder, model = encoder_and_model
    clip = np.random.default_rng(0).integers(0, 255, (4, 64, 64, 3), dtype=np.uint8)
    prompt = encoder.prompt_of_messages(
        [{"role": "user", "content": [{"type": "video", "url": ""}, {"type": "text", "text": "Yes?"}]}])
    there, back = (encoder.encode([frames], [prompt], "left") for frames in (clip, clip[::-1].copy()))
    assert there["video_grid_thw"].tolist() == [[1, 4, 4]]
    assert encoder.tokens_of(64, 4) == 4
    with torch.no_grad():
        assert not torch.allclose(model(**there).logits[0, -1], model(**back).logits[0, -1])
