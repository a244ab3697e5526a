"""What there is to look at: the rows of a folder, their clips, the geometry behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import takewhile
from pathlib import Path

from fourdp_qa.dataset.benchmark import FACTS, read_benchmark
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.proof import SegmentProof
from fourdp_qa.rows.row import Row

NEAR_IDS = 3
"""How many ids a message about an unknown one suggests."""


@dataclass(frozen=True)
class Material:
    """Rows with their clips and proofs, whatever kind of folder they lie in.

    Attributes
    ----------
    name : of the folder, for people.
    rows : all of them.
    clip : bytes of a row's mp4; None where there are no clips.
    proofs : geometry of the segments; empty for a benchmark.
    """

    name: str
    rows: list[Row]
    clip: Callable[[Row], bytes | None]
    proofs: list[SegmentProof]

    def row(self, row_id: str) -> Row:
        """Find a row.

        Raises
        ------
        FourdpQaError
            When there is none with this id; names the nearest.
        """
        for row in self.rows:
            if row.id == row_id:
                return row
        near = nlargest(NEAR_IDS, (row.id for row in self.rows), key=lambda i: _alike(i, row_id))
        raise FourdpQaError(
            f"{self.name}: found no row '{row_id}', expected an id of this folder; "
            f"near ones: {', '.join(near) or 'none, it has no rows'}"
        )

    def proof(self, row: Row) -> SegmentProof | None:
        """Geometry of a row's segment."""
        key = (row.source, row.scene_id, row.segment)
        return next((p for p in self.proofs if (p.source, p.scene_id, p.segment) == key), None)


def open_material(folder: Path) -> Material:
    """Open a folder written by ``generate`` or ``bench``.

    Raises
    ------
    FourdpQaError
        When it is neither.
    """
    return _benchmark(folder) if (folder / FACTS).is_file() else _dataset(folder)


def _dataset(folder: Path) -> Material:
    opened = DatasetFolder.open(folder)

    def clip(row: Row) -> bytes | None:
        path = opened.clip_path(row)
        try:
            return None if path is None else path.read_bytes()
        except OSError as error:
            raise FourdpQaError(
                f"clip {path} of row {row.id}: cannot be read ({error}); generate the folder again"
            ) from error

    return Material(opened.path.name, opened.rows(), clip, opened.proofs())


def _benchmark(folder: Path) -> Material:
    """A benchmark holds its clips by name; the name stands in for the path the rows lack."""
    benchmark = read_benchmark(folder)
    rows = [replace(row, file_name=benchmark.clip_of[row.id]) for row in benchmark.rows]
    return Material(benchmark.name, rows, lambda row: benchmark.clips[row.file_name], [])


def _alike(a: str, b: str) -> int:
    """Characters shared at both ends: ids have one width, so one slip leaves all the others."""
    pairs = list(zip(a, b, strict=False))
    back = zip(reversed(a), reversed(b), strict=False)
    ends = (pairs, back)
    return sum(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], run)) for run in ends)
