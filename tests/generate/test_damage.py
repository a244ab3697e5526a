"""A generation of simulated scenes survives what it is fed: every damage is one line or a counted skip,
nothing is half written, and the other scenes' rows stay the same.
"""

from __future__ import annotations

import errno
import gzip
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate import run as running
from fourdp_qa.generate.run import generate, stage_folder

ONE_SCENE = "measured/000/000001.json.gz"


@pytest.fixture(scope="module")
def handles():
    """Three small simulated scenes."""
    from fourdp_qa.sources.registry import SourceOptions, list_scenes

    return list_scenes("simulator", SourceOptions(size=64, frames=12, scenes=3, seed=5))


@dataclass(frozen=True)
class Changed:
    """A handle whose scene a test changes after it is opened."""

    whole: object
    change: object
    name: str

    source = property(lambda self: self.whole.source)
    scene_id = property(lambda self: self.name)
    split_key = property(lambda self: self.whole.split_key)

    def open(self):
        scene = self.whole.open()
        scene.facts = replace(scene.facts, scene_id=self.name)
        self.change(scene)
        return scene


# Damaged scenes -----------------------------------------------------------------------------------


def pose(name, place, value):
    return lambda scene: getattr(scene, name).__setitem__(place, value)


def facts(**values):
    def change(scene):
        scene.facts = replace(scene.facts, **values)
    return change


def images(name, change_of):
    def change(scene):
        exact = getattr(scene, name)
        setattr(scene, name, lambda t: change_of(exact(t)) if t == 4 else exact(t))
    return change


def with_pixels(value):
    def change(image):
        image = image.copy()
        image[30:34, 30:34] = value
        return image
    return change


def object_lost(scene):
    scene.objects = scene.objects[:-1]


def id_without_object(scene):
    scene.objects = (replace(scene.objects[0], id=99), *scene.objects[1:])


SCENES = {
    "camera NaN": (pose("world_from_camera", (3, 0, 3), np.nan), "world_from_camera frame 3"),
    "camera no rotation": (pose("world_from_camera", (3, slice(3), 0), 0.5), "world_from_camera frame 3"),
    "object NaN": (pose("world_from_object", (3, 1), np.nan), "world_from_object frame 3"),
    "object no rotation": (pose("world_from_object", (3, 1, 2, 2), 9), "off a rotation"),
    "object lost": (object_lost, "world_from_object: found shape"),
    "another object's id": (id_without_object, "found id 1 without an object"),
    "other frame count": (facts(frame_count=14), "world_from_camera: found shape (12, 4, 4)"),
    "no rate": (facts(fps=float("nan")), "facts.fps: found nan"),
    "K of another size": (facts(K=np.diag([1e5, 1e5, 1.0])), "facts.K: found focal length"),
    "gravity lost": (facts(up=None), "facts.up: found None"),
    "depth all zero": (images("depth", lambda d: 0 * d), "100% of the object pixels without"),
    "depth NaN": (images("depth", with_pixels(np.nan)), "negative or not finite"),
    "depth of another size": (images("depth", lambda d: d[:32]), "depth frame 4: found shape (32, 64)"),
    "depth of another type": (images("depth", lambda d: d.astype(float)), "found dtype float64"),
    "id without object": (images("instances", with_pixels(77)), "found id 77 without an object"),
    "ids of another type": (images("instances", lambda i: i.astype(np.uint8)), "found dtype uint8"),
}


def test_damaged_scenes_are_skipped_and_the_others_give_the_same_rows(
    handles, make_settings, tmp_path, monkeypatch
):
    listed = [handles[0], handles[2]]
    monkeypatch.setattr(running, "list_scenes", lambda name, options: listed)
    expected = generate(make_settings(), tmp_path / "without").staged.rows
    assert len(expected) > 30
    damaged = [Changed(handles[1], change, name) for name, (change, _) in SCENES.items()]
    listed = [handles[0], *damaged, handles[2]]
    made = generate(make_settings(), tmp_path / "with")
    assert made.staged.rows == expected
    assert made.summary.skipped.keys() == SCENES.keys()
    for name, (_, words) in SCENES.items():
        line = made.summary.skipped[name]
        assert words in line and f"simulator {name}: " in line, line
        assert "expected" in line and "; " in line and "\n" not in line


def test_physics_that_gives_up_is_a_counted_skip(handles, make_settings, tmp_path, monkeypatch):
    from fourdp_qa.sources.simulator import sampling

    monkeypatch.setattr(sampling, "MAX_ATTEMPTS", 0)
    made = generate(make_settings(scenes=1), tmp_path / "stage")
    (line,) = made.summary.skipped.values()
    assert "simulator seed 5 scene 0: no scene in 0 attempts" in line
    assert "choose another --seed" in line
    assert made.staged.rows == []


# A damaged stage ----------------------------------------------------------------------------------


def rewritten(change):
    def damage(path):
        plain = json.loads(gzip.decompress(path.read_bytes()))
        change(plain)
        path.write_bytes(gzip.compress(json.dumps(plain).encode()))
    return damage


def folder_in_its_place(path):
    path.unlink()
    path.mkdir()


SHARDS = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:500]),
    "empty": lambda path: path.write_bytes(b""),
    "a folder": folder_in_its_place,
    "not compressed": lambda path: path.write_text("{}"),
    "flipped bytes": lambda path: path.write_bytes(path.read_bytes()[:-40] + bytes(40)),
    "a list": lambda path: path.write_bytes(gzip.compress(b"[]")),
    "a field lost": rewritten(lambda plain: plain.pop("segments")),
    "an inner field lost": rewritten(lambda plain: plain["segments"][0].pop("proof")),
    "a later format": rewritten(lambda plain: plain["segments"][0]["strata"].update(news=1)),
}


@pytest.fixture(scope="module")
def measured(make_settings, tmp_path_factory):
    """A stage in which everything is measured, and its rows."""
    stage = tmp_path_factory.mktemp("measured") / "stage"
    return stage, generate(make_settings(), stage).staged.rows


@pytest.mark.parametrize("what", SHARDS)
def test_a_damaged_shard_is_one_line_and_measured_again_once_removed(
    measured, make_settings, tmp_path, what
):
    whole, rows = measured
    stage = shutil.copytree(whole, tmp_path / "stage")
    SHARDS[what](stage / ONE_SCENE)
    with pytest.raises(FourdpQaError, match=rf"{ONE_SCENE}: found a damaged file.*; remove it") as caught:
        generate(make_settings(), stage)
    assert "\n" not in str(caught.value)
    (shutil.rmtree if what == "a folder" else Path.unlink)(stage / ONE_SCENE)
    assert generate(make_settings(), stage).staged.rows == rows


@pytest.mark.parametrize("damage", [
    lambda path: path.write_bytes(b""), lambda path: path.write_text('{"seed": '),
    lambda path: path.write_text("[]"), folder_in_its_place,
], ids=["empty", "cut", "a list", "a folder"])
def test_damaged_settings_of_a_stage_are_one_line(measured, make_settings, tmp_path, damage):
    stage = shutil.copytree(measured[0], tmp_path / "stage")
    damage(stage / "settings.json")
    with pytest.raises(FourdpQaError, match=r"settings\.json: found .*; add --restart") as caught:
        generate(make_settings(), stage)
    assert "\n" not in str(caught.value)


def test_a_clip_without_a_byte_is_written_again(make_settings, tmp_path):
    settings = make_settings(scenes=1, clips=True)
    stage = tmp_path / "stage"
    generate(settings, stage)
    clips = {path: path.read_bytes() for path in stage.rglob("*.mp4")}
    for path in clips:
        path.write_bytes(b"")
    generate(settings, stage)
    assert {path: path.read_bytes() for path in stage.rglob("*.mp4")} == clips


# A disk that refuses, and stops -------------------------------------------------------------------


def command(out, *more):
    return ["generate", "simulator", "--scenes", "2", "--seed", "5", "--size", "64", "--frames", "12",
            "--workers", "1", "--out", str(out), *more]


def is_one_line(result, words):
    assert result.exit_code == 1
    lines = [line for line in result.output.splitlines() if line.startswith("fourdp-qa: ")]
    assert len(lines) == 1 and words in lines[0], result.output
    assert "Traceback" not in result.output


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """What the command writes when nothing stops it."""
    out = tmp_path_factory.mktemp("finished") / "made"
    assert CliRunner().invoke(main, command(out)).exit_code == 0
    return contents(out)


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def nothing_beside(out):
    return [p.name for p in out.parent.iterdir()] == [out.name]


REFUSED = {
    "a shard": (Path, "write_bytes"), "a clip's folder": (Path, "mkdir"),
    "a move into place": (Path, "replace"), "the settings": (Path, "write_text"),
    "the tables": ("fourdp_qa.dataset.write.write_rows", None),
    "the move of the folder": (Path, "rename"),
}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS], ids=["disk full", "read-only"])
@pytest.mark.parametrize("what", REFUSED)
def test_wherever_the_disk_refuses_it_is_one_line_and_the_same_command_ends_it(
    finished, tmp_path, monkeypatch, what, number
):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    target, name = REFUSED[what]
    monkeypatch.setattr(*((target, name, refuse) if name else (target, refuse)))
    out = tmp_path / "made"
    is_one_line(CliRunner().invoke(main, command(out)), os.strerror(number))
    assert not out.exists(), "all or nothing"
    monkeypatch.undo()
    assert CliRunner().invoke(main, command(out)).exit_code == 0
    assert contents(out) == finished
    assert nothing_beside(out)


@pytest.mark.parametrize("largest", [100, 3000, 12000])
def test_files_that_cannot_grow_for_real_are_one_line(finished, tmp_path, largest):
    """A limit of the operating system: every write beyond `largest` bytes fails as on a full disk."""
    assert max(map(len, finished.values())) > largest, "the limit would have to bite"
    out = tmp_path / "made"
    limited = subprocess.run(
        [sys.executable, "-m", "fourdp_qa.cli", *command(out)], capture_output=True, text=True,
        check=False, timeout=300,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)))
    assert limited.returncode == 1
    assert "Traceback" not in limited.stderr, limited.stderr
    assert "File too large" in limited.stderr, limited.stderr
    assert not out.exists()
    assert CliRunner().invoke(main, command(out)).exit_code == 0
    assert contents(out) == finished
    assert nothing_beside(out)


def test_a_file_in_the_place_of_the_parent_is_one_line(tmp_path):
    (tmp_path / "file").write_text("precious")
    is_one_line(CliRunner().invoke(main, command(tmp_path / "file" / "made")), "ot a directory")
    assert (tmp_path / "file").read_text() == "precious"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL], ids=["SIGINT", "SIGKILL"])
@pytest.mark.parametrize("phase", ["measured", "videos"])
def test_stopped_in_the_middle_nothing_is_there_and_the_same_command_ends_it(
    finished, tmp_path, stop, phase
):
    out = tmp_path / "made"
    process = subprocess.Popen(
        [sys.executable, "-m", "fourdp_qa.cli", *command(out)], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, start_new_session=True)
    begun = stage_folder(out) / phase
    deadline = time.monotonic() + 120
    while not (begun.exists() and any(begun.rglob("*.*"))) and time.monotonic() < deadline:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.005)
    os.kill(process.pid, stop)
    said = process.communicate()[1]
    if process.returncode:  # it may have ended in that very moment
        assert not out.exists()
        if stop == signal.SIGINT:
            assert process.returncode == 130
            assert "fourdp-qa: stopped; the same command goes on from here" in said
        assert "Traceback" not in said
    assert CliRunner().invoke(main, command(out, "--overwrite")).exit_code == 0
    assert contents(out) == finished
    assert nothing_beside(out)
