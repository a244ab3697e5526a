"""One response judged against one row."""

from __future__ import annotations

from dataclasses import dataclass

from fourdp_qa.eval_tasks.scoring.parse import parse_answer
from fourdp_qa.rows.row import Row


@dataclass(frozen=True)
class Verdict:
    """What one response is worth, with what was read in it.

    Attributes
    ----------
    question_id : id of the row.
    question_type, format : of the row.
    scene : source and scene, e.g. ``kubric/00012``; questions of one scene stand or fall together.
    expected : the right answer, a letter or Yes/No.
    parsed : the answer read in the response; None when there was none to read.
    reason : how it was read, or why not, in words (`Reason`).
    score : 1.0 for the right answer, else 0.0; unparsed scores 0.0 and is counted apart.
    """

    question_id: str
    question_type: str
    format: str
    scene: str
    expected: str
    parsed: str | None
    reason: str
    score: float


def judge(row: Row, response: str) -> Verdict:
    """Read a response and compare it with the row's answer.

    Raises
    ------
    ValueError
        For a row that is neither multiple choice nor yes/no: free form and tracks are not judged
        by comparing answers.
    """
    answer = parse_answer(response, row.format, row.options)
    return Verdict(
        question_id=row.id,
        question_type=row.question_type,
        format=str(row.format),
        scene=f"{row.source}/{row.scene_id}",
        expected=row.answer,
        parsed=answer.value,
        reason=str(answer.reason),
        score=float(answer.value == row.answer),
    )
