"""What a reconstruction becomes: one camera, proved motion, what masks leave out, and what the rows say."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.reconstruction.exr import read_exr_depth
from fourdp_qa.sources.registry import SourceOptions, get_source, list_scenes

# 7 x 20 pixels (0.25 k + 0.5, one of them 0), written by OpenEXR 3.5.3 in half precision, zip by 16 lines.
BY_THE_LIBRARY = (
    "di8xAQIAAABjaGFubmVscwBjaGxpc3QAEwAAAFoAAQAAAAAAAAABAAAAAQAAAABjb21wcmVzc2lvbgBjb21wcmVzc2lvbgABAAAAA2Rh"
    "dGFXaW5kb3cAYm94MmkAEAAAAAAAAAAAAAAABgAAABMAAABkaXNwbGF5V2luZG93AGJveDJpABAAAAAAAAAAAAAAAAYAAAATAAAAbGlu"
    "ZU9yZGVyAGxpbmVPcmRlcgABAAAAAHBpeGVsQXNwZWN0UmF0aW8AZmxvYXQABAAAAAAAgD9zY3JlZW5XaW5kb3dDZW50ZXIAdjJmAAgA"
    "AAAAAAAAAAAAAHNjcmVlbldpbmRvd1dpZHRoAGZsb2F0AAQAAAAAAIA/dHlwZQBzdHJpbmcADQAAAHNjYW5saW5laW1hZ2UAQgEAAAAA"
    "AAB4AQAAAAAAAAAAAAAuAAAAeF5jaAADBig4AAUNUNYCAmACqWBFU1MjEDTAYAMEWx2Ds0GAEA0DhPkAVgB10BAAAAAVAAAAeF5TmIAC"
    "OpBBegMyaEThAQA/XxzR"
)


def opened(root):
    (handle,) = list_scenes("reconstruction", SourceOptions(roots=(root,)))
    return handle.open()


def test_a_depth_picture_of_the_openexr_library_is_read_exactly():
    expected = (0.25 * np.arange(140).reshape(20, 7) + 0.5).astype(np.float32)
    expected[3, 2] = 0
    np.testing.assert_array_equal(read_exr_depth(base64.b64decode(BY_THE_LIBRARY)), expected)


def test_the_writer_of_the_tests_says_the_same(exr_of):
    depth = np.random.default_rng(0).uniform(0.5, 9, (37, 21)).astype(np.float16)
    np.testing.assert_array_equal(read_exr_depth(exr_of(depth.astype(np.float32))), depth.astype(np.float32))


@pytest.mark.parametrize("tool", ["Depth Anything 3", "VGGT", "MegaSaM", "SpatialTrackerV2", "CUT3R", "ViPE"])
def test_cameras_pictures_depth_and_ids_come_back(output, small_world, tool):
    back = opened(output(tool).write())
    np.testing.assert_allclose(back.world_from_camera, small_world.world_from_camera, atol=2e-6)
    np.testing.assert_allclose(back.facts.K, small_world.facts.K, atol=1e-4)
    assert back.facts.fps == small_world.facts.fps
    for t in (0, 7, 13):
        depth, known = back.depth(t), small_world.depth(t)
        known = known * (known < (99.9 if tool == "MegaSaM" else np.inf))
        assert (depth > 0).sum() > 0.97 * (known > 0).sum()
        np.testing.assert_allclose(depth[depth > 0], known[depth > 0], rtol=6e-4)
        ids = small_world.instances(t)
        np.testing.assert_array_equal(back.instances(t), np.where(known > 0, ids, 0))
        off = np.abs(back.rgb(t).astype(int) - small_world.rgb(t))
        assert off.max() <= 1 if tool != "ViPE" else np.median(off) <= 6  # an mp4 loses some
    assert {item.id: item.caption for item in back.objects} == {
        item.id: item.caption for item in small_world.objects}
    back.close()


def test_every_scene_says_that_it_is_estimated(output):
    facts = opened(output("MegaSaM").write()).facts
    assert facts.estimated and facts.profile == "estimated" and facts.units == "relative"
    assert facts.up is None and Capability.METRIC_SCALE not in facts.capabilities


def test_without_masks_camera_movement_alone_is_asked(output, same_labels):
    made = output("Depth Anything 3")
    made.with_masks = False
    (said,) = same_labels.stated(opened(made.write()))
    assert {s.question_type for s in said.statements} == {"camera_movement"}
    assert not said.tracks


def test_without_tracked_points_only_what_keeps_its_place_is_followed(tools, box_world, tmp_path):
    """The red box stands, the yellow one turns on the spot: places are known, points on them are not."""
    world = box_world(height=108, width=144, frames=14)
    objects = opened(tools["CUT3R"](world, tmp_path / "videos" / "street").write()).objects
    assert {item.id: item.is_followed for item in objects} == {1: True, 2: False, 3: False, 4: True}
    assert not any(item.is_rigid for item in objects)


def test_tracked_points_tell_how_every_box_moves(output, small_world):
    back = opened(output("SpatialTrackerV2").write())
    assert all(item.is_followed and item.is_rigid for item in back.objects)
    for n in range(4):
        true = small_world.world_from_object[:, n, :3, :3]
        turned = back.world_from_object[:, n, :3, :3]
        relative = [pose @ pose0.T for pose, pose0 in ((true[-1], true[0]), (turned[-1], turned[0]))]
        np.testing.assert_allclose(*relative, atol=1e-4)


def test_points_that_do_not_move_as_one_piece_prove_nothing(output):
    made = output("SpatialTrackerV2")
    rng = np.random.default_rng(1)
    made.coords = made.coords + rng.normal(0, 0.3, made.coords.shape) * np.linspace(0, 1, 14)[:, None, None]
    by_id = {item.id: item for item in opened(made.write()).objects}
    assert not any(by_id[k].is_followed for k in (2, 3))
    assert by_id[4].is_followed and not by_id[4].is_rigid  # it keeps its place, as depth and masks say


def test_what_moves_without_a_mask_is_no_static_point(output, small_world):
    made = output("Depth Anything 3")
    made.ids = np.where(made.ids == 2, 0, made.ids)
    back = opened(made.write())
    kept = [np.mean(back.depth(t)[small_world.instances(t) == 2] > 0) for t in (0, 13)]
    assert max(kept) < 0.4
    floor = (small_world.instances(6) == 0) & (small_world.depth(6) > 0)
    assert np.mean(back.depth(6)[floor] > 0) > 0.97


def test_a_focal_length_of_each_frame_is_brought_to_one(output, small_world, box_world):
    """A tool that zooms out by 4% over the video: pictures and K agree in each frame, and so do labels."""
    made = output("VGGT")
    rows, columns = np.mgrid[:72, :96] + 0.5
    for t in range(14):
        zoom = 1 - 0.003 * t
        made.K[t, :2, :2] *= zoom
        at = [((x - half) / zoom + half).astype(int).clip(0, 2 * half - 1)
              for x, half in ((rows, 36), (columns, 48))]
        for layer in (made.depth, made.rgb, made.ids):
            layer[t] = layer[t][tuple(at)]
    back = opened(made.write())
    wide = box_world(height=72, width=96, frames=14, focal=0.9 * 0.9805)
    for t in (0, 13):
        middle = np.s_[10:-10, 10:-10]
        depth, true = back.depth(t)[middle], wide.depth(t)[middle]
        both = (depth > 0) & (true > 0) & (back.instances(t)[middle] == wide.instances(t)[middle])
        assert both.mean() > 0.8
        assert np.median(np.abs(depth[both] - true[both]) / true[both]) < 0.012
    assert np.isclose(back.facts.K[0, 0], 0.9805 * small_world.facts.K[0, 0], rtol=1e-3)


def test_poses_of_every_second_frame_are_frames_of_half_the_rate(tools, box_world, tmp_path):
    world = box_world(height=48, width=64, frames=28)
    made = tools["ViPE"](world, tmp_path / "videos" / "street")
    made.frames = made.frames[::2]
    back = opened(made.write())
    assert back.facts.frame_count == 14 and back.facts.fps == 0.5 * world.facts.fps
    np.testing.assert_allclose(back.world_from_camera, world.world_from_camera[::2], atol=1e-5)
    assert np.abs(back.rgb(5).astype(int) - world.rgb(10)).mean() < 12
    np.testing.assert_array_equal(back.rgb(5), back.rgb(5))


def test_an_up_that_is_known_is_gravity(output):
    made = output("MegaSaM")
    made.text += "up = [0, 0, 2]\nsplit_key = 'the yard'\n"
    facts = opened(made.write()).facts
    assert facts.up.tolist() == [0, 0, 1] and Capability.GRAVITY in facts.capabilities
    assert facts.split_key == "the yard"


def test_videos_are_listed_by_folder_and_vipes_by_name(output, tmp_path):
    root = output("ViPE").write()
    ids = [h.scene_id for h in list_scenes("reconstruction", SourceOptions(roots=(root,)))]
    assert ids == ["street/street"]


@pytest.mark.parametrize(("what", "words"), [
    ("nowhere", "found no folder"), ("empty", "video.toml: found none here"),
    ("no output", "found 0 outputs of tools"), ("two tools", "found 2 outputs of tools"),
])
def test_roots_that_hold_no_reconstruction_are_refused(output, tmp_path, what, words):
    root = tmp_path / what.replace(" ", "_")
    if what != "nowhere":
        root.mkdir()
    if what in ("no output", "two tools"):
        made = output("MegaSaM")
        (root / "video.toml").write_text(made.text)
    if what == "two tools":
        made.folder = root
        made.write_output()
        np.savez(root / "other.npz", depth=np.ones(3))
    with pytest.raises(SourceDataError, match=words):
        list_scenes("reconstruction", SourceOptions(roots=(root,)))


def test_without_a_root_one_line_says_what_is_expected():
    with pytest.raises(FourdpQaError, match=r"no folder given, expected a folder with video\.toml"):
        list_scenes("reconstruction", SourceOptions())


def test_two_frames_too_few_are_refused(tools, box_world, tmp_path):
    made = tools["MegaSaM"](box_world(height=48, width=64, frames=11), tmp_path / "videos" / "street")
    with pytest.raises(SourceDataError, match="found 11 frames, expected 12 or more"):
        opened(made.write())


def test_no_benchmark_is_built_from_estimates(output, tmp_path):
    root = output("MegaSaM").write()
    result = CliRunner().invoke(
        main, ["bench", "reconstruction", str(root), "--out", str(tmp_path / "bench"), "--name", "mine"])
    assert result.exit_code == 1
    assert "bench reconstruction: found a source of estimated geometry" in result.output
    assert len(result.output.strip().splitlines()) == 1 and not (tmp_path / "bench").exists()
    assert get_source("reconstruction").estimated


def test_stored_estimates_stay_estimates(output, tmp_path):
    from fourdp_qa.scene.storage import StoredScene, write_scene

    back = opened(output("CUT3R").write())
    stored = StoredScene.open(write_scene(back, tmp_path / "stored"))
    assert stored.facts.estimated
    assert [replace(o, size=None) for o in stored.objects] == [replace(o, size=None) for o in back.objects]
