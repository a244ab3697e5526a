"""Shape builders: revolved profiles, ellipsoids, bevelled boxes, tori, tubes and extruded outlines.

Builder axes: +x forward, +y left, +z up, metres, the ground at z = 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fourdp_qa.scene.pose import Floats

Indices = NDArray[np.int64]

SMOOTH, SHARP = 80.0, 30.0
"""Crease angles in degrees: edges sharper than this keep their facets."""


@dataclass(frozen=True)
class Part:
    """A piece of one material.

    Attributes
    ----------
    vertices : (V, 3) metres, builder axes
    faces : (F, 3) vertex indices, counter-clockwise seen from outside
    material : str
        Slot that the catalogue's materials or the object's colours fill.
    crease : float
        Degrees; neighbouring faces that meet at less share smooth normals.
    """

    vertices: Floats
    faces: Indices
    material: str
    crease: float = SHARP

    def with_flat_foot(self) -> Part:
        """Cut off flat what reaches below the ground: the end of a slanting leg."""
        vertices = self.vertices.copy()
        vertices[:, 2] = np.maximum(vertices[:, 2], 0.0)
        return Part(vertices, self.faces, self.material, self.crease)

    def moved(
        self, offset: ArrayLike = (0.0, 0.0, 0.0), rotation: ArrayLike | None = None,
        scale: ArrayLike = 1.0,
    ) -> Part:
        """Scale, then rotate, then shift; a mirroring scale keeps the faces outward."""
        factors = np.broadcast_to(np.asarray(scale, dtype=np.float64), (3,))
        vertices = self.vertices * factors
        if rotation is not None:
            vertices = vertices @ np.asarray(rotation, dtype=np.float64).T
        faces = self.faces[:, ::-1] if np.prod(factors) < 0 else self.faces
        return Part(vertices + np.asarray(offset), faces, self.material, self.crease)


@dataclass(frozen=True)
class Mesh:
    """A finished shape in object axes: origin at the centre of its bounding box.

    Attributes
    ----------
    vertices : (V, 3) float32, metres
    faces : (F, 3) int32
    corner_normals : (F, 3, 3) float32, a unit normal for each corner of each face
    face_slots : (F,) int32, index into `slots`
    slots : material names
    size : (3,) edge lengths of the bounding box
    centre : (3,) the box centre in builder axes
    """

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    corner_normals: NDArray[np.float32]
    face_slots: NDArray[np.int32]
    slots: tuple[str, ...]
    size: Floats
    centre: Floats


def rotation_about(axis: str, degrees: float) -> Floats:
    """Right-handed rotation (3, 3) about "x", "y" or "z"."""
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    i, j = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    rotation = np.eye(3)
    rotation[i, i] = rotation[j, j] = c
    rotation[i, j], rotation[j, i] = -s, s
    return rotation


def revolve(
    profile: Sequence[tuple[float, float]], material: str, sides: int = 40, crease: float = 40.0
) -> Part:
    """Turn a profile of (radius, height) pairs, listed upwards along the outside, about z."""
    points = np.asarray(profile, dtype=np.float64)
    angle = np.arange(sides) * (2 * np.pi / sides)
    vertices = np.stack(
        [
            np.outer(points[:, 0], np.cos(angle)),
            np.outer(points[:, 0], np.sin(angle)),
            np.repeat(points[:, 1:], sides, axis=1),
        ],
        axis=-1,
    ).reshape(-1, 3)
    return Part(vertices, _grid_faces(len(points), sides, wrap_rows=False), material, crease)


def ellipsoid(
    radii: tuple[float, float, float], centre: ArrayLike, material: str, sides: int = 32
) -> Part:
    """An ellipsoid with its poles on z."""
    latitude = np.linspace(-np.pi / 2, np.pi / 2, sides // 2 + 1)
    profile = [(float(np.cos(a)), float(np.sin(a))) for a in latitude]
    profile[0], profile[-1] = (0.0, -1.0), (0.0, 1.0)
    return revolve(profile, material, sides, SMOOTH).moved(centre, scale=radii)


def cylinder(
    radius: float, height: float, centre: ArrayLike, material: str, axis: str = "z",
    sides: int = 36, top_radius: float | None = None,
) -> Part:
    """A closed cylinder or cone stump along an axis, its centre at `centre`."""
    top = radius if top_radius is None else top_radius
    half = height / 2
    part = revolve([(0, -half), (radius, -half), (top, half), (0, half)], material, sides)
    turn = {"z": None, "x": rotation_about("y", 90), "y": rotation_about("x", -90)}[axis]
    return part.moved(centre, turn)


def torus(
    ring: float, tube: float, material: str, sides: int = 48, tube_sides: int = 20,
    arc: tuple[float, float] = (0.0, 360.0),
) -> Part:
    """A torus about z, or the piece of it between two angles in degrees (ends left open)."""
    closed = arc[1] - arc[0] >= 360.0
    a = np.deg2rad(np.linspace(*arc, sides + (not closed), endpoint=not closed))
    b = np.arange(tube_sides) * (2 * np.pi / tube_sides)
    vertices = np.stack(
        [
            np.outer(np.cos(a), ring + tube * np.cos(b)),
            np.outer(np.sin(a), ring + tube * np.cos(b)),
            np.tile(tube * np.sin(b), (len(a), 1)),
        ],
        axis=-1,
    ).reshape(-1, 3)
    faces = _grid_faces(len(a), tube_sides, wrap_rows=closed)[:, ::-1]
    return Part(vertices, faces, material, SMOOTH)


def bevelled_box(
    size: tuple[float, float, float], centre: ArrayLike, material: str, bevel: float = 0.1,
    top: tuple[float, float] = (1.0, 1.0),
) -> Part:
    """A box with cut edges.

    Parameters
    ----------
    bevel : float
        Cut as a share of the smallest edge.
    top : (float, float)
        Factors on the x and y size at the top, for a tapered box.
    """
    half = np.asarray(size, dtype=np.float64) / 2
    inner = half - bevel * half.min() * 2
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
    # Vertex 3 c + a: near corner c, on the face whose normal is axis a.
    reach = np.where(np.eye(3, dtype=bool), half, inner)
    vertices = (signs[:, None, :] * reach[None]).reshape(-1, 3)
    faces = _outward(_box_faces(), vertices)
    share = (vertices[:, 2] / half[2] + 1) / 2
    vertices[:, :2] *= 1 + share[:, None] * (np.asarray(top) - 1)
    return Part(vertices + np.asarray(centre), faces, material, SHARP)


def extrude(
    outline: Sequence[tuple[float, float]], width: float, material: str, crease: float = SHARP
) -> Part:
    """Give a simple outline of (x, z) pairs a width along y, centred on y = 0."""
    points = np.asarray(outline, dtype=np.float64)
    x, z = points.T
    if np.sum(x * np.roll(z, -1) - np.roll(x, -1) * z) < 0:
        points = points[::-1]
    count = len(points)
    near = np.stack([points[:, 0], np.full(count, -width / 2), points[:, 1]], axis=1)
    far = near * (1, -1, 1)
    cap = np.array(_ear_clip(points), dtype=np.int64)
    i = np.arange(count)
    j = (i + 1) % count
    walls = np.concatenate(
        [np.stack([i, i + count, j + count], 1), np.stack([i, j + count, j], 1)]
    )
    faces = np.concatenate([cap, cap[:, ::-1] + count, walls])
    return Part(np.concatenate([near, far]), faces, material, crease)


def tube(
    path: Sequence[tuple[float, float, float]], radii: float | Sequence[float], material: str,
    sides: int = 14,
) -> Part:
    """A closed tube along a path of points, of one radius or one for each point.

    A handle, a spout, a tail: the rings turn with the path and do not twist about it.
    """
    points = np.asarray(path, dtype=np.float64)
    radius = np.broadcast_to(np.asarray(radii, dtype=np.float64), len(points))
    along = np.gradient(points, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    # Any direction across the first piece will do; each ring takes over the one before it.
    across = np.cross(along[0], np.eye(3)[np.argmin(np.abs(along[0]))])
    angle = np.arange(sides) * (2 * np.pi / sides)
    rings = [np.broadcast_to(points[0], (sides, 3))]
    for k in range(len(points)):
        across = across - along[k] * (across @ along[k])
        across = across / np.linalg.norm(across)
        third = np.cross(along[k], across)
        circle = np.outer(np.cos(angle), across) + np.outer(np.sin(angle), third)
        rings.append(points[k] + radius[k] * circle)
    rings.append(np.broadcast_to(points[-1], (sides, 3)))
    return Part(np.concatenate(rings), _grid_faces(len(rings), sides, wrap_rows=False), material, 50.0)


def assemble(parts: Sequence[Part]) -> Mesh:
    """Join parts into one mesh with smooth normals, its origin at the bounding box's centre."""
    slots = tuple(sorted({part.material for part in parts}))
    vertices, faces, normals, face_slots = [], [], [], []
    offset = 0
    for part in parts:
        cross = _face_normals(part.vertices, part.faces)
        solid = np.linalg.norm(cross, axis=1) > 1e-14
        kept = part.faces[solid]
        normals.append(_corner_normals(part.vertices, kept, part.crease))
        vertices.append(part.vertices)
        faces.append(kept + offset)
        face_slots.append(np.full(len(kept), slots.index(part.material)))
        offset += len(part.vertices)
    points = np.concatenate(vertices)
    low, high = points.min(axis=0), points.max(axis=0)
    centre = (low + high) / 2
    return Mesh(
        vertices=np.ascontiguousarray(points - centre, dtype=np.float32),
        faces=np.ascontiguousarray(np.concatenate(faces), dtype=np.int32),
        corner_normals=np.concatenate(normals).astype(np.float32),
        face_slots=np.concatenate(face_slots).astype(np.int32),
        slots=slots,
        size=high - low,
        centre=centre,
    )


def _grid_faces(rows: int, columns: int, *, wrap_rows: bool) -> Indices:
    """Two triangles for each cell of a grid of vertices whose columns close on themselves."""
    i = np.arange(rows if wrap_rows else rows - 1)[:, None]
    j = np.arange(columns)[None]
    below, above = i * columns, ((i + 1) % rows) * columns
    right = (j + 1) % columns
    first = np.stack(np.broadcast_arrays(below + j, below + right, above + right), -1)
    second = np.stack(np.broadcast_arrays(below + j, above + right, above + j), -1)
    return np.concatenate([first.reshape(-1, 3), second.reshape(-1, 3)])


def _box_faces() -> Indices:
    """Faces of the 24-vertex box: 6 sides, 12 cut edges, 8 cut corners, in any orientation."""
    bit = (4, 2, 1)
    faces: list[tuple[int, int, int]] = []

    def quad(a: int, b: int, c: int, d: int) -> None:
        faces.extend([(a, b, c), (a, c, d)])

    for axis in range(3):
        p, q = (bit[k] for k in range(3) if k != axis)
        for side in (0, bit[axis]):
            ring = (side, side + p, side + p + q, side + q)
            quad(*(3 * corner + axis for corner in ring))
        others = [k for k in range(3) if k != axis]
        for corner in range(8):
            if corner & bit[axis]:
                continue
            end = corner + bit[axis]
            quad(*(3 * c + k for c, k in zip(
                (corner, end, end, corner), (others[0], others[0], others[1], others[1]),
                strict=True)))
    faces.extend((3 * c, 3 * c + 1, 3 * c + 2) for c in range(8))
    return np.array(faces, dtype=np.int64)


def _outward(faces: Indices, vertices: Floats) -> Indices:
    """Turn the faces of a convex shape around the origin so that they look outward."""
    inward = (_face_normals(vertices, faces) * vertices[faces].mean(axis=1)).sum(axis=1) < 0
    return np.where(inward[:, None], faces[:, ::-1], faces)


def _ear_clip(points: Floats) -> list[tuple[int, int, int]]:
    """Triangulate a simple counter-clockwise polygon."""
    def area(a: int, b: int, c: int) -> float:
        u, v = points[b] - points[a], points[c] - points[a]
        return float(u[0] * v[1] - u[1] * v[0])

    left = list(range(len(points)))
    triangles = []
    while len(left) > 3:
        for k in range(len(left)):
            a, b, c = left[k - 1], left[k], left[(k + 1) % len(left)]
            inside = any(
                area(a, b, q) >= 0 and area(b, c, q) >= 0 and area(c, a, q) >= 0
                for q in left if q not in (a, b, c)
            )
            if area(a, b, c) > 1e-12 and not inside:
                triangles.append((a, b, c))
                left.pop(k)
                break
        else:
            raise ValueError("the outline crosses itself or encloses nothing")
    return [*triangles, (left[0], left[1], left[2])]


def _face_normals(vertices: Floats, faces: Indices) -> Floats:
    """Outward normals (F, 3) whose length is twice the face's area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.cross(b - a, c - a)


def _corner_normals(vertices: Floats, faces: Indices, crease: float) -> Floats:
    """Normal of each corner (F, 3, 3): mean over the faces at its vertex within `crease` degrees.

    Vertices at the same place are one, so seams of revolved shapes do not show.
    """
    weighted = _face_normals(vertices, faces)
    unit = weighted / np.linalg.norm(weighted, axis=1, keepdims=True)
    _, welded = np.unique(np.round(vertices, 6), axis=0, return_inverse=True)
    corner_vertex = welded.reshape(-1)[faces].reshape(-1)
    order = np.argsort(corner_vertex, kind="stable")
    count = np.bincount(corner_vertex)
    start = np.cumsum(count) - count
    # Every pair (corner, corner at the same vertex), written out flat.
    pairs = count[corner_vertex]
    first = np.repeat(np.arange(len(corner_vertex)), pairs)
    within = np.arange(len(first)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    second = order[start[corner_vertex[first]] + within] // 3
    agree = (unit[first // 3] * unit[second]).sum(axis=1) >= np.cos(np.deg2rad(crease)) - 1e-9
    normals: Floats = np.stack(
        [
            np.bincount(first[agree], weighted[second[agree], k], len(corner_vertex))
            for k in range(3)
        ],
        axis=1,
    )
    unit_normals: Floats = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    return unit_normals.reshape(len(faces), 3, 3)
