"""`fourdp-qa bench` from the simulator: quotas said, groups beside the rest, apart from training data."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.dataset.benchmark import read_benchmark
from fourdp_qa.dataset.split_units import units_of_folder
from fourdp_qa.scene.storage import write_scene
from fourdp_qa.sources.simulator.source import SimulatorHandle

SMALL = ["--size", "64", "--frames", "12", "--workers", "1"]


def run(*arguments):
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    """Three scenes of seed 3, without clips."""
    out = tmp_path_factory.mktemp("data") / "training"
    run("generate", "simulator", "--scenes", 3, "--seed", 3, "--no-clips", "--out", out, *SMALL)
    return out


@pytest.fixture(scope="module")
def made(training, tmp_path_factory):
    """A benchmark of the same seed, apart from the training data, with groups: folder and output."""
    out = tmp_path_factory.mktemp("bench") / "small"
    said = run("bench", "simulator", "--scenes", 6, "--seed", 3, "--items", 4, "--name", "small",
               "--group-scenes", 1, "--group-items", 12, "--apart-from", training, "--out", out, *SMALL)
    return out, said


def test_it_shares_no_unit_with_the_training_data(training, made):
    out, _ = made
    assert units_of_folder(training)
    assert not units_of_folder(out) & units_of_folder(training)


def test_groups_stand_beside_the_rest_and_their_clips_are_in_the_file(made):
    benchmark = read_benchmark(made[0])
    grouped = [r for r in benchmark.rows if r.group_id]
    assert 0 < len(grouped) < len(benchmark.rows)
    assert min(Counter(r.group_id for r in grouped).values()) >= 2
    assert {benchmark.clip_of[r.id] for r in grouped} <= benchmark.clips.keys()
    card = (made[0] / "README.md").read_text()
    assert f"{len(grouped)} of these questions are in" in card


def test_missed_quotas_are_said_and_stand_in_the_facts(made):
    out, said = made
    quotas = json.loads((out / "benchmark.json").read_text())["quotas"]
    missed = [q for q in quotas if not q["met"]]
    assert missed and said.count("quota missed: ") == len(missed)
    assert all(q["reason"] for q in missed)
    assert "all types: largest source: found 1, wanted at most 0.4 (one source only)" in said


def test_the_card_says_what_guessing_scores_and_how_everything_was_asked(made):
    card = (made[0] / "README.md").read_text()
    rows = [r for r in read_benchmark(made[0]).rows if not r.group_id]
    depth = [r for r in rows if r.question_type == "depth"]
    assert f"| `depth` | {len(depth)} | 50.0 |" in card
    assert "of another version" not in card, "every template is found in the bank"
    assert "Scores on this benchmark cannot be compared" in card


def test_where_all_scenes_are_training_data_nothing_is_built(training, tmp_path):
    result = CliRunner().invoke(main, [
        "bench", "simulator", "--scenes", "3", "--seed", "3", "--name", "none", "--apart-from",
        str(training), "--out", str(tmp_path / "none"), *SMALL])
    assert result.exit_code == 1
    assert "every scene belongs to a unit of the data it must stay apart from" in result.output
    assert not (tmp_path / "none").exists()


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """Four simulated scenes of another seed, as a source of their own."""
    folder = tmp_path_factory.mktemp("stored")
    for index in range(4):
        write_scene(SimulatorHandle(11, index, 64, 12).open(), folder / f"scene-{index}")
    return folder


def test_several_sources_share_the_items_of_every_type(stored, tmp_path):
    out = tmp_path / "both"
    said = run("bench", "simulator", "--also", f"stored={stored}", "--scenes", 4, "--seed", 3, "--items", 4,
               "--name", "both", "--out", out, *SMALL)
    rows = read_benchmark(out).rows
    ids = {name: {r.id for r in rows if r.scene_id.startswith(f"sim-{seed:06d}")}
           for name, seed in (("simulator", 3), ("stored", 11))}
    assert sum(map(len, ids.values())) == len(rows)
    for name, mine in ids.items():
        assert f"{name}: {len(mine)} items of " in said
    per_type = Counter((r.question_type, r.scene_id[:10]) for r in rows)
    wanted = {kind: (per_type[kind, "sim-000003"], per_type[kind, "sim-000011"])
              for kind in ("camera_movement", "depth", "visual_point_tracking")}
    assert set(wanted.values()) == {(2, 2)}
    assert [p for p in tmp_path.iterdir() if p != out] == [], "nothing unfinished is left"


def test_a_source_named_twice_is_refused(tmp_path):
    result = CliRunner().invoke(main, [
        "bench", "simulator", "--also", "simulator", "--scenes", "1", "--name", "twice",
        "--out", str(tmp_path / "twice"), *SMALL])
    assert result.exit_code == 1
    assert "--also simulator: found simulator twice, expected each source once" in result.output


@pytest.mark.parametrize(("also", "said"), [
    ("kubric", "kubric: no folder given, expected a Kubric worker folder"),
    ("kubric=nowhere", "nowhere: found no folder, expected a Kubric worker folder"),
])
def test_a_further_source_without_its_data_is_refused_before_anything_is_measured(tmp_path, also, said):
    out = tmp_path / "both"
    result = CliRunner().invoke(main, [
        "bench", "simulator", "--also", also, "--scenes", "1", "--name", "both", "--out", str(out), *SMALL])
    assert result.exit_code == 1
    assert said in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_papers_composition_shares_the_items_out_as_the_paper_does(tmp_path):
    out = tmp_path / "paper"
    run("bench", "simulator", "--scenes", 4, "--items", 2, "--composition", "paper", "--name", "paper",
        "--out", out, *SMALL)
    asked = {q["question_type"]: q["low"] for q in json.loads((out / "benchmark.json").read_text())["quotas"]
             if q["quota"] == "items"}
    assert (asked["camera_movement"], asked["depth"], asked["object_rotation"]) == (4, 3, 1)
