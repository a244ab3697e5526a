"""What both kinds of training do before their trainer: rows, model and plan, each checked as it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourdp_qa.train.config import RunConfig
from fourdp_qa.train.running import expect_processes, keep_settings, log_folder, processes, say

if TYPE_CHECKING:
    from fourdp_qa.train.encoding import ClipSettings, VideoEncoder
    from fourdp_qa.train.families import Family
    from fourdp_qa.train.model import PartSize
    from fourdp_qa.train.plan import Plan
    from fourdp_qa.train.rows import TrainingRows


@dataclass(frozen=True)
class Preparation:
    """A run up to its trainer.

    Attributes
    ----------
    settings : of the run.
    state : which process this is, of how many.
    family : of the model.
    rows : to learn from, and held out.
    model, processor : from transformers; the model frozen but for the parts that learn.
    sizes : parameters of each part.
    shown, encoder : how clips are shown to the model, and what shows them.
    plan : steps, accumulation, learning rate.
    """

    settings: RunConfig
    state: Any
    family: Family
    rows: TrainingRows
    model: Any
    processor: Any
    sizes: list[PartSize]
    shown: ClipSettings
    encoder: VideoEncoder
    plan: Plan

    @property
    def folder(self) -> Path:
        """Output folder."""
        return Path(self.settings.output.folder)


def prepare(settings: RunConfig, keep: Callable[[str], bool] | None = None) -> Preparation:
    """Make rows, model and plan; print what follows from the settings.

    Parameters
    ----------
    settings : of the run.
    keep : formats that this kind of training can use, by default all.

    Raises
    ------
    FourdpQaError
        For every mistake in settings, model or data that can be seen before the first step.
    """
    from fourdp_qa.train.families import family_named

    # 1. Who runs, and what is trained.
    state = processes()
    family = family_named(settings.model.family)
    if not family.tested:
        say(f"family {family.name}: read, never run here; watch its first steps", state.process_index)

    # 2. Rows: checked, parted by scenes, drawn to the mixture.
    from fourdp_qa.train.rows import by_length, check_clips, load_rows

    with state.main_process_first():  # one process writes the cache, the others read it
        rows = load_rows(settings.data, settings.evaluation.rows, keep)
    if settings.data.check_clips:
        for part in (rows.train, rows.validation):
            check_clips(part, state.process_index, state.num_processes)
    say([f"{name}: {count} samples" for name, count in rows.counts.items()], state.process_index)
    say(f"held out: {len(rows.held_out)} of {rows.units} split units, {len(rows.validation)} rows of them "
        "scored", state.process_index)

    # 3. Model: of the family that the settings say, frozen but for the parts that learn.
    from fourdp_qa.train.encoding import ClipSettings, VideoEncoder
    from fourdp_qa.train.model import freeze, load_model
    from fourdp_qa.train.plan import make_plan

    model, processor = load_model(settings.model, family)
    sizes = freeze(model, family, settings.model.train)
    shown = ClipSettings(family.name, family.nominal_fps, settings.data.size, settings.data.frames)
    encoder = VideoEncoder(processor, family, shown, settings.loader.keep_mb)
    plan = make_plan(settings.optimisation, family, len(rows.train), state.num_processes)
    if settings.optimisation.by_length:
        rows = by_length(rows, plan)
    through = " through adapters" if settings.model.lora else ""
    say([f"{size.part}: {size.trained:,} of {size.parameters:,} parameters learn"
         + (through if size.trained else "") for size in sizes], state.process_index)
    say([*plan.lines(), token_line(encoder)], state.process_index)
    if state.is_main_process:
        keep_settings(settings, Path(settings.output.folder))
    log_folder(settings)
    return Preparation(settings, state, family, rows, model, processor, sizes, shown, encoder, plan)


def train_and_save(trainer: Any, ready: Preparation) -> None:
    """Train from the newest whole checkpoint, then save the model for use.

    Raises
    ------
    FourdpQaError
        When the trainer counts other processes than the plan.
    """
    from fourdp_qa.train.averaging import AVERAGE_FILE
    from fourdp_qa.train.saving import save_for_use
    from fourdp_qa.train.trainer import last_checkpoint

    expect_processes(trainer.args.world_size, ready.plan.devices)
    averaged = ready.settings.optimisation.average > 0
    checkpoint = last_checkpoint(ready.folder, (AVERAGE_FILE,) if averaged else ())
    if checkpoint is not None:
        say(f"goes on from {checkpoint}", ready.state.process_index)
    trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    save_for_use(trainer, ready.encoder, ready.folder / "model")
    say(f"saved {ready.folder / 'model'}", ready.state.process_index)


def token_line(encoder: VideoEncoder) -> str:
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
