"""TRL's SFTTrainer with what it lacks for video: an exact resume, our order, our guard, our scorer.

Imported by `sft` once the settings are known to be right: TRL takes seconds to import.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import gather_object
from transformers.utils import is_peft_available
from trl import SFTTrainer
from trl.models.utils import unwrap_model_for_generation

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.row import row_from_mapping
from fourdp_qa.train.answering import generate_texts, prompt_batch, scores
from fourdp_qa.train.averaging import WeightAverage
from fourdp_qa.train.collator import IGNORED, VideoQACollator, expect_video_and_labels
from fourdp_qa.train.config import EvaluationSettings, OptimisationSettings
from fourdp_qa.train.core_minutes import LOGGED, CoreMinutes
from fourdp_qa.train.encoding import VideoEncoder
from fourdp_qa.train.families import Family
from fourdp_qa.train.optimiser import MuonWithAdamW


class ExactResume:
    """Reads a checkpoint's weights back under the names they have in memory.

    Transformers writes weights of some families under the Hub's older names and, on resume, loads them
    without renaming and without an error: training would go on from the base weights.
    """

    model: Any
    is_fsdp_enabled: bool
    is_deepspeed_enabled: bool
    optimizer: Any

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        model = self.model if model is None else model
        if self.is_fsdp_enabled or self.is_deepspeed_enabled or _has_adapters(model):
            super()._load_from_checkpoint(resume_from_checkpoint, model)  # type: ignore[misc]
            return
        stored = type(model).from_pretrained(resume_from_checkpoint, dtype=model.dtype)
        model.load_state_dict(stored.state_dict(), strict=True)


class VideoSFTTrainer(ExactResume, SFTTrainer):  # type: ignore[misc]
    """The trainer of `fourdp_qa.train.sft`.

    Parameters
    ----------
    encoder, family, evaluation : of the run.
    held_out : rows whose answers are scored whenever the loss is evaluated.
    words : whether a question with options is answered in the words of the right one.
    clock : counts processor minutes for the log.
    average : of the weights, which is then what is evaluated.
    optimisation : of the run; with a rate for matrices the optimizer is ours.
    **others : for SFTTrainer.
    """

    def __init__(
        self, *, encoder: VideoEncoder, family: Family, evaluation: EvaluationSettings, held_out: Any,
        words: bool = False, clock: CoreMinutes | None = None, average: WeightAverage | None = None,
        optimisation: OptimisationSettings | None = None, **others: Any,
    ) -> None:
        self._clock, self.average, self._optimisation = clock, average, optimisation
        self._encoder, self._family, self._evaluation, self._held_out = encoder, family, evaluation, held_out
        self._first_batch_seen = False
        super().__init__(data_collator=VideoQACollator(encoder, words), **others)
        # Our loss is a mean over answers: the trainer is to divide it by the accumulated steps.
        self.model_accepts_loss_kwargs = False

    def create_optimizer(self, *arguments: Any, **named: Any) -> Any:
        """Muon with AdamW where the settings give matrices a rate of their own, else the trainer's."""
        asked = self._optimisation
        if self.optimizer is None and asked is not None and asked.matrix_learning_rate:
            if self.is_fsdp_enabled or self.is_deepspeed_enabled:
                raise FourdpQaError("optimisation.matrix_learning_rate: found a launch file with shards, "
                                    "expected whole matrices in every process; set it to 0 for AdamW")
            learnt = {name: value for name, value in self.model.named_parameters() if value.requires_grad}
            self.optimizer = MuonWithAdamW(learnt, asked)
        return super().create_optimizer(*arguments, **named)

    def training_step(self, model: Any, inputs: Any, *others: Any, **more: Any) -> Any:
        """Look at the first batch as it reaches the model, then train."""
        if not self._first_batch_seen:
            expect_video_and_labels(inputs, self._family)
            expect_shards(model, os.environ)
            self._first_batch_seen = True
        return super().training_step(model, inputs, *others, **more)

    def compute_loss(
        self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        """Mean over answers of the mean over their tokens.

        By tokens, tracks of a hundred tokens would outweigh letters of one by far; and what transformers
        does, the mean of a device's batch, depends on which answers happen to share a device.
        """
        labels = inputs["labels"]
        if self._family.fused_head:
            outputs = model(**inputs, use_cache=False, fused_lm_head=True)
            losses, right = -outputs.log_probs, outputs.is_top1
        else:
            outputs = model(**{k: v for k, v in inputs.items() if k != "labels"}, use_cache=False)
            losses, right = _token_losses(outputs.logits, labels)
        tokens = (labels[:, 1:] != IGNORED).sum(dim=1)
        loss = (losses.sum(dim=1) / tokens.clamp(min=1)).mean()
        counts = torch.stack([right.sum(), tokens.sum()])[None]
        counts = self.accelerator.gather_for_metrics(counts).sum(dim=0)
        self._metrics["train" if model.training else "eval"]["mean_token_accuracy"].append(
            float(counts[0] / counts[1].clamp(min=1)))
        return (loss, outputs) if return_outputs else loss

    def evaluate(self, *arguments: Any, **named: Any) -> dict[str, float]:
        """Loss on the held-out rows, then their answers."""
        with self.average.in_place() if self.average is not None else nullcontext():
            metrics: dict[str, float] = super().evaluate(*arguments, **named)
            scored = {f"eval_{name}": value for name, value in self.score_answers().items()}
        self.log(scored)
        return metrics | scored

    def log(self, logs: dict[str, float], *others: Any, **more: Any) -> None:
        """Write to the log, with the processor minutes of all processes."""
        if self._clock is not None:
            minutes = torch.tensor(self._clock.since_the_start(), device=self.accelerator.device)
            logs = logs | {LOGGED: float(self.accelerator.reduce(minutes, reduction="sum"))}
        super().log(logs, *others, **more)

    def score_answers(self) -> dict[str, float]:
        """Generate and score the held-out rows, each process its share; the same numbers everywhere."""
        accelerator = self.accelerator
        sharded = self.is_fsdp_enabled or self.is_deepspeed_enabled
        was_training = self.model.training
        answered: list[tuple[int, str]] = []
        with unwrap_model_for_generation(self.model_wrapped, accelerator) as model:
            model.eval()
            for numbers in self._shares(accelerator.process_index, accelerator.num_processes):
                examples = [self._held_out[n] for n in numbers]
                texts = generate_texts(
                    model, self._encoder, prompt_batch(self._encoder, examples), synced_gpus=sharded,
                    max_new_tokens=self._evaluation.max_new_tokens)
                answered += zip(numbers, texts, strict=True)
        self.model.train(was_training)
        everything = dict(gather_object(answered))
        rows = [(row_from_mapping(dict(self._held_out[n])), text) for n, text in sorted(everything.items())]
        return scores(rows)

    def _shares(self, process: int, processes: int) -> Iterator[list[int]]:
        """Batches of row numbers, equally many in every process: sharded weights are gathered in step."""
        at_once = self._evaluation.per_device
        count = len(self._held_out)
        for start in range(0, count, at_once * processes):
            first = start + process * at_once
            yield [n % count for n in range(first, min(first + at_once, max(count, first + 1)))]


def _token_losses(logits: Any, labels: Any) -> tuple[Any, Any]:
    """Loss of each token and whether it is the likeliest, (B, T - 1); zero where nothing is learnt."""
    targets = labels[:, 1:]
    learnt = targets != IGNORED
    chosen = logits[:, :-1][learnt].float()
    losses = torch.zeros(targets.shape, device=logits.device)
    right = torch.zeros_like(learnt)
    losses[learnt] = torch.nn.functional.cross_entropy(chosen, targets[learnt], reduction="none")
    right[learnt] = chosen.argmax(dim=-1) == targets[learnt]
    return losses, right


def expect_shards(model: Any, environment: Mapping[str, str]) -> None:
    """Refuse to train unsharded where the launch file asked for shards.

    Accelerate can fall back to one copy a device without an error, and a large model with its optimizer
    then runs out of memory, or fits and wastes every device but one.

    Raises
    ------
    FourdpQaError
        When the model, as it is about to be trained, is no sharded one.
    """
    from torch.distributed.tensor import DTensor

    if environment.get("ACCELERATE_USE_FSDP") == "true":
        wanted = "FSDP"
        right = type(model).__name__ == "FullyShardedDataParallel" or any(
            isinstance(parameter, DTensor) for parameter in model.parameters())
    elif environment.get("ACCELERATE_USE_DEEPSPEED") == "true":
        wanted, right = "DeepSpeed", type(model).__name__ == "DeepSpeedEngine"
    else:
        return
    if not right:
        raise FourdpQaError(f"launch file: found a {type(model).__name__} without shards, expected {wanted}; "
                            "check that its accelerate and torch versions support it")


def _has_adapters(model: Any) -> bool:
    if not is_peft_available():
        return False
    from peft import PeftModel

    return isinstance(model, PeftModel)


def last_checkpoint(folder: Path, also: Sequence[str] = ()) -> Path | None:
    """Newest whole checkpoint: its state is written last, so one without it was interrupted.

    Parameters
    ----------
    folder : of the run.
    also : files that our own callbacks put into a checkpoint afterwards.
    """
    whole = [path.parent for path in folder.glob("checkpoint-*/trainer_state.json")
             if all((path.parent / name).is_file() for name in also)]
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)
