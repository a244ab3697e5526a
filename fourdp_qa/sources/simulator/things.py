"""Objects and landmarks side by side: the order in which they get ids, and their poses."""

from __future__ import annotations

import numpy as np

from fourdp_qa.scene.pose import Floats, make_pose
from fourdp_qa.sources.simulator.camera_paths import intrinsics
from fourdp_qa.sources.simulator.motions import yaw_rotation
from fourdp_qa.sources.simulator.rays import RayCaster
from fourdp_qa.sources.simulator.spec import LandmarkSpec, ObjectSpec, SceneSpec


def landmark_poses(landmarks: tuple[LandmarkSpec, ...]) -> Floats:
    """Poses (M, 4, 4), landmark to world."""
    if not landmarks:
        return np.empty((0, 4, 4))
    rotation = yaw_rotation(np.array([mark.yaw for mark in landmarks]))
    return make_pose(rotation, np.array([mark.position for mark in landmarks]))


def with_landmarks(spec: SceneSpec, world_from_object: Floats) -> Floats:
    """Poses (T, N + M, 4, 4) of objects, then landmarks: index n has instance id n + 1."""
    still = landmark_poses(spec.environment.landmarks)
    repeated = np.broadcast_to(still, (len(world_from_object), *still.shape))
    return np.concatenate([world_from_object, repeated], axis=1)


def caster_for(spec: SceneSpec, size: int) -> RayCaster:
    """Ray caster of all things of a scene for pictures of `size` pixels."""
    things: tuple[ObjectSpec | LandmarkSpec, ...] = (
        *spec.objects, *spec.environment.landmarks,
    )
    return RayCaster(
        [thing.kind for thing in things], [thing.scale for thing in things],
        intrinsics(spec.camera.focal, size), size,
    )
