"""A stored scene: written, read back equal, and clear about damage."""

from __future__ import annotations

import pickle
from dataclasses import fields, replace

import numpy as np
import pytest

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.scene import Capability
from fourdp_qa.scene.storage import StoredHandle, StoredScene, write_scene


@pytest.fixture
def scene(box_world):
    world = box_world(height=20, width=31, frames=12)
    world.objects = (
        replace(world.objects[0], front=np.array([1.0, 0, 0]), is_agent=True), *world.objects[1:]
    )
    world.pose_valid[3, 1] = False
    world.world_from_object[3, 1] = np.nan
    return world


@pytest.fixture
def stored(scene, tmp_path):
    return write_scene(scene, tmp_path / "stored")


def assert_equal_fields(one, other, but=()):
    for item in fields(one):
        if item.name not in but:
            np.testing.assert_equal(getattr(other, item.name), getattr(one, item.name), item.name)


def test_everything_comes_back(scene, stored):
    back = StoredScene.open(stored)
    assert_equal_fields(scene.facts, back.facts, but={"capabilities"})
    for one, other in zip(scene.objects, back.objects, strict=True):
        assert_equal_fields(one, other)
    for name in ("world_from_camera", "world_from_object", "pose_valid"):
        np.testing.assert_array_equal(getattr(back, name), getattr(scene, name), name)
    for t in range(12):
        for name in ("rgb", "depth", "instances"):
            image, expected = getattr(back, name)(t), getattr(scene, name)(t)
            np.testing.assert_array_equal(image, expected, f"{name} {t}")
            assert image.dtype == expected.dtype


def test_a_scene_without_gravity_objects_or_background_comes_back(box_world, tmp_path):
    world = box_world(height=20, width=20, boxes=())
    world.facts = replace(
        world.facts, up=None, capabilities=world.facts.capabilities - {Capability.GRAVITY}
    )
    back = StoredScene.open(write_scene(world, tmp_path / "plain"))
    assert back.facts.up is None
    assert back.objects == ()
    assert back.world_from_object.shape == (12, 0, 4, 4)


def test_ids_above_255_come_back(scene, tmp_path):
    scene.objects = (replace(scene.objects[0], id=40_000), *scene.objects[1:])
    traced = scene.instances
    scene.instances = lambda t: np.where(traced(t) == 1, 40_000, traced(t)).astype(np.int32)
    back = StoredScene.open(write_scene(scene, tmp_path / "many"))
    np.testing.assert_array_equal(back.instances(0), scene.instances(0))


def test_exact_visibility_is_not_promised(scene, stored):
    back = StoredScene.open(stored)
    assert scene.facts.capabilities - back.facts.capabilities == {Capability.EXACT_VISIBILITY}
    assert back.visible_part(0) is None


def test_a_stored_scene_passes_the_check(stored):
    report = check_scene(StoredScene.open(stored))
    assert report.ok, "\n".join(report.lines)


def test_the_handle_is_light_and_picklable(scene, stored):
    handle = pickle.loads(pickle.dumps(StoredHandle.of(stored)))  # noqa: S301
    assert (handle.source, handle.scene_id) == (scene.facts.source, scene.facts.scene_id)
    assert handle.open().facts.frame_count == 12


def test_progress_is_told(scene, tmp_path):
    told = []
    write_scene(scene, tmp_path / "told", lambda done, of: told.append((done, of)))
    assert told == [(t + 1, 12) for t in range(12)]


def test_two_writings_are_byte_equal(scene, stored, tmp_path):
    again = write_scene(scene, tmp_path / "again")
    for path in sorted(stored.rglob("*.*")):
        assert path.read_bytes() == (again / path.relative_to(stored)).read_bytes(), path.name


def test_an_existing_folder_is_left_alone(scene, stored):
    with pytest.raises(FourdpQaError, match="is there already"):
        write_scene(scene, stored)


def test_a_failure_leaves_nothing_behind(scene, tmp_path):
    def broken(t):
        if t == 5:
            raise SourceDataError("depth_00005", "", found="no file", expected="an image")
        return type(scene).depth(scene, t)

    scene.depth = broken
    with pytest.raises(SourceDataError):
        write_scene(scene, tmp_path / "half")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_parent_is_one_line(scene, tmp_path):
    with pytest.raises(FourdpQaError, match="cannot be written"):
        write_scene(scene, tmp_path / "no" / "where")
