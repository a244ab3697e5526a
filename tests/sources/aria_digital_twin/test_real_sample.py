"""Three frames of a real sequence, Apartment_golden_skeleton_seq100 of the public toolkit: what the whole
chain makes of them, as numbers. Two of the three frames have fresh records.
"""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.scene.camera import inside_image, project, unproject
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.pose import invert_pose, transform_points
from fourdp_qa.scene.scene import Capability
from fourdp_qa.sources.registry import SourceOptions, list_scenes


@pytest.fixture(scope="module")
def scene(adt, samples):
    (handle,) = list_scenes("aria_digital_twin", SourceOptions(roots=(samples / "adt",)))
    return handle.open()


@pytest.fixture(scope="module")
def images(scene):
    """Depth (2, H, W) and ids (2, H, W)."""
    return np.stack([scene.depth(t) for t in (0, 1)]), np.stack([scene.instances(t) for t in (0, 1)])


def carried(scene, images):
    """For each thing with a pose: its points in its own axes, where they land in frame 1, and their z."""
    depth, ids = images
    for n, item in enumerate(scene.objects):
        rows, columns = np.nonzero((ids[0] == item.id) & (depth[0] > 0))
        if not scene.pose_valid[:, n].all() or not len(rows):
            continue
        uv = np.stack([columns + 0.5, rows + 0.5], axis=-1)
        in_world = transform_points(scene.world_from_camera[0],
                                    unproject(scene.facts.K, uv, depth[0, rows, columns]))
        in_object = transform_points(invert_pose(scene.world_from_object[0, n]), in_world)
        moved = transform_points(scene.world_from_object[1, n], in_object)
        in_camera = transform_points(invert_pose(scene.world_from_camera[1]), moved)
        yield item, in_object, project(scene.facts.K, in_camera), in_camera[:, 2]


def test_the_frame_whose_depth_is_33_ms_old_is_left_out(scene):
    facts = scene.facts
    assert facts.frame_count == 2 and facts.fps == pytest.approx(30, abs=0.05)
    assert (facts.height, facts.width) == (448, 448)
    np.testing.assert_allclose(facts.up, [0, 1, 0])
    assert Capability.UNMODELLED_OCCLUDERS not in facts.capabilities  # the wearer's body is in the files


def test_carried_points_land_on_the_same_id_at_the_same_depth(scene, images):
    """Measured: 96.1 % of 147,528 points, median error 0.97 mm, nine in ten below 3.2 mm."""
    same, error, inside_box = [], [], []
    for item, in_object, uv, z in carried(scene, images):
        uv, z = uv[inside := inside_image(uv, 448, 448)], z[inside]
        row, column = uv[:, 1].astype(int), uv[:, 0].astype(int)
        on_it = images[1][1, row, column] == item.id
        same.append(on_it)
        error.append(np.abs(images[0][1, row, column] - z)[on_it])
        inside_box.append((np.abs(in_object) <= 0.5 * item.size + 0.003).all(axis=1))
    assert len(same) > 70 and len(np.concatenate(same)) > 100_000
    assert np.concatenate(same).mean() >= 0.95
    assert np.median(np.concatenate(error)) < 0.002
    assert np.quantile(np.concatenate(error), 0.9) < 0.005
    assert np.concatenate(inside_box).mean() > 0.999  # z-depth, pixel centres, axes and boxes


def test_the_check_finds_nothing(scene):
    report = check_scene(scene)
    assert report.ok and not report.findings, "\n".join(report.lines)
    assert report.measured.object_distance < 0.002 and report.measured.in_box > 0.99


def test_poses_are_those_of_the_library(scene, samples):
    """Read by us from the tables, and by the library on its own."""
    from projectaria_tools.core.stream_id import StreamId
    from projectaria_tools.projects import adt

    folder = samples / "adt" / scene.facts.scene_id
    provider = adt.AriaDigitalTwinDataProvider(
        adt.AriaDigitalTwinDataPathsProvider(str(folder)).get_datapaths(True))
    camera = StreamId("214-1")
    turned = np.array([[0.0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    ids = sorted(provider.get_instance_ids())
    numbers = dict(zip(scene._sequence.stored_ids.tolist(), scene._sequence.scene_ids.tolist(), strict=True))
    assert sorted(numbers) == ids
    for t, time in enumerate(provider.get_aria_device_capture_timestamps_ns(camera)[:2]):
        device = provider.get_aria_3d_pose_by_timestamp_ns(time).data().transform_scene_device.to_matrix()
        in_device = provider.get_aria_transform_device_camera(camera).to_matrix()
        np.testing.assert_allclose(scene.world_from_camera[t], device @ in_device @ turned, atol=1e-6)
        for uid, box in provider.get_object_3d_boundingboxes_by_timestamp_ns(time).data().items():
            if numbers[uid]:
                low, high = box.aabb[0::2], box.aabb[1::2]
                centre = box.transform_scene_object.to_matrix() @ [*(low + high) / 2, 1]
                found = scene.world_from_object[t, numbers[uid] - 1]
                np.testing.assert_allclose(found[:3, 3], centre[:3], atol=1e-6)
                np.testing.assert_allclose(
                    found[:3, 2], box.transform_scene_object.to_matrix()[:3, 1], atol=1e-6)  # up


def test_two_of_45_movable_things_move(scene):
    """A wooden fork and spoon in the wearer's hands, 2 cm in 33 ms; all else stays within 0.1 mm."""
    movable = [n for n, item in enumerate(scene.objects)
               if not item.is_static and scene.pose_valid[:, n].all()]
    step = np.linalg.norm(np.ptp(scene.world_from_object[:, movable][..., :3, 3], axis=0), axis=-1)
    assert len(movable) == 45 and (step < 1e-4).sum() == 43
    moving = {scene.objects[movable[k]].caption for k in np.flatnonzero(step > 0.01)}
    assert moving == {"wooden fork", "wooden spoon"}


def test_who_wears_the_glasses_is_never_asked_about(scene, images):
    (wearer,) = [n for n, item in enumerate(scene.objects) if item.kind == "person"]
    assert (images[1] == scene.objects[wearer].id).mean() > 0.02  # hands and arms are in the picture
    assert not scene.pose_valid[:, wearer].any() and not scene.objects[wearer].is_agent


def test_hips_face_where_the_head_looks(scene):
    """The wearer stands at a table; the root joint lies 0.92 m above the floor."""
    from fourdp_qa.sources.aria_digital_twin.people import person_from_joints

    recording, up = scene._sequence.recording, scene.facts.up
    (wearer,) = [n for n, item in enumerate(scene.objects) if item.kind == "person"]
    stored = scene._sequence.stored_ids[scene._sequence.scene_ids == scene.objects[wearer].id][0]
    joints = recording.joints(int(stored), scene._sequence.frames.colour)
    body = person_from_joints(joints, recording.joint_names, up, scene.facts.fps)
    ahead = scene.world_from_camera[0, :3, 2] * (1, 0, 1)
    angle = np.degrees(np.arccos(body.world_from_object[0, :3, 0] @ ahead / np.linalg.norm(ahead)))
    assert angle < 10 and 1.6 < body.size[2] < 2.0
    assert joints[0, 0, 1] == pytest.approx(0.923, abs=0.001)


def test_the_building_is_background(scene, images):
    depth, ids = images
    assert 0.15 < (ids == 0).mean() < 0.3 and (depth[ids == 0] > 0).all()
    assert len(scene.objects) == 349


def test_every_thing_is_named_as_a_person_would_or_not_at_all(scene):
    captions = {item.caption for item in scene.objects}
    assert {"wooden fork", "black ceramic cup", "bamboo plate", "house plant", ""} < captions
    assert all(word.isascii() and not any(c.isdigit() or c in "_/" for c in word) for word in captions)
