"""The tables of a sequence: columns by name, every number checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import refuse_unless_file
from fourdp_qa.scene.pose import Floats, make_pose, rotation_from_quaternion_wxyz
from fourdp_qa.sources.aria_digital_twin.constants import DOWNLOAD_AGAIN, LARGEST_TABLE, UNIT_TOLERANCE


class Table:
    """A table with the columns that are asked for; others are passed over.

    Parameters
    ----------
    path : Path
        Comma-separated, with a header line.
    whole, numbers : sequence of str
        Columns of whole numbers and of floating-point ones.

    Raises
    ------
    SourceDataError
        When the file is missing, empty, cut or too large, lacks a column or a row, or a field is no
        number or not finite.
    """

    def __init__(self, path: Path, whole: Sequence[str], numbers: Sequence[str]) -> None:
        # Imported here: listing must be quick.
        import pyarrow as pa
        from pyarrow import csv

        self.path = path
        refuse_unless_file(path, "a table of the sequence")
        if path.stat().st_size > LARGEST_TABLE:
            raise self.error("", f"{path.stat().st_size} bytes", f"at most {LARGEST_TABLE}")
        with path.open("rb") as file:
            file.seek(-1, 2)
            if file.read() != b"\n":
                raise self.error("", "a last row without an end", "a line end: the file is cut")
        names = [*whole, *numbers]
        try:
            table = csv.read_csv(path, convert_options=csv.ConvertOptions(
                column_types={name: pa.int64() if name in whole else pa.float64() for name in names},
                include_columns=names, null_values=[],
            ))
        except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
            reason = " ".join(str(error).split())[:160]
            raise self.error("", f"rows that cannot be read ({reason})",
                             f"numbers under {', '.join(names)}") from None
        if not table.num_rows:
            raise self.error("", "no row", "at least one")
        self._columns = {name: np.asarray(table.column(name).to_numpy()) for name in names}
        for name in numbers:
            wrong = ~np.isfinite(self._columns[name])
            if wrong.any():
                raise self.error(f"row {np.argmax(wrong) + 1}, {name}", "a value that is not finite",
                                 "a number")

    def whole(self, name: str) -> NDArray[np.int64]:
        """A column of whole numbers (R,)."""
        return self._columns[name].astype(np.int64, copy=False)

    def numbers(self, names: Sequence[str]) -> Floats:
        """Columns side by side (R, len(names))."""
        return np.stack([self._columns[name].astype(np.float64) for name in names], axis=-1)

    def poses(self, place: Sequence[str], turn_wxyz: Sequence[str]) -> Floats:
        """Poses (R, 4, 4) of a place in metres and a unit quaternion, its columns in the order w, x, y, z.

        Raises
        ------
        SourceDataError
            Where a quaternion has not the length 1.
        """
        quaternion = self.numbers(turn_wxyz)
        length = np.linalg.norm(quaternion, axis=1)
        wrong = np.abs(length - 1.0) > UNIT_TOLERANCE
        if wrong.any():
            row = int(np.argmax(wrong))
            raise self.error(f"row {row + 1}, {', '.join(turn_wxyz)}",
                             f"a quaternion of length {length[row]:.4g}", "1")
        return make_pose(rotation_from_quaternion_wxyz(quaternion), self.numbers(place))

    def error(self, field: str, found: str, expected: str, do: str = DOWNLOAD_AGAIN) -> SourceDataError:
        """An error about this file."""
        return SourceDataError(self.path, field, found=found, expected=expected, do=do)
