"""What the rules look at: a folder read once, batch by batch, so that its size needs no memory."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from fourdp_qa.dataset.content import ContentDigest
from fourdp_qa.dataset.group_checks import GroupMember
from fourdp_qa.dataset.viewer import ColumnLengths
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.row import Row, row_from_mapping

TRAINING: Final = "training"
BENCHMARK: Final = "benchmark"


@dataclass(slots=True)
class ClipUse:
    """How rows use a clip.

    Attributes
    ----------
    digest : of its bytes; empty when the file is missing.
    promised : number of frames that rows say it has -> the first such row's id and how many there are.
    types : question types of these rows.
    """

    digest: str
    promised: dict[int | None, tuple[str, int]] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)


@dataclass
class Survey:
    """A folder, and what was gathered while its rows were read.

    Attributes
    ----------
    path : absolute path of the folder.
    kind : TRAINING or BENCHMARK.
    head : the card's YAML.
    facts : generation.json or benchmark.json.
    with_clips : whether rows have clips.
    license : what the whole is declared to be under; empty for what the rows are.
    tables : config -> its table, relative to the folder; of a benchmark the one table by its config.
    schemas : of each table.
    row_groups : of each table: rows and bytes of its largest row group, whether it has a page index.
    expected : rows that the tables announce.
    whole : whether every row could be read.
    rows : how many there are.
    ids : hashes of their ids.
    widths : length of an id -> the first such id and how many there are.
    lengths, digests : by config.
    clips : name of a clip -> how rows use it.
    frames : name of a clip -> its frames, or what is wrong with it; of the clips that were decoded.
    segments : (source, scene, segment) of all rows.
    members : rows of counterfactual groups.
    counts : column -> value -> rows, for columns that few values fill.
    """

    path: Path
    kind: str
    head: dict[str, Any]
    facts: dict[str, Any]
    with_clips: bool
    license: str
    tables: dict[str, str]
    schemas: dict[str, pa.Schema] = field(default_factory=dict)
    row_groups: dict[str, tuple[int, int, bool]] = field(default_factory=dict)
    whole: bool = True
    expected: int = 0
    rows: int = 0
    ids: array[int] = field(default_factory=lambda: array("Q"))
    widths: dict[int, tuple[str, int]] = field(default_factory=dict)
    lengths: dict[str, ColumnLengths] = field(default_factory=dict)
    digests: dict[str, ContentDigest] = field(default_factory=dict)
    clips: dict[str, ClipUse] = field(default_factory=dict)
    frames: dict[str, int | str] = field(default_factory=dict)
    segments: set[tuple[str, str, str]] = field(default_factory=set)
    members: list[GroupMember] = field(default_factory=list)
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def take(self, config: str, row: Row, clip: str, promised: int | None, digest: str) -> None:
        """Gather what the rules need of a row; `clip` and the digest of its bytes are empty without one."""
        self.rows += 1
        self.ids.append(hash(row.id) % 2**64)
        first, count = self.widths.get(len(row.id), (row.id, 0))
        self.widths[len(row.id)] = (first, count + 1)
        self.segments.add((row.source, row.scene_id, row.segment))
        for name in COUNTED:
            self.counts.setdefault(name, Counter())[getattr(row, name)] += 1
        if row.group_id or row.variant:
            self.members.append(GroupMember.of(row))
        self.digests.setdefault(config, ContentDigest()).add(row, digest)
        if clip:
            use = self.clips.setdefault(clip, ClipUse(digest))
            use.types.add(row.question_type)
            first, count = use.promised.get(promised, (row.id, 0))
            use.promised[promised] = (first, count + 1)

    @property
    def card(self) -> Path:
        """The card's path."""
        return self.path / "README.md"

    @property
    def configs(self) -> list[dict[str, Any]]:
        """Entries of the card's ``configs``; those that are no mapping are left out."""
        entries = self.head.get("configs")
        return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []


COUNTED: Final = ("license", "question_type", "schema_version", "generator_version")


def read_batches(path: Path, rows: int) -> Iterator[pa.RecordBatch]:
    """Batches of at most `rows` rows of a table.

    Raises
    ------
    FourdpQaError
        When the file is missing or damaged.
    """
    try:
        yield from pq.ParquetFile(path).iter_batches(rows)
    except (OSError, pa.ArrowException) as error:
        raise FourdpQaError(f"table {path}: cannot be read ({error})") from error


def open_table(path: Path) -> tuple[pa.Schema, int, tuple[int, int, bool]]:
    """Schema and rows of a table; rows and bytes of its largest row group, and whether it has a page index.

    Raises
    ------
    FourdpQaError
        When the file is missing or damaged.
    """
    try:
        with pq.ParquetFile(path) as table:
            parts = [table.metadata.row_group(i) for i in range(table.metadata.num_row_groups)]
            indexed = all(
                part.column(i).has_offset_index for part in parts for i in range(part.num_columns))
            largest = max((part.num_rows for part in parts), default=0)
            size = max((part.total_byte_size for part in parts), default=0)
            return table.schema_arrow, table.metadata.num_rows, (largest, size, indexed)
    except (OSError, pa.ArrowException) as error:
        raise FourdpQaError(f"table {path}: cannot be read ({error})") from error


def rows_of(batch: pa.RecordBatch) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Rows of a batch, with all their columns."""
    for values in batch.to_pylist():
        yield row_from_mapping(values), values
