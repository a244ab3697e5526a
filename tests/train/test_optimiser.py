"""Muon and AdamW as one optimizer: what each trains, that a schedule reaches both, and what is refused."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch

from fourdp_qa.errors import SourceDataError
from fourdp_qa.train.config import OptimisationSettings, read_config
from fourdp_qa.train.optimiser import MuonWithAdamW
from fourdp_qa.train.sft import train


def small(seed=0):
    torch.manual_seed(seed)
    named = {"layers.0.up.weight": torch.nn.Parameter(torch.randn(6, 4)),
             "layers.0.up.bias": torch.nn.Parameter(torch.randn(6)),
             "embed_tokens.weight": torch.nn.Parameter(torch.randn(9, 4)),
             "lm_head.weight": torch.nn.Parameter(torch.randn(9, 4))}
    return named, MuonWithAdamW(named, OptimisationSettings(
        batch=1, learning_rate=1e-3, matrix_learning_rate=1e-2, weight_decay=0.1))


def step(named, optimizer):
    optimizer.zero_grad()
    sum((value ** 2).sum() for value in named.values()).backward()
    optimizer.step()


def test_matrices_of_hidden_layers_are_muons_and_nothing_else_is():
    named, optimizer = small()
    kinds = {name: next(group for group in optimizer.param_groups
                        if any(value is p for p in group["params"])) for name, value in named.items()}
    assert [name for name, group in kinds.items() if "ns_steps" in group] == ["layers.0.up.weight"]
    assert {name: group["lr"] for name, group in kinds.items()} == dict.fromkeys(named, 1e-3) | {
        "layers.0.up.weight": 1e-2}
    assert kinds["layers.0.up.bias"]["weight_decay"] == 0  # as the trainer does without Muon
    assert sum(len(group["params"]) for group in optimizer.param_groups) == len(named)


def test_muons_update_has_directions_of_equal_size():
    named, optimizer = small()
    before = named["layers.0.up.weight"].detach().clone()
    step(named, optimizer)
    moved = (named["layers.0.up.weight"].detach() - before * (1 - 1e-2 * 0.1)).double()
    sizes = torch.linalg.svdvals(moved)
    assert sizes.max() / sizes.min() < 2  # Newton-Schulz brings them near one another
    gradient = torch.linalg.svdvals(before.double())
    assert gradient.max() / gradient.min() > 2


def test_a_schedule_reaches_both_before_and_after_they_are_read_back():
    named, optimizer = small()
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda _: 0.0)
    before = {name: value.detach().clone() for name, value in named.items()}
    step(named, optimizer)
    assert all(torch.equal(before[name], named[name]) for name in named)
    optimizer.load_state_dict(optimizer.state_dict())
    schedule.step()
    step(named, optimizer)
    assert all(torch.equal(before[name], named[name]) for name in named)


def test_what_is_stored_goes_on_where_it_was():
    named, optimizer = small()
    step(named, optimizer)
    stored = copy.deepcopy(optimizer.state_dict())
    again, other = small(1)
    with torch.no_grad():
        for name, value in named.items():
            again[name].copy_(value)
    other.load_state_dict(stored)
    step(named, optimizer)
    step(again, other)
    assert all(torch.equal(named[name], again[name]) for name in named)


def test_adapters_have_no_muon(write_config):
    with pytest.raises(SourceDataError, match="matrix_learning_rate: found adapters beside it"):
        read_config(Path(write_config(**{"model.lora": {"rank": 4, "alpha": 8},
                                    "optimisation.matrix_learning_rate": 1e-3})))


def test_a_run_with_a_rate_for_matrices_is_trained_by_both(write_config):
    trainer = train(write_config(**{"data.samples": 2, "data.mixture": "std", "optimisation.batch": 2,
                                    "optimisation.matrix_learning_rate": 1e-3}))
    assert type(getattr(trainer.optimizer, "optimizer", trainer.optimizer)) is MuonWithAdamW
