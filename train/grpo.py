"""Learning from rewards after supervised training: the answer in the row is the judge.

    python -m fourdp_qa.train.grpo --config grpo_after_sft --set model.name=runs/7b/model

Group-relative policy optimisation: several answers to each question are sampled, the benchmark's own scorer
gives each a reward, and answers better than their group's mean become likelier. TRL's GRPOTrainer has no
path for video: it would generate with the clip and compute probabilities without it. So the step is written
here, on policy: every answer is used for one update, where the clipped ratio is one and no reference model
is needed.
"""

from __future__ import annotations

from typing import Any

import click

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.preparation import prepare, train_and_save
from fourdp_qa.train.rewards import has_reward
from fourdp_qa.train.running import one_line_errors, read_settings, say, settings_options, trainer_arguments


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
    # 1. As in `sft`; free-form answers have no judge and are left out.
    settings = read_settings(config, changes)
    if settings.model.lora:
        raise FourdpQaError("model.lora: found adapters, expected none; train.grpo trains the weights "
                            "themselves")
    ready = prepare(settings, keep=has_reward)
    batch, generations = ready.plan.batch, settings.reward.generations
    say(f"answers a step = batch x generations = {batch} x {generations} = {batch * generations}",
        ready.state.process_index)

    # 2. Trainer.
    from transformers import TrainingArguments

    from fourdp_qa.train.reward_trainer import RewardTrainer
    from fourdp_qa.train.stopping import StopAfter

    trainer = RewardTrainer(
        model=ready.model, args=TrainingArguments(**trainer_arguments(settings, ready.plan)),
        train_dataset=ready.rows.train, callbacks=[StopAfter(settings.optimisation.stop_after)],
        encoder=ready.encoder, family=ready.family, reward=settings.reward,
    )

    # 3. Train and save.
    train_and_save(trainer, ready)
    return trainer


if __name__ == "__main__":
    main()
