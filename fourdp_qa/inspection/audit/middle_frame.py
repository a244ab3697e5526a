"""A solver that sees the middle frame of the clip alone, as a thumbnail: no motion at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.inspection.audit.items import Item
from fourdp_qa.inspection.audit.learning import Floats, Token, answer_choice, answer_yes_no
from fourdp_qa.inspection.audit.text_checks import MISSING
from fourdp_qa.randomness import stable_hash

MOST_CLIPS = 2000
"""Decoding more would take longer than all the rest of the audit."""
GRID = 4
"""Cells of the thumbnail along a side: brightness, colour and how much detail each of them has."""


@dataclass
class MiddleFrames:
    """Thumbnails of clips, decoded when first asked for.

    Attributes
    ----------
    read : bytes of the clip of a row, or None.
    """

    read: Callable[[int], bytes | None]
    _found: dict[str, NDArray[np.float64] | None] = field(default_factory=dict)

    def choose(self, items: Sequence[Item]) -> None:
        """Look at the clips of some items, not more than `MOST_CLIPS`."""
        rows = {item.clip: item.row for item in items if item.clip}
        drawn = sorted(rows, key=lambda clip: stable_hash("audit clip", clip))[:MOST_CLIPS]
        self._found = {clip: self._thumbnail(rows[clip]) for clip in sorted(drawn)}

    def answer(self, items: Sequence[Item]) -> Floats:
        """Share of right answers of a model of thumbnail and claim, or thumbnail and option."""
        found = np.full(len(items), MISSING)
        some = [n for n, item in enumerate(items) if self._found.get(item.clip) is not None]
        if some:
            asked = [items[n] for n in some]
            answer = answer_yes_no if asked[0].claim else answer_choice
            found[some] = answer(asked, self._tokens(asked), valued=True)
        return found

    def _tokens(self, items: Sequence[Item]) -> Iterator[list[Token]]:
        for item in items:
            seen = self._found[item.clip]
            values = [] if seen is None else seen.tolist()
            for said in (item.claim,) if item.claim else item.candidates:
                yield [(said, 1.0), *((f"{n} ~ {said}", v) for n, v in enumerate(values))]

    def _thumbnail(self, row: int) -> NDArray[np.float64] | None:
        from fourdp_qa.clips.decode import decode_clip

        content = self.read(row)
        if content is None:
            return None
        frames = decode_clip(content)
        return thumbnail(frames[len(frames) // 2])


def thumbnail(frame: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Mean colour and spread of brightness in each of GRID x GRID cells of a picture (H, W, 3)."""
    values: list[float] = []
    for band in np.array_split(frame.astype(np.float64) / 255.0, GRID, axis=0):
        for cell in np.array_split(band, GRID, axis=1):
            values += [*(cell.mean(axis=(0, 1)) - 0.5).tolist(), float(cell.mean(axis=2).std())]
    return np.array(values)
