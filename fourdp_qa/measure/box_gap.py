"""The gap between oriented boxes: the shortest way from one solid to the other, in closed form.

Letters in shapes: M pairs of boxes. Two boxes that do not meet are nearest at a corner of one of
them, or at an edge of each; so the corners and the pairs of edges are all there is to look at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats

_SIGNS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
_EDGE_AXIS = np.repeat(np.arange(3), 4)
"""Twelve edges: four along each axis."""
_EDGE_MIDDLE = np.array([
    np.insert(signs, axis, 0.0) for axis in range(3) for signs in ((-1, -1), (-1, 1), (1, -1), (1, 1))
])
_PARALLEL = 1e-12
"""Squared sine below which two edges count as parallel; corners then give the distance anyway."""
_SLACK = 1e-9
"""Of a cosine: the cross of two parallel edges is no direction, and must not part boxes that meet."""


def box_gaps(
    world_from_a: Floats, size_a: Floats, world_from_b: Floats, size_b: Floats
) -> Floats:
    """Distance (M,) between solid boxes a and b, scene units; 0 where they touch or overlap.

    Parameters
    ----------
    world_from_a, world_from_b : (M, 4, 4) poses, origin at the box centre.
    size_a, size_b : (M, 3) edges, scene units.
    """
    turn_a, turn_b = world_from_a[:, :3, :3], world_from_b[:, :3, :3]
    half_a, half_b = size_a / 2, size_b / 2
    # All in the axes of box a: its own edges are then the unit vectors.
    turn = np.swapaxes(turn_a, 1, 2) @ turn_b
    offset = world_from_b[:, :3, 3] - world_from_a[:, :3, 3]
    offset = np.einsum("mij,mi->mj", turn_a, offset)
    corners_b = offset[:, None] + (_SIGNS * half_b[:, None]) @ np.swapaxes(turn, 1, 2)
    corners_a = (_SIGNS * half_a[:, None] - offset[:, None]) @ turn
    squared = np.minimum(_to_box(corners_b, half_a), _to_box(corners_a, half_b))
    squared = np.minimum(squared, _between_edges(turn, offset, half_a, half_b))
    return np.where(_meet(turn, offset, half_a, half_b), 0.0, np.sqrt(squared))


def _to_box(points: Floats, half: Floats) -> Floats:
    """Smallest squared distance (M,) from points (M, P, 3) in a box's axes to the box."""
    outside = np.maximum(np.abs(points) - half[:, None], 0.0)
    return np.einsum("mpi,mpi->mp", outside, outside).min(axis=1)


def _between_edges(turn: Floats, offset: Floats, half_a: Floats, half_b: Floats) -> Floats:
    """Smallest squared distance (M,) between points of an edge of a and of an edge of b, in a's axes.

    The nearest points of the two lines, cut to the edges. Where the cut moves one of them it is a
    corner, and the corners are looked at already.
    """
    middle_a = _EDGE_MIDDLE * half_a[:, None]  # (M, 12, 3)
    middle_b = offset[:, None] + (_EDGE_MIDDLE * half_b[:, None]) @ np.swapaxes(turn, 1, 2)
    reach_a = half_a[:, _EDGE_AXIS, None]  # (M, 12, 1)
    reach_b = half_b[:, None, _EDGE_AXIS]  # (M, 1, 12)
    cosine = turn[:, _EDGE_AXIS][:, :, _EDGE_AXIS]  # (M, 12, 12)
    # What a pair of edges needs of its middles: b - a along edge a, a - b along edge b, |a - b|^2.
    along_a = middle_b[:, :, _EDGE_AXIS].swapaxes(1, 2) - np.take_along_axis(
        middle_a, _EDGE_AXIS[None, :, None], axis=2)
    in_b = middle_a @ turn  # (M, 12, 3) middles of a along the axes of b
    own_b = np.einsum("mpi,mip->mp", middle_b, turn[:, :, _EDGE_AXIS])
    along_b = in_b[:, :, _EDGE_AXIS] - own_b[:, None]
    squared = (
        np.einsum("mpi,mpi->mp", middle_a, middle_a)[:, :, None]
        + np.einsum("mpi,mpi->mp", middle_b, middle_b)[:, None]
        - 2 * middle_a @ middle_b.swapaxes(1, 2)
    )
    sine = 1.0 - cosine**2
    s = np.where(sine > _PARALLEL, (along_a + cosine * along_b) / np.maximum(sine, _PARALLEL), 0.0)
    s = np.clip(s, -reach_a, reach_a)
    t = np.clip(along_b + cosine * s, -reach_b, reach_b)
    squared = squared + s * s + t * t - 2 * (s * along_a + t * along_b + s * t * cosine)
    return np.maximum(squared, 0.0).min(axis=(1, 2))


def _meet(turn: Floats, offset: Floats, half_a: Floats, half_b: Floats) -> NDArray[np.bool_]:
    """Whether boxes touch or overlap (M,): no face normal and no cross of two edges parts them."""
    size = np.abs(turn) + _SLACK
    apart = (np.abs(offset) > half_a + (size @ half_b[..., None])[..., 0]).any(axis=1)
    in_b = (offset[:, None] @ turn)[:, 0]
    apart |= (np.abs(in_b) > half_b + (half_a[:, None] @ size)[:, 0]).any(axis=1)
    j, k = [1, 2, 0], [2, 0, 1]
    across = np.abs(offset[:, k, None] * turn[:, j] - offset[:, j, None] * turn[:, k])
    reach_a = half_a[:, j, None] * size[:, k] + half_a[:, k, None] * size[:, j]
    reach_b = half_b[:, None, j] * size[:, :, k] + half_b[:, None, k] * size[:, :, j]
    apart |= (across > reach_a + reach_b).any(axis=(1, 2))
    return np.logical_not(apart)
