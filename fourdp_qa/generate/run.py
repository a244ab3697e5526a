"""The three phases in order: measure, select, write. Resumable, and deterministic in all its bytes."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fourdp_qa.captioning.captioned import caption_counts, with_captions
from fourdp_qa.captioning.captions_file import Captions, read_captions
from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.generate.asks import Ask, asks_of, true_labels
from fourdp_qa.generate.composing import RowComposer, row_id
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.engine import Progress, run_tasks, silent
from fourdp_qa.generate.group_composing import GroupComposer
from fourdp_qa.generate.groups import QuestionGroup, select_groups, surely_named, whole_groups
from fourdp_qa.generate.measuring import measure_scene
from fourdp_qa.generate.naming import SegmentNamings
from fourdp_qa.generate.records import SegmentRecord, read_shard
from fourdp_qa.generate.selecting import select
from fourdp_qa.generate.settings import GenerationSettings, StagedDataset
from fourdp_qa.generate.summary import Summary, summarise
from fourdp_qa.generate.writing import ClipFile, ClipJob, clip_name, write_clips
from fourdp_qa.questions.registry import get_type
from fourdp_qa.rows.proof import SegmentProof
from fourdp_qa.rows.row import Row
from fourdp_qa.scene.licences import folder_licence, refuse_source
from fourdp_qa.scene.scene import SceneHandle
from fourdp_qa.sources.registry import SourceOptions, get_source, list_scenes

SETTINGS_FILE = "settings.json"
RESTART = "add --restart to throw the unfinished generation away"


@dataclass(frozen=True)
class Generated:
    """What a generation gives.

    Attributes
    ----------
    staged : to be published by the dataset room.
    summary : counts and reasons, for people.
    labels : row id -> what is true of it, with the variant of its statement.
    """

    staged: StagedDataset
    summary: Summary
    labels: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class _MeasureTask:
    """One scene to measure into one shard."""

    number: int
    handle: SceneHandle
    frames: int
    path: Path


def stage_folder(out: Path) -> Path:
    """Where an unfinished generation for `out` keeps its work: a hidden folder beside it."""
    out = out.resolve()
    return out.with_name(f".{out.name}.stage")


def generate(
    settings: GenerationSettings, stage: Path, workers: int = 1, progress: Progress = silent
) -> Generated:
    """Run the phases that are not finished yet.

    Parameters
    ----------
    settings : what is asked for.
    stage : folder for the work; going on in it under other settings is refused.
    workers : processes.
    progress : is told how far each phase is.

    Raises
    ------
    FourdpQaError
        When nothing can be generated, `stage` belongs to other settings, or the licences of the rows do
        not fit together or what the folder is declared to be under.
    """
    captions = _captions(settings)
    handles = _handles(settings, captions)
    _claim_stage(settings, stage)
    shards = _measure(settings, handles, stage, workers, progress)
    composed = _select(settings, shards, get_source(settings.source).code)
    skipped, left_out = composed.skipped, composed.left_out
    composed.dropped += left_out
    rows = composed.rows
    if rows:  # before their clips are written
        folder_licence((row.license for row in rows), settings.license)
    if settings.clips:
        failed = _write(settings, handles, composed, stage, workers, progress)
        skipped.update(failed)
        rows = whole_groups([r for r in rows if r.scene_id not in failed])
    rows = sorted(rows, key=lambda r: r.id)
    with_rows = {(r.scene_id, r.segment) for r in rows}
    staged = StagedDataset(
        settings=settings, rows=rows,
        proofs=[p for p in composed.proofs if (p.scene_id, p.segment) in with_rows],
        clips_root=stage if settings.clips else None,
    )
    summary = summarise(
        rows, len(handles) - left_out.total(), skipped, composed.labels, composed.left, composed.dropped,
        settings.types)
    if captions is not None:
        objects = {
            shard.scene_id: frozenset(shard.segments[0].proof.object_ids)
            for shard in map(read_shard, shards) if shard.segments
        }
        summary = replace(
            summary, captions=caption_counts(captions, [h.scene_id for h in handles], objects))
    return Generated(staged, summary, {row.id: composed.labels[row.id] for row in rows})


def count_supply(
    settings: GenerationSettings, stage: Path, workers: int = 1, progress: Progress = silent
) -> dict[str, int]:
    """How many rows of each type the source could give, of those asked for: measures and selects.

    Going on in `stage` with `generate` and other `items` measures no scene again.

    Raises
    ------
    FourdpQaError
        As `generate`.
    """
    handles = _handles(settings, _captions(settings))
    _claim_stage(settings, stage)
    shards = _measure(settings, handles, stage, workers, progress)
    composed = _select(replace(settings, clips=False), shards, get_source(settings.source).code)
    return dict(Counter(row.question_type for row in composed.rows))


def _handles(settings: GenerationSettings, captions: Captions | None) -> Sequence[SceneHandle]:
    """The scenes of the settings, with the names of a captions file."""
    source = get_source(settings.source)
    refuse_source(source.name, source.license, settings.license)
    handles = list_scenes(settings.source, SourceOptions(
        roots=tuple(Path(r) for r in settings.roots), size=settings.size, frames=settings.frames,
        scenes=settings.scenes, seed=settings.seed, groups=settings.groups,
    ))
    if not handles:
        raise FourdpQaError(f"{settings.source}: no scene found in {', '.join(settings.roots)}")
    apart = frozenset(settings.apart_from)
    handles = [h for h in handles if f"{h.source}/{h.split_key}" not in apart]
    if not handles:
        raise FourdpQaError(
            f"{settings.source}: every scene belongs to a unit of the data it must stay apart from, expected "
            "others; give other scenes or another --seed")
    return with_captions(handles, settings.source, captions) if captions is not None else handles


def _captions(settings: GenerationSettings) -> Captions | None:
    """The captions of the settings; a file that changed since they were made is refused."""
    if not settings.captions:
        return None
    captions = read_captions(Path(settings.captions))
    if captions.digest != settings.captions_digest:
        raise SourceDataError(
            settings.captions, "", found=f"content {captions.digest[:12]}",
            expected=f"content {settings.captions_digest[:12]}", do="run the same command again")
    return captions


def _claim_stage(settings: GenerationSettings, stage: Path) -> None:
    """Mark the stage with its settings, or refuse to go on under other ones."""
    marker = stage / SETTINGS_FILE
    if marker.exists():
        begun, asked = _begun(marker), json.loads(settings.for_stage().to_json())
        other = sorted(name for name in {**begun, **asked} if begun.get(name) != asked.get(name))
        if other:
            found = ", ".join(f"{name} {begun.get(name)}" for name in other)
            expected = ", ".join(f"{name} {asked.get(name)}" for name in other)
            raise FourdpQaError(
                f"{stage}: an unfinished generation under other settings lies here: found {found}, "
                f"expected {expected}; "
                "give the settings it was begun with to go on, or --restart to throw it away"
            )
        return
    if stage.exists():
        shutil.rmtree(stage)
    stage.mkdir(parents=True)
    temporary = stage / f".{SETTINGS_FILE}"
    temporary.write_text(settings.for_stage().to_json())
    temporary.replace(marker)


def _begun(marker: Path) -> dict[str, Any]:
    """The settings that a stage was begun with, as plain data."""
    try:
        begun = json.loads(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceDataError(
            marker, "", found=f"a damaged file ({error})", expected="settings as JSON", do=RESTART
        ) from None
    if not isinstance(begun, dict):
        raise SourceDataError(marker, "", found=type(begun).__name__, expected="fields", do=RESTART)
    return begun


def _run_measure(task: _MeasureTask) -> str:
    return measure_scene(task.handle, task.frames, task.path)


def _measure(
    settings: GenerationSettings, handles: Sequence[SceneHandle], stage: Path, workers: int,
    progress: Progress,
) -> list[Path]:
    """Phase 1; returns the shards in the order of the scenes."""
    paths = [stage / "measured" / f"{i // 1000:03d}" / f"{i:06d}.json.gz" for i in range(len(handles))]
    tasks = [
        _MeasureTask(i, handle, settings.frames, path)
        for i, (handle, path) in enumerate(zip(handles, paths, strict=True)) if not path.exists()
    ]
    for _ in run_tasks(_run_measure, tasks, workers, "measuring scenes", progress):
        pass
    return paths


@dataclass
class _Asked:
    """What the measured scenes allow to ask.

    Attributes
    ----------
    asks : of the types asked for.
    scene_ids : shard -> id of its scene, or of the one of which it is a variant.
    skipped : scene -> why it has no segment.
    left_out : why scenes were left out by their source, counted.
    dropped : why statements make no question, counted.
    """

    asks: list[Ask] = field(default_factory=list)
    scene_ids: dict[int, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)


def _asked(settings: GenerationSettings, shards: Sequence[Path]) -> _Asked:
    """Read every shard once: their records do not fit in memory together, their asks do."""
    found, types = _Asked(), frozenset(settings.types)
    for number, path in enumerate(shards):
        shard = read_shard(path)
        found.scene_ids[number] = shard.scene_id
        if shard.skipped:
            found.skipped[shard.scene_id] = shard.skipped
        if shard.left_out:
            found.left_out[f"left out: {shard.left_out}"] += 1
        for record in shard.segments:
            if settings.groups:
                found.scene_ids[number] = record.group_id
            found.dropped.update(record.dropped)
            asks = asks_of(record, number, types)
            found.asks += surely_named(record, asks) if settings.groups else asks
    return found


@dataclass
class _Composed:
    """Rows with what is needed to write their clips; grows segment by segment."""

    rows: list[Row]
    proofs: list[SegmentProof]
    clips: dict[int, list[tuple[str, tuple[ClipFile, ...]]]]
    labels: dict[str, tuple[str, ...]]
    left: Counter[str]
    dropped: Counter[str]
    skipped: dict[str, str]
    left_out: Counter[str]


def _select(settings: GenerationSettings, shards: list[Path], code: str) -> _Composed:
    """Phase 2: choose questions, then read every segment once more to word them."""
    composition, asked = composition_called(settings.composition), _asked(settings, shards)
    if settings.groups:
        return _select_groups(settings, shards, code, asked)
    selection = select(
        asked.asks, asked.scene_ids, settings.seed, settings.per_segment, settings.per_type, composition,
        dict(settings.items))
    chosen: dict[int, list[Ask]] = {}
    for ask in selection.chosen:
        chosen.setdefault(ask.shard, []).append(ask)
    composer = RowComposer(settings.seed, code, composition)
    composed = _Composed([], [], {}, {}, selection.left, asked.dropped, asked.skipped, asked.left_out)
    for number in sorted(chosen):
        for record in read_shard(shards[number]).segments:
            mine = [a for a in chosen[number] if a.number == record.number]
            _compose_segment(settings, composer, composed, record, number, mine, code)
    composed.left.update(composer.left)
    return composed


def _compose_segment(
    settings: GenerationSettings, composer: RowComposer, composed: _Composed,
    record: SegmentRecord, shard: int, asks: list[Ask], code: str,
) -> None:
    rows, planned = composer.compose(record, asks)
    _add_rows(settings, composed, record, shard, rows, planned, code)
    composed.labels |= {
        row_id(code, record, get_type(a.question_type).number, a.hash): true_labels(a) for a in asks
    }


def _select_groups(
    settings: GenerationSettings, shards: list[Path], code: str, asked: _Asked
) -> _Composed:
    """The same for groups: the variants of a scene, which lie in shards side by side, are read once
    more together.
    """
    composition, group_of = composition_called(settings.composition), asked.scene_ids
    selection = select_groups(
        asked.asks, group_of, settings.seed, settings.per_segment, settings.per_type, composition)
    composer = GroupComposer(settings.seed, code, composition)
    composed = _Composed([], [], {}, {}, selection.left, asked.dropped, asked.skipped, asked.left_out)
    by_segment: dict[tuple[str, int], list[QuestionGroup]] = {}
    for group in selection.chosen:
        by_segment.setdefault((group.scene, group.first.number), []).append(group)
    for (scene, segment), groups in by_segment.items():
        records = {
            number: record for number, found in group_of.items() if found == scene
            for record in read_shard(shards[number]).segments if record.number == segment
        }
        rows, planned = composer.compose_groups(records, groups)
        for number in sorted(n for n in records if rows[n]):
            _add_rows(settings, composed, records[number], number, rows[number], planned[number],
                      code)
        composed.labels |= {
            row_id(code, records[a.shard], get_type(a.question_type).number, a.hash): true_labels(a)
            for group in groups for a in group.asks
        }
    composed.left.update(composer.left)
    return composed


def _add_rows(
    settings: GenerationSettings, composed: _Composed, record: SegmentRecord, shard: int,
    rows: list[tuple[Row, int]], planned: SegmentNamings, code: str,
) -> None:
    """Add the rows of a segment with its proof and the clips that they need."""
    composed.proofs.append(record.proof)
    if not settings.clips:
        composed.rows += [row for row, _ in rows]
        return
    names = {variant: clip_name(code, record, variant) for _, variant in rows}
    composed.rows += [replace(row, file_name=names[variant]) for row, variant in rows]
    files = tuple(
        ClipFile(Path(names[v]), tuple(planned.variants[v - 1].marks.values()) if v else ())
        for v in sorted(names)
    )
    composed.clips.setdefault(shard, []).append((record.segment, files))


def _write(
    settings: GenerationSettings, handles: Sequence[SceneHandle], composed: _Composed, stage: Path,
    workers: int, progress: Progress,
) -> dict[str, str]:
    """Phase 3; returns the scenes whose clips could not be written, with the reason."""
    jobs = [
        ClipJob(
            handles[shard], segment, settings.size,
            tuple(replace(f, path=stage / f.path) for f in files),
        )
        for shard, segments in sorted(composed.clips.items())
        for segment, files in segments
    ]
    done = run_tasks(write_clips, jobs, workers, "writing clips", progress)
    return {job.handle.scene_id: reason for job, reason in done if reason}
