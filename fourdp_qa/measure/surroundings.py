"""What lies around every pixel of an image: is it well inside one mask, and away from jumps of depth?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.segment import Ids

Number = TypeVar("Number", bound=np.number)


def window_of(mask_box: Sequence[float], side: int) -> tuple[slice, slice]:
    """Rows and columns of a mask whose box is given as x0, y0, x1, y1 in shares of the side."""
    x0, y0, x1, y1 = mask_box
    return slice(round(y0 * side), round(y1 * side)), slice(round(x0 * side), round(x1 * side))


def one_id_around(instances: Ids, reach: int) -> NDArray[np.bool_]:
    """(H, W) pixels within `reach` of which, in every direction, there is only their own id; the
    image border counts as another one.
    """
    low, high = _extremes_around(instances, reach)
    return _with_border(low == high, reach)


def even_depth_around(
    depth: NDArray[np.float32], reach: int, ratio: float
) -> NDArray[np.bool_]:
    """(H, W) pixels within `reach` of which all have depth and the largest is at most `ratio` times
    the smallest; beyond the image border there is none.
    """
    low, high = _extremes_around(depth, reach)
    return _with_border((low > 0) & (high <= low * ratio), reach)


def _extremes_around(
    image: NDArray[Number], reach: int
) -> tuple[NDArray[Number], NDArray[Number]]:
    """Smallest and largest value in the square of 2 * reach + 1 pixels around every pixel that is at
    least `reach` away from the border.
    """
    low = high = image
    for _ in range(2):
        low, high = _along_columns(low, reach, np.minimum).T, _along_columns(high, reach, np.maximum).T
    return low, high


def _along_columns(image: NDArray[Number], reach: int, extreme: np.ufunc) -> NDArray[Number]:
    """Extreme of every 2 * reach + 1 neighbours of a column; each pass doubles how many it covers."""
    covered, wanted = 1, 2 * reach + 1
    while covered < wanted:
        step = min(covered, wanted - covered)
        image = extreme(image[:-step], image[step:])
        covered += step
    return image


def _with_border(inner: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    rows, columns = inner.shape
    whole = np.zeros((rows + 2 * reach, columns + 2 * reach), dtype=np.bool_)
    whole[reach:reach + rows, reach:reach + columns] = inner
    return whole
