"""Answers about the counterfactual variants of scenes, derived a second time like all others."""

from __future__ import annotations

import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from rederivation.answers import check
from rederivation.world import World

from fourdp_qa.sources.registry import SourceOptions, list_scenes

SCENES, SIZE, FRAMES, SEED = 4, 96, 14, 2


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    out = tmp_path_factory.mktemp("groups") / "made"
    numbers = {"--scenes": SCENES, "--size": SIZE, "--frames": FRAMES, "--seed": SEED}
    done = subprocess.run(
        [sys.executable, "-m", "fourdp_qa.cli", "generate", "simulator", "--groups", "--no-clips",
         *(str(word) for pair in numbers.items() for word in pair), "--workers", "1",
         "--out", str(out)],
        capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    tables = [pq.read_table(file) for file in sorted((out / "train").glob("*.parquet"))]
    return sorted((row for table in tables for row in table.to_pylist()),
                  key=lambda row: row["scene_id"])


def test_every_answer_about_every_variant_follows_from_the_words_and_the_poses(rows):
    options = SourceOptions(size=SIZE, frames=FRAMES, scenes=SCENES, seed=SEED, groups=True)
    worlds = {h.scene_id: World(h) for h in list_scenes("simulator", options)}
    results = [check(row, worlds[row["scene_id"]]) for row in rows]
    assert [(r.row["id"], r.problems) for r in results if r.problems] == []
    assert sum(bool(r.skipped) for r in results) <= 0.02 * len(results)
    derived = [r for r in results if r.derived is not None]
    assert len(derived) >= 100
    assert len({r.row["variant"] for r in derived}) == 9
