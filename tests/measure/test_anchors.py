"""Points and rings by which objects are named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.measure.anchors import find_anchors
from fourdp_qa.measure.limits import default_limits
from fourdp_qa.scene.segment import read_images

LIMITS = default_limits()
BOXES = (
    {"size": (1.0, 1.0, 1.0), "start": (0.0, 0.0, 0.5), "travel": (1.0, 0, 0)},
    {"size": (0.6, 0.6, 1.4), "start": (-1.4, 0.6, 0.7)},
    {"size": (0.7, 0.7, 0.7), "start": (1.0, -1.5, 0.35), "travel": (-1.0, 0, 0)},
)


@pytest.fixture(scope="module")
def filmed(film, hand_made):
    return film(BOXES, hand_made.camera_poses((0, -6, 2.0), elevation=-15), side=96)


def test_frames_that_may_be_named_are_spread_over_the_clip(filmed, hand_made):
    assert filmed.measured.anchors.frames == (0, 3, 6, 9, hand_made.FRAMES - 1)


def test_points_lie_well_inside_the_mask_after_rounding(filmed):
    points = filmed.measured.anchors.points
    assert len(points) >= 12
    for (frame, n), (x, y) in points.items():
        assert (x, y) == (round(x, 3), round(y, 3))
        ids = filmed.scene.instances(frame)
        row, col, reach = int(y * len(ids)), int(x * len(ids)), LIMITS.anchor.erode_px
        around = ids[row - reach:row + reach + 1, col - reach:col + reach + 1]
        assert around.shape == (2 * reach + 1, 2 * reach + 1)  # not at the border either
        assert (around == n + 1).all()


@pytest.mark.parametrize("side", [2000, 3001])
def test_a_point_that_rounding_moves_off_the_mask_is_not_given(side):
    """At more than 1000 pixels three decimals are coarser than a pixel: a one-pixel mask fails."""
    from fourdp_qa.measure.anchors import _anchor_point

    mask = np.zeros((side, side), dtype=np.int32)
    mask[side // 2, side // 3] = 7
    window = (slice(side // 2, side // 2 + 1), slice(side // 3, side // 3 + 1))
    point = _anchor_point(mask, mask == 7, 7, window, LIMITS.anchor,
                          lambda: np.random.default_rng(0))
    centre = np.array([side // 3, side // 2]) + 0.5
    kept = (np.floor(np.round(centre / side, 3) * side) == np.floor(centre)).all()
    assert (point is not None) == kept


def test_rings_hold_the_mask_box_and_are_never_too_small_or_large(filmed):
    anchors, boxes = filmed.measured.anchors, filmed.measured.motion.mask_box
    assert len(anchors.rings) >= 12
    for (frame, n), (x, y, radius) in anchors.rings.items():
        x0, y0, x1, y1 = boxes[frame, n]
        for corner in ((x0, y0), (x0, y1), (x1, y0), (x1, y1)):
            assert np.hypot(corner[0] - x, corner[1] - y) <= radius
        assert LIMITS.circle.min_radius <= radius <= LIMITS.circle.max_radius


def test_a_large_object_gets_no_ring(film, hand_made):
    wall = {"size": (6.0, 1.0, 4.0), "start": (0.0, 0.0, 2.0)}
    anchors = film((wall,), hand_made.camera_poses((0, -6, 2.0)), side=64).measured.anchors
    assert not anchors.rings
    assert anchors.points


def test_the_share_of_others_in_a_ring_is_counted_in_pixels(filmed):
    anchors = filmed.measured.anchors
    for (frame, n), (x, y, radius) in anchors.rings.items():
        ids = filmed.scene.instances(frame)
        side = len(ids)
        row, col = np.mgrid[:side, :side] + 0.5
        disc = np.hypot(col - x * side, row - y * side) <= radius * side
        others = [(ids[disc] == other + 1).mean() for other in range(len(BOXES)) if other != n]
        assert anchors.others_in_ring[frame, n] == pytest.approx(max(others))


def test_surroundings_and_unseen_objects_have_no_anchors(filmed):
    scene = filmed.scene
    images = read_images(scene, filmed.segment)
    boxes = filmed.measured.motion.mask_box.copy()
    boxes[0, 1] = np.nan
    objects = scene.objects
    scene.objects = (replace(objects[0], is_environment=True), *objects[1:])
    try:
        anchors = find_anchors(scene, filmed.segment, images, boxes, LIMITS.anchor, LIMITS.circle)
    finally:
        scene.objects = objects
    assert not [place for place in (*anchors.points, *anchors.rings) if place[1] == 0]
    assert (0, 1) not in anchors.rings
    assert (3, 1) in anchors.rings


def test_the_same_scene_gives_the_same_points(filmed):
    images = read_images(filmed.scene, filmed.segment)
    again = find_anchors(filmed.scene, filmed.segment, images, filmed.measured.motion.mask_box,
                         LIMITS.anchor, LIMITS.circle)
    assert again.points == filmed.measured.anchors.points
