"""Fixtures of the dataset room."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT_TORCH = """
from importlib.machinery import PathFinder
found = PathFinder.find_spec
def find_spec(cls, name, path=None, target=None):
    hidden = name.split(".")[0] in ("torch", "torchcodec")
    return None if hidden else found(name, path, target)
PathFinder.find_spec = classmethod(find_spec)
"""

END = """
import gc
stream = None
gc.collect()
"""
"""Arrow aborts a process now and then that ends while a stream is alive (apache/arrow issue 45214)."""


def _staged_examples():
    spec = importlib.util.spec_from_file_location(
        "staged_examples", Path(__file__).parent / "staged_examples.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["staged_examples"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def staged_example():
    """``staged_example(folder, clips=12, per_type=14, seed=0, with_clips=True)``: a generation."""
    return _staged_examples().staged_example


@pytest.fixture(scope="session")
def many_rows_example():
    """``many_rows_example(folder, rows, clips)``: copies of a few rows, each with an id of its own."""
    return _staged_examples().many_rows_example


@pytest.fixture
def python_elsewhere(tmp_path):
    """``python_elsewhere(code, cwd)``: run code with a cache of its own and no Hub; its output."""

    def run(code: str, cwd: Path) -> str:
        cwd.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ, "HF_HOME": str(tmp_path / "hf_home"), "HF_HUB_OFFLINE": "1",
            "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        }
        environment.pop("HF_DATASETS_CACHE", None)
        done = subprocess.run(
            [sys.executable, "-c", code + END], cwd=cwd, env=environment, text=True,
            capture_output=True, timeout=180, check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    return run


@pytest.fixture(scope="session")
def without_torch():
    """Lines that hide torch and torchcodec from the code after them, as if not installed."""
    return WITHOUT_TORCH
