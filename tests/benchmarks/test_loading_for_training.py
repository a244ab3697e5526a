"""The benchmark runs, and a sample costs the loader as little as it is said to."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

REFERENCES = 6
"""250 ms where normalising the frames once with NumPy takes 42 ms, as in docs/training.md: a figure that
does not depend on how fast or how busy the machine is."""


@pytest.fixture(scope="module")
def loading():
    """The program as a module: benchmarks are no package."""
    path = Path(__file__).parents[2] / "benchmarks" / "loading_for_training.py"
    spec = importlib.util.spec_from_file_location("loading_for_training", path)
    sys.modules["loading_for_training"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_stage_is_measured(loading):
    stages, reference = loading.measure(56, 4, 1)
    assert tuple(stages) == loading.STAGES
    assert reference > 0
    assert stages["decode"] > 0
    assert stages["processor"] > 0


@pytest.mark.long
def test_a_sample_costs_the_loader_a_quarter_of_a_second_at_most(loading):
    stages, reference = loading.measure(448, 32, 7)
    assert sum(stages.values()) <= REFERENCES * reference
