"""Answers kept on disk as they come, so that an interrupted evaluation goes on where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.scoring.response_text import request_failed


class AnswerFile:
    """Responses by key, one JSON line each. Failed requests are not answers and are never kept.

    Parameters
    ----------
    path : the file; made with its folder where it does not exist.

    Raises
    ------
    FourdpQaError
        When the file cannot be read or written, or holds something else.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answers: dict[str, str] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            self._read()
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from error

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: str) -> str | None:
        """The kept response to a request, or None."""
        return self._answers.get(key)

    def keep(self, answers: Mapping[str, str]) -> None:
        """Write responses to disk before anything else is asked; failed and empty ones are left out."""
        kept = {key: text for key, text in answers.items() if text.strip() and not request_failed(text)}
        lines = "".join(f"{json.dumps({'key': k, 'response': t})}\n" for k, t in kept.items())
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from error
        self._answers |= kept

    def _read(self) -> None:
        """A last line without its end was being written when the run was stopped: it is cut off."""
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        for number, line in enumerate(whole.splitlines(), start=1):
            try:
                entry = json.loads(line)
                self._answers[entry["key"]] = entry["response"]
            except (ValueError, KeyError, TypeError) as error:
                raise self._unusable(f"line {number} is no kept response") from error
        if len(whole) < len(content):
            with self._path.open("r+b") as file:
                file.truncate(len(whole))

    def _unusable(self, found: str) -> FourdpQaError:
        return FourdpQaError(f"{self._path}: found {found}, expected a file in which responses can be kept; "
                             "name another one by answers=")
