"""Tracks answered without watching: the query point copied, and the visual track given for the true one."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.inspection.audit.gains import half_width
from fourdp_qa.questions.tracking import TRUE_MOTION, VISUAL, outside
from fourdp_qa.rows.row import AnswerFormat, Row

WITHIN = tuple(pixels / 256 for pixels in (1, 2, 4, 8, 16))
"""Distances, as shares of the side, of the usual score of point tracking: 1 to 16 pixels of 256. A
solver's score is the mean over them of the share of targets it puts that close."""
EASY = 50.0
"""Points: a set in which standing still scores more hardly asks for motion."""

_LINE = re.compile(r"frame (\d+): \((-?\d+\.\d+), (-?\d+\.\d+)\) (visible|not visible)")


@dataclass(frozen=True)
class TrackScore:
    """One way not to watch.

    Attributes
    ----------
    question_type, solver : which.
    items, targets : rows, and positions scored.
    score : mean share of targets within 1, 2, 4, 8 and 16 pixels of 256, in points.
    low, high : its 95 % interval over scenes.
    error : median distance to the truth, in shares of the side.
    flag : share of targets whose flag "visible" alone is right, in points.
    easy : whether even the lower end is above `EASY`.
    """

    question_type: str
    solver: str
    items: int
    targets: int
    score: float
    low: float
    high: float
    error: float
    flag: float
    easy: bool


def track_scores(rows: Sequence[Row], cluster: NDArray[np.int64]) -> list[TrackScore]:
    """Scores of both solvers for the tracking types that have rows."""
    found = []
    for question_type, solver in (
        (VISUAL, "copy_query"), (TRUE_MOTION, "copy_query"), (TRUE_MOTION, "visual_track"),
    ):
        mine = [(row, int(c)) for row, c in zip(rows, cluster, strict=True)
                if row.format == AnswerFormat.TRACK and row.question_type == question_type]
        if mine:
            found.append(_score(question_type, solver, mine))
    return found


def _score(question_type: str, solver: str, rows: Sequence[tuple[Row, int]]) -> TrackScore:
    close: list[float] = []
    errors: list[float] = []
    flags: list[bool] = []
    scenes: list[int] = []
    for row, scene in rows:
        track = json.loads(row.evidence)["track"]
        for frame, x, y, said in _LINE.findall(row.answer):
            flags.append(said == "visible")
            truth = (float(x), float(y))
            if question_type == VISUAL and outside(truth):
                continue  # never scored for position
            guess = _guess(track, solver, int(frame))
            error = hypot(truth[0] - guess[0], truth[1] - guess[1]) if guess else 1.0
            errors.append(error)
            close.append(sum(error <= within for within in WITHIN) / len(WITHIN))
            scenes.append(scene)
    scored = np.array(close or [0.0])
    half = half_width(scored, np.array(scenes or [0]))[1]
    low = 100 * max(0.0, float(scored.mean()) - half)
    return TrackScore(
        question_type, solver, len(rows), len(errors), 100 * float(scored.mean()), low,
        100 * min(1.0, float(scored.mean()) + half), float(np.median(errors or [0.0])),
        100 * float(np.mean(flags or [False])), low > EASY,
    )


def _guess(track: dict[str, Any], solver: str, frame: int) -> tuple[float, float] | None:
    visual = track["visual"]
    point = visual[track["query_frame"]] if solver == "copy_query" else visual[frame]
    return None if point is None else (float(point[0]), float(point[1]))
