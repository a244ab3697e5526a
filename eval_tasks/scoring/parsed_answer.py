"""What a response was read as, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """How an answer was found, or why none was. The first five go with a value."""

    BARE = "the response is the answer alone"
    DECLARED = "the last declared answer"
    LEADING = "the response begins with it"
    TRAILING = "the response ends with it"
    OPTION_TEXT = "the words of one option"

    EMPTY = "empty response"
    REQUEST_FAILED = "the request failed"
    REASONING_CUT_OFF = "the reasoning was cut off before an answer"
    REFUSAL = "the model declined to answer"
    TWO_ANSWERS = "more than one answer and no decision"
    NO_SUCH_OPTION = "an option that was not offered"
    NOT_FOUND = "no answer found"


@dataclass(frozen=True)
class ParsedAnswer:
    """One reading of one response.

    Attributes
    ----------
    value : ``A`` to ``D``, ``Yes`` or ``No``; None when the response is unparsed.
    reason : how the value was found, or why there is none.
    """

    value: str | None
    reason: Reason

    @property
    def is_parsed(self) -> bool:
        """Whether an answer was found. Unparsed is counted apart from wrong."""
        return self.value is not None
