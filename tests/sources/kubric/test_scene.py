"""A Kubric worker folder read back: equal to the scene it was written from, clear about damage."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.camera import project, unproject
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.pose import invert_pose, transform_points
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.kubric.folder import FolderHandle


def opened(folder):
    return FolderHandle(folder).open()


# --- what is read -------------------------------------------------------------------------------


def test_a_worker_folder_comes_back_as_the_scene_it_was_written_from(world, worker):
    scene = opened(worker.write())
    assert (scene.facts.height, scene.facts.width, scene.facts.frame_count) == (48, 70, 14)
    assert scene.facts.fps == world.facts.fps
    np.testing.assert_allclose(scene.facts.K, world.facts.K)
    np.testing.assert_allclose(scene.world_from_camera, world.world_from_camera, atol=1e-9)
    np.testing.assert_allclose(scene.world_from_object, world.world_from_object, atol=1e-9)
    for mine, theirs in zip(scene.objects, world.objects, strict=True):
        assert mine.id == theirs.id
        np.testing.assert_allclose(mine.size, theirs.size)
    for t in range(14):
        np.testing.assert_array_equal(scene.rgb(t), world.rgb(t))
        np.testing.assert_array_equal(scene.instances(t), world.instances(t))
        np.testing.assert_allclose(scene.depth(t), world.depth(t), rtol=1e-6)
        assert (scene.rgb(t).dtype, scene.depth(t).dtype, scene.instances(t).dtype) == (
            np.uint8, np.float32, np.int32)


def test_it_passes_the_check(worker):
    report = check_scene(opened(worker.write()))
    assert report.ok, "\n".join(report.lines)
    assert report.measured.object_error < 1e-5


def test_facts_are_honest(worker):
    facts = opened(worker.write()).facts
    assert (facts.source, facts.scene_id, facts.split_key) == ("kubric", "0007", "0007")
    assert facts.units == "relative"
    assert facts.license == "LicenseRef-unknown"
    assert facts.capabilities == {Capability.DEPTH, Capability.BACKGROUND_DEPTH,
                                  Capability.INSTANCES, Capability.OBJECT_POSES,
                                  Capability.GRAVITY}
    np.testing.assert_array_equal(facts.up, [0, 0, 1])


def test_up_is_against_gravity_and_unknown_without_it(worker):
    metadata = worker.metadata()
    worker.write()
    for gravity, up in (([0, -9.8, 0], [0, 1, 0]), ([0, 0, 0], None), (None, [0, 0, 1])):
        metadata["metadata"]["gravity"] = gravity
        worker.write_metadata(metadata)
        facts = opened(worker.folder).facts
        np.testing.assert_equal(facts.up, None if up is None else np.array(up, float))
        assert (Capability.GRAVITY in facts.capabilities) == (up is not None)


def test_older_folders_store_height_and_width(world, worker):
    metadata = worker.metadata()
    worker.write()
    del metadata["metadata"]["resolution"]
    metadata["metadata"].update(height=48, width=70)
    worker.write_metadata(metadata)
    assert (opened(worker.folder).facts.height, opened(worker.folder).facts.width) == (48, 70)


def test_where_nothing_is_hit_there_is_no_depth(world, worker):
    scene = opened(worker.write())
    sky = world.depth(0) == 0
    assert sky.any()
    assert (scene.depth(0)[sky] == 0).all()


def test_the_pose_origin_is_the_box_centre_not_the_assets_origin(world, worker):
    scene = opened(worker.write())
    stored = np.array(worker.instances[-1]["positions"])
    assert np.abs(stored - world.world_from_object[:, -1, :3, 3]).max() > 0.1
    np.testing.assert_allclose(
        scene.world_from_object[:, -1, :3, 3], world.world_from_object[:, -1, :3, 3], atol=1e-9)


def test_the_handle_is_light_and_picklable(worker):
    handle = pickle.loads(pickle.dumps(FolderHandle(worker.write())))  # noqa: S301
    assert handle.open().facts.scene_id == handle.scene_id


@pytest.mark.parametrize("beside", [True, False], ids=["in the folder", "one folder up"])
def test_a_licence_file_names_the_licence(worker, beside):
    folder = worker.write()
    ((folder if beside else folder.parent) / "license.txt").write_text("CC-BY-4.0\n")
    assert opened(folder).facts.license == "CC-BY-4.0"


def test_a_licence_file_must_hold_an_identifier(worker):
    (worker.write() / "license.txt").write_text("do what you want")
    with pytest.raises(SourceDataError, match="expected one SPDX identifier"):
        opened(worker.folder)


# --- the real sample ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(samples):
    return FolderHandle(samples / "kubric" / "scene_a").open()


def test_the_sample_passes_the_check_within_a_thousandth_of_a_unit(sample):
    report = check_scene(sample)
    assert report.ok, "\n".join(report.lines)
    assert not report.findings
    assert report.measured.object_distance < 1e-3
    assert report.measured.background_distance < 1e-3


def test_the_samples_worked_example(sample):
    """One surface point by hand: its depth, its place in the world and both of its tracks."""
    row, column, n = 43, 84, 1
    assert sample.instances(0)[row, column] == sample.objects[n].id == 2
    z = sample.depth(0)[row, column]
    assert z == pytest.approx(9.326, abs=5e-4)  # 9.523869 along the ray
    assert z * np.hypot(1, np.hypot(20.5 / 140, 20.5 / 140)) == pytest.approx(9.523869, abs=1e-5)
    K = sample.facts.K
    np.testing.assert_array_equal(K, [[140, 0, 64], [0, 140, 64], [0, 0, 1]])
    camera, objects = sample.world_from_camera, sample.world_from_object
    point = transform_points(camera[0], unproject(K, [[84.5, 43.5]], [z]))
    np.testing.assert_allclose(point, [[1.0521, 0.9067, 1.3441]], atol=1e-4)

    def at(t, viewed_from):
        carried = transform_points(objects[t, n] @ invert_pose(objects[0, n]), point)
        return project(K, transform_points(invert_pose(camera[viewed_from]), carried))[0]

    np.testing.assert_allclose(at(8, 8), [83.283, 67.260], atol=1e-3)
    np.testing.assert_allclose(at(23, 23), [74.969, 76.287], atol=1e-3)
    np.testing.assert_allclose(at(8, 0), [84.034, 65.730], atol=1e-3)
    np.testing.assert_allclose(at(23, 0), [85.222, 69.299], atol=1e-3)


def test_the_samples_own_image_positions_agree(sample):
    """Kubric wrote where each box centre lies in the image; so do our camera and poses."""
    metadata = json.loads((sample.folder / "metadata.json").read_text())
    for n, instance in enumerate(metadata["instances"]):
        centres = sample.world_from_object[:, n, None, :3, 3]
        in_camera = transform_points(invert_pose(sample.world_from_camera), centres)[:, 0]
        np.testing.assert_allclose(
            project(sample.facts.K, in_camera) / 128, instance["image_positions"], atol=1e-4)


def test_the_sample_says_only_what_is_known_of_its_objects(sample):
    """All five are called cube, though their edges differ: boxes, and no caption tells them apart."""
    assert [item.caption for item in sample.objects] == ["box"] * 5
    assert not any(item.symmetric_about_up or item.is_agent for item in sample.objects)
