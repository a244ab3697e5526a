"""Processor time as the clock of a run: on a busy machine a wall clock measures the neighbours."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import psutil
from transformers import TrainerCallback

LOGGED: Final = "core_minutes"
"""Name in the log: processor minutes of all processes together since the run was begun."""


def processor_seconds() -> float:
    """CPU seconds of this process and of those it has started, the running ones too."""
    spent = time.process_time()
    for child in psutil.Process().children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += times.user + times.system
    return spent


def model_folder(folder: Path, mark: float) -> Path:
    """Where the model of a mark lies in the output folder of a run."""
    return folder / f"model-{mark:g}-core-minutes"


class CoreMinutes(TrainerCallback):  # type: ignore[misc]
    """Counts, over all interruptions, and saves a model at given marks; the last mark ends the run.

    What was counted stands in the log, which every checkpoint holds: after an interruption the count goes on
    from there, without the steps that were lost and are done again.

    Parameters
    ----------
    marks : core minutes, or none.
    folder : of the run.
    save : writes a model for use into a folder.
    """

    def __init__(self, marks: Sequence[float], folder: Path, save: Callable[[Path], None]) -> None:
        self._marks, self._folder, self._save = sorted(marks), folder, save
        self._before, self._start = 0.0, processor_seconds()

    def since_the_start(self) -> float:
        """Minutes of this process, and in the first process those of earlier runs."""
        return self._before + (processor_seconds() - self._start) / 60

    def on_train_begin(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """Take up the count of the checkpoint."""
        counted = [entry[LOGGED] for entry in state.log_history if LOGGED in entry]
        self._before = counted[-1] if counted and state.is_world_process_zero else 0.0
        self._start = processor_seconds()

    def on_log(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """Save where a mark has been passed."""
        minutes = state.log_history[-1].get(LOGGED, 0.0)
        for mark in self._marks:
            target = model_folder(self._folder, mark)
            if minutes >= mark and not target.is_dir():
                self._save(target)
        if self._marks and minutes >= self._marks[-1]:
            control.should_save = control.should_training_stop = True
