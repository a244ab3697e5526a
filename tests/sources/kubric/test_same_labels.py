"""A simulated scene written as a worker folder asks the same questions and gives the same labels."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.questions.registry import state_segment
from fourdp_qa.scene.scene import Capability
from fourdp_qa.scene.segment import cut_segments
from fourdp_qa.scene.square import square_view
from fourdp_qa.sources.kubric.scene import KubricHandle
from fourdp_qa.sources.simulator.source import SimulatorHandle

SIZE, SEED = 112, 7

def stated(scene):
    """What is said of a scene."""
    (segment,) = cut_segments(scene.facts.frame_count, scene.facts.fps, 32)
    return state_segment(measure_segment(square_view(scene), segment))


def labels(said):
    return {
        s.key: {name: (c.quantity.verdict, c.picture) for name, c in s.components.items()}
        for s in said.statements
    }


def as_kubric_knows_it(scene):
    """The simulated scene less what no worker folder says: fronts, agents, symmetry, what is part of
    the surroundings or never moves, and what is seen exactly. Which pairs are asked
    about is drawn by the scene's name.
    """
    known = copy.copy(scene)
    known.facts = replace(scene.facts, source="kubric",
                          capabilities=scene.facts.capabilities - {Capability.EXACT_VISIBILITY})
    known.objects = tuple(
        replace(item, front=None, is_agent=False, is_static=False, is_environment=False,
                symmetric_about_up=False)
        for item in scene.objects
    )
    return known


FIXTURES = {
    "trucks and pans, square": (8, 16, SIZE),
    "pans and tilts, 23 frames": (29, 23, SIZE),
    "pans, wide, 12 frames": (6, 12, 80),
    "dolly and tilt there and back, wide, 17 frames": (9, 17, 70),
    "follows, 33 frames": (28, 33, SIZE),
}
"""Scene number, frames, height of the picture."""


@pytest.fixture(scope="module", params=FIXTURES)
def pair(request, write_worker, cropped, tmp_path_factory):
    """The simulated scene and the worker folder written from it, opened."""
    index, frames, height = FIXTURES[request.param]
    scene = SimulatorHandle(SEED, index, SIZE, frames).open()
    if height != SIZE:
        scene = cropped(scene, height)
    return scene, KubricHandle(write_worker(scene, tmp_path_factory.mktemp("kubric"))).open()


def test_labels_are_those_of_the_scene_it_was_written_from(pair):
    scene, folder = pair
    assert (folder.facts.height, folder.facts.width) == (scene.facts.height, scene.facts.width)
    assert folder.facts.frame_count == scene.facts.frame_count
    ours, theirs = labels(stated(folder)), labels(stated(as_kubric_knows_it(scene)))
    assert ours == theirs
    assert len(ours) > 100


def test_where_the_scene_itself_is_asked_the_same_it_says_the_same(pair):
    """With exact visibility, fronts and a draw of its own."""
    scene, folder = pair
    ours, theirs = labels(stated(folder)), labels(stated(scene))
    both = ours.keys() & theirs.keys()
    assert len(both) > 20
    assert {key: ours[key] for key in both} == {key: theirs[key] for key in both}


def test_tracks_are_those_of_the_scene_it_was_written_from(pair):
    scene, folder = pair
    ours = {t.key: t for t in stated(folder).tracks}
    theirs = {t.key: t for t in stated(as_kubric_knows_it(scene)).tracks}
    assert ours.keys() == theirs.keys() and len(ours) > 10
    for key, mine in ours.items():
        track, other = mine.track, theirs[key].track
        assert (track.query_frame, track.visible) == (other.query_frame, other.visible)
        np.testing.assert_allclose(track.visual, other.visual, atol=1e-6)
        np.testing.assert_allclose(track.true_motion, other.true_motion, atol=1e-6)
