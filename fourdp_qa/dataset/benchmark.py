"""The benchmark folder: one Parquet file with the clips inside, frozen and named by its digest.

An evaluation then fetches one file, not a tree of clips. Each clip's bytes are stored once in a row
group: rows are sorted by clip and the bytes are dictionary-encoded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fourdp_qa.dataset.benchmark_card import benchmark_card
from fourdp_qa.dataset.layout import CARD, check_file_name
from fourdp_qa.dataset.quotas import QuotaResult, count_quotas
from fourdp_qa.dataset.replacing import fresh_folder_beside, recover, take_place
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.digests import questions_digest
from fourdp_qa.rows.row import ESTIMATED, Row, arrow_schema, row_from_mapping, rows_to_table
from fourdp_qa.scene.licences import folder_licence

FACTS = "benchmark.json"
TABLE = "test.parquet"
OWN_ENTRIES = frozenset({CARD, FACTS, TABLE})

GROUP_BYTES = 100 * 2**20
"""Clip bytes of the rows of a row group, a clip counted for every row: what a reader holds at once.
What is stored is less, each clip once."""

VIDEO_TYPE = pa.struct([pa.field("bytes", pa.binary()), pa.field("path", pa.string())])


UNBOUNDED = 1e9
"""Stands for "no upper bound" in the facts: JSON knows no infinity."""


@dataclass(frozen=True)
class MadeOf:
    """What a benchmark was to be made of.

    Attributes
    ----------
    labels : row id -> what is true of it (`fourdp_qa.generate.asks.true_labels`).
    asked : type -> items asked for; no quota is counted for other types.
    """

    labels: Mapping[str, tuple[str, ...]]
    asked: Mapping[str, int]


@dataclass(frozen=True)
class Benchmark:
    """A benchmark read back.

    Attributes
    ----------
    name, questions_digest : what it is called and which questions it asks.
    rows : sorted by clip, then id; `file_name` is empty.
    clips : mp4 bytes of every clip by ``<clip_id>.mp4``.
    clip_of : row id to the name of its clip.
    license : what the whole is under; empty in a benchmark of an earlier version.
    """

    name: str
    questions_digest: str
    rows: tuple[Row, ...]
    clips: Mapping[str, bytes]
    clip_of: Mapping[str, str]
    license: str = ""


def write_benchmark(
    rows: Iterable[Row], clips_root: Path | Sequence[Path], out: Path, name: str, license: str = "",
    made_of: MadeOf | None = None,
) -> list[QuotaResult]:
    """Write a benchmark folder: card, facts and one table with the clips inside.

    Parameters
    ----------
    rows : iterable of Row
        Their `file_name` is relative to a `clips_root` (the split's folder of a published data set).
    clips_root : Path or sequence of Path
        Folder that holds ``videos/``, or several that share no clip.
    out : Path
        Replaced when it is an earlier benchmark folder; what is not ours in it is kept.
    name : str
        What results call it.
    license : str
        What the whole is declared to be under; empty for what all rows can stand under.
    made_of : MadeOf, optional
        What was asked for, for the quotas and the numbers of the card.

    Returns
    -------
    list of QuotaResult
        Every quota, met or missed.

    Raises
    ------
    FourdpQaError
        When there are no rows, a row's licence does not fit, a clip is missing, two clips share a name,
        or `out` holds something else.
    """
    ordered = sorted(rows, key=lambda row: (PurePosixPath(row.file_name).name, row.id))
    if not ordered:
        raise FourdpQaError(f"benchmark {name}: found no rows, expected at least one")
    _refuse_estimated(ordered, name)
    whole = folder_licence((row.license for row in ordered), license)
    clips = _read_clips(ordered, [clips_root] if isinstance(clips_root, Path) else clips_root)
    out = out.resolve()
    try:
        recover(out, OWN_ENTRIES)
        _check_target(out)
        building = fresh_folder_beside(out)
        _write_table(ordered, clips, building / TABLE)
        facts = _facts(ordered, len(clips), name) | {"license": whole}
        made_of = made_of or MadeOf({}, {})
        quotas = count_quotas([r for r in ordered if not r.group_id], made_of.labels, made_of.asked)
        facts["quotas"] = [asdict(q) | {"met": q.met, "high": min(q.high, UNBOUNDED)} for q in quotas]
        text = json.dumps(facts, indent=2, sort_keys=True) + "\n"
        (building / FACTS).write_text(text, encoding="utf-8")
        (building / CARD).write_text(benchmark_card(facts, ordered, made_of.labels, quotas), encoding="utf-8")
        take_place(building, out, OWN_ENTRIES)
    except OSError as error:
        raise FourdpQaError(f"benchmark folder {out}: cannot be written ({error})") from error
    return quotas


def read_benchmark(path: Path | str) -> Benchmark:
    """Read a benchmark folder and check that its rows are those its digest names.

    Raises
    ------
    FourdpQaError
        When a file is missing or damaged, or the digest names other questions.
    """
    folder = Path(path)
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        table = pq.read_table(folder / TABLE)
        values = table.to_pylist()
        rows = tuple(row_from_mapping(item) for item in values)
        clip_of = {item["id"]: str(item["video"]["path"]) for item in values}
        clips = {item["video"]["path"]: item["video"]["bytes"] for item in values}
        name, expected = str(facts["name"]), str(facts["questions_digest"])
        license = str(facts.get("license", ""))
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise FourdpQaError(
            f"benchmark folder {folder}: cannot be read ({type(error).__name__}: {error}), "
            f"expected {FACTS} and {TABLE} as written by `fourdp-qa bench`"
        ) from error
    found = questions_digest(rows)
    if found != expected:
        raise FourdpQaError(
            f"{folder / TABLE}: questions_digest: found {found}, expected {expected} as in {FACTS}"
        )
    return Benchmark(name, expected, rows, clips, clip_of, license)


def _refuse_estimated(rows: Sequence[Row], name: str) -> None:
    """A score must not depend on what a model estimated."""
    sources = sorted({row.source for row in rows if row.label_quality == ESTIMATED})
    if sources:
        count = sum(row.label_quality == ESTIMATED for row in rows)
        raise FourdpQaError(
            f"benchmark {name}: label_quality: found {count} estimated rows of {', '.join(sources)}, "
            "expected exact geometry alone; train on them, and leave their source out of a benchmark"
        )


def _check_target(out: Path) -> None:
    empty = not out.exists() or (out.is_dir() and not any(out.iterdir()))
    if not empty and not (out / FACTS).is_file():
        raise FourdpQaError(
            f"benchmark folder {out}: found something else there, expected a new folder, an empty "
            "one or an earlier benchmark; choose another folder"
        )


def _read_clips(rows: Sequence[Row], roots: Sequence[Path]) -> dict[str, bytes]:
    """Bytes of every clip by the name it gets inside the benchmark."""
    paths: dict[str, str] = {}
    for row in rows:
        check_file_name(row.id, row.file_name)
        clip = PurePosixPath(row.file_name).name
        if paths.setdefault(clip, row.file_name) != row.file_name:
            raise FourdpQaError(
                f"row {row.id}: file_name: found a second clip called {clip} "
                f"({paths[clip]} and {row.file_name}), expected clip names to be unique"
            )
    try:
        return {clip: _root_of(path, roots).joinpath(path).read_bytes() for clip, path in paths.items()}
    except OSError as error:
        raise FourdpQaError(f"benchmark: a clip cannot be read ({error})") from error


def _root_of(path: str, roots: Sequence[Path]) -> Path:
    """The folder that holds a clip; the first, which then misses it, where none does."""
    return next((root for root in roots if (root / path).is_file()), roots[0])


def _write_table(rows: Sequence[Row], clips: Mapping[str, bytes], path: Path) -> None:
    schema = arrow_schema().append(pa.field("video", VIDEO_TYPE))
    # Room for all bytes of a group in its dictionary; past the limit a writer falls back to storing
    # every value as it comes, one copy a question.
    limit = GROUP_BYTES + sum(len(data) for data in clips.values())
    with pq.ParquetWriter(
        path, schema, compression="zstd", use_dictionary=True, dictionary_pagesize_limit=limit,
        write_page_index=True,
        # Statistics of a binary column would hold whole clips in the footer.
        write_statistics=schema.names[:-1],
    ) as writer:
        for group in _groups(rows, clips):
            names = [PurePosixPath(row.file_name).name for row in group]
            cells = [{"bytes": clips[name], "path": name} for name in names]
            plain = rows_to_table(list(group)).set_column(
                arrow_schema().get_field_index("file_name"), "file_name",
                pa.array([""] * len(group), pa.string()),
            )
            writer.write_table(
                plain.append_column("video", pa.array(cells, VIDEO_TYPE)),
                row_group_size=len(group),
            )


def _groups(rows: Sequence[Row], clips: Mapping[str, bytes]) -> Iterable[list[Row]]:
    """Runs of rows of at most `GROUP_BYTES` that never split the rows of a clip."""
    group: list[Row] = []
    size = 0
    for clip, members in groupby(rows, key=lambda row: PurePosixPath(row.file_name).name):
        of_clip = list(members)
        added = len(of_clip) * len(clips[clip])
        if group and size + added > GROUP_BYTES:
            yield group
            group, size = [], 0
        group += of_clip
        size += added
    if group:
        yield group


def _facts(rows: Sequence[Row], clip_count: int, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "questions_digest": questions_digest(rows),
        "schema_version": _only([row.schema_version for row in rows], "schema_version", name),
        "generator_version": _only(
            [row.generator_version for row in rows], "generator_version", name),
        "items": len(rows),
        "clips": clip_count,
        "groups": len({row.group_id for row in rows if row.group_id}),
        "types": sorted({row.question_type for row in rows}),
    }


def _only(values: Sequence[str], column: str, name: str) -> str:
    different = sorted(set(values))
    if len(different) > 1:
        raise FourdpQaError(
            f"benchmark {name}: {column}: found {', '.join(different)}, expected one; "
            "generate all rows with one version"
        )
    return different[0]
