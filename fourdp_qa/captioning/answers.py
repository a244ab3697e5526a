"""Answers remembered by content in a JSON-lines file: what was answered once is never asked again."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from types import TracebackType

from fourdp_qa.captioning.questions import Model, Question
from fourdp_qa.errors import SourceDataError

_REMOVE = "move it away to ask everything again"

_START = b'{"key": "'
"""Of every line: a file that does not hold this is no memory of ours and is left alone."""


class AnswerBook:
    """A model with a memory; safe to use from several threads.

    Every answer is one line, appended and synced before it is used, so that a program that is killed
    loses at most the answers on their way. A line that was torn by a kill is cut off; a damaged line
    elsewhere is counted and asked again.

    Parameters
    ----------
    path : Path
        Made when it is not there.
    model : Model
        Asked for what is not remembered.

    Attributes
    ----------
    asked, remembered : int
        Answers from the model and from the file.
    damaged : int
        Lines that could not be read.
    """

    def __init__(self, path: Path, model: Model) -> None:
        self.path, self.model = path, model
        self.asked = self.remembered = self.damaged = 0
        self._lock = threading.Lock()
        self._known = self._read()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def __enter__(self) -> AnswerBook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def answer(self, question: Question) -> str:
        """The remembered answer, else the model's, remembered from now on.

        Raises
        ------
        AskingError, FourdpQaError
            As the model says.
        """
        key = question.key(self.model.identity)
        with self._lock:
            if key in self._known:
                self.remembered += 1
                return self._known[key]
        said = self.model.answer(question)
        line = json.dumps({"key": key, "answer": said}) + "\n"
        with self._lock:
            _write_all(self._file, line.encode())
            os.fsync(self._file)
            self._known[key] = said
            self.asked += 1
        return said

    def _read(self) -> dict[str, str]:
        """Answers of the file, which loses a torn last line."""
        if not self.path.exists():
            return {}
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise SourceDataError(self.path, "", found=error.strerror or str(error),
                                  expected="remembered answers", do=_REMOVE) from None
        whole = data.rfind(b"\n") + 1
        known: dict[str, str] = {}
        for line in data[:whole].splitlines():
            entry = _entry(line)
            if entry is None:
                self.damaged += 1
            else:
                known[entry[0]] = entry[1]
        torn = data[whole:]
        if (self.damaged and not known) or not torn.startswith(_START[:len(torn)]):
            raise SourceDataError(self.path, "", found="something else",
                                  expected="remembered answers", do=_REMOVE)
        if torn:
            os.truncate(self.path, whole)
        return known


def _entry(line: bytes) -> tuple[str, str] | None:
    try:
        plain = json.loads(line)
    except ValueError:
        return None
    if isinstance(plain, dict) and isinstance(plain.get("key"), str) and isinstance(
            plain.get("answer"), str):
        return plain["key"], plain["answer"]
    return None


def _write_all(file: int, data: bytes) -> None:
    """A full disk may take a part only; the rest is tried again and then raises."""
    while data:
        data = data[os.write(file, data):]
