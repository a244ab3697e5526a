"""Simulated scenes filmed again under a change: pictures and labels keep what they must, and a broken
picture, camera or label is found.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.verifying import changes
from fourdp_qa.inspection.verifying.changes import CHANGES, ChangeTask, change_tasks, check_changes
from fourdp_qa.scene.scene import SceneHandle
from fourdp_qa.sources.simulator.mirrored import MirroredScene, ReversedScene
from fourdp_qa.sources.simulator.scene import SimulatedScene
from fourdp_qa.sources.simulator.source import SimulatorHandle
from fourdp_qa.sources.simulator.variant_source import VariantHandle

SIDE, FRAMES = 96, 16


def task(index):
    return ChangeTask(SimulatorHandle(3, index, SIDE, FRAMES), FRAMES)


@pytest.fixture(scope="module")
def moving():
    """A scene under a moving camera, whose variants are all there."""
    for index in range(12):
        found = check_changes(task(index))
        if not any("left out" in name for name in found.compared):
            return task(index), found
    raise AssertionError("no scene has all its variants")


@pytest.fixture
def only(monkeypatch):
    """``only("mirrored")``: no other change is made. What is broken touches no other, and all whole ones
    are compared once, in the test below.
    """
    return lambda name: monkeypatch.setattr(changes, "CHANGES", (name,))


def test_every_change_keeps_its_rules_and_is_really_compared(moving):
    _, found = moving
    assert found.faults == []
    for name in CHANGES:
        assert found.compared[f"{name}: frames"] == (FRAMES if name in ("mirrored", "reversed") else 1)
        assert found.compared[f"{name}: labels"] >= 3
    assert found.compared["static_camera: points of true motion"] >= FRAMES


def test_a_mirrored_picture_that_is_not_flipped_is_found(moving, only, monkeypatch):
    only("mirrored")
    monkeypatch.setattr(MirroredScene, "rgb", lambda scene, t: scene._scene.rgb(t))
    faults = check_changes(moving[0]).faults
    assert len(faults) == FRAMES
    assert all("mirrored: frame" in fault and "rgb" in fault for fault in faults)


def test_a_reversed_scene_that_plays_forwards_is_found(moving, only, monkeypatch):
    only("reversed")
    monkeypatch.setattr(ReversedScene, "depth", lambda scene, t: scene._scene.depth(t))
    faults = check_changes(moving[0]).faults
    assert any("reversed: frame" in fault and "depth" in fault for fault in faults)


def test_a_mirror_that_forgets_the_camera_swaps_no_pan(only, monkeypatch):
    """The pictures are flipped, the poses are not: labels are then those of another world."""
    only("mirrored")
    made = MirroredScene.__init__

    def without_camera(scene, original):
        made(scene, original)
        scene.world_from_camera = original.world_from_camera
        scene.world_from_object = original.world_from_object

    monkeypatch.setattr(MirroredScene, "__init__", without_camera)
    faults = (fault for index in range(4) for fault in check_changes(task(index)).faults)
    assert any("mirrored: " in fault and "is expected, found" in fault for fault in faults)


def test_a_variant_that_begins_elsewhere_is_found(moving, only, monkeypatch):
    only("other_path")
    open_it = VariantHandle.open

    def shifted(handle):
        scene = open_it(handle)
        if handle.variant == "other_path":
            scene.world_from_camera = np.roll(scene.world_from_camera, FRAMES // 3, axis=0)
        return scene

    monkeypatch.setattr(VariantHandle, "open", shifted)
    faults = check_changes(moving[0]).faults
    assert any("other_path: frame 0" in fault and "rgb" in fault for fault in faults)


def test_true_motion_that_follows_the_camera_is_not_where_the_picture_at_rest_shows_it(
    moving, only, monkeypatch
):
    """Were m what p is, its points would lie beside their objects on the picture of the camera at rest."""
    only("static_camera")
    measure = changes.measure_segments

    def visual_for_true(scene, frames):
        records = measure(scene, frames)
        if scene.facts.variant != "original":
            return records
        return [replace(r, tracks=tuple(
            replace(t, track=replace(t.track, true_motion=t.track.visual)) for t in r.tracks))
            for r in records]

    monkeypatch.setattr(changes, "measure_segments", visual_for_true)
    faults = check_changes(moving[0]).faults
    assert len(faults) == 1
    assert "points of true motion lie beside their object" in faults[0]


def test_a_label_that_another_camera_changes_is_found(moving, only, monkeypatch):
    only("static_camera")
    turned = {"done": 0}
    read = changes.labels_by_place

    def one_changed(statements):
        labels = read(statements)
        turned["done"] += 1
        if turned["done"] == 1:
            for place in [p for p in labels if p.question_type == "object_object_distance_change"]:
                labels[place] = "inconsistent"
        return labels

    monkeypatch.setattr(changes, "labels_by_place", one_changed)
    faults = check_changes(moving[0]).faults
    assert any("object_object_distance_change distance" in fault for fault in faults)


def test_pixels_are_read_where_the_point_is():
    ids = np.zeros((10, 10), dtype=np.int32)
    ids[2, 7] = 5
    assert changes._shows(ids, (0.75, 0.25), 5)
    assert changes._shows(ids, (0.85, 0.25), 5)
    assert not changes._shows(ids, (0.25, 0.75), 5)
    assert not changes._shows(ids, (1.2, 1.2), 5)


def test_scenes_are_drawn_from_simulated_ones_each_once_whatever_its_variants():
    scene = SimulatorHandle(0, 1, SIDE, FRAMES)
    handles: list[tuple[SceneHandle, int]] = [
        (VariantHandle(scene, name), FRAMES) for name in ("original", "mirrored")]
    assert change_tasks(handles, 5) == [ChangeTask(scene, FRAMES)]
    many = [(SimulatorHandle(0, n, SIDE, FRAMES), FRAMES) for n in range(9)]
    assert change_tasks(many, 3) == change_tasks(many[::-1], 3)
    with pytest.raises(FourdpQaError, match="recorded scenes only"):
        change_tasks([], 1)


def test_a_scene_that_cannot_be_opened_is_said(monkeypatch):
    def fail(*_):
        raise FourdpQaError("no rays")

    monkeypatch.setattr(SimulatedScene, "__init__", fail)
    (fault,) = check_changes(task(0)).faults
    assert "not compared: no rays" in fault
