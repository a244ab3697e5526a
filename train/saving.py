"""A trained model as others load it: weights, processor, and how clips are shown to it."""

from __future__ import annotations

import shutil
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from fourdp_qa.train.encoding import VideoEncoder


def save_for_use(trainer: Any, encoder: VideoEncoder, folder: Path) -> None:
    """Write the model, its averaged weights where the run has them; whole or not at all.

    Parameters
    ----------
    trainer : of the run.
    encoder : of the run; its processor and settings are stored beside the weights.
    folder : replaced if it is there.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    average = getattr(trainer, "average", None)
    with average.in_place() if average is not None else nullcontext():
        trainer.save_model(str(partial))
    if trainer.is_world_process_zero():
        encoder.processor.save_pretrained(partial)
        encoder.settings.write(partial)
        if folder.exists():
            shutil.rmtree(folder)
        partial.rename(folder)
    trainer.accelerator.wait_for_everyone()
