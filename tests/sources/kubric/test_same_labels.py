"""A simulated scene written as a worker folder or as a record asks the same questions and gives the same
labels and tracks.
"""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.scene.camera import pixel_centres
from fourdp_qa.sources.kubric.folder import FolderHandle
from fourdp_qa.sources.registry import SourceOptions, list_scenes
from fourdp_qa.sources.simulator.source import SimulatorHandle

SIZE, SEED = 112, 7

FOLDERS = {
    "trucks and pans, square": (8, 16, SIZE),
    "pans and tilts, 23 frames": (29, 23, SIZE),
    "pans, wide, 12 frames": (6, 12, 80),
    "dollies out, wide, 17 frames": (33, 17, 70),
    "follows, 33 frames": (28, 33, SIZE),
}
"""Scene number, frames, height of the picture."""

RECORDS = {"trucks and pans, square": (8, 24, SIZE), "follows, wide": (28, 24, 80)}


def simulated(index, frames, height, cropped):
    scene = SimulatorHandle(SEED, index, SIZE, frames).open()
    return scene if height == SIZE else cropped(scene, height)


@pytest.fixture(scope="module", params=FOLDERS)
def folder_pair(request, write_worker, cropped, tmp_path_factory):
    """The simulated scene and the worker folder written from it, opened."""
    scene = simulated(*FOLDERS[request.param], cropped)
    return scene, FolderHandle(write_worker(scene, tmp_path_factory.mktemp("kubric"))).open()


@pytest.fixture(scope="module", params=RECORDS)
def record_pair(request, write_record, cropped, tmp_path_factory):
    """The simulated scene and the record written from it, opened."""
    scene = simulated(*RECORDS[request.param], cropped)
    path = write_record(scene, tmp_path_factory.mktemp("movi_e"))
    (handle,) = list_scenes("kubric", SourceOptions(roots=(path,)))
    return scene, handle.open()


def said(pair, same_labels, depth=None):
    """What is said of what was read back, and of the simulated scene less what Kubric does not hold; with
    another depth where the form cannot leave it open.
    """
    scene, back = pair
    assert (back.facts.height, back.facts.width) == (scene.facts.height, scene.facts.width)
    assert (back.facts.frame_count, back.facts.fps) == (scene.facts.frame_count, scene.facts.fps)
    known = same_labels.reduced(scene, back)
    known.depth = depth or scene.depth
    return same_labels.stated(back), same_labels.stated(known)


def tracks(segments):
    return {(n, t.key): t.track for n, segment in enumerate(segments) for t in segment.tracks}


def test_a_folder_asks_and_answers_as_the_scene_it_was_written_from(folder_pair, same_labels):
    ours, theirs = said(folder_pair, same_labels)
    assert same_labels.labels(ours) == same_labels.labels(theirs)
    assert len(same_labels.labels(ours)) > 100
    assert sum(len(segment.tracks) for segment in ours) > 10
    same_labels.assert_same_tracks(ours, theirs, within=1e-6, agreeing=1.0)


def test_a_record_asks_and_answers_as_the_scene_it_was_written_from(
    record_pair, same_labels, worker_of, movi_records
):
    """Depth is rounded to steps of the video's range / 65535, all else to float32. Where the simulated
    scene has a sky, both have the dome that closes MOVi's scenes.
    """
    worker = worker_of(record_pair[0])

    def closed(t):
        return (movi_records.closed_distance(worker, t) / worker.ray_per_z()).astype(np.float32)

    ours, theirs = said(record_pair, same_labels, closed)
    same_labels.assert_same(same_labels.labels(ours), same_labels.labels(theirs))
    assert len(same_labels.labels(ours)) > 100
    mine, other = tracks(ours), tracks(theirs)
    assert mine.keys() == other.keys() and len(mine) > 10
    # Which pixel of an object is followed is drawn among those that qualify: the rounded depth may add one.
    same = [key for key in mine if np.abs(np.subtract(mine[key].visual, other[key].visual)).max() < 1e-3]
    assert len(same) >= 0.95 * len(mine)
    for key in same:
        np.testing.assert_allclose(mine[key].true_motion, other[key].true_motion, atol=1e-3)


def test_depth_of_a_record_is_right_to_half_a_step(record_pair):
    scene, record = record_pair
    low, high = record._depth_range
    K, half = scene.facts.K, 0.5 * (high - low) / 65535
    rays = (pixel_centres(scene.facts.height, scene.facts.width) - K[:2, 2]) / np.diag(K)[:2]
    per_z = np.sqrt(1 + (rays**2).sum(axis=-1))
    for t in (0, 11, 23):
        near = (scene.depth(t) > 0) & (scene.depth(t) * per_z < 0.99 * high)
        off = np.abs(record.depth(t) - scene.depth(t)) * per_z
        assert off[near].max() < 1.05 * half + 1e-5 * high
    assert half < 4e-4


def test_where_the_scene_itself_is_asked_the_same_it_says_the_same(folder_pair, same_labels):
    """With exact visibility, fronts and a draw of its own."""
    scene, folder = folder_pair
    ours = same_labels.labels(same_labels.stated(folder))
    theirs = same_labels.labels(same_labels.stated(scene))
    both = ours.keys() & theirs.keys()
    assert len(both) > 20
    assert {key: ours[key] for key in both} == {key: theirs[key] for key in both}
