"""Colour along rays: textures and patterns, sun with shadows, sky light with ambient occlusion.

Vectors are planar here, (3, P): NumPy is several times faster on three long rows than on P rows of
three. Only what embree is given has rows of three.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.catalogue import kind_of, mesh_of
from fourdp_qa.sources.simulator.ground import Ground, pixel_footprint
from fourdp_qa.sources.simulator.lights import Source
from fourdp_qa.sources.simulator.materials import Material, material
from fourdp_qa.sources.simulator.patterns import draw_pattern
from fourdp_qa.sources.simulator.rays import GROUND, SKY, Hits, turned
from fourdp_qa.sources.simulator.shadows import OCCLUSION_RAYS, OCCLUSION_REACH, Look, Shadows
from fourdp_qa.sources.simulator.sky import sky_colour
from fourdp_qa.sources.simulator.spec import EnvironmentSpec
from fourdp_qa.sources.simulator.surfaces import Surface, surfaces
from fourdp_qa.sources.simulator.surroundings import CARRYING, ROOMS
from fourdp_qa.sources.simulator.textures import ground_levels, sample_levels

Float32s = NDArray[np.float32]
Indices = NDArray[np.intp]


def _column(*values: float) -> Float32s:
    return np.array(values, dtype=np.float32)[:, None]


HAZE_METRES: Final = 260.0
"""Distance over which a surface fades to 1/e into the haze."""

OCCLUSION_DEPTH: Final = 16.0
"""Units from the camera beyond which half a unit is a few pixels and is not worth the rays."""
NEAR_GROUND: Final = 0.7
"""Of that depth: ground is seen at a slant, and houses stand beyond."""
_LIFT: Final = 3e-3
"""Units off the surface where secondary rays begin, so that it does not shade itself."""


@dataclass
class _Surface:
    """Points of things to be lit; vectors (3, P), numbers (P,)."""

    points: Float32s
    normals: Float32s
    face_normals: Float32s
    albedo: Float32s
    rows: NDArray[np.int32]  # of the materials
    near: NDArray[np.bool_]  # whether ambient occlusion is worth its rays here
    shaded: NDArray[np.bool_]  # whether shadows are


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
        self.source = Source(environment)
        self.light = self.source.light
        self.ground = Ground(environment, pixel_angle)
        unit = environment.stage.unit
        self.shadows = Shadows(looks, OCCLUSION_REACH * unit)
        self.lift = np.float32(_LIFT * unit)
        self.occlusion_depth = OCCLUSION_DEPTH * unit
        self._collect_materials()

    def place(self, world_from_instance: Floats) -> None:
        """Take the poses (N, 4, 4) of one frame: what moves casts its shadow from there."""
        self.poses = world_from_instance
        self.shadows.place(world_from_instance)

    def colour(
        self, hits: Hits, rays: Float32s, world_from_camera: Floats, phase: Float32s,
        occlusion_rays: int = OCCLUSION_RAYS,
    ) -> Float32s:
        """Linear RGB (3, P) of `hits` along `rays` (2, P) of the ray caster.

        `phase` (P,) radians turns the occlusion rays, so that their noise is fine and even.
        """
        self.occlusion_rays = occlusion_rays
        eye = world_from_camera[:3, 3].astype(np.float32)[:, None]
        directions = turned(world_from_camera[:3, :3].astype(np.float32), rays)
        length = np.sqrt(rays[0] * rays[0] + rays[1] * rays[1] + np.float32(1))
        colour = np.empty((3, rays.shape[1]), dtype=np.float32)
        sky = np.flatnonzero(hits.instance == SKY)
        _put(colour, sky, sky_colour(
            _pick(directions, sky) / length[sky], self.environment.sky_turn, self.light))
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
                lit += (self.light.haze - lit) * (1 - np.exp(depth * np.float32(-1 / HAZE_METRES)))
                _put(colour, chosen, lit)
        return colour

    def _collect_materials(self) -> None:
        """One row for each slot of each thing; `first_row[n] + face slot` finds it."""
        rows: list[Material] = []
        self.first_row: list[int] = []
        self.textured: list[Surface] = []
        for look in self.looks:
            self.first_row.append(len(rows))
            kind = kind_of(look.kind)
            slots = mesh_of(look.kind).slots
            rows += [material(kind, slot, look.colours) for slot in slots]
            self.textured += [surfaces().get(slot, Surface((1.0, 1.0, 1.0))) for slot in slots]
        self.albedo = np.array([row.colour for row in rows], dtype=np.float32).reshape(-1, 3).T
        self.second = np.array([row.second for row in rows], dtype=np.float32).reshape(-1, 3).T
        self.gloss = np.array([row.gloss for row in rows], dtype=np.float32)
        self.sharpness = np.array([row.sharpness for row in rows], dtype=np.float32)
        self.pattern = np.array([row.pattern for row in rows], dtype=np.int8)

    def _ground_colour(
        self, hits: Hits, chosen: Indices, points: Float32s, view: Float32s, phase: Float32s
    ) -> Float32s:
        """The ground is flat and matt: one normal, no highlight."""
        albedo = self.ground.albedo(points, view, hits.depth[chosen])
        start = np.ascontiguousarray(points.T)
        start[:, 2] = self.lift
        way, strength = self.source.towards(points)
        sun = way[2] * strength
        if self.source.shines:
            sun = sun * ~self.shadows.blocked(start, way)
        light = np.ones(len(chosen), dtype=np.float32)
        reached = hits.depth[chosen] < NEAR_GROUND * self.occlusion_depth
        near = np.flatnonzero(reached & self._near_things(points, 0.0))
        up = np.broadcast_to(_column(0, 0, 1), (3, len(near)))
        light[near] = self.shadows.sky_share(start[near], up, phase[near], self.occlusion_rays)
        light *= np.float32(0.75)
        light += np.float32(0.25)
        return np.asarray(albedo * (self.light.sky * light + self.light.sun * sun))

    def _near_things(self, points: Float32s, level: float) -> NDArray[np.bool_]:
        """Points on `level` close enough to something that it darkens them."""
        near = np.zeros(points.shape[1], dtype=bool)
        x, y = points[0], points[1]
        for look, pose in zip(self.looks, self.poses, strict=True):
            half = mesh_of(look.kind).size * look.scale / 2
            if look.kind in CARRYING or pose[2, 3] - np.linalg.norm(half) > self.shadows.reach + level:
                continue
            # The upright box of the thing in world axes, grown by a bit more than half the reach.
            grown = np.abs(pose[:2, :3]) @ half + 0.6 * self.shadows.reach
            low, high = (pose[:2, 3] - grown).astype(np.float32), (pose[:2, 3] + grown)
            near |= (x > low[0]) & (x < high[0]) & (y > low[1]) & (y < high[1])
        return near

    def _thing_colour(
        self, hits: Hits, chosen: Indices, points: Float32s, view: Float32s, phase: Float32s
    ) -> Float32s:
        surface = self._surface(hits, chosen, points, view)
        normals = surface.normals
        start = np.ascontiguousarray((points + surface.face_normals * self.lift).T)
        way, strength = self.source.towards(points)
        sun = np.maximum(_dot(normals, way), 0)
        turned_to = (sun > 0) & (_dot(surface.face_normals, way) > 0)
        sun *= turned_to
        # Hardly any shadow falls on the walls of a room, which fill half of its pictures.
        facing = np.flatnonzero(turned_to & surface.shaded & self.source.shines)
        sun[facing] *= ~self.shadows.blocked(
            start[facing], way if way.shape[1] == 1 else _pick(way, facing))
        sun *= strength
        light = np.ones(len(chosen), dtype=np.float32)
        near = np.flatnonzero(surface.near)
        light[near] = self.shadows.sky_share(
            start[near], _pick(normals, near), phase[near], self.occlusion_rays)
        upward = 0.5 + 0.5 * normals[2]
        lit = self.light
        ambient = (lit.bounce + (lit.sky - lit.bounce) * upward) * (0.25 + 0.75 * light)
        colour = surface.albedo * (ambient + lit.sun * sun)
        colour += self._highlight(surface, view, way, sun > 0)
        return np.asarray(colour)

    def _surface(
        self, hits: Hits, chosen: Indices, points: Float32s, view: Float32s
    ) -> _Surface:
        count = len(chosen)
        shape = (3, count)
        local, normals, local_normals, face_normals = (
            np.empty(shape, dtype=np.float32) for _ in range(4)
        )
        rows = np.empty(count, dtype=np.int32)
        near = hits.depth[chosen] < self.occlusion_depth
        shaded = np.ones(count, dtype=bool)
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
            if look.kind in CARRYING and look.kind not in ROOMS:
                level = self.environment.stage.level
                near[here] &= self._near_things(_pick(points, here), level)
                near[here] &= (normals[2, here] > 0.9) & (
                    hits.depth[at] < NEAR_GROUND * self.occlusion_depth)
            elif look.is_landmark:
                near[here] = False
                shaded[here] = look.kind not in ROOMS
        albedo = self._patterned(rows, local, local_normals)
        footprint = pixel_footprint(
            hits.depth[chosen], np.abs(_dot(normals, view)), self.pixel_angle)
        self._lay_textures(albedo, rows, local, local_normals, footprint)
        return _Surface(points, normals, face_normals, albedo, rows, near, shaded)

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

    def _lay_textures(
        self, albedo: Float32s, rows: NDArray[np.int32], local: Float32s, local_normals: Float32s,
        footprint: Float32s,
    ) -> None:
        """Multiply `albedo` (3, P) by the textures of walls and table tops, laid from the side."""
        for row in np.flatnonzero(np.bincount(rows, minlength=len(self.textured))):
            surface = self.textured[row]
            if not surface.texture:
                continue
            here = np.flatnonzero(rows == row)
            points, normals = _pick(local, here), np.abs(_pick(local_normals, here))
            sideways = normals[0] > np.maximum(normals[1], normals[2])
            upright = normals[2] < 0.7
            u = np.where(sideways, points[1], points[0]) / np.float32(surface.tile)
            v = np.where(upright, points[2], points[1]) / np.float32(surface.tile)
            levels = ground_levels(surface.texture)
            texels = np.float32(levels[0].shape[1] / surface.tile)
            level = np.log2(footprint[here] * texels + np.float32(1e-6))
            _put(albedo, here, _pick(albedo, here) * sample_levels(levels, u, v, level))

    def _highlight(
        self, surface: _Surface, view: Float32s, way: Float32s, sunny: NDArray[np.bool_]
    ) -> Float32s:
        gloss = self.gloss[surface.rows]
        half = view + way
        across = (surface.normals * half).sum(axis=0) / np.sqrt((half * half).sum(axis=0))
        # exp(k log x): a power of arrays is several times slower.
        peak = np.exp(self.sharpness[surface.rows] * np.log(np.clip(across, 1e-4, 1)))
        rim = 1 - np.clip((surface.normals * view).sum(axis=0), 0, 1)
        rim *= rim * rim * rim * rim
        return np.asarray(self.light.mirrored * (gloss * (0.04 + 0.5 * rim)) + 0.8 * gloss * peak * sunny)


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


def _dot(a: Float32s, b: Float32s) -> Float32s:
    """Dot products (P,) of planar vectors; one of them may be a single column."""
    return np.asarray(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


def _along(vectors: Float32s, direction: Float32s) -> Float32s:
    """Dot products (P,) of planar vectors with one direction (3,)."""
    return np.asarray(
        vectors[0] * direction[0] + vectors[1] * direction[1] + vectors[2] * direction[2]
    )


def _rotated(rotation: Float32s, vectors: Float32s) -> Float32s:
    """Rotate planar vectors without BLAS, whose threads cost more than they give here."""
    return np.stack([_along(vectors, row) for row in rotation])
