"""A clip read back: equal to the boxes it was made of, in the conventions of all scenes."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.hot3d.handles import ClipHandle
from fourdp_qa.sources.hot3d.masks import Mask
from fourdp_qa.sources.hot3d.naming import caption_of, is_symmetric
from fourdp_qa.sources.registry import SourceOptions, list_scenes

SIZE = 96


def opened(clip, size=SIZE):
    (handle,) = list_scenes("hot3d", SourceOptions(roots=(clip.write(),), size=size))
    return handle.open()


def test_an_aria_clip_comes_back_as_the_world_it_was_made_from(clip):
    scene, world = opened(clip), clip.world
    np.testing.assert_allclose(scene.world_from_camera, world.world_from_camera, atol=1e-9)
    np.testing.assert_allclose(scene.world_from_object, world.world_from_object, atol=1e-6)
    for item, (vertices, _), caption in zip(scene.objects, world.meshes, world.captions, strict=True):
        np.testing.assert_allclose(item.size, np.ptp(vertices, axis=0), rtol=1e-6)
        assert item.caption == caption
    assert [item.id for item in scene.objects] == clip.ids


def test_a_quest_clip_has_y_up_and_the_same_world(quest_clip):
    scene, world = opened(quest_clip), quest_clip.world
    np.testing.assert_array_equal(scene.facts.up, [0, 1, 0])
    heights = world.world_from_object[..., 2, 3]
    np.testing.assert_allclose(scene.world_from_object[..., 1, 3], heights, atol=1e-6)


def test_facts_are_honest(clip):
    facts = opened(clip).facts
    assert (facts.source, facts.scene_id, facts.split_key) == ("hot3d", "clip-001849", "P0003")
    assert (facts.fps, facts.frame_count, facts.height, facts.width) == (30.0, 14, SIZE, SIZE)
    assert (facts.units, facts.license, facts.standard) == ("metres", "LicenseRef-HOT3D", "egocentric")
    np.testing.assert_array_equal(facts.up, [0, 0, 1])
    assert facts.capabilities == {
        Capability.DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES, Capability.GRAVITY,
        Capability.METRIC_SCALE, Capability.UNMODELLED_OCCLUDERS}


def test_the_view_is_ninety_degrees_wide_at_any_size(clip):
    for size in (64, 101):
        K = opened(clip, size).facts.K
        np.testing.assert_allclose(K, [[size / 2, 0, size / 2], [0, size / 2, size / 2], [0, 0, 1]])


@pytest.mark.parametrize("device", ["Aria", "Quest3"])
def test_it_passes_the_check(made_clips, tmp_path, device):
    report = check_scene(opened(made_clips[device].moved(tmp_path / "hot3d")))
    assert report.ok, "\n".join(report.lines)
    assert report.measured.object_error < 1e-5


def test_what_hides_without_an_id_hides_and_has_no_depth(clip):
    """The fourth box stands in front of the others and has no label: their masks spare it."""
    scene = opened(clip)
    hidden = 0
    for t in range(14):
        ids, depth = scene.instances(t), scene.depth(t)
        assert ((depth > 0) == (ids > 0)).all()
        camera_from_object = np.linalg.inv(scene.world_from_camera[t]) @ scene.world_from_object[t]
        hidden += int(((scene._caster.cast(camera_from_object)[0] > 0) & (ids == 0)).sum())
    assert hidden > 50


def test_of_two_masks_on_one_pixel_the_nearer_model_counts(clip):
    """Every mask is the whole picture: ids are those of the front-most models."""
    for t in range(clip.frames):
        for instances in clip.members[f"{t:06d}.objects.json"].values():
            for mask in instances[0]["masks_modal"].values():
                mask["rle"] = [1, clip.height * clip.width]
    clip.all_objects(lambda item: item.update(boxes_amodal={}))  # masks are compared with them
    scene = opened(clip)
    camera_from_object = np.linalg.inv(scene.world_from_camera[0]) @ scene.world_from_object[0]
    _, nearest = scene._caster.cast(camera_from_object)
    seen = scene._rectifier(0).stored_pixels()[2]
    np.testing.assert_array_equal(scene.instances(0)[seen], np.where(nearest >= 0, nearest + 5, 0)[seen])


def test_an_object_without_a_mask_has_no_pixel(clip):
    clip.members["000003.objects.json"]["6"][0]["masks_modal"] = {}
    clip.members["000004.objects.json"]["6"][0]["masks_modal"][clip.stream]["rle"] = []
    scene = opened(clip)
    assert [bool((scene.instances(t) == 6).any()) for t in (2, 3, 4, 5)] == [True, False, False, True]


def test_a_mask_that_was_lost_costs_its_object_its_pixels_and_nothing_else(clip):
    for t in range(14):
        mask = clip.members[f"{t:06d}.objects.json"]["6"][0]["masks_modal"].get(clip.stream)
        if mask:
            mask["rle"] = [1, 40]
    scene = opened(clip)
    assert not (scene.instances(3) == 6).any() and (scene.instances(3) == 5).any()


def test_an_object_that_is_not_listed_has_no_pose_in_that_frame(clip):
    del clip.members["000003.objects.json"]["6"]
    scene = opened(clip)
    assert not scene.pose_valid[3, 1] and scene.pose_valid[[2, 4], 1].all()
    assert np.isnan(scene.world_from_object[3, 1]).all() and not (scene.instances(3) == 6).any()


def test_beyond_the_lens_the_picture_is_black_and_without_ids(clip):
    """A lens that is said to end at 40 degrees shows nothing of the corners of the square."""
    clip.all_views(lambda view: view["calibration"].update(max_solid_angle=np.radians(40)))
    scene = opened(clip)
    assert not scene.rgb(0)[:4, :4].any() and scene.rgb(0)[SIZE // 2, SIZE // 2].any()
    assert not scene.instances(0)[:8].any()


def test_grey_pictures_have_three_equal_channels(quest_clip):
    picture = opened(quest_clip).rgb(0)
    assert picture.shape == (SIZE, SIZE, 3) and picture.dtype == np.uint8
    assert (picture[..., 0] == picture[..., 2]).all() and np.ptp(picture) > 50


def test_calibrations_may_change_from_frame_to_frame(clip):
    """Aria's are estimated online; frame 5 has another one, and its boxes and masks go with it."""
    def move(t):
        view = clip.members[f"{t:06d}.cameras.json"][clip.stream]["calibration"]
        view["projection_params"][1] += 3.0
        for instances in clip.members[f"{t:06d}.objects.json"].values():
            box = instances[0]["boxes_amodal"][clip.stream]
            instances[0]["boxes_amodal"][clip.stream] = [box[0] + 3, box[1], box[2] + 3, box[3]]
            runs = instances[0]["masks_modal"][clip.stream]["rle"]
            runs[::2] = [start + 3 for start in runs[::2]]
    before = opened(clip).instances(5)
    move(5)
    np.testing.assert_array_equal(opened(clip).instances(5), before)


def test_runs_count_from_one_row_by_row():
    class Given:
        def whole(self, name):
            return {"height": 3, "width": 4}[name]

        def numbers(self, name):
            return np.array([1.0, 2, 6, 3, 12, 1])

    mask = Mask.of(Given(), 3, 4)
    rows, columns = np.mgrid[:3, :4]
    np.testing.assert_array_equal(
        mask.holds(rows.ravel(), columns.ravel()).reshape(3, 4),
        [[1, 1, 0, 0], [0, 1, 1, 1], [0, 0, 0, 1]])
    assert mask.pixels == 6


def test_names_are_words_and_what_looks_alike_all_around_is_never_asked_to_turn():
    assert caption_of("mug_white") == "white mug"
    assert caption_of("carton_oj") == "orange juice carton"
    assert caption_of("something_new") == "something new"
    assert is_symmetric("bowl") and not is_symmetric("mug_white") and not is_symmetric("something_new")


def test_a_handle_is_small_and_opens_elsewhere(clip):
    (handle,) = list_scenes("hot3d", SourceOptions(roots=(clip.write(),), size=SIZE))
    assert isinstance(handle, ClipHandle) and len(pickle.dumps(handle)) < 1000
    assert pickle.loads(pickle.dumps(handle)).open().facts.scene_id == "clip-001849"  # noqa: S301
