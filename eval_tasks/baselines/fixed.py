"""Baselines that look at nothing, and the one that looks at the answer."""

from __future__ import annotations

from dataclasses import dataclass

from fourdp_qa.eval_tasks.baselines.baseline import YES_NO
from fourdp_qa.randomness import generator
from fourdp_qa.rows.details import frames_from_json
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Row

CENTRE = (0.5, 0.5)
"""Where a track that is not watched is least wrong on the average."""


@dataclass(frozen=True)
class Random:
    """Every answer that the format allows with the same chance; tracks anywhere in the picture.

    A row's answer is drawn from the seed and its id: the order of the questions changes nothing.
    """

    seed: int

    def answer(self, row: Row, clip: str) -> str:
        """Draw an answer."""
        rng = generator(self.seed, "baseline", row.id)
        if row.format == AnswerFormat.TRACK:
            lines = [
                _track_line(t, (rng.random(), rng.random()), bool(rng.integers(2)))
                for t in frames_from_json(row.frames).targets
            ]
            return "\n".join(lines)
        answers = LETTERS[: len(row.options)] or YES_NO
        return str(answers[int(rng.integers(len(answers)))])


@dataclass(frozen=True)
class Constant:
    """One answer per format: a letter, Yes or No, the middle of the picture and visible."""

    choice: str
    yes_no: str

    def answer(self, row: Row, clip: str) -> str:
        """The answer of the row's format."""
        if row.format == AnswerFormat.TRACK:
            return "\n".join(_track_line(t, CENTRE, True) for t in frames_from_json(row.frames).targets)
        return self.choice if row.format == AnswerFormat.MULTIPLE_CHOICE else self.yes_no


@dataclass(frozen=True)
class Oracle:
    """The right answer of every row: whatever scores less has lost something on the way."""

    def answer(self, row: Row, clip: str) -> str:
        """The row's own answer."""
        return row.answer


def _track_line(frame: int, place: tuple[float, float], visible: bool) -> str:
    """One line of a track as the prompt asks for it."""
    return f"frame {frame}: ({place[0]:.3f}, {place[1]:.3f}) {'visible' if visible else 'not visible'}"
