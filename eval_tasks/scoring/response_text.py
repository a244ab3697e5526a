"""Take a response out of its wrapping: reasoning blocks, markdown, LaTeX, unusual characters."""

from __future__ import annotations

import re
import unicodedata

FAILED_REQUEST = ("[LMMS_EVAL_REQUEST_FAILED", "[LMMS_EVAL_BUDGET_EXCEEDED")
"""What lmms-eval puts in the place of a response that never came."""

SHORT_ANSWER_SENTENCES = 2
"""A statement and its explanation; models that reason write more."""

_REASONING_NAMES = "think|thinking|thought|reasoning|reflection"
_OPENED = re.compile(rf"[<◁](?:{_REASONING_NAMES})[>▷]", re.IGNORECASE)
_CLOSED = re.compile(rf"[<◁]/(?:{_REASONING_NAMES})[>▷]", re.IGNORECASE)
_ANSWER_TAG = re.compile(r"<answer>(.*?)(?:</answer>|\Z)", re.IGNORECASE | re.DOTALL)
_SPECIAL_TOKEN = re.compile(r"<\|[^|<>]*\|>")
_BOXED = re.compile(r"\\boxed\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_LATEX_STYLE = re.compile(r"\\(?:text|textbf|textit|mathrm|mathbf|boldsymbol)\s*\{([^{}]*)\}")
_MARKUP = re.compile(r"[*`$#_\"“”„«»]|\\[()\[\]]")


def request_failed(response: str) -> bool:
    """Whether there is no response: asking again may give one."""
    return response.lstrip().startswith(FAILED_REQUEST)


def without_reasoning(text: str) -> str | None:
    """Drop everything up to the last closed reasoning block; None when a block was never closed."""
    closed = list(_CLOSED.finditer(text))
    rest = text[closed[-1].end():] if closed else text
    opened = _OPENED.search(rest)
    if opened is None:
        return rest
    before = rest[: opened.start()].strip()
    return before or None


def plain_text(text: str) -> str:
    r"""Same words without markup: full-width forms made plain, ``\boxed{B}`` as "answer: B".

    Line breaks are kept, since they end sentences.
    """
    text = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'")
    tagged = _ANSWER_TAG.findall(text)
    if tagged:
        text = tagged[-1]
    text = _SPECIAL_TOKEN.sub(" ", text)
    for _ in range(2):  # \boxed{\text{B}}: one style inside one box
        text = _LATEX_STYLE.sub(r"\1", text)
    text = _BOXED.sub(r" answer: \1 ", text)
    text = _MARKUP.sub("", text)
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def last_sentence(text: str) -> str:
    """The last sentence of a plain text. A point inside a number ends no sentence."""
    return (_sentences(text) or [""])[-1]


def _sentences(text: str) -> list[str]:
    return [s.strip() for s in re.split(r"(?<=[.!?])\s+|\n+", text) if s.strip()]


def is_short(text: str) -> bool:
    """Whether a text is so short that all of it is the answer, not a reasoning towards one."""
    return len(_sentences(text)) <= SHORT_ANSWER_SENTENCES


def folded(text: str) -> str:
    """Lower case words with single spaces: what option texts are compared in."""
    return " ".join(re.findall(r"[\w'-]+", text.casefold()))
