"""Check a published folder or a benchmark folder as a stranger would meet it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.dataset.benchmark import FACTS, read_benchmark
from fourdp_qa.dataset.content import content_digest, file_digest
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.group_checks import group_problems
from fourdp_qa.dataset.layout import ALL, CARD, VIDEOS, table_path
from fourdp_qa.dataset.licence_checks import licence_problems
from fourdp_qa.dataset.row_checks import frame_count, row_problems
from fourdp_qa.dataset.viewer import MAX_FILES, MAX_FOLDER_ENTRIES, adjacent_columns
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.engine import Progress, silent
from fourdp_qa.rows.row import Row

CLIP_PHASE = "check clips"


def validate(path: Path | str, progress: Progress = silent) -> list[str]:
    """Everything that is wrong with a folder, one line each; empty when nothing is.

    Checks the card against the tables, every row (answer, options, JSON, clip path), ids (unique,
    one width), every clip (there, decodable, as many frames as its rows say), the proofs, the
    content digests, stray files, licences, and what the Hub's viewer cannot show.
    """
    folder = Path(path)
    try:
        if (folder / FACTS).is_file():
            return list(_benchmark_problems(folder, progress))
        return list(_folder_problems(DatasetFolder.open(folder), progress))
    except FourdpQaError as error:
        return [str(error)]


def _folder_problems(folder: DatasetFolder, progress: Progress) -> Iterator[str]:
    rows = {name: folder.rows(name) for name in folder.types}
    everything = list(chain.from_iterable(rows.values()))
    with_clips = folder.settings.clips
    yield from _rows_problems(everything, with_clips=with_clips)
    yield from licence_problems(everything, folder.settings.license, folder.path / CARD)
    for name, members in rows.items():
        for row in members:
            if row.question_type != name:
                yield (
                    f"row {row.id}: question_type: found '{row.question_type}', "
                    f"expected '{name}', the table it lies in"
                )
    for name, members in {ALL: everything, **rows}.items():
        yield from _viewer_problems(name, members)
    if with_clips:
        yield from _clip_problems(folder, everything, progress)
    yield from _proof_problems(folder, everything)
    yield from _digest_problems(folder, rows)
    yield from _file_problems(folder, everything)


def _benchmark_problems(path: Path, progress: Progress) -> Iterator[str]:
    benchmark = read_benchmark(path)
    yield from _rows_problems(list(benchmark.rows), with_clips=False)
    yield from licence_problems(benchmark.rows, benchmark.license, path / CARD)
    yield from _viewer_problems(ALL, benchmark.rows)
    frames: dict[str, int] = {}
    for done, (name, data) in enumerate(benchmark.clips.items(), 1):
        progress(CLIP_PHASE, done, len(benchmark.clips))
        try:
            frames[name] = len(decode_clip({"bytes": data, "path": name}))
        except FourdpQaError as error:
            yield str(error)
    for row in benchmark.rows:
        name = benchmark.clip_of[row.id]
        if name in frames and frames[name] != frame_count(row):
            yield _wrong_frames(row, name, frames[name])


def _rows_problems(rows: list[Row], *, with_clips: bool) -> Iterator[str]:
    for row_id, count in Counter(row.id for row in rows).items():
        if count > 1:
            yield f"row {row_id}: id: found {count} times, expected once"
    widths = Counter(len(row.id) for row in rows)
    if len(widths) > 1:
        usual = widths.most_common(1)[0][0]
        other = next(row.id for row in rows if len(row.id) != usual)
        yield f"row {other}: id: found {len(other)} characters, expected {usual} as in other rows"
    for row in rows:
        yield from row_problems(row, with_clips=with_clips)
    yield from group_problems(rows)


def _viewer_problems(config: str, rows: list[Row] | tuple[Row, ...]) -> Iterator[str]:
    for column in adjacent_columns(rows):
        yield (
            f"config {config}: {column}: found lengths that differ by exactly 1, expected one "
            "length or a wider spread; the Hub viewer's statistics fail for the whole split"
        )


def _clip_problems(
    folder: DatasetFolder, rows: list[Row], progress: Progress
) -> Iterator[str]:
    frames: dict[str, int] = {}
    names = sorted({row.file_name for row in rows if row.file_name})
    for done, name in enumerate(names, 1):
        progress(CLIP_PHASE, done, len(names))
        try:
            frames[name] = len(decode_clip(folder.split_folder / name))
        except FourdpQaError as error:
            yield str(error)
    for row in rows:
        if row.file_name in frames and frames[row.file_name] != frame_count(row):
            yield _wrong_frames(row, row.file_name, frames[row.file_name])


def _wrong_frames(row: Row, clip: str, found: int) -> str:
    return f"row {row.id}: clip {clip}: found {found} frames, expected {frame_count(row)}"


def _proof_problems(folder: DatasetFolder, rows: list[Row]) -> Iterator[str]:
    proven = {(proof.source, proof.scene_id, proof.segment) for proof in folder.proofs()}
    for source, scene, segment in sorted({(r.source, r.scene_id, r.segment) for r in rows}):
        if (source, scene, segment) not in proven:
            yield f"segment {source} {scene} {segment}: found rows but no proof, expected one"


def _digest_problems(folder: DatasetFolder, rows: dict[str, list[Row]]) -> Iterator[str]:
    """A card with an old digest lets `datasets` serve an old cache."""
    everything = list(chain.from_iterable(rows.values()))
    names = {row.file_name for row in everything if row.file_name}
    clips = {
        name: file_digest(folder.split_folder / name)
        for name in names if (folder.split_folder / name).is_file()
    }
    for config, members in {ALL: everything, **rows}.items():
        found = content_digest(members, clips)
        if found != folder.digests[config]:
            yield (
                f"config {config}: description: found {folder.digests[config]}, expected {found}; "
                "files were changed by hand, publish again"
            )


def _file_problems(folder: DatasetFolder, rows: list[Row]) -> Iterator[str]:
    wanted = {row.file_name for row in rows}
    tables = {Path(table_path(name)).name for name in folder.types}
    stray = [p for p in sorted(folder.split_folder.glob("*")) if p.name not in {*tables, VIDEOS}]
    videos = [p for p in sorted((folder.split_folder / VIDEOS).rglob("*")) if not p.is_dir()]
    stray += [p for p in videos if str(p.relative_to(folder.split_folder).as_posix()) not in wanted]
    for path in stray:
        yield f"{path}: found a file that no row names, expected none; publish again or remove it"
    if len(videos) > MAX_FILES:
        yield f"{folder.path}: found {len(videos)} clips, expected at most {MAX_FILES} for the Hub"
    for parent, count in sorted(Counter(path.parent for path in videos).items()):
        if count > MAX_FOLDER_ENTRIES:
            yield f"{parent}: found {count} files, expected at most {MAX_FOLDER_ENTRIES}"
