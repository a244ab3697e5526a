"""A running average of the weights: at any step as good as after a falling learning rate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file, save_file
from transformers import TrainerCallback

from fourdp_qa.errors import SourceDataError

AVERAGE_FILE: Final = "average.safetensors"
"""In every checkpoint of a run that averages."""


class WeightAverage(TrainerCallback):  # type: ignore[misc]
    """Keeps ``average = decay x average + (1 - decay) x weights`` of what learns.

    Parameters
    ----------
    model : whose weights are averaged; whole on every device, not sharded.
    decay : close to 1; early steps use a smaller one, or the random start would stay in it.
    """

    def __init__(self, model: Any, decay: float) -> None:
        self._decay = decay
        self._learning = {n: p for n, p in model.named_parameters() if p.requires_grad}
        self._average = {n: p.detach().clone() for n, p in self._learning.items()}

    def on_train_begin(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """Go on from the checkpoint that the run goes on from."""
        if state.global_step == 0:
            return
        path = Path(args.output_dir) / f"checkpoint-{state.global_step}" / AVERAGE_FILE
        if not path.is_file():
            raise SourceDataError(path, "", found="no file", expected="the averaged weights",
                                  do="remove the folder of this checkpoint, which was cut off")
        for name, values in load_file(path).items():
            self._average[name].copy_(values)

    def on_step_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """Take the new weights in."""
        decay = min(self._decay, (1 + state.global_step) / (10 + state.global_step))
        with torch.no_grad():
            for name, values in self._learning.items():
                self._average[name].lerp_(values.detach(), 1 - decay)

    def on_save(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """Put the average into the checkpoint, whole or not at all."""
        if not state.is_world_process_zero:
            return
        path = Path(args.output_dir) / f"checkpoint-{state.global_step}" / AVERAGE_FILE
        partial = path.with_suffix(".partial")
        save_file({name: values.contiguous() for name, values in self._average.items()}, partial)
        partial.replace(path)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The model has the averaged weights, and its own again afterwards."""
        own = {name: values.detach().clone() for name, values in self._learning.items()}
        self._set(self._average)
        try:
            yield
        finally:
            self._set(own)

    def _set(self, weights: dict[str, Any]) -> None:
        with torch.no_grad():
            for name, values in self._learning.items():
                values.copy_(weights[name])
