"""VLM4D's questions scored by the rule of this package, and the line that needs no video.

Its authors report four columns: real clips seen from outside (exo) and by the actor (ego), and synthetic
clips with a motion to name (directional) and without the thing asked about (false_positive).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fourdp_qa.eval_tasks.scoring.beside import blind_scores
from fourdp_qa.eval_tasks.scoring.parse import parse_answer
from fourdp_qa.eval_tasks.scoring.verdict import Verdict
from fourdp_qa.rows.row import LETTERS, AnswerFormat

REAL: Final = "real"
SYNTHETIC: Final = "synthetic"
COLUMNS: Final = ("exo", "ego", "directional", "false_positive")
"""The authors' columns: two of real clips, two of synthetic ones."""
EGO_FOLDER: Final = "ego4d"


@dataclass(frozen=True)
class Item:
    """One question.

    Attributes
    ----------
    id : ``real/validation_1``: the numbers begin again in each of the two files.
    video : path of the clip in the data set.
    question : the question alone.
    options : four texts without the blanks around them.
    answer : the text of the right option; two options may have it.
    """

    id: str
    video: str
    question: str
    options: tuple[str, ...]
    answer: str

    @property
    def split(self) -> str:
        """``real`` or ``synthetic``."""
        return self.id.split("/")[0]

    @property
    def column(self) -> str:
        """One of `COLUMNS`."""
        if self.split == REAL:
            return "ego" if EGO_FOLDER in self.video.split("/") else "exo"
        return "false_positive" if self.answer == "no" or self.answer.startswith("no ") else "directional"


def judge_item(item: Item, response: str) -> Verdict:
    """Read a response and compare the text of the option it names."""
    answer = parse_answer(response, AnswerFormat.MULTIPLE_CHOICE, item.options)
    letters = LETTERS[: len(item.options)]
    given = None if answer.value is None else item.options[letters.index(answer.value)]
    return Verdict(
        question_id=item.id, question_type=item.column, format=str(AnswerFormat.MULTIPLE_CHOICE),
        scene=f"vlm4d/{item.video}", expected=letters[item.options.index(item.answer)], parsed=answer.value,
        reason=str(answer.reason), score=float(given == item.answer), answers=letters, labels=item.options,
        category=item.split, source=item.split, segment=item.video,
    )


def blind(items: Sequence[Item]) -> dict[str, float]:
    """Score of each item, by its id, for the option that is right most often in other clips of its split.

    It sees neither the question nor the video. Each split is parted by itself, so that an item has the same
    score alone with its split and beside the other.
    """
    found: dict[str, float] = {}
    for split in (REAL, SYNTHETIC):
        part = [item for item in items if item.split == split]
        scores = blind_scores([(split, item.video, item.options, item.answer) for item in part])
        found |= {item.id: score for item, score in zip(part, scores, strict=True)}
    return {item.id: found[item.id] for item in items}
