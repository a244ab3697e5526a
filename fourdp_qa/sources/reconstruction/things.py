"""Objects from masks: where each is in a frame, and, where that can be proved, how it moves.

A box is what the lifted pixels fill. Of an object whose motion is known the pixels of all frames are put
together; of any other each frame stands for itself, and nothing is said of its motion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats, invert_pose, make_pose, transform_points
from fourdp_qa.scene.scene import ObjectFacts, Scene
from fourdp_qa.sources.reconstruction.agreement import Stored
from fourdp_qa.sources.reconstruction.constants import BOX_PERCENTILES, THINNEST
from fourdp_qa.sources.reconstruction.motion import rigid_motion, stands_still
from fourdp_qa.sources.reconstruction.reconstructed import PointTracks
from fourdp_qa.sources.reconstruction.surfaces import Surface, Surfaces, erosion, gather


@dataclass(frozen=True)
class Things:
    """The objects of a scene, as `Scene` has them.

    Attributes
    ----------
    objects : tuple of ObjectFacts
    world_from_object : (T, N, 4, 4)
    pose_valid : (T, N)
    """

    objects: tuple[ObjectFacts, ...]
    world_from_object: Floats
    pose_valid: NDArray[np.bool_]


def read_things(
    scene: Scene, stored: Stored, labels: dict[int, str], tracks: PointTracks | None
) -> Things:
    """Every object of the masks; `scene` has poses and intrinsics, `stored` gives depth and ids."""
    surfaces = gather(scene, stored, tracks)
    count = scene.facts.frame_count
    objects, poses, valid = [], [], []
    for k in sorted(surfaces.of):
        facts, its_poses, known = _thing(scene, surfaces, tracks, k, labels.get(k, ""))
        objects.append(facts)
        poses.append(its_poses)
        valid.append(known)
    if not objects:
        return Things((), np.zeros((count, 0, 4, 4)), np.zeros((count, 0), dtype=np.bool_))
    return Things(tuple(objects), np.stack(poses, axis=1), np.stack(valid, axis=1))


def _thing(
    scene: Scene, surfaces: Surfaces, tracks: PointTracks | None, k: int, label: str
) -> tuple[ObjectFacts, Floats, NDArray[np.bool_]]:
    count, surface = scene.facts.frame_count, surfaces.of[k]
    # Tracked points tell of a ball that turns on the spot; depth and masks alone do not.
    moved = None if tracks is None else rigid_motion(scene, surfaces, tracks, k)
    tracked, followed = moved is not None, True
    if moved is None and stands_still(scene, surfaces, k):
        moved = np.tile(np.eye(4), (count, 1, 1)), np.ones(count, dtype=np.bool_)
    if moved is not None and any(moved[1][t] for t in surface.points):
        motion, known = moved
        together = np.concatenate([
            transform_points(invert_pose(motion[t]), points)
            for t, points in surface.points.items() if known[t]])
        centre, size = _box(scene, surface, together)
        poses = motion @ make_pose(np.eye(3), centre)
    else:
        tracked = followed = False
        size, poses, known = _places(scene, surface)
    facts = ObjectFacts(
        id=k, kind=label or "object", caption=label, size=size, symmetric_about_up=True,
        is_rigid=tracked, is_followed=followed)
    return facts, np.where(known[:, None, None], poses, np.nan), known


def _places(scene: Scene, surface: Surface) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Size, poses and frames of an object that is only somewhere in each frame."""
    count = scene.facts.frame_count
    poses, known = np.tile(np.eye(4), (count, 1, 1)), np.zeros(count, dtype=np.bool_)
    size = np.full(3, np.finfo(np.float32).tiny, dtype=np.float64)
    for t in surface.whole:
        poses[t, :3, 3], its_size = _box(scene, surface, surface.points[t])
        size, known[t] = np.maximum(size, its_size), True
    return size, poses, known


def _box(scene: Scene, surface: Surface, points: Floats) -> tuple[Floats, Floats]:
    """Centre and size (3,) of the box along the world's axes that the points fill, and the edge of the mask
    that they leave out.
    """
    low, high = np.percentile(points, BOX_PERCENTILES, axis=0)
    t = next(iter(surface.points))
    distance = float(np.linalg.norm(surface.points[t].mean(axis=0) - scene.world_from_camera[t, :3, 3]))
    edge = erosion(scene) * distance / scene.facts.K[0, 0]
    return 0.5 * (low + high), np.maximum(high - low + 2 * edge, THINNEST * distance)
