"""Generation end to end: equal bytes whatever the workers and the interruptions; damage is skipped."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace

import pytest

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.validate import validate
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.generate import run as running
from fourdp_qa.generate.run import generate, stage_folder

SIZE, FRAMES = 64, 12


def command(out, scenes, workers):
    return [sys.executable, "-m", "fourdp_qa.cli", "generate", "simulator", "--scenes", str(scenes),
            "--seed", "5", "--size", str(SIZE), "--frames", str(FRAMES), "--workers", str(workers),
            "--out", str(out)]


def run_to_the_end(out, scenes, workers):
    """Seconds it took."""
    started = time.monotonic()
    done = subprocess.run(command(out, scenes, workers), capture_output=True, text=True,
                          check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return time.monotonic() - started


def kill_after(seconds, out, scenes, workers):
    """Start, and kill the whole process group; True when it was still running."""
    process = subprocess.Popen(
        command(out, scenes, workers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def left_beside(out):
    return sorted(p.name for p in out.parent.iterdir() if p != out)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """Three scenes in one go with one worker: folder and seconds."""
    out = tmp_path_factory.mktemp("reference") / "made"
    seconds = run_to_the_end(out, 3, 1)
    return out, seconds


def test_a_generated_folder_is_sound(reference):
    out, _ = reference
    assert validate(out) == []
    assert left_beside(out) == []


def test_answers_are_even_and_every_answer_is_among_its_options(reference):
    rows = DatasetFolder.open(reference[0]).rows()
    assert len({r.id for r in rows}) == len(rows) > 30
    for row in rows:
        if row.options:
            assert row.answer_text in row.options
    yes_no = Counter((r.question_type, r.answer) for r in rows if r.format == "yes_no")
    for kind in {kind for kind, _ in yes_no}:
        assert abs(yes_no[kind, "Yes"] - yes_no[kind, "No"]) <= 2
    per_segment = Counter((r.scene_id, r.segment, r.question_type) for r in rows)
    assert max(per_segment.values()) <= 3


def test_two_workers_write_the_same_bytes(reference, tmp_path):
    run_to_the_end(tmp_path / "made", 3, 2)
    assert contents(tmp_path / "made") == contents(reference[0])


def interrupted(reference, tmp_path, kills, scenes=3, seed=0):
    """Kill at random moments, run to the end, compare every byte."""
    folder, seconds = reference
    rng = random.Random(seed)
    out = tmp_path / "made"
    still_running = 0
    for n in range(kills):
        still_running += kill_after(rng.uniform(0.1, 0.7) * seconds, out, scenes, 1 + n % 2)
        if out.exists() and not stage_folder(out).exists():
            break  # finished before it could be killed
    if not out.exists() or stage_folder(out).exists():
        run_to_the_end(out, scenes, 1)
    assert contents(out) == contents(folder)
    assert left_beside(out) == []
    return still_running


def test_killed_three_times_and_resumed_it_writes_the_same_bytes(reference, tmp_path):
    """Tried again where the machine was so much faster this time that no kill came in time."""
    for seed in range(4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        if interrupted(reference, folder, kills=3, seed=seed):
            return
    pytest.fail("no kill came before the generation had ended")


@pytest.mark.long
def test_killed_twenty_times_and_resumed_it_writes_the_same_bytes(tmp_path_factory):
    """As often as it takes: a generation that is nearly finished survives only a kill or two."""
    out = tmp_path_factory.mktemp("reference") / "made"
    reference = (out, run_to_the_end(out, 12, 1))
    kills = tries = 0
    while kills < 20 and tries < 60:
        folder = tmp_path_factory.mktemp("killed")
        kills += interrupted(reference, folder, kills=5, scenes=12, seed=tries)
        tries += 1
    assert kills >= 20


def test_killed_between_publishing_and_clearing_away_it_still_ends(reference, tmp_path):
    """The last moment at which a kill can leave something: the folder is there, and its stage."""
    import shutil

    out = tmp_path / "made"
    shutil.copytree(reference[0], out)
    stage = stage_folder(out)
    stage.mkdir()
    (stage / "half removed").write_text("")
    run_to_the_end(out, 3, 1)
    assert contents(out) == contents(reference[0])
    assert left_beside(out) == []


# Resuming -----------------------------------------------------------------------------------------


def test_finished_shards_are_not_measured_again(make_settings, tmp_path, monkeypatch):
    settings = make_settings()
    first = generate(settings, tmp_path / "stage")
    monkeypatch.setattr(running, "measure_scene", None)  # calling it would fail
    again = generate(settings, tmp_path / "stage")
    assert again.staged.rows == first.staged.rows
    assert again.summary == first.summary


@pytest.mark.parametrize("change", [
    {"seed": 6}, {"scenes": 4}, {"size": 80}, {"frames": 16}, {"per_segment": 1}, {"clips": True},
    {"types": ("depth",)}, {"generator_version": "0.0.0"},
])
def test_resuming_under_other_settings_is_refused(make_settings, generated, stage, change):
    before = contents(stage)
    with pytest.raises(FourdpQaError, match=r"under other settings.*--restart"):
        generate(replace(generated.staged.settings, **change), stage)
    assert contents(stage) == before


def test_progress_is_told(make_settings, tmp_path):
    told = []
    generate(make_settings(scenes=2), tmp_path / "stage",
             progress=lambda phase, done, total: told.append((phase, done, total)))
    assert told == [("measuring scenes", n, 2) for n in range(3)]


def test_without_clips_rows_name_no_file(generated):
    assert {row.file_name for row in generated.staged.rows} == {""}
    assert generated.staged.clips_root is None


def test_every_segment_with_rows_has_its_proof(generated):
    proven = {(p.scene_id, p.segment) for p in generated.staged.proofs}
    assert proven == {(r.scene_id, r.segment) for r in generated.staged.rows}


def test_the_summary_counts_what_is_there(generated):
    summary, rows = generated.summary, generated.staged.rows
    assert summary.rows == len(rows)
    assert summary.scenes == 16
    assert sum(sum(f.values()) for t in summary.counts.values() for f in t.values()) == len(rows)
    assert sum(n for modes in summary.naming.values() for n in modes.values()) == len(rows)
    assert not summary.skipped


# Damaged scenes -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class DamagedHandle:
    """A scene whose data cannot be read: at once, when depth is read, or only when colour is."""

    whole: object
    where: str

    source = property(lambda self: self.whole.source)
    scene_id = property(lambda self: self.whole.scene_id)
    split_key = property(lambda self: self.whole.split_key)

    def open(self):
        scene = self.whole.open()

        def fail(t=0):
            raise SourceDataError("scene.bin", self.where, found="half a file", expected="all of it")

        if self.where == "open":
            fail()
        setattr(scene, self.where, fail)
        return scene


@pytest.fixture
def with_damage(monkeypatch):
    """``with_damage("depth")``: from now on the second scene is damaged there."""
    listed = running.list_scenes

    def make(where):
        def list_scenes(name, options):
            handles = list(listed(name, options))
            handles[1] = DamagedHandle(handles[1], where)
            return handles

        monkeypatch.setattr(running, "list_scenes", list_scenes)

    return make


@pytest.mark.parametrize("where", ["open", "depth", "rgb"])
def test_a_damaged_scene_is_skipped_listed_and_harms_no_other(
    with_damage, make_settings, tmp_path, where
):
    with_damage(where)
    made = generate(make_settings(clips=True), tmp_path / "stage")
    (damaged,) = made.summary.skipped
    assert damaged.endswith("000001")
    assert "found half a file" in made.summary.skipped[damaged]
    assert {r.scene_id for r in made.staged.rows} == {
        "sim-000005-000000", "sim-000005-000002"}
    publish(made.staged, tmp_path / "made")
    assert validate(tmp_path / "made") == []


def test_without_scenes_there_is_an_error(make_settings, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "list_scenes", lambda name, options: [])
    with pytest.raises(FourdpQaError, match="no scene found"):
        generate(make_settings(), tmp_path / "stage")
