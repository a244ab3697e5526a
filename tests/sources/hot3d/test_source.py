"""Which clips and recordings are listed, from which folders."""

from __future__ import annotations

import json
import shutil

import pytest

from fourdp_qa.errors import FourdpQaError, MissingExtraError, SourceDataError
from fourdp_qa.sources import ray_meshes
from fourdp_qa.sources.hot3d import aria_video
from fourdp_qa.sources.registry import SourceOptions, get_source, list_scenes


def listed(*roots, **options):
    return list_scenes("hot3d", SourceOptions(roots=roots, **options))


def ids(*roots):
    return [handle.scene_id for handle in listed(*roots)]


@pytest.fixture
def download(clip, quest_clip):
    """A download folder with a clip of each device."""
    quest_clip.path = quest_clip.folder / "clip-000020.tar"
    quest_clip.write()
    return clip.write()


def test_clips_of_both_devices_are_listed_by_number(download):
    assert ids(download) == ["clip-000020", "clip-001849"]
    assert [handle.split_key for handle in listed(download)] == ["P0003", "P0003"]


def test_a_folder_of_clips_finds_the_models_beside_it(download):
    assert ids(download / "train_aria") == ["clip-001849"]
    listed(download / "train_aria")[0].open()


def test_models_may_lie_in_another_root(download, tmp_path):
    shutil.move(download / "object_models_eval", tmp_path / "elsewhere" / "object_models_eval")
    for root in (tmp_path / "elsewhere", tmp_path / "elsewhere" / "object_models_eval"):
        assert ids(download, root) == ["clip-000020", "clip-001849"]


def test_without_models_one_line_says_what_to_download(download):
    shutil.rmtree(download / "object_models_eval")
    with pytest.raises(SourceDataError, match=r"found no such folder.*download object_models_eval"):
        listed(download)


def test_the_full_models_do_where_the_light_ones_are_missing(download):
    shutil.move(download / "object_models_eval", download / "object_models")
    listed(download)[0].open()


def test_test_clips_are_left_out_and_said_to_be_useless_alone(download):
    shutil.copytree(download / "train_aria", download / "test_aria")
    assert ids(download) == ["clip-000020", "clip-001849"]
    alone = download.parent / "alone"
    shutil.move(download / "test_aria", alone / "test_aria")
    with pytest.raises(SourceDataError, match=r"clips without object poses.*take train_aria or train_quest3"):
        listed(alone)


def test_a_clip_without_object_poses_says_so(clip, tar_of):
    root = clip.write()
    tar_of(clip.path, {k: v for k, v in clip.members.items() if "objects.json" not in k})
    with pytest.raises(SourceDataError, match=r"objects.json: found none in any frame.*train_aria"):
        listed(root)[0].open()


def test_a_damaged_clip_is_an_entry_of_its_own(download):
    (download / "train_aria" / "clip-000001.tar").write_bytes(b"no tar")
    first, *others = listed(download)
    assert first.scene_id == "clip-000001" and len(others) == 2
    with pytest.raises(SourceDataError, match="damaged archive"):
        first.open()


def test_a_clip_in_two_roots_is_refused(download, tmp_path):
    shutil.copytree(download, tmp_path / "again")
    with pytest.raises(FourdpQaError, match=r"clip-00\d+.tar lies in both"):
        listed(download, tmp_path / "again")


def test_roots_that_hold_nothing_are_refused(tmp_path, download):
    with pytest.raises(FourdpQaError, match="no folder given"):
        listed()
    with pytest.raises(SourceDataError, match="found no folder"):
        listed(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceDataError, match="no clip and no recording"):
        listed(tmp_path / "empty")
    with pytest.raises(SourceDataError, match="models alone"):
        listed(download / "object_models_eval")


def test_recordings_are_listed_by_run_after_the_clips(download, recording):
    root = recording.write()
    assert ids(root) == ids(recording.folder) == ["P0003_c701bd11/00"]
    assert ids(download, root) == ["clip-000020", "clip-001849", "P0003_c701bd11/00"]
    assert listed(root)[0].split_key == "P0003"


def test_a_full_recording_of_quest_3_says_where_its_pictures_are_read(recording):
    root = recording.write()
    (recording.folder / "metadata.json").write_text(json.dumps({**recording.metadata, "headset": "Quest3"}))
    (entry,) = listed(root)
    with pytest.raises(SourceDataError, match="HOT3D-Clips, train_quest3"):
        entry.open()


def test_without_embree_one_line_says_what_to_install(download, recording, monkeypatch):
    monkeypatch.setattr(ray_meshes, "find_spec", lambda name: None)
    for handle in (listed(download)[0], listed(recording.write())[0]):
        with pytest.raises(MissingExtraError, match=r"HOT3D needs the extra 'hot3d'.*fourdp-qa\[hot3d\]"):
            handle.open()


def test_without_projectaria_tools_clips_are_read_and_recordings_say_what_to_install(
    download, recording, monkeypatch
):
    monkeypatch.setattr(aria_video, "find_spec", lambda name: None)
    listed(download)[0].open()
    with pytest.raises(MissingExtraError, match=r"needs the extra 'adt'.*--no-deps"):
        listed(recording.write())[0].open()


def test_what_is_said_beforehand_is_what_scenes_offer(download):
    assert listed(download)[0].open().facts.capabilities == get_source("hot3d").capabilities
    assert not get_source("hot3d").has_agents
