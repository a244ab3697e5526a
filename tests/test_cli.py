"""The command line as a person meets it: what it prints, and how it ends."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main

SMALL = ("--size", "64", "--frames", "12", "--workers", "1")


def run(*arguments):
    """Run a command in this process; a traceback would be an exception other than SystemExit."""
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    out = tmp_path_factory.mktemp("cli") / "made"
    result = run("generate", "simulator", "--scenes", 2, "--out", out, *SMALL)
    assert result.exit_code == 0, result.output
    return out


def test_help_lists_the_commands():
    text = run("--help").output
    for command in ("demo", "generate", "sources", "check", "explain", "gallery", "validate",
                    "prepare"):
        assert re.search(rf"^  {command} ", text, re.MULTILINE), command


def test_sources_say_licence_extra_and_what_may_be_asked():
    text = run("sources").output
    assert re.search(r"^simulator\s+CC-BY-4.0\s+sim \(installed\)\s*$", text, re.MULTILINE)
    assert re.search(r"^simulator\s+all\s*$", text, re.MULTILINE)
    assert re.search(r"^kubric\s+LicenseRef-unknown\s+-\s*$", text, re.MULTILINE)
    assert re.search(r"^kubric\s+all but agent_motion\s*$", text, re.MULTILINE)
    assert re.search(r"^tapvid3d\s+visual_point_tracking, true_motion_point_tracking\s*$", text, re.MULTILINE)


def test_sources_as_json():
    listed = json.loads(run("sources", "--json").output)
    simulator = next(s for s in listed["sources"] if s["name"] == "simulator")
    assert (simulator["extra"], simulator["installed"], len(simulator["asked"])) == (
        "fourdp-qa[sim]", True, 13)
    assert listed["notes"] == []


def test_generate_ends_well_and_says_where_the_data_are(dataset):
    assert (dataset / "README.md").is_file()
    assert not dataset.with_name(f".{dataset.name}.stage").exists()


def test_what_generate_wrote_is_sound(dataset):
    result = run("validate", dataset)
    assert result.exit_code == 0
    assert result.stdout.strip().splitlines()[-1] == f"{dataset}: sound"


def test_validate_names_every_rule_and_its_verdict(dataset):
    found = json.loads(run("validate", dataset, "--quick", "--json").stdout)
    assert found["sound"] and found["kind"] == "training" and found["clips"] == found["decoded"] > 0
    assert {rule["verdict"] for rule in found["rules"]} == {"holds", "does not apply"}


def test_validate_lists_what_is_wrong_and_fails(dataset, tmp_path):
    import shutil

    damaged = tmp_path / "damaged"
    shutil.copytree(dataset, damaged)
    clip = next(damaged.rglob("*.mp4"))
    clip.unlink()
    result = run("validate", damaged)
    assert result.exit_code == 1
    assert clip.name in result.output


def test_generate_does_not_overwrite_unasked(dataset):
    before = {p: p.read_bytes() for p in dataset.rglob("*") if p.is_file()}
    result = run("generate", "simulator", "--scenes", 2, "--out", dataset, *SMALL)
    assert result.exit_code == 1
    assert "--overwrite" in result.output
    assert {p: p.read_bytes() for p in dataset.rglob("*") if p.is_file()} == before


def test_summary_as_json(tmp_path):
    result = run("generate", "simulator", "--scenes", 1, "--out", tmp_path / "made", "--json",
                 "--no-clips", "--types", "depth, camera_movement", *SMALL)
    assert result.exit_code == 0
    summary = json.loads(result.stdout[result.stdout.index("{"):])
    assert set(summary["counts"]) <= {"depth", "camera_movement"}
    assert summary["clips"] == 0
    assert summary["rows"] == sum(
        count for formats in summary["counts"].values() for answers in formats.values()
        for count in answers.values())


@pytest.mark.parametrize(("arguments", "said"), [
    (["generate", "simulatr", "--scenes", "1"], "Did you mean 'simulator'?"),
    (["generate", "simulator"], "--scenes"),
    (["generate", "simulator", "--scenes", "1", "--license", "cc-by-4"], "did you mean CC-BY-4.0?"),
    (["generate", "simulator", "--scenes", "1", "--license", "CC0-1.0"],
     "simulator: license: found CC-BY-4.0, expected what may lie in a folder under CC0-1.0"),
    (["bench", "simulator", "--scenes", "1", "--name", "n", "--license", "CC0-1.0"],
     "CC-BY-4.0 asks for attribution, CC0-1.0 waives it"),
    (["generate", "simulator", "--scenes", "1", "--types", "dpeth"], "no question type 'dpeth'"),
    (["generate", "simulator", "--scenes", "1", "--size", "65"], "even"),
    (["generate", "kubric", "nowhere-at-all"], "nowhere-at-all"),
    (["generate", "kubric", "nowhere-at-all", "--groups"], "kubric: --groups: found a source of"),
    (["generate", "simulator", "--scenes", "1", "--groups", "--types", "visual_point_tracking"],
     "a track has no exact chance"),
])
def test_a_users_mistake_is_one_line(tmp_path, arguments, said):
    result = run(*arguments, *(["--out", str(tmp_path / "out")]))
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
    assert len([line for line in result.output.splitlines() if line.startswith("fourdp-qa: ")]) == 1
    assert not (tmp_path / "out").exists()


def test_nothing_to_ask_is_a_failure_with_reasons_and_no_folder(tmp_path, monkeypatch):
    from fourdp_qa.generate import run as running

    monkeypatch.setattr(running, "asks_of", lambda record, shard, types: iter(()))
    result = run("generate", "simulator", "--scenes", 1, "--no-clips", "--out", tmp_path / "made",
                 *SMALL)
    assert result.exit_code == 1
    assert "no question could be asked" in result.output
    assert "not asked about: " in result.output  # what was lost on the way
    assert not (tmp_path / "made").exists()


def test_a_skipped_scene_fails_unless_partial_is_allowed(tmp_path, monkeypatch):
    from fourdp_qa.errors import SourceDataError
    from fourdp_qa.sources.simulator.source import SimulatorHandle

    whole = SimulatorHandle.open

    def broken(handle):
        if handle.index == 0:
            raise SourceDataError("scene.bin", "depth", found="half", expected="all of it")
        return whole(handle)

    monkeypatch.setattr(SimulatorHandle, "open", broken)
    for more, code in (((), 1), (("--allow-partial",), 0)):
        out = tmp_path / f"made{code}"
        result = run("generate", "simulator", "--scenes", 2, "--no-clips", "--out", out, *more,
                     *SMALL)
        assert result.exit_code == code
        assert "scene.bin: depth: found half, expected all of it" in result.output.replace("\n", " ")
        assert (out / "README.md").is_file()  # what could be made is there, and said to be partial


def test_explain_writes_a_page_for_a_row(dataset, tmp_path):
    from fourdp_qa.dataset.folder import DatasetFolder

    row = DatasetFolder.open(dataset).rows()[0]
    page = tmp_path / "page.html"
    result = run("explain", dataset, row.id, "--out", page)
    assert result.exit_code == 0
    assert row.question in result.output
    assert page.stat().st_size > 1000


def test_explain_of_an_unknown_row_is_one_line(dataset):
    result = run("explain", dataset, "sim-00000000-s00-t01-000000")
    assert result.exit_code == 1
    assert "sim-00000000-s00-t01-000000" in result.output


def test_gallery_is_one_page(dataset, tmp_path):
    page = tmp_path / "gallery.html"
    assert run("gallery", dataset, "--out", page).exit_code == 0
    assert "<html" in page.read_text(encoding="utf-8")


def test_check_proves_the_simulators_geometry():
    result = run("check", "simulator", "--scenes", 1, "--size", 96, "--frames", 12)
    assert result.exit_code == 0, result.output
    as_json = run("check", "simulator", "--scenes", 1, "--size", 96, "--frames", 12, "--json")
    assert json.loads(as_json.output.splitlines()[0])


def test_tasks_path_is_a_folder_of_tasks():
    from pathlib import Path

    folder = Path(run("tasks-path").output.strip())
    assert list(folder.rglob("*yaml"))


@pytest.mark.parametrize(("typed", "said"), [
    (["audit", ".", "--by", "colour"], "audit: Invalid value for '--by': 'colour' is not one of 'type', "),
    (["generate", "simulator", "--size", "20"], "generate: Invalid value for '--size': 20 is not in"),
    (["bench", "simulator", "--name", "n"], "bench: Missing option '--out'."),
    (["sources", "--jsn"], "sources: No such option '--jsn'."),
    (["frobnicate"], "main: No such command 'frobnicate'."),
    (["--bogus"], "main: No such option '--bogus'."),
])
def test_what_cannot_be_read_as_a_command_is_one_line_that_names_its_help(typed, said):
    done = run(*typed)
    assert done.exit_code == 2
    (line,) = done.output.splitlines()
    assert said in line
    assert line.endswith("--help`.")
