"""Fixtures of the independent re-derivation: generated rows beside the scenes they came from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# The re-derivation is a few modules and tests are no package.
sys.path.insert(0, str(Path(__file__).parent))

from rederivation.world import open_worlds


@pytest.fixture(scope="session")
def generate(tmp_path_factory):
    """``generate(scenes, size, frames, seed=0)`` -> (rows, worlds by scene id), made by the command."""
    import pyarrow.parquet as pq

    def run(scenes, size, frames, seed=0):
        folder = tmp_path_factory.mktemp("generated") / "dataset"
        numbers = {"--scenes": scenes, "--size": size, "--frames": frames, "--seed": seed}
        options = [str(word) for pair in numbers.items() for word in pair]
        done = subprocess.run(
            [sys.executable, "-m", "fourdp_qa.cli", "generate", "simulator", *options,
             "--no-clips", "--out", str(folder)],
            capture_output=True, text=True, check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        tables = [pq.read_table(file) for file in sorted((folder / "train").glob("*.parquet"))]
        rows = [row for table in tables for row in table.to_pylist()]
        return rows, open_worlds(scenes, size, frames, seed)

    return run
