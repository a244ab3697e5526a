"""The square view: the centre of the picture, and every number moved with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.scene.camera import project, unproject
from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.pose import invert_pose, transform_points
from fourdp_qa.scene.segment import Segment
from fourdp_qa.scene.square import square_view
from fourdp_qa.scene.standard import standard_for


@pytest.fixture(scope="module")
def wide(box_world):
    return box_world(height=60, width=101, frames=12)


@pytest.fixture(scope="module")
def square(wide):
    return square_view(wide)


def test_a_square_scene_is_returned_unchanged(box_world):
    scene = box_world(height=40, width=40)
    assert square_view(scene) is scene


def test_the_crop_is_central_and_moves_the_principal_point(wide, square):
    # (101 - 60) // 2 = 20 columns are cut on the left.
    assert (square.facts.height, square.facts.width) == (60, 60)
    np.testing.assert_allclose(square.facts.K[:2, 2], [50.5 - 20, 30])
    np.testing.assert_allclose(np.diag(square.facts.K), np.diag(wide.facts.K))
    assert wide.facts.K[0, 2] == 50.5, "the whole scene keeps its own K"


def test_a_tall_picture_is_cut_above_and_below(box_world):
    tall = square_view(box_world(height=101, width=60))
    assert (tall.left, tall.top) == (0, 20)
    assert tall.rgb(0).shape == (60, 60, 3)


def test_images_are_the_same_pixels(wide, square):
    for name in ("rgb", "depth", "instances"):
        whole, part = getattr(wide, name)(3), getattr(square, name)(3)
        np.testing.assert_array_equal(part, whole[:, 20:80])
        assert part.dtype == whole.dtype


def test_a_point_by_hand(wide, square):
    """The pixel in row 33, column 12 of the square is column 32 of the whole: one point in 3D."""
    z = square.depth(0)[33, 12]
    in_square = unproject(square.facts.K, [12.5, 33.5], z)
    in_whole = unproject(wide.facts.K, [32.5, 33.5], wide.depth(0)[33, 32])
    np.testing.assert_allclose(in_square, in_whole)
    # f = 0.9 * 101 = 90.9 px: x = (32.5 - 50.5) / 90.9 z, y = (33.5 - 30) / 90.9 z.
    np.testing.assert_allclose(in_square, [-18 / 90.9 * z, 3.5 / 90.9 * z, z], rtol=1e-6)


def test_poses_are_shared(wide, square):
    assert square.world_from_camera is wide.world_from_camera
    assert square.world_from_object is wide.world_from_object


def test_points_outside_the_square_are_not_seen(wide, square):
    rows, columns = np.nonzero(wide.depth(5) > 0)
    z = wide.depth(5)[rows, columns].astype(float)
    uv = np.stack([columns + 0.5, rows + 0.5], axis=-1)
    points = transform_points(wide.world_from_camera[5], unproject(wide.facts.K, uv, z * (1 - 1e-5)))
    ids = wide.instances(5)[rows, columns].astype(np.int64)
    seen = square.sees(5, points, ids)
    inside = (columns >= 20) & (columns < 80)
    assert not seen[~inside].any()
    np.testing.assert_array_equal(seen[inside], wide.sees(5, points, ids)[inside])
    assert seen[inside].all()


def test_visible_part_is_exact_where_the_object_lies_inside(wide, square):
    for t in range(wide.facts.frame_count):
        cut = wide.instances(t).copy()
        cut[:, 20:80] = 0
        for n, item in enumerate(wide.objects):
            if not (cut == item.id).any() and wide.visible_part(t)[n] > 0:
                assert square.visible_part(t)[n] == pytest.approx(wide.visible_part(t)[n])


def test_visible_part_never_claims_more_than_the_truth(box_world):
    """The truth comes from tracing the narrow picture itself, with the crop's own camera."""
    wide = box_world(height=24, width=120, frames=12)
    square = square_view(wide)
    truth = box_world(height=24, width=24, frames=12, focal=0.9 * 120 / 24)
    np.testing.assert_allclose(truth.facts.K, square.facts.K)
    compared = 0
    for t in range(12):
        np.testing.assert_array_equal(truth.instances(t), square.instances(t))
        for mine, exact in zip(square.visible_part(t), truth.visible_part(t), strict=True):
            if np.isfinite(exact):
                assert np.isfinite(mine)
                assert mine <= exact + 1e-9
                compared += 1
    assert compared > 5


def test_an_object_outside_the_square_has_no_visible_part(wide, square):
    for t in range(12):
        inside = square.instances(t)
        for n, item in enumerate(wide.objects):
            if not (inside == item.id).any():
                part = square.visible_part(t)[n]
                assert np.isnan(part) or part == 0


def test_the_view_is_a_scene_in_its_own_right(square):
    report = check_scene(square)
    assert report.ok, "\n".join(report.lines)


def test_projecting_an_object_lands_on_its_pixels(square):
    centre = square.world_from_object[0, 0, :3, 3]
    in_camera = transform_points(invert_pose(square.world_from_camera[0]), centre[None])
    column, row = project(square.facts.K, in_camera)[0].astype(int)
    if 0 <= column < 60:
        assert square.instances(0)[row, column] == 1


WHOLE = Segment(0, 1, 12, 12.0)


@pytest.fixture
def drive(box_world):
    """A wide picture of one box beside the road, filmed as from a car."""
    def drive(across, height=40, width=160, moves=0.0, beyond=None):
        scene = box_world(height=height, width=width, frames=12, camera_still=True)
        scene.facts = replace(scene.facts, standard="driving")
        places = [across] if beyond is None else [across, beyond]
        camera = scene.world_from_camera[0]
        scene.objects = tuple(replace(o, is_static=False) for o in scene.objects[: len(places)])
        poses = np.tile(np.eye(4), (12, len(places), 1, 1))
        for n, right in enumerate(places):
            poses[:, n] = camera
            step = moves * np.linspace(0, 1, 12) if n == 0 else np.zeros(12)
            poses[:, n, :3, 3] += (right + step)[:, None] * camera[:3, 0] + 4.0 * camera[:3, 2]
        scene.world_from_object = poses
        scene.pose_valid = np.ones((12, len(places)), dtype=bool)
        return scene
    return drive


def reach(scene):
    """How far, in pixels, the square of a drive may leave the middle."""
    return int(scene.facts.K[0, 0] * np.tan(np.radians(standard_for("driving").off_axis)))


def test_a_drive_turns_its_square_to_where_the_objects_are(drive):
    middle = (160 - 40) // 2
    right, left = square_view(drive(0.9), WHOLE), square_view(drive(-0.9), WHOLE)
    assert middle < right.left <= middle + reach(right)
    assert middle - reach(left) <= left.left < middle
    # As little aside as will do: the box is 0.9 / 4 of the focal length right of the middle.
    assert right.left + 40 == pytest.approx(80 + 0.9 / 4 * right.facts.K[0, 0], abs=1.5)


def test_what_lies_farther_aside_than_the_standard_allows_is_left_outside(drive):
    assert square_view(drive(3.0), WHOLE).left == (160 - 40) // 2


def test_a_moving_object_counts_more_than_one_at_rest(drive):
    moving_right = drive(0.9, moves=0.3, beyond=-0.9)
    assert square_view(moving_right, WHOLE).left > (160 - 40) // 2


def test_other_standards_and_no_segment_take_the_middle(drive):
    scene = drive(0.9)
    assert square_view(scene).left == (160 - 40) // 2
    scene.facts = replace(scene.facts, standard="whole")
    assert square_view(scene, WHOLE).left == (160 - 40) // 2


def test_objects_without_a_pose_draw_nothing(drive):
    scene = drive(0.9)
    scene.pose_valid[:] = False
    scene.world_from_object[:] = np.nan
    assert square_view(scene, WHOLE).left == (160 - 40) // 2


def test_the_moved_square_still_fits_its_scene(box_world):
    scene = box_world(height=48, width=120, frames=12)
    scene.facts = replace(scene.facts, standard="driving")
    view = square_view(scene, WHOLE)
    assert view.left != (120 - 48) // 2, "the boxes are not all in the middle"
    report = check_scene(view)
    assert report.ok, report.lines
