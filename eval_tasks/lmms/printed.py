"""Numbers that are written whole and printed short.

lmms-eval prints all metrics of all tasks in one table, every line as long as the longest. What has several
numbers would make it many screens wide; the results file holds every digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Rounded(float):
    """A number that is printed with three digits."""

    def __repr__(self) -> str:
        return f"{self:.3f}"


class Brief(dict[str, Any]):
    """A mapping that is printed as a text.

    Parameters
    ----------
    values : the mapping.
    text : what is printed in its place where it stands in another mapping.
    """

    def __init__(self, values: Mapping[str, Any], text: str) -> None:
        super().__init__(values)
        self.text = text

    def __repr__(self) -> str:
        return self.text


def rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same mapping with its numbers, and those of mappings inside, printed short."""
    return {name: _short(value) for name, value in values.items()}


def _short(value: Any) -> Any:
    if isinstance(value, float):
        return Rounded(value)
    if isinstance(value, Mapping) and not isinstance(value, Brief):
        inside = rounded(value)
        return Brief(inside, ", ".join(f"{name} {number!r}" for name, number in inside.items()))
    return value
