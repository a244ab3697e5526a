"""Checked access to what Kubric wrote about a scene, whether it came as JSON or as a record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats, rotation_from_quaternion_wxyz
from fourdp_qa.sources.kubric.constants import LARGEST_NUMBER, QUATERNION_LENGTH, REPAIR


class Fields:
    """Checked access to nested fields by dotted name, e.g. ``instances[2].quaternions``.

    Parameters
    ----------
    where : Path or str
        File or record, for messages.
    data : mappings, lists, numbers and arrays
    """

    def __init__(self, where: Path | str, data: Any) -> None:
        self.where = where
        self._data = data

    @classmethod
    def of_file(cls, path: Path) -> Fields:
        """Read a JSON file.

        Raises
        ------
        SourceDataError
            When it is missing or no JSON.
        """
        try:
            return cls(path, json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise SourceDataError(
                path, "", found="no file", expected="the metadata of a Kubric worker", do=REPAIR
            ) from None
        except (OSError, ValueError, RecursionError) as error:
            raise SourceDataError(
                path, "", found=f"a damaged file ({error})", expected="JSON",
                do=REPAIR,
            ) from None

    def error(self, name: str, found: str, expected: str, do: str = REPAIR) -> SourceDataError:
        """An error about the field called `name`."""
        return SourceDataError(self.where, name, found=found, expected=expected, do=do)

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._find(name) is not None

    def instances(self) -> list[dict[str, Any]]:
        """The table of objects, as long as ``metadata.num_instances`` says."""
        value = self._find("instances")
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error("instances", _kind(value), "a list of objects")
        if self.has("metadata.num_instances"):
            count = self.number("metadata.num_instances")
            if count != len(value):
                raise self.error("instances", f"{len(value)} entries", f"num_instances = {count:g}")
        return value

    def number(self, name: str) -> float:
        """A finite number."""
        value = self._find(name)
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        if not plain or not abs(value) <= LARGEST_NUMBER:
            raise self.error(name, _kind(value), "a finite number")
        return float(value)

    def positive(self, name: str) -> float:
        """A finite number above zero."""
        value = self.number(name)
        if value <= 0:
            raise self.error(name, f"{value:g}", "a positive number")
        return value

    def count(self, name: str) -> int:
        """A whole number above zero."""
        value = self.positive(name)
        if value % 1:
            raise self.error(name, f"{value:g}", "a whole number")
        return int(value)

    def array(self, name: str, shape: tuple[int, ...]) -> Floats:
        """Finite numbers of `shape`."""
        value = self._find(name)
        try:
            array = np.asarray(value, dtype=np.float64)
        except (ValueError, TypeError, OverflowError):
            raise self.error(name, "a ragged or non-numeric list", f"shape {shape}") from None
        if value is None or array.shape != shape:
            found = _kind(value) if array.ndim == 0 else f"shape {array.shape}"
            raise self.error(name, found, f"shape {shape}")
        if not np.all(np.isfinite(array)):
            frame = int(np.argwhere(~np.isfinite(array))[0][0])
            raise self.error(f"{name}[{frame}]", "a value that is not finite", "finite numbers")
        return array

    def rotations(self, name: str, frame_count: int) -> Floats:
        """Rotations (T, 3, 3) of quaternions (T, 4) in the order w, x, y, z, of length about 1."""
        quaternions_wxyz = self.array(name, (frame_count, 4))
        length = np.linalg.norm(quaternions_wxyz, axis=1)
        odd = np.abs(length - 1.0) > QUATERNION_LENGTH
        if odd.any():
            frame = int(np.argmax(odd))
            raise self.error(f"{name}[{frame}]", f"a quaternion of length {length[frame]:.3g}",
                             "a unit quaternion w, x, y, z")
        return rotation_from_quaternion_wxyz(quaternions_wxyz)

    def _find(self, name: str) -> Any:
        value = self._data
        for part in name.replace("[", ".").replace("]", "").split("."):
            if isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            elif isinstance(value, dict):
                value = value.get(part)
            else:
                return None
        return value


def _kind(value: object) -> str:
    """Short words for a JSON value in a message."""
    return "nothing" if value is None else f"{type(value).__name__} {value!r:.40}"
