"""Tracks against positions worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.measure.tracks import carry_pixels, points_visible, track_pixels
from fourdp_qa.scene.scene import Capability
from fourdp_qa.scene.segment import SegmentImages, read_images

LIMITS = default_limits()
SIDE = 96
FOCAL = 0.9  # of the side


def track_one(filmed, row, col, query_frame=0, object_id=0):
    images = read_images(filmed.scene, filmed.segment)
    (track,) = track_pixels(filmed.scene, filmed.segment, images, query_frame, np.array([row]),
                            np.array([col]), np.array([object_id]), LIMITS.track)
    return track


@pytest.fixture
def over_the_floor(film, hand_made):
    """A camera that looks almost straight down from height 4 and slides along the floor."""

    def make(travel, *boxes):
        eye = np.add((0, 0, 4), hand_made.ramp(travel))
        return film(boxes, hand_made.camera_poses(eye, elevation=-89.999), side=SIDE)

    return make


def test_a_floor_point_slides_by_f_over_height_against_the_camera(over_the_floor, hand_made):
    track = track_one(over_the_floor((1.2, 0, 0)), 40, 60)
    expected = 60.5 / SIDE - FOCAL * hand_made.ramp(1.2) / 4
    assert track.visual[:, 0] == pytest.approx(expected, abs=1e-4)
    assert track.visual[:, 1] == pytest.approx(40.5 / SIDE, abs=1e-4)


def test_for_the_frozen_camera_it_stays(over_the_floor):
    track = track_one(over_the_floor((1.2, 0, 0)), 40, 60, query_frame=7)
    assert track.true_motion == pytest.approx(np.tile([60.5 / SIDE, 40.5 / SIDE], (13, 1)))
    assert track.query_frame == 7


def test_a_later_query_is_carried_both_ways(over_the_floor, hand_made):
    track = track_one(over_the_floor((1.2, 0, 0)), 40, 60, query_frame=6)
    assert track.visual[0, 0] == pytest.approx(60.5 / SIDE + FOCAL * 0.6 / 4, abs=1e-4)
    assert track.visual[-1, 0] == pytest.approx(60.5 / SIDE - FOCAL * 0.6 / 4, abs=1e-4)


def test_a_point_on_an_object_has_both_motions(over_the_floor, hand_made):
    """A flat box slides right under a camera that slides right half as far."""
    plate = {"size": (1.0, 1.0, 0.5), "start": (0.0, 0.0, 0.25), "travel": (0.8, 0, 0)}
    track = track_one(over_the_floor((0.4, 0, 0), plate), 48, 48, object_id=1)
    top = 4 - 0.5
    assert track.true_motion[:, 0] == pytest.approx(
        48.5 / SIDE + FOCAL * hand_made.ramp(0.8) / top, abs=1e-4)
    assert track.visual[:, 0] == pytest.approx(
        48.5 / SIDE + FOCAL * hand_made.ramp(0.4) / top, abs=1e-4)
    assert track.visible.all()


def test_a_point_on_a_turning_object_turns_along(film, hand_made):
    """A quarter turn about the vertical axis, seen from straight above."""
    plate = {"size": (2.0, 2.0, 0.5), "start": (0.0, 0.0, 0.25), "turn": (0, 0, np.pi / 2)}
    filmed = film((plate,), hand_made.camera_poses((0, 0, 4), elevation=-89.999), side=SIDE)
    track = track_one(filmed, 48, 60, object_id=1)  # 12.5 pixels right of the middle
    offset = (track.visual[-1] - 0.5) * SIDE
    assert offset == pytest.approx([0.5, -12.5], abs=0.05)  # now as far up in the picture


def test_behind_the_camera_there_is_no_position(film, hand_made):
    poses = hand_made.camera_poses((0, -6, 3), azimuth=hand_made.ramp(180), elevation=-20)
    track = track_one(film((), poses, side=SIDE), 80, 48)
    assert np.isnan(track.visual[-1]).all()
    assert not track.visible[-1]
    assert np.isfinite(track.true_motion).all()


def test_without_a_pose_there_is_no_position(film, hand_made):
    cube = {"size": (1.0, 1.0, 1.0), "start": (0.0, 0.0, 0.5)}
    filmed = film((cube,), hand_made.camera_poses((0, -6, 0.5)), side=SIDE)
    filmed.scene.pose_valid[4, 0] = False
    track = track_one(filmed, 48, 48, object_id=1)
    assert np.isnan(track.visual[4]).all()
    assert not track.visible[4]
    assert np.isfinite(track.visual[[3, 5]]).all()


@pytest.fixture
def passing(film, hand_made):
    """A screen passes between the camera and a cube."""
    boxes = (
        {"size": (1.0, 1.0, 1.0), "start": (0.0, 0.0, 0.5)},
        {"size": (0.9, 0.1, 1.6), "start": (-1.5, -2.0, 0.5), "travel": (3.0, 0, 0)},
    )
    return film(boxes, hand_made.camera_poses((0, -6, 0.5)), side=SIDE)


def test_a_point_behind_a_passing_screen_is_not_visible(passing, hand_made):
    """The screen at y = -2 covers the line of sight while |x| < 0.45 (its half width)."""
    track = track_one(passing, 48, 48, object_id=1)
    x = -1.5 + hand_made.ramp(3.0)
    sight = (track.visual[0, 0] - 0.5) / FOCAL * 3.95  # where the sight crosses the screen
    np.testing.assert_array_equal(track.visible, np.abs(x - sight) > 0.45)


def test_depth_and_ids_say_the_same_as_exact_rays(passing, recorded):
    scene = recorded.record(passing.scene)
    rng = np.random.default_rng(3)
    rows, cols = rng.integers(0, SIDE, (2, 400))
    keep = scene.all_depth[0][rows, cols] > 0
    rows, cols = rows[keep], cols[keep]
    ids = scene.all_ids[0][rows, cols].astype(np.int64)
    world = carry_pixels(scene, passing.segment, scene.images, 0, rows, cols, ids)
    exact, guessed = (
        points_visible(s, passing.segment, scene.images, world, ids, LIMITS.track)
        for s in (scene, recorded.without_exact_visibility(scene))
    )
    assert np.mean(exact == guessed) > 0.97
    assert not exact.all()


def test_the_depth_test_needs_the_same_id(passing, recorded):
    plain = recorded.without_exact_visibility(recorded.record(passing.scene))
    images = plain.images
    world = carry_pixels(plain, passing.segment, images, 0, np.array([48]), np.array([48]),
                         np.array([1]))
    for ids, expected in ((np.array([1]), True), (np.array([2]), False)):
        seen = points_visible(plain, passing.segment, images, world, ids, LIMITS.track)
        assert seen[0, 0] == expected


def test_a_point_that_turns_to_the_far_side_is_hidden_by_its_own_object(film, hand_made, recorded):
    """Its pixel shows the same id then: only the depth tells."""
    cube = {"size": (1.0, 1.0, 1.0), "start": (0.0, 0.0, 0.5), "turn": (0, 0, np.pi)}
    filmed = film((cube,), hand_made.camera_poses((0, -6, 0.5)), side=SIDE)
    plain = recorded.without_exact_visibility(recorded.record(filmed.scene))
    world = carry_pixels(plain, filmed.segment, plain.images, 0, np.array([48]), np.array([48]),
                         np.array([1]))
    seen = points_visible(plain, filmed.segment, plain.images, world, np.array([1]), LIMITS.track)
    assert seen[0, 0]
    assert plain.all_ids[-1][48, 48] == 1
    assert not seen[-1, 0]


# Which points are tracked ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tracked(film, hand_made):
    boxes = (
        {"size": (1.0, 1.0, 1.0), "start": (0.0, 0.0, 0.5), "travel": (0.5, 0, 0)},
        {"size": (1.2, 0.8, 1.0), "start": (-1.6, 1.0, 0.5)},
    )
    poses = hand_made.camera_poses(np.add((0, -4, 4), hand_made.ramp((1, 0, 0))), elevation=-40)
    return film(boxes, poses, side=128)


def test_queries_lie_inside_their_mask_and_away_from_depth_edges(tracked):
    assert {t.object_id for t in tracked.measured.tracks} == {0, 1, 2}
    for track in tracked.measured.tracks:
        ids = tracked.scene.instances(track.query_frame)
        depth = tracked.scene.depth(track.query_frame)
        col, row = (int(c) for c in track.visual[track.query_frame] * 128)
        assert (ids[row - 2:row + 3, col - 2:col + 3] == track.object_id).all()
        window = depth[row - 3:row + 4, col - 3:col + 4]
        assert window.max() <= window.min() * LIMITS.anchor.edge_ratio
        assert track.visible[track.query_frame]


def test_queries_keep_away_from_the_edge_of_a_mask_without_a_depth_edge(tracked):
    """Stickers on a wall: many small masks at one depth."""
    rows, cols = np.mgrid[:128, :128]
    ids = np.where((rows % 32 < 9) & (cols % 32 < 7), 1, 0).astype(np.int32)
    shape = (tracked.segment.count, 128, 128)
    images = SegmentImages(np.full(shape, 4, np.float32), np.broadcast_to(ids, shape).copy())
    found = measure_segment(tracked.scene, tracked.segment, images=images).tracks
    assert {t.object_id for t in found} == {0, 1}
    for track in found:
        col, row = (int(c) for c in track.visual[track.query_frame] * 128)
        assert (ids[row - 2:row + 3, col - 2:col + 3] == track.object_id).all()


def test_half_of_the_queries_start_in_the_first_frame(tracked):
    frames = [t.query_frame for t in tracked.measured.tracks]
    assert 0 in frames
    assert len(set(frames)) == 2
    assert [t.index for t in tracked.measured.tracks] == list(range(len(frames)))


@pytest.mark.parametrize(("change", "asked"), [
    ({"is_rigid": False}, False), ({"is_environment": True}, False), ({"is_agent": True}, True)])
def test_what_is_not_rigid_or_only_surroundings_is_not_tracked(tracked, change, asked):
    scene, objects = tracked.scene, tracked.scene.objects
    scene.objects = (replace(objects[0], **change), objects[1])
    try:
        tracks = measure_segment(scene, tracked.segment).tracks
    finally:
        scene.objects = objects
    assert any(t.object_id == 1 for t in tracks) == asked


def test_wheels_and_feet_are_not_tracked(tracked):
    """Upper 65 % of an agent's box: not below 0.15 of its height under the centre."""
    scene, objects = tracked.scene, tracked.scene.objects
    scene.objects = tuple(replace(o, is_agent=True) for o in objects)
    try:
        images = read_images(scene, tracked.segment)
        tracks = [t for t in measure_segment(scene, tracked.segment).tracks if t.object_id]
        for track in tracks:
            n = track.object_id - 1
            x, y = (track.visual[track.query_frame] * 128).astype(int)
            world = carry_pixels(scene, tracked.segment, images, track.query_frame, np.array([y]),
                                 np.array([x]), np.array([track.object_id]))
            height = world[track.query_frame, 0, 2] - scene.world_from_object[0, n, 2, 3]
            assert height >= -0.15 * objects[n].size[2] - 1e-6
    finally:
        scene.objects = objects
    assert tracks


@pytest.mark.parametrize("change", ["no background depth", "unmodelled occluders"])
def test_the_background_is_tracked_only_where_it_is_known_to_be_static(tracked, change):
    scene, facts = tracked.scene, tracked.scene.facts
    capabilities = (
        facts.capabilities - {Capability.BACKGROUND_DEPTH} if change == "no background depth"
        else facts.capabilities | {Capability.UNMODELLED_OCCLUDERS}
    )
    scene.facts = replace(facts, capabilities=capabilities)
    try:
        tracks = measure_segment(scene, tracked.segment).tracks
    finally:
        scene.facts = facts
    assert {t.object_id for t in tracks} == {1, 2}
