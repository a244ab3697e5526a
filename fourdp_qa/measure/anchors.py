"""By what an object can be named besides its caption: a point on it, or a ring around it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.limits import AnchorLimits, CircleLimits
from fourdp_qa.measure.surroundings import one_id_around, window_of
from fourdp_qa.randomness import generator
from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.scene import Scene
from fourdp_qa.scene.segment import Ids, Segment, SegmentImages

NAMED_FRAME_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Frames at these shares of the segment may be named; more would only make near duplicates."""


@dataclass(frozen=True)
class Anchors:
    """Namings by frame of the clip and object index.

    Attributes
    ----------
    frames : clip frames that questions may name.
    points : (frame, n) -> normalised (x, y) at three decimals, on the object's eroded mask.
    rings : (frame, n) -> ring (x, y, radius) as shares of the side, at that named frame.
    others_in_ring : (frame, n) -> largest share of the ring's disc that one other object fills.
    """

    frames: tuple[int, ...]
    points: dict[tuple[int, int], tuple[float, float]]
    rings: dict[tuple[int, int], tuple[float, float, float]]
    others_in_ring: dict[tuple[int, int], float]


def find_anchors(
    scene: Scene, segment: Segment, images: SegmentImages, mask_box: Floats,
    anchor: AnchorLimits, circle: CircleLimits,
) -> Anchors:
    """Find points and rings for every object seen in a frame that may be named.

    `mask_box` (T, N, 4) are shares of the side, as in ObjectMeasurements.
    """
    frames = tuple(sorted({round(s * (segment.count - 1)) for s in NAMED_FRAME_SHARES}))
    points: dict[tuple[int, int], tuple[float, float]] = {}
    rings: dict[tuple[int, int], tuple[float, float, float]] = {}
    others: dict[tuple[int, int], float] = {}
    asked = [(n, item.id) for n, item in enumerate(scene.objects) if not item.is_environment]
    text, side = segment.text, scene.facts.width
    centres = np.arange(side, dtype=np.float64) + 0.5
    for frame in frames:
        instances = images.instances[frame]
        inner = one_id_around(instances, anchor.erode_px)
        boxes = mask_box[frame].tolist()
        for n, own_id in asked:
            box = boxes[n]
            if math.isnan(box[0]):
                continue
            draw = partial(generator, 0, scene.facts.source, scene.facts.draw_key, text,
                           "anchor", frame, own_id)
            point = _anchor_point(instances, inner, own_id, window_of(box, side), anchor, draw)
            if point is not None:
                points[frame, n] = point
            ring = _ring(box, circle)
            if ring is None:
                continue
            own_pixels, other_pixels, disc = _pixels_in_ring(instances, own_id, ring, centres)
            if other_pixels <= circle.max_other_of_own * own_pixels:
                rings[frame, n] = ring
                others[frame, n] = other_pixels / max(disc, 1)
    return Anchors(frames, points, rings, others)


def _anchor_point(
    instances: Ids, inner: NDArray[np.bool_], own_id: int,
    window: tuple[slice, slice], limits: AnchorLimits, draw: Callable[[], np.random.Generator],
) -> tuple[float, float] | None:
    """A random `inner` pixel centre of an object that lies in `window`, given with three decimals
    and still on the object when read back. `draw` makes the generator: that costs more than to see
    that none is needed.
    """
    side = instances.shape[0]
    own = instances[window] == own_id
    places = np.flatnonzero(own & inner[window])
    if len(places) == 0:
        return None
    row, col = divmod(int(places[int(draw().integers(len(places)))]), own.shape[1])
    # As numpy rounds, and not as Python does: they part where a pixel centre lies half way.
    scale = 10.0**limits.decimals
    x = round((col + window[1].start + 0.5) / side * scale) / scale
    y = round((row + window[0].start + 0.5) / side * scale) / scale
    on = instances[min(int(y * side), side - 1), min(int(x * side), side - 1)] == own_id
    return (x, y) if on else None


def _ring(box: list[float], limits: CircleLimits) -> tuple[float, float, float] | None:
    """Ring around a mask box x0, y0, x1, y1 in shares of the side; None when it would be too large or
    too much of it outside the picture.
    """
    x0, y0, x1, y1 = box
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    radius = max(limits.min_radius, limits.margin * float(np.hypot(x1 - x0, y1 - y0)) / 2)
    if radius > limits.max_radius:
        return None
    inside = [min(c + radius, 1) - max(c - radius, 0) for c in (x, y)]
    if inside[0] * inside[1] < limits.min_inside * (2 * radius) ** 2:
        return None
    return x, y, radius


def _pixels_in_ring(
    instances: Ids, own_id: int, ring: tuple[float, float, float], centres: Floats
) -> tuple[int, int, int]:
    """Pixels of the object, of the one other object with the most, and of the ring's whole disc;
    `centres` (W,) of the pixels of a row or column.
    """
    side = len(instances)
    x, y, radius = ring[0] * side, ring[1] * side, ring[2] * side
    top, bottom = max(int(y - radius), 0), min(int(y + radius) + 1, side)
    left, right = max(int(x - radius), 0), min(int(x + radius) + 1, side)
    across, down = centres[left:right] - x, centres[top:bottom, None] - y
    # A pixel right on the ring is in it: on which side of it must not hang on a last bit.
    disc = across * across + down * down <= radius**2 + 1e-6
    inside = instances[top:bottom, left:right][disc]
    counts = np.bincount(inside, minlength=own_id + 1)
    own = int(counts[own_id])
    counts[0] = counts[own_id] = 0
    return own, int(counts.max()), len(inside)
