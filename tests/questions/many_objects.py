"""Many objects whose every pose is given, measured without a picture, and the changes of the rules.

World: z up. What a picture would tell (areas, surfaces) follows from sizes and distances alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fourdp_qa.measure.anchors import NAMED_FRAME_SHARES, Anchors
from fourdp_qa.measure.boxes import box_corners
from fourdp_qa.measure.measurements import CameraMeasurements, Measurements, ObjectMeasurements
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.scene.camera import camera_angles, heading_axes, project
from fourdp_qa.scene.pose import Floats, invert_pose, make_pose, transform_points
from fourdp_qa.scene.scene import ObjectFacts, SceneFacts
from fourdp_qa.scene.segment import Segment

LIMITS = thresholds_for("default")
K = np.array([[0.9, 0, 0.5], [0, 0.9, 0.5], [0, 0, 1.0]])
AHEAD = make_pose(np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), (0.0, -10.0, 0.0))
"""A camera 10 units south of the origin looks north."""
FRAMES = 13


@dataclass(frozen=True)
class World:
    """Poses of objects (T, N, 4, 4), their edges (N, 3), cameras (T, 4, 4), ids."""

    poses: Floats
    sizes: Floats
    cameras: Floats
    ids: tuple[int, ...]
    up: tuple[float, ...] = (0.0, 0.0, 1.0)

    def measured(self) -> Measurements:
        T, N = self.poses.shape[:2]
        up, size = np.array(self.up), self.sizes
        centre = self.poses[..., :3, 3]
        in_camera = transform_points(invert_pose(self.cameras), centre)
        distance = np.linalg.norm(in_camera, axis=-1)
        corners = box_corners(self.poses, size)
        uv = project(K, transform_points(invert_pose(self.cameras)[:, None], corners))
        thickness = size.min(axis=1)[None, :, None] * np.array([-0.4, 0.4])
        diagonal = np.linalg.norm(size, axis=-1)
        ones = np.ones((T, N))
        return Measurements(
            facts=SceneFacts(
                source="made", scene_id="many", split_key="many", fps=12.0, frame_count=T, height=1,
                width=1, K=K, up=up, units="metres", license="CC0-1.0", capabilities=frozenset()),
            segment=Segment(0, 1, T, 12.0),
            objects=tuple(
                ObjectFacts(id=i, kind="box", caption=f"box {i}", size=s, is_static=False)
                for i, s in zip(self.ids, size, strict=True)),
            camera=CameraMeasurements(
                self.cameras, heading_axes(self.cameras, up), camera_angles(self.cameras, up),
                np.zeros((T, 3)), 1.0, None),
            motion=ObjectMeasurements(
                world_from_object=self.poses, centre_world=centre, centre_camera=in_camera,
                distance=distance, nearest=distance - diagonal / 2, box_diagonal=diagonal,
                corners_world=corners, area=0.1 * (diagonal / distance) ** 2, visible_part=ones,
                hull_outside=0 * ones,
                mask_box=np.concatenate([uv.min(axis=2), uv.max(axis=2)], axis=-1),
                surface=distance[..., None] + thickness, steady=np.ones(N, bool)),
            anchors=Anchors(tuple(round(s * (T - 1)) for s in NAMED_FRAME_SHARES), {}, {}, {}),
            tracks=(),
        )

    def scaled(self, k: float) -> World:
        def longer(poses):
            return make_pose(poses[..., :3, :3], k * poses[..., :3, 3])

        return replace(self, poses=longer(self.poses), cameras=longer(self.cameras), sizes=k * self.sizes)

    def moved(self, pose: Floats) -> World:
        return replace(self, poses=pose @ self.poses, cameras=pose @ self.cameras,
                       up=tuple(pose[:3, :3] @ np.array(self.up)))

    def mirrored(self) -> World:
        flip_x, flip_y = np.diag([-1.0, 1, 1, 1]), np.diag([1.0, -1, 1, 1])
        return replace(self, poses=flip_x @ self.poses @ flip_y, cameras=flip_x @ self.cameras @ flip_x)

    def backwards(self) -> World:
        return replace(self, poses=self.poses[::-1], cameras=self.cameras[::-1])

    def in_order(self, order) -> World:
        order = list(order)
        return replace(self, poses=self.poses[:, order], sizes=self.sizes[order],
                       ids=tuple(self.ids[n] for n in order))

    def filmed_by(self, cameras: Floats) -> World:
        return replace(self, cameras=np.broadcast_to(cameras, self.cameras.shape))


def world(paths, sizes=0.4, cameras=AHEAD) -> World:
    """Upright objects on paths: each a place (3,) or places (T, 3); edges are one number or (N, 3)."""
    frames = max([len(p) for p in map(np.array, paths) if p.ndim == 2], default=FRAMES)
    places = np.stack([np.broadcast_to(np.asarray(p, float), (frames, 3)) for p in paths], axis=1)
    edges = np.broadcast_to(np.asarray(sizes, float), (len(paths), 3)).copy()
    cameras = np.broadcast_to(cameras, (frames, 4, 4))
    return World(make_pose(np.eye(3), places), edges, cameras, tuple(range(1, len(paths) + 1)))


def way(*stations, frames=FRAMES):
    """Places (T, 3) along stations, at even steps of time."""
    stations = np.array(stations, float)
    at = np.linspace(0, len(stations) - 1, frames)
    return np.stack([np.interp(at, range(len(stations)), stations[:, i]) for i in range(3)], axis=-1)


def random_world(seed: int, objects: int = 5) -> World:
    """Objects that stand, slide, go out and back, and turn, before a camera that drifts and pans."""
    rng = np.random.default_rng(seed)
    paths, turns = [], []
    for _ in range(objects):
        start = rng.uniform((-4, -4, -1), (4, 8, 1))
        goal = start + rng.uniform(-3, 3, 3) * rng.choice([0, 1, 1])
        paths.append(way(start, goal, *([start] if rng.random() < 0.3 else [])))
        angle = rng.uniform(0, 6) + np.linspace(0, rng.uniform(-1, 1), FRAMES)
        turns.append(about_up(angle))
    still = world(paths, rng.uniform(0.2, 1.2, (objects, 3)))
    poses = make_pose(np.stack(turns, axis=1), still.poses[..., :3, 3])
    drift = make_pose(np.eye(3), np.linspace(0, 1, FRAMES)[:, None] * rng.uniform(-2, 2, 3))
    return replace(still, poses=poses, cameras=drift @ AHEAD)


def about_up(angle: Floats) -> Floats:
    """Rotations (T, 3, 3) about z."""
    zero, one = np.zeros_like(angle), np.ones_like(angle)
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c, -s, zero, s, c, zero, zero, zero, one], axis=-1).reshape(-1, 3, 3)


def everyone(measured: Measurements):
    """All objects are seen in all frames (T, N)."""
    return np.ones(measured.motion.distance.shape, dtype=bool)


def only(statements, variant=None, objects=None, frames=None):
    """The one statement that fits, objects as in `who`; None when there is none."""
    found = [s for s in statements if variant in (None, s.variant) and objects in (None, who(s))
             and frames in (None, s.frames)]
    assert len(found) < 2, f"{len(found)} statements fit"
    return found[0] if found else None


def verdict(statement) -> str:
    """Of the one component."""
    (component,) = statement.components.values()
    return str(component.quantity.verdict)


# Who is named first is drawn: what follows finds and reads a statement whatever the draw was.

FLIPPED = {"+": "-", "-": "+"}


def parted(statement):
    """Ids of those that play the same part, and that of the reference, if there is one (0 or 1)."""
    of_reference = (statement.question_type.endswith("object_distance")
                    and statement.variant != "one_pair")
    at = len(statement.objects) - of_reference
    return statement.objects[:at], statement.objects[at:]


def who(statement):
    """Ids in rising order, the reference last."""
    alike, reference = parted(statement)
    return (*sorted(alike), *reference)


def moments(statement):
    """Frames in the order of `who` where each object has its own; else as the statement has them."""
    if statement.variant.startswith("one_") or len(statement.frames) == 1:
        return statement.frames
    return tuple(frame for _, frame in sorted(zip(parted(statement)[0], statement.frames, strict=True)))


def told(statement, first):
    """The component of two compared objects as it reads when the object of id `first` is named first."""
    ((name, component),) = statement.components.items()
    assert name in ("nearer", "farther")
    assert first in parted(statement)[0]
    if statement.objects[0] == first:
        return component
    quantity = component.quantity
    said = FLIPPED.get(str(quantity.verdict), quantity.verdict)
    return replace(
        component, quantity=replace(quantity, value=-quantity.value, verdict=said),
        picture=FLIPPED.get(component.picture, component.picture))


def verdict_of(statement, first) -> str:
    """What is said of two when the object of id `first` is named first."""
    return str(told(statement, first).quantity.verdict)


def nearest_of(statement) -> int:
    """Id of the one of four that is the nearest."""
    return int(parted(statement)[0][int(statement.components["nearest"].quantity.verdict)])
