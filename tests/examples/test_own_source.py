"""The example of a source in a package of one's own: installed, listed, checked, asked about."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fourdp_qa.scene.pose import invert_pose
from fourdp_qa.sources.registry import SourceOptions
from fourdp_qa.sources.simulator.source import SimulatorHandle

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "own_source"
PAGE = ROOT / "docs" / "adding_a_source.md"
SEED, SCENE, SIZE, FRAMES = 7, 8, 128, 24


def test_the_page_shows_the_example_as_it_is():
    blocks = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert ("python", (EXAMPLE / "robot_log.py").read_text()) in blocks
    assert ("toml", (EXAMPLE / "pyproject.toml").read_text()) in blocks


def test_the_example_is_at_most_fifty_lines_with_comments_and_blanks():
    assert len((EXAMPLE / "robot_log.py").read_text().splitlines()) <= 50


def write_run(scene, folder, camera=None):
    """A scene as the robot would have logged it; `camera` (T, 4, 4) replaces its camera poses."""
    facts = scene.facts
    for layer in ("rgb", "depth", "ids"):
        (folder / layer).mkdir(parents=True)
    for t in range(facts.frame_count):
        millimetres = np.round(1000 * scene.depth(t))
        millimetres[millimetres > 65535] = 0  # farther than 16 bits reach: no depth
        pictures = {"rgb": scene.rgb(t), "depth": millimetres.astype(np.uint16),
                    "ids": scene.instances(t).astype(np.uint8)}
        for layer, pixels in pictures.items():
            Image.fromarray(pixels).save(folder / layer / f"{t:05d}.png")
    np.savez(folder / "poses.npz", camera=scene.world_from_camera if camera is None else camera,
             objects=np.where(scene.pose_valid[..., None, None], scene.world_from_object, np.nan))
    (folder / "log.json").write_text(json.dumps({
        "fps": facts.fps, "height": facts.height, "width": facts.width,
        "K": (facts.K - [[0, 0, 0.5], [0, 0, 0.5], [0, 0, 0]]).tolist(),
        "objects": [{"id": o.id, "class": o.kind, "name": o.caption, "size": np.asarray(o.size).tolist()}
                    for o in scene.objects],
    }))
    return folder


@pytest.fixture(scope="module")
def simulated():
    return SimulatorHandle(SEED, SCENE, SIZE, FRAMES).open()


@pytest.fixture(scope="module")
def runs(simulated, tmp_path_factory):
    """A folder with one run."""
    root = tmp_path_factory.mktemp("runs")
    write_run(simulated, root / "run_1")
    return root


@pytest.fixture(scope="module")
def fourdp_qa_with(tmp_path_factory):
    """``fourdp_qa_with("check", "robot_log", root)``: run a command where the package is installed."""
    folder = tmp_path_factory.mktemp("installed")
    copy = shutil.copytree(EXAMPLE, folder / "copy")  # building leaves files behind
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
               "--no-index", "--no-deps", "--no-build-isolation", "--target", folder / "site", copy]
    done = subprocess.run(command, text=True, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    environment = {**os.environ, "PYTHONPATH": str(folder / "site"), "COLUMNS": "160"}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "fourdp_qa.cli", *map(str, arguments)], cwd=folder, text=True,
            env=environment, capture_output=True, check=False, timeout=300)

    return run


def test_it_is_listed_with_what_may_be_asked(fourdp_qa_with):
    done = fourdp_qa_with("sources")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^robot_log +runs of our robot", done.stdout, re.MULTILINE)
    assert re.search(r"^robot_log +CC-BY-4.0 +- *$", done.stdout, re.MULTILINE)
    assert re.search(r"^robot_log +all but agent_motion *$", done.stdout, re.MULTILINE)
    assert re.search(r"^simulator ", done.stdout, re.MULTILINE)
    listed = json.loads(fourdp_qa_with("sources", "--json").stdout)
    mine = next(s for s in listed["sources"] if s["name"] == "robot_log")
    assert (mine["package"], mine["code"]) == ("robot-log-source", "rob")


def test_check_passes(fourdp_qa_with, runs):
    done = fourdp_qa_with("check", "robot_log", runs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("scene run_1: ok")


def test_check_names_a_planted_mistake(fourdp_qa_with, simulated, tmp_path):
    write_run(simulated, tmp_path / "run_1", camera=invert_pose(simulated.world_from_camera))
    done = fourdp_qa_with("check", "robot_log", tmp_path)
    assert done.returncode == 1
    assert "likely mistake: camera pose inverted" in done.stdout


def test_generate_makes_rows_of_whole_runs_and_lists_damaged_ones(fourdp_qa_with, runs, tmp_path):
    from fourdp_qa.dataset.folder import DatasetFolder

    shutil.copytree(runs / "run_1", tmp_path / "runs" / "run_1")
    shutil.copytree(runs / "run_1", tmp_path / "runs" / "run_2")
    (tmp_path / "runs" / "run_2" / "poses.npz").write_bytes(b"PK")
    out = tmp_path / "out"
    done = fourdp_qa_with("generate", "robot_log", tmp_path / "runs", "--out", out, "--size", 64,
                          "--frames", FRAMES, "--workers", 2)
    assert done.returncode == 1
    assert "skipped: run_2: " in done.stdout and "1 of 2 scenes were skipped" in done.stderr
    rows = DatasetFolder.open(out).rows()
    assert len(rows) > 10
    assert {(r.source, r.scene_id, r.license) for r in rows} == {("robot_log", "run_1", "CC-BY-4.0")}
    assert all(r.id.startswith("rob-") for r in rows)


def test_generate_refuses_the_run_in_a_folder_that_asks_for_less(fourdp_qa_with, runs, tmp_path):
    done = fourdp_qa_with("generate", "robot_log", runs, "--out", tmp_path / "out", "--license", "CC0-1.0")
    assert done.returncode == 1
    assert "CC-BY-4.0 asks for attribution, CC0-1.0 waives it" in done.stderr
    assert not (tmp_path / "out").exists()


def test_labels_are_those_of_the_scene_it_was_written_from(simulated, runs, same_labels):
    spec = importlib.util.spec_from_file_location("robot_log", EXAMPLE / "robot_log.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (handle,) = module.list_runs(SourceOptions(roots=(runs,)))
    run = handle.open()
    theirs = same_labels.stated(same_labels.reduced(simulated, run))
    ours = same_labels.stated(run)
    same_labels.assert_same(same_labels.labels(ours), same_labels.labels(theirs))
    assert len(same_labels.labels(ours)) > 50
