"""What supervised training and training by reward share: settings kept, mistakes in one line, processes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import click

from fourdp_qa.errors import FourdpQaError, MissingExtraError, SourceDataError
from fourdp_qa.train.config import RunConfig, read_config, recipe_path

RUN_FILE: Final = "run.json"
"""Settings of the run, in its output folder."""

_FREE: Final = ("output", "loader")
"""Sections that may change when a run goes on: they do not change what is learnt."""


def settings_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of both commands."""
    command = click.option("--set", "changes", multiple=True, metavar="SECTION.KEY=VALUE",
                           help="Change one setting, e.g. --set data.mixture=std.")(command)
    return click.option("--config", required=True, help="YAML file, or a recipe by its name.")(command)


def read_settings(config: str, changes: tuple[str, ...]) -> RunConfig:
    """The settings, once everything that is needed is there.

    Raises
    ------
    FourdpQaError
        When the extra is missing or a setting is wrong.
    """
    for module in ("torch", "transformers", "trl", "peft", "accelerate"):
        if find_spec(module) is None:
            raise MissingExtraError("training", "train", f"{module} is missing")
    settings = read_config(recipe_path(config), changes)
    for name in settings.output.log_to:
        if find_spec(name) is None:
            raise FourdpQaError(f"output.log_to: found {name}, which is not installed; pip install {name}")
    return settings


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End the process with one line for a user's mistake; everything else keeps its traceback."""
    try:
        yield
    except FourdpQaError as error:
        click.echo(f"fourdp-qa: {error}", err=True)
        sys.exit(1)


def processes() -> Any:
    """Which process this is, of how many; without an accelerator device all of them run on processors."""
    import torch
    from accelerate import PartialState

    return PartialState(cpu=not torch.accelerator.is_available())


def expect_processes(trained_with: int, planned: int) -> None:
    """Refuse a trainer that counts other processes than the plan: its batch would be another one.

    Raises
    ------
    FourdpQaError
        With both numbers.
    """
    if trained_with != planned:
        raise FourdpQaError(f"launch: found a trainer on {trained_with} processes, expected the {planned} "
                            "that "
                            "the batch was divided by; start with `accelerate launch` or torchrun")


def keep_settings(settings: RunConfig, folder: Path) -> None:
    """Store what the run was asked for; refuse to go on with other settings.

    Raises
    ------
    SourceDataError
        When the folder holds a run with other settings; names the first that differs.
    """
    path = folder / RUN_FILE
    asked = {name: value for name, value in asdict(settings).items() if name not in _FREE}
    asked = json.loads(json.dumps(asked))
    if path.is_file():
        stored = json.loads(path.read_text(encoding="utf-8"))
        for section, values in asked.items():
            for key, value in values.items():
                before = stored.get(section, {}).get(key)
                if before != value and (section, key) != ("optimisation", "stop_after"):
                    raise SourceDataError(
                        path, f"{section}.{key}", found=f"{before!r}, with which the run was begun",
                        expected=repr(value), do="give the same settings, or another output.folder")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asked, indent=2) + "\n", encoding="utf-8")


def say(lines: list[str] | str, process: int = 0) -> None:
    """Print on the first process alone."""
    if process == 0:
        for line in [lines] if isinstance(lines, str) else lines:
            click.echo(line)


def log_folder(settings: RunConfig) -> str:
    """Where TensorBoard's files go; the variable is how transformers 5 takes it."""
    folder = str(Path(settings.output.folder) / "logs")
    os.environ["TENSORBOARD_LOGGING_DIR"] = folder
    return folder


def trainer_arguments(settings: RunConfig, plan: Any) -> dict[str, Any]:
    """Arguments of transformers' trainers that both kinds of training give."""
    import torch

    optimisation, output, loader = settings.optimisation, settings.output, settings.loader
    return {
        "output_dir": output.folder,
        "per_device_train_batch_size": optimisation.per_device,
        "gradient_accumulation_steps": plan.accumulation,
        "max_steps": plan.steps,
        "learning_rate": plan.learning_rate,
        # Plain "constant" would leave the warm-up out.
        "lr_scheduler_type": {"constant": "constant_with_warmup"}.get(
            optimisation.schedule, optimisation.schedule),
        "warmup_steps": plan.warmup_steps,
        "weight_decay": optimisation.weight_decay,
        "adam_beta1": optimisation.beta1,
        "adam_beta2": optimisation.beta2,
        "max_grad_norm": optimisation.clip_norm,
        "bf16": optimisation.bf16,
        "use_cpu": not torch.accelerator.is_available(),
        "gradient_checkpointing": optimisation.gradient_checkpointing,
        "seed": settings.data.seed,
        "data_seed": settings.data.seed,
        # Our order is drawn already; the trainer must not shuffle it again.
        "train_sampling_strategy": "sequential",
        "dataloader_num_workers": loader.workers,
        "dataloader_prefetch_factor": loader.prefetch if loader.workers else None,
        "dataloader_persistent_workers": loader.workers > 0,
        "dataloader_drop_last": True,
        "remove_unused_columns": False,
        "save_strategy": "steps",
        "save_steps": output.save_every,
        "save_total_limit": output.keep,
        "logging_steps": output.log_every,
        "report_to": list(output.log_to),
    }
