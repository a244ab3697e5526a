"""A scene in a mirror and a scene run backwards: the same pictures, exactly, in another world.

Nothing is rendered anew. A mirrored world made of mirrored layouts would show the same meshes again
and so be another world; flipping the pictures and conjugating the poses is exact for every mesh.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.scene import Scene

FLIP_X = np.diag([-1.0, 1.0, 1.0, 1.0])


class MirroredScene(Scene):
    """Left and right swapped in the first camera: pictures flipped, poses M T M, cx -> W - cx.

    Of its own axes an object flips the one across its front, its left, so that every pose stays a
    rotation and what was ahead stays ahead.

    Parameters
    ----------
    scene : Scene
        Closing the mirrored one closes it.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        own = np.tile(np.eye(4), (len(scene.objects), 1, 1))
        for n, item in enumerate(scene.objects):
            left = 1 if item.front is None or abs(item.front[0]) > abs(item.front[1]) else 0
            own[n, left, left] = -1
        first = scene.world_from_camera[0]
        self._mirror: Floats = first @ FLIP_X @ invert_pose(first)
        K = np.array(scene.facts.K, dtype=np.float64)
        K[0, 2], K[0, 1] = scene.facts.width - K[0, 2], 0.0 - K[0, 1]
        up = scene.facts.up
        self.facts = replace(
            scene.facts, K=K, up=None if up is None else self._mirror[:3, :3] @ up)
        self.objects = scene.objects
        self.world_from_camera = self._mirror @ scene.world_from_camera @ FLIP_X
        self.world_from_object = self._mirror @ scene.world_from_object @ own
        self.pose_valid = scene.pose_valid

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """The picture, flipped."""
        return np.ascontiguousarray(self._scene.rgb(t)[:, ::-1])

    def depth(self, t: int) -> NDArray[np.float32]:
        """The depth, flipped."""
        return np.ascontiguousarray(self._scene.depth(t)[:, ::-1])

    def instances(self, t: int) -> NDArray[np.int32]:
        """The ids, flipped."""
        return np.ascontiguousarray(self._scene.instances(t)[:, ::-1])

    def visible_part(self, t: int) -> Floats | None:
        """As in the scene: a mirror hides nothing."""
        return self._scene.visible_part(t)

    def sees(
        self, t: int, points_in_world: Floats, object_ids: NDArray[np.int64]
    ) -> NDArray[np.bool_] | None:
        """Whether the scene's camera sees the mirrored points."""
        return self._scene.sees(t, transform_points(self._mirror, points_in_world), object_ids)

    def close(self) -> None:
        """Close the scene."""
        self._scene.close()


class ReversedScene(Scene):
    """The scene run backwards: frame t is its frame T - 1 - t.

    Parameters
    ----------
    scene : Scene
        Closing the reversed one closes it.
    """

    def __init__(self, scene: Scene) -> None:
        self._scene, self._last = scene, scene.facts.frame_count - 1
        self.facts, self.objects = scene.facts, scene.objects
        self.world_from_camera = np.ascontiguousarray(scene.world_from_camera[::-1])
        self.world_from_object = np.ascontiguousarray(scene.world_from_object[::-1])
        self.pose_valid = np.ascontiguousarray(scene.pose_valid[::-1])

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """The picture of the other end."""
        return self._scene.rgb(self._last - t)

    def depth(self, t: int) -> NDArray[np.float32]:
        """The depth of the other end."""
        return self._scene.depth(self._last - t)

    def instances(self, t: int) -> NDArray[np.int32]:
        """The ids of the other end."""
        return self._scene.instances(self._last - t)

    def visible_part(self, t: int) -> Floats | None:
        """The visible parts of the other end."""
        return self._scene.visible_part(self._last - t)

    def sees(
        self, t: int, points_in_world: Floats, object_ids: NDArray[np.int64]
    ) -> NDArray[np.bool_] | None:
        """Whether the camera of the other end sees the points."""
        return self._scene.sees(self._last - t, points_in_world, object_ids)

    def close(self) -> None:
        """Close the scene."""
        self._scene.close()
