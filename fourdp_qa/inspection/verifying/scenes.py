"""One scene of a folder verified: opened, measured, stated and, for its clips, rendered again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.clips.resize import resize_square
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.measuring import measure_segments
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.generate.writing import clip_name
from fourdp_qa.inspection.verifying.clips import clip_fault
from fourdp_qa.inspection.verifying.difference import Difference
from fourdp_qa.inspection.verifying.names import UnnamableError, expected_names
from fourdp_qa.inspection.verifying.rows import row_differences, segment_again
from fourdp_qa.rows.details import CircleMark, objects_from_json
from fourdp_qa.rows.row import Naming, Row
from fourdp_qa.scene.refusing import refuse_numbers
from fourdp_qa.scene.scene import Scene, SceneHandle
from fourdp_qa.scene.segment import Segment
from fourdp_qa.scene.square import square_view

CIRCLED_CLIPS = 9
"""Numbers of clip variants that are looked for; a composition allows two."""


@dataclass(frozen=True)
class SceneTask:
    """One scene to verify.

    Attributes
    ----------
    handle : the scene.
    code, seed, groups, frames, size : as in the generation.
    rows : all rows of the scene: what rings a clip has is known from all rows that share it.
    wanted : ids of the rows to compare.
    clips : bytes of the clips of those rows by `file_name`; empty without clips.
    """

    handle: SceneHandle
    code: str
    seed: int
    groups: bool
    frames: int
    size: int
    rows: tuple[Row, ...]
    wanted: frozenset[str]
    clips: dict[str, bytes]


@dataclass
class SceneVerdict:
    """What was found: differences, rows whose scene could not be looked at with the reason, and counts."""

    differences: list[Difference] = field(default_factory=list)
    unverified: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    clips: int = 0


def verify_scene(task: SceneTask) -> SceneVerdict:
    """Compare the wanted rows of one scene, and their clips."""
    verdict = SceneVerdict()
    try:
        scene = task.handle.open()
        try:
            refuse_numbers(scene)
            records = {r.segment: r for r in measure_segments(scene, task.frames)}
            for text, rows in _by_segment(task):
                _verify_segment(task, scene, records.get(text), rows, verdict)
        finally:
            scene.close()
    except FourdpQaError as error:
        return SceneVerdict(unverified=dict.fromkeys(sorted(task.wanted), str(error)))
    return verdict


def _by_segment(task: SceneTask) -> Iterator[tuple[str, list[Row]]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in task.rows:
        found[row.segment].append(row)
    yield from sorted(found.items())


def _verify_segment(
    task: SceneTask, scene: Scene, record: SegmentRecord | None, rows: list[Row], verdict: SceneVerdict
) -> None:
    wanted = [row for row in rows if row.id in task.wanted]
    verdict.rows += len(wanted)
    if record is None:
        verdict.differences += [
            Difference(row.id, "segment", row.segment, "no such segment of this scene") for row in wanted]
        return
    if not wanted:
        return
    segment = Segment.parse(record.segment)
    view = square_view(scene, segment)

    @cache
    def ids_at(frame: int) -> NDArray[np.int32]:
        return view.instances(segment.frames[frame])

    again = segment_again(record, task.code, task.seed, ids_at, groups=task.groups)
    for row in wanted:
        verdict.differences += row_differences(row, again)
    if task.clips:
        _verify_clips(task, view, record, rows, verdict)


def _verify_clips(
    task: SceneTask, view: Scene, record: SegmentRecord, rows: list[Row], verdict: SceneVerdict
) -> None:
    segment = Segment.parse(record.segment)
    frames = np.stack([resize_square(view.rgb(t), task.size) for t in segment.frames])
    names = {clip_name(task.code, record, v).rsplit("/", 1)[1]: v for v in range(CIRCLED_CLIPS)}
    by_file: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_file[row.file_name].append(row)
    for file_name, members in sorted(by_file.items()):
        asked = [row for row in members if row.id in task.wanted]
        if not asked:
            continue
        for row in asked:
            number = names.get(file_name.rsplit("/", 1)[-1], -1)
            if number < 0 or (number > 0) != (row.naming == Naming.CIRCLE):
                kind = "one with rings" if row.naming == Naming.CIRCLE else "the plain one"
                verdict.differences.append(Difference(
                    row.id, "file_name", file_name, f"{kind} of {', '.join(names)}"))
        verdict.clips += 1
        marks = _marks(record, members)
        fault = clip_fault(task.clips[file_name], frames, marks, segment.fps / segment.stride)
        if fault:
            verdict.differences += [
                Difference(row.id, "clip", f"{file_name}: {fault}", "the frames of the scene" + (
                    f" with {len(marks)} rings" if marks else "")) for row in asked]


def _marks(record: SegmentRecord, rows: list[Row]) -> list[CircleMark]:
    """The rings of a clip: those of all rows that share it, first of the row that names most objects, in
    whose order they were drawn.
    """
    marks: dict[int, CircleMark] = {}
    for row in sorted((r for r in rows if r.naming == Naming.CIRCLE), key=lambda r: (-len(r.objects), r.id)):
        try:
            stored = objects_from_json(row.objects)
            named = expected_names(
                row, record, tuple(m.id for m in stored), tuple(m.frame for m in stored))
        except (UnnamableError, ValueError, LookupError, TypeError):
            continue  # said as a difference of the row itself
        for mention in named.mentions if named else []:
            if mention.circle is not None:
                marks.setdefault(mention.id, mention.circle)
    return list(marks.values())
