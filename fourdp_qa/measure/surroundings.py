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
    return _with_border(low == high, instances.shape, reach)


def even_depth_around(
    depth: NDArray[np.float32], reach: int, ratio: float
) -> NDArray[np.bool_]:
    """(H, W) pixels within `reach` of which all have depth and the largest is at most `ratio` times
    the smallest; beyond the image border there is none.
    """
    low, high = _extremes_around(depth, reach)
    return _with_border((low > 0) & (high <= low * ratio), depth.shape, reach)


def _extremes_around(
    image: NDArray[Number], reach: int
) -> tuple[NDArray[Number], NDArray[Number]]:
    """Smallest and largest value of the square of 2 * reach + 1 pixels that begins at each pixel of the
    flattened image. Squares that go over the end of a row into the next one are among them: passes over
    whole images are many times faster than passes over rows.
    """
    low = high = image.reshape(-1)
    for stride in (1, image.shape[1]):
        low, high = _along(low, stride, reach, np.minimum), _along(high, stride, reach, np.maximum)
    return low, high


def _along(
    values: NDArray[Number], stride: int, reach: int, extreme: np.ufunc
) -> NDArray[Number]:
    """Extreme of every 2 * reach + 1 values `stride` apart; each pass doubles how many it covers."""
    covered, wanted = 1, 2 * reach + 1
    while covered < wanted:
        step = min(covered, wanted - covered)
        values = extreme(values[:-step * stride], values[step * stride:])
        covered += step
    return values


def _with_border(
    squares: NDArray[np.bool_], shape: tuple[int, ...], reach: int
) -> NDArray[np.bool_]:
    """(H, W) what is true of the square around each pixel; False where it leaves the image."""
    columns = shape[1]
    whole = np.zeros(shape, dtype=np.bool_)
    if min(shape) > 2 * reach:
        first = reach * columns + reach
        whole.reshape(-1)[first:first + len(squares)] = squares
        whole[:, :reach] = whole[:, columns - reach:] = False
    return whole
