"""What the whole pipeline costs, in one table of CPU time: ``python benchmarks/pipeline.py``.

Tracks and segments a second, questions a second without colour, the CPU seconds of a clip by stage,
one worker against two, and peak memory, all of simulated scenes and all from one run. Machines
differ, so every cost is also given over that of a fixed piece of work timed in the same run.
"""

# ruff: noqa: E402 - threads must be limited before NumPy is loaded

from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"  # preparing asks the Hub first otherwise

import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean
from typing import Final

import click
from one_generation import Used, in_own_process
from rates import (
    QuestionTimes,
    Reference,
    SegmentTimes,
    TrackTimes,
    cpu_of,
    time_questions,
    time_segments,
    time_tracks,
)
from rich.console import Console
from rich.table import Table
from stages import GROUPS, ClipTimes, seed_with_all_places, settings_for, time_clips

from fourdp_qa.generate.run import generate
from fourdp_qa.sources.simulator.source import SimulatorHandle

TRACKS_A_SECOND: Final = 50_000
CLIP_SECONDS: Final = 10.0
"""Targets."""


@dataclass(frozen=True)
class Plan:
    """How much is timed.

    Attributes
    ----------
    clips : scenes rendered, each one segment.
    size, frames : of the clips.
    points : tracks carried at once.
    runs : of which medians are taken, for tracks and segments.
    segments : scenes whose segments are measured.
    questions : scenes asked about without colour.
    small, small_size : scenes and their size of the comparison of workers without clips.
    rendered : scenes of the comparison of workers with clips.
    """

    clips: int = 10
    size: int = 448
    frames: int = 32
    points: int = 20_000
    runs: int = 5
    segments: int = 5
    questions: int = 10
    small: int = 24
    small_size: int = 160
    rendered: int = 4


@dataclass(frozen=True)
class Workers:
    """The same generation with one worker and with two."""

    one: Used
    two: Used

    @property
    def faster(self) -> float:
        """How many times sooner two are done."""
        return self.one.wall / self.two.wall

    @property
    def dearer(self) -> float:
        """CPU time of two over that of one."""
        return self.two.cpu / self.one.cpu

    @property
    def idle_machine(self) -> float:
        """Share of a core that the one worker got: under 1 others were at work, or it waited."""
        return self.one.cpu / self.one.wall


@dataclass(frozen=True)
class Results:
    """All that is timed; `reference` in CPU seconds, `warming` what a process pays once."""

    reference: float
    warming: float
    tracks: TrackTimes
    segments: SegmentTimes
    questions: QuestionTimes
    clips: ClipTimes
    without_clips: Workers | None
    with_clips: Workers | None


@dataclass(frozen=True)
class Line:
    """A line of the table.

    Attributes
    ----------
    what, figure, target : text.
    seconds : CPU of one of what the line counts, shown over the reference.
    """

    what: str
    figure: str
    seconds: float | None = None
    target: str = ""


def measure_all(plan: Plan, *, workers: bool = True) -> Results:
    """Time everything of `plan`, the comparison of workers only with `workers`."""
    seed, reference = seed_with_all_places(plan.clips), Reference()
    reference.take()
    warming = _warm(plan, seed)
    handles = [SimulatorHandle(seed, n, plan.size, plan.frames) for n in range(plan.segments)]
    tracks = time_tracks(handles[0], plan.points, plan.runs)
    reference.take()
    segments = time_segments(handles, plan.runs)
    reference.take()
    questions = time_questions(plan.questions, seed, plan.size, plan.frames)
    reference.take()
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_for(plan.clips, seed, plan.size, plan.frames, clips=True)
        clips = time_clips(settings, Path(folder))
    reference.take()
    small = replace(plan, size=plan.small_size)
    return Results(
        reference.seconds, warming, tracks, segments, questions, clips,
        compare_workers(small, plan.small, seed, clips=False) if workers else None,
        compare_workers(plan, plan.rendered, seed, clips=True) if workers else None,
    )


def compare_workers(plan: Plan, scenes: int, seed: int, *, clips: bool) -> Workers:
    """Generate `scenes` twice, each time in a process of its own."""
    one, two = (
        in_own_process(scenes, seed, plan.size, plan.frames, workers, clips=clips)
        for workers in (1, 2)
    )
    return Workers(one, two)


def _warm(plan: Plan, seed: int) -> float:
    """CPU seconds of the same scenes as tiny pictures: meshes, textures and tables are made for good."""
    settings = settings_for(max(plan.clips, plan.questions), seed, 64, 12, clips=True)
    with tempfile.TemporaryDirectory() as folder:
        return cpu_of(generate, settings, Path(folder) / "stage")


def lines_of(results: Results) -> list[list[Line]]:
    """The table, section by section."""
    sections = [_tracks(results.tracks), _segments(results), _questions(results.questions),
                _stages(results.clips), _clips(results)]
    if results.without_clips and results.with_clips:
        sections.append([
            *_workers("no clips", results.without_clips), *_workers("with clips", results.with_clips)])
        sections.append(_memory(results.with_clips))
    return sections


def _tracks(times: TrackTimes) -> list[Line]:
    def line(how: str, seconds: float) -> Line:
        whole = times.points / seconds
        return Line(
            f"tracks of {times.frames} frames with visibility, {how}",
            f"{whole:,.0f} tracks/s ({whole * times.frames / 1e6:.1f} M points/s)",
            1000 * seconds / times.points, f"{TRACKS_A_SECOND:,} tracks/s",
        )

    return [line("depth and ids", times.plain), line("exact rays", times.exact)]


def _segments(results: Results) -> list[Line]:
    times = results.segments
    return [
        Line(f"segments, {how}", f"{1 / seconds:.1f} /s", seconds)
        for how, seconds in (
            ("depth and ids in memory", times.plain),
            ("in memory, exact visibility", times.exact),
            ("the simulator's rays included", times.with_rays),
        )
    ]


def _questions(times: QuestionTimes) -> list[Line]:
    each = times.seconds / times.scenes
    return [
        Line(f"questions without clips, {times.rows} of {times.scenes} scenes",
             f"{times.rows / times.seconds:.1f} /s", times.seconds / times.rows),
        Line("a scene of it, drafting to table", f"{each:.2f} s", each),
    ]


def _stages(times: ClipTimes) -> list[Line]:
    """A clip by stage, under the group that the stages belong to."""
    lines = []
    for group, seconds in times.groups.items():
        lines.append(_share(f"a clip: {group}", seconds, times))
        lines += [
            _share(f"  {stage}", times.stages.get(stage, 0.0), times) for stage in GROUPS[group]
        ]
    return lines


def _share(what: str, seconds: float, times: ClipTimes) -> Line:
    each = seconds / len(times.scenes)
    return Line(what, f"{each:.3f} s, {100 * seconds / times.whole:.1f}%", each)


def _clips(results: Results) -> list[Line]:
    times = results.clips
    seconds = times.clip_seconds
    by_place: dict[str, list[float]] = defaultdict(list)
    for scene, place in times.places.items():
        by_place[place].append(seconds[scene])
    average, dearest = times.whole / len(seconds), max(seconds.values())
    target = f"{CLIP_SECONDS:.0f} s"
    return [
        Line(f"a clip, average of {len(seconds)} segments", f"{average:.2f} s", average, target),
        Line("a clip, the dearest", f"{dearest:.2f} s", dearest, target),
        *(Line(f"  {place}, {len(found)}", f"{mean(found):.2f} s", mean(found))
          for place, found in sorted(by_place.items())),
        Line(f"a file: {times.clips} files with and without rings, {times.rows} questions",
             f"{times.whole / times.clips:.2f} s", times.whole / times.clips),
        Line("before all that, once a process: the same scenes at 64 px", f"{results.warming:.2f} s"),
    ]


def _workers(what: str, workers: Workers) -> list[Line]:
    return [
        Line(f"2 workers, {what}: wall time of 1 / of 2", f"{workers.faster:.2f}"),
        Line(f"  CPU time of 2 / of 1 (1 had {workers.idle_machine:.2f} of a core)",
             f"{workers.dearer:.2f}"),
    ]


def _memory(workers: Workers) -> list[Line]:
    return [
        Line("peak memory with clips, 1 worker: the process", f"{workers.one.parent:.0f} MiB"),
        Line("  2 workers: parent, largest worker",
             f"{workers.two.parent:.0f} MiB, {workers.two.worker:.0f} MiB"),
    ]


def table_of(plan: Plan, results: Results) -> Table:
    """All sections as one table."""
    table = Table(
        title=f"{plan.size}x{plan.size}, {plan.frames} frames, one core (CPU time)",
        caption="references: cost of one (of 1,000 tracks) over counting the ids of 32 images of 448x448 "
                f"once, {1000 * results.reference:.1f} ms",
    )
    table.add_column("what", no_wrap=True)
    for heading in ("figure", "references", "target"):
        table.add_column(heading, justify="right", no_wrap=True)
    for section in lines_of(results):
        for line in section:
            references = "" if line.seconds is None else f"{line.seconds / results.reference:,.2f}"
            table.add_row(line.what, line.figure, references, line.target)
        table.add_section()
    return table


@click.command()
@click.option("--clips", type=click.IntRange(5), default=Plan.clips, show_default=True,
              help="Scenes rendered, over all five places.")
@click.option("--size", type=click.IntRange(64), default=Plan.size, show_default=True,
              help="Side of the clips in pixels.")
@click.option("--no-workers", is_flag=True, help="Leave the comparison of workers and memory out.")
def main(clips: int, size: int, no_workers: bool) -> None:
    """Print what tracking, measuring, asking and rendering cost."""
    plan = Plan(clips=clips, size=size)
    Console(width=140).print(table_of(plan, measure_all(plan, workers=not no_workers)))


if __name__ == "__main__":
    main()
