"""Which sequences lie under the roots."""

from __future__ import annotations

import json
import shutil

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.sources.registry import SourceOptions, list_scenes

FILES = ("video.vrs", "depth_images.vrs", "segmentations.vrs", "scene_objects.csv", "aria_trajectory.csv")


def make(root, name, files=FILES, concurrent=""):
    folder = root / name
    folder.mkdir(parents=True)
    for file in files:
        (folder / file).touch()
    (folder / "metadata.json").write_text(json.dumps({
        "serial": "1", "num_skeletons": 0, "is_multi_person": bool(concurrent),
        "concurrent_sequence": concurrent, "dataset_version": "2.0"}))
    return folder


def listed(*roots, **options):
    return list(list_scenes("aria_digital_twin", SourceOptions(roots=roots, **options)))


def test_sequences_by_name_and_a_sequence_alone(tmp_path):
    for name in ("Apartment_seq2", "Apartment_seq10", "Lite_seq1"):
        make(tmp_path, name)
    (tmp_path / "download.log").touch()
    names = [handle.scene_id for handle in listed(tmp_path)]
    assert names == ["Apartment_seq10", "Apartment_seq2", "Lite_seq1"]
    assert [handle.scene_id for handle in listed(tmp_path / "Lite_seq1")] == ["Lite_seq1"]
    assert len(listed(tmp_path, scenes=2)) == 2


def test_two_sequences_recorded_together_share_a_split_key(tmp_path):
    make(tmp_path, "multiuser_a", concurrent="multiuser_b")
    make(tmp_path, "multiuser_b", concurrent="multiuser_a")
    make(tmp_path, "single")
    assert [handle.split_key for handle in listed(tmp_path)] == ["multiuser_a", "multiuser_a", "single"]


def test_a_sequence_that_lost_files_is_listed_and_says_so_when_opened(tmp_path):
    make(tmp_path, "whole")
    make(tmp_path, "cut", files=("video.vrs", "scene_objects.csv"))
    (tmp_path / "cut" / "metadata.json").unlink()
    handles = listed(tmp_path)
    assert [handle.scene_id for handle in handles] == ["cut", "whole"]


def test_version_1_is_refused_with_its_reason(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "gt-metadata.json").write_text("{}")
    with pytest.raises(FourdpQaError, match=r"found sequences of version 1.*download version 2"):
        listed(tmp_path)


def test_a_root_that_is_missing_or_holds_nothing(tmp_path):
    with pytest.raises(FourdpQaError, match="no folder given"):
        listed()
    with pytest.raises(FourdpQaError, match="nowhere: found no folder"):
        listed(tmp_path / "nowhere")
    with pytest.raises(FourdpQaError, match="found no sequence"):
        listed(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(FourdpQaError, match="found another file"):
        listed(tmp_path / "file")


def test_one_sequence_in_two_roots_is_refused(tmp_path):
    make(tmp_path / "a", "seq")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    with pytest.raises(FourdpQaError, match="are the same sequence"):
        listed(tmp_path / "a", tmp_path / "b")
