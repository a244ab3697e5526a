"""A simulated street written as a recording asks the same questions and gives the same labels."""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.tracks import track_pixels
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.segment import cut_segments, read_images
from fourdp_qa.scene.square import square_view
from fourdp_qa.sources.registry import SourceOptions, list_scenes
from fourdp_qa.sources.simulator.source import SimulatorHandle

SEED = 7
FIXTURES = {
    "street, still camera, car and scooter": (11, 144, 24, 90),
    "dollies out, car": (33, 144, 27, 100),
    "street, still camera, bus, two segments": (20, 128, 72, 90),
    "no street, follows": (28, 128, 33, 80),
}
"""Scene number, width, frames, height of the picture."""

DEPTH_STEP = 0.00501
"""Metres: half of the centimetre in which the layout stores depth, and the rounding of float32."""


def read_back(root):
    return [h.open() for h in list_scenes("virtual_kitti", SourceOptions(roots=(root,)))]


@pytest.fixture(scope="module", params=FIXTURES)
def pair(request, layout, only_vehicles, tmp_path_factory):
    """What the layout can hold of the simulated scene, and the recording written from it, opened."""
    index, width, frames, height = FIXTURES[request.param]
    scene = only_vehicles(SimulatorHandle(SEED, index, width, frames).open(), height)
    root = layout(scene, tmp_path_factory.mktemp("vkt")).write()
    (recording,) = read_back(root)
    return scene, recording


def test_labels_are_those_of_the_scene_it_was_written_from(pair, same_labels):
    scene, recording = pair
    assert (recording.facts.height, recording.facts.width, recording.facts.frame_count) == (
        scene.facts.height, scene.facts.width, scene.facts.frame_count)
    ours = same_labels.stated(recording)
    theirs = same_labels.stated(same_labels.reduced(scene, recording))
    assert len(ours) == (2 if recording.facts.frame_count > 64 else 1)
    assert len(same_labels.labels(ours)) > 30
    same_labels.assert_same(same_labels.labels(ours), same_labels.labels(theirs))


def test_tracks_are_those_of_the_scene_it_was_written_from(pair, same_labels):
    """Which pixels are asked about hangs on depth edges, and so on the last centimetre; hence the same
    pixels are tracked in both. A point is carried rigidly: half a step of depth stays half a step.
    """
    scene, recording = pair
    segment = cut_segments(scene.facts.frame_count, scene.facts.fps, 32, 3.2)[0]
    limits = default_limits().track
    known = same_labels.reduced(scene, recording)
    views = [square_view(s, segment) for s in (known, recording)]
    assert (views[0].left, views[0].top) == (views[1].left, views[1].top)
    images = [read_images(view, segment) for view in views]
    np.testing.assert_array_equal(images[0].instances, images[1].instances)
    np.testing.assert_allclose(images[0].depth, images[1].depth, atol=DEPTH_STEP)
    rows, columns = np.nonzero(inner(images[0].instances[0]) & (images[0].depth[0] > 0))
    step = max(1, len(rows) // 300)
    rows, columns = rows[::step], columns[::step]
    ids = images[0].instances[0, rows, columns].astype(np.int64)
    assert (ids > 0).sum() > 5
    ours, theirs = (track_pixels(view, segment, image, 0, rows, columns, ids, limits)
                    for view, image in zip(views, images, strict=True))
    # Half a step along the ray, seen from the side, is at most this wide on what is nearest.
    nearest = images[0].depth[images[0].depth > 0].min()
    within = 1.5 * DEPTH_STEP * scene.facts.K[0, 0] / views[0].facts.width / nearest
    flags = []
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.visual, other.visual, atol=within)
        np.testing.assert_allclose(mine.true_motion, other.true_motion, atol=within)
        flags.append(mine.visible == other.visible)
    assert np.mean(flags) > 0.95  # they differ where a point lies on the edge between two pixels


def inner(ids):
    """Pixels whose four neighbours show the same object."""
    same = np.ones(ids.shape, dtype=bool)
    for axis in (0, 1):
        for step in (1, -1):
            same &= np.roll(ids, step, axis) == ids
    return same


def test_it_passes_the_check(pair):
    _, recording = pair
    report = check_scene(recording)
    assert report.ok, "\n".join(report.lines)


def test_both_cameras_share_the_world(layout, only_vehicles, tmp_path, same_labels):
    scene = only_vehicles(SimulatorHandle(SEED, 11, 128, 14).open(), 80)
    drive = layout(scene, tmp_path)
    drive.add_right_camera(0.2)
    left, right = read_back(drive.write())
    assert (left.facts.scene_id, right.facts.scene_id) == (
        "Scene01/clone/Camera_0", "Scene01/clone/Camera_1")
    assert left.facts.split_key == right.facts.split_key == "Scene01"
    both = left.pose_valid & right.pose_valid
    assert both.any()
    np.testing.assert_allclose(left.world_from_object[both], right.world_from_object[both], atol=1e-5)
    step = np.linalg.inv(left.world_from_camera) @ right.world_from_camera
    np.testing.assert_allclose(step[:, :3, 3], [[0.2, 0, 0]] * 14, atol=1e-4)
    assert check_scene(right).ok
