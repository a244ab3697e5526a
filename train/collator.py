"""Rows to a batch: clips decoded in the loader's process, labels on the answer alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.details import frames_from_json
from fourdp_qa.rows.row import row_from_mapping
from fourdp_qa.train.encoding import VideoEncoder
from fourdp_qa.train.families import Family

IGNORED: Final = -100
"""Label of a token that is not learnt: the value that PyTorch's cross entropy leaves out."""


@dataclass(frozen=True)
class VideoQACollator:
    """Makes the batch of some rows with their ``video`` cells.

    The loss falls on the answer and the token that ends the turn. Where the answer begins is known from
    tokenising the prompt with and without it; a tokeniser that joins the two across the border is refused,
    since the mask would be off by a token.

    Attributes
    ----------
    encoder : of the run.
    words : whether a question with options is answered in the words of the right one, not with its letter.
    """

    encoder: VideoEncoder
    words: bool = False

    def __call__(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Decode, encode and mask.

        Raises
        ------
        FourdpQaError
            For a damaged clip, one with another number of frames than its row says, or a place holder that
            the processor did not fill.
        """
        tokenizer = self.encoder.processor.tokenizer
        clips, texts, answers = [], [], []
        for example in examples:
            row = row_from_mapping(dict(example))
            count = frames_from_json(row.frames).count
            clips.append(self.encoder.frames(example["video"], f"row {row.id}", count))
            prompt = self.encoder.prompt(row)
            answer = row.answer_text if self.words and row.options else row.answer
            texts.append(prompt + answer + tokenizer.eos_token)
            answers.append(_answer_tokens(tokenizer, prompt, texts[-1], row.id))
        batch = self.encoder.encode(clips, texts, padding_side="right")
        batch["labels"] = _labels(batch, answers)
        return batch


def _answer_tokens(tokenizer: Any, prompt: str, whole: str, row_id: str) -> int:
    before = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    after = tokenizer(whole, add_special_tokens=False)["input_ids"]
    if after[: len(before)] != before:
        raise FourdpQaError(
            f"row {row_id}: found a tokeniser that joins the end of the prompt with the answer, expected a "
            "border between them; its chat template must end the prompt with a line break")
    return len(after) - len(before)


def _labels(batch: Mapping[str, Any], answers: Sequence[int]) -> Any:
    import torch

    labels = torch.full_like(batch["input_ids"], IGNORED)
    for n, count in enumerate(answers):
        end = int(batch["attention_mask"][n].sum())
        labels[n, end - count: end] = batch["input_ids"][n, end - count: end]
    return labels


def expect_video_and_labels(batch: Mapping[str, Any], family: Family) -> None:
    """Refuse a batch that would train on text alone, or on nothing.

    Raises
    ------
    FourdpQaError
        When the tensor of the video is missing or empty, or no token is learnt.
    """
    video = batch.get(family.video_key)
    if video is None or video.numel() == 0:
        raise FourdpQaError(
            f"first batch: found no '{family.video_key}' (it has {', '.join(batch)}), expected the frames "
            "of the "
            "clips; training would go on with text alone. Use VideoQACollator and the family's own processor")
    labels = batch.get("labels")
    if labels is None or not bool((labels != IGNORED).any()):
        raise FourdpQaError("first batch: found no label on any answer, expected one a token; the answers "
                            "are "
                            "empty or the collator is another one than VideoQACollator")
