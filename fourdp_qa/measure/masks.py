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
    begin = _first_of_each(runs.mask)
    masks = runs.mask[begin]
    if len(masks):
        row, col = runs.first // width % height, runs.first % width
        pixels[masks] = np.add.reduceat(runs.length, begin)
        box[masks] = np.stack([
            np.minimum.reduceat(col, begin), np.minimum.reduceat(row, begin),
            np.maximum.reduceat(col + runs.length, begin), np.maximum.reduceat(row, begin) + 1,
        ], axis=-1)
        surface[masks] = _surfaces(scene, images, runs, begin, pixels[masks])
    return Masks(pixels.reshape(frames, count), box.reshape(frames, count, 4),
                 surface.reshape(frames, count, 2))


def touched_by_nearer(
    images: SegmentImages, ids: Ints, nearer_by: float
) -> NDArray[np.bool_]:
    """(T, N) whether a pixel of an object has a neighbour of another id whose depth is smaller by
    more than the share `nearer_by`.
    """
    touched = np.zeros((len(images.instances), len(ids)), dtype=np.bool_)
    if not len(ids):
        return touched
    rows = _rows_with_objects(images.instances)
    instances = images.instances[:, rows].reshape(-1)
    height, width = rows.stop - rows.start, images.instances.shape[2]
    depth = images.depth.reshape(-1)
    for stride in (1, width):  # the neighbours to the right, then those below
        a = np.flatnonzero(instances[:-stride] != instances[stride:])
        a = a[(instances[a] > 0) & (instances[a + stride] > 0)]
        last = a % width == width - 1 if stride == 1 else a // width % height == height - 1
        a = a[~last]
        there = _in_whole(a, rows, images.instances.shape)
        for far, near in ((0, stride), (stride, 0)):
            hidden = a[depth[there + near] < depth[there + far] * (1 - nearer_by)] + far
            n, known = _index_of(instances[hidden], ids)
            touched[hidden[known] // (width * height), n[known]] = True
    return touched


def _rows_with_objects(instances: Ids) -> slice:
    """The rows of images (T, H, W) between which all objects lie: the others need no second look."""
    rows = np.flatnonzero(instances.max(axis=0).any(axis=1))
    return slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)


def _in_whole(index: Ints, rows: slice, shape: tuple[int, ...]) -> Ints:
    """Flat indices in whole images (T, H, W) of flat indices in some rows of them."""
    _, height, width = shape
    kept = rows.stop - rows.start
    return index + (index // max(kept * width, 1) * (height - kept) + rows.start) * width


def _index_of(values: Ids, ids: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each value stands in `ids`, and whether it stands there at all."""
    if values.dtype == np.uint8:
        place = np.full(np.iinfo(np.uint8).max + 1, -1)
        fits = (ids >= 0) & (ids < len(place))
        place[ids[fits]] = np.flatnonzero(fits)
        index = place[values]
        return index, index >= 0
    order = np.argsort(ids)
    place = np.minimum(np.searchsorted(ids, values, sorter=order), len(ids) - 1)
    index = order[place]
    return index, ids[index] == values


def _find_runs(instances: Ids, ids: Ints) -> _Runs:
    rows = _rows_with_objects(instances)
    part = instances[:, rows]
    flat = part.reshape(-1)
    begins = np.empty(flat.shape, dtype=np.bool_)
    np.not_equal(flat[1:], flat[:-1], out=begins[1:])
    begins.reshape(part.shape)[:, :, 0] = True
    first = np.flatnonzero(begins)
    length = np.diff(first, append=flat.size)
    seen = flat[first] > 0
    first, length = first[seen], length[seen]
    if not len(ids) or not len(first):
        return _Runs(*(np.empty(0, dtype=np.int64),) * 3)
    n, known = _index_of(flat[first], ids)
    first, length = _in_whole(first[known], rows, instances.shape), length[known]
    mask = first // (instances.shape[1] * instances.shape[2]) * len(ids) + n[known]
    few = instances.shape[0] * len(ids) <= np.iinfo(np.uint16).max  # numbers of 16 bits are sorted faster
    order = np.argsort(mask.astype(np.uint16) if few else mask, kind="stable")
    return _Runs(mask[order], first[order], length[order])


def _first_of_each(sorted_values: Ints) -> Ints:
    """Where each value of a sorted array stands first."""
    begins = np.ones(len(sorted_values), dtype=np.bool_)
    np.not_equal(sorted_values[1:], sorted_values[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def _surfaces(
    scene: Scene, images: SegmentImages, runs: _Runs, begin: Ints, pixels: Ints
) -> Floats:
    """(M, 2) percentiles of the distance of each of the M masks, whose runs start at `begin` (M,)."""
    rays = _ray_lengths(scene)
    frame = runs.first[begin] // rays.size
    large = pixels > SURFACE_SAMPLES
    of_large = np.repeat(large, np.diff(begin, append=len(runs.mask)))
    surface = np.full((len(pixels), 2), np.nan)
    in_small = _ahead(runs, ~of_large)
    in_small += np.arange(len(in_small))
    for which, samples, places in (
        (~large, pixels[~large], in_small),
        (large, np.full(np.count_nonzero(large), SURFACE_SAMPLES),
         _spread(pixels[large], _ahead(runs, of_large))),
    ):
        depth = images.depth.reshape(-1).take(places)
        places -= np.repeat(frame[which] * rays.size, samples)
        surface[which] = _percentiles(depth, rays.take(places), samples)
    return surface


def _ahead(runs: _Runs, which: NDArray[np.bool_]) -> Ints:
    """Pixel number n of all pixels of the chosen runs lies at the flat index ``n + ahead[n]``."""
    first, length = runs.first[which], runs.length[which]
    return np.repeat(first - np.cumsum(length) + length, length)


def _spread(pixels: Ints, ahead: Ints) -> Ints:
    """Flat indices of `SURFACE_SAMPLES` pixels spread evenly over each of M large masks, mask after
    mask, from the pixels (M,) of each and how far each pixel lies `ahead`.
    """
    # Equal strides would follow columns or diagonals of a mask: each pixel is taken somewhere else
    # within its stride, none twice.
    step = np.arange(SURFACE_SAMPLES)
    shift = np.modf(step * GOLDEN)[0]
    stride = (pixels / SURFACE_SAMPLES)[:, None]
    within = (step * stride + shift * (stride - 1)).astype(np.int64)
    nth = ((np.cumsum(pixels) - pixels)[:, None] + within).reshape(-1)
    return nth + ahead[nth]


def _percentiles(
    depth: NDArray[np.float32], rays: NDArray[np.float32], samples: Ints
) -> Floats:
    """(M, 2) percentiles of the distance from the camera over those pixels of M masks that have depth.

    `depth` and the length of the `rays` of so many samples (M,) of each mask follow each other.
    """
    distance = depth * rays
    known = depth > 0
    end = np.cumsum(samples)
    begin, last = end - samples, samples - 1
    if not known.all():
        distance[~known] = np.inf
        last = np.add.reduceat(known, begin, dtype=np.int64) - 1
    for low, high in zip(begin.tolist(), end.tolist(), strict=True):
        distance[low:high].sort()
    has = np.flatnonzero(last >= 0)
    begin, last = begin[has], last[has]
    percentiles = np.full((len(samples), 2), np.nan)
    for k, percentile in enumerate(SURFACE_PERCENTILES):
        rank = last * percentile / 100
        low = rank.astype(np.int64)
        below = distance[begin + low].astype(np.float64)
        above = distance[begin + np.minimum(low + 1, last)].astype(np.float64)
        percentiles[has, k] = below + (above - below) * (rank - low)
    return percentiles


def _ray_lengths(scene: Scene) -> NDArray[np.float32]:
    """(H * W,) distance of a point from the camera over its z-depth, at every pixel centre."""
    K, height, width = scene.facts.K, scene.facts.height, scene.facts.width
    y = (np.arange(height)[:, None] + 0.5 - K[1, 2]) / K[1, 1]
    skew = K[0, 1] * y if K[0, 1] else 0.0  # nearly always none, and x then the same in all rows
    x = (np.arange(width) + 0.5 - K[0, 2] - skew) / K[0, 0]
    return np.sqrt(x * x + y * y + 1).astype(np.float32).reshape(-1)
