"""Fill a survey: every table once, in batches; every clip once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from fourdp_qa.clips.decode import count_frames
from fourdp_qa.dataset.benchmark import FACTS, TABLE
from fourdp_qa.dataset.content import file_digest
from fourdp_qa.dataset.folder import DatasetFolder, read_card_head
from fourdp_qa.dataset.layout import ALL, CARD, SETTINGS, SPLIT, VIDEOS, table_path
from fourdp_qa.dataset.row_checks import frame_count
from fourdp_qa.dataset.rules.of_card import columns
from fourdp_qa.dataset.rules.rule import Findings
from fourdp_qa.dataset.rules.survey import (
    BENCHMARK,
    TRAINING,
    Survey,
    open_table,
    read_batches,
    rows_of,
)
from fourdp_qa.dataset.rules.table import CLIP_CELLS, DIGESTS, READABLE, RULES, TABLES
from fourdp_qa.dataset.viewer import ColumnLengths
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.engine import Progress, run_tasks
from fourdp_qa.randomness import stable_hash
from fourdp_qa.rows.digests import questions_digest
from fourdp_qa.rows.row import Row

ROW_PHASE: Final = "check rows"
CLIP_PHASE: Final = "check clips"

ROWS_AT_A_TIME: Final = 1_000
CELLS_AT_A_TIME: Final = 32
"""Rows of a benchmark: each holds a clip."""

CLIPS_AT_A_TIME: Final = 64
"""Clips of one task of a worker: some seconds of work."""

QUICK_CLIPS: Final = 100
"""Clips that a quick check decodes: one broken clip in thirty is found with a chance of 97 %."""


def survey_training(path: Path, findings: Findings, progress: Progress) -> Survey:
    """Read the rows of a training folder; clips are hashed, not decoded.

    Raises
    ------
    FourdpQaError
        When it is no folder of ours.
    """
    folder = DatasetFolder.open(path)
    facts = json.loads((folder.path / SETTINGS).read_text(encoding="utf-8"))
    survey = Survey(
        folder.path, TRAINING, read_card_head(folder.path / CARD), facts, folder.settings.clips,
        folder.settings.license, {name: table_path(name) for name in folder.types},
    )
    for config, table in _readable_tables(survey, findings):
        survey.lengths[config] = ColumnLengths()
        for row, _ in _rows(survey, config, table, ROWS_AT_A_TIME, findings, progress):
            if row.question_type != config:
                findings.add(TABLES, [
                    f"row {row.id}: question_type: found '{row.question_type}', expected '{config}', the "
                    "table it lies in"])
            clip = row.file_name if survey.with_clips else ""
            survey.take(config, row, clip, frame_count(row), _digest_of(survey, clip))
    return survey


def survey_benchmark(path: Path, findings: Findings, progress: Progress) -> Survey:
    """Read the rows of a benchmark folder and decode its clips on the way: they lie in the table.

    Raises
    ------
    FourdpQaError
        When its facts or its card cannot be read.
    """
    folder = path.resolve()
    try:
        facts: Any = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        facts = error
    if not isinstance(facts, dict):
        raise FourdpQaError(f"benchmark folder {folder}: {FACTS}: found none that can be read, expected the "
                            "facts that `fourdp-qa bench` wrote")
    survey = Survey(folder, BENCHMARK, read_card_head(folder / CARD), facts, True,
                    str(facts.get("license", "")), {ALL: TABLE})
    seen: list[Row] = []
    for config, table in _readable_tables(survey, findings):
        survey.lengths[config] = ColumnLengths()
        for row, values in _rows(survey, config, table, CELLS_AT_A_TIME, findings, progress):
            name, data = _cell(row, values["video"], findings)
            digest = hashlib.sha256(data).hexdigest() if data else ""
            known = survey.clips.get(name)
            if known is None and data:
                survey.frames[name] = _frames_or_fault({"bytes": data, "path": name})
            elif known is not None and known.digest != digest:
                findings.add(CLIP_CELLS, [
                    f"row {row.id}: video: found other bytes under the name {name} than in another row, "
                    "expected one clip a name"])
            survey.take(config, row, name, frame_count(row), digest)
            seen.append(row)
    if survey.whole:
        found, wanted = questions_digest(seen), facts.get("questions_digest")
        if found != wanted:
            findings.add(DIGESTS, [
                f"{folder / TABLE}: questions_digest: found {found}, expected {wanted} as in {FACTS}"])
    return survey


def decode_clips(survey: Survey, quick: bool, workers: int, progress: Progress) -> None:
    """Count the frames of the clip files: of all, or of a sample drawn by their names."""
    folder = survey.path / SPLIT
    names = sorted(survey.clips)
    for name in names:
        if not survey.clips[name].digest:
            survey.frames[name] = f"clip {folder / name}: the file is missing; generate or copy it again"
    there = [name for name in names if survey.clips[name].digest]
    if quick:
        there = sorted(there, key=lambda name: stable_hash("quick", name))[:QUICK_CLIPS]
    tasks = [(str(folder), tuple(there[at:at + CLIPS_AT_A_TIME]))
             for at in range(0, len(there), CLIPS_AT_A_TIME)]
    progress(CLIP_PHASE, 0, len(there))
    done = 0
    for task, found in run_tasks(_frames_of, tasks, workers, CLIP_PHASE, _unsaid):
        survey.frames.update(zip(task[1], found, strict=True))
        done += len(found)
        progress(CLIP_PHASE, done, len(there))


def _unsaid(phase: str, done: int, total: int) -> None:
    """Tasks are not what a person counts: clips are."""


def _frames_of(task: tuple[str, tuple[str, ...]]) -> list[int | str]:
    folder, names = task
    return [_frames_or_fault(Path(folder, name)) for name in names]


def _frames_or_fault(clip: Any) -> int | str:
    try:
        return count_frames(clip)
    except FourdpQaError as error:
        return str(error)


def _readable_tables(survey: Survey, findings: Findings) -> Iterator[tuple[str, Path]]:
    """Open every table; those whose rows cannot be read are said and left out."""
    for config, table in survey.tables.items():
        try:
            survey.schemas[config], rows, survey.row_groups[config] = open_table(survey.path / table)
            survey.expected += rows
        except FourdpQaError as error:
            findings.add(READABLE, [str(error)])
            survey.whole = False
    survey.whole = survey.whole and not any(columns(survey))
    if survey.whole:
        for config, table in survey.tables.items():
            yield config, survey.path / table


def _rows(
    survey: Survey, config: str, table: Path, size: int, findings: Findings, progress: Progress
) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Rows of a table, each held against every rule about rows."""
    of_row = [(rule.name, rule.of_row) for rule in RULES if rule.of_row and rule.applies(survey)]
    try:
        for batch in read_batches(table, size):
            survey.lengths[config].add(batch)
            for row, values in rows_of(batch):
                for name, check in of_row:
                    findings.add(name, check(row))
                yield row, values
            progress(ROW_PHASE, survey.rows, survey.expected)
    except FourdpQaError as error:
        findings.add(READABLE, [str(error)])
        survey.whole = False


def _digest_of(survey: Survey, clip: str) -> str:
    """Digest of a clip's bytes, read once; "" without a file."""
    if not clip:
        return ""
    if clip in survey.clips:
        return survey.clips[clip].digest
    path = survey.path / SPLIT / clip
    inside = ".." not in PurePosixPath(clip).parts and clip.startswith(f"{VIDEOS}/")
    return file_digest(path) if inside and path.is_file() else ""


def _cell(row: Row, cell: Any, findings: Findings) -> tuple[str, bytes]:
    """Name and bytes of a clip in a table."""
    name = str((cell or {}).get("path") or "")
    data = (cell or {}).get("bytes")
    if not data or not name.endswith(".mp4") or "/" in name or "\\" in name:
        findings.add(CLIP_CELLS, [
            f"row {row.id}: video: found {len(data or b''):,} bytes called '{name}', expected those of a "
            "clip under a name that ends in .mp4: the viewer cannot show it"])
    return name, bytes(data or b"")
