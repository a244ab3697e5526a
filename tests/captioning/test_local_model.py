"""A model on this machine: a tiny one with random weights, made on the spot."""

from __future__ import annotations

import io
import json
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from fourdp_qa.captioning.local_model import LocalModel
from fourdp_qa.captioning.questions import Question
from fourdp_qa.cli import main
from fourdp_qa.errors import MissingExtraError, SourceDataError

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
           "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>")
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% for c in m['content'] %}"
    "{% if c['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif 'text' in c %}{{ c['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Qwen2.5-VL's architecture with 2 layers of 32, saved as a user would have it."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import (
        PreTrainedTokenizerFast,
        Qwen2_5_VLConfig,
        Qwen2_5_VLForConditionalGeneration,
        Qwen2_5_VLProcessor,
        Qwen2TokenizerFast,
        Qwen2VLImageProcessor,
        Qwen2VLVideoProcessor,
    )

    out = tmp_path_factory.mktemp("models") / "tiny-seer"
    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    words.train_from_iterator(["red box blue car"] * 5, trainers.BpeTrainer(
        vocab_size=320, special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    plain = PreTrainedTokenizerFast(
        tokenizer_object=words, **{"eos_token": SPECIAL[2], "pad_token": SPECIAL[0]})
    plain.add_special_tokens({"additional_special_tokens": list(SPECIAL[3:])})
    plain.save_pretrained(out)
    tokenizer = Qwen2TokenizerFast.from_pretrained(out)
    sizes = {"patch_size": 14, "temporal_patch_size": 2, "merge_size": 2, "min_pixels": 28 * 28,
             "max_pixels": 56 * 56}
    Qwen2_5_VLProcessor(
        image_processor=Qwen2VLImageProcessor(**sizes), tokenizer=tokenizer,
        video_processor=Qwen2VLVideoProcessor(**sizes), chat_template=TEMPLATE).save_pretrained(out)
    ids = {name: tokenizer.convert_tokens_to_ids(name) for name in SPECIAL}
    config = Qwen2_5_VLConfig(
        text_config={"vocab_size": len(tokenizer), "hidden_size": 32, "intermediate_size": 32,
                     "num_hidden_layers": 2, "num_attention_heads": 2, "num_key_value_heads": 1,
                     "max_position_embeddings": 4096, "tie_word_embeddings": False,
                     "rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3],
                                         "rope_theta": 1e6}},
        vision_config={"depth": 1, "hidden_size": 32, "intermediate_size": 32, "num_heads": 2,
                       "out_hidden_size": 32, "patch_size": 14, "spatial_merge_size": 2,
                       "temporal_patch_size": 2, "window_size": 56, "fullatt_block_indexes": [0]},
        image_token_id=ids["<|image_pad|>"], video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"], vision_end_token_id=ids["<|vision_end|>"])
    torch.manual_seed(0)
    model = Qwen2_5_VLForConditionalGeneration(config)
    model.generation_config.eos_token_id = ids["<|im_end|>"]
    model.generation_config.pad_token_id = ids["<|endoftext|>"]
    model.save_pretrained(out)
    return out


def picture(colour):
    file = io.BytesIO()
    Image.fromarray(np.full((64, 64, 3), colour, np.uint8)).save(file, "JPEG")
    return file.getvalue()


def test_a_local_model_answers_and_always_the_same(folder):
    model = LocalModel(folder)
    question = Question("What is this?", (picture((200, 0, 0)), picture((0, 0, 200))))
    said = model.answer(question)
    assert isinstance(said, str) and said
    assert "What is this?" not in said
    assert model.answer(question) == said
    assert model.name == "tiny-seer"
    assert model.identity.startswith("tiny-seer ")


def test_another_model_of_the_same_name_is_another(folder, tmp_path):
    import shutil

    other = tmp_path / "tiny-seer"
    shutil.copytree(folder, other)
    assert LocalModel(other).identity == LocalModel(folder).identity
    config = json.loads((other / "generation_config.json").read_text())
    (other / "generation_config.json").write_text(json.dumps(config | {"top_k": 7}))
    assert LocalModel(other).identity != LocalModel(folder).identity


def test_the_command_names_with_a_local_model(folder, scenes, tmp_path):
    """Random weights talk nonsense: every answer is refused, counted, and the label stands in."""
    out = tmp_path / "c.json"
    arguments = ["caption", "stored", str(scenes), "--out", str(out), "--local", str(folder), "--json",
                 "--scenes", "1"]
    first = CliRunner().invoke(main, arguments)
    assert first.exit_code == 0, first.output
    counts = json.loads(first.stdout[first.stdout.index("{"):])
    assert counts["asked"] == 8
    assert counts["how"] == {"cleaned": 4}
    assert sum(counts["refused"].values()) == 4
    plain = json.loads(out.read_text())
    assert (plain["model"], plain["asked"]) == ("tiny-seer", "local")
    assert str(folder.parent) not in out.read_text()
    again = CliRunner().invoke(main, [*arguments, "--overwrite"])
    counts = json.loads(again.stdout[again.stdout.index("{"):])
    assert (counts["asked"], counts["remembered"]) == (0, 8)


def test_code_of_a_model_is_not_run_unasked(folder, tmp_path):
    import shutil

    other = tmp_path / "with-code"
    shutil.copytree(folder, other)
    mark = tmp_path / "ran"
    (other / "modeling_x.py").write_text(f"open({str(mark)!r}, 'w')\nclass X: pass\nclass C: pass\n")
    config = json.loads((other / "config.json").read_text())
    config |= {"model_type": "x-unknown", "architectures": ["X"], "auto_map": {
        "AutoConfig": "modeling_x.C", "AutoModelForImageTextToText": "modeling_x.X"}}
    (other / "config.json").write_text(json.dumps(config))
    with pytest.raises(SourceDataError, match="--trust-remote-code"):
        LocalModel(other)
    assert not mark.exists()


@pytest.mark.parametrize("damage", ["config.json", "model.safetensors", "preprocessor_config.json"])
def test_a_damaged_model_is_one_line(folder, tmp_path, damage):
    import shutil

    other = tmp_path / "damaged"
    shutil.copytree(folder, other)
    named = other / damage
    if not named.exists():
        named = other / "processor_config.json"
    named.write_bytes(b"{")
    with pytest.raises(SourceDataError, match="expected an image-text-to-text model") as caught:
        LocalModel(other)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("module", ["torch", "transformers"])
def test_a_missing_module_names_the_extra(folder, monkeypatch, module):
    monkeypatch.setattr("fourdp_qa.captioning.local_model.find_spec", lambda name: name != module or None)
    with pytest.raises(MissingExtraError, match=rf"no module {module}\): pip install 'fourdp-qa\[caption\]'"):
        LocalModel(folder)


def test_the_room_imports_without_torch():
    import subprocess

    code = ("import sys, pkgutil, importlib, fourdp_qa.captioning as room\n"
            "for m in pkgutil.iter_modules(room.__path__):\n"
            "    importlib.import_module(room.__name__ + '.' + m.name)\n"
            "print([m for m in ('torch', 'transformers') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
