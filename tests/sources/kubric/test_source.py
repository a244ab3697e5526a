"""Which worker folders a root holds, in which order, and what is said when there is none."""

from __future__ import annotations

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.sources.registry import SourceOptions, get_source, list_scenes


def worker_folder(path, file="metadata.json"):
    path.mkdir(parents=True)
    (path / file).write_text("{}")
    return path


def listed(*roots, scenes=None):
    handles = list_scenes("kubric", SourceOptions(roots=roots, scenes=scenes))
    return [handle.scene_id for handle in handles]


def test_the_registry_knows_it():
    source = get_source("kubric")
    assert (source.name, source.code, source.extra) == ("kubric", "kub", None)


def test_a_root_may_be_the_worker_folder_itself(tmp_path):
    assert listed(worker_folder(tmp_path / "scene_a")) == ["scene_a"]


def test_a_root_may_hold_several_in_the_order_of_their_numbers(tmp_path):
    for name in ("10", "2", "extra", "1"):
        worker_folder(tmp_path / name)
    (tmp_path / "tfds").mkdir()
    (tmp_path / "notes.txt").write_text("")
    assert listed(tmp_path) == ["extra", "1", "2", "10"]
    assert listed(tmp_path, scenes=2) == ["extra", "1"]


def test_several_roots_are_read_in_the_given_order(tmp_path):
    worker_folder(tmp_path / "b" / "1")
    worker_folder(tmp_path / "a" / "2")
    assert listed(tmp_path / "b", tmp_path / "a") == ["1", "2"]


def test_a_folder_that_lost_its_metadata_is_listed_and_fails_loudly(tmp_path):
    worker_folder(tmp_path / "1", file="rgba_00000.png")
    (handle,) = list_scenes("kubric", SourceOptions(roots=(tmp_path,)))
    with pytest.raises(FourdpQaError, match=r"metadata\.json: found no file"):
        handle.open()


def test_a_dangling_link_is_listed_and_fails_loudly(tmp_path):
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "metadata.json").symlink_to(tmp_path / "gone")
    (handle,) = list_scenes("kubric", SourceOptions(roots=(tmp_path,)))
    with pytest.raises(FourdpQaError, match=r"metadata\.json: found no file"):
        handle.open()


def test_without_a_root(tmp_path):
    with pytest.raises(FourdpQaError, match="kubric: no folder given"):
        listed()


def test_a_missing_root_is_one_clear_line(tmp_path):
    with pytest.raises(FourdpQaError, match="nowhere: found no folder, expected a Kubric worker"):
        listed(tmp_path / "nowhere")


def test_a_root_without_worker_folders_says_what_it_looked_for(tmp_path):
    with pytest.raises(FourdpQaError, match=r"found no worker folder and no record, .* metadata\.json"):
        listed(tmp_path)


def test_two_folders_of_one_name_are_refused(tmp_path):
    worker_folder(tmp_path / "movi_e" / "0")
    worker_folder(tmp_path / "movi_f" / "0")
    with pytest.raises(FourdpQaError, match="have one name, which is the scene's id"):
        listed(tmp_path / "movi_e", tmp_path / "movi_f")


def test_one_root_given_twice_is_refused(tmp_path):
    folder = worker_folder(tmp_path / "0")
    with pytest.raises(FourdpQaError, match="have one name"):
        listed(folder, folder)
