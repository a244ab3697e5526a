"""The square view: where its pixels lie in the stored picture, and which model each of them meets."""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.scene.pose import make_pose
from fourdp_qa.sources.hot3d.caster import NOTHING, ModelCaster
from fourdp_qa.sources.hot3d.fisheye import Fisheye624
from fourdp_qa.sources.hot3d.models import Model
from fourdp_qa.sources.hot3d.rectify import Rectifier, square_camera

CUBE = np.array([[x, y, z] for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0)])
SIDES = np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
                  [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3]], dtype=np.int32)
PLAIN = Fisheye624.of([100.0, 99.5, 79.5, *[0.0] * 12], 1.2)  # of 200 x 160 pixels, its centre in the middle


def box(*size):
    """A model whose origin is a corner of it."""
    return Model(CUBE * size, SIDES)


def test_each_pixel_is_found_at_the_stored_pixel_nearest_to_its_centre():
    """The upper right pixel looks up and to the right: in a picture on its side, x down, that is at low x and
    low y.
    """
    rows, columns, known = Rectifier(PLAIN, 4, 160, 200).stored_pixels()
    assert known.all()
    # Centres of the view lie at 0.25 and 0.75 from the middle, at tan 1; by hand for the upper right one:
    away = np.arctan(np.hypot(0.75, 0.75)) * np.sqrt(0.5) * 100
    assert (columns[0, 3], rows[0, 3]) == (round(99.5 - away), round(79.5 - away))
    assert (columns[3, 3], rows[3, 3]) == (round(99.5 + away), round(79.5 - away))
    assert (columns[0, 0], rows[0, 0]) == (round(99.5 - away), round(79.5 + away))


def test_stored_pixels_are_no_farther_than_half_a_pixel(calibrations):
    camera = Fisheye624.of(calibrations["Quest 3"], 1.2)
    rectifier = Rectifier(camera, 64, 1024, 1280)
    rows, columns, known = rectifier.stored_pixels()
    centre = (np.arange(64) + 0.5 - 32) / 32
    x, y = np.meshgrid(centre, centre)
    uv = camera.project(np.stack([y, -x, np.ones_like(x)], axis=-1))
    assert known.all()
    assert np.abs(uv - np.stack([columns, rows], axis=-1)).max() <= 0.5


def test_a_picture_of_one_colour_stays_it_and_black_is_what_the_lens_does_not_show():
    picture = np.full((160, 200, 3), (10, 200, 77), dtype=np.uint8)
    view = Rectifier(PLAIN, 32, 160, 200).colour(picture)
    np.testing.assert_array_equal(view[16, 16], [10, 200, 77])
    narrow = Fisheye624.of([100.0, 99.5, 79.5, *[0.0] * 12], 0.5)
    assert not Rectifier(narrow, 32, 160, 200).colour(picture)[0].any()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_nearer_of_two_models_is_met_whichever_is_listed_first(order):
    """A small box at 2 m before a large one at 4 m: depth by hand, at faces turned to the camera."""
    models = [box(0.4, 0.4, 0.2), box(2.0, 2.0, 0.2)]
    poses = [make_pose(np.eye(3), [0, 0, 2.0]), make_pose(np.eye(3), [0, 0, 4.0])]
    caster = ModelCaster(tuple(models[n] for n in order), square_camera(40), 40)
    depth, nearest = caster.cast(np.stack([poses[n] for n in order]))
    assert nearest[20, 20] == order.index(0) and nearest[20, 24] == order.index(1)
    assert nearest[2, 2] == NOTHING and depth[2, 2] == 0
    np.testing.assert_allclose([depth[20, 20], depth[20, 24]], [1.9, 3.9], rtol=1e-6)
    assert (nearest == order.index(0)).sum() == 16  # 0.4 m at 1.9 m: 4.2 pixels, of which 4 centres


def test_a_model_around_the_camera_or_behind_it_or_without_a_pose():
    model = box(1.0, 1.0, 1.0)
    caster = ModelCaster((model,), square_camera(16), 16)
    depth, nearest = caster.cast(make_pose(np.eye(3), np.zeros(3))[None])
    assert (nearest == 0).all() and np.allclose(depth, 0.5, rtol=1e-6)
    behind, aside = (make_pose(np.eye(3), place) for place in ([0, 0, -3.0], [9.0, 0, 2]))
    for pose in (behind, aside, np.full((4, 4), np.nan)):
        assert (caster.cast(pose[None])[1] == NOTHING).all()


def test_a_model_knows_its_box_and_its_outline():
    model = box(1.0, 2.0, 3.0)
    np.testing.assert_array_equal(model.centre, [0.5, 1.0, 1.5])
    np.testing.assert_array_equal(model.size, [1, 2, 3])
    assert {tuple(point) for point in model.outline} == {tuple(point) for point in CUBE * (1, 2, 3)}
