"""Muon for the matrices of hidden layers and AdamW for everything else, as one optimizer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import torch

from fourdp_qa.train.config import OptimisationSettings

NOT_HIDDEN: Final = ("embed", "lm_head")
"""In the names of matrices of words or patches of a picture: Muon is meant for hidden layers alone."""
MOMENTUM: Final = 0.95
"""Of Muon: the value of its authors, and PyTorch's default."""


class MuonWithAdamW(torch.optim.Optimizer):  # type: ignore[misc]
    """Steps Muon and AdamW together and stores both.

    Muon makes the update of a matrix orthogonal, so that rare directions are learnt as fast as common ones.
    Models from scratch that see few samples gain most: docs/training.md has the figures.

    Parameters
    ----------
    named : parameters that learn, by name.
    settings : rates, betas and decay.
    """

    def __init__(self, named: Mapping[str, torch.nn.Parameter], settings: OptimisationSettings) -> None:
        matrices = {name for name, value in named.items()
                    if value.ndim == 2 and not any(part in name for part in NOT_HIDDEN)}
        decay = settings.weight_decay
        self._muon = torch.optim.Muon(
            [named[name] for name in sorted(matrices)], lr=settings.matrix_learning_rate, weight_decay=decay,
            momentum=MOMENTUM, adjust_lr_fn="match_rms_adamw")
        self._adamw = torch.optim.AdamW(
            [{"params": [value for name, value in named.items() if name not in matrices and value.ndim > 1],
              "weight_decay": decay},
             {"params": [value for value in named.values() if value.ndim <= 1], "weight_decay": 0.0}],
            lr=settings.learning_rate, betas=(settings.beta1, settings.beta2))
        super().__init__([*self._muon.param_groups, *self._adamw.param_groups], {})
        self._join()

    def _join(self) -> None:
        """The very mappings of the two, so that a schedule that sets a rate here sets it there."""
        self.param_groups = [*self._muon.param_groups, *self._adamw.param_groups]

    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """One step of each."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        self._muon.step()
        self._adamw.step()
        return loss

    def state_dict(self) -> dict[str, Any]:
        """State of both, under their names."""
        return {"muon": self._muon.state_dict(), "adamw": self._adamw.state_dict()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Read what `state_dict` gave."""
        self._muon.load_state_dict(state_dict["muon"])
        self._adamw.load_state_dict(state_dict["adamw"])
        self._join()
