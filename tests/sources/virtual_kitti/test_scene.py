"""A recording read back: equal to the scene it was written from, to the numbers of real rows, and light."""

from __future__ import annotations

import pickle
import time

import numpy as np
import pytest
from PIL import Image

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.scene import Capability
from fourdp_qa.scene.square import square_view
from fourdp_qa.sources.registry import SourceOptions, get_source, list_scenes


def opened(root):
    (handle,) = list_scenes("virtual_kitti", SourceOptions(roots=(root,)))
    return handle.open()


# The tests' world has z up, the release's y down; both are only turned against each other.
def in_our_world(scene, poses):
    turn = np.eye(4)
    turn[:3, :3] = [[1, 0, 0], [0, 0, 1], [0, -1, 0]]
    return turn @ poses


def test_a_recording_comes_back_as_the_scene_it_was_written_from(world, written):
    scene = opened(written.folder.parent.parent)
    facts = scene.facts
    assert (facts.height, facts.width, facts.frame_count, facts.fps) == (72, 110, 14, 10.0)
    np.testing.assert_allclose(facts.K, world.facts.K, rtol=1e-6)
    np.testing.assert_allclose(
        in_our_world(scene, scene.world_from_camera), world.world_from_camera, atol=1e-5)
    np.testing.assert_allclose(
        in_our_world(scene, scene.world_from_object), world.world_from_object, atol=1e-5)
    np.testing.assert_allclose([o.size for o in scene.objects], [o.size for o in world.objects])
    assert [o.id for o in scene.objects] == [o.id for o in world.objects]
    for t in range(14):
        np.testing.assert_array_equal(scene.instances(t), world.instances(t))
        nearer = np.where(world.depth(t) < 655.35, world.depth(t), 0)  # beyond is the far plane
        np.testing.assert_allclose(scene.depth(t), nearer, atol=0.00501)
        assert (scene.rgb(t).dtype, scene.depth(t).dtype, scene.instances(t).dtype) == (
            np.uint8, np.float32, np.int32)


def test_it_passes_the_check(written):
    report = check_scene(opened(written.folder.parent.parent))
    assert report.ok and not report.findings, "\n".join(report.lines)
    assert report.measured.object_error < 2e-3


def test_facts_are_honest(written):
    scene = opened(written.folder.parent.parent)
    facts = scene.facts
    assert (facts.source, facts.scene_id, facts.split_key) == (
        "virtual_kitti", "Scene01/clone/Camera_0", "Scene01")
    assert (facts.units, facts.license, facts.standard) == ("metres", "CC-BY-NC-SA-3.0", "driving")
    assert facts.capabilities == {
        Capability.DEPTH, Capability.BACKGROUND_DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES,
        Capability.GRAVITY, Capability.METRIC_SCALE}
    np.testing.assert_array_equal(facts.up, [0, -1, 0])
    assert all(o.is_agent and o.is_rigid and not o.is_static for o in scene.objects)
    np.testing.assert_array_equal([o.front for o in scene.objects], [[1, 0, 0]] * 4)
    assert scene.objects[1].caption == "red four-door sedan"


def test_the_sky_has_no_depth(world, written):
    sky = world.depth(0) == 0
    assert sky.any()
    assert (opened(written.folder.parent.parent).depth(0)[sky] == 0).all()


def test_an_object_without_a_row_has_no_pose_there(written):
    written.write_tables()
    for name in ("pose", "bbox"):
        path = written.folder / f"{name}.txt"
        lines = path.read_text().splitlines()
        path.write_text("\n".join(line for line in lines if not line.startswith("5 0 2 ")) + "\n")
    scene = opened(written.folder.parent.parent)
    assert not scene.pose_valid[5, 2] and scene.pose_valid.sum() == 14 * 4 - 1
    assert np.isnan(scene.world_from_object[5, 2]).all()


def test_trailing_blanks_and_carriage_returns_are_no_fields(written):
    for path in written.folder.glob("*.txt"):
        path.write_text(path.read_text().replace("\n", " \r\n"))
    assert opened(written.folder.parent.parent).facts.frame_count == 14


def test_a_table_of_eight_hundred_frames_opens_in_well_under_a_second(written, tmp_path):
    """Both cameras, 50 vehicles a frame: 80,000 rows, as in the longest drive."""
    from fourdp_qa.sources.virtual_kitti.recording import read_recording

    lines = {name: (written.folder / f"{name}.txt").read_text().splitlines()
             for name in ("pose", "bbox", "info", "extrinsic", "intrinsic")}
    info = [f"{k} Car SUV Red" for k in range(48)]
    (tmp_path / "info.txt").write_text("\n".join([lines["info"][0], *info]) + "\n")
    first = {name: [line.split(" ", 2)[2] for line in lines[name][1:] if line.startswith("0 0 ")]
             for name in ("pose", "bbox", "extrinsic", "intrinsic")}
    for name, parts in first.items():
        with (tmp_path / f"{name}.txt").open("w") as file:
            file.write(lines[name][0] + "\n")
            for t in range(837):
                for camera in (0, 1):
                    if name in ("pose", "bbox"):
                        file.writelines(
                            f"{t} {camera} {4 * c + n} {part.split(' ', 1)[1]}\n"
                            for c in range(12) for n, part in enumerate(parts))
                    else:
                        file.write(f"{t} {camera} {parts[0]}\n")
    read_recording(tmp_path, 1)  # the first call pays for imports
    begin = time.process_time()
    recording = read_recording(tmp_path, 0)
    assert recording.pose_valid.shape == (837, 48) and recording.pose_valid.all()
    assert time.process_time() - begin < 1.0


def test_the_square_holds_the_same_pixels_as_the_whole_picture(written):
    scene = opened(written.folder.parent.parent)
    view = square_view(scene)
    window = (slice(0, 72), slice(view.left, view.left + 72))
    for t in (0, 13):
        np.testing.assert_array_equal(view.depth(t), scene.depth(t)[window])
        np.testing.assert_array_equal(view.instances(t), scene.instances(t)[window])
        assert view.depth(t).flags.c_contiguous and view.instances(t).flags.c_contiguous


def test_an_image_of_another_size_is_refused_in_the_square_too(written):
    Image.fromarray(np.ones((90, 130), np.uint16)).save(written.path("depth", 3))
    with pytest.raises(SourceDataError, match="size: found 130x90, expected 110x72"):
        square_view(opened(written.folder.parent.parent)).depth(3)


def test_the_handle_is_light_and_picklable(written):
    (handle,) = list_scenes("virtual_kitti", SourceOptions(roots=(written.folder.parent.parent,)))
    again = pickle.loads(pickle.dumps(handle))  # noqa: S301
    assert (again.scene_id, again.split_key) == ("Scene01/clone/Camera_0", "Scene01")
    assert again.open().facts.frame_count == 14


def test_the_registry_knows_it():
    source = get_source("virtual_kitti")
    assert (source.name, source.code, source.extra) == ("virtual_kitti", "vkt", None)
    assert source.license == "CC-BY-NC-SA-3.0"


# Drives of three cars by hand: the layout's formulas checked by figures, without any of its code.


@pytest.mark.parametrize(("angle", "nose"), [
    (0.0, (1, 0, 0)), (-np.pi / 2, (0, 0, 1)), (np.pi / 2, (0, 0, -1)), (np.pi, (-1, 0, 0)),
])
def test_a_yaw_of_zero_points_the_nose_along_x(angle, nose):
    from fourdp_qa.sources.virtual_kitti.agreement import body_rotation

    np.testing.assert_allclose(body_rotation(np.array([angle, 0, 0]))[:, 2], nose, atol=1e-12)
    np.testing.assert_allclose(body_rotation(np.array([angle, 0, 0]))[:, 1], (0, 1, 0), atol=1e-12)
