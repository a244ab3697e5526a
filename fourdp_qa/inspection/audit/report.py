"""The audit of one folder: everything measured, as dataclasses and as plain data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fourdp_qa.dataset.benchmark import FACTS
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.audit.balance import Share, balances
from fourdp_qa.inspection.audit.checks import gains, run_checks
from fourdp_qa.inspection.audit.counting import Duplicates, Table, composition, duplicates
from fourdp_qa.inspection.audit.folds import split_rows
from fourdp_qa.inspection.audit.gains import Finding, Gain
from fourdp_qa.inspection.audit.items import closed_items
from fourdp_qa.inspection.audit.learning import need_learning
from fourdp_qa.inspection.audit.middle_frame import MiddleFrames
from fourdp_qa.inspection.audit.sensitivity import (
    Sensitivity,
    row_sensitivity,
    scene_sensitivity,
    scenes_of,
)
from fourdp_qa.inspection.audit.track_checks import TrackScore, track_scores
from fourdp_qa.inspection.material import Material, open_material
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.row import Row

Progress = Callable[[str, int, int], None]

PARTS: dict[str, str] = {
    "type": "question_type", "format": "format", "source": "source", "naming": "naming",
    "reference": "reference_system", "camera": "camera_motion", "entangled": "entangled",
}
"""What ``--by`` may name -> column of the row."""


@dataclass(frozen=True)
class Audit:
    """What was found.

    Attributes
    ----------
    name, rows, scenes, clips : the folder, and how much is in it.
    by : column that `parts` go by.
    tables : composition.
    duplicates : what is there twice.
    shares : balance of answers.
    overall : check -> gain on all questions.
    parts : value of the column -> check -> gain.
    tracks : solvers of tracks.
    sensitivity : verdicts under moved thresholds; empty unless asked for.
    """

    name: str
    rows: int
    scenes: int
    clips: int
    by: str
    tables: dict[str, Table]
    duplicates: Duplicates
    shares: list[Share]
    overall: dict[str, Gain]
    parts: dict[str, dict[str, Gain]]
    tracks: list[TrackScore]
    sensitivity: list[Sensitivity]

    def over(self, points: float) -> list[tuple[str, str, Gain]]:
        """(part, check, gain) whose lower end exceeds some points, on all questions or a part."""
        named = {"all": self.overall, **self.parts}
        return [
            (part, check, gain) for part, found in named.items() for check, gain in found.items()
            if gain.low > points and gain.finding != Finding.TOO_FEW
        ]

    @property
    def strongest(self) -> tuple[str, str, Gain] | None:
        """(part, check, gain) of the largest gain of a part that is a shortcut; the simpler check of
        two that find as much.
        """
        found = [(part, check, gain) for part, gains_ in self.parts.items()
                 for check, gain in gains_.items() if gain.finding == Finding.SHORTCUT]
        return max(found, key=lambda one: one[2].gain, default=None)

    def to_plain(self) -> dict[str, Any]:
        """Everything as JSON takes it."""
        plain = asdict(self)
        plain["sensitivity"] = [_sensitivity(s) for s in self.sensitivity]
        return plain


def audit_folder(
    folder: Path, *, by: str = "type", sensitivity: bool = False, roots: Sequence[Path] = (),
    progress: Progress = lambda what, done, total: None,
) -> Audit:
    """Audit a folder written by ``generate`` or ``bench``.

    Parameters
    ----------
    folder : Path
    by : str
        A key of `PARTS`.
    sensitivity : bool
        Also move the thresholds.
    roots : sequence of Path
        Data of the folder's source, to measure its scenes anew; the simulator needs none.
    progress : callable
        Is told what is done and how far.

    Raises
    ------
    FourdpQaError
        When the folder has no rows or cannot be read.
    MissingExtraError
        Without scikit-learn.
    """
    need_learning()
    material = open_material(folder)
    if not material.rows:
        raise FourdpQaError(f"{folder}: found no rows, expected some; generate more scenes")
    return audit_material(
        material, by=by, progress=progress,
        sensitivity=_sensitivities(folder, material.rows, roots, progress) if sensitivity else [],
    )


def audit_material(
    material: Material, *, by: str = "type", sensitivity: Sequence[Sensitivity] = (),
    progress: Progress = lambda what, done, total: None,
) -> Audit:
    """Audit rows with their clips."""
    rows = material.rows
    split = split_rows(rows)
    items = closed_items(rows, split)
    clips = {row.file_name for row in rows if row.file_name}
    middle = MiddleFrames(lambda number: material.clip(rows[number])) if clips else None
    answers = run_checks(items, middle, progress)
    parts: defaultdict[str, list[int]] = defaultdict(list)
    for n, item in enumerate(items):
        parts[str(getattr(rows[item.row], PARTS[by]))].append(n)
    order = {t.name: t.number for t in TYPES}
    return Audit(
        name=material.name, rows=len(rows), scenes=len({(r.source, r.scene_id) for r in rows}),
        clips=len(clips), by=by, tables=composition(rows),
        duplicates=duplicates(rows, material.clip if clips else None),
        shares=balances(rows, items), overall=gains(answers, np.arange(len(items))),
        parts={name: gains(answers, np.array(parts[name]), len(parts))
               for name in sorted(parts, key=lambda p: (order.get(p, 0), p))},
        tracks=track_scores(rows, split.cluster), sensitivity=list(sensitivity),
    )


def _sensitivities(
    folder: Path, rows: Sequence[Row], roots: Sequence[Path], progress: Progress
) -> list[Sensitivity]:
    """Rows by their evidence, always; scenes measured anew where they can be opened."""
    found = [row_sensitivity(rows)]
    if not (folder / FACTS).is_file():
        opened = DatasetFolder.open(folder)
        handles = scenes_of(opened, roots)
        if handles:
            found.append(scene_sensitivity(handles, opened.settings.frames, progress))
    return found


def _sensitivity(found: Sensitivity) -> dict[str, Any]:
    return {
        "verdicts": found.verdicts, "scenes": found.scenes, "skipped": found.skipped,
        "unjudged": found.unjudged, "flips": found.flips,
        "by_factor": {
            f"{factor:g}": {
                name: {"changes": dict(sorted(tally.changes.items())),
                       "classes": dict(sorted(tally.classes.items())), "flipped": tally.flipped}
                for name, tally in types.items()
            } for factor, types in found.by_factor.items()
        },
    }
