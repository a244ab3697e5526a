"""Storing a scene is all or nothing: a full disk, a target that refuses, a stop at any moment."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PIL import Image

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.scene import storage
from fourdp_qa.scene.storage import write_scene


@pytest.fixture
def scene(box_world):
    return box_world(height=40, width=40, frames=12)


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refusing(number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))
    return refuse


WRITERS = {
    "colour and ids": (Image.Image, "save"), "depth": (Path, "write_bytes"),
    "poses": (storage.np, "savez"), "facts": (Path, "write_text"), "the folder": (Path, "mkdir"),
    "its place": (Path, "rename"),
}


@pytest.mark.parametrize("what", WRITERS)
@pytest.mark.parametrize(("number", "words"), [
    (errno.ENOSPC, "No space left on device"), (errno.EROFS, "Read-only file system"),
    (errno.EACCES, "Permission denied"),
], ids=["disk full", "read-only", "no permission"])
def test_wherever_the_disk_refuses_it_is_one_line_and_nothing_is_left(
    scene, tmp_path, monkeypatch, what, number, words
):
    monkeypatch.setattr(*WRITERS[what], refusing(number))
    with pytest.raises(FourdpQaError) as caught:
        write_scene(scene, tmp_path / "stored")
    monkeypatch.undo()
    assert str(caught.value) == f"{tmp_path / 'stored'}: cannot be written ({words})"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("largest", [0, 300, 900, 1500, 2500, 4000])
def test_files_that_cannot_grow_for_real_are_one_line(scene, tmp_path, largest):
    """A limit of the operating system: every write beyond `largest` bytes fails as on a full disk."""
    write_scene(scene, tmp_path / "whole")
    files = contents(tmp_path / "whole")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        with pytest.raises(FourdpQaError, match=r"stored: cannot be written \(File too large\)"):
            write_scene(scene, tmp_path / "stored")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert max(map(len, files.values())) > largest, "the limit would have to bite"
    assert [p.name for p in tmp_path.iterdir()] == ["whole"]


def test_a_file_in_the_place_of_the_parent_is_one_line(scene, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FourdpQaError, match=r"file/stored: cannot be written \(Not a directory\)"):
        write_scene(scene, tmp_path / "file" / "stored")


@pytest.mark.parametrize("place", ["a file", "a folder"])
def test_what_is_there_is_left_alone(scene, tmp_path, place):
    if place == "a file":
        (tmp_path / "stored").write_text("precious")
    else:
        (tmp_path / "stored").mkdir()
    with pytest.raises(FourdpQaError, match=r"stored: is there already; choose another folder"):
        write_scene(scene, tmp_path / "stored")
    assert [p.name for p in tmp_path.iterdir()] == ["stored"]


def test_a_keyboard_interrupt_leaves_nothing(scene, tmp_path):
    def interrupt(done, of):
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_scene(scene, tmp_path / "stored", interrupt)
    assert list(tmp_path.iterdir()) == []


WRITING = textwrap.dedent("""
    import importlib.util, os, pathlib, signal, sys
    spec = importlib.util.spec_from_file_location("box_world", sys.argv[1])
    box_world = importlib.util.module_from_spec(spec)
    sys.modules["box_world"] = box_world
    spec.loader.exec_module(box_world)
    from fourdp_qa.scene.storage import write_scene
    def stop(done, of):
        if done == 7:
            os.kill(os.getpid(), getattr(signal, sys.argv[3]))
    scene = box_world.BoxWorld(height=40, width=40, frames=12)
    write_scene(scene, pathlib.Path(sys.argv[2]), stop)
""")


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_stopped_for_real_no_half_scene_is_there_and_the_next_writer_ends_it(scene, tmp_path, name):
    world = Path(__file__).parents[1] / "box_world.py"
    done = subprocess.run([sys.executable, "-c", WRITING, world, tmp_path / "stored", name],
                          capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == -getattr(signal, name), done.stderr
    assert not (tmp_path / "stored").exists()
    write_scene(scene, tmp_path / "stored")
    assert [p.name for p in tmp_path.iterdir()] == ["stored"]
    write_scene(scene, tmp_path / "again")
    assert contents(tmp_path / "stored") == contents(tmp_path / "again")
