"""Supervised fine-tuning on the questions, from settings to a saved model.

    python -m fourdp_qa.train.sft --config cpu_demonstration
    accelerate launch --config_file train/launch/fsdp2_32_gpus.yaml -m fourdp_qa.train.sft \
        --config qwen2_5_vl_7b --set data.path=/data/fourdp-qa --set data.mixture=tm

The same command goes on from the newest checkpoint of its output folder. Everything that can be checked is
checked before the first step, and ends the run with one line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from fourdp_qa.train.running import (
    expect_processes,
    keep_settings,
    log_folder,
    one_line_errors,
    processes,
    read_settings,
    say,
    settings_options,
    trainer_arguments,
)


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
    # 1. Settings.
    settings = read_settings(config, changes)
    from fourdp_qa.train.families import family_named

    state = processes()
    family = family_named(settings.model.family)
    folder = Path(settings.output.folder)
    if not family.tested:
        say(f"family {family.name}: read, never run here; watch its first steps", state.process_index)

    # 2. Rows: checked, parted by scenes, drawn to the mixture.
    from fourdp_qa.train.rows import check_clips, load_rows

    with state.main_process_first():  # one process writes the cache, the others read it
        rows = load_rows(settings.data, settings.evaluation.rows)
    if settings.data.check_clips:
        for part in (rows.train, rows.validation):
            check_clips(part, state.process_index, state.num_processes)
    say([f"{name}: {count} samples" for name, count in rows.counts.items()], state.process_index)
    say(f"held out: {len(rows.held_out)} of {rows.units} split units, {len(rows.validation)} rows of them "
        "scored", state.process_index)

    # 3. Model: of the family that the settings say, frozen but for the parts that learn.
    from fourdp_qa.train.encoding import ClipSettings, VideoEncoder
    from fourdp_qa.train.model import adapters, freeze, load_model
    from fourdp_qa.train.plan import make_plan

    model, processor = load_model(settings.model, family)
    sizes = freeze(model, family, settings.model.train)
    lora = adapters(model, family, settings.model) if settings.model.lora else None
    shown = ClipSettings(family.name, family.nominal_fps, settings.data.size, settings.data.frames)
    encoder = VideoEncoder(processor, family, shown)
    plan = make_plan(settings.optimisation, family, len(rows.train), state.num_processes)
    say([f"{size.part}: {size.trained:,} of {size.parameters:,} parameters learn"
         + (" through adapters" if lora and size.trained else "") for size in sizes], state.process_index)
    say(plan.lines(), state.process_index)
    say(token_line(encoder), state.process_index)

    # 4. Trainer: TRL's, with our collator, order, resume and scorer.
    from trl import SFTConfig

    from fourdp_qa.train.stopping import StopAfter
    from fourdp_qa.train.trainer import VideoSFTTrainer, last_checkpoint

    if state.is_main_process:
        keep_settings(settings, folder)
    log_folder(settings)
    trainer = VideoSFTTrainer(
        model=model,
        args=SFTConfig(
            **trainer_arguments(settings, plan),
            max_length=None,
            dataset_kwargs={"skip_prepare_dataset": True},
            eval_strategy="steps" if len(rows.validation) else "no",
            eval_steps=settings.evaluation.every,
            per_device_eval_batch_size=settings.evaluation.per_device,
            prediction_loss_only=True,
        ),
        train_dataset=rows.train,
        eval_dataset=rows.validation if len(rows.validation) else None,
        processing_class=processor,
        peft_config=lora,
        callbacks=[StopAfter(settings.optimisation.stop_after)],
        encoder=encoder,
        family=family,
        evaluation=settings.evaluation,
        held_out=rows.validation,
    )

    # 5. Train, from the newest whole checkpoint where there is one.
    expect_processes(trainer.args.world_size, plan.devices)
    checkpoint = last_checkpoint(folder)
    if checkpoint is not None:
        say(f"goes on from {checkpoint}", state.process_index)
    trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))

    # 6. Save: weights, processor, and how clips are to be shown.
    trainer.save_model(str(folder / "model"))
    if state.is_main_process:
        processor.save_pretrained(folder / "model")
        shown.write(folder / "model")
    say(f"saved {folder / 'model'}", state.process_index)
    return trainer


def token_line(encoder: Any) -> str:
    """How many visual tokens a sample has, with the formula."""
    size, frames = encoder.settings.size, encoder.settings.frames
    if not (size and frames):
        return "visual tokens: as the clips have it"
    tokens = encoder.tokens_of(size, frames)
    if tokens is None:
        return "visual tokens: the family's processor brings frames to a size of its own"
    video = encoder.processor.video_processor
    slices, patch = video.temporal_patch_size, video.patch_size * video.merge_size
    return (f"visual tokens = (frames / {slices}) x (size / {patch})^2 = ({frames} / {slices}) x "
            f"({size} / {patch})^2 = {tokens} a sample")


if __name__ == "__main__":
    main()
