"""Checked access to the fields of HOT3D's JSON, by dotted name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats, make_pose, rotation_from_quaternion_wxyz
from fourdp_qa.sources.hot3d.constants import REPAIR

QUATERNION_LENGTH = 0.01
"""How far a stored quaternion may be from length 1: the files have seven digits and more."""

LARGEST_NUMBER = 1e12
DIGITS = 18


class Fields:
    """A mapping of a file and what it is called in messages."""

    def __init__(self, where: Path | str, place: str, data: Mapping[str, Any]) -> None:
        self.where, self.place, self._data = where, place, data

    @staticmethod
    def parsed(content: bytes, where: Path | str, place: str) -> Fields:
        """The mapping that JSON text holds.

        Raises
        ------
        SourceDataError
            When it is no JSON or holds something else.
        """
        try:
            data = json.loads(content)
        except (ValueError, RecursionError) as error:
            reason = " ".join(str(error).split())
            raise SourceDataError(where, place, found=f"damaged JSON ({reason:.80})",
                                  expected="a JSON object", do=REPAIR) from None
        if not isinstance(data, dict):
            raise SourceDataError(where, place, found=_kind(data), expected="a JSON object", do=REPAIR)
        return Fields(where, place, data)

    def error(self, name: str, found: str, expected: str, do: str = REPAIR) -> SourceDataError:
        """A complaint about the field `name` here."""
        return SourceDataError(self.where, f"{self.place} {name}".strip(), found=found, expected=expected,
                               do=do)

    def names(self) -> tuple[str, ...]:
        """Names of the fields."""
        return tuple(self._data)

    def has(self, name: str) -> bool:
        """Whether there is something under `name`."""
        return self._find(name) is not None

    def under(self, name: str) -> Fields:
        """The mapping called `name`."""
        value = self._find(name)
        if not isinstance(value, dict):
            raise self.error(name, _kind(value), "fields")
        return Fields(self.where, f"{self.place} {name}".strip(), value)

    def only(self, name: str) -> Fields:
        """The mapping that is alone in the list called `name`."""
        value = self._find(name)
        if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
            found = f"a list of {len(value)}" if isinstance(value, list) else _kind(value)
            raise self.error(name, found, "a list of one instance")
        return Fields(self.where, f"{self.place} {name}".strip(), value[0])

    def each(self, name: str) -> Iterator[Fields]:
        """The mappings in the list called `name`."""
        value = self._find(name)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(name, _kind(value), "a list of fields")
        for k, item in enumerate(value):
            yield Fields(self.where, f"{self.place} {name}[{k}]".strip(), item)

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self._find(name)
        if not isinstance(value, str) or not value:
            raise self.error(name, _kind(value), "a text")
        return value

    def number(self, name: str) -> float:
        """A finite number."""
        value = self._find(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST_NUMBER:
            raise self.error(name, _kind(value), "a finite number")
        return float(value)

    def whole(self, name: str) -> int:
        """A whole number that fits into 64 bits, written as a number or as text."""
        value = self._find(name)
        if isinstance(value, str) and len(value) < DIGITS and value.isdecimal():
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**DIGITS:
            raise self.error(name, _kind(value), "a whole number")
        return value

    def numbers(self, name: str) -> Floats:
        """A list of finite numbers."""
        value = self._find(name)
        try:
            row = np.array(value, dtype=np.float64) if isinstance(value, list) else None
        except (ValueError, TypeError, OverflowError):
            row = None
        if row is None or row.ndim != 1 or not np.isfinite(row).all():
            raise self.error(name, _kind(value), "a list of finite numbers")
        return row

    def vector(self, name: str, length: int) -> Floats:
        """So many finite numbers."""
        row = self.numbers(name)
        if len(row) != length:
            raise self.error(name, f"{len(row)} numbers", f"{length} numbers")
        return row

    def pose(
        self, name: str, quaternion: str = "quaternion_wxyz", place: str = "translation_xyz"
    ) -> Floats:
        """A rigid motion (4, 4) of a quaternion w, x, y, z and a place in metres."""
        fields = self.under(name)
        return fields._rigid(quaternion, fields.vector(quaternion, 4), fields.vector(place, 3))

    def split_pose(self, quaternion: str, place: str) -> Floats:
        """A rigid motion (4, 4) whose quaternion is stored as w and a list of x, y, z."""
        value = self._find(quaternion)
        parts = [value[0], *value[1]] if isinstance(value, list) and len(value) == 2 \
            and isinstance(value[1], list) else value
        turn = Fields(self.where, self.place, {quaternion: parts}).vector(quaternion, 4)
        return self._rigid(quaternion, turn, self.vector(place, 3))

    def _rigid(self, quaternion: str, turn: Floats, place: Floats) -> Floats:
        length = float(np.linalg.norm(turn))
        if abs(length - 1.0) > QUATERNION_LENGTH:
            raise self.error(quaternion, f"a quaternion of length {length:.4g}", "length 1")
        return make_pose(rotation_from_quaternion_wxyz(turn), place)

    def _find(self, name: str) -> Any:
        return self._data.get(name)


def _kind(value: object) -> str:
    """Short words for a JSON value in a message."""
    return "nothing" if value is None else f"{type(value).__name__} {value!r:.60}"
