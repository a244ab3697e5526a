"""Checked access to the fields of a frame or a label, by dotted name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.shift.constants import DOWNLOAD_AGAIN, FIELD_LIMIT, FRAME_NAME


class Fields:
    """A mapping of a label file and where it stands there.

    Parameters
    ----------
    path : Path
        The file.
    place : str
        Frame or label, for messages.
    data : mapping
    """

    def __init__(self, path: Path, place: str, data: Mapping[str, Any]) -> None:
        self.path, self.place, self._data = path, place, data

    def error(
        self, name: str, found: str, expected: str, do: str = DOWNLOAD_AGAIN, *, whole_file: bool = False
    ) -> SourceDataError:
        """A complaint about the field `name` here, or about the file as a whole."""
        field = "frames" if whole_file else f"{self.place} {name}".strip()
        return SourceDataError(self.path, field, found=found, expected=expected, do=do)

    def labels(self) -> Iterator[tuple[str, Fields]]:
        """Id and fields of each label of a frame; ``null`` means none."""
        labels = self._find("labels")
        if labels is None:
            return
        if not isinstance(labels, list):
            raise self.error("labels", _kind(labels), "a list")
        met: set[str] = set()
        for k, label in enumerate(labels):
            if not isinstance(label, dict):
                raise self.error(f"labels[{k}]", _kind(label), "fields")
            text_id = Fields(self.path, f"{self.place} labels[{k}]", label).text("id")
            if text_id in met:
                raise self.error(f"labels[{k}] id", f"{text_id} a second time", "each object once")
            met.add(text_id)
            yield text_id, Fields(self.path, f"{self.place} id {text_id}", label)

    def text(self, name: str, default: str | None = None) -> str:
        """A text that is not empty; `default` where there is nothing."""
        value = self._find(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise self.error(name, _kind(value), "a text")
        return value

    def number(self, name: str) -> float:
        """A finite number."""
        value = self._find(name)
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        if not plain or not abs(value) <= FIELD_LIMIT:
            raise self.error(name, _kind(value), "a finite number")
        return float(value)

    def vector(self, name: str, length: int = 3) -> Floats:
        """That many finite numbers."""
        value = self._find(name)
        if not isinstance(value, list) or len(value) != length:
            raise self.error(name, _kind(value), f"{length} numbers")
        return np.array([Fields(self.path, self.place, {name: item}).number(name) for item in value])

    def _find(self, name: str) -> Any:
        if name in self._data:
            return self._data[name]
        value: Any = self._data
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value


def frame_number(path: Path, frame: Mapping[str, Any]) -> int:
    """The file number in a frame's name.

    Raises
    ------
    SourceDataError
        When the name is not one of SHIFT's.
    """
    name = frame.get("name")
    found = FRAME_NAME.fullmatch(name) if isinstance(name, str) else None
    if found is None:
        raise SourceDataError(path, "frames name", found=_kind(name), do=DOWNLOAD_AGAIN,
                              expected="a name such as 00000010_img_front.jpg")
    return int(found[1])


def in_order(
    path: Path, frames: Sequence[Mapping[str, Any]], step: int
) -> list[tuple[int, Mapping[str, Any]]]:
    """(file number, frame) in the order of time.

    Raises
    ------
    SourceDataError
        When a frame is missing or there twice: its neighbours are then no `step` apart.
    """
    numbered = sorted(((frame_number(path, frame), frame) for frame in frames), key=lambda item: item[0])
    for (before, _), (after, _) in pairwise(numbered):
        if after - before != step:
            raise SourceDataError(path, "frames", found=f"frame {after} after frame {before}",
                                  expected=f"frame {before + step}", do=DOWNLOAD_AGAIN)
    return numbered


def _kind(value: object) -> str:
    """Short words for a JSON value in a message."""
    return "nothing" if value is None else f"{type(value).__name__} {value!r:.60}"
