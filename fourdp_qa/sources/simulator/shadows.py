"""Secondary rays: what stands between a surface and the light, and how much of the sky is near hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.catalogue import mesh_of
from fourdp_qa.sources.simulator.rays import build_scene
from fourdp_qa.sources.simulator.surroundings import CARRYING, SHADOWLESS

Float32s = NDArray[np.float32]

OCCLUSION_RAYS: Final = 4
OCCLUSION_REACH: Final = 0.5
"""Units of the stage: short rays are cheap, and what is further away hardly darkens a contact."""


@dataclass(frozen=True)
class Look:
    """One thing to be drawn: its kind, named colours, factor on its size, whether it moves.

    What `is_landmark` gets no rays for ambient occlusion, but a table top where something is near.
    """

    kind: str
    colours: tuple[str, ...]
    scale: float
    moves: bool
    is_landmark: bool


@dataclass
class _Group:
    """Some things in one embree scene, with their upright boxes (M, 3)."""

    scene: Any
    low: Floats
    high: Floats


class Shadows:
    """The things of a scene as obstacles to light.

    Parameters
    ----------
    looks : the N things
    reach : metres that rays for ambient occlusion go
    """

    def __init__(self, looks: list[Look], reach: float) -> None:
        self.looks, self.reach = looks, np.float32(reach)
        self._casting: list[_Group] = []
        self._near: list[_Group] = []
        self._still: tuple[list[_Group], list[_Group]] | None = None

    def place(self, poses: Floats) -> None:
        """Take the poses (N, 4, 4) of one frame; what stands still is built once."""
        if self._still is None:
            self._still = (
                self._group(poses, SHADOWLESS, moves=False), self._group(poses, CARRYING, moves=False))
        moving = self._group(poses, (), moves=True)
        self._casting, self._near = self._still[0] + moving, self._still[1] + moving

    def blocked(self, start: Float32s, way: Float32s) -> NDArray[np.bool_]:
        """Whether points (P, 3) do not see the light, which is along `way` (3, P) or (3, 1)."""
        blocked = np.zeros(len(start), dtype=bool)
        for group in self._casting:
            open_ = np.flatnonzero(~blocked)
            if len(open_):
                to_light = np.empty((len(open_), 3), dtype=np.float32)
                to_light[:] = way.T if way.shape[1] == 1 else way.T[open_]
                origins = start if len(open_) == len(start) else start.take(open_, axis=0)
                blocked[open_] = group.scene.run(origins, to_light, query="OCCLUDED") >= 0
        return blocked

    def sky_share(
        self, start: Float32s, normals: Float32s, phase: Float32s, count: int
    ) -> Float32s:
        """Share of the sky's light that nothing within reach takes away, (P,), by `count` rays each.

        `start` (P, 3) lies just off a surface with unit `normals` (3, P).
        """
        total = np.zeros(len(start), dtype=np.float32)
        if not len(start):
            return total
        close = [self._close(group, start) for group in self._near]
        first, second = _tangents(normals)
        lean = normals * np.float32(0.55)
        for k in range(count):
            angle = phase + np.float32(2 * np.pi * k / count)
            directions = lean + first * (np.cos(angle) * np.float32(0.83))
            directions += second * (np.sin(angle) * np.float32(0.83))
            rays = np.ascontiguousarray(directions.T)
            reach = np.full(len(start), self.reach, dtype=np.float32)
            for group, at in zip(self._near, close, strict=True):
                if len(at):
                    reach[at] = group.scene.run(
                        start.take(at, axis=0), rays.take(at, axis=0), query="DISTANCE",
                        dists=reach[at])
            total += reach
        return np.asarray(total / (self.reach * count))

    def _close(self, group: _Group, points: Float32s) -> NDArray[np.intp]:
        """Indices of points (P, 3) from which a ray may reach something of a group at all."""
        close = np.zeros(len(points), dtype=bool)
        x, y, z = points.T
        # The lean of the rays makes their unit a little longer than a metre.
        reach = 1.01 * self.reach
        for low, high in zip(group.low - reach, group.high + reach, strict=True):
            inside = (x > low[0]) & (x < high[0])
            inside &= (y > low[1]) & (y < high[1])
            inside &= (z > low[2]) & (z < high[2])
            close |= inside
        return np.flatnonzero(close)

    def _group(self, poses: Floats, but: tuple[str, ...], *, moves: bool) -> list[_Group]:
        """One group of all things that move, or do not, but for some kinds; none when there is none."""
        meshes, low, high = [], [], []
        for look, pose in zip(self.looks, poses, strict=True):
            if look.moves == moves and look.kind not in but:
                mesh = mesh_of(look.kind)
                placed = mesh.vertices @ (pose[:3, :3].T * look.scale) + pose[:3, 3]
                meshes.append((placed.astype(np.float32), mesh.faces))
                low.append(placed.min(axis=0))
                high.append(placed.max(axis=0))
        return [_Group(build_scene(meshes), np.array(low), np.array(high))] if meshes else []


def _tangents(normals: Float32s) -> tuple[Float32s, Float32s]:
    """Two unit vectors (3, P) across each unit normal, without a branch at the poles."""
    x, y, z = normals
    sign = np.where(z < 0, np.float32(-1), np.float32(1))
    a = -1 / (sign + z)
    b = x * y * a
    return (
        np.stack([1 + sign * x * x * a, sign * b, -sign * x]),
        np.stack([b, sign + y * y * a, -y]),
    )
