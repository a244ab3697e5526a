"""A simulated scene written as each tool would write it asks the same questions and gives the same labels.

The scene keeps its true poses and boxes: what the reader makes of masks and depth is held against the truth.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.scene.camera import project, unproject
from fourdp_qa.scene.pose import invert_pose, transform_points
from fourdp_qa.sources.registry import SourceOptions, list_scenes
from fourdp_qa.sources.simulator.source import SimulatorHandle

SEED, SIZE, FRAMES = 7, 160, 24
SCENE = 12  # the camera moves, and what is hidden of the objects hides no question
TOOLS = ("Depth Anything 3", "VGGT", "MegaSaM", "SpatialTrackerV2", "CUT3R", "ViPE")


@pytest.fixture(scope="module")
def simulated(masked):
    scene = masked(SimulatorHandle(SEED, SCENE, SIZE, FRAMES).open())
    # Labels need no colours, and drawing them takes most of the time.
    scene.rgb = lambda t: np.full((SIZE, SIZE, 3), 8 * t, np.uint8)
    return scene


@pytest.fixture(scope="module")
def true_labels(simulated, same_labels):
    """Labels of the simulated scene by what is known of the objects' motion: most tools know as much."""
    known = {}

    def labels(back):
        scene = truth(simulated, back, same_labels)
        # What is drawn at random depends on the name.
        key = (back.facts.scene_id, *((item.is_followed, item.is_rigid) for item in scene.objects))
        if key not in known:
            known[key] = same_labels.labels(same_labels.stated(scene))
        return known[key]

    return labels


def opened(root):
    (handle,) = list_scenes("reconstruction", SourceOptions(roots=(root,)))
    return handle.open()


def truth(scene, back, same_labels):
    """The simulated scene with what the reader says it knows of each object's motion."""
    known = {item.id: item for item in back.objects}
    objects = [
        replace(item, is_followed=known[item.id].is_followed, is_rigid=known[item.id].is_rigid,
                symmetric_about_up=True, is_agent=False, front=None)
        for item in scene.objects if item.id in known
    ]
    return same_labels.reduced(scene, back, objects)


@pytest.mark.parametrize("tool", TOOLS)
def test_labels_are_those_of_the_scene_it_was_written_from(
    tool, tools, simulated, true_labels, same_labels, tmp_path
):
    back = opened(tools[tool](simulated, tmp_path / "videos" / "street").write())
    assert [item.id for item in back.objects] == [item.id for item in simulated.objects]
    said = same_labels.stated(back)
    ours = same_labels.labels(said)
    same_labels.assert_same(ours, true_labels(back))
    assert len(ours) > 150
    types = {s.question_type for segment in said for s in segment.statements}
    assert not types & {"object_rotation", "agent_motion"}
    assert {"camera_movement", "depth", "object_object_distance", "multi_view_depth"} <= types
    assert said[0].tracks


def test_tracks_are_where_the_true_scene_puts_the_same_pixels(tools, simulated, same_labels, tmp_path):
    """Static points, and points on objects that a tool followed: p[t] and m[t] by true depth and poses."""
    back = opened(tools["SpatialTrackerV2"](simulated, tmp_path / "videos" / "street").write())
    (said,) = same_labels.stated(back)
    pixels = [t for t in said.tracks if t.variant == "pixel"]
    assert len({t.object_id for t in pixels}) > 3 and any(t.object_id == 0 for t in pixels)
    K, cameras = simulated.facts.K, simulated.world_from_camera
    for item in pixels:
        tq, query = item.track.query_frame, np.array(item.track.visual[item.track.query_frame]) * SIZE
        column, row = query.astype(int)
        point = transform_points(cameras[tq], unproject(K, query, simulated.depth(tq)[row, column])[None])
        world = np.repeat(point, FRAMES, axis=0)
        if item.object_id:
            poses = simulated.world_from_object[:, item.object_id - 1]
            local = transform_points(invert_pose(poses[tq]), point)
            world = transform_points(poses, np.repeat(local[None], FRAMES, axis=0))[:, 0]
        for path, from_world in ((item.track.visual, invert_pose(cameras)),
                                 (item.track.true_motion, invert_pose(cameras)[[tq] * FRAMES])):
            expected = project(K, transform_points(from_world, world[:, None])[:, 0]) / SIZE
            found = np.array([p or (np.nan, np.nan) for p in path], dtype=float)
            np.testing.assert_allclose(found, expected, atol=2e-4)


def test_of_what_moves_unproved_only_the_place_is_compared(tools, simulated, same_labels, tmp_path):
    """Without tracked points a mover is asked about as a thing somewhere, never as one that moves."""
    back = opened(tools["Depth Anything 3"](simulated, tmp_path / "videos" / "street").write())
    movers = {
        item.id for n, item in enumerate(simulated.objects)
        if np.ptp(simulated.world_from_object[:, n, :3, 3], axis=0).max() > 0.05
    }
    unfollowed = {item.id for item in back.objects if not item.is_followed}
    assert movers and movers <= unfollowed
    (said,) = same_labels.stated(back)
    of_motion = {"camera_object_distance", "object_direction", "moved_distance",
                 "object_object_distance_change"}
    asked = {k for s in said.statements if s.question_type in of_motion for k in s.objects}
    assert asked and not asked & unfollowed
    assert {k for s in said.statements if s.question_type == "depth" for k in s.objects} & unfollowed
    assert all(t.object_id == 0 for t in said.tracks)
