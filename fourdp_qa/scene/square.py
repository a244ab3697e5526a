"""The square view of a scene: a square of its picture, cropped, never squashed, fixed over the clip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import inside_image, project
from fourdp_qa.scene.pose import Floats, invert_pose, transform_points
from fourdp_qa.scene.scene import Scene, ScenePoints
from fourdp_qa.scene.segment import Segment
from fourdp_qa.scene.standard import standard_for

SMALLEST_SHARE = 0.04
"""Of the square's side: what looks smaller is never asked about, so it draws no square to it."""

MOVED_SHARE = 0.05
"""Of its distance to the camera: an object whose centre moves farther counts as moving."""

MOVER_WEIGHT = 2
"""A moving object draws the square as much as two at rest: they are fewer, and what we ask about."""

FRAMES_LOOKED_AT = 5
"""First, last and three between: an object that leaves the square in between is lost either way."""


def square_view(scene: Scene, segment: Segment | None = None) -> Scene:
    """Return a square of `scene`; a scene that is square already is returned unchanged.

    Parameters
    ----------
    scene : Scene
    segment : Segment, optional
        The frames the square is for. Where the scene's standard lets the square leave the middle,
        it goes to where most objects are in these frames; without, the middle is taken.
    """
    if scene.facts.width == scene.facts.height:
        return scene
    return SquareScene(scene, *_corner(scene, segment))


def _corner(scene: Scene, segment: Segment | None) -> tuple[int, int]:
    """(left, top) of the square in whole pixels."""
    facts = scene.facts
    side = min(facts.height, facts.width)
    middle = (max(facts.height, facts.width) - side) // 2
    off_axis = standard_for(facts.standard).off_axis
    start = middle
    if segment is not None and off_axis > 0 and scene.objects:
        focal = facts.K[0, 0] if facts.width > facts.height else facts.K[1, 1]
        reach = min(middle, int(focal * np.tan(np.radians(off_axis))))
        start = _best_start(scene, segment, side, np.arange(middle - reach, middle + reach + 1))
    return (start, 0) if facts.width > facts.height else (0, start)


def _best_start(
    scene: Scene, segment: Segment, side: int, starts: NDArray[np.int64]
) -> int:
    """Where along the longer side most objects stay in view; of equal places the most central.

    Only poses are read: an object counts by the square of the number of frames in which its centre
    lies in the square, large enough to be asked about.
    """
    frames = np.unique(np.linspace(0, segment.count - 1, FRAMES_LOOKED_AT).round().astype(int))
    frames = np.array(segment.frames)[frames]
    in_camera = transform_points(
        invert_pose(scene.world_from_camera[frames]), scene.world_from_object[frames][:, :, :3, 3]
    )
    uv = project(scene.facts.K, in_camera)
    focal = scene.facts.K[0, 0]
    longest = np.array([np.max(item.size) for item in scene.objects])
    wide = scene.facts.width > scene.facts.height
    along, across = (uv[..., 0], uv[..., 1]) if wide else (uv[..., 1], uv[..., 0])
    asked = [not (item.is_environment or item.is_static) for item in scene.objects]
    with np.errstate(invalid="ignore"):
        shown = np.asarray(focal * longest >= SMALLEST_SHARE * side * in_camera[..., 2])
        shown = shown & (across >= 0) & (across < side) & scene.pose_valid[frames] & np.array(asked)
    weight = np.where(_moves(scene, frames, in_camera), MOVER_WEIGHT, 1)
    place = np.where(shown, along, -np.inf)  # (frames, N)
    inside = (place >= starts[:, None, None]) & (place < starts[:, None, None] + side)
    score = (inside.sum(axis=1) ** 2 * weight).sum(axis=1)
    best = np.flatnonzero(score == score.max())
    return int(starts[best[np.argmin(np.abs(best - len(starts) // 2))]])


def _moves(scene: Scene, frames: NDArray[np.int64], in_camera: Floats) -> NDArray[np.bool_]:
    """Which objects (N,) change their place by more than `MOVED_SHARE` of their distance."""
    centre = scene.world_from_object[frames][:, :, :3, 3]
    known = np.asarray(np.isfinite(centre).all(axis=-1))
    low = np.where(known[..., None], centre, np.inf).min(axis=0)
    high = np.where(known[..., None], centre, -np.inf).max(axis=0)
    distance = np.where(known, np.linalg.norm(in_camera, axis=-1), np.inf).min(axis=0)
    ever = np.any(known, axis=0)[..., None]
    extent = np.linalg.norm(np.where(ever, high - low, 0.0), axis=-1)
    return np.asarray(extent > MOVED_SHARE * distance)


class SquareScene(Scene):
    """A square (S, S) of another scene, S = min(H, W).

    The crop starts at a whole pixel, so pixel centres stay at +0.5 and a point at (u, v) of the
    whole image is at (u - left, v - top) here. Poses and objects are shared with the whole scene.

    Parameters
    ----------
    scene : Scene
        The whole scene; closing the view closes it.
    left, top : int
        The square's corner in pixels of the whole picture.
    """

    def __init__(self, scene: Scene, left: int, top: int) -> None:
        facts = scene.facts
        side = min(facts.height, facts.width)
        self.left, self.top = left, top
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
        return self._whole.rgb_in(t, self._window)

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth of frame t, (S, S), scene units: a crop leaves it as it is."""
        return self._whole.depth_in(t, self._window)

    def instances(self, t: int) -> NDArray[np.int32]:
        """Instance ids of frame t, (S, S)."""
        return self._whole.instances_in(t, self._window)

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

    def points(self) -> ScenePoints | None:
        """Those of the whole scene: places are the camera's, flags those of the whole picture."""
        return self._whole.points()

    def close(self) -> None:
        """Close the whole scene."""
        self._whole.close()


def _pixel_counts(instances: NDArray[np.int32], ids: list[int]) -> NDArray[np.int64]:
    values, counts = np.unique(instances, return_counts=True)
    of_id = dict(zip(values.tolist(), counts.tolist(), strict=True))
    return np.array([of_id.get(number, 0) for number in ids], dtype=np.int64)
