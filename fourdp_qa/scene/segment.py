"""A segment: the few frames of a scene that become one clip, and their images held once in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.scene.refusing import refuse_images
from fourdp_qa.scene.scene import Scene

Ids = NDArray[np.uint8 | np.int32]
"""Instance ids in memory. A clip has millions of them: a byte each is a quarter of what is read."""

MIN_FRAMES = 12
"""Fewer frames than this show too little motion to ask about (MOVi has 24, HOT3D cuts go lower)."""


@dataclass(frozen=True)
class Segment:
    """Frames ``start, start + stride, ...`` of a scene, numbered 0..count-1 in the clip.

    Attributes
    ----------
    start, stride, count : int
        In frames of the scene.
    fps : float
        Frames a second of the scene before striding.
    """

    start: int
    stride: int
    count: int
    fps: float

    @property
    def frames(self) -> list[int]:
        """Scene frame of each clip frame."""
        return [self.start + i * self.stride for i in range(self.count)]

    @property
    def seconds(self) -> float:
        """Time from the first to the last frame."""
        return (self.count - 1) * self.stride / self.fps

    @property
    def text(self) -> str:
        """The row's `segment` column: start, stride, count, rate, e.g. ``0000+01x32@12.00``."""
        return f"{self.start:04d}+{self.stride:02d}x{self.count:02d}@{self.fps:05.2f}"

    @staticmethod
    def parse(text: str) -> Segment:
        """Read `text` back."""
        start, rest = text.split("+")
        stride, rest = rest.split("x")
        count, fps = rest.split("@")
        return Segment(int(start), int(stride), int(count), float(fps))


def cut_segments(
    frame_count: int, fps: float, wanted: int, span_seconds: float = 0.0
) -> list[Segment]:
    """Cut a recording into segments of at most `wanted` frames at one constant stride.

    Parameters
    ----------
    frame_count, fps : frames of the recording, frames a second
    wanted : int
        Frames of a segment.
    span_seconds : float
        What a segment spans, to the nearest stride (`fourdp_qa.scene.standard`); segments then
        follow each other without a shared frame and a rest at the end is left out. 0, or a
        recording shorter than that, gives the whole recording as one segment: a scene of 24 frames
        is one segment of 24, nothing is padded.

    Raises
    ------
    FourdpQaError
        When the recording or the wish is shorter than `MIN_FRAMES`.
    """
    if min(frame_count, wanted) < MIN_FRAMES:
        raise FourdpQaError(
            f"a segment of {min(frame_count, wanted)} frames, expected at least {MIN_FRAMES}"
        )
    stride = max(1, round(span_seconds * fps / (wanted - 1)))
    if span_seconds and frame_count >= wanted * stride:
        return [
            Segment(start, stride, wanted, fps)
            for start in range(0, frame_count - (wanted - 1) * stride, wanted * stride)
        ]
    stride = frame_count // wanted if frame_count > wanted else 1
    return [Segment(0, stride, min(wanted, 1 + (frame_count - 1) // stride), fps)]


@dataclass(frozen=True)
class SegmentImages:
    """Depth and ids of a segment, decoded once.

    Attributes
    ----------
    depth : (T, H, W) float32, scene units, 0 = none
    instances : (T, H, W) uint8 where that holds the ids of all objects, else int32; 0 = nothing
    """

    depth: NDArray[np.float32]
    instances: Ids


def read_images(scene: Scene, segment: Segment) -> SegmentImages:
    """Decode depth and ids of every frame of `segment`.

    Raises
    ------
    SourceDataError
        When an image is damaged, or depth and ids are not those of the scene's objects.
    """
    shape = (segment.count, scene.facts.height, scene.facts.width)
    # A frame with another id than those of the objects is refused before it gets here.
    small = all(0 < item.id <= np.iinfo(np.uint8).max for item in scene.objects)
    id_type: type[np.uint8 | np.int32] = np.uint8 if small else np.int32
    images = SegmentImages(np.empty(shape, dtype=np.float32), np.empty(shape, dtype=id_type))
    for i, t in enumerate(segment.frames):
        depth, instances = scene.depth(t), scene.instances(t)
        refuse_images(scene, t, depth, instances)
        images.depth[i], images.instances[i] = depth, instances
    return images
