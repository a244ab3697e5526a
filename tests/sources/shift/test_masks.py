"""Run lengths made into an image of ids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.shift.labels import Mask
from fourdp_qa.sources.shift.masks import image_of_ids

VIEW = Path("front")


def test_run_lengths_by_hand():
    """Down the columns of a picture of 2 x 3: 1 out, 2 in, 3 out. A letter is 48 + its number."""
    ids = image_of_ids([Mask(4, b"123", (2, 3))], 2, 3, VIEW, 0)
    np.testing.assert_array_equal(ids, [[0, 4, 0], [4, 0, 0]])


@pytest.mark.parametrize("seed", range(5))
def test_any_masks_come_back(encoded_mask, seed):
    rng = np.random.default_rng(seed)
    wanted = np.zeros((40, 60), np.int32)
    for number in range(1, 5):
        top, left = rng.integers(0, 35), rng.integers(0, 50)
        wanted[top:top + rng.integers(1, 20), left:left + rng.integers(1, 30)] = number
    wanted[rng.random(wanted.shape) < 0.1] = 0
    runs = [(number, encoded_mask(wanted == number)["counts"].encode()) for number in range(1, 5)]
    masks = [Mask(number, counts, (40, 60)) for number, counts in runs]
    ids = image_of_ids(masks, 40, 60, VIEW, 0)
    np.testing.assert_array_equal(ids, wanted)
    assert ids.dtype == np.int32


def test_an_empty_mask_and_a_full_one():
    assert not image_of_ids([Mask(1, b"6", (2, 3))], 2, 3, VIEW, 0).any()
    assert (image_of_ids([Mask(1, b"06", (2, 3))], 2, 3, VIEW, 0) == 1).all()


@pytest.mark.parametrize("counts", [b"", b"1", b"12", b"124", b"1233", b"~~~~", b"\\\\{{"])
def test_what_does_not_fill_the_picture_exactly_is_refused(counts):
    with pytest.raises(SourceDataError, match="run lengths that do not fill the picture"):
        image_of_ids([Mask(1, counts, (2, 3))], 2, 3, VIEW, 0)
