"""Masks as HOT3D stores them: runs of pixels, row by row, whose starts count from 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.hot3d.fields import Fields

Wholes = NDArray[np.int64]


@dataclass(frozen=True)
class Mask:
    """Runs of pixels of a picture of `width` columns.

    Attributes
    ----------
    starts, ends : (R,)
        Flat indices from 0; ends are the first pixels that no longer belong to the run.
    width : int
    """

    starts: Wholes
    ends: Wholes
    width: int

    @staticmethod
    def of(fields: Fields, height: int, width: int) -> Mask:
        """From {"height", "width", "rle": [start, length, ...]}; the list may be empty.

        Raises
        ------
        SourceDataError
            For another size, or runs that overlap, are out of order or leave the picture.
        """
        size = fields.whole("height"), fields.whole("width")
        if size != (height, width):
            raise fields.error("height, width", f"{size}", f"({height}, {width}) as the picture")
        runs = fields.numbers("rle")
        if len(runs) % 2 or (runs != np.floor(runs)).any():
            raise fields.error("rle", f"{len(runs)} numbers", "pairs of whole numbers: start, length")
        starts = runs[::2].astype(np.int64) - 1
        lengths = runs[1::2].astype(np.int64)
        if len(starts) and starts[0] < 0:
            raise fields.error("rle", f"a start of {starts[0] + 1}", "starts that count from 1",
                               "likely mistake: starts that count from 0")
        ends = starts + lengths
        if (lengths <= 0).any() or (starts[1:] < ends[:-1]).any():
            raise fields.error("rle", "runs that overlap or are out of order", "one after the other")
        if len(ends) and ends[-1] > height * width:
            raise fields.error("rle", f"a run that ends at pixel {ends[-1]}", f"at most {height * width}")
        return Mask(starts, ends, width)

    @property
    def pixels(self) -> int:
        """How many pixels it holds."""
        return int((self.ends - self.starts).sum())

    def holds(self, rows: Wholes, columns: Wholes) -> NDArray[np.bool_]:
        """Whether the pixels at `rows` and `columns` (P,) belong to it."""
        if not len(self.starts):
            return np.zeros(len(rows), dtype=np.bool_)
        at = rows * self.width + columns
        run = np.maximum(np.searchsorted(self.starts, at, side="right") - 1, 0)
        return (at >= self.starts[run]) & (at < self.ends[run])

    def some(self, wanted: int) -> Floats:
        """At most `wanted` of its pixels (P, 2) as column, row, spread over the runs."""
        chosen = np.unique(np.linspace(0, len(self.starts) - 1, min(wanted, len(self.starts))).astype(int))
        middle = (self.starts[chosen] + self.ends[chosen] - 1) // 2
        return np.stack([middle % self.width, middle // self.width], axis=-1).astype(np.float64)
