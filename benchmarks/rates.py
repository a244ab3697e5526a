"""How fast points are tracked, segments measured and questions asked, by one core."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median
from time import process_time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from stages import settings_for

from fourdp_qa.dataset.write import publish
from fourdp_qa.generate.run import generate
from fourdp_qa.measure.limits import default_limits
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.measure.tracks import track_pixels
from fourdp_qa.questions.registry import state_segment
from fourdp_qa.scene.scene import Capability, Scene
from fourdp_qa.scene.segment import Segment, SegmentImages, read_images
from fourdp_qa.sources.simulator.source import SimulatorHandle

REFERENCE_SIDE: Final = 448
REFERENCE_FRAMES: Final = 32
REFERENCE_BLOCK: Final = 64
"""Pixels of one id side by side: images of ids are patches, and counting patches is slower than noise."""


class Reference:
    """A fixed piece of work: the ids of 32 images of 448x448 counted once, timed all along a run."""

    def __init__(self) -> None:
        block = np.arange(REFERENCE_SIDE) // REFERENCE_BLOCK
        image = (block[:, None] * (block[-1] + 1) + block).astype(np.int32)
        self._images = np.tile(image, (REFERENCE_FRAMES, 1, 1))
        self._taken: list[float] = []

    def take(self, times: int = 5) -> None:
        """Time it again."""
        self._taken += [cpu_of(self._count) for _ in range(times)]

    @property
    def seconds(self) -> float:
        """Median over all times it was taken."""
        return median(self._taken)

    def _count(self) -> None:
        for image in self._images:
            np.bincount(image.ravel())


@dataclass(frozen=True)
class TrackTimes:
    """CPU seconds for `points` tracks of `frames` frames with visibility flags.

    Attributes
    ----------
    plain : visibility from depth and ids.
    exact : visibility by one ray of the simulator to each point in each frame.
    """

    points: int
    frames: int
    plain: float
    exact: float


@dataclass(frozen=True)
class SegmentTimes:
    """CPU seconds from images to statements of all types, mean over the scenes.

    Attributes
    ----------
    plain : depth and ids in memory, visibility from them.
    exact : depth and ids in memory, exact visibility of the tracked points by rays.
    with_rays : an opened scene of the simulator, whose rays are cast for it.
    """

    plain: float
    exact: float
    with_rays: float


@dataclass(frozen=True)
class QuestionTimes:
    """A generation without clips, from drafting to the published table: CPU seconds for all scenes."""

    scenes: int
    rows: int
    seconds: float


def cpu_of(work: Callable[..., Any], *args: Any, **kwargs: Any) -> float:
    """CPU seconds of one call."""
    start = process_time()
    work(*args, **kwargs)
    return process_time() - start


def time_tracks(handle: SimulatorHandle, points: int, runs: int) -> TrackTimes:
    """Track `points` pixels of the first frame, objects and ground alike; medians of `runs`."""
    scene, segment, images = _in_memory(handle)
    rows, cols = _spread_pixels(images, points)
    ids = images.instances[0][rows, cols].astype(np.int64)
    limits = default_limits().track

    def typical(of: Scene) -> float:
        return median(
            cpu_of(track_pixels, of, segment, images, 0, rows, cols, ids, limits)
            for _ in range(runs)
        )

    return TrackTimes(len(rows), segment.count, typical(_without_exact_visibility(scene)), typical(scene))


def time_segments(handles: list[SimulatorHandle], runs: int) -> SegmentTimes:
    """Measure and state the segment of every scene; medians of `runs`, then the mean over scenes."""
    def one(handle: SimulatorHandle) -> tuple[float, float, float]:
        scene, segment, images = _in_memory(handle)
        plain = _without_exact_visibility(scene)
        _measure_and_state(plain, segment, images)  # tables are read and caches filled
        taken = [
            (cpu_of(_measure_and_state, plain, segment, images),
             cpu_of(_measure_and_state, scene, segment, images),
             cpu_of(_measure_and_state, handle.open(), segment))
            for _ in range(runs)
        ]
        return tuple(median(column) for column in zip(*taken, strict=True))

    return SegmentTimes(*(mean(column) for column in zip(*map(one, handles), strict=True)))


def time_questions(scenes: int, seed: int, size: int, frames: int) -> QuestionTimes:
    """Run `fourdp-qa generate simulator --no-clips` in this process."""
    settings = settings_for(scenes, seed, size, frames, clips=False)
    with tempfile.TemporaryDirectory() as folder:
        start = process_time()
        staged = generate(settings, Path(folder) / "stage").staged
        publish(staged, Path(folder) / "fourdp-qa")
        return QuestionTimes(scenes, len(staged.rows), process_time() - start)


def _in_memory(handle: SimulatorHandle) -> tuple[Scene, Segment, SegmentImages]:
    scene = handle.open()
    segment = Segment(0, 1, handle.frames, scene.facts.fps)
    return scene, segment, read_images(scene, segment)


def _measure_and_state(
    scene: Scene, segment: Segment, images: SegmentImages | None = None
) -> None:
    state_segment(measure_segment(scene, segment, images=images))


def _without_exact_visibility(scene: Scene) -> Scene:
    """The same scene as a source gives it that knows depth and ids alone."""
    plain = copy(scene)
    known = scene.facts.capabilities - {Capability.EXACT_VISIBILITY}
    plain.facts = replace(scene.facts, capabilities=known)
    return plain


def _spread_pixels(
    images: SegmentImages, points: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of at most `points` pixels with depth, evenly over the first frame."""
    places = np.flatnonzero(images.depth[0] > 0)
    wanted = np.linspace(0, len(places) - 1, min(points, len(places))).astype(np.int64)
    rows, cols = np.divmod(places[wanted], images.depth.shape[2])
    return rows, cols
