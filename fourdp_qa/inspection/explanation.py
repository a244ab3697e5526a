"""One row with everything that proves its answer, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.inspection.wording import type_title
from fourdp_qa.rows.details import Evidence, NamedFrames, ObjectMention
from fourdp_qa.rows.proof import SegmentProof
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Row


@dataclass(frozen=True)
class Explanation:
    """One row with everything that proves its answer.

    Attributes
    ----------
    row : the question and its answer.
    evidence : the numbers, exactly as the row holds them.
    objects : what the question names, in the question's order.
    named_frames : the clip's frames that it names.
    reasons : (title, sentence) for every quantity of `evidence`, in its order.
    margin : how safe the label is, in words; empty for tracks, which have no threshold.
    picture : what the picture alone suggests, in words.
    proof : where the camera and the objects were; None where the folder does not say.
    clip : (T, H, W, 3) uint8; None without clips.
    """

    row: Row
    evidence: Evidence
    objects: tuple[ObjectMention, ...]
    named_frames: NamedFrames
    reasons: tuple[tuple[str, str], ...]
    margin: str
    picture: str
    proof: SegmentProof | None
    clip: NDArray[np.uint8] | None


def explanation_text(explanation: Explanation) -> str:
    """The same for a terminal: question, answer and reasons, one per line."""
    row = explanation.row
    lines = [f"{type_title(row.question_type)} · {row.id}", "", row.question]
    lines += [f"  {letter}. {text}" for letter, text in zip(LETTERS, row.options, strict=False)]
    lines += ["", "Answer: " + answer_words(row).replace("\n", "\n        "), ""]
    lines += [f"Why: {explanation.evidence.statement}"]
    lines += [f"  {title}: {sentence}" for title, sentence in explanation.reasons]
    lines += [f"  {line}" for line in (explanation.margin, explanation.picture) if line]
    return "\n".join(lines) + "\n"


def answer_words(row: Row) -> str:
    """The answer as a person would give it: letter and text, Yes or No, a sentence, track lines."""
    if row.format == AnswerFormat.MULTIPLE_CHOICE:
        return f"{row.answer}. {row.answer_text}"
    return row.answer
