"""Colour along rays: textures and patterns, sun with shadows, sky light with ambient occlusion.

Vectors are planar here, (3, P): NumPy is several times faster on three long rows than on P rows of
three. Only what embree is given has rows of three.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.catalogue import kind_of, mesh_of
from fourdp_qa.sources.simulator.environments import GROUNDS
from fourdp_qa.sources.simulator.materials import Material, material
from fourdp_qa.sources.simulator.patterns import draw_pattern
from fourdp_qa.sources.simulator.rays import GROUND, SKY, Hits, build_scene, turned
from fourdp_qa.sources.simulator.sky import HAZE, sky_colour
from fourdp_qa.sources.simulator.spec import EnvironmentSpec
from fourdp_qa.sources.simulator.textures import ground_levels, sample_levels

Float32s = NDArray[np.float32]
Indices = NDArray[np.intp]


def _column(*values: float) -> Float32s:
    return np.array(values, dtype=np.float32)[:, None]


SUN: Final = _column(1.34, 1.21, 1.02)
SKY_LIGHT: Final = _column(0.27, 0.33, 0.44)
BOUNCE_LIGHT: Final = _column(0.14, 0.12, 0.09)
MIRRORED_SKY: Final = _column(0.60, 0.70, 0.80)
HAZE_METRES: Final = 260.0
"""Distance over which a surface fades to 1/e into the haze."""

OCCLUSION_RAYS: Final = 4
OCCLUSION_REACH: Final = 0.5
"""Metres: short rays are cheap, and what is further away hardly darkens a contact."""
OCCLUSION_DEPTH: Final = 16.0
"""Metres from the camera beyond which half a metre is a few pixels and is not worth the rays."""
_LIFT: Final = 3e-3
"""Metres off the surface where secondary rays begin, so that it does not shade itself."""


@dataclass(frozen=True)
class Look:
    """One thing to be drawn: its kind, named colours, factor on its size, whether it moves."""

    kind: str
    colours: tuple[str, ...]
    scale: float
    moves: bool
    is_landmark: bool


@dataclass
class _Surface:
    """Points of things to be lit; vectors (3, P), numbers (P,)."""

    points: Float32s
    normals: Float32s
    face_normals: Float32s
    albedo: Float32s
    rows: NDArray[np.int32]  # of the materials
    near: NDArray[np.bool_]  # whether ambient occlusion is worth its rays here


class Shader:
    """Shades what the ray caster found.

    Parameters
    ----------
    looks : the N things, in the ray caster's order
    environment : ground, sun and sky
    pixel_angle : radians that one pixel covers, for the texture's mip level
    """

    def __init__(
        self, looks: list[Look], environment: EnvironmentSpec, pixel_angle: float
    ) -> None:
        self.looks, self.environment, self.pixel_angle = looks, environment, pixel_angle
        self.sun = np.array(environment.sun, dtype=np.float32)
        self.ground = GROUNDS[environment.ground]
        self._collect_materials()
        self._still: Any = None
        self._moving: Any = None

    def place(self, world_from_instance: Floats) -> None:
        """Take the poses (N, 4, 4) of one frame: what moves casts its shadow from there."""
        self.poses = world_from_instance
        if self._still is None:
            self._still = self._occluders(moves=False)
        self._moving = self._occluders(moves=True)

    def colour(
        self, hits: Hits, rays: Float32s, world_from_camera: Floats, phase: Float32s
    ) -> Float32s:
        """Linear RGB (3, P) of `hits` along `rays` (2, P) of the ray caster.

        `phase` (P,) radians turns the occlusion rays, so that their noise is fine and even.
        """
        eye = world_from_camera[:3, 3].astype(np.float32)[:, None]
        directions = turned(world_from_camera[:3, :3].astype(np.float32), rays)
        length = np.sqrt(rays[0] * rays[0] + rays[1] * rays[1] + np.float32(1))
        colour = np.empty((3, rays.shape[1]), dtype=np.float32)
        sky = np.flatnonzero(hits.instance == SKY)
        _put(colour, sky, sky_colour(_pick(directions, sky) / length[sky], self.environment.sky_turn))
        for chosen, shade in (
            (np.flatnonzero(hits.instance == GROUND), self._ground_colour),
            (np.flatnonzero(hits.instance >= 0), self._thing_colour),
        ):
            if len(chosen):
                depth = hits.depth[chosen]
                way = _pick(directions, chosen)
                points = way * depth + eye
                way /= -length[chosen]
                lit = shade(hits, chosen, points, way, phase[chosen])
                lit += (HAZE - lit) * (1 - np.exp(depth * np.float32(-1 / HAZE_METRES)))
                _put(colour, chosen, lit)
        return colour

    def _collect_materials(self) -> None:
        """One row for each slot of each thing; `first_row[n] + face slot` finds it."""
        rows: list[Material] = []
        self.first_row: list[int] = []
        for look in self.looks:
            self.first_row.append(len(rows))
            kind = kind_of(look.kind)
            rows += [material(kind, slot, look.colours) for slot in mesh_of(look.kind).slots]
        self.albedo = np.array([row.colour for row in rows], dtype=np.float32).reshape(-1, 3).T
        self.second = np.array([row.second for row in rows], dtype=np.float32).reshape(-1, 3).T
        self.gloss = np.array([row.gloss for row in rows], dtype=np.float32)
        self.sharpness = np.array([row.sharpness for row in rows], dtype=np.float32)
        self.pattern = np.array([row.pattern for row in rows], dtype=np.int8)

    def _occluders(self, *, moves: bool) -> Any:
        meshes = []
        for look, pose in zip(self.looks, self.poses, strict=True):
            if look.moves == moves:
                mesh = mesh_of(look.kind)
                placed = mesh.vertices @ (pose[:3, :3].T * look.scale) + pose[:3, 3]
                meshes.append((placed.astype(np.float32), mesh.faces))
        return build_scene(meshes) if meshes else None

    def _ground_colour(
        self, hits: Hits, chosen: Indices, points: Float32s, view: Float32s, phase: Float32s
    ) -> Float32s:
        """The ground is flat and matt: one normal, no highlight."""
        albedo = self._ground_albedo(points, view, hits.depth[chosen])
        start = np.ascontiguousarray(points.T)
        start[:, 2] = _LIFT
        sun = self.sun[2] * ~self._in_shadow(start)
        light = np.ones(len(chosen), dtype=np.float32)
        near = np.flatnonzero(self._near_things(points))
        up = np.broadcast_to(_column(0, 0, 1), (3, len(near)))
        light[near] = self._sky_share(start[near], up, phase[near])
        light *= np.float32(0.75)
        light += np.float32(0.25)
        return np.asarray(albedo * (SKY_LIGHT * light + SUN * sun))

    def _ground_albedo(self, points: Float32s, view: Float32s, depth: Float32s) -> Float32s:
        levels = ground_levels(self.ground.texture)
        c, s = np.cos(self.environment.ground_yaw), np.sin(self.environment.ground_yaw)
        offset_u, offset_v = self.environment.ground_offset
        per_metre = np.float32(1 / self.ground.tile)
        u = (points[0] * np.float32(c) + points[1] * np.float32(s)) * per_metre
        v = (points[1] * np.float32(c) - points[0] * np.float32(s)) * per_metre
        # Between the short and the long axis of the pixel's footprint: sharp, yet without shimmer.
        footprint = depth * np.float32(self.pixel_angle) / np.maximum(view[2], 0.02) ** 0.75
        level = np.log2(footprint * per_metre * np.float32(levels[0].shape[1]) + 1e-6)
        return sample_levels(levels, u + np.float32(offset_u), v + np.float32(offset_v), level)

    def _near_things(self, points: Float32s) -> NDArray[np.bool_]:
        """Ground points close enough to something that it darkens them."""
        near = np.zeros(points.shape[1], dtype=bool)
        x, y = points[0], points[1]
        for look, pose in zip(self.looks, self.poses, strict=True):
            half = mesh_of(look.kind).size * look.scale / 2
            if pose[2, 3] - np.linalg.norm(half) > OCCLUSION_REACH:
                continue
            # The upright box of the thing in world axes, grown by a bit more than half the reach.
            grown = np.abs(pose[:2, :3]) @ half + 0.6 * OCCLUSION_REACH
            low, high = (pose[:2, 3] - grown).astype(np.float32), (pose[:2, 3] + grown)
            near |= (x > low[0]) & (x < high[0]) & (y > low[1]) & (y < high[1])
        return near

    def _thing_colour(
        self, hits: Hits, chosen: Indices, points: Float32s, view: Float32s, phase: Float32s
    ) -> Float32s:
        surface = self._surface(hits, chosen, points)
        normals = surface.normals
        start = np.ascontiguousarray((points + surface.face_normals * np.float32(_LIFT)).T)
        sun = np.maximum(_along(normals, self.sun), 0)
        turned_to = (sun > 0) & (_along(surface.face_normals, self.sun) > 0)
        facing = np.flatnonzero(turned_to)
        sun *= turned_to
        sun[facing] *= ~self._in_shadow(start[facing])
        light = np.ones(len(chosen), dtype=np.float32)
        near = np.flatnonzero(surface.near)
        light[near] = self._sky_share(start[near], _pick(normals, near), phase[near])
        upward = 0.5 + 0.5 * normals[2]
        ambient = (BOUNCE_LIGHT + (SKY_LIGHT - BOUNCE_LIGHT) * upward) * (0.25 + 0.75 * light)
        colour = surface.albedo * (ambient + SUN * sun)
        colour += self._highlight(surface, view, sun > 0)
        return np.asarray(colour)

    def _surface(self, hits: Hits, chosen: Indices, points: Float32s) -> _Surface:
        count = len(chosen)
        shape = (3, count)
        local, normals, local_normals, face_normals = (
            np.empty(shape, dtype=np.float32) for _ in range(4)
        )
        rows = np.empty(count, dtype=np.int32)
        near = hits.depth[chosen] < OCCLUSION_DEPTH
        instance = hits.instance[chosen]
        for n in np.flatnonzero(np.bincount(instance)):
            here = np.flatnonzero(instance == n)
            at, look, shape_of = chosen[here], self.looks[n], _planar_shape(self.looks[n].kind)
            face, u, v = hits.face[at], hits.u[at], hits.v[at]
            smooth = shape_of.corners[0].take(face, axis=1) * (1 - u - v)
            smooth += shape_of.corners[1].take(face, axis=1) * u
            smooth += shape_of.corners[2].take(face, axis=1) * v
            smooth /= np.sqrt((smooth * smooth).sum(axis=0))
            rotation = self.poses[n][:3, :3].astype(np.float32)
            offset = _pick(points, here) - self.poses[n][:3, 3:].astype(np.float32)
            _put(local_normals, here, smooth)
            _put(normals, here, _rotated(rotation, smooth))
            _put(face_normals, here, _rotated(rotation, shape_of.faces.take(face, axis=1)))
            _put(local, here, _rotated(rotation.T / np.float32(look.scale), offset))
            rows[here] = self.first_row[n] + shape_of.slots[face]
            if look.is_landmark:
                near[here] = False
        albedo = self._patterned(rows, local, local_normals)
        return _Surface(points, normals, face_normals, albedo, rows, near)

    def _patterned(
        self, rows: NDArray[np.int32], local: Float32s, local_normals: Float32s
    ) -> Float32s:
        albedo = self.albedo.take(rows, axis=1)
        pattern = self.pattern[rows]
        for number in np.flatnonzero(np.bincount(pattern)):
            if number > 0:
                here = np.flatnonzero(pattern == number)
                _put(albedo, here, draw_pattern(
                    int(number), _pick(local, here), _pick(local_normals, here),
                    _pick(albedo, here), self.second.take(rows[here], axis=1),
                ))
        return albedo

    def _highlight(
        self, surface: _Surface, view: Float32s, sunny: NDArray[np.bool_]
    ) -> Float32s:
        gloss = self.gloss[surface.rows]
        half = view + self.sun[:, None]
        across = (surface.normals * half).sum(axis=0) / np.sqrt((half * half).sum(axis=0))
        # exp(k log x): a power of arrays is several times slower.
        peak = np.exp(self.sharpness[surface.rows] * np.log(np.clip(across, 1e-4, 1)))
        rim = 1 - np.clip((surface.normals * view).sum(axis=0), 0, 1)
        rim *= rim * rim * rim * rim
        return np.asarray(MIRRORED_SKY * (gloss * (0.04 + 0.5 * rim)) + 0.8 * gloss * peak * sunny)

    def _in_shadow(self, start: Float32s) -> NDArray[np.bool_]:
        """Whether points (P, 3) do not see the sun."""
        blocked = np.zeros(len(start), dtype=bool)
        for scene in (self._still, self._moving):
            open_ = np.flatnonzero(~blocked)
            if scene is not None and len(open_):
                to_sun = np.empty((len(open_), 3), dtype=np.float32)
                to_sun[:] = self.sun
                origins = start if len(open_) == len(start) else start.take(open_, axis=0)
                blocked[open_] = scene.run(origins, to_sun, query="OCCLUDED") >= 0
        return blocked

    def _sky_share(self, start: Float32s, normals: Float32s, phase: Float32s) -> Float32s:
        """Share of the sky's light that nothing within reach takes away, (P,).

        `start` (P, 3) lies just off a surface with unit `normals` (3, P).
        """
        total = np.zeros(len(start), dtype=np.float32)
        if not len(start):
            return total
        first, second = _tangents(normals)
        lean = normals * np.float32(0.55)
        for k in range(OCCLUSION_RAYS):
            angle = phase + np.float32(2 * np.pi * k / OCCLUSION_RAYS)
            directions = lean + first * (np.cos(angle) * np.float32(0.83))
            directions += second * (np.sin(angle) * np.float32(0.83))
            rays = np.ascontiguousarray(directions.T)
            reach = np.full(len(start), OCCLUSION_REACH, dtype=np.float32)
            for scene in (self._still, self._moving):
                if scene is not None:
                    reach = scene.run(start, rays, query="DISTANCE", dists=reach)
            total += reach
        return np.asarray(total / np.float32(OCCLUSION_REACH * OCCLUSION_RAYS))


@dataclass(frozen=True)
class _PlanarShape:
    """A mesh's normals as long rows: of the three corners (3, F) each, and of the faces (3, F)."""

    corners: tuple[Float32s, ...]
    faces: Float32s
    slots: NDArray[np.int32]


@cache
def _planar_shape(kind: str) -> _PlanarShape:
    mesh = mesh_of(kind)
    a, b, c = (mesh.vertices[mesh.faces[:, k]] for k in range(3))
    normals = np.cross(b - a, c - a)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    corners = tuple(np.ascontiguousarray(mesh.corner_normals[:, k].T) for k in range(3))
    return _PlanarShape(corners, np.ascontiguousarray(normals.T), mesh.face_slots)


def _pick(vectors: Float32s, at: Indices) -> Float32s:
    """Columns `at` of planar vectors, row by row: faster than one look-up of all."""
    out = np.empty((3, len(at)), dtype=np.float32)
    for row in range(3):
        np.take(vectors[row], at, out=out[row])
    return out


def _put(vectors: Float32s, at: Indices, values: Float32s) -> None:
    for row in range(3):
        vectors[row, at] = values[row]


def _along(vectors: Float32s, direction: Float32s) -> Float32s:
    """Dot products (P,) of planar vectors with one direction (3,)."""
    return np.asarray(
        vectors[0] * direction[0] + vectors[1] * direction[1] + vectors[2] * direction[2]
    )


def _rotated(rotation: Float32s, vectors: Float32s) -> Float32s:
    """Rotate planar vectors without BLAS, whose threads cost more than they give here."""
    return np.stack([_along(vectors, row) for row in rotation])


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
