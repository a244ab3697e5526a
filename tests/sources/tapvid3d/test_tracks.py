"""Tracks written in TAPVid-3D's layout read back as they were, and the library's own agree with them."""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.stated_points import CROWDED, QUERIES, UNNAMED_OBJECT, stated_tracks
from fourdp_qa.measure.tracks import track_pixels
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.scene import Capability, ScenePoints
from fourdp_qa.scene.segment import SegmentImages, cut_segments
from fourdp_qa.scene.square import SquareScene
from fourdp_qa.sources.simulator.source import SimulatorHandle
from fourdp_qa.sources.tapvid3d.scene import TapVid3dHandle

SEED, INDEX, SIZE, FRAMES = 7, 4, 112, 24  # a camera that moves clearly past objects that move
FLOAT32 = 2.0**-23


@pytest.fixture(scope="module")
def truth(tracked):
    return tracked(SimulatorHandle(SEED, INDEX, SIZE, FRAMES).open(), query_frames=(0,))


@pytest.fixture(scope="module")
def files(truth, write_npz, tmp_path_factory):
    """The same tracks as a file with the camera's path and as one without."""
    root = tmp_path_factory.mktemp("tapvid3d_dataset")
    name = "tapvid3d_9142545919543484617_86_000_106_000_2_5AKc-TYQochsSWXpv376cA.npz"
    arrays = truth.as_written()
    placed = write_npz(arrays, root / "adt" / "Apartment_release_clean_seq131_5.npz")
    del arrays["extrinsics_w2c"]
    return {"adt": placed, "drivetrack": write_npz(arrays, root / "drivetrack" / name)}


@pytest.fixture(scope="module")
def scene(files):
    return TapVid3dHandle(files["adt"], "adt", "Apartment_release_clean_seq131").open()


@pytest.fixture(scope="module")
def segment():
    return cut_segments(FRAMES, 30.0, FRAMES)[0]


@pytest.fixture(scope="module")
def own(truth, segment):
    """What the library makes of depth, ids and poses of the same scene at the same pixels."""
    simulated = truth.scene
    images = SegmentImages(simulated.depth(0)[None], simulated.instances(0)[None])
    rows, columns = truth.pixels.T
    return track_pixels(simulated, segment, images, 0, rows, columns, truth.ids, default_limits().track)


def test_places_and_flags_come_back_within_what_the_format_rounds(scene, truth):
    apart = np.abs(scene.points().in_camera - truth.in_camera)
    assert apart.max() <= FLOAT32 * np.abs(truth.in_camera).max()
    np.testing.assert_array_equal(scene.points().visible, truth.visible)
    np.testing.assert_allclose(scene.world_from_camera, truth.scene.world_from_camera, atol=1e-12)


def test_tracks_from_depth_and_poses_are_those_of_the_file(scene, truth, own, segment):
    """Both ways lead to the same p, m and flags: lifted here, read there."""
    K, poses = scene.facts.K, truth.scene.world_from_camera
    world = poses[:, None] @ np.concatenate(
        [truth.in_camera, np.ones((*truth.visible.shape, 1))], axis=-1)[..., None]
    frozen = (np.linalg.inv(poses[0]) @ world)[..., :3, 0]
    for points, name in ((scene.points().in_camera, "visual"), (frozen, "true_motion")):
        u, v = (K[i, i] * points[..., i] / points[..., 2] + K[i, 2] for i in (0, 1))
        ahead = points[..., 2] > 1e-3
        stated = np.stack([u, v], axis=-1) / SIZE
        ours = np.stack([getattr(track, name) for track in own], axis=1)
        assert np.abs(ours - stated)[ahead].max() < 2e-5
    ours = np.stack([track.visible for track in own], axis=1)
    np.testing.assert_array_equal(ours, scene.points().visible)


def test_what_is_asked_is_what_the_library_would_ask_at_that_pixel(scene, own, segment):
    asked = [track for track in stated_tracks(scene, segment, scene.points()) if track.query_frame == 0]
    assert len(asked) == QUERIES
    for track in asked:
        twin = min(own, key=lambda other: np.abs(other.visual[0] - track.visual[0]).max())
        np.testing.assert_allclose(track.visual, twin.visual, atol=2e-5)
        np.testing.assert_allclose(track.true_motion, twin.true_motion, atol=2e-5)
        np.testing.assert_array_equal(track.visible, twin.visible)
        assert track.object_id == UNNAMED_OBJECT


def test_each_true_motion_track_is_seen_by_the_camera_of_its_own_query(scene, segment):
    """The query is where both tracks meet; what rests in the world stays there."""
    for track in stated_tracks(scene, segment, scene.points()):
        place = track.visual[track.query_frame]
        np.testing.assert_allclose(track.true_motion[track.query_frame], place, atol=1e-12)
        if track.moved < 1e-4:
            np.testing.assert_allclose(track.true_motion, np.tile(place, (FRAMES, 1)), atol=1e-4)


def moving_share(scene):
    """Of all points of the file; the camera is undone by hand."""
    X = np.concatenate([scene.points().in_camera, np.ones((*scene.points().visible.shape, 1))], axis=-1)
    world = (scene.world_from_camera[:, None] @ X[..., None])[..., :3, 0]
    return (np.linalg.norm(np.ptp(world, axis=0), axis=-1) > 1e-3).mean()


def test_points_are_seen_when_asked_about_and_what_moves_is_not_lost_among_the_rest(scene, segment):
    asked = stated_tracks(scene, segment, scene.points())
    assert all(track.visible[track.query_frame] for track in asked)
    assert len({track.query_frame for track in asked}) == 2
    moves = np.array([np.ptp(track.true_motion, axis=0).max() > 0.01 for track in asked])
    assert moves.mean() >= 0.25 > 5 * moving_share(scene)
    assert [track.moved > 1e-3 for track in asked] == moves.tolist()


def test_without_the_camera_s_path_nothing_is_said_of_true_motion(files, segment):
    scene = TapVid3dHandle(files["drivetrack"], "drivetrack", "9142545919543484617_86_000_106_000").open()
    assert Capability.WORLD_POINT_TRACKS not in scene.facts.capabilities
    tracks = stated_tracks(scene, segment, scene.points())
    assert tracks and all(np.isnan(track.true_motion).all() and np.isnan(track.moved) for track in tracks)
    assert check_scene(scene).ok


def test_two_things_at_one_place_of_the_picture_are_not_asked_about(scene, segment):
    """A point behind another: the coordinates of a question would mean both."""
    whole = scene.points()
    behind = 2.0 * whole.in_camera
    both = ScenePoints(np.concatenate([whole.in_camera, behind], axis=1),
                       np.concatenate([whole.visible, whole.visible], axis=1))
    assert stated_tracks(scene, segment, both) == ()
    aside = 4.0 * CROWDED * SIZE / scene.facts.K[0, 0] * behind[..., 2:]
    beside = behind + aside * np.array([1.0, 0.0, 0.0])
    apart = ScenePoints(np.concatenate([whole.in_camera, beside], axis=1), both.visible)
    assert stated_tracks(scene, segment, apart)


def test_a_point_outside_the_square_is_not_visible_in_it(scene, segment):
    """The clip is a square of the picture; what the whole picture shows beside it is not in the clip."""
    facts = scene.facts
    square = SquareScene(scene, 0, 0)
    square.facts = type(facts)(**{**vars(facts), "width": 80, "height": 80})
    for track in stated_tracks(square, segment, square.points()):
        inside = ((track.visual >= 0) & (track.visual < 1)).all(axis=1)
        assert not track.visible[~inside].any()
