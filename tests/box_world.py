"""BoxWorld: a small scene whose every number is known, for tests of all rooms.

Boxes stand, slide, turn and tumble over a chequered floor; a camera moves past them. Every pixel
is found by intersecting its ray with boxes and floor: colour, depth, ids and visibility are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fourdp_qa.scene.camera import inside_image, pixel_centres, project, unproject
from fourdp_qa.scene.pose import invert_pose, make_pose, transform_points
from fourdp_qa.scene.scene import Capability, ObjectFacts, Scene, SceneFacts

TOUCHING = 1e-6  # relative: a point is not hidden by the surface it lies on


@dataclass(frozen=True)
class Box:
    """A box by its path: where it starts, how far it goes and turns until the last frame."""

    caption: str
    colour: tuple[int, int, int]
    size: tuple[float, float, float]
    start: tuple[float, float, float]
    travel: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn: tuple[float, float, float] = (0.0, 0.0, 0.3)  # rotation vector from the first frame
    turn_at_start: tuple[float, float, float] = (0.0, 0.0, 0.4)
    is_static: bool = False


BOXES = (
    Box("red box", (200, 40, 40), (1.2, 0.8, 0.9), (-1.4, 0.6, 0.45), turn=(0, 0, 0),
        is_static=True),
    Box("green box", (40, 170, 60), (0.9, 1.4, 0.7), (1.2, -0.6, 0.35), (-1.0, 1.4, 0.0),
        turn=(0.0, 0.0, 1.1)),
    Box("blue box", (50, 70, 210), (0.8, 0.6, 1.1), (0.3, 1.6, 2.2), (-0.6, -0.8, -0.7),
        turn=(0.9, 0.5, 0.4), turn_at_start=(0.5, 0.2, -0.3)),
    Box("yellow box", (220, 200, 40), (0.5, 0.5, 1.6), (2.2, 1.8, 0.8), turn=(0.0, 0.0, -0.9)),
)


class BoxWorld(Scene):
    """A Scene of boxes over a floor.

    Parameters
    ----------
    height, width, frames : int
    boxes : sequence of Box
    camera_still : bool
        The camera keeps its first pose.
    focal : float
        Focal length in image widths.
    world_turn : (3, 3) rotation of the whole world; up turns along.
    floor : bool
        False: nothing but the boxes has depth.
    """

    def __init__(self, height=96, width=96, frames=12, *, boxes=BOXES, camera_still=False,
                 focal=0.9, world_turn=None, floor=True, fps=12.0, scene_id="box_world",
                 camera_travel=(3.2, 1.4, 0.9)):
        turn = np.eye(3) if world_turn is None else np.asarray(world_turn, dtype=float)
        self.world = make_pose(turn, np.zeros(3))  # world_from_floor: z up, floor at z = 0
        self.boxes, self.has_floor = tuple(boxes), floor
        K = np.array([[focal * width, 0, width / 2], [0, focal * width, height / 2], [0, 0, 1.0]])
        capabilities = {Capability.DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES,
                        Capability.GRAVITY, Capability.METRIC_SCALE, Capability.EXACT_VISIBILITY}
        if floor:
            capabilities.add(Capability.BACKGROUND_DEPTH)
        self.facts = SceneFacts(
            source="box_world", scene_id=scene_id, split_key=scene_id, fps=fps,
            frame_count=frames, height=height, width=width, K=K, up=turn @ np.array([0, 0, 1.0]),
            units="metres", license="CC0-1.0", capabilities=frozenset(capabilities),
        )
        self.objects = tuple(
            ObjectFacts(id=n + 1, kind="box", caption=box.caption, size=np.array(box.size, float),
                        is_static=box.is_static)
            for n, box in enumerate(self.boxes)
        )
        time = np.linspace(0.0, 1.0, frames)
        self.world_from_camera = self.world @ camera_path(time * (not camera_still), camera_travel)
        self.world_from_object = self.world @ np.stack(
            [box_path(box, time) for box in self.boxes], axis=1
        ) if self.boxes else np.zeros((frames, 0, 4, 4))
        self.pose_valid = np.ones((frames, len(self.boxes)), dtype=bool)
        # What is drawn stays the truth, whatever a test then makes of the public numbers.
        self._camera, self._object, self._K = (
            self.world_from_camera.copy(), self.world_from_object.copy(), K.copy())
        self._ray = unproject(K, pixel_centres(height, width), np.ones((height, width)))
        self._hits = {}

    def rgb(self, t):
        z, ids = self._trace(t)
        lifted = (self._ray * z[..., None]).reshape(-1, 3)
        points = transform_points(self._camera[t], lifted)
        picture = np.full((*z.shape, 3), (150, 190, 230), dtype=np.float64)
        floor = ((ids == 0) & (z > 0)).ravel()
        flat = picture.reshape(-1, 3)
        flat[floor] = (120, 115, 105)
        on_floor = transform_points(invert_pose(self.world), points[floor])[:, :2]
        flat[floor] *= chequered(on_floor, 0.7)
        for n, box in enumerate(self.boxes):
            mine = (ids == n + 1).ravel()
            local = transform_points(invert_pose(self._object[t, n]), points[mine])
            face = np.abs(local / (0.5 * np.array(self.boxes[n].size))).argmax(axis=1)
            shade = np.array([0.75, 0.9, 1.1])[face][:, None]
            flat[mine] = np.array(box.colour) * shade * chequered(local, 0.25)
        return np.clip(picture, 0, 255).astype(np.uint8)

    def depth(self, t):
        return self._trace(t)[0].astype(np.float32)

    def instances(self, t):
        return self._trace(t)[1].astype(np.int32)

    def visible_part(self, t):
        _, ids = self._trace(t)
        origin, rays = self._rays(t)
        part = np.full(len(self.boxes), np.nan)
        for n in range(len(self.boxes)):
            silhouette = np.isfinite(self._box_distance(t, n, origin, rays)).sum()
            if silhouette:
                part[n] = (ids == n + 1).sum() / silhouette
        return part

    def sees(self, t, points_in_world, object_ids):
        in_camera = transform_points(invert_pose(self._camera[t]), points_in_world)
        uv = project(self._K, in_camera)
        inside = inside_image(uv, *self._ray.shape[:2])
        origin = self._camera[t, :3, 3]
        rays = points_in_world - origin  # distance 1 is the point itself
        nearest = np.full(len(rays), np.inf)
        for n in range(len(self.boxes)):
            nearest = np.minimum(nearest, self._box_distance(t, n, origin, rays))
        if self.has_floor:
            nearest = np.minimum(nearest, self._floor_distance(origin, rays))
        return inside & (nearest >= 1.0 - TOUCHING)

    def _rays(self, t):
        rays = (self._ray @ self._camera[t, :3, :3].T).reshape(-1, 3)
        return self._camera[t, :3, 3], rays

    def _trace(self, t):
        """z-depth (H, W) and ids (H, W). Rays have z = 1 in the camera, so distance is z-depth."""
        if t not in self._hits:
            origin, rays = self._rays(t)
            layers = [self._floor_distance(origin, rays)]
            layers += [self._box_distance(t, n, origin, rays) for n in range(len(self.boxes))]
            z, ids = np.min(layers, axis=0), np.argmin(layers, axis=0)
            shape = self._ray.shape[:2]
            self._hits[t] = (np.where(np.isfinite(z), z, 0.0).reshape(shape), ids.reshape(shape))
        return self._hits[t]

    def _floor_distance(self, origin, rays):
        if not self.has_floor:
            return np.full(len(rays), np.inf)
        floor_from_world = invert_pose(self.world)
        height = transform_points(floor_from_world, origin[None])[0, 2]
        fall = -(rays @ floor_from_world[:3, :3].T)[:, 2]
        with np.errstate(divide="ignore"):
            return np.where(fall > 1e-3, height / fall, np.inf)

    def _box_distance(self, t, n, origin, rays):
        """Distance along each ray, in ray lengths, to box n; infinite where it is missed."""
        object_from_world = invert_pose(self._object[t, n])
        start = transform_points(object_from_world, origin[None])[0]
        direction = rays @ object_from_world[:3, :3].T
        direction = np.where(np.abs(direction) < 1e-12, 1e-12, direction)
        half = 0.5 * np.array(self.boxes[n].size)
        to_faces = np.stack([(-half - start) / direction, (half - start) / direction])
        enter, leave = to_faces.min(axis=0).max(axis=1), to_faces.max(axis=0).min(axis=1)
        return np.where((enter <= leave) & (enter > 0), enter, np.inf)


def camera_path(time, travel):
    """Poses (T, 4, 4) that look at a point wandering over the boxes, with a slight roll."""
    eye = np.array([-1.5, -6.5, 2.6]) + time[:, None] * np.array(travel)
    target = np.array([0.2, 0.4, 0.9]) + time[:, None] * np.array([0.3, 0.2, -0.2])
    forward = target - eye
    forward /= np.linalg.norm(forward, axis=1, keepdims=True)
    right = np.cross(forward, [0, 0, 1.0])
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    down = np.cross(forward, right)
    level = np.stack([right, down, forward], axis=-1)
    roll = rotation_from_vector(time[:, None] * np.array([0, 0, 0.12]))
    return make_pose(level @ roll, eye)


def box_path(box, time):
    """Poses (T, 4, 4) of a box."""
    rotation = rotation_from_vector(time[:, None] * np.array(box.turn, float))
    at_start = rotation_from_vector(np.array(box.turn_at_start, float)[None])
    centre = np.array(box.start) + time[:, None] * np.array(box.travel)
    return make_pose(rotation @ at_start, centre)


def rotation_from_vector(vector):
    """Rotations (T, 3, 3) about axis-angle vectors (T, 3), by Rodrigues' formula."""
    angle = np.linalg.norm(vector, axis=-1)[:, None, None]
    axis = vector / np.maximum(np.linalg.norm(vector, axis=-1, keepdims=True), 1e-12)
    x, y, z = axis.T
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(-1, 3, 3)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def chequered(points, edge):
    """Brightness (P, 1) of a chequer pattern of the given field size."""
    fields = np.floor(points / edge).sum(axis=1)
    return np.where(fields % 2 == 0, 1.0, 0.8)[:, None]
