"""Whether depth and poses tell one story: pixels of the still world, carried from frame to frame.

The name of a key says which way a pose goes; the pictures say whether that is so. A recording whose data
contradict its poses is refused, with the likely mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.likely_mistake import POINTS_TRIED, explain
from fourdp_qa.scene.pose import Floats, invert_pose
from fourdp_qa.scene.reprojection import Evidence, Points, changed, noise_of
from fourdp_qa.scene.scene import Capability, Scene
from fourdp_qa.sources.reconstruction.constants import CLEAR_GAIN, FRAMES_COMPARED, LARGEST_MISS
from fourdp_qa.sources.reconstruction.reconstructed import Reconstructed

EXPECTED = f"below {LARGEST_MISS} (median, relative)"
LEAVE_OUT = "the tool failed on this video, or most of the picture moves and has no mask: leave it out"


Stored = Callable[[int], tuple[NDArray[np.float32], NDArray[np.int32]]]


class _StillWorld(Scene):
    """A scene as far as nothing moves in it: no objects, no depth where they are."""

    def __init__(self, scene: Scene, stored: Stored) -> None:
        self._whole, self._stored = scene, stored
        self.facts = replace(
            scene.facts, capabilities=frozenset({Capability.DEPTH, Capability.BACKGROUND_DEPTH}))
        self.objects = ()
        self.world_from_camera = scene.world_from_camera
        self.world_from_object = np.zeros((scene.facts.frame_count, 0, 4, 4))
        self.pose_valid = np.zeros((scene.facts.frame_count, 0), dtype=np.bool_)

    def rgb(self, t: int) -> NDArray[np.uint8]:
        return self._whole.rgb(t)

    def depth(self, t: int) -> NDArray[np.float32]:
        depth, ids = self._stored(t)
        return np.where(ids == 0, depth, np.float32(0))

    def instances(self, t: int) -> NDArray[np.int32]:
        return np.zeros((self.facts.height, self.facts.width), dtype=np.int32)


def frames_compared(count: int, wanted: int = FRAMES_COMPARED) -> list[int]:
    """At most `wanted` frames, the first and the last among them."""
    spread = np.linspace(0, count - 1, min(count, wanted)).round().astype(int)
    return [int(t) for t in np.unique(spread)]


def refuse_disagreement(scene: Scene, stored: Stored, said: Reconstructed) -> None:
    """Raise when the data contradict the poses.

    Parameters
    ----------
    scene : Scene
        Poses and intrinsics as they will be used.
    stored : frame -> depth, ids
        As the tool gives them.
    said : Reconstructed
        For what the file calls them.

    Raises
    ------
    SourceDataError
        When the poses turned round, another order of frames, or another reading of the depth fits clearly
        better; when nothing fits within `LARGEST_MISS`.
    """
    still = _StillWorld(scene, stored)
    frames = frames_compared(scene.facts.frame_count)
    depth = np.stack([still.depth(t) for t in frames])
    evidence = Evidence(still, frames, depth, np.zeros(depth.shape, dtype=np.int32))
    points = evidence.points.thinned(POINTS_TRIED)

    def wrong(found: str, likely: str) -> SourceDataError:
        return SourceDataError(said.where, said.pose_key, found=found, expected=EXPECTED,
                               do=f"likely mistake: {likely}" if likely else LEAVE_OUT)

    if not len(points.id):
        raise wrong("no pixel with depth off the masks", "masks or unknown depth cover everything")
    landing = evidence.land(evidence.reading, points)
    errors = landing.error[np.isfinite(landing.error)]
    miss = float(np.median(errors)) if len(errors) else float("inf")
    found = f"poses and depth that miss each other by {miss:.2g}"
    words, gain = _best_order(evidence, points, said)
    explained = explain(evidence)
    if explained.loss_before - explained.loss_after > gain + 0.05:
        words, gain = explained.words, explained.loss_before - explained.loss_after
    if gain >= CLEAR_GAIN:
        raise wrong(found, words)
    if miss > LARGEST_MISS:
        raise wrong(found, "")


def _best_order(evidence: Evidence, points: Points, said: Reconstructed) -> tuple[str, float]:
    """Of the mistakes that only a tool's files can have the one that explains most, and by how much."""
    holds, other = ("camera_from_world", "world_from_camera")[:: 1 if said.inverted else -1]
    count = len(evidence.reading.world_from_camera)
    mistakes: dict[str, Floats] = {
        f"pose inverted: by its name '{said.pose_key}' holds {holds}, by the data {other}":
            invert_pose(evidence.reading.world_from_camera),
        "poses in reverse order of the frames": evidence.reading.world_from_camera[::-1],
        "poses in the order of their names as text (0, 1, 10, 11, ..., 2)":
            evidence.reading.world_from_camera[np.argsort(sorted(range(count), key=str))],
        "pictures in the order of their names as text (0, 1, 10, 11, ..., 2)":
            evidence.reading.world_from_camera[sorted(range(count), key=str)],
    }
    noise = noise_of(evidence.land(evidence.reading, points))
    before = evidence.losses(evidence.reading, points, noise).mean
    best, gain = "", 0.0
    for words, poses in mistakes.items():
        reading = changed(evidence.reading, world_from_camera=poses)
        gained = before - evidence.losses(reading, points, noise).mean
        if gained > gain:
            best, gain = words, gained
    return best, gain
