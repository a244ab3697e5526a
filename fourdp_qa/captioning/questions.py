"""A question to a model: its text, its pictures, and the key under which its answer is remembered."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, Protocol

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.tables import load_table


class AskingError(FourdpQaError):
    """One question got no answer; others may."""


@dataclass(frozen=True)
class Question:
    """What a model is asked in one request.

    Attributes
    ----------
    text : str
    pictures : JPEG files, in the order in which the text counts them from 1.
    """

    text: str
    pictures: tuple[bytes, ...]

    def key(self, model: str) -> str:
        """Hash of everything the answer depends on: prompt version, model, pictures, text with hint."""
        parts = [str(prompt_version()), model, self.text, *(
            hashlib.sha256(picture).hexdigest() for picture in self.pictures)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def again(self, reason: str) -> Question:
        """The same question after an answer that was refused for `reason`."""
        return replace(self, text=self.text + _prompts()["ask"]["again"].format(reason=reason))


class Model(Protocol):
    """Something that answers questions; called from several threads."""

    @property
    def name(self) -> str:
        """What people call it; written into captions files, so no path and no address."""
        ...

    @property
    def identity(self) -> str:
        """What its answers are remembered under; changes whenever they might."""
        ...

    def answer(self, question: Question) -> str:
        """The model's words.

        Raises
        ------
        AskingError
            When this question gets no answer.
        FourdpQaError
            When no question will get one.
        """
        ...

    def stop(self) -> None:
        """Begin nothing new and wait for nothing: the run is over."""
        ...


def question_alone(marked: bytes, close: bytes, colour: str, label: str) -> Question:
    """Ask for a phrase for one object, marked by `colour`; `label` is a cleaned label or empty."""
    ask = _prompts()["ask"]
    return Question(ask["alone"].format(colour=colour, hint=_hint(label)).strip(), (marked, close))


def question_apart(
    marked: bytes, close: bytes, colours: tuple[str, ...], others: tuple[bytes, ...], label: str,
    phrase: str,
) -> Question:
    """Ask for a phrase that tells an object from others called the same.

    Parameters
    ----------
    marked, close : pictures of the object
    colours : colour of its mark, then that of the others' marks in the same picture, if any
    others : pictures of the others from close by, at least one
    label : cleaned label, or empty
    phrase : what all of them were called
    """
    ask = _prompts()["ask"]
    shown = ask["others_shown_one"] if len(others) == 1 else ask["others_shown_many"]
    text = ask["apart"].format(
        colour=colours[0], hint=_hint(label), phrase=phrase,
        others_marked=ask["others_marked"].format(colour=colours[1]) if len(colours) > 1 else "",
        others_shown=shown.format(last=2 + len(others)),
    )
    return Question(text.strip(), (marked, close, *others))


def prompt_version() -> int:
    """Version of the texts, marks and crops."""
    version: int = _prompts()["version"]
    return version


def _hint(label: str) -> str:
    return str(_prompts()["ask"]["hint"]).format(label=label) if label else ""


def _prompts() -> dict[str, Any]:
    return load_table("fourdp_qa.captioning", "prompts.toml")
