"""A small Qwen3-VL with random weights and a tokeniser of the questions' own words, made on the spot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SPECIAL: Final = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
                  "<|image_pad|>", "<|video_pad|>")
"""Tokens that the chat template and the processor of the family write, under their names there."""

END: Final = "<|im_end|>"
"""Ends a turn, and so an answer."""

TEMPLATE: Final = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% for c in m['content'] %}"
    "{% if c['type'] == 'video' %}<|vision_start|><|video_pad|><|vision_end|>"
    "{% elif 'text' in c %}{{ c['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

HEAD: Final = 32
"""Width of an attention head: its positions in time, height and width share 16 rotations."""
SECTIONS: Final = (6, 5, 5)
"""Of them for time, height and width, in the proportion of the published models (24, 20, 20)."""
PLACES: Final = 10.0
"""Times the usual random size of the embeddings of places: patches are of about one, places would be lost."""
COMMON: Final = 0.004
"""A line that stands in so many of the texts, such as "Answer with Yes or No only.", is one token: it says
nothing about a clip, and such lines are a third of a prompt's tokens otherwise."""
OF_A_PLACE: Final = (" (0.", ", 0.")
"""What never differs in a place such as (0.413, 0.207): two tokens instead of seven, its digits apart."""
OPTION: Final = re.compile(r"[A-D]\. ")
"""Begins the line of an option, whose words must be those of an answer."""
LONGEST: Final = 4096
"""Positions; a sample here has a few hundred tokens."""


@dataclass(frozen=True)
class TinySize:
    """How large the model is.

    Attributes
    ----------
    width, layers : of the language model.
    vision_width, vision_layers : of the visual encoder.
    patch, merge : side of a patch in pixels; patches a side that become one token.
    slice_frames : frames that one patch spans.
    words : entries of the tokeniser.
    """

    width: int
    layers: int
    vision_width: int
    vision_layers: int
    patch: int
    merge: int
    slice_frames: int
    words: int


def make_model(folder: Path, texts: Iterable[str], size: TinySize, side: int, seed: int) -> int:
    """Write model, tokeniser and processor as a checkpoint like any other.

    Parameters
    ----------
    folder : new or empty.
    texts : prompts and answers of the training rows; the tokeniser is made of them.
    size : of the model.
    side : of the clips in pixels; every place of a patch there has an embedding of its own.
    seed : of the weights.

    Returns
    -------
    Number of weights.
    """
    import torch
    from transformers import (
        Qwen2VLImageProcessor,
        Qwen3VLConfig,
        Qwen3VLForConditionalGeneration,
        Qwen3VLProcessor,
        Qwen3VLVideoProcessor,
    )

    tokenizer = _tokenizer(folder, texts, size.words)
    ids = dict(zip(SPECIAL, tokenizer.convert_tokens_to_ids(list(SPECIAL)), strict=True))
    text = {
        "vocab_size": len(tokenizer), "hidden_size": size.width, "intermediate_size": 3 * size.width,
        "num_hidden_layers": size.layers, "num_attention_heads": size.width // HEAD,
        "num_key_value_heads": size.width // HEAD, "head_dim": HEAD, "max_position_embeddings": LONGEST,
        "rope_parameters": {"rope_type": "default", "mrope_section": list(SECTIONS), "rope_theta": 1e4,
                            "mrope_interleaved": True},
        "bos_token_id": ids["<|endoftext|>"], "eos_token_id": ids[END],
        "pad_token_id": ids["<|endoftext|>"], "tie_word_embeddings": False,
    }
    vision = {
        "depth": size.vision_layers, "hidden_size": size.vision_width,
        "intermediate_size": 3 * size.vision_width, "num_heads": size.vision_width // HEAD,
        "out_hidden_size": size.width, "patch_size": size.patch, "spatial_merge_size": size.merge,
        "temporal_patch_size": size.slice_frames, "num_position_embeddings": (side // size.patch) ** 2,
        "deepstack_visual_indexes": [0],
    }
    config = Qwen3VLConfig(
        text_config=text, vision_config=vision, tie_word_embeddings=False,
        image_token_id=ids["<|image_pad|>"], video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"], vision_end_token_id=ids["<|vision_end|>"])
    torch.manual_seed(seed)
    model = Qwen3VLForConditionalGeneration(config)
    with torch.no_grad():
        model.model.visual.pos_embed.weight.mul_(PLACES)
    model.generation_config.eos_token_id = ids[END]
    model.generation_config.pad_token_id = ids["<|endoftext|>"]
    shape = {"patch_size": size.patch, "merge_size": size.merge, "temporal_patch_size": size.slice_frames}
    processor = Qwen3VLProcessor(
        image_processor=Qwen2VLImageProcessor(**shape), tokenizer=tokenizer,
        video_processor=Qwen3VLVideoProcessor(**shape), chat_template=TEMPLATE)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return sum(parameter.numel() for parameter in model.parameters())


def _tokenizer(folder: Path, texts: Iterable[str], words: int) -> Any:
    """Byte-pair tokeniser; digits and line breaks stand alone, as in the tokenisers of the family."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    texts = list(texts)
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split("\n", "isolated"), pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False)])
    inner.decoder = decoders.ByteLevel()
    inner.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=words, special_tokens=list(SPECIAL), show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    lines = Counter(line for text in texts for line in set(text.split("\n"))
                    if line.count(" ") > 3 and not OPTION.match(line))
    common = sorted(line for line, count in lines.items() if count >= COMMON * len(texts))
    inner.add_tokens([AddedToken(text, normalized=False) for text in (*common, *OF_A_PLACE)])
    PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token=END, pad_token=SPECIAL[0],
        additional_special_tokens=list(SPECIAL[1:])).save_pretrained(folder)
    return AutoTokenizer.from_pretrained(folder)
