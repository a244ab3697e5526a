"""Models of the three families with a few hundred thousand random weights, made on the spot and offline."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

PATCH, MERGE = 16, 2
"""Frames of 64 pixels become 2 x 2 visual tokens for each slice of two frames."""

RICH = {"initializer_range": 0.5}
"""Large weights: what a frozen random vision part says of a clip must depend on the clip."""

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
           "<|image_pad|>", "<|video_pad|>", "<image>", "<video>")
WORDS = [
    "The video has 4 frames, numbered 0 to 3. Which way does the block move? A. left B. right C. up D. down",
    "Answer with the letter of the correct option only. Answer with Yes or No only. system user assistant",
    "frame 12: (0.413, 0.207) visible not visible Give x and y as fractions of the image width and height",
] * 20
TEMPLATE = (
    "{%% for m in messages %%}<|im_start|>{{ m['role'] }}\n"
    "{%% if m['content'] is string %%}{{ m['content'] }}{%% else %%}{%% for c in m['content'] %%}"
    "{%% if c['type'] == 'video' %%}%s{%% elif 'text' in c %%}{{ c['text'] }}{%% endif %%}"
    "{%% endfor %%}{%% endif %%}"
    "<|im_end|>\n{%% endfor %%}{%% if add_generation_prompt %%}<|im_start|>assistant\n{%% endif %%}"
)


def make_model(kind: str, folder: Path, *, tied: bool = False) -> Path:
    """Write model and processor of a family: qwen2_5_vl, qwen3_vl or llava_onevision."""
    torch.manual_seed(0)
    makers = {"qwen2_5_vl": _qwen2_5_vl, "qwen3_vl": _qwen3_vl, "llava_onevision": _llava_onevision}
    model, processor = makers[kind](_tokenizer(folder / "_tokenizer"), tied)
    end = processor.tokenizer.convert_tokens_to_ids("<|im_end|>")
    model.generation_config.eos_token_id = end
    model.generation_config.pad_token_id = processor.tokenizer.pad_token_id
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _tokenizer(folder: Path):
    inner = Tokenizer(models.BPE())
    # Single digits and line breaks stand alone, as in the tokenisers of these families.
    inner.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split("\n", "isolated"), pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])
    inner.decoder = decoders.ByteLevel()
    inner.train_from_iterator(WORDS, trainers.BpeTrainer(
        vocab_size=400, special_tokens=list(SPECIAL), initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token=SPECIAL[2], pad_token=SPECIAL[0],
        additional_special_tokens=list(SPECIAL[1:])).save_pretrained(folder)
    return AutoTokenizer.from_pretrained(folder)


def _text(tokenizer, tied: bool) -> dict:
    ids = tokenizer.convert_tokens_to_ids
    return {
        "vocab_size": len(tokenizer), "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 4096, "head_dim": 16,
        "bos_token_id": ids("<|endoftext|>"), "eos_token_id": ids("<|im_end|>"),
        "pad_token_id": ids("<|endoftext|>"), "tie_word_embeddings": tied,
    }


def _ids(tokenizer) -> dict:
    ids = tokenizer.convert_tokens_to_ids
    return {"image_token_id": ids("<|image_pad|>"), "video_token_id": ids("<|video_pad|>"),
            "vision_start_token_id": ids("<|vision_start|>"), "vision_end_token_id": ids("<|vision_end|>")}


def _qwen2_5_vl(tokenizer, tied: bool):
    from transformers import (
        Qwen2_5_VLConfig,
        Qwen2_5_VLForConditionalGeneration,
        Qwen2_5_VLProcessor,
        Qwen2VLImageProcessor,
        Qwen2VLVideoProcessor,
    )

    text = _text(tokenizer, tied) | {
        "rope_parameters": {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 1e4}}
    vision = {"depth": 2, "hidden_size": 64, "intermediate_size": 128, "num_heads": 4, "out_hidden_size": 64,
              "patch_size": PATCH, "spatial_merge_size": MERGE, "temporal_patch_size": 2, "window_size": 64,
              "fullatt_block_indexes": [1], "tokens_per_second": 2,
              **RICH}
    config = Qwen2_5_VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=tied,
                              **_ids(tokenizer))
    sizes = {"patch_size": PATCH, "temporal_patch_size": 2, "merge_size": MERGE}
    processor = Qwen2_5_VLProcessor(
        image_processor=Qwen2VLImageProcessor(**sizes), tokenizer=tokenizer,
        video_processor=Qwen2VLVideoProcessor(**sizes),
        chat_template=TEMPLATE % "<|vision_start|><|video_pad|><|vision_end|>")
    return Qwen2_5_VLForConditionalGeneration(config), processor


def _qwen3_vl(tokenizer, tied: bool):
    from transformers import (
        Qwen2VLImageProcessor,
        Qwen3VLConfig,
        Qwen3VLForConditionalGeneration,
        Qwen3VLProcessor,
        Qwen3VLVideoProcessor,
    )

    text = _text(tokenizer, tied) | {
        "rope_parameters": {"rope_type": "default", "mrope_section": [4, 2, 2], "rope_theta": 1e4}}
    vision = {"depth": 2, "hidden_size": 64, "intermediate_size": 128, "num_heads": 4, "out_hidden_size": 64,
              "patch_size": PATCH, "spatial_merge_size": MERGE, "temporal_patch_size": 2,
              "deepstack_visual_indexes": [0], "num_position_embeddings": 64, **RICH}
    config = Qwen3VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=tied,
                           **_ids(tokenizer))
    sizes = {"patch_size": PATCH, "temporal_patch_size": 2, "merge_size": MERGE}
    processor = Qwen3VLProcessor(
        image_processor=Qwen2VLImageProcessor(**sizes), tokenizer=tokenizer,
        video_processor=Qwen3VLVideoProcessor(**sizes),
        chat_template=TEMPLATE % "<|vision_start|><|video_pad|><|vision_end|>")
    return Qwen3VLForConditionalGeneration(config), processor


def _llava_onevision(tokenizer, tied: bool):
    from transformers import (
        LlavaOnevisionConfig,
        LlavaOnevisionForConditionalGeneration,
        LlavaOnevisionImageProcessor,
        LlavaOnevisionProcessor,
        LlavaOnevisionVideoProcessor,
    )

    side = {"height": 64, "width": 64}
    config = LlavaOnevisionConfig(
        text_config={"model_type": "qwen2", **_text(tokenizer, tied)},
        vision_config={"model_type": "siglip_vision_model", "hidden_size": 64, "intermediate_size": 128,
                       "num_hidden_layers": 2, "num_attention_heads": 4, "image_size": 64,
                       "patch_size": PATCH, "vision_use_head": False},
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=[[64, 64]], vision_feature_layer=-1, vision_feature_select_strategy="full",
        tie_word_embeddings=tied)
    processor = LlavaOnevisionProcessor(
        image_processor=LlavaOnevisionImageProcessor(size=side, image_grid_pinpoints=[[64, 64]]),
        tokenizer=tokenizer, video_processor=LlavaOnevisionVideoProcessor(size=side),
        num_image_tokens=(64 // PATCH) ** 2, vision_feature_select_strategy="full",
        chat_template=TEMPLATE % "<video>")
    return LlavaOnevisionForConditionalGeneration(config), processor
