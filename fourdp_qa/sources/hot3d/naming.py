"""Words for HOT3D's objects."""

from __future__ import annotations

from functools import cache
from typing import Any

from fourdp_qa.tables import load_table


def caption_of(name: str) -> str:
    """Noun phrase such as "white mug" for "mug_white"; the words themselves of a name that is not known."""
    return str(_table().get(name, {}).get("caption", name.replace("_", " ")))


def is_symmetric(name: str) -> bool:
    """Whether it may look the same under turns about an axis of its own."""
    return bool(_table().get(name, {}).get("symmetric", False))


@cache
def _table() -> dict[str, Any]:
    return load_table("fourdp_qa.sources.hot3d", "captions.toml")
