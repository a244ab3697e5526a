"""Masks: what runs of ids give, against the plainest way to look at every mask."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fourdp_qa.measure.masks import SURFACE_SAMPLES, measure_masks, touched_by_nearer
from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.scene import ObjectFacts
from fourdp_qa.scene.segment import SegmentImages

IDS = (7, 2, 5000)
"""In no order and with gaps; 4 is in the pictures and not an object."""
NEARER_BY = 0.02
SIDE = 6
pictures = arrays(np.int32, (3, SIDE, SIDE), elements=st.sampled_from([0, 2, 4, 7, 5000]))
depths = arrays(np.float32, (3, SIDE, SIDE),
                elements=st.sampled_from([0, 1, 1.01, 3]).map(np.float32))


@pytest.fixture(scope="module")
def with_ids(box_world):
    """``with_ids(side)``: a scene whose objects have IDS; its pictures come with each test."""
    def make(side):
        scene = box_world(height=side, width=side, frames=12)
        scene.objects = tuple(ObjectFacts(id=i, kind="", caption="", size=np.ones(3)) for i in IDS)
        return scene
    return make


def distances(scene, depth):
    """Distance from the camera at every pixel."""
    height, width = depth.shape
    return np.linalg.norm(unproject(scene.facts.K, pixel_centres(height, width), depth), axis=-1)


@given(instances=pictures, depth=depths)
def test_every_mask_is_measured_as_if_it_were_alone(with_ids, instances, depth):
    scene = with_ids(SIDE)
    masks = measure_masks(scene, SegmentImages(depth, instances))
    for t in range(3):
        for n, own in enumerate(IDS):
            mask = instances[t] == own
            assert masks.pixels[t, n] == mask.sum()
            distance = distances(scene, depth[t])[mask & (depth[t] > 0)]
            expected = np.percentile(distance, [10, 90]) if distance.size else [np.nan] * 2
            np.testing.assert_allclose(masks.surface[t, n], expected, rtol=1e-6)
            rows, cols = np.nonzero(mask)
            box = ([cols.min(), rows.min(), cols.max() + 1, rows.max() + 1] if mask.any()
                   else [np.nan] * 4)
            np.testing.assert_array_equal(masks.box[t, n], box)


def test_a_large_mask_is_sampled_evenly(with_ids):
    """A slope, a step and noise: the 10th percentile of a sample lies between the 9th and the 11th."""
    side, scene = 200, with_ids(200)
    instances = np.full((3, side, side), 7, np.int32)
    rng = np.random.default_rng(1)
    depth = np.empty((3, side, side), np.float32)
    depth[0] = np.linspace(2, 5, side)
    depth[1] = np.where(np.arange(side) % 8 < 4, 2, 3) + np.linspace(0, 1, side)[:, None]
    depth[2] = rng.uniform(2, 9, (side, side))
    assert side * side > SURFACE_SAMPLES
    surface = measure_masks(scene, SegmentImages(depth, instances)).surface
    for t in range(3):
        distance = distances(scene, depth[t])
        low, high = ((distance <= value).mean() for value in surface[t, 0])
        assert low == pytest.approx(0.1, abs=0.01)
        assert high == pytest.approx(0.9, abs=0.01)


def test_pixels_without_depth_do_not_count_as_surface(with_ids):
    instances = np.full((1, SIDE, SIDE), 2, np.int32)
    depth = np.zeros((1, SIDE, SIDE), np.float32)
    scene = with_ids(SIDE)
    assert np.isnan(measure_masks(scene, SegmentImages(depth, instances)).surface).all()
    depth[0, 3, 2] = 4
    found = measure_masks(scene, SegmentImages(depth, instances)).surface[0, 1]
    assert found == pytest.approx(distances(scene, depth[0])[3, 2])


@given(instances=pictures, depth=depths)
def test_touched_means_a_clearly_nearer_neighbour_of_another_id(instances, depth):
    found = touched_by_nearer(SegmentImages(depth, instances), np.array(IDS), NEARER_BY)
    expected = np.zeros((3, len(IDS)), bool)
    for t, row, col in np.ndindex(instances.shape):
        own = instances[t, row, col]
        for r, c in ((row, col + 1), (row, col - 1), (row + 1, col), (row - 1, col)):
            if own in IDS and 0 <= r < SIDE and 0 <= c < SIDE:
                other = instances[t, r, c]
                nearer = depth[t, r, c] < depth[t, row, col] * np.float32(1 - NEARER_BY)
                expected[t, IDS.index(own)] |= other not in (0, own) and nearer
    np.testing.assert_array_equal(found, expected)


def test_a_scene_without_objects_has_no_masks(with_ids):
    scene = with_ids(SIDE)
    scene.objects = ()
    images = SegmentImages(np.ones((2, SIDE, SIDE), np.float32), np.ones((2, SIDE, SIDE), np.int32))
    assert measure_masks(scene, images).pixels.shape == (2, 0)
    assert touched_by_nearer(images, np.array([], dtype=np.int64), NEARER_BY).shape == (2, 0)


def test_pictures_may_be_views_of_others(with_ids):
    """A recording played backwards gives arrays with negative strides."""
    rng = np.random.default_rng(0)
    instances = rng.choice([0, 2, 7], (3, SIDE, SIDE)).astype(np.int32)
    depth = rng.uniform(1, 2, (3, SIDE, SIDE)).astype(np.float32)
    scene = with_ids(SIDE)
    forth = measure_masks(scene, SegmentImages(depth, instances))
    back = measure_masks(scene, SegmentImages(depth[::-1], instances[::-1]))
    np.testing.assert_array_equal(forth.box, back.box[::-1])
    np.testing.assert_array_equal(forth.surface, back.surface[::-1])
