"""The one entry of the room."""

from __future__ import annotations

import pytest

from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.scene.segment import Segment
from fourdp_qa.scene.square import square_view


def test_measuring_needs_a_square(box_world):
    scene = box_world(height=48, width=64, frames=12)
    segment = Segment(0, 1, 12, 12.0)
    with pytest.raises(ValueError, match="square"):
        measure_segment(scene, segment)
    measured = measure_segment(square_view(scene), segment)
    assert measured.facts.width == measured.facts.height == 48


def test_arrays_have_the_frames_of_the_segment(box_world):
    scene = box_world(height=48, width=48, frames=12)
    measured = measure_segment(scene, Segment(1, 2, 5, 12.0))
    assert measured.motion.distance.shape == (5, 4)
    assert measured.camera.translation.shape == (5, 3)
    assert (measured.camera.world_from_camera == scene.world_from_camera[1:10:2]).all()


def test_every_limit_is_read():
    limits = default_limits()
    assert 0 < limits.visible.min_area < limits.visible.min_area_motion
    assert limits.circle.min_radius < limits.circle.max_radius
    assert limits.circle.min_radius > 3 / 448  # a ring of at least 3 px in the clip
