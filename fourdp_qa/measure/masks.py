"""What the id images say of every object: pixels, boxes, surface distances, and who touches whom.

An id image is read once, as runs of one id within a row: a segment has millions of pixels and only
some ten thousand runs, from which the rest follows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.scene import Scene
from fourdp_qa.scene.segment import Ids, SegmentImages

Ints = NDArray[np.int64]

SURFACE_SAMPLES = 2048
"""Pixels of one mask whose distance is looked at, spread evenly over it; all of a smaller mask. The
10th percentile then lies between the 9th and the 11th: more pixels cost time and say the same."""
GOLDEN = 0.6180339887498949
"""Multiples of it spread their fractions evenly."""
SURFACE_PERCENTILES = (10, 90)


@dataclass(frozen=True)
class Masks:
    """Masks of N objects over T frames.

    Attributes
    ----------
    pixels : (T, N) how many.
    box : (T, N, 4) x0, y0, x1, y1 in pixels; NaN without a pixel.
    surface : (T, N, 2) 10th and 90th percentile of the distance of the visible surface.
    """

    pixels: Ints
    box: Floats
    surface: Floats


@dataclass(frozen=True)
class _Runs:
    """Neighbouring pixels of one object in one row, R runs, sorted by mask (frame, then object).

    Attributes
    ----------
    mask : (R,) frame * N + object index.
    first : (R,) index of the first pixel in the flattened (T, H, W) images.
    length : (R,) pixels.
    """

    mask: Ints
    first: Ints
    length: Ints


def measure_masks(scene: Scene, images: SegmentImages) -> Masks:
    """Measure the masks of all objects of a scene in all images."""
    frames, height, width = images.instances.shape
    count = len(scene.objects)
    pixels = np.zeros(frames * count, dtype=np.int64)
    box = np.full((frames * count, 4), np.nan)
    surface = np.full((frames * count, 2), np.nan)
    runs = _find_runs(images.instances, np.array([o.id for o in scene.objects], dtype=np.int64))
    masks, begin = np.unique(runs.mask, return_index=True)
    if len(masks):
        row, col = runs.first // width % height, runs.first % width
        pixels[masks] = np.add.reduceat(runs.length, begin)
        box[masks] = np.stack([
            np.minimum.reduceat(col, begin), np.minimum.reduceat(row, begin),
            np.maximum.reduceat(col + runs.length, begin), np.maximum.reduceat(row, begin) + 1,
        ], axis=-1)
        surface[masks] = _surfaces(scene, images, runs, pixels[masks])
    return Masks(pixels.reshape(frames, count), box.reshape(frames, count, 4),
                 surface.reshape(frames, count, 2))


def touched_by_nearer(
    images: SegmentImages, ids: Ints, nearer_by: float
) -> NDArray[np.bool_]:
    """(T, N) whether a pixel of an object has a neighbour of another id whose depth is smaller by
    more than the share `nearer_by`.
    """
    frames, height, width = images.instances.shape
    instances, depth = images.instances.reshape(-1), images.depth.reshape(-1)
    touched = np.zeros((frames, len(ids)), dtype=np.bool_)
    if not len(ids):
        return touched
    for stride in (1, width):  # the neighbours to the right, then those below
        a = np.flatnonzero(instances[:-stride] != instances[stride:])
        a = a[(instances[a] > 0) & (instances[a + stride] > 0)]
        last = a % width == width - 1 if stride == 1 else a // width % height == height - 1
        a = a[~last]
        for far, near in ((a, a + stride), (a + stride, a)):
            hidden = far[depth[near] < depth[far] * (1 - nearer_by)]
            n, known = _index_of(instances[hidden], ids)
            touched[hidden[known] // (width * height), n[known]] = True
    return touched


def _index_of(values: Ids, ids: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each value stands in `ids`, and whether it stands there at all."""
    order = np.argsort(ids)
    place = np.minimum(np.searchsorted(ids, values, sorter=order), len(ids) - 1)
    index = order[place]
    return index, ids[index] == values


def _find_runs(instances: Ids, ids: Ints) -> _Runs:
    flat = instances.reshape(-1)
    begins = np.empty(flat.shape, dtype=np.bool_)
    np.not_equal(flat[1:], flat[:-1], out=begins[1:])
    begins.reshape(instances.shape)[:, :, 0] = True
    first = np.flatnonzero(begins)
    length = np.diff(first, append=flat.size)
    seen = flat[first] > 0
    first, length = first[seen], length[seen]
    if not len(ids) or not len(first):
        return _Runs(*(np.empty(0, dtype=np.int64),) * 3)
    n, known = _index_of(flat[first], ids)
    first, length = first[known], length[known]
    mask = first // (instances.shape[1] * instances.shape[2]) * len(ids) + n[known]
    order = np.argsort(mask, kind="stable")
    return _Runs(mask[order], first[order], length[order])


def _surfaces(scene: Scene, images: SegmentImages, runs: _Runs, pixels: Ints) -> Floats:
    """(M, 2) percentiles of the distance of each of the M masks. Masks of about one size are looked at
    together: as many samples are held for each of them as the largest needs.
    """
    rays = _ray_lengths(scene)
    end = np.cumsum(pixels)
    before = np.cumsum(runs.length) - runs.length
    ahead = np.repeat(runs.first - before, runs.length)
    surface = np.full((len(pixels), 2), np.nan)
    magnitude = np.minimum(np.log2(pixels).astype(np.int64), int(np.log2(SURFACE_SAMPLES)))
    for size in np.unique(magnitude):
        alike = np.flatnonzero(magnitude == size)
        chosen, counts = _spread(pixels[alike], end[alike], ahead)
        surface[alike] = _surface(images, rays, chosen, counts)
    return surface


def _spread(pixels: Ints, end: Ints, ahead: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """(M, S) flat indices of pixels spread evenly over each of the M masks, and which of them count:
    a mask with fewer pixels gives all of them once. The pixels of a mask end before number `end` (M,)
    of all, and number n of all lies at the flat index ``n + ahead[n]``.
    """
    most = int(pixels.max())
    step = within = np.arange(min(SURFACE_SAMPLES, most))
    if most > SURFACE_SAMPLES:
        # Equal strides would follow columns or diagonals of a mask: each pixel is taken somewhere
        # else within its stride, none twice.
        shift = np.modf(step * GOLDEN)[0]
        stride = np.maximum(pixels / SURFACE_SAMPLES, 1)[:, None]
        within = (step * stride + shift * (stride - 1)).astype(np.int64)
    counts = within < pixels[:, None]
    nth = np.minimum((end - pixels)[:, None] + within, end[:, None] - 1)
    return nth + ahead[nth], counts


def _surface(
    images: SegmentImages, rays: NDArray[np.float32], chosen: Ints, counts: NDArray[np.bool_]
) -> Floats:
    """(M, 2) percentiles of the distance from the camera over the pixels that count and have depth."""
    depth = images.depth.reshape(-1)[chosen]
    known = counts & (depth > 0)
    in_frame = chosen - chosen[:, :1] // rays.size * rays.size  # the pixels of a mask share a frame
    distance = depth * rays[in_frame]
    distance[~known] = np.inf
    distance.sort(axis=1)
    last = known.sum(axis=1) - 1
    has = np.flatnonzero(last >= 0)
    percentiles = np.full((len(chosen), 2), np.nan)
    for k, percentile in enumerate(SURFACE_PERCENTILES):
        rank = last[has] * percentile / 100
        low = rank.astype(np.int64)
        below = distance[has, low].astype(np.float64)
        above = distance[has, np.minimum(low + 1, last[has])].astype(np.float64)
        percentiles[has, k] = below + (above - below) * (rank - low)
    return percentiles


def _ray_lengths(scene: Scene) -> NDArray[np.float32]:
    """(H * W,) distance of a point from the camera over its z-depth, at every pixel centre."""
    K, height, width = scene.facts.K, scene.facts.height, scene.facts.width
    y = (np.arange(height)[:, None] + 0.5 - K[1, 2]) / K[1, 1]
    x = (np.arange(width) + 0.5 - K[0, 2] - K[0, 1] * y) / K[0, 0]
    return np.sqrt(x * x + y * y + 1).astype(np.float32).reshape(-1)
