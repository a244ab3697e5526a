"""Where the CPU seconds of clips go: a whole generation in this process, stage by stage."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any, Final
from unittest.mock import patch

import datasets
from candidates import Stopwatch

from fourdp_qa.dataset import write
from fourdp_qa.dataset.prepare import prepare
from fourdp_qa.generate import measuring, run, writing
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.sources.simulator.environments import PLACES
from fourdp_qa.sources.simulator.scene import SimulatedScene
from fourdp_qa.sources.simulator.source import SimulatorHandle
from fourdp_qa.sources.simulator.wishes import dealt

DRAFTING: Final = "drafting and playing the scene (for depth, again for colour)"
RAYS: Final = "rays: depth and ids"
POINT_RAYS: Final = "rays: visibility of tracked points"
RAYS_AGAIN: Final = "rays: cast again for colour"
SHADING: Final = "shading colour, anti-aliasing included"
RINGS: Final = "resizing, rings"
ENCODING: Final = "encoding H.264"
MEASURING: Final = "measuring"
STATING: Final = "stating"
SELECTING: Final = "selecting and wording"
TABLES: Final = "writing tables and card, once a folder"
PREPARING: Final = "preparing for load_dataset, once a folder"
REST: Final = "all the rest (records, shards)"

GROUPS: Final = {
    "rendering": (DRAFTING, RAYS, POINT_RAYS, RAYS_AGAIN, SHADING),
    "encoding": (RINGS, ENCODING),
    "questions": (MEASURING, STATING, SELECTING, TABLES, PREPARING, REST),
}
"""Every stage once. What the simulator does is rendering, whether or not a question needs it."""

WATCHED: Final = (
    (DRAFTING, SimulatorHandle, "open"),
    (RAYS, SimulatedScene, "_hits"),
    (POINT_RAYS, SimulatedScene, "sees"),
    (SHADING, SimulatedScene, "rgb"),
    (RINGS, writing, "resize_square"),
    (RINGS, writing, "draw_circles"),
    (ENCODING, writing, "encode_clip"),
    (MEASURING, measuring, "measure_segment"),
    (STATING, measuring, "state_segment"),
    (SELECTING, run, "_select"),
)
"""Stage, owner and name of what is timed; a function's time is without that of others inside it."""


@dataclass(frozen=True)
class ClipTimes:
    """CPU seconds of one generation with clips.

    Attributes
    ----------
    stages : of all scenes, by stage.
    scenes : by scene id, what was done for that scene alone.
    places : by scene id.
    clips, rows : files written and questions asked.
    whole : of everything, taken from the first line to the last.
    """

    stages: dict[str, float]
    scenes: dict[str, float]
    places: dict[str, str]
    clips: int
    rows: int
    whole: float

    @property
    def shared(self) -> float:
        """What is done for all scenes together, for each of them."""
        return (self.whole - sum(self.scenes.values())) / len(self.scenes)

    @property
    def clip_seconds(self) -> dict[str, float]:
        """CPU seconds by scene id, with its part of what is shared: they sum up to `whole`."""
        return {scene: own + self.shared for scene, own in self.scenes.items()}

    @property
    def groups(self) -> dict[str, float]:
        """CPU seconds of rendering, encoding and questions: they sum up to those of the stages."""
        return {
            group: sum(self.stages.get(stage, 0.0) for stage in stages)
            for group, stages in GROUPS.items()
        }


def settings_for(
    scenes: int, seed: int, size: int, frames: int, *, clips: bool
) -> GenerationSettings:
    """Settings as `fourdp-qa generate simulator` has them."""
    return GenerationSettings(
        source="simulator", roots=(), scenes=scenes, seed=seed, size=size, frames=frames,
        types=tuple(t.name for t in TYPES), clips=clips, per_segment=3,
    )


def seed_with_all_places(scenes: int) -> int:
    """The first seed whose first scenes show every place, as evenly as any of the first hundred."""
    def rarest(seed: int) -> int:
        seen = Counter(dealt(seed, index).place for index in range(scenes))
        return min(seen[place] for place in PLACES)

    return max(range(100), key=rarest)


def time_clips(settings: GenerationSettings, folder: Path) -> ClipTimes:
    """Generate, publish and prepare in `folder`, one worker."""
    watch = Stopwatch()
    scenes: dict[str, float] = defaultdict(float)
    found: list[run.Generated] = []

    def whole() -> None:
        generated = run.generate(settings, folder / "stage")
        found.append(generated)
        watch.timed(TABLES, write.publish)(generated.staged, folder / "fourdp-qa")
        watch.timed(PREPARING, prepare)(folder / "fourdp-qa")

    datasets.disable_progress_bars()
    with (patch.object(datasets.config, "HF_DATASETS_CACHE", folder / "cache"),
          _watched(watch, scenes)):
        start = process_time()
        watch.timed(REST, whole)()
        seconds = process_time() - start
    rows = found[0].staged.rows
    places = {
        SimulatorHandle(settings.seed, n, settings.size, settings.frames).scene_id:
        dealt(settings.seed, n).place
        for n in range(len(scenes))
    }
    return ClipTimes(dict(watch.seconds), dict(scenes), places, len({r.file_name for r in rows}),
                     len(rows), seconds)


@contextmanager
def _watched(watch: Stopwatch, scenes: dict[str, float]) -> Iterator[None]:
    """Time all stages, and add up what each scene takes, for as long as this lasts."""
    cast, write_clips = SimulatedScene._hits, run.write_clips

    def write_one(job: writing.ClipJob) -> str:
        with patch.object(SimulatedScene, "_hits", watch.timed(RAYS_AGAIN, cast)):
            return write_clips(job)

    with ExitStack() as stack:
        for stage, owner, name in WATCHED:
            timed = watch.timed(stage, getattr(owner, name))
            stack.enter_context(patch.object(owner, name, _as_method(timed)))
        stack.enter_context(patch.object(
            run, "measure_scene", _added(scenes, lambda handle, *_: handle.scene_id, run.measure_scene)))
        stack.enter_context(patch.object(
            run, "write_clips", _added(scenes, lambda job: job.handle.scene_id, write_one)))
        yield


def _as_method(timed: Callable[..., Any]) -> Callable[..., Any]:
    """A plain function, which becomes a method where it is put into a class."""
    return lambda *args, **kwargs: timed(*args, **kwargs)


def _added(
    scenes: dict[str, float], scene_of: Callable[..., str], function: Callable[..., Any]
) -> Callable[..., Any]:
    """`function`, whose CPU seconds are added to those of the scene that it is called for."""
    def call(*args: Any) -> Any:
        start = process_time()
        try:
            return function(*args)
        finally:
            scenes[scene_of(*args)] += process_time() - start
    return call
