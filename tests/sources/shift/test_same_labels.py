"""A simulated street written as SHIFT asks the same questions and gives the same labels."""

from __future__ import annotations

import pytest

from fourdp_qa.sources.registry import SourceOptions, list_scenes
from fourdp_qa.sources.simulator.source import SimulatorHandle

SEED, SIZE, HEIGHT = 7, 160, 100  # 8 to 5, as SHIFT's 1280 x 800

FIXTURES = {
    "videos, mp4 in a tar, depth in a zip": (11, 24, "discrete/videos/train/front", "mp4", "zip"),
    "images, jpg and depth in a zip": (20, 24, "discrete/images/val/left_stereo", "zip", "zip"),
    "continuous videos, plain folders": (18, 26, "continuous/videos/10x/train/right_45", "folder", "folder"),
    "videos unpacked into tars": (33, 24, "discrete/videos/minival/left_90", "tar", "tar"),
}
"""Scene number, frames, place in the layout, how colour and depth are packed."""


@pytest.fixture(scope="module", params=FIXTURES)
def pair(request, shift_view, street, tmp_path_factory):
    """The simulated scene and the view written from it, opened."""
    index, frames, place, colour, depth = FIXTURES[request.param]
    fps = 1.0 if "/images/" in place else 10.0
    scene = street(SimulatorHandle(SEED, index, SIZE, frames).open(), HEIGHT, fps)
    root = tmp_path_factory.mktemp("shift")
    shift_view(scene, root, place, colour, depth).write()
    (handle,) = list_scenes("shift", SourceOptions(roots=(root,)))
    return scene, handle.open()


def test_labels_are_those_of_the_scene_it_was_written_from(pair, same_labels):
    scene, view = pair
    assert (view.facts.height, view.facts.width) == (HEIGHT, SIZE)
    assert view.facts.frame_count == scene.facts.frame_count
    ours = same_labels.labels(same_labels.stated(view))
    theirs = same_labels.labels(same_labels.stated(same_labels.reduced(scene, view)))
    same_labels.assert_same(ours, theirs)
    assert len(ours) > 50


def test_tracks_are_those_of_the_scene_it_was_written_from(pair, same_labels):
    scene, view = pair
    ours = same_labels.stated(view)
    theirs = same_labels.stated(same_labels.reduced(scene, view))
    assert len([track for said in ours for track in said.tracks]) > 5
    same_labels.assert_same_tracks(ours, theirs, within=1e-4)
