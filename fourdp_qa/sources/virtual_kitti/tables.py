"""The text tables of a recording: parsed at once, checked, and cut to one camera."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import refuse_unless_file
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.virtual_kitti.constants import LARGEST_TABLE, REPAIR

WHOLE = frozenset({"frame", "cameraID", "trackID", "left", "right", "top", "bottom", "number_pixels"})
WORDS = frozenset({"label", "model", "color"})
TRUTHS = frozenset({"isMoving"})

_BLANKS = (b" ", b"\t", b"\r")
_BLANKS_BEFORE_LINE_END = re.compile(rb"[ \t\r]+\n")


class Table:
    """One table, its columns by name.

    Parameters
    ----------
    path : Path
        A text file: one header line, fields separated by single spaces.
    names : sequence of str
        Its columns.
    named_in_header : int
        So many names of the header must be those of `names`; the rest of it is free, as in
        extrinsic.txt, whose header ends in the matrix row ``0 0 0 1``.

    Raises
    ------
    SourceDataError
        When the file is missing, empty or too large, its header is another one, a row has a field too
        many or too few, or a field is no number, not finite or not whole.
    """

    def __init__(self, path: Path, names: Sequence[str], named_in_header: int | None = None) -> None:
        self.path = path
        self._columns: dict[str, NDArray[np.generic]] = {}
        refuse_unless_file(path, "a table of the text archive")
        if path.stat().st_size > LARGEST_TABLE:
            raise self.error("", f"{path.stat().st_size} bytes", f"at most {LARGEST_TABLE}")
        text = path.read_bytes()
        header, _, rows = text.partition(b"\n")
        self._check_header(header.decode("utf-8", "replace").split(), names, named_in_header)
        rows = rows.rstrip() + b"\n"
        if rows == b"\n":
            raise self.error("", "no row", "at least one")
        if any(blank + b"\n" in rows for blank in _BLANKS):  # looking for them all is dear
            rows = _BLANKS_BEFORE_LINE_END.sub(b"\n", rows)  # trailing blanks are no fields
        self._parse(rows, names)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values())))

    def __getitem__(self, name: str) -> NDArray[np.generic]:
        return self._columns[name]

    def whole(self, name: str) -> NDArray[np.int64]:
        """A column of whole numbers (R,)."""
        return self._columns[name].astype(np.int64, copy=False)

    def numbers(self, names: Sequence[str]) -> Floats:
        """Columns side by side (R, len(names)), float64."""
        return np.stack([self._columns[name].astype(np.float64) for name in names], axis=-1)

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Table:
        """The chosen rows."""
        part = Table.__new__(Table)
        part.path = self.path
        part._columns = {name: column[chosen] for name, column in self._columns.items()}
        return part

    def error(self, field: str, found: str, expected: str, do: str = REPAIR) -> SourceDataError:
        """An error about this file."""
        return SourceDataError(self.path, field, found=found, expected=expected, do=do)

    def _check_header(
        self, found: list[str], names: Sequence[str], named_in_header: int | None
    ) -> None:
        count = len(names) if named_in_header is None else named_in_header
        if found[:count] != list(names[:count]) or len(found) != len(names):
            raise self.error("header", " ".join(found)[:120] or "nothing",
                             f"{len(names)} columns: {' '.join(names[:count])}"
                             + (" ..." if count < len(names) else ""))

    def _parse(self, rows: bytes, names: Sequence[str]) -> None:
        # Imported here: listing must be quick.
        import pyarrow as pa
        from pyarrow import csv

        types = {name: pa.int64() if name in WHOLE else pa.string() if name in WORDS
                 else pa.bool_() if name in TRUTHS else pa.float64() for name in names}
        try:
            table = csv.read_csv(
                pa.BufferReader(rows),
                read_options=csv.ReadOptions(column_names=list(names), use_threads=False,
                                             block_size=max(len(rows), 1)),
                parse_options=csv.ParseOptions(delimiter=" ", quote_char=False,
                                               ignore_empty_lines=False),
                convert_options=csv.ConvertOptions(
                    column_types=types, null_values=[], true_values=["True"], false_values=["False"],
                ),
            )
        except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
            reason = " ".join(str(error).split())[:160]
            raise self.error("", f"rows that cannot be read ({reason})",
                             f"{len(names)} fields a row: {' '.join(names)}") from None
        for name in names:
            column = np.asarray(table.column(name).to_numpy())
            if column.dtype.kind == "f" and not np.isfinite(column).all():
                row = int(np.flatnonzero(~np.isfinite(column))[0])
                raise self.error(f"row {row + 1}, {name}", "a value that is not finite", "a number")
            self._columns[name] = column


def of_camera(table: Table, camera: int, known: tuple[int, ...]) -> Table:
    """The rows of one camera.

    Raises
    ------
    SourceDataError
        When there is a camera the release does not have, or no row of this one.
    """
    cameras = table.whole("cameraID")
    odd = np.flatnonzero(~np.isin(cameras, known))
    if len(odd):
        raise table.error(f"row {odd[0] + 1}, cameraID", str(cameras[odd[0]]),
                          " or ".join(map(str, known)))
    mine = cameras == camera
    if not mine.any():
        raise table.error("cameraID", f"no row of camera {camera}", "one for each of its frames")
    return table.rows(mine)


def in_order_of_frames(table: Table) -> Table:
    """One row a frame, sorted, numbered 0 .. T-1.

    Raises
    ------
    SourceDataError
        When a frame is missing or comes twice.
    """
    frames = table.whole("frame")
    order = np.argsort(frames, kind="stable")
    wrong = np.flatnonzero(frames[order] != np.arange(len(frames)))
    if len(wrong):
        found = int(frames[order][wrong[0]])
        raise table.error("frame", f"{found} where {wrong[0]} should follow",
                          "every frame once, from 0 without a gap")
    return table.rows(order)
