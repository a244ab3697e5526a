"""The fixed materials of the surroundings, from `surfaces.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from fourdp_qa.tables import load_table


@dataclass(frozen=True)
class Surface:
    """One material.

    Attributes
    ----------
    albedo : linear RGB
    texture : str
        Name in textures.GROUND_TEXTURES that is multiplied by the albedo; empty for none.
    tile : float
        Metres that one copy of the texture covers.
    """

    albedo: tuple[float, float, float]
    texture: str = ""
    tile: float = 1.0


@cache
def surfaces() -> dict[str, Surface]:
    """All of them by the material slot they fill."""
    table: dict[str, dict[str, Any]] = load_table("fourdp_qa.sources.simulator", "surfaces.toml")
    return {
        slot: Surface(**{**entry, "albedo": tuple(entry["albedo"])}) for slot, entry in table.items()
    }
