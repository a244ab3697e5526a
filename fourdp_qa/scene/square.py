"""The square view of a scene: its centre square, cropped, never squashed, fixed over the clip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import inside_image, project
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.scene import Scene


def square_view(scene: Scene) -> Scene:
    """Return the centre square of `scene`; a scene that is square already is returned unchanged."""
    if scene.facts.width == scene.facts.height:
        return scene
    return SquareScene(scene)


class SquareScene(Scene):
    """The centre square (S, S) of another scene, S = min(H, W).

    The crop starts at a whole pixel, so pixel centres stay at +0.5 and a point at (u, v) of the
    whole image is at (u - left, v - top) here. Poses and objects are shared with the whole scene.

    Parameters
    ----------
    scene : Scene
        The whole scene; closing the view closes it.
    """

    def __init__(self, scene: Scene) -> None:
        facts = scene.facts
        side = min(facts.height, facts.width)
        self.left = (facts.width - side) // 2
        self.top = (facts.height - side) // 2
        self._whole = scene
        self._window = (slice(self.top, self.top + side), slice(self.left, self.left + side))
        K = np.array(facts.K, dtype=np.float64)
        K[0, 2] -= self.left
        K[1, 2] -= self.top
        self.facts = replace(facts, width=side, height=side, K=K)
        self.objects = scene.objects
        self.world_from_camera = scene.world_from_camera
        self.world_from_object = scene.world_from_object
        self.pose_valid = scene.pose_valid

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image of frame t, (S, S, 3)."""
        return np.ascontiguousarray(self._whole.rgb(t)[self._window])

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth of frame t, (S, S), scene units: a crop leaves it as it is."""
        return np.ascontiguousarray(self._whole.depth(t)[self._window])

    def instances(self, t: int) -> NDArray[np.int32]:
        """Instance ids of frame t, (S, S)."""
        return np.ascontiguousarray(self._whole.instances(t)[self._window])

    def visible_part(self, t: int) -> Floats | None:
        """Share (N,) of each object's silhouette inside the square that nothing hides.

        Exact unless a partly hidden object crosses the edge of the square. The whole scene does not
        say on which side of the edge its hidden pixels lie; all are then taken to lie inside, so
        the share is never above the truth.
        """
        part = self._whole.visible_part(t)
        if part is None:
            return None
        whole = self._whole.instances(t)
        ids = [item.id for item in self.objects]
        seen_in_whole = _pixel_counts(whole, ids)
        seen = _pixel_counts(whole[self._window], ids)
        share = np.full(len(ids), np.nan)
        for n, fraction in enumerate(part):
            if fraction > 0:
                hidden = seen_in_whole[n] * (1.0 / fraction - 1.0)
                if seen[n] + hidden > 0:
                    share[n] = seen[n] / (seen[n] + hidden)
            elif fraction == 0:
                share[n] = 0.0
        return share

    def sees(
        self, t: int, points_in_world: Floats, object_ids: NDArray[np.int64]
    ) -> NDArray[np.bool_] | None:
        """Whether the square of frame t sees surface points (P, 3) of objects `object_ids` (P,)."""
        seen = self._whole.sees(t, points_in_world, object_ids)
        if seen is None:
            return None
        in_camera = transform_points(invert_pose(self.world_from_camera[t]), points_in_world)
        uv = project(self.facts.K, in_camera)
        return seen & inside_image(uv, self.facts.height, self.facts.width)

    def close(self) -> None:
        """Close the whole scene."""
        self._whole.close()


def _pixel_counts(instances: NDArray[np.int32], ids: list[int]) -> NDArray[np.int64]:
    values, counts = np.unique(instances, return_counts=True)
    of_id = dict(zip(values.tolist(), counts.tolist(), strict=True))
    return np.array([of_id.get(number, 0) for number in ids], dtype=np.int64)
