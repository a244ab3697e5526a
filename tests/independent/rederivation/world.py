"""A scene's poses, sizes and images, and the geometry of this proof, written anew from the rules.

Nothing here uses the library's own camera maths: only the numbers a Scene holds. World axes are the
scene's; camera axes are x right, y down, z forward; image coordinates have pixel centres at +0.5.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from rederivation.turning import headings

from fourdp_qa.sources.registry import SourceOptions, list_scenes

CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])


class World:
    """One scene, opened when it is first asked about."""

    def __init__(self, handle):
        self._handle = handle
        self.depth = cache(lambda t: np.asarray(self.scene.depth(t)))
        self.instances = cache(lambda t: np.asarray(self.scene.instances(t)))

    @property
    def scene(self):
        if "_scene" not in self.__dict__:
            self._scene = self._handle.open()
        return self._scene

    @property
    def width(self):
        return self.scene.facts.width

    @property
    def up(self):
        return np.asarray(self.scene.facts.up, dtype=np.float64)

    def camera(self, t):
        """Rotation (3, 3), its columns the camera's x, y, z in the world, and centre (3,)."""
        pose = self.scene.world_from_camera[t]
        return pose[:3, :3], pose[:3, 3]

    def object_index(self, object_id):
        """Place of an instance id in the scene's arrays."""
        return [facts.id for facts in self.scene.objects].index(object_id)

    def facts(self, object_id):
        """What is true of an object in every frame."""
        return self.scene.objects[self.object_index(object_id)]

    def rotations(self, object_id, frames):
        """Rotations (T, 3, 3), the columns the object's axes in the world."""
        return self.scene.world_from_object[frames, self.object_index(object_id), :3, :3]

    def fronts(self, object_id, frames):
        """Level unit vectors (T, 3) in which an object's front points.

        Raises
        ------
        ValueError
            When it has no front.
        """
        front = self.facts(object_id).front
        if front is None:
            raise ValueError(f"object {object_id} has no front")
        return headings(self.up, self.rotations(object_id, frames) @ np.asarray(front))

    def box(self, object_id, t):
        """Axes (3, 3) as columns, centre (3,) and edges (3,) of an object's box in the world."""
        pose = self.scene.world_from_object[t, self.object_index(object_id)]
        return pose[:3, :3], pose[:3, 3], np.asarray(self.facts(object_id).size)

    def centres(self, object_id, frames):
        """Box centres (T, 3) in the world."""
        return self.scene.world_from_object[frames, self.object_index(object_id), :3, 3]

    def distances(self, object_id, frames):
        """Distances (T,) of camera and box centre."""
        eyes = self.scene.world_from_camera[frames, :3, 3]
        return np.sqrt(((self.centres(object_id, frames) - eyes) ** 2).sum(axis=1))

    def in_camera(self, t, points):
        """Points (P, 3) of the world in the axes of the camera of frame t."""
        rotation, eye = self.camera(t)
        return np.stack([(points - eye) @ rotation[:, axis] for axis in range(3)], axis=-1)

    def on_picture(self, t, points):
        """Image coordinates (P, 2) as fractions of the side; NaN behind the camera."""
        return self.picture_of(self.in_camera(t, points))

    def picture_of(self, seen):
        """Image coordinates (P, 2), fractions of the side, of points (P, 3) in camera axes."""
        K, facts = self.scene.facts.K, self.scene.facts
        ahead = np.where(seen[..., 2] > 1e-9, seen[..., 2], np.nan)
        return np.stack([
            (K[0, 0] * seen[..., 0] / ahead + K[0, 2]) / facts.width,
            (K[1, 1] * seen[..., 1] / ahead + K[1, 2]) / facts.height,
        ], axis=-1)

    def lifted(self, t, rows, columns):
        """World points (P, 3) on the surfaces seen by pixels (rows, columns) of frame t."""
        K, (rotation, eye) = self.scene.facts.K, self.camera(t)
        ahead = self.depth(t)[rows, columns].astype(np.float64)
        right = (np.asarray(columns) + 0.5 - K[0, 2]) / K[0, 0] * ahead
        down = (np.asarray(rows) + 0.5 - K[1, 2]) / K[1, 1] * ahead
        return (
            eye + right[:, None] * rotation[:, 0] + down[:, None] * rotation[:, 1]
            + ahead[:, None] * rotation[:, 2]
        )

    def heading(self, t):
        """Unit vectors forward, right, up of frame t in the world."""
        view = self.camera(t)[0][:, 2]
        forward = view - self.up * float(view @ self.up)
        forward = forward / np.linalg.norm(forward)
        return forward, np.cross(forward, self.up), self.up

    def elevation(self, t):
        """Angle of the view above the horizon, degrees."""
        view = self.camera(t)[0][:, 2]
        return float(np.degrees(np.arctan2(view @ self.up, view @ self.heading(t)[0])))

    def box_corners(self, object_id, t):
        """Corners (8, 3) of the object's box in the world."""
        n = self.object_index(object_id)
        pose = self.scene.world_from_object[t, n]
        return (CORNERS * self.scene.objects[n].size) @ pose[:3, :3].T + pose[:3, 3]

    def box_distance(self, object_id, t, eye):
        """Distance of a point to the object's box, 0 inside."""
        n = self.object_index(object_id)
        pose = self.scene.world_from_object[t, n]
        own = np.array([(eye - pose[:3, 3]) @ pose[:3, axis] for axis in range(3)])
        beyond = np.maximum(np.abs(own) - np.asarray(self.scene.objects[n].size) / 2, 0.0)
        return float(np.linalg.norm(beyond))

    def box_diagonals(self, object_id, frames, camera_frames):
        """Diagonals (T,) of the upright box around the projected corners, fractions of the side."""
        diagonals = []
        for t, by in zip(frames, camera_frames, strict=True):
            corners = self.on_picture(by, self.box_corners(object_id, t))
            diagonals.append(np.linalg.norm(corners.max(axis=0) - corners.min(axis=0)))
        return np.array(diagonals)


def open_worlds(scenes, size, frames, seed):
    """The same scenes the command reads, by scene id."""
    options = SourceOptions(size=size, frames=frames, scenes=scenes, seed=seed)
    return {handle.scene_id: World(handle) for handle in list_scenes("simulator", options)}
