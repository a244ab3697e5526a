"""The main proof of a scene: pixels lifted by depth and carried by their pose meet another frame.

Letters in shapes: P sampled points, S sampled frames, T frames, N objects, H, W image size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import project, unproject
from fourdp_qa.scene.pose import Floats, invert_pose
from fourdp_qa.scene.scene import Capability, Scene

POINTS_PER_OBJECT = 48
POINTS_OF_BACKGROUND = 192
"""Per frame. Medians of a few hundred points are stable to a few percent, and it stays fast."""

FAR_APART = 3
"""Besides its neighbour a frame is compared with one this many sampled frames away: neighbours keep
points in view, distant frames show small errors."""

NOISE_MARGIN = 3.0
"""Points within three median errors of their box count as inside."""

LARGEST_NOISE = 0.05
"""Relative to depth; a pose that misses by more is wrong, and must not excuse a wrong box."""

BACKGROUND = 0
UNKNOWN = -1

LOSS_FLOOR = -5.0
MISSED = 0.0
"""Losses are log10 of a relative error: below 1e-5 lies the rounding of float32, above 1 an error
says nothing more."""


@dataclass(frozen=True)
class Reading:
    """How the numbers of a scene are understood. A hypothesis about a mistake is another reading.

    Attributes
    ----------
    K : (3, 3) intrinsics in pixels
    world_from_camera : (T, 4, 4)
    world_from_object : (T, N, 4, 4)
    size : (N, 3) box edges, scene units
    depth_factor : (H, W) what a stored depth is multiplied by to become z-depth
    id_offset : int
        Id k of an image means the object with id k + id_offset.
    """

    K: Floats
    world_from_camera: Floats
    world_from_object: Floats
    size: Floats
    depth_factor: Floats
    id_offset: int = 0


@dataclass(frozen=True)
class Points:
    """Sampled pixels, each with the sampled frame it is carried to.

    Attributes
    ----------
    source, target : (P,) index into the sampled frames
    row, column : (P,) pixel in the source frame
    depth : (P,) stored depth there
    id : (P,) id there, 0 for the background
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    depth: Floats
    id: NDArray[np.int64]

    def only(self, chosen: NDArray[np.bool_]) -> Points:
        """The chosen points."""
        return Points(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def thinned(self, wanted: int) -> Points:
        """At most `wanted` points, spread evenly."""
        chosen = np.zeros(len(self.id), dtype=np.bool_)
        chosen[_spread(len(self.id), wanted)] = True
        return self.only(chosen)


@dataclass(frozen=True)
class Landing:
    """Where the carried points came down.

    Attributes
    ----------
    landed : (P,) bool
        In front of the camera, inside the image, on four pixels that carry the point's id.
    error : (P,)
        ``|z carried - z stored| / z stored`` where landed, else NaN.
    distance : (P,)
        The same in scene units.
    hidden : (P,) bool
        Something else stands in front where the point should be: says nothing about the point.
    outside : (P,) bool
        Behind the camera or outside the image: says nothing either.
    in_object : (P, 3)
        The lifted point in its object's axes, scene units. Infinite for an id without object, NaN
        for the background.
    half_edges : (P, 3) of its object's box
    z : (P,) z-depth of the lifted point
    """

    landed: NDArray[np.bool_]
    error: Floats
    distance: Floats
    hidden: NDArray[np.bool_]
    outside: NDArray[np.bool_]
    in_object: Floats
    half_edges: Floats
    z: Floats

    @property
    def beyond_box(self) -> Floats:
        """How far (P,) the lifted point lies outside its box, relative to its depth; <= 0 inside.

        Relative to depth, because that is how errors of depth and pose show.
        """
        beyond = (np.abs(self.in_object) - self.half_edges).max(axis=-1)
        return np.asarray(beyond / self.z, dtype=np.float64)


class Evidence:
    """Sampled frames of a scene and points on them, ready to be read in different ways."""

    def __init__(
        self, scene: Scene, frames: Sequence[int], depth: NDArray[np.float32],
        instances: NDArray[np.int32],
    ) -> None:
        """`depth` and `instances` are (S, H, W) at the scene's `frames`."""
        self.frames = np.asarray(frames)
        self.depth, self.instances = depth, instances
        self.objects = scene.objects
        self.reading = reading_of(scene)
        self._index = {item.id: n for n, item in enumerate(scene.objects)}
        self.points = _sample(self, scene)

    def object_index(self, ids: NDArray[np.int64], offset: int = 0) -> NDArray[np.int64]:
        """Index (P,) of each id in the object table, or `UNKNOWN`."""
        known, inverse = np.unique(ids, return_inverse=True)
        return np.array([self._index.get(int(k) + offset, UNKNOWN) for k in known])[inverse]

    def land(self, reading: Reading, points: Points) -> Landing:
        """Carry `points` to their target frames as `reading` says."""
        index = self.object_index(points.id, reading.id_offset)
        on_object = points.id != BACKGROUND
        source, target = self.frames[points.source], self.frames[points.target]
        uv = np.stack([points.column + 0.5, points.row + 0.5], axis=-1)
        z = points.depth * reading.depth_factor[points.row, points.column]
        in_world = _carry(reading.world_from_camera[source], unproject(reading.K, uv, z))
        with np.errstate(invalid="ignore"):
            in_object = np.full((len(z), 3), np.nan)
            half_edges = np.ones((len(z), 3))
            if len(self.objects):
                in_object = _carry(invert_pose(reading.world_from_object[source, index]), in_world)
                moved = _carry(reading.world_from_object[target, index], in_object)
                in_object[index == UNKNOWN] = np.inf
                in_object[~on_object] = np.nan
                half_edges = 0.5 * reading.size[index]
                in_world = np.where(on_object[:, None], moved, in_world)
            in_camera = _carry(invert_pose(reading.world_from_camera[target]), in_world)
            known = ~on_object | (index != UNKNOWN)
            z_met = self._meet(reading, points, in_camera, known)
        distance = np.abs(in_camera[:, 2] - z_met.z)
        return Landing(
            landed=np.isfinite(distance), error=distance / z_met.z, distance=distance,
            hidden=z_met.hidden, outside=z_met.outside, in_object=in_object,
            half_edges=half_edges, z=z,
        )

    def losses(self, reading: Reading, points: Points, noise: float) -> Losses:
        """Losses of `reading`; `noise` is `noise_of` the reading that others are compared with."""
        landing = self.land(reading, points)
        return Losses(
            meeting=np.where(landing.landed, _log_loss(landing.error), MISSED),
            box=_log_loss(landing.beyond_box, noise),
            on_object=points.id != BACKGROUND,
        )

    def _meet(
        self, reading: Reading, points: Points, in_camera: Floats, known: NDArray[np.bool_]
    ) -> _Meeting:
        height, width = self.depth.shape[1:]
        uv = project(reading.K, in_camera)
        # The four pixels around the point; their centres are at +0.5.
        corner = np.floor(np.nan_to_num(uv - 0.5, nan=-9.0, posinf=-9.0, neginf=-9.0))
        column, row = np.clip(corner, -9, max(height, width) + 9).astype(np.int64).T
        inside = (column >= 0) & (column < width - 1) & (row >= 0) & (row < height - 1)
        column, row = np.where(inside, column, 0), np.where(inside, row, 0)
        across, down = (np.nan_to_num(uv - 0.5) - np.stack([column, row], -1)).T
        rows = row[:, None] + np.array([0, 0, 1, 1])
        columns = column[:, None] + np.array([0, 1, 0, 1])
        target = points.target[:, None]
        stored = self.depth[target, rows, columns] * reading.depth_factor[rows, columns]
        ids = self.instances[target, rows, columns]
        weights = np.stack(
            [(1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down], -1
        )
        valid = (stored > 0).all(axis=1)
        # 1/z is linear in the image on a plane, so this adds no error on flat surfaces.
        with np.errstate(divide="ignore", invalid="ignore"):
            z_there = 1.0 / (weights / np.where(stored > 0, stored, np.nan)).sum(axis=1)
        met = inside & known & valid & (ids == points.id[:, None]).all(axis=1)
        other = (ids != points.id[:, None]).any(axis=1)
        nearest = np.where(stored > 0, stored, np.inf).min(axis=1)
        return _Meeting(
            z=np.where(met, z_there, np.nan),
            hidden=inside & other & (nearest < in_camera[:, 2]),
            outside=~inside,
        )


@dataclass(frozen=True)
class _Meeting:
    """The stored depth (P,) where points came down, NaN where they did not; see `Landing`."""

    z: Floats
    hidden: NDArray[np.bool_]
    outside: NDArray[np.bool_]


def reading_of(scene: Scene) -> Reading:
    """The scene as it describes itself."""
    facts = scene.facts
    return Reading(
        K=np.asarray(facts.K, dtype=np.float64),
        world_from_camera=np.asarray(scene.world_from_camera, dtype=np.float64),
        world_from_object=np.asarray(scene.world_from_object, dtype=np.float64),
        size=np.array([item.size for item in scene.objects], dtype=np.float64).reshape(-1, 3),
        depth_factor=np.ones((facts.height, facts.width)),
    )


def noise_of(landing: Landing) -> float:
    """What a point may lie outside its box by noise alone, relative to its depth.

    Without it a noisy depth would look better when pushed a little deeper into every box.
    """
    errors = landing.error[landing.landed]
    noise = NOISE_MARGIN * float(np.median(errors)) if errors.size else LARGEST_NOISE
    return min(max(noise, 10.0**LOSS_FLOOR), LARGEST_NOISE)


@dataclass(frozen=True)
class Losses:
    """How badly a reading explains each point: log10 of relative errors, lower is better.

    A point that does not land counts fully: a wrong reading must not win by losing points.

    Attributes
    ----------
    meeting : (P,) loss of meeting the surface in the other frame
    box : (P,) loss of lying in the object's box
    on_object : (P,) bool
    """

    meeting: Floats
    box: Floats
    on_object: NDArray[np.bool_]

    @property
    def mean(self) -> float:
        """One number: the mean over objects, background and boxes, so that none drowns the others."""
        parts = [
            self.meeting[self.on_object], self.meeting[~self.on_object], self.box[self.on_object]
        ]
        return float(np.mean([part.mean() for part in parts if part.size]))


def _log_loss(error: Floats, noise: float = 10.0**LOSS_FLOOR) -> Floats:
    """An error within `noise` is as good as none."""
    known = np.nan_to_num(error, nan=1.0)
    bounded = np.where(known <= noise, 10.0**LOSS_FLOOR, np.minimum(known, 10.0**MISSED))
    return np.asarray(np.log10(bounded), dtype=np.float64)


def _carry(pose: Floats, points: Floats) -> Floats:
    """Poses (P, 4, 4), one for each point (P, 3)."""
    return (pose[:, :3, :3] @ points[..., None])[..., 0] + pose[:, :3, 3]


def _sample(evidence: Evidence, scene: Scene) -> Points:
    """Interior pixels of rigid objects and of the background, each paired with other frames."""
    capabilities = scene.facts.capabilities
    with_objects = Capability.OBJECT_POSES in capabilities
    with_background = Capability.BACKGROUND_DEPTH in capabilities
    rigid = {item.id for item in scene.objects if item.is_rigid}
    samples: list[NDArray[np.float64]] = []
    count = len(evidence.frames)
    for s in range(count):
        others = {s + 1, s + FAR_APART, s - FAR_APART} if s + 1 < count else {s - 1}
        targets = sorted(other for other in others if 0 <= other < count)
        for k in np.unique(evidence.instances[s]):
            wanted = POINTS_OF_BACKGROUND if k == BACKGROUND else POINTS_PER_OBJECT
            asked = with_background if k == BACKGROUND else with_objects
            if not asked or (k in evidence._index and k not in rigid):
                continue
            pixels = _interior(evidence.instances[s] == k, evidence.depth[s] > 0)
            pixels = pixels[_spread(len(pixels), wanted)]
            samples += [
                _rows_of(evidence, s, target, pixels, int(k)) for target in targets
                if _poses_known(evidence, scene, s, target, int(k))
            ]
    table = np.concatenate(samples) if samples else np.zeros((0, 6))
    whole = table[:, :4].astype(np.int64)
    return Points(whole[:, 0], whole[:, 1], whole[:, 2], whole[:, 3], table[:, 4],
                  table[:, 5].astype(np.int64))


def _rows_of(
    evidence: Evidence, s: int, target: int, pixels: NDArray[np.int64], k: int
) -> NDArray[np.float64]:
    depth = evidence.depth[s, pixels[:, 0], pixels[:, 1]]
    ones = np.ones(len(pixels))
    return np.column_stack([s * ones, target * ones, pixels, depth, k * ones])


def _poses_known(evidence: Evidence, scene: Scene, s: int, target: int, k: int) -> bool:
    n = evidence._index.get(k)
    if k == BACKGROUND or n is None:
        return True
    valid = scene.pose_valid[[evidence.frames[s], evidence.frames[target]], n]
    return bool(valid.all())


def _interior(mask: NDArray[np.bool_], has_depth: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Pixels (P, 2) of `mask` whose four neighbours are in it too, all with depth."""
    good = mask & has_depth
    inner = np.zeros_like(good)
    inner[1:-1, 1:-1] = (
        good[1:-1, 1:-1] & good[:-2, 1:-1] & good[2:, 1:-1] & good[1:-1, :-2] & good[1:-1, 2:]
    )
    return np.argwhere(inner)


def _spread(count: int, wanted: int) -> NDArray[np.int64]:
    """At most `wanted` indices, spread evenly: the check is the same each time."""
    if count <= wanted:
        return np.arange(count)
    return np.linspace(0, count - 1, wanted).round().astype(np.int64)


def changed(reading: Reading, **fields: object) -> Reading:
    """A copy of `reading` with other fields."""
    return replace(reading, **fields)  # type: ignore[arg-type]
