"""A simulated scene filmed through a headset's fisheye and written as a clip asks the same questions and
gives the same labels as the scene itself, of which only the objects have depth and ids.
"""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.sources.hot3d.rectify import square_camera
from fourdp_qa.sources.registry import SourceOptions, list_scenes
from fourdp_qa.sources.simulator.rays import RayCaster
from fourdp_qa.sources.simulator.renderer import Renderer
from fourdp_qa.sources.simulator.source import SimulatorHandle

SEED, SIZE, NEARER = 7, 160, 0.55

FIXTURES = {"Aria": 6, "Quest3": 33}
"""Device to scene number. Pictures are stored 2.7 and 2.3 times as fine as the view, as real ones at 448."""

FRAMES, FACTOR, PAINTED = 24, 0.357, 5


def nearer(scene):
    """The camera moved towards what is labelled: a headset's view is wide, and hands are near."""
    labelled = [n for n, o in enumerate(scene.objects) if not (o.is_environment or o.is_static)]
    middle = scene.world_from_object[:, labelled, :3, 3].mean(axis=(0, 1))
    scene.world_from_camera = scene.world_from_camera.copy()
    scene.world_from_camera[:, :3, 3] = middle + NEARER * (scene.world_from_camera[:, :3, 3] - middle)
    return scene


def seen_wide(scene, like, ids):
    """The simulated scene in the view of the headset, less what a clip does not hold."""
    whole = copy.copy(scene)
    whole.caster = RayCaster(scene.caster.kinds, scene.caster.scales, square_camera(SIZE), SIZE)
    table = np.zeros(len(scene.objects) + 1, dtype=np.int32)
    table[[n + 1 for n in ids]] = [item.id for item in like.objects]
    wide = copy.copy(scene)
    wide.whole = whole
    wide.facts = replace(scene.facts, K=square_camera(SIZE), fps=like.facts.fps)
    wide.instances = lambda t: table[whole.instances(t)]
    wide.depth = lambda t: np.where(table[whole.instances(t)] > 0, whole.depth(t), np.float32(0))
    wide.world_from_object = scene.world_from_object[:, ids]
    wide.pose_valid = scene.pose_valid[:, ids]
    return wide


@pytest.fixture(scope="module", params=FIXTURES)
def pair(request, headset_clip, simulated_world, same_labels, tmp_path_factory):
    """The simulated scene in the headset's view and the clip written from it, opened."""
    device = request.param
    scene = nearer(SimulatorHandle(SEED, FIXTURES[device], SIZE, FRAMES).open())
    world = simulated_world(scene, painted=(PAINTED,))
    clip = headset_clip(world, tmp_path_factory.mktemp("hot3d"), device, factor=FACTOR)
    (handle,) = list_scenes("hot3d", SourceOptions(roots=(clip.write(),), size=SIZE))
    back = handle.open()
    wide = seen_wide(scene, back, world.labelled)
    return same_labels.reduced(wide, back), back


@pytest.fixture(scope="module")
def said(pair, same_labels):
    """What is said of the clip, and of the scene it was written from."""
    scene, back = pair
    return same_labels.stated(back), same_labels.stated(scene)


def tracks(segments):
    return {(n, t.key): t.track for n, segment in enumerate(segments) for t in segment.tracks}


def test_labels_are_those_of_the_scene_it_was_written_from(pair, said, same_labels):
    scene, back = pair
    assert (back.facts.height, back.facts.width) == (SIZE, SIZE)
    assert back.facts.frame_count == scene.facts.frame_count
    ours, theirs = map(same_labels.labels, said)
    same_labels.assert_same(ours, theirs)
    assert len(ours) > 100


def test_tracks_are_those_of_the_scene_it_was_written_from(said):
    """Which pixel of an object is followed is drawn among those that qualify: a mask that is a pixel wider
    may give another. Where it is the same pixel its tracks are the same.
    """
    mine, other = map(tracks, said)
    both = mine.keys() & other.keys()
    assert len(both) >= 0.95 * max(len(mine), len(other)) and len(both) > 10
    same = [k for k in both if np.abs(np.subtract(mine[k].visual, other[k].visual)).max() < 1e-3]
    assert len(same) >= 0.8 * len(both)
    for key in same:
        np.testing.assert_allclose(mine[key].visual, other[key].visual, atol=1e-5)
        np.testing.assert_allclose(mine[key].true_motion, other[key].true_motion, atol=1e-5)


def test_nothing_is_asked_that_needs_the_room(said):
    """No agents, no static points, no camera at rest: only objects have depth."""
    for segment in said[0]:
        assert not [s for s in segment.statements if s.question_type == "agent_motion"]
        assert all(track.object_id > 0 for track in segment.tracks)


def test_depth_and_ids_are_those_of_the_scene(pair):
    """Masks are stored in whole pixels of the fisheye picture; depth is cast again, to float32."""
    scene, back = pair
    for t in (0, 11, 23):
        ours, theirs = back.instances(t), scene.instances(t)
        assert (theirs > 0).mean() > 0.01
        assert (ours != theirs).sum() < 0.1 * (theirs > 0).sum()
        both = (ours > 0) & (ours == theirs)
        np.testing.assert_allclose(back.depth(t)[both], scene.depth(t)[both], rtol=1e-5)
        assert not back.depth(t)[ours == 0].any()


def test_the_square_is_the_picture_that_an_upright_camera_would_have_taken(pair):
    """Colour cut from the fisheye picture lies on the simulator's own picture of the square, to a tenth of a
    pixel: half a pixel, a turn or a mirroring would show.
    """
    scene, back = pair
    whole = scene.whole
    renderer = Renderer(whole.caster, whole._renderer.shader)
    drawn = renderer.picture(whole._hits(PAINTED), *(poses[PAINTED] for poses in (
        whole.world_from_camera, whole.world_from_object)))
    taken, drawn = (picture @ np.array([0.299, 0.587, 0.114]) for picture in (back.rgb(PAINTED), drawn))

    def difference(down, across):
        moved = np.roll(drawn, (down, across), axis=(0, 1))
        return np.square(moved - taken)[8:-8, 8:-8].mean()

    assert difference(0, 0) < 60
    for axis in (0, 1):
        before, here, after = (difference(*(k if axis == a else 0 for a in (0, 1))) for k in (-1, 0, 1))
        assert abs(0.5 * (before - after) / (before - 2 * here + after)) < 0.1
