"""A MOVi record read back: equal to the worker folder of the same scene, sharp at any size."""

from __future__ import annotations

import pickle
import random

import numpy as np
import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.scene.check import check_scene
from fourdp_qa.sources.kubric.folder import FolderHandle
from fourdp_qa.sources.kubric.record import label_offset
from fourdp_qa.sources.kubric.tfrecord import crc32c
from fourdp_qa.sources.registry import SourceOptions, list_scenes

FRAMES = 14


def listed(*roots):
    return list_scenes("kubric", SourceOptions(roots=roots))


def opened(path):
    (handle,) = listed(path)
    return handle.open()


@pytest.fixture
def small(world, movi_records, worker):
    """Features of the four boxes of `worker`."""
    return movi_records.features(worker)


# --- what is read -------------------------------------------------------------------------------


def test_a_record_and_the_worker_folder_of_one_scene_are_one_scene(worker, write_record, tmp_path):
    folder = FolderHandle(worker.write()).open()
    record = opened(write_record(worker.scene, tmp_path / "movi_e"))
    assert record.facts.frame_count == folder.facts.frame_count == FRAMES
    assert (record.facts.height, record.facts.width, record.facts.fps) == (48, 70, 12)
    np.testing.assert_allclose(record.facts.K, folder.facts.K, rtol=1e-6)
    np.testing.assert_allclose(record.world_from_camera, folder.world_from_camera, atol=1e-6)
    np.testing.assert_allclose(record.world_from_object, folder.world_from_object, atol=1e-6)
    np.testing.assert_array_equal(record.facts.up, folder.facts.up)
    assert record.facts.capabilities == folder.facts.capabilities
    low, high = record._depth_range
    step = (high - low) / 65535
    for mine, theirs in zip(record.objects, folder.objects, strict=True):
        assert (mine.id, mine.caption) == (theirs.id, theirs.caption)
        np.testing.assert_allclose(mine.size, theirs.size, rtol=1e-5)
    for t in range(FRAMES):
        np.testing.assert_array_equal(record.rgb(t), folder.rgb(t))
        np.testing.assert_array_equal(record.instances(t), folder.instances(t))
        seen = (folder.depth(t) > 0) & (folder.depth(t) < 30)  # the dome stands before the horizon
        assert np.abs(record.depth(t) - folder.depth(t))[seen].max() < 0.51 * step
        assert (record.rgb(t).dtype, record.depth(t).dtype, record.instances(t).dtype) == (
            np.uint8, np.float32, np.int32)


def test_it_passes_the_check(worker, write_record, tmp_path):
    report = check_scene(opened(write_record(worker.scene, tmp_path)))
    assert not report.findings, "\n".join(report.lines)
    assert report.measured.object_error < 1e-4


def test_numbers_may_be_written_one_by_one(small, movi_records, tmp_path):
    packed = opened(movi_records.write(tmp_path / "a", movi_records.example(small)))
    plain = opened(movi_records.write(tmp_path / "b", movi_records.example(small, packed=False)))
    np.testing.assert_array_equal(packed.world_from_object, plain.world_from_object)
    np.testing.assert_array_equal(packed.depth(3), plain.depth(3))


@pytest.mark.parametrize("shrink", [2, 4])
def test_in_a_smaller_record_depth_and_ids_keep_their_exact_rays(box_world, write_record, tmp_path, shrink):
    """At scale 2 the labels belong to points 0.25 pixels left of and above the colour's."""
    world = box_world(height=48 * shrink, width=70 * shrink, frames=FRAMES)
    scene = opened(write_record(world, tmp_path, shrink=shrink))
    assert (scene.facts.height, scene.facts.width) == (48, 70)
    focal = world.facts.K[0, 0] / shrink
    offset = {2: 0.25, 4: 0.125}[shrink]
    np.testing.assert_allclose(
        scene.facts.K, [[focal, 0, 35 + offset], [0, focal, 24 + offset], [0, 0, 1]], rtol=1e-6)
    report = check_scene(scene)
    assert not report.findings, "\n".join(report.lines)
    assert report.measured.object_error < 1e-4 and report.measured.background_error < 1e-4


def test_at_full_size_labels_belong_to_pixel_centres():
    assert [label_offset(scale) for scale in (1, 2, 4)] == [0.0, 0.25, 0.125]


# --- names --------------------------------------------------------------------------------------


def test_class_numbers_become_words(small, movi_records, tmp_path):
    """MOVi-A: no asset names, but shape, size, colour and material."""
    del small["instances/asset_id"], small["instances/category"]
    small |= {
        "instances/shape_label": np.array([0, 1, 2, 2]), "instances/size_label": np.array([0, 1, 0, 1]),
        "instances/color_label": np.array([6, 0, 3, 7]), "instances/material_label": np.array([0, 1, 1, 0]),
        "instances/color": np.float32(np.full(12, 0.5)),
    }
    objects = opened(movi_records.write(
        tmp_path, small, name="movi_a-train.tfrecord-00000-of-00001")).objects
    assert [item.caption for item in objects] == [
        "small red metal box", "large blue rubber cylinder", "small gray rubber ellipsoid",
        "large yellow metal ellipsoid"]
    (tmp_path / "instances-color_label.labels.txt").write_text("\n".join("abcdefgh"))
    assert opened(tmp_path).objects[0].caption == "small g metal box"


def test_kinds_come_from_the_category_and_none_is_no_kind(small, movi_records, tmp_path):
    scene = opened(movi_records.write(tmp_path, small))
    assert [item.kind for item in scene.objects] == ["bag", "hat", "object", "bag"]


def test_numbers_of_an_unknown_data_set_name_nothing(small, movi_records, tmp_path):
    path = movi_records.write(tmp_path, small, name="my_own-train.tfrecord-00000-of-00001")
    (tmp_path / "instances-category.labels.txt").unlink()
    assert {item.kind for item in opened(path).objects} == {"object"}


# --- which records there are --------------------------------------------------------------------


@pytest.fixture
def tfds(small, movi_records, tmp_path):
    """movi_e with two splits, three shards and four videos, one of them without a name."""
    def video(name):
        return {**small, "metadata/video_name": [name]}

    version = tmp_path / "tfds" / "movi_e" / "256x256" / "1.0.0"
    names = ("movi_e-train.tfrecord-00000-of-00002", "movi_e-train.tfrecord-00001-of-00002",
             "movi_e-test.tfrecord-00000-of-00001")
    movi_records.write(version, video(b"12"), video(b"3"), name=names[0], info=False)
    movi_records.write(version, video(b"../etc"), name=names[1], info=False)
    movi_records.write(version, video(b"12"), name=names[2], info=False)
    return version


IDS = ["movi_e-test-12", "movi_e-train-12", "movi_e-train-3", "movi_e-train.tfrecord-00001-of-00002#0"]


def test_a_root_is_a_file_a_version_or_any_folder_above(tfds):
    roots = [tfds, tfds.parent, tfds.parents[1], tfds.parents[2]]
    for root in roots:
        assert [h.scene_id for h in listed(root)] == IDS
    assert [h.scene_id for h in listed(tfds / "movi_e-train.tfrecord-00000-of-00002")] == IDS[1:3]


def test_handles_are_light_and_picklable(tfds):
    for handle in listed(tfds):
        again = pickle.loads(pickle.dumps(handle))  # noqa: S301
        assert len(pickle.dumps(handle)) < 1000
        facts = again.open().facts
        assert (facts.source, facts.scene_id, facts.split_key) == ("kubric", handle.scene_id,
                                                                   handle.split_key)


def test_two_configurations_of_one_data_set_are_refused(tfds, small, movi_records):
    other = tfds.parents[1] / "128x128" / "1.0.0"
    movi_records.write(other, {**small, "metadata/video_name": [b"3"]}, info=False)
    with pytest.raises(FourdpQaError, match=r"have one name.*give one configuration"):
        listed(tfds.parents[1])


def test_listing_reads_no_image(tfds, monkeypatch):
    import fourdp_qa.sources.kubric.record as record

    monkeypatch.setattr(record, "read_record", None)
    assert len(listed(tfds)) == 4


def test_checksums_are_those_of_the_standard(movi_records):
    """The check value of CRC-32C; long contents, which go another way, against the plain definition."""
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(b"") == 0
    for length in (4096, 8191, 8192, 20_001):
        content = random.Random(length).randbytes(length)
        plain = 0xFFFFFFFF
        for byte in content:
            plain = movi_records.TABLE[(plain ^ byte) & 0xFF] ^ (plain >> 8)
        assert crc32c(content) == plain ^ 0xFFFFFFFF


# --- the real sample ----------------------------------------------------------------------------


def test_the_samples_record_equals_the_samples_folder(samples):
    folder = FolderHandle(samples / "kubric" / "scene_a").open()
    record = opened(samples / "kubric" / "tfds")
    assert record.facts.scene_id == "movi_e-train-scene_a"
    np.testing.assert_array_equal(record.facts.K, folder.facts.K)
    np.testing.assert_array_equal(record.world_from_camera, folder.world_from_camera)
    np.testing.assert_allclose(record.world_from_object, folder.world_from_object, atol=1e-7)
    assert [item.caption for item in record.objects] == [item.caption for item in folder.objects]
    for t in range(24):
        np.testing.assert_array_equal(record.rgb(t), folder.rgb(t))
        np.testing.assert_array_equal(record.instances(t), folder.instances(t))
        # Steps of (37.7068 - 3.6565) / 65535 = 0.00052 units, half of it rounded away.
        np.testing.assert_allclose(record.depth(t), folder.depth(t), atol=2.7e-4)


def test_the_samples_record_passes_the_check(samples):
    report = check_scene(opened(samples / "kubric" / "tfds"))
    assert not report.findings, "\n".join(report.lines)
    assert report.measured.object_distance < 1e-3 and report.measured.background_distance < 1e-3
