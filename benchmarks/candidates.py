"""How long one segment takes from decoded images to statements, stage by stage, in CPU time.

    python benchmarks/candidates.py [--scene 1] [--runs 15]

A simulated scene of 32 frames at 448x448 is rendered before the clock starts and cut down to its ten
largest objects. It is measured twice: as from a source that knows visibility exactly (whose own rays
are work of the source and are listed apart) and as the same scene with depth and ids alone. Machines
differ, so each figure is also given over that of a fixed piece of work timed in the same run.
"""

# ruff: noqa: E402 - threads must be limited before NumPy is loaded

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import dataclass, replace
from statistics import median
from time import process_time
from types import ModuleType
from typing import Any
from unittest.mock import patch

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from fourdp_qa.measure import measure, objects
from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.questions import registry
from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.scene import Capability, Scene
from fourdp_qa.scene.segment import Segment, SegmentImages, read_images
from fourdp_qa.sources.registry import SourceOptions, list_scenes

SIZE, FRAMES, OBJECTS = 448, 32, 10
TARGET_MS = 150
"""What measuring and stating may take beyond decoding."""
SOURCE = "the source's own rays"
MEASURING = (
    ("masks", objects, "measure_masks"),
    ("masks that touch", objects, "touched_by_nearer"),
    ("hulls", objects, "_measure_hulls"),
    ("poses, visible parts", measure, "measure_objects"),
    ("camera, background", measure, "measure_camera"),
    ("points and rings", measure, "find_anchors"),
    ("tracks", measure, "track_points"),
)
"""Row of the table, module, function; a function's time is without that of other rows inside it."""


class TenObjects(Scene):
    """A scene in memory with the objects of another that cover most pixels; the others become
    background. Its rays are still those of the scene it was made from.
    """

    def __init__(self, scene: Scene, segment: Segment) -> None:
        images = read_images(scene, segment)
        pixels = [np.count_nonzero(images.instances == item.id) for item in scene.objects]
        self._kept = np.sort(np.argsort(pixels)[-OBJECTS:])
        self._whole = scene
        self.facts = scene.facts
        self.objects = tuple(scene.objects[n] for n in self._kept)
        self.world_from_camera = scene.world_from_camera
        self.world_from_object = scene.world_from_object[:, self._kept]
        self.pose_valid = scene.pose_valid[:, self._kept]
        known = np.isin(images.instances, [item.id for item in self.objects])
        self.images = SegmentImages(
            images.depth, np.where(known, images.instances, 0).astype(np.int32))

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Not needed: measuring looks at no colour."""
        return self._whole.rgb(t)

    def depth(self, t: int) -> NDArray[np.float32]:
        """Depth decoded beforehand."""
        return self.images.depth[t]

    def instances(self, t: int) -> NDArray[np.int32]:
        """Ids decoded beforehand."""
        return self.images.instances[t]

    def visible_part(self, t: int) -> Floats | None:
        """As the whole scene says."""
        part = self._whole.visible_part(t)
        return None if part is None else part[self._kept]

    def sees(
        self, t: int, points_in_world: Floats, object_ids: NDArray[np.int64]
    ) -> NDArray[np.bool_] | None:
        """As the whole scene says."""
        return self._whole.sees(t, points_in_world, object_ids)


class Stopwatch:
    """CPU seconds by stage; a stage inside another counts for itself alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inside: list[float] = []

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, timed under `stage` whenever it is called."""
        def call(*args: Any, **kwargs: Any) -> Any:
            self._inside.append(0.0)
            start = process_time()
            try:
                return function(*args, **kwargs)
            finally:
                whole = process_time() - start
                self.seconds[stage] += whole - self._inside.pop()
                if self._inside:
                    self._inside[-1] += whole
        return call


def statement_functions() -> Iterator[tuple[str, ModuleType, str]]:
    """Row, module and name of every function that states a question type."""
    for module in vars(registry).values():
        if not inspect.ismodule(module) or not module.__name__.startswith("fourdp_qa.questions."):
            continue
        for name, function in vars(module).items():
            public = name.endswith("_statements") and not name.startswith("_")
            if public and getattr(function, "__module__", "") == module.__name__:
                yield f"state {name.removesuffix('_statements')}", module, name


@contextmanager
def watched(scene: Scene, watch: Stopwatch) -> Iterator[None]:
    """Time all stages for as long as this lasts."""
    with ExitStack() as stack:
        for row, module, name in (*MEASURING, *statement_functions()):
            timed = watch.timed(row, getattr(module, name))
            stack.enter_context(patch.object(module, name, timed))
        for name in ("visible_part", "sees"):
            stack.enter_context(patch.object(scene, name, watch.timed(SOURCE, getattr(scene, name))))
        yield


def measure_once(scene: TenObjects, segment: Segment) -> dict[str, float]:
    """CPU milliseconds of one run by stage."""
    watch = Stopwatch()

    def whole() -> None:
        registry.state_segment(measure_segment(scene, segment, images=scene.images))

    with watched(scene, watch):
        watch.timed("all the rest", whole)()
    return {stage: 1000 * seconds for stage, seconds in watch.seconds.items()}


def reference_ms(scene: TenObjects) -> float:
    """CPU milliseconds of counting the ids of all images once, by the plainest means."""
    start = process_time()
    for instances in scene.images.instances:
        np.bincount(instances.ravel())
    return 1000 * (process_time() - start)


@dataclass(frozen=True)
class Timings:
    """CPU milliseconds: medians over the runs.

    Attributes
    ----------
    exact : by stage, for a source that knows visibility exactly.
    plain : by stage, for the same scene with depth and ids alone.
    reference : of the fixed piece of work.
    statements, tracks : how many the segment gives, with exact visibility.
    """

    exact: dict[str, float]
    plain: dict[str, float]
    reference: float
    statements: int
    tracks: int


def time_segment(index: int, runs: int) -> Timings:
    """Time the segment of simulated scene number `index`."""
    options = SourceOptions(size=SIZE, frames=FRAMES, scenes=index + 1)
    simulated = list_scenes("simulator", options)[index].open()
    segment = Segment(0, 1, FRAMES, simulated.facts.fps)
    exact = TenObjects(simulated, segment)
    plain = copy(exact)
    plain.facts = replace(
        exact.facts, capabilities=exact.facts.capabilities - {Capability.EXACT_VISIBILITY}
    )
    # Not timed: tables are read and caches filled.
    stated = registry.state_segment(measure_segment(exact, segment, images=exact.images))
    measure_once(plain, segment)
    with_rays, without, reference = [], [], []
    for _ in range(runs):  # in turn, so that a busy moment of the machine meets all of them
        with_rays.append(measure_once(exact, segment))
        without.append(measure_once(plain, segment))
        reference.append(reference_ms(exact))
    return Timings(_typical(with_rays), _typical(without), median(reference),
                   len(stated.statements), len(stated.tracks))


def in_all(stages: dict[str, float]) -> float:
    """Sum over all stages that are not work of the source."""
    return sum(ms for stage, ms in stages.items() if stage != SOURCE)


def _typical(runs: list[dict[str, float]]) -> dict[str, float]:
    """Median of every stage."""
    stages = {stage: None for run in runs for stage in run}
    return {stage: median(run.get(stage, 0.0) for run in runs) for stage in stages}


@click.command()
@click.option("--scene", "index", default=1, show_default=True, help="Number of the simulated scene.")
@click.option("--runs", default=15, show_default=True, help="Timed runs; their medians are shown.")
def main(index: int, runs: int) -> None:
    """Print CPU milliseconds by stage for one segment of ten objects."""
    Console(width=100).print(_table(time_segment(index, runs)))


def _table(timings: Timings) -> Table:
    exact, plain, reference = timings.exact, timings.plain, timings.reference
    table = Table(
        title=f"CPU of one segment: {FRAMES} frames of {SIZE}x{SIZE}, {OBJECTS} objects; "
              f"{timings.statements} statements, {timings.tracks} tracks",
        caption=f"ratio: over counting the ids of {FRAMES} images once, {reference:.1f} ms; "
                f"target: at most {TARGET_MS} ms",
    )
    table.add_column("stage", no_wrap=True)
    for heading in ("exact, ms", "ratio", "depth and ids, ms", "ratio"):
        table.add_column(heading, justify="right")

    def row(name: str, *ms: float) -> None:
        table.add_row(name, *(text for x in ms for text in (f"{x:.1f}", f"{x / reference:.2f}")))

    for stage in sorted({*exact, *plain} - {SOURCE}, key=lambda s: -plain.get(s, 0.0)):
        row(stage, exact.get(stage, 0.0), plain.get(stage, 0.0))
    table.add_section()
    row("all together", in_all(exact), in_all(plain))
    row(SOURCE, exact.get(SOURCE, 0.0), plain.get(SOURCE, 0.0))
    return table


if __name__ == "__main__":
    main()
