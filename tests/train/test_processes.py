"""Two processes learn what one does, each row once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fourdp_qa.train.sft import train


def test_two_processes_have_the_losses_of_one(write_config, tmp_path):
    settings = {"data.samples": 12, "optimisation.batch": 4, "optimisation.per_device": 1,
                "evaluation.every": 3, "evaluation.rows": 5, "evaluation.per_device": 2, "loader.workers": 1}
    one = train(write_config(name="one", **settings))
    config = write_config(name="two", **settings)
    done = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2",
         "-m", "fourdp_qa.train.sft", "--config", config],
        cwd=tmp_path, text=True, capture_output=True, check=False, timeout=280,
        env=os.environ | {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr[-3000:]
    assert "accumulation = batch / (samples a device x devices) = 4 / (1 x 2) = 2" in done.stdout
    state = json.loads(Path(tmp_path / "two" / "checkpoint-3" / "trainer_state.json").read_text())
    logs = state["log_history"]

    def numbers(history, name):
        return [entry[name] for entry in history if name in entry]

    assert numbers(logs, "loss") == pytest.approx(numbers(one.state.log_history, "loss"), abs=1e-3)
    for name in ("eval_accuracy", "eval_unparsed"):
        assert numbers(logs, name) == pytest.approx(numbers(one.state.log_history, name))
