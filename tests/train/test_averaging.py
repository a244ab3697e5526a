"""The averaged weights are what is saved and evaluated, and survive an interruption."""

from __future__ import annotations

import pytest
import torch

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.averaging import AVERAGE_FILE, WeightAverage


class State:
    is_world_process_zero = True

    def __init__(self, step):
        self.global_step = step


def walk(average, layer, steps):
    for step in range(1, steps + 1):
        with torch.no_grad():
            layer.weight.fill_(float(step))
        average.on_step_end(None, State(step), None)


def test_the_average_follows_the_weights_and_forgets_the_start():
    layer = torch.nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        layer.weight.fill_(100.0)
    average = WeightAverage(layer, 0.5)
    walk(average, layer, 20)
    with average.in_place():
        # 1/2 x 20 + 1/4 x 19 + ... = 19, but for what is left of the first steps.
        assert layer.weight.item() == pytest.approx(19.0, abs=1e-3)
    assert layer.weight.item() == 20.0


def test_early_steps_count_more_than_the_decay_allows():
    layer = torch.nn.Linear(1, 1, bias=False)
    average = WeightAverage(layer, 0.999)
    walk(average, layer, 3)
    with average.in_place():
        assert layer.weight.item() > 2.0


def test_a_frozen_weight_is_left_alone():
    layer = torch.nn.Linear(1, 1)
    layer.bias.requires_grad_(False)
    assert list(WeightAverage(layer, 0.9)._average) == ["weight"]


def test_it_goes_on_from_a_checkpoint_and_refuses_one_without_its_file(tmp_path):
    arguments = type("A", (), {"output_dir": str(tmp_path)})
    (tmp_path / "checkpoint-3").mkdir()
    layer = torch.nn.Linear(1, 1, bias=False)
    average = WeightAverage(layer, 0.5)
    walk(average, layer, 3)
    average.on_save(arguments, State(3), None)
    other = WeightAverage(torch.nn.Linear(1, 1, bias=False), 0.5)
    other.on_train_begin(arguments, State(3), None)
    assert torch.equal(other._average["weight"], average._average["weight"])
    (tmp_path / "checkpoint-3" / AVERAGE_FILE).unlink()
    with pytest.raises(FourdpQaError, match=r"expected the averaged weights.*remove the folder"):
        other.on_train_begin(arguments, State(3), None)


def test_a_resumed_run_saves_the_average_of_one_never_interrupted(write_config, tmp_path):
    from safetensors.torch import load_file

    from fourdp_qa.train.sft import train

    settings = {"data.samples": 8, "optimisation.batch": 2, "output.save_every": 2,
                "optimisation.average": 0.7}
    whole = train(write_config(name="whole", **settings))
    cut = write_config(name="cut", **settings)
    train(cut, ("optimisation.stop_after=2",))
    train(cut)
    saved = [load_file(tmp_path / name / "model" / "model.safetensors") for name in ("whole", "cut")]
    assert all(torch.allclose(saved[0][n], saved[1][n], atol=1e-5) for n in saved[0])
    averaged = whole.average._average
    assert any(not torch.allclose(p, averaged[n], atol=1e-6)
               for n, p in whole.model.named_parameters() if n in averaged)
