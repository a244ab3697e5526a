"""Answers of a model to held-out rows, read and scored as the benchmark does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fourdp_qa.eval_tasks.scoring.accuracy import summarise
from fourdp_qa.eval_tasks.scoring.beside import beside
from fourdp_qa.eval_tasks.scoring.parse import SCORED_FORMATS
from fourdp_qa.eval_tasks.scoring.tracks.score import score_tracks
from fourdp_qa.eval_tasks.scoring.tracks.verdict import judge_track
from fourdp_qa.eval_tasks.scoring.verdict import judge
from fourdp_qa.rows.details import frames_from_json
from fourdp_qa.rows.row import AnswerFormat, Row, row_from_mapping
from fourdp_qa.train.encoding import VideoEncoder


def prompt_batch(encoder: VideoEncoder, examples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Model inputs of some rows up to where the answers begin; texts end at the right edge."""
    rows = [row_from_mapping(dict(example)) for example in examples]
    clips = [
        encoder.frames(example["video"], f"row {row.id}", frames_from_json(row.frames).count)
        for example, row in zip(examples, rows, strict=True)
    ]
    return encoder.encode(clips, [encoder.prompt(row) for row in rows], padding_side="left")


def generate_texts(model: Any, encoder: VideoEncoder, batch: Mapping[str, Any], **options: Any) -> list[str]:
    """Responses to a batch of prompts; greedy unless `options` say otherwise."""
    import torch

    tokenizer = encoder.processor.tokenizer
    inputs = {name: value.to(model.device) for name, value in batch.items()}
    with torch.no_grad():
        tokens = model.generate(
            **inputs, **({"do_sample": False} | options), pad_token_id=tokenizer.pad_token_id,
            eos_token_id=tokenizer.eos_token_id)
    return list(tokenizer.batch_decode(tokens[:, inputs["input_ids"].shape[1]:], skip_special_tokens=True))


def scores(answered: Sequence[tuple[Row, str]]) -> dict[str, float]:
    """Numbers for the log: accuracies of types 1-11, Jaccard of tracks, and what stands beside them.

    ``accuracy`` says little alone: ``majority`` is what the commonest answer of each format would get.
    """
    verdicts = [judge(row, text) for row, text in answered if row.format in SCORED_FORMATS]
    tracks = [judge_track(row, text) for row, text in answered if row.format == AnswerFormat.TRACK]
    found: dict[str, float | None] = {}
    if verdicts:
        summary = summarise(verdicts)
        found |= {"accuracy": summary.micro.accuracy, "macro_accuracy": summary.macro,
                  "unparsed": summary.micro.unparsed, "majority": beside(verdicts).majority}
        found |= {f"accuracy_{name}": one.accuracy for name, one in summary.by_type.items()}
    if tracks:
        score = score_tracks(tracks)
        found |= {"jaccard": score.jaccard, "delta": score.delta, "track_unparsed": score.unparsed}
    return {name: float(value) for name, value in found.items() if value is not None}
