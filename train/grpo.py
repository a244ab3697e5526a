"""Learning from rewards after supervised training: the answer in the row is the judge.

    python -m fourdp_qa.train.grpo --config grpo_after_sft --set model.name=runs/7b/model

Group-relative policy optimisation: several answers to each question are sampled, the benchmark's own scorer
gives each a reward, and answers better than their group's mean become likelier. TRL's GRPOTrainer has no
path for video: it would generate with the clip and compute probabilities without it. So the step is written
here, on policy: every answer is used for one update, where the clipped ratio is one and no reference model
is needed.
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
    """Train a model with the reward of its own answers."""
    with one_line_errors():
        train(config, changes)


def train(config: str, changes: tuple[str, ...] = ()) -> Any:
    """Run one training; the trainer, once the model is saved.

    Raises
    ------
    FourdpQaError
        For every mistake in settings, model or data that can be seen before the first step.
    """
    # 1. Settings and rows, as in `sft`; free-form answers have no judge and are left out.
    settings = read_settings(config, changes)
    from fourdp_qa.errors import FourdpQaError
    from fourdp_qa.train.families import family_named
    from fourdp_qa.train.rewards import has_reward
    from fourdp_qa.train.rows import check_clips, load_rows

    state = processes()
    family, folder = family_named(settings.model.family), Path(settings.output.folder)
    if settings.model.lora:
        raise FourdpQaError("model.lora: found adapters, expected none; train.grpo trains the weights "
                            "themselves")
    with state.main_process_first():
        rows = load_rows(settings.data, settings.evaluation.rows, keep=has_reward)
    if settings.data.check_clips:
        check_clips(rows.train, state.process_index, state.num_processes)

    # 2. Model.
    from fourdp_qa.train.encoding import ClipSettings, VideoEncoder
    from fourdp_qa.train.model import freeze, load_model
    from fourdp_qa.train.plan import make_plan

    model, processor = load_model(settings.model, family)
    freeze(model, family, settings.model.train)
    shown = ClipSettings(family.name, family.nominal_fps, settings.data.size, settings.data.frames)
    encoder = VideoEncoder(processor, family, shown)
    plan = make_plan(settings.optimisation, family, len(rows.train), state.num_processes)
    say([*plan.lines(), f"answers a step = batch x generations = {plan.batch} x "
                        f"{settings.reward.generations} = "
         f"{plan.batch * settings.reward.generations}"], state.process_index)

    # 3. Train and save.
    from transformers import TrainingArguments

    from fourdp_qa.train.reward_trainer import RewardTrainer
    from fourdp_qa.train.stopping import StopAfter
    from fourdp_qa.train.trainer import last_checkpoint

    if state.is_main_process:
        keep_settings(settings, folder)
    log_folder(settings)
    trainer = RewardTrainer(
        model=model, args=TrainingArguments(**trainer_arguments(settings, plan)), train_dataset=rows.train,
        callbacks=[StopAfter(settings.optimisation.stop_after)], encoder=encoder, family=family,
        reward=settings.reward,
    )
    expect_processes(trainer.args.world_size, plan.devices)
    checkpoint = last_checkpoint(folder)
    trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    trainer.save_model(str(folder / "model"))
    if state.is_main_process:
        processor.save_pretrained(folder / "model")
        shown.write(folder / "model")
    say(f"saved {folder / 'model'}", state.process_index)
    return trainer


if __name__ == "__main__":
    main()
