"""SHIFT's label files: one JSON of up to many gigabytes for all sequences of a view.

A file is looked through once, when the scenes are listed, for the byte ranges in which the frames of
each sequence lie (a frame names its sequence, and the frames of a sequence follow each other). A handle
carries its ranges, so opening a scene reads its own bytes and nothing else, in whatever process.
"""

from __future__ import annotations

import json
import mmap
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.shift.constants import DOWNLOAD_AGAIN, SEQUENCE

Ranges = tuple[tuple[int, int], ...]
"""Byte ranges (begin, end) of a file."""

_NAMED = re.compile(rb'"videoName"\s*:\s*"([^"]*)"')
_BETWEEN = re.compile(r"[\s,]*")
_EXPECTED = "a list of frames with videoName"


def index_sequences(path: Path) -> dict[str, Ranges]:
    """Where the frames of each sequence lie in `path`, in the order of the file.

    The file is mapped, never held: a gigabyte takes about a second and no memory of its own.

    Raises
    ------
    SourceDataError
        When it is missing, empty, holds no frame, or names a sequence as nobody would.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            begins = _begins(path, text)
            end = len(text)
    except (OSError, ValueError) as error:
        found = "no file" if isinstance(error, FileNotFoundError) else f"a damaged file ({error})"
        raise SourceDataError(path, "", found=found, expected=_EXPECTED, do=DOWNLOAD_AGAIN) from None
    if not begins:
        raise SourceDataError(path, "frames", found="no frame", expected=_EXPECTED, do=DOWNLOAD_AGAIN)
    ranges: dict[str, list[tuple[int, int]]] = {}
    for (name, begin), (_, until) in pairwise([*begins, ("", end)]):
        ranges.setdefault(name, []).append((begin, until))
    return {name: tuple(found) for name, found in ranges.items()}


def _begins(path: Path, text: mmap.mmap) -> list[tuple[str, int]]:
    """(sequence, offset of its first frame) wherever the sequence changes."""
    begins: list[tuple[str, int]] = []
    current, last = b"", 0
    for match in _NAMED.finditer(text):
        if match[1] != current:
            current = match[1]
            name = current.decode("utf-8", errors="replace")
            if not SEQUENCE.fullmatch(name):
                raise SourceDataError(path, "frames videoName", found=f"{name!r:.60}",
                                      expected="a sequence such as 0003-17fb", do=DOWNLOAD_AGAIN)
            begins.append((name, _enclosing(text, last, match.start())))
        last = match.end()
    return begins


def _enclosing(text: mmap.mmap, low: int, at: int) -> int:
    """Offset of the brace that opens the object around `at`; not before `low`."""
    closed = 0
    while True:
        opening, closing = text.rfind(b"{", low, at), text.rfind(b"}", low, at)
        if max(opening, closing) < 0:
            return at  # reading from there says what is wrong
        if closing > opening:
            closed, at = closed + 1, closing
        elif closed:
            closed, at = closed - 1, opening
        else:
            return opening


def read_frames(path: Path, ranges: Ranges, sequence: str) -> list[dict[str, Any]]:
    """The frames of `sequence` as they stand in `ranges` of the file.

    Raises
    ------
    SourceDataError
        When the file is not what was looked through when the scenes were listed, is cut, or is no JSON.
    """
    frames: list[dict[str, Any]] = []
    for begin, end in ranges:
        try:
            with path.open("rb") as file:
                file.seek(begin)
                text = file.read(end - begin).decode("utf-8")
            frames += _decoded(text, is_last=end == path.stat().st_size)
        except (OSError, ValueError, RecursionError) as error:
            raise SourceDataError(
                path, f"frames of {sequence}", found=f"a damaged file ({error})", expected="JSON",
                do=DOWNLOAD_AGAIN,
            ) from None
    if not frames:
        raise SourceDataError(path, "frames", found=f"none of {sequence}", expected="its labels",
                              do=DOWNLOAD_AGAIN)
    for frame in frames:
        if frame.get("videoName") != sequence:
            raise SourceDataError(
                path, "frames videoName", found=f"{frame.get('videoName')!r:.60}", expected=sequence,
                do="the file has changed since its scenes were listed: start again",
            )
    return frames


def _decoded(text: str, is_last: bool) -> list[dict[str, Any]]:
    """The frames that begin `text`, up to its end, or in the last part of a file the end of the list."""
    decoder = json.JSONDecoder()
    frames = []
    at = _skip(text, 0)
    while at < len(text) and text[at] == "{":
        frame, at = decoder.raw_decode(text, at)
        frames.append(frame)
        at = _skip(text, at)
    if at < len(text) and text[at] != "]":
        raise ValueError(f"{text[at]!r} where a frame should begin")
    if is_last and at == len(text):
        raise ValueError("the list of frames has no end")
    return frames


def _skip(text: str, at: int) -> int:
    """Past white space and commas."""
    found = _BETWEEN.match(text, at)
    return found.end() if found else at
