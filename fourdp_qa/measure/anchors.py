"""By what an object can be named besides its caption: a point on it, or a ring around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.limits import AnchorLimits, CircleLimits
from fourdp_qa.randomness import generator
from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.scene import Scene
from fourdp_qa.scene.segment import Segment, SegmentImages

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
    for frame in frames:
        instances = images.instances[frame]
        for n, item in enumerate(scene.objects):
            if item.is_environment or not np.isfinite(mask_box[frame, n, 0]):
                continue
            rng = generator(0, scene.facts.source, scene.facts.scene_id, segment.text,
                            "anchor", frame, item.id)
            point = _anchor_point(instances == item.id, anchor, rng)
            if point is not None:
                points[frame, n] = point
            ring = _ring(mask_box[frame, n], circle)
            if ring is None:
                continue
            own_pixels, other_pixels, disc = _pixels_in_ring(instances, item.id, ring)
            if other_pixels <= circle.max_other_of_own * own_pixels:
                rings[frame, n] = ring
                others[frame, n] = other_pixels / max(disc, 1)
    return Anchors(frames, points, rings, others)


def erode(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """Pixels whose whole neighbourhood of `pixels` in every direction is in the mask; the image
    border counts as outside.
    """
    for _ in range(pixels):
        padded = np.pad(mask, 1)
        rows = padded[:-2, 1:-1] & padded[1:-1, 1:-1] & padded[2:, 1:-1]
        padded = np.pad(rows, ((0, 0), (1, 1)))
        mask = padded[:, :-2] & padded[:, 1:-1] & padded[:, 2:]
    return mask


def _anchor_point(
    mask: NDArray[np.bool_], limits: AnchorLimits, rng: np.random.Generator
) -> tuple[float, float] | None:
    """A random interior pixel centre, given with three decimals, that is still inside when read back."""
    side = mask.shape[0]
    rows, cols = np.nonzero(erode(mask, limits.erode_px))
    if len(rows) == 0:
        return None
    k = int(rng.integers(len(rows)))
    x = round((cols[k] + 0.5) / side, limits.decimals)
    y = round((rows[k] + 0.5) / side, limits.decimals)
    inside = mask[min(int(y * side), side - 1), min(int(x * side), side - 1)]
    return (float(x), float(y)) if inside else None


def _ring(box: Floats, limits: CircleLimits) -> tuple[float, float, float] | None:
    """Ring around a mask box (4,) in shares of the side; None when it would be too large or leave
    the picture by more than its half.
    """
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    radius = max(limits.min_radius, limits.margin * float(np.hypot(*(box[2:] - box[:2]))) / 2)
    if radius > limits.max_radius or not (0 <= x <= 1 and 0 <= y <= 1):
        return None
    return float(x), float(y), float(radius)


def _pixels_in_ring(
    instances: NDArray[np.int32], own_id: int, ring: tuple[float, float, float]
) -> tuple[int, int, int]:
    """Pixels of the object, of the one other object with the most, and of the ring's whole disc."""
    side = instances.shape[0]
    x, y, radius = (v * side for v in ring)
    rows, cols = np.ogrid[:side, :side]
    disc = (cols + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 <= radius**2
    counts = np.bincount(instances[disc], minlength=own_id + 1)
    own = int(counts[own_id])
    counts[[0, own_id]] = 0
    return own, int(counts.max()), int(disc.sum())
