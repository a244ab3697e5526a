"""Measured quantities by their place in the ambiguity band, counted for each source."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.inspection.wording import gauge_value
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.questions.verdicts import Verdict
from fourdp_qa.rows.details import evidence_from_json, objects_from_json
from fourdp_qa.rows.row import Row

KEPT, BAND, ABSENT = "kept", "band", "absent"
OUTCOMES: Final = (ABSENT, BAND, KEPT)
"""From left to right of a band: nothing is there, nobody can say, something is there."""

BINS_PER_BAND: Final = 4
"""Bins within the band: enough to see a slope across it, few enough for a hundred numbers."""
REACH: Final = 4
"""Widths of the band shown on either side; what lies beyond is counted in the outermost bin."""


@dataclass
class SourceCounts:
    """One quantity in one source.

    Attributes
    ----------
    outcomes : kept, in the band, absent -> count.
    bins : (bin, outcome) -> count; bin b reaches from b / BINS_PER_BAND bands above lo to the next.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    bins: Counter[tuple[int, str]] = field(default_factory=Counter)


@dataclass
class QuantityCounts:
    """One quantity of one type.

    Attributes
    ----------
    question_type, example : what it is; the example has its name, unit, and band.
    signed : whether the band has something on both sides, as in "which is nearer".
    bands : (lo, hi) -> count: where a motion has several components their bands grow with the largest.
    sources : by name.
    """

    question_type: str
    example: Quantity
    signed: bool
    bands: Counter[tuple[float, float]] = field(default_factory=Counter)
    sources: dict[str, SourceCounts] = field(default_factory=dict)

    @property
    def first_bin(self) -> int:
        """The leftmost bin: what is not signed begins at zero, less than a band below lo in most cases."""
        if self.signed:
            return -REACH * BINS_PER_BAND
        return min(0, *(b for s in self.sources.values() for b, _ in s.bins))

    @property
    def last_bin(self) -> int:
        """The rightmost bin."""
        return (REACH + 1) * BINS_PER_BAND - 1


def count_rows(rows: Iterable[Row]) -> list[QuantityCounts]:
    """Quantities in the evidence of rows, each measurement once however many rows rest on it."""
    return _counted(_of_rows(rows))


def count_statements(records: Iterable[SegmentRecord]) -> list[QuantityCounts]:
    """Quantities of all statements of segments, asked about or not."""
    return _counted(
        (record.source, statement.question_type, component.quantity)
        for record in records for statement in record.statements
        for component in statement.components.values()
    )


def place_in_band(quantity: Quantity) -> float:
    """How many widths of its band a quantity lies above lo; a single limit counts as the band's end."""
    value = quantity.extent if len(quantity.series) > 1 else gauge_value(quantity)
    if quantity.lo >= 0:
        value = abs(value)
    if quantity.hi > quantity.lo:
        return (value - quantity.lo) / (quantity.hi - quantity.lo)
    return value / quantity.hi if quantity.hi else math.inf


def outcome(quantity: Quantity) -> str:
    """What becomes of a quantity: a label, no label, or the absence of what is measured.

    A verdict alone does not tell: of how far something leaves its place, "+" may mean that it stands still.
    """
    if quantity.verdict == Verdict.UNDECIDED:
        return BAND
    if quantity.lo < 0:
        return KEPT
    end = 0 if quantity.hi > quantity.lo else 1
    return ABSENT if quantity.verdict == "neither" or place_in_band(quantity) <= end else KEPT


def _of_rows(rows: Iterable[Row]) -> Iterator[tuple[str, str, Quantity]]:
    seen = set()
    for row in rows:
        ids = tuple(m.id for m in objects_from_json(row.objects))
        for quantity in evidence_from_json(row.evidence).quantities:
            key = (row.source, row.scene_id, row.segment, ids, quantity)
            if key not in seen:
                seen.add(key)
                yield row.source, row.question_type, quantity


def _counted(measured: Iterable[tuple[str, str, Quantity]]) -> list[QuantityCounts]:
    found: dict[tuple[str, str, str], QuantityCounts] = {}
    for source, question_type, quantity in measured:
        place = place_in_band(quantity)
        if not math.isfinite(place):
            continue
        key = (question_type, quantity.name, quantity.unit)
        counts = found.setdefault(key, QuantityCounts(question_type, quantity, quantity.lo < 0))
        counts.bands[quantity.lo, quantity.hi] += 1
        of_source = counts.sources.setdefault(source, SourceCounts())
        of_source.outcomes[outcome(quantity)] += 1
        lowest = -REACH * BINS_PER_BAND
        number = min(max(math.floor(place * BINS_PER_BAND), lowest), (REACH + 1) * BINS_PER_BAND - 1)
        of_source.bins[number, outcome(quantity)] += 1
    order = [t.name for t in TYPES]
    return sorted(found.values(), key=lambda c: (
        order.index(c.question_type) if c.question_type in order else len(order), c.example.name,
        c.example.unit))
