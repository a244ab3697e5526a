"""standards.toml as dataclasses: how the recordings of a kind of source become clips."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fourdp_qa.errors import FourdpQaError


@dataclass(frozen=True)
class Standard:
    """How recordings become clips.

    Attributes
    ----------
    span_seconds : float
        What a clip of the wanted number of frames spans at most, to the nearest stride; 0 for the
        whole recording in one clip.
    off_axis : float
        Degrees by which the middle of the square may leave the middle of the picture.
    """

    span_seconds: float
    off_axis: float


@cache
def _table() -> dict[str, Standard]:
    text = files("fourdp_qa.scene").joinpath("standards.toml").read_text(encoding="utf-8")
    return {name: Standard(**numbers) for name, numbers in tomllib.loads(text).items()}


def standard_names() -> tuple[str, ...]:
    """Names of all standards."""
    return tuple(_table())


def standard_for(name: str) -> Standard:
    """Return the standard called `name`.

    Raises
    ------
    FourdpQaError
        When there is none.
    """
    table = _table()
    if name not in table:
        raise FourdpQaError(f"facts.standard: found '{name}', expected one of {', '.join(table)}")
    return table[name]
