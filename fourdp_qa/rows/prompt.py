"""Row to prompt: the one text that training and evaluation share.

The instruction lines follow the habit of public video benchmarks (question, lettered options, one
instruction), so that a model meets nothing unusual but the question.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

from fourdp_qa.rows.row import LETTERS, AnswerFormat, Naming

INSTRUCTIONS = {
    AnswerFormat.MULTIPLE_CHOICE: "Answer with the letter of the correct option only.",
    AnswerFormat.YES_NO: "Answer with Yes or No only.",
    AnswerFormat.FREE_FORM: "Answer in one sentence.",
    AnswerFormat.TRACK: (
        "Give x and y as fractions of the image width and height from its top left corner, with three "
        "decimals, one line per frame in the order asked, for example: frame 12: (0.413, 0.207) visible"
    ),
}

POINTS = "Points are (x, y) as fractions of the image width and height, from its top left corner."
"""Said with questions that name an object by a point of its picture."""


class PromptRow(Protocol):
    """What a prompt is made from: a Row, or anything with these fields."""

    @property
    def question(self) -> str:
        """The question alone."""
        ...

    @property
    def options(self) -> list[str]:
        """Four texts or none."""
        ...

    @property
    def format(self) -> str:
        """An `AnswerFormat`."""
        ...

    @property
    def frames(self) -> str:
        """JSON of `NamedFrames`."""
        ...

    @property
    def naming(self) -> str:
        """A `Naming`."""
        ...


def text_prompt(row: PromptRow) -> str:
    """The text shown beside the clip: what the clip is, the question, options, the instruction."""
    count = int(json.loads(row.frames)["count"])
    lines = [
        f"The video has {count} frames, numbered 0 to {count - 1}.",
        *([POINTS] if row.naming == Naming.PIXEL and row.format != AnswerFormat.TRACK else []),
        row.question,
        *(f"{letter}. {option}" for letter, option in zip(LETTERS, row.options, strict=False)),
        INSTRUCTIONS[AnswerFormat(row.format)],
    ]
    return "\n".join(lines)


def chat_messages(row: PromptRow, video: str) -> list[dict[str, Any]]:
    """One user turn with the clip (a path or URL) and the text, as chat templates take it."""
    content = [{"type": "video", "url": video}, {"type": "text", "text": text_prompt(row)}]
    return [{"role": "user", "content": content}]
