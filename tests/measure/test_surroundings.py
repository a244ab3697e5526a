"""Neighbourhoods of pixels, against the plainest way to look at them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fourdp_qa.measure.surroundings import even_depth_around, one_id_around, window_of

ids = arrays(np.int32, (9, 11), elements=st.integers(1, 2), fill=st.just(1))
depths = arrays(np.float32, (9, 11), fill=st.just(np.float32(2)),
                elements=st.sampled_from([0, 2, 2.1, 2.2, 4]).map(np.float32))


def squares(image, reach, beyond):
    """Every pixel with the square around it; `beyond` stands outside the image."""
    padded = np.pad(image, reach, constant_values=beyond)
    size = 2 * reach + 1
    for row, col in np.ndindex(image.shape):
        yield (row, col), padded[row:row + size, col:col + size]


@given(image=ids, reach=st.integers(0, 3))
def test_one_id_means_that_the_whole_square_has_it_and_lies_in_the_image(image, reach):
    found = one_id_around(image, reach)
    for place, square in squares(image, reach, 0):
        assert found[place] == (square == image[place]).all()


@given(image=depths, reach=st.integers(0, 3))
def test_even_depth_means_no_hole_no_jump_and_no_border_in_the_square(image, reach):
    found = even_depth_around(image, reach, 1.05)
    for place, square in squares(image, reach, 0):
        assert found[place] == (square.min() > 0 and square.max() <= square.min() * np.float32(1.05))


def test_an_image_smaller_than_the_square_has_no_such_pixel():
    assert not one_id_around(np.ones((3, 3), np.int32), 2).any()


@pytest.mark.parametrize("side", [96, 448, 1001])
def test_a_window_is_read_back_from_shares_of_the_side(side):
    for low, high in ((0, 1), (7, 33), (side // 3, side)):
        box = np.array([low, 0, high, side]) / side
        assert window_of(box, side) == (slice(0, side), slice(low, high))
