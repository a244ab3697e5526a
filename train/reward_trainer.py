"""One step of learning from rewards, for models that see a clip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import Trainer
from trl.models.utils import unwrap_model_for_generation

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.row import row_from_mapping
from fourdp_qa.train.answering import prompt_batch
from fourdp_qa.train.config import RewardSettings
from fourdp_qa.train.encoding import VideoEncoder
from fourdp_qa.train.families import Family
from fourdp_qa.train.rewards import advantages, reward
from fourdp_qa.train.trainer import ExactResume

PICTURE_MARKS = "mm_token_type_ids"
"""Which tokens are pictures, for families whose positions depend on it; an answer has none."""


@dataclass(frozen=True)
class PromptCollator:
    """Prompts of some rows as a batch, with the rows beside it for the judge."""

    encoder: VideoEncoder

    def __call__(self, examples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Decode and encode."""
        batch = prompt_batch(self.encoder, examples)
        return {"prompt": batch, "rows": [row_from_mapping(dict(example)) for example in examples]}


class RewardTrainer(ExactResume, Trainer):  # type: ignore[misc]
    """The trainer of `fourdp_qa.train.grpo`.

    Parameters
    ----------
    encoder, family, reward : of the run.
    **others : for transformers' Trainer.
    """

    def __init__(
        self, *, encoder: VideoEncoder, family: Family, reward: RewardSettings, **others: Any
    ) -> None:
        self._encoder, self._family, self._reward = encoder, family, reward
        self._seen: dict[str, list[float]] = {"reward": [], "reward_spread": []}
        super().__init__(data_collator=PromptCollator(encoder), **others)

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Sample answers, judge them, and weigh their log-probabilities with how they compare."""
        prompt, rows = inputs["prompt"], inputs["rows"]
        if self._family.video_key not in prompt:
            raise FourdpQaError(f"first batch: found no '{self._family.video_key}', expected the clips' "
                                "frames")
        group = self._reward.generations
        repeated = self._repeated(prompt, group)
        tokens, answered = self._sample(repeated)
        texts = self._encoder.processor.tokenizer.batch_decode(tokens, skip_special_tokens=True)
        rewards = [reward(rows[n // group], text) for n, text in enumerate(texts)]
        self._seen["reward"].append(sum(rewards) / len(rewards))
        weights = torch.tensor(advantages(rewards, group), device=tokens.device)
        self._seen["reward_spread"].append(float((weights != 0).float().mean()))
        logs = self._log_probabilities(model, repeated, tokens, answered)
        # The mean over each answer's tokens, then over answers: long answers weigh no more than short ones.
        loss = -(weights * (logs * answered).sum(dim=1) / answered.sum(dim=1).clamp(min=1)).mean()
        return (loss, None) if return_outputs else loss

    def log(self, logs: dict[str, float], *others: Any, **more: Any) -> None:
        """Add the mean reward, and the share of answers whose group did not all get the same."""
        logs = logs | {name: sum(seen) / len(seen) for name, seen in self._seen.items() if seen}
        self._seen = {name: [] for name in self._seen}
        super().log(logs, *others, **more)

    def _repeated(self, prompt: Mapping[str, Any], times: int) -> dict[str, Any]:
        """Every prompt so many times in a row; the model's class knows how its videos are packed."""
        kept = dict(prompt)
        model = self.accelerator.unwrap_model(self.model)
        tokens, others = model._expand_inputs_for_generation(
            expand_size=times, is_encoder_decoder=False, input_ids=kept.pop("input_ids"), **kept)
        return {"input_ids": tokens} | others

    def _sample(self, prompt: Mapping[str, Any]) -> tuple[Any, Any]:
        """Sampled tokens, and which of them belong to the answer: all up to the first end of turn."""
        tokenizer = self._encoder.processor.tokenizer
        sharded = self.is_fsdp_enabled or self.is_deepspeed_enabled
        with torch.no_grad(), unwrap_model_for_generation(self.model_wrapped, self.accelerator) as model:
            model.eval()
            whole = model.generate(
                **prompt, do_sample=True, temperature=self._reward.temperature, top_k=0, top_p=1.0,
                max_new_tokens=self._reward.max_new_tokens, pad_token_id=tokenizer.pad_token_id,
                eos_token_id=tokenizer.eos_token_id, suppress_tokens=self._never(), synced_gpus=sharded)
        self.model.train()
        tokens = whole[:, prompt["input_ids"].shape[1]:]
        ended = (tokens == tokenizer.eos_token_id).long()
        return tokens, ended.cumsum(dim=1) - ended == 0

    def _never(self) -> list[int]:
        """Place holders of pictures: in an answer they would ask for a clip that is not there."""
        processor = self._encoder.processor
        return [int(processor.image_token_id), int(processor.video_token_id)]

    def _log_probabilities(self, model: Any, prompt: Mapping[str, Any], tokens: Any, answered: Any) -> Any:
        """Of each sampled token under the model with the clip before it; (answers, tokens)."""
        inputs = dict(prompt)
        inputs["input_ids"] = torch.cat([prompt["input_ids"], tokens], dim=1)
        inputs["attention_mask"] = torch.cat([prompt["attention_mask"], answered.long()], dim=1)
        if PICTURE_MARKS in inputs:
            inputs[PICTURE_MARKS] = torch.cat([inputs[PICTURE_MARKS], torch.zeros_like(tokens)], dim=1)
        count = tokens.shape[1]
        # One more than the answer: the token before it predicts its first.
        logits = model(**inputs, use_cache=False, logits_to_keep=count + 1).logits[:, -count - 1: -1].float()
        possible = logits.index_fill(2, torch.tensor(self._never(), device=logits.device), float("-inf"))
        scaled = torch.log_softmax(possible / self._reward.temperature, dim=-1)
        return scaled.gather(2, tokens[:, :, None]).squeeze(2)
