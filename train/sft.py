"""Supervised fine-tuning on the questions, from settings to a saved model.

    python -m fourdp_qa.train.sft --config cpu_demonstration
    accelerate launch --config_file train/launch/fsdp2_32_gpus.yaml -m fourdp_qa.train.sft \
        --config qwen2_5_vl_7b --set data.path=/data/fourdp-qa --set data.mixture=tm

The same command goes on from the newest checkpoint of its output folder. Everything that can be checked is
checked before the first step, and ends the run with one line.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from fourdp_qa.train.preparation import prepare, train_and_save
from fourdp_qa.train.running import one_line_errors, read_settings, settings_options, trainer_arguments


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@settings_options
def main(config: str, changes: tuple[str, ...]) -> None:
    """Train a model on the questions of a data set."""
    with one_line_errors():
        train(config, changes)


def train(config: str, changes: tuple[str, ...] = ()) -> Any:
    """Run one training; the trainer, once the model is saved.

    Raises
    ------
    FourdpQaError
        For every mistake in settings, model or data that can be seen before the first step.
    """
    # 1. Settings, rows, model and plan.
    ready = prepare(read_settings(config, changes))
    settings, rows = ready.settings, ready.rows

    # 2. Trainer: TRL's, with our collator, order, resume and scorer.
    from trl import SFTConfig

    from fourdp_qa.train.averaging import WeightAverage
    from fourdp_qa.train.core_minutes import CoreMinutes
    from fourdp_qa.train.model import adapters
    from fourdp_qa.train.saving import save_for_use
    from fourdp_qa.train.stopping import StopAfter
    from fourdp_qa.train.trainer import VideoSFTTrainer

    average = None
    if settings.optimisation.average:
        average = WeightAverage(ready.model, settings.optimisation.average)
    clock = CoreMinutes(settings.output.core_minutes, ready.folder,
                        lambda folder: save_for_use(trainer, ready.encoder, folder))
    trainer = VideoSFTTrainer(
        model=ready.model,
        args=SFTConfig(
            **trainer_arguments(settings, ready.plan),
            max_length=None,
            dataset_kwargs={"skip_prepare_dataset": True},
            eval_strategy="steps" if len(rows.validation) else "no",
            eval_steps=settings.evaluation.every,
            per_device_eval_batch_size=settings.evaluation.per_device,
            prediction_loss_only=True,
        ),
        train_dataset=rows.train,
        eval_dataset=rows.validation if len(rows.validation) else None,
        processing_class=ready.processor,
        peft_config=adapters(ready.model, ready.family, settings.model) if settings.model.lora else None,
        callbacks=[StopAfter(settings.optimisation.stop_after), clock, *([average] if average else [])],
        encoder=ready.encoder,
        family=ready.family,
        evaluation=settings.evaluation,
        held_out=rows.validation,
        words=settings.data.answers == "words",
        clock=clock,
        average=average,
        optimisation=replace(settings.optimisation, learning_rate=ready.plan.learning_rate),
    )

    # 3. Train, from the newest whole checkpoint where there is one, and save.
    train_and_save(trainer, ready)
    return trainer


if __name__ == "__main__":
    main()
