"""What masks and depth show of each object: its lifted pixels in every frame, and tracked points on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import inside_image, project, unproject
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.scene import Scene
from fourdp_qa.sources.reconstruction.agreement import Stored, frames_compared
from fourdp_qa.sources.reconstruction.constants import (
    EROSION,
    FEWEST_POINTS,
    LEAST_FRAMED,
    LEAST_INSIDE,
    POINTS_PER_MASK,
)
from fourdp_qa.sources.reconstruction.reconstructed import PointTracks

UNSEEN = -1


@dataclass
class Surface:
    """One object in all frames.

    Attributes
    ----------
    points : frame -> (P, 3) lifted pixels of its mask in the world; only where there are enough.
    cut : frames in which the border of the picture cuts its mask.
    """

    points: dict[int, Floats] = field(default_factory=dict)
    cut: set[int] = field(default_factory=set)

    @property
    def whole(self) -> list[int]:
        """Frames in which it has points and the border does not cut it."""
        return [t for t in self.points if t not in self.cut]


@dataclass
class Surfaces:
    """All objects of a scene.

    Attributes
    ----------
    of : id -> Surface
    tracked : (T, P) id under each tracked point, 0 off the masks, `UNSEEN` where it is not seen; None
        without tracks.
    compared : frames whose depth and ids are kept, the first and the last among them.
    depth, ids : of those, by frame.
    """

    of: dict[int, Surface]
    tracked: NDArray[np.int64] | None
    compared: list[int]
    depth: dict[int, NDArray[np.float32]]
    ids: dict[int, NDArray[np.int32]]


def gather(scene: Scene, stored: Stored, tracks: PointTracks | None) -> Surfaces:
    """Read depth and ids (`stored`) of every frame once; `scene` has poses and intrinsics."""
    count = scene.facts.frame_count
    compared, edge = frames_compared(count), erosion(scene)
    found = Surfaces({}, None if tracks is None else np.full(tracks.visible.shape, UNSEEN), compared, {}, {})
    for t in range(count):
        depth, ids = stored(t)
        if t in compared:
            found.depth[t], found.ids[t] = depth, ids
        inner = _inner(ids, edge) & (depth > 0)
        border = np.unique(np.concatenate([ids[:2].ravel(), ids[-2:].ravel(), ids[:, :2].ravel(),
                                           ids[:, -2:].ravel()]))
        for k in np.unique(ids[ids > 0]).tolist():
            surface = found.of.setdefault(k, Surface())
            if k in border:
                surface.cut.add(t)
            mask = ids == k
            pixels = np.argwhere(inner & mask)
            if _measured(mask, pixels, edge):
                surface.points[t] = _lifted(scene, t, depth, _spread(pixels))
        if tracks is not None and found.tracked is not None:
            found.tracked[t] = _under(scene, t, ids, tracks)
    return found


def erosion(scene: Scene) -> int:
    """Pixels of a mask's edge that are left out."""
    return max(1, round(EROSION * min(scene.facts.height, scene.facts.width)))


def _inner(ids: NDArray[np.int32], n: int) -> NDArray[np.bool_]:
    """Pixels whose mask goes on for `n` pixels around them."""
    inner = np.zeros(ids.shape, dtype=np.bool_)
    middle = ids[n:-n, n:-n]
    same = np.ones(middle.shape, dtype=np.bool_)
    for down in (-n, 0, n):
        for across in (-n, 0, n):
            same &= middle == ids[n + down : ids.shape[0] - n + down, n + across : ids.shape[1] - n + across]
    inner[n:-n, n:-n] = same
    return inner


def _measured(mask: NDArray[np.bool_], pixels: NDArray[np.int64], n: int) -> bool:
    """Whether the inner pixels (P, 2) stand for the whole mask."""
    if len(pixels) < max(FEWEST_POINTS, LEAST_INSIDE * np.count_nonzero(mask)):
        return False
    (top, left), (bottom, right) = pixels.min(axis=0) - n - 1, pixels.max(axis=0) + n + 2
    framed = mask[max(top, 0) : bottom, max(left, 0) : right]
    return bool(np.count_nonzero(framed) >= LEAST_FRAMED * np.count_nonzero(mask))


def _spread(pixels: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(pixels) <= POINTS_PER_MASK:
        return pixels
    return pixels[np.linspace(0, len(pixels) - 1, POINTS_PER_MASK).round().astype(np.int64)]


def _lifted(scene: Scene, t: int, depth: NDArray[np.float32], pixels: NDArray[np.int64]) -> Floats:
    rows, columns = pixels.T
    uv = np.stack([columns + 0.5, rows + 0.5], axis=-1)
    in_camera = unproject(scene.facts.K, uv, depth[rows, columns])
    return transform_points(scene.world_from_camera[t], in_camera)


def _under(scene: Scene, t: int, ids: NDArray[np.int32], tracks: PointTracks) -> NDArray[np.int64]:
    """The id (P,) under each tracked point."""
    places = np.where(tracks.visible[t][:, None], tracks.world[t], np.nan)
    uv = project(scene.facts.K, transform_points(invert_pose(scene.world_from_camera[t]), places))
    seen = inside_image(uv, *ids.shape)
    columns, rows = np.where(seen[:, None], uv, 0).astype(np.int64).T
    return np.where(seen, ids[rows, columns], UNSEEN)
