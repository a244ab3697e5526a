"""CPU seconds that one training sample costs the loader: decode, processor, collate.

    python benchmarks/loading_for_training.py [--size 448] [--frames 32] [--runs 15]

One thread, one clip of that size, the processor of Qwen2.5-VL with its own patch sizes and a tokeniser
made on the spot. Machines differ, so each figure is also given over that of a fixed piece of work timed in
the same run: turning the frames of the clip into float32 and normalising them once with NumPy.
"""

# ruff: noqa: E402 - threads must be limited before NumPy is loaded

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.rows.details import Evidence, NamedFrames, to_json
from fourdp_qa.rows.row import Row
from fourdp_qa.train.collator import VideoQACollator
from fourdp_qa.train.encoding import ClipSettings, VideoEncoder
from fourdp_qa.train.families import family_named
from fourdp_qa.train.plan import PAPER_SAMPLES_PER_SECOND_PER_DEVICE, cores_to_feed

TARGET = 0.25
"""CPU seconds a sample of 32 frames of 448x448 may take on one core."""
GPUS = 8
STAGES = ("decode", "processor", "collate")


def processor_without_weights() -> Any:
    """Qwen2.5-VL's processor with the sizes of the published one and a small tokeniser of bytes."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import (
        PreTrainedTokenizerFast,
        Qwen2_5_VLProcessor,
        Qwen2VLImageProcessor,
        Qwen2VLVideoProcessor,
    )

    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
               "<|image_pad|>", "<|video_pad|>"]
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE({word: n for n, word in enumerate(special + letters)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, additional_special_tokens=special[1:], eos_token=special[2],
        pad_token=special[0])
    sizes = {"patch_size": 14, "temporal_patch_size": 2, "merge_size": 2}
    template = (
        "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% for c in m['content'] %}"
        "{% if c['type'] == 'video' %}<|vision_start|><|video_pad|><|vision_end|>{% else %}{{ c['text'] }}"
        "{% endif %}{% endfor %}<|im_end|>\n"
        "{% endfor %}<|im_start|>assistant\n")
    return Qwen2_5_VLProcessor(image_processor=Qwen2VLImageProcessor(**sizes), tokenizer=tokenizer,
                               video_processor=Qwen2VLVideoProcessor(**sizes), chat_template=template)


def sample(folder: Path, size: int, frames: int) -> dict[str, Any]:
    """A row about a clip of moving texture, with its clip."""
    rng = np.random.default_rng(0)
    ground = rng.integers(0, 255, (size // 8 + frames, size // 8 + frames, 3), dtype=np.uint8)
    ground = ground.repeat(8, axis=0).repeat(8, axis=1)
    clip = np.stack([ground[4 * t: 4 * t + size, 2 * t: 2 * t + size] for t in range(frames)])
    encode_clip(clip, folder / "clip.mp4", 12.0)
    row: dict[str, Any] = {field.name: "" for field in fields(Row)}
    return row | {
        "id": "bench", "format": "multiple_choice", "options": ["left", "right", "up", "down"], "answer": "B",
        "question": "Which way does the camera move over the clip?", "frames": to_json(NamedFrames(frames)),
        "evidence": to_json(Evidence("")), "margin": 1.0,
        "video": {"path": str(folder / "clip.mp4"), "bytes": None},
    }


def cpu_seconds(work: Callable[[], Any], runs: int) -> float:
    """Median CPU seconds of some runs, after one that warms up."""
    work()
    taken = []
    for _ in range(runs):
        start = process_time()
        work()
        taken.append(process_time() - start)
    return median(taken)


def measure(size: int, frames: int, runs: int) -> tuple[dict[str, float], float]:
    """CPU seconds by stage, and those of the reference."""
    import torch

    torch.set_num_threads(1)
    family = family_named("qwen2_5_vl")
    encoder = VideoEncoder(processor_without_weights(), family,
                           ClipSettings(family.name, family.nominal_fps, size, frames))
    collator = VideoQACollator(encoder)
    with tempfile.TemporaryDirectory() as folder:
        row = sample(Path(folder), size, frames)
        clip = encoder.frames(row["video"], "bench", frames)
        text = encoder.processor.apply_chat_template(
            [{"role": "user", "content": [{"type": "video"}, {"type": "text", "text": "?"}]}], tokenize=False)
        decode = cpu_seconds(lambda: encoder.frames(row["video"], "bench", frames), runs)
        processor = cpu_seconds(lambda: encoder.encode([clip], [text], "right"), runs)
        whole = cpu_seconds(lambda: collator([row]), runs)
    reference = cpu_seconds(lambda: (clip.astype(np.float32) / 255 - 0.5) / 0.25, runs)
    return {"decode": decode, "processor": processor,
            "collate": max(0.0, whole - decode - processor)}, reference


@click.command()
@click.option("--size", default=448, show_default=True)
@click.option("--frames", default=32, show_default=True)
@click.option("--runs", default=15, show_default=True)
def main(size: int, frames: int, runs: int) -> None:
    """Measure and print."""
    stages, reference = measure(size, frames, runs)
    table = Table(title=f"CPU time a sample, {frames} frames of {size}x{size}, one thread")
    for heading in ("stage", "ms", f"ratio to {1000 * reference:.0f} ms"):
        table.add_column(heading, justify="left" if heading == "stage" else "right")
    for name, seconds in [*stages.items(), ("all together", sum(stages.values()))]:
        table.add_row(name, f"{1000 * seconds:.0f}", f"{seconds / reference:.1f}")
    console = Console()
    console.print(table)
    total = sum(stages.values())
    console.print(f"target: {1000 * TARGET:.0f} ms; {'met' if total <= TARGET else 'missed'}")
    rate = PAPER_SAMPLES_PER_SECOND_PER_DEVICE
    console.print(f"cores = GPUs x samples/s/GPU x CPU s/sample = {GPUS} x {rate:.3f} x {total:.3f} = "
                  f"{cores_to_feed(GPUS, total):.2f}")


if __name__ == "__main__":
    main()
