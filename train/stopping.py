"""Stop a run early without changing what it was going to do."""

from __future__ import annotations

from typing import Any

from transformers import TrainerCallback


class StopAfter(TrainerCallback):  # type: ignore[misc]
    """Ends training after some steps; the schedule stays that of the whole run.

    Parameters
    ----------
    steps : 0 to run to the end.
    """

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def on_step_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """Save and stop when the steps are done."""
        if self._steps and state.global_step >= self._steps:
            control.should_save = control.should_training_stop = True
