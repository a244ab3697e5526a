"""Where a point goes, and whether the camera sees it: a ray against every triangle of the scene."""

from __future__ import annotations

import numpy as np
from rederivation.names import pixel_of
from rederivation.solids import shapes, triangles
from rederivation.visibility import askable

from fourdp_qa.sources.simulator.catalogue import mesh_of

SURELY_BEFORE, SURELY_AT = 1e-2, 5e-4
"""Metres. A surface this far before a point hides it; one closer than the second is the point's own.
In between, where the view grazes the surface, the flag depends on the tolerance and is not compared."""
GROUND_RADIUS = 60.0
BORDER = 1e-6


class Point:
    """The surface point under a query pixel, carried by the thing it lies on.

    Attributes
    ----------
    object_id : what the pixel shows; 0 for the static surroundings.
    """

    def __init__(self, world, query_frame, stated):
        row, column = pixel_of(world, stated)
        self.world, self.query_frame = world, query_frame
        self.object_id = int(world.instances(query_frame)[row, column])
        self._found = world.lifted(query_frame, np.array([row]), np.array([column]))[0]

    def at(self, t):
        """Its place (3,) in the world in scene frame t."""
        if self.object_id == 0:
            return self._found
        n = self.world.object_index(self.object_id)
        then, now = (self.world.scene.world_from_object[f, n] for f in (self.query_frame, t))
        own = then[:3, :3].T @ (self._found - then[:3, 3])
        return now[:3, :3] @ own + now[:3, 3]

    def on_picture(self, t, camera_frame):
        """Image coordinates (2,) of its place in frame t for the camera of `camera_frame`."""
        return self.world.on_picture(camera_frame, self.at(t)[None])[0]

    def seen(self, t):
        """Whether the camera of frame t sees it; None where the tolerance decides."""
        place = self.on_picture(t, t)
        if np.isnan(place).any() or np.any((place < -BORDER) | (place > 1 + BORDER)):
            return False
        if np.any((np.abs(place) < BORDER) | (np.abs(place - 1) < BORDER)):
            return None
        gap = gap_to_first_surface(self.world, t, self.at(t))
        if gap > SURELY_BEFORE:
            return False
        return True if gap < SURELY_AT else None


class NamedCentre:
    """The box centre of an object that the question names; the flag says whether the picture shows
    enough of the object to ask about it.

    Attributes
    ----------
    object_id : instance id.
    """

    def __init__(self, world, object_id):
        self.world, self.object_id = world, object_id

    def on_picture(self, t, camera_frame):
        """Image coordinates (2,) of the centre in frame t for the camera of `camera_frame`."""
        return self.world.on_picture(camera_frame, self.world.centres(self.object_id, [t]))[0]

    def seen(self, t):
        """Whether frame t shows enough of it; None where a share is too close to call."""
        return askable(self.world, self.object_id, t)


def gap_to_first_surface(world, t, point):
    """How far before `point` the ray from the camera of frame t meets anything, metres; 0 if not."""
    eye = world.camera(t)[1]
    length = float(np.linalg.norm(point - eye))
    ray = (point - eye) / length
    first = length
    for n, (kind, scale) in enumerate(shapes(world)):
        pose = world.scene.world_from_object[t, n]
        centre = pose[:3, 3] - eye
        along = float(np.clip(centre @ ray, 0.0, length))
        if np.linalg.norm(centre - along * ray) > np.linalg.norm(mesh_of(kind).size) * scale / 2 + 1e-3:
            continue
        corners = triangles(kind) * scale
        met = first_triangle(pose[:3, :3].T @ -centre, pose[:3, :3].T @ ray, corners)
        first = min(first, met)
    if ray[2] < 0:
        to_ground = eye[2] / -ray[2]
        if np.hypot(*(eye + to_ground * ray)[:2]) < GROUND_RADIUS:
            first = min(first, to_ground)
    return length - first


def first_triangle(start, ray, corners):
    """Length along a unit ray to the first of triangles (F, 3, 3), inf when none is met.

    The ray meets the plane of a triangle; it is inside when it passes all three edges on one side.
    """
    a, b, c = corners[:, 0] - start, corners[:, 1] - start, corners[:, 2] - start
    sides = np.stack([np.cross(p, q) @ ray for p, q in ((a, b), (b, c), (c, a))])
    inside = np.all(sides >= 0, axis=0) | np.all(sides <= 0, axis=0)
    total = sides.sum(axis=0)
    inside &= total != 0
    if not inside.any():
        return np.inf
    # Each edge's share of the whole is the weight of the corner across from it.
    weights = sides[:, inside] / total[inside]
    depths = weights[0] * (c[inside] @ ray) + weights[1] * (a[inside] @ ray) + weights[2] * (
        b[inside] @ ray
    )
    ahead = depths[depths > 1e-6]
    return float(ahead.min()) if len(ahead) else np.inf
