"""Rays against the scene: what each pixel sees, how deep, and what would be seen of each thing alone.

Every mesh has one embree scene in its own axes for the life of the process; rays are carried into
those axes instead of meshes into the world. So nothing is rebuilt when things move, an object's
silhouette without the others comes for free, and depth is exact to float32 in object axes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.sources import ray_meshes
from fourdp_qa.sources.simulator.catalogue import mesh_of

Float32s = NDArray[np.float32]
Indices = NDArray[np.intp]

SKY: Final = -2
GROUND: Final = -1
GROUND_RADIUS: Final = 60.0
"""Metres; further out the picture shows painted hills without depth."""
TOUCH: Final = 2e-3
"""Metres: a hit this close before a point is the point itself."""
_BEHIND: Final = 0.05
"""Metres in front of the camera under which a box corner no longer bounds its image."""


@dataclass
class Hits:
    """The nearest surface along P rays.

    Attributes
    ----------
    depth : (P,) float32
        z-depth in metres; inf where the sky is seen.
    instance : (P,) int16
        Index of the thing seen, `GROUND` or `SKY`.
    face, u, v : (P,)
        Face of its mesh and barycentric weights of the second and third corner.
    alone : (N,) int
        Rays that would meet each thing if it were alone.
    """

    depth: Float32s
    instance: NDArray[np.int16]
    face: NDArray[np.int32]
    u: Float32s
    v: Float32s
    alone: NDArray[np.int64]


class RayCaster:
    """Casts the rays of one camera model against a fixed list of things.

    Parameters
    ----------
    kinds : mesh names of the N things
    scales : their factors
    K : (3, 3) intrinsics in pixels
    size : side of the image in pixels
    """

    def __init__(self, kinds: list[str], scales: list[float], K: Floats, size: int) -> None:
        self.kinds, self.scales, self.K, self.size = kinds, scales, K, size
        self.half_sizes = np.array(
            [mesh_of(k).size * s / 2 for k, s in zip(kinds, scales, strict=True)]
        ).reshape(-1, 3)
        centre = np.arange(size) + 0.5
        self.pixel_rays = self.rays_at(*np.meshgrid(centre, centre))

    def rays_at(self, u: Floats, v: Floats) -> Float32s:
        """Rays (2, P) through image coordinates: x and y of the direction whose camera z is 1.

        So the length along a ray is z-depth.
        """
        x = (u.ravel() - self.K[0, 2]) / self.K[0, 0]
        y = (v.ravel() - self.K[1, 2]) / self.K[1, 1]
        return np.stack([x, y]).astype(np.float32)

    def cast(
        self, world_from_camera: Floats, world_from_instance: Floats,
        rays: Float32s | None = None,
    ) -> Hits:
        """Cast the pixel-centre rays, or `rays` (2, P) as `rays_at` makes them."""
        camera_from_instance = invert_pose(world_from_camera) @ world_from_instance
        every_pixel = rays is None
        rays = self.pixel_rays if rays is None else rays
        hits = _ground_hits(world_from_camera, rays, len(self.kinds))
        for n, pose in enumerate(camera_from_instance):
            box = self._image_box(pose, self.half_sizes[n])
            if box is None:
                continue
            chosen = self._pixels_in(box) if every_pixel else self._rays_in(box, rays)
            if len(chosen):
                self._cast_one(n, pose, rays, chosen, hits)
        return hits

    def blocked(
        self, world_from_camera: Floats, world_from_instance: Floats, points: Floats
    ) -> NDArray[np.bool_]:
        """Whether anything lies between the camera and points (P, 3) in front of it, world axes."""
        camera_from_instance = invert_pose(world_from_camera) @ world_from_instance
        ends = transform_points(invert_pose(world_from_camera), points)
        length = np.linalg.norm(ends, axis=1)
        limit = 1.0 - TOUCH / length
        rays = (ends[:, :2] / ends[:, 2:]).T.astype(np.float32)
        blocked = self._under_ground(world_from_camera, points, limit)
        squared = length**2
        for n, pose in enumerate(camera_from_instance):
            centre = pose[:3, 3]
            # |e s - c|^2, multiplied out: many points meet many things here, and norms of rows are slow.
            along = ends @ centre
            nearest = np.clip(along / squared, 0.0, 1.0)
            gap = centre @ centre - nearest * (2 * along - nearest * squared)
            reach = np.linalg.norm(self.half_sizes[n]) + TOUCH
            near = np.flatnonzero(~blocked & (gap <= reach**2))
            if len(near):
                found = self._run(n, pose, rays[:, near])
                met = found["geomID"] >= 0
                blocked[near] = met & (found["tfar"] < limit[near] * ends[near, 2])
        return blocked

    def _under_ground(
        self, world_from_camera: Floats, points: Floats, limit: Floats
    ) -> NDArray[np.bool_]:
        """Points that the ground hides from the camera."""
        height = world_from_camera[2, 3]
        drop = height - points[:, 2]
        share = np.where(drop > 1e-9, height / np.maximum(drop, 1e-9), np.inf)
        return share < limit

    def _cast_one(
        self, n: int, pose: Floats, rays: Float32s, chosen: Indices, hits: Hits
    ) -> None:
        found = self._run(n, pose, rays[:, chosen])
        met = found["geomID"] >= 0
        hits.alone[n] = int(met.sum())
        nearer = met & (found["tfar"] < hits.depth[chosen])
        to = chosen[nearer]
        hits.depth[to] = found["tfar"][nearer]
        hits.instance[to] = n
        hits.face[to] = found["primID"][nearer]
        hits.u[to] = found["u"][nearer]
        hits.v[to] = found["v"][nearer]

    def _run(self, n: int, camera_from_instance: Floats, rays: Float32s) -> dict[str, Any]:
        """Meet thing n with rays in camera axes; lengths stay those of the camera's rays."""
        rotation, scale = camera_from_instance[:3, :3], self.scales[n]
        origins = np.empty((rays.shape[1], 3), dtype=np.float32)
        origins[:] = -(rotation.T @ camera_from_instance[:3, 3]) / scale
        directions = np.ascontiguousarray(turned((rotation.T / scale).astype(np.float32), rays).T)
        found: dict[str, Any] = mesh_scene(self.kinds[n]).run(origins, directions, output=True)
        return found

    def _image_box(self, pose: Floats, half: Floats) -> tuple[int, int, int, int] | None:
        """Pixel rectangle (u0, v0, u1, v1), ends excluded, that holds a thing; None when outside."""
        corners = transform_points(pose, BOX_CORNERS * half)
        ahead = corners[:, 2] >= _BEHIND
        if not ahead.any():
            return None
        if not ahead.all():
            corners = _before_camera(corners, ahead)
        u = corners[:, 0] / corners[:, 2] * self.K[0, 0] + self.K[0, 2]
        v = corners[:, 1] / corners[:, 2] * self.K[1, 1] + self.K[1, 2]
        low = np.floor([u.min(), v.min()]).astype(int) - 1
        high = np.ceil([u.max(), v.max()]).astype(int) + 1
        u0, v0 = np.maximum(low, 0)
        u1, v1 = np.minimum(high, self.size)
        return (int(u0), int(v0), int(u1), int(v1)) if u0 < u1 and v0 < v1 else None

    def _pixels_in(self, box: tuple[int, int, int, int]) -> Indices:
        u0, v0, u1, v1 = box
        return (np.arange(v0, v1)[:, None] * self.size + np.arange(u0, u1)).ravel()

    def _rays_in(self, box: tuple[int, int, int, int], rays: Float32s) -> Indices:
        (u0, v0, u1, v1), K = box, self.K
        x, y = rays
        inside = (x >= (u0 - 1 - K[0, 2]) / K[0, 0]) & (x <= (u1 + 1 - K[0, 2]) / K[0, 0])
        inside &= (y >= (v0 - 1 - K[1, 2]) / K[1, 1]) & (y <= (v1 + 1 - K[1, 2]) / K[1, 1])
        return np.flatnonzero(inside)


BOX_CORNERS: Final = np.array(
    [[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=np.float64
)


BOX_EDGES: Final = np.array(
    [(a, b) for a in range(8) for b in range(a + 1, 8) if bin(a ^ b).count("1") == 1]
)


def _before_camera(corners: Floats, ahead: NDArray[np.bool_]) -> Floats:
    """The corners of the part of a box that is `_BEHIND` or more in front of the camera."""
    a, b = corners[BOX_EDGES[:, 0]], corners[BOX_EDGES[:, 1]]
    cut = ahead[BOX_EDGES[:, 0]] != ahead[BOX_EDGES[:, 1]]
    share = (_BEHIND - a[cut, 2]) / (b[cut, 2] - a[cut, 2])
    return np.concatenate([corners[ahead], a[cut] + share[:, None] * (b[cut] - a[cut])])


@cache
def mesh_scene(kind: str) -> Any:
    """Embree scene of one mesh in its own axes, built once per process."""
    mesh = mesh_of(kind)
    return build_scene([(mesh.vertices, mesh.faces)])


def build_scene(meshes: list[tuple[Float32s, NDArray[np.int32]]]) -> Any:
    """Embree scene of (vertices, faces) pairs."""
    return ray_meshes.build_scene(meshes, needed_by="the simulator", extra="sim")


def turned(rotation: Float32s, rays: Float32s) -> Float32s:
    """Directions (3, P) of rays (2, P), whose third row is 1, after a rotation (3, 3).

    Written out: a matrix product of so narrow a matrix wakes all of BLAS's threads for nothing.
    """
    out = np.empty((3, rays.shape[1]), dtype=np.float32)
    for i in range(3):
        np.multiply(rays[0], rotation[i, 0], out=out[i])
        out[i] += rays[1] * rotation[i, 1]
        out[i] += rotation[i, 2]
    return out


def _ground_hits(world_from_camera: Floats, rays: Float32s, things: int) -> Hits:
    """Hits of rays (2, P) on the disc of ground, everything else sky."""
    origin = world_from_camera[:3, 3].astype(np.float32)
    x, y, slope = turned(world_from_camera[:3, :3].astype(np.float32), rays)
    count = rays.shape[1]
    depth = np.full(count, np.inf, dtype=np.float32)
    down = slope < -1e-6
    np.divide(-origin[2], slope, out=depth, where=down)
    # 1e4 m is far outside the disc and keeps the squares finite.
    reach = np.minimum(depth, np.float32(1e4))
    x = x * reach + origin[0]
    y = y * reach + origin[1]
    on_disc = down & (x * x + y * y < np.float32(GROUND_RADIUS**2))
    depth[~on_disc] = np.inf
    return Hits(
        depth=depth,
        instance=np.where(on_disc, GROUND, SKY).astype(np.int16),
        face=np.zeros(count, np.int32),
        u=np.zeros(count, np.float32),
        v=np.zeros(count, np.float32),
        alone=np.zeros(things, np.int64),
    )
