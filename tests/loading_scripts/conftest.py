"""Fixtures of the builders."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "dataset" / "staged_examples.py"


@pytest.fixture(scope="session")
def staged_example():
    """``staged_example(folder, clips=12, per_type=14, seed=0, with_clips=True)``: a generation."""
    spec = importlib.util.spec_from_file_location("staged_examples", EXAMPLES)
    module = sys.modules["staged_examples"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.staged_example
