"""A view of SHIFT read back: equal to the scene it was written from, honest about what it lacks."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
from PIL import Image

from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.registry import SourceOptions, list_scenes


def opened(view):
    (handle,) = list_scenes("shift", SourceOptions(roots=(view.root,)))
    return handle.open()


@pytest.mark.parametrize(("colour", "depth"), [
    ("mp4", "zip"), ("zip", "tar"), ("tar", "folder"), ("folder", "folder"),
])
def test_a_view_comes_back_as_the_scene_it_was_written_from(world, shift_view, tmp_path, colour, depth):
    view = shift_view(world, tmp_path, colour=colour, depth=depth)
    view.write()
    scene = opened(view)
    np.testing.assert_allclose(scene.facts.K, world.facts.K)
    np.testing.assert_allclose(scene.world_from_camera, world.world_from_camera, atol=1e-9)
    np.testing.assert_allclose(scene.world_from_object, world.world_from_object, atol=1e-9)
    for mine, theirs in zip(scene.objects, world.objects, strict=True):
        assert mine.id == theirs.id
        np.testing.assert_allclose(mine.size, theirs.size)
    for t in (0, 7, 3, 13):
        np.testing.assert_array_equal(scene.instances(t), world.instances(t))
        z = np.where(world.depth(t) < 999, world.depth(t), 0)
        np.testing.assert_allclose(scene.depth(t), z, atol=4e-5)  # half a step of 24 bits
        assert np.abs(scene.rgb(t).astype(int) - world.rgb(t)).mean() < 6  # jpg and mp4 lose
        assert (scene.rgb(t).dtype, scene.depth(t).dtype, scene.instances(t).dtype) == (
            np.uint8, np.float32, np.int32)
    scene.close()


def test_it_passes_the_check(view):
    view.write()
    report = check_scene(opened(view))
    assert report.ok, "\n".join(report.lines)
    assert not report.findings
    assert report.measured.object_error < 1e-5


def test_facts_are_honest(view):
    view.write()
    scene = opened(view)
    facts = scene.facts
    assert (facts.source, facts.scene_id) == ("shift", "discrete/videos/train/front/0003-17fb")
    assert (facts.split_key, facts.fps, facts.units) == ("0003-17fb", 10.0, "metres")
    assert (facts.license, facts.standard) == ("CC-BY-NC-SA-4.0", "driving")
    assert facts.capabilities == {
        Capability.DEPTH, Capability.BACKGROUND_DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES,
        Capability.GRAVITY, Capability.METRIC_SCALE}
    np.testing.assert_array_equal(facts.up, [0, 0, 1])
    assert [item.caption for item in scene.objects] == ["Tesla truck", "Audi truck", "ambulance"]


def test_images_are_one_frame_a_second(world, shift_view, tmp_path):
    view = shift_view(world, tmp_path, "discrete/images/val/left_stereo", "zip", "zip")
    view.write()
    assert opened(view).facts.fps == 1.0
    assert [frame["name"][:8] for frame in view.boxes[:3]] == ["00000000", "00000010", "00000020"]


def test_depth_by_hand(world, view):
    """(R, G, B) = (10, 20, 1): 10 + 256 * 20 + 65536 = 70666 steps of 1000 / (2^24 - 1) metres."""
    pixels = np.tile(np.arange(96, dtype=np.uint8)[None, :, None], (60, 1, 3)) * [1, 0, 0]
    pixels[5, 6], pixels[7, 8] = (10, 20, 1), (255, 255, 255)
    view.depth_bytes[0] = view.picture(pixels.astype(np.uint8), "PNG")
    view.write()
    depth = opened(view).depth(0)
    assert depth[5, 6] == pytest.approx(4.2120, abs=5e-5)
    assert depth[7, 8] == 0  # the far plane: sky


def test_a_frame_without_a_label_has_no_pose(view):
    del view.boxes[4]["labels"][1]
    view.boxes[9]["labels"] = None
    view.write()
    scene = opened(view)
    valid = np.ones((14, 3), bool)
    valid[4, 1] = valid[9] = False
    np.testing.assert_array_equal(scene.pose_valid, valid)
    np.testing.assert_array_equal(np.isfinite(scene.world_from_object).all(axis=(2, 3)), valid)
    assert check_scene(scene).ok


def test_ids_follow_the_text_ids_whatever_the_order_of_labels(view, world):
    for frame in (*view.boxes, *view.masks):
        frame["labels"].reverse()
    view.write()
    np.testing.assert_array_equal(opened(view).instances(3), world.instances(3))


def test_what_has_a_mask_and_never_a_box_is_no_background_and_never_asked_about(view, world):
    for frame in view.boxes:
        frame["labels"] = [label for label in frame["labels"] if label["id"] != view.label(1)["id"]]
    view.write()
    scene = opened(view)
    assert [item.is_environment for item in scene.objects] == [False, True, False]
    assert not scene.pose_valid[:, 1].any()
    np.testing.assert_array_equal(scene.instances(3), world.instances(3))
    assert check_scene(scene).ok


def test_people_and_two_wheelers_are_agents_that_are_not_rigid(view):
    kinds = ("pedestrian", "bicycle", "car")
    for frame in (*view.boxes, *view.masks):
        for label in frame["labels"]:
            label["category"] = kinds[(int(label["id"]) - 11290) // 9]
    view.write()
    objects = opened(view).objects
    assert [item.kind for item in objects] == list(kinds)
    assert [item.is_rigid for item in objects] == [False, False, True]
    assert all(item.is_agent for item in objects)
    assert all(item.front.tolist() == [1, 0, 0] for item in objects)


def test_colour_may_be_a_png_with_the_bare_number_as_the_toolkit_unpacks_it(view, world, packed):
    view.write()
    (view.folder / "img.tar").unlink()
    content = io.BytesIO()
    Image.fromarray(world.rgb(0)).save(content, "PNG")
    packed(view.folder, "img_decompressed", "tar",
           {f"0003-17fb/{t:08d}.png": content.getvalue() for t in range(14)})
    np.testing.assert_array_equal(opened(view).rgb(5), world.rgb(0))


def test_the_handle_is_light_and_opens_in_another_process(view):
    view.write()
    (handle,) = list_scenes("shift", SourceOptions(roots=(view.root,)))
    content = pickle.dumps(handle)
    assert len(content) < 1000
    assert pickle.loads(content).open().facts.scene_id == handle.scene_id  # noqa: S301
