"""One response judged against one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fourdp_qa.eval_tasks.scoring.meaning import meaning
from fourdp_qa.eval_tasks.scoring.parse import parse_answer
from fourdp_qa.eval_tasks.scoring.parsed_answer import Reason
from fourdp_qa.rows.details import evidence_from_json
from fourdp_qa.rows.row import Row

UNPARSED: Final = "unparsed"
"""Name under which responses without a readable answer are counted."""


@dataclass(frozen=True)
class Verdict:
    """What one response is worth, with what was read in it and what the question was like.

    Attributes
    ----------
    question_id : id of the row.
    question_type, format : of the row.
    scene : source and split unit, e.g. ``kubric/00012``; its questions stand or fall together.
    expected : the right answer, a letter or Yes/No.
    parsed : the answer read in the response; None when there was none to read.
    reason : how it was read, or why not, in words (`Reason`).
    score : 1.0 for the right answer, else 0.0; unparsed scores 0.0 and is counted apart.
    answers : what could be answered.
    labels : what each of `answers` says, whatever the wording.
    category, naming, reference_system, entangled, cue_conflict, camera_motion, scene_motion, source,
    margin, group_id, variant : of the row.
    segment : source, scene and segment: rows about the same frames of the same scene.
    step : displacement per frame: how far the measured quantity goes from one frame to the next, on
        average, in units of the threshold that it had to pass; None for what is measured in single frames.
    group_size : rows of the row's counterfactual group; 0 outside of groups.
    asserted, implied : facts that the parsed and the right answer assert (`meaning`).
    """

    question_id: str
    question_type: str
    format: str
    scene: str
    expected: str
    parsed: str | None
    reason: str
    score: float
    answers: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    category: str = ""
    naming: str = ""
    reference_system: str = ""
    entangled: str = ""
    cue_conflict: str = ""
    camera_motion: str = ""
    scene_motion: str = ""
    source: str = ""
    segment: str = ""
    margin: float = 0.0
    step: float | None = None
    group_id: str = ""
    variant: str = ""
    group_size: int = 0
    asserted: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()

    @property
    def is_failed(self) -> bool:
        """Whether the request failed: there is no response to score, and asking again may give one."""
        return self.reason == Reason.REQUEST_FAILED

    @property
    def is_parsed(self) -> bool:
        """Whether an answer was read. Unparsed is counted apart from wrong."""
        return self.parsed is not None

    @property
    def expected_label(self) -> str:
        """What the right answer says."""
        return self._label(self.expected)

    @property
    def parsed_label(self) -> str:
        """What the given answer says, or `UNPARSED`."""
        return UNPARSED if self.parsed is None else self._label(self.parsed)

    def _label(self, answer: str) -> str:
        return self.labels[self.answers.index(answer)] if answer in self.answers else answer


def judge(row: Row, response: str, group_size: int = 0) -> Verdict:
    """Read a response and compare it with the row's answer.

    Raises
    ------
    ValueError
        For a row that is neither multiple choice nor yes/no: free form and tracks are not judged
        by comparing answers.
    """
    answer = parse_answer(response, row.format, row.options)
    said = meaning(row)
    return Verdict(
        question_id=row.id,
        question_type=row.question_type,
        format=str(row.format),
        scene=f"{row.source}/{row.split_unit}",
        expected=row.answer,
        parsed=answer.value,
        reason=str(answer.reason),
        score=float(answer.value == row.answer),
        answers=said.answers,
        labels=said.labels,
        category=row.category,
        naming=row.naming,
        reference_system=row.reference_system,
        entangled=row.entangled,
        cue_conflict=row.cue_conflict,
        camera_motion=row.camera_motion,
        scene_motion=row.scene_motion,
        source=row.source,
        segment=f"{row.source}/{row.scene_id}/{row.segment}",
        margin=row.margin,
        step=_step(row),
        group_id=row.group_id,
        variant=row.variant,
        group_size=group_size,
        asserted=said.asserts[answer.value] if answer.value is not None else (),
        implied=said.asserts[row.answer],
    )


def _step(row: Row) -> float | None:
    """Largest over the row's quantities, to four digits: the one that decides moves the most."""
    steps = [
        float(np.mean(np.abs(np.diff(q.series)))) / q.hi
        for q in evidence_from_json(row.evidence).quantities if len(q.series) > 1 and q.hi > 0
    ]
    return float(f"{max(steps):.4g}") if steps else None
