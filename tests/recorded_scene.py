"""RecordedScene: a scene held in memory as arrays, so that a test can change it and measure it again.

The functions below are the changes of the rules: lengths times k, a world moved, mirrored, run
backwards, objects in another order, the camera's motion handed to the objects. Each changes poses,
depth, ids and visibility together, as another recording of the changed world would.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fourdp_qa.scene.pose import invert_pose, transform_points
from fourdp_qa.scene.scene import Capability, Scene
from fourdp_qa.scene.segment import Segment, SegmentImages


class RecordedScene(Scene):
    """A Scene of arrays.

    Parameters
    ----------
    facts, objects, world_from_camera, world_from_object, pose_valid : as in Scene
    depth : (T, H, W)
    ids : (T, H, W)
    parts : (T, N) exact visible parts
    seen_by : callable (t, points, ids) -> (P,) bool, exact visibility
    """

    def __init__(self, *, facts, objects, world_from_camera, world_from_object, pose_valid, depth,
                 ids, parts, seen_by):
        self.facts, self.objects = facts, tuple(objects)
        self.world_from_camera, self.world_from_object = world_from_camera, world_from_object
        self.pose_valid = pose_valid
        self.all_depth, self.all_ids = depth, ids
        self.parts, self.seen_by = parts, seen_by

    def but(self, **changes):
        """The same scene with other arrays."""
        values = {
            "facts": self.facts, "objects": self.objects,
            "world_from_camera": self.world_from_camera,
            "world_from_object": self.world_from_object, "pose_valid": self.pose_valid,
            "depth": self.all_depth, "ids": self.all_ids, "parts": self.parts,
            "seen_by": self.seen_by,
        }
        return RecordedScene(**{**values, **changes})

    def rgb(self, t):
        raise NotImplementedError("measuring needs no colour")

    def depth(self, t):
        return self.all_depth[t]

    def instances(self, t):
        return self.all_ids[t]

    def visible_part(self, t):
        return self.parts[t] if self._exact else None

    def sees(self, t, points_in_world, object_ids):
        return self.seen_by(t, points_in_world, object_ids) if self._exact else None

    @property
    def _exact(self):
        return Capability.EXACT_VISIBILITY in self.facts.capabilities

    @property
    def segment(self):
        """All frames."""
        return Segment(0, 1, self.facts.frame_count, self.facts.fps)

    @property
    def images(self):
        """Depth and ids of all frames."""
        return SegmentImages(self.all_depth, self.all_ids)


def record(scene):
    """Decode a whole scene; it stays open, because its rays still answer what is visible."""
    frames = range(scene.facts.frame_count)
    depth, ids, parts = [], [], []
    for t in frames:
        depth.append(scene.depth(t))
        ids.append(scene.instances(t))
        parts.append(scene.visible_part(t))
    exact = Capability.EXACT_VISIBILITY in scene.facts.capabilities
    return RecordedScene(
        facts=scene.facts, objects=scene.objects,
        world_from_camera=np.array(scene.world_from_camera),
        world_from_object=np.array(scene.world_from_object), pose_valid=scene.pose_valid,
        depth=np.stack(depth), ids=np.stack(ids), parts=np.stack(parts) if exact else None,
        seen_by=scene.sees,
    )


def without_exact_visibility(scene):
    """The same scene from a source that offers depth and ids only."""
    capabilities = scene.facts.capabilities - {Capability.EXACT_VISIBILITY}
    return scene.but(facts=replace(scene.facts, capabilities=capabilities))


def scaled(scene, k):
    """All lengths times k."""
    def longer(poses):
        return np.concatenate(
            [np.concatenate([poses[..., :3, :3], k * poses[..., :3, 3:]], -1), poses[..., 3:, :]], -2
        )

    return scene.but(
        world_from_camera=longer(scene.world_from_camera),
        world_from_object=longer(scene.world_from_object),
        objects=[replace(o, size=o.size * k) for o in scene.objects],
        depth=(scene.all_depth * np.float64(k)).astype(np.float32),
        seen_by=lambda t, points, ids: scene.seen_by(t, points / k, ids),
    )


def moved(scene, other_from_world):
    """The world, its up and all in it moved rigidly."""
    back = invert_pose(other_from_world)
    return scene.but(
        facts=replace(scene.facts, up=other_from_world[:3, :3] @ scene.facts.up),
        world_from_camera=other_from_world @ scene.world_from_camera,
        world_from_object=other_from_world @ scene.world_from_object,
        seen_by=lambda t, points, ids: scene.seen_by(t, transform_points(back, points), ids),
    )


def mirrored(scene):
    """Left and right swapped in the first camera: every picture is flipped, cx becomes W - cx.

    Of its own axes an object flips the one across its front: its left; y where it has no front.
    """
    flip_x = np.diag([-1.0, 1, 1, 1])
    own = np.tile(np.eye(4), (len(scene.objects), 1, 1))
    for n, item in enumerate(scene.objects):
        left = 1 if item.front is None or abs(item.front[0]) > abs(item.front[1]) else 0
        own[n, left, left] = -1
    first = scene.world_from_camera[0]
    mirror = first @ flip_x @ invert_pose(first)
    K = np.array(scene.facts.K)
    K[0, 2], K[0, 1] = scene.facts.width - K[0, 2], -K[0, 1]
    return scene.but(
        facts=replace(scene.facts, K=K, up=mirror[:3, :3] @ scene.facts.up),
        world_from_camera=mirror @ scene.world_from_camera @ flip_x,
        world_from_object=mirror @ scene.world_from_object @ own,
        depth=np.ascontiguousarray(scene.all_depth[:, :, ::-1]),
        ids=np.ascontiguousarray(scene.all_ids[:, :, ::-1]),
        seen_by=lambda t, points, ids: scene.seen_by(t, transform_points(mirror, points), ids),
    )


def backwards(scene):
    """Time reversed: frame t becomes T-1-t."""
    last = scene.facts.frame_count - 1
    return scene.but(
        world_from_camera=scene.world_from_camera[::-1],
        world_from_object=scene.world_from_object[::-1], pose_valid=scene.pose_valid[::-1],
        depth=scene.all_depth[::-1], ids=scene.all_ids[::-1], parts=scene.parts[::-1],
        seen_by=lambda t, points, ids: scene.seen_by(last - t, points, ids),
    )


def in_order(scene, order):
    """The objects listed in another order; ids stay."""
    order = list(order)
    return scene.but(
        objects=[scene.objects[n] for n in order],
        world_from_object=scene.world_from_object[:, order],
        pose_valid=scene.pose_valid[:, order], parts=scene.parts[:, order],
    )


def camera_motion_handed_to_objects(scene):
    """The same pictures, taken by a camera that never moved: what someone sees who does not know
    that it did.
    """
    first = scene.world_from_camera[0]
    camera_from_world = invert_pose(scene.world_from_camera)
    return scene.but(
        world_from_camera=np.broadcast_to(first, scene.world_from_camera.shape).copy(),
        world_from_object=first @ camera_from_world[:, None] @ scene.world_from_object,
    )
