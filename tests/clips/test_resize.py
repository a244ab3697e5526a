"""A square image changes its side without shifting, ringing or being squashed."""

import numpy as np
import pytest

from fourdp_qa.clips.resize import resize_square
from fourdp_qa.errors import FourdpQaError


def test_the_same_side_is_the_same_image():
    image = np.random.default_rng(0).integers(0, 255, (48, 48, 3), dtype=np.uint8)
    assert resize_square(image, 48) is image


def test_down_is_the_mean_over_each_pixels_area():
    image = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    means = image.reshape(16, 4, 16, 4, 3).mean(axis=(1, 3))
    assert np.abs(resize_square(image, 16) - means).max() <= 1


@pytest.mark.parametrize("size", [40, 64, 200, 448])
def test_a_point_keeps_its_normalised_place(size):
    side = 100
    y, x = np.mgrid[:side, :side] + 0.5
    spot = 255 * np.exp(-((x - 31) ** 2 + (y - 62) ** 2) / 50)
    resized = resize_square(np.repeat(spot[..., None], 3, axis=2).astype(np.uint8), size)[..., 0]
    y, x = np.mgrid[:size, :size] + 0.5
    total = resized.sum(dtype=float)
    assert (x * resized).sum() / total / size == pytest.approx(0.31, abs=0.003)
    assert (y * resized).sum() / total / size == pytest.approx(0.62, abs=0.003)


def test_an_oblong_image_is_refused():
    with pytest.raises(FourdpQaError, match=r"64x48.*expected a square one"):
        resize_square(np.zeros((48, 64, 3), np.uint8), 32)
