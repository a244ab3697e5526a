"""Colours and materials of `colours.toml`, and what fills the material slots of an object."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from fourdp_qa.sources.simulator.kinds import Kind
from fourdp_qa.sources.simulator.surfaces import surfaces
from fourdp_qa.tables import load_table

(
    SOLID, WOOD, SECTORS, WINDOWS, TILES, LEAVES, PLANKS, STRIPES, DOTS, CHECKS, BRICKS, CLOTH, SHELL,
) = range(13)
"""Patterns; shading.py draws them."""

PATTERN_NUMBERS: Final = {
    "solid": SOLID, "wood": WOOD, "sectors": SECTORS, "windows": WINDOWS, "tiles": TILES,
    "leaves": LEAVES, "planks": PLANKS, "stripes": STRIPES, "dots": DOTS, "checks": CHECKS,
    "bricks": BRICKS, "cloth": CLOTH, "shell": SHELL,
}

# "second" without a second colour of its own is the main colour in this shade.
SECOND_SHADE: Final = 0.55
WALL_GLOSS, WALL_SHARPNESS = 0.02, 5.0
# What each pattern draws over the base colour where it has a colour of its own.
WINDOW_COLOUR: Final = (0.10, 0.15, 0.20)
TILE_JOINT: Final = 0.62


@dataclass(frozen=True)
class Material:
    """How one slot of one object looks.

    Attributes
    ----------
    colour, second : linear RGB of the base and of the pattern
    gloss, sharpness : strength and exponent of the highlight
    pattern : int
        One of the numbers above.
    """

    colour: tuple[float, float, float]
    second: tuple[float, float, float]
    gloss: float
    sharpness: float
    pattern: int = SOLID


@cache
def _table() -> dict[str, Any]:
    return load_table("fourdp_qa.sources.simulator", "colours.toml")


def colour_names() -> tuple[str, ...]:
    """All named colours, in the table's order."""
    return tuple(_table()["named"])


def named_colour(name: str) -> tuple[float, float, float]:
    """Linear RGB of a named colour."""
    r, g, b = _table()["named"][name]
    return (r, g, b)


def may_be_confused(a: str, b: str) -> bool:
    """Whether two colour names are too near each other for two objects of one kind."""
    return a == b or any({a, b} <= set(group) for group in _table()["confusable"]["groups"])


def material(kind: Kind, slot: str, colours: tuple[str, ...]) -> Material:
    """Material of one slot of an object of `kind` that wears `colours`, the main one first."""
    pattern = PATTERN_NUMBERS[kind.patterns.get(slot, "solid")]
    if slot in ("main", "second", "plain", "wall"):
        main = named_colour(colours[0])
        other = named_colour(colours[1]) if len(colours) > 1 else _shaded(main, SECOND_SHADE)
        base = other if slot == "second" else main
        if slot == "wall":
            return Material(base, WINDOW_COLOUR, WALL_GLOSS, WALL_SHARPNESS, pattern)
        gloss, sharpness = _table()["finishes"][kind.finishes.get(slot, "paint")]
        return Material(base, other, gloss, sharpness, pattern)
    if slot in surfaces():
        plain = surfaces()[slot].albedo
        return Material(plain, _shaded(plain, TILE_JOINT), WALL_GLOSS, WALL_SHARPNESS, pattern)
    r, g, b, gloss, sharpness = _table()["materials"][slot]
    return Material((r, g, b), _shaded((r, g, b), TILE_JOINT), gloss, sharpness, pattern)


def _shaded(colour: tuple[float, float, float], share: float) -> tuple[float, float, float]:
    return (colour[0] * share, colour[1] * share, colour[2] * share)
