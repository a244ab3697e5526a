"""What a set of questions is made of: counts by everything a row says of itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from fourdp_qa.inspection.audit.items import first_label
from fourdp_qa.rows.row import Row

Table = dict[str, dict[str, int]]
"""Line -> column -> rows."""

MARGINS = (0.05, 0.25, 1.0)
"""Widths of the ambiguity band that part rows into close calls and clear ones."""
LEVELS = ("none", "low", "high")


@dataclass(frozen=True)
class Duplicates:
    """What is there more than once.

    Attributes
    ----------
    ids : rows whose id an earlier row has.
    rows : rows that equal an earlier one in all but the id.
    questions : rows that ask an earlier row's question about the same clip, with the same options in
        any order.
    clips : clips with the bytes of another; None without clips.
    examples : ids of the rows found, at most ten.
    """

    ids: int
    rows: int
    questions: int
    clips: int | None
    examples: tuple[str, ...]

    @property
    def found(self) -> int:
        """Everything that is there more than once."""
        return self.ids + self.rows + self.questions + (self.clips or 0)


def cross_table(rows: Iterable[Row], line: Callable[[Row], str], column: Callable[[Row], str]) -> Table:
    """Rows counted by two things, lines and columns sorted."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[line(row)][column(row)] += 1
    names = sorted({name for found in counts.values() for name in found})
    return {key: {n: counts[key][n] for n in names if counts[key][n]} for key in sorted(counts)}


def composition(rows: Sequence[Row]) -> dict[str, Table]:
    """All tables of the page's first part."""
    moving = [row for row in rows if row.entangled not in ("", "none")]
    compared = [row for row in rows if row.category == "spatial"]
    named = [row for row in rows if row.naming != "none"]
    return {
        "formats": cross_table(rows, lambda r: r.question_type, lambda r: r.format),
        "sources": cross_table(rows, lambda r: r.question_type, lambda r: r.source),
        "naming": cross_table(named, lambda r: r.question_type, lambda r: r.naming),
        "reference_systems": cross_table(
            rows, lambda r: r.question_type, lambda r: r.reference_system),
        "margins": cross_table(
            (r for r in rows if r.format != "track"), lambda r: r.question_type, _margin),
        "entanglement": cross_table(moving, lambda r: r.question_type, lambda r: r.entangled),
        "entanglement_by_label": cross_table(
            (r for r in moving if r.format != "track"), first_label, lambda r: r.entangled),
        "cue_conflicts": cross_table(compared, lambda r: r.question_type, lambda r: r.cue_conflict),
        "strata": _strata(rows),
        "licenses": cross_table(rows, lambda r: r.license, lambda r: r.source),
        "label_quality": cross_table(rows, lambda r: r.label_quality, lambda r: r.source),
        "groups": _groups(rows),
    }


def duplicates(
    rows: Sequence[Row], clip_bytes: Callable[[Row], bytes | None] | None
) -> Duplicates:
    """Look for rows, questions and clips that are there more than once."""
    ids: set[str] = set()
    whole: set[str] = set()
    asked: set[tuple[object, ...]] = set()
    counts: Counter[str] = Counter()
    examples: list[str] = []
    for row in rows:
        content = "\x1f".join(str(v) for name, v in vars(row).items() if name != "id")
        # Two rings of one colour are in two clips, which have no names where no clip was written.
        ring = row.objects if row.naming == "circle" and not row.file_name else ""
        where = (row.source, row.scene_id, row.segment, row.file_name, ring)
        question = (*where, row.format, row.question, tuple(sorted(row.options)))
        kind = (
            "ids" if row.id in ids else "rows" if content in whole
            else "questions" if question in asked else ""
        )
        if kind:
            counts[kind] += 1
            examples.append(row.id)
        ids.add(row.id)
        whole.add(content)
        asked.add(question)
    clips = None if clip_bytes is None else _equal_clips(rows, clip_bytes)
    return Duplicates(counts["ids"], counts["rows"], counts["questions"], clips, tuple(examples[:10]))


def _equal_clips(rows: Sequence[Row], clip_bytes: Callable[[Row], bytes | None]) -> int | None:
    """Clips less different contents; None when no row has a clip."""
    of_name = {row.file_name: row for row in rows if row.file_name}
    contents = [clip_bytes(row) for row in of_name.values()]
    digests = {sha256(content).digest() for content in contents if content is not None}
    return len(contents) - len(digests) if contents else None


def _margin(row: Row) -> str:
    below = np.searchsorted(MARGINS, row.margin, side="right")
    edges = ("0", *(f"{m:g}" for m in MARGINS))
    return f"{edges[below]} or more" if below == len(MARGINS) else f"{edges[below]} to {MARGINS[below]:g}"


def _strata(rows: Sequence[Row]) -> Table:
    """The 3x3 of camera and scene motion, always complete."""
    counts = Counter((row.camera_motion, row.scene_motion) for row in rows)
    return {
        f"camera {camera}": {f"scene {scene}": counts[camera, scene] for scene in LEVELS}
        for camera in LEVELS
    }


def _groups(rows: Sequence[Row]) -> Table:
    """Counterfactual groups by type and number of variants."""
    sizes = Counter((row.question_type, row.group_id) for row in rows if row.group_id)
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (question_type, _), size in sizes.items():
        found[question_type][f"groups of {size}"] += 1
    return {key: dict(sorted(found[key].items())) for key in sorted(found)}
