"""What lifts things off the ground: plinths, stacks, stands, an arm to hang from. Builder axes as in toys.

Lengths are units of a stage, so that one shape serves a square and a table top. Each style comes in some
heights; all of them have a flat top, or a hook, above the origin of their builder axes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from fourdp_qa.sources.simulator.kinds import Collider, Kind
from fourdp_qa.sources.simulator.meshes import Part, bevelled_box, cylinder, revolve

HEIGHTS: Final = (0.45, 0.65, 0.9, 1.2, 1.55, 1.95, 2.4)
"""From the ground to the top, or to the lower end of the cord, before scaling by a quarter either way."""
ARM: Final = 0.62
"""From the post to the cord that hangs from its arm."""
CORD: Final = 0.30
"""Of the cord below the arm."""
CORD_RADIUS: Final = 0.011
"""Two pixels of a picture of 448 at four units."""
CEILING_CORD: Final = 6.0
"""A cord from the ceiling is longer than any room is high: its upper end is out of sight above it."""
POST: Final = 0.05


@dataclass(frozen=True)
class Style:
    """One shape of support.

    Attributes
    ----------
    caption : str
        What it is, for people who read a spec; nobody is asked about it.
    build : callable
        Its parts for a height.
    top : float
        Radius of the largest circle on its top.
    places : tuple of str
        Names in environments.PLACES where it is at home.
    patterns : slot -> pattern name
    highest : float
        Of `HEIGHTS` that still looks like it.
    """

    caption: str
    build: Callable[[float], list[Part]]
    top: float
    places: tuple[str, ...]
    patterns: tuple[tuple[str, str], ...] = ()
    highest: float = HEIGHTS[-1]


def _plinth(height: float) -> list[Part]:
    """A square pedestal of stone with a foot and a cap."""
    return [
        bevelled_box((0.60, 0.60, 0.10), (0, 0, 0.05), "stone", 0.08),
        bevelled_box((0.46, 0.46, height - 0.2), (0, 0, 0.10 + (height - 0.2) / 2), "stone", 0.02),
        bevelled_box((0.60, 0.60, 0.11), (0, 0, height - 0.055), "stone", 0.10),
    ]


def _column(height: float) -> list[Part]:
    """A round column of stone on a square foot."""
    return [
        bevelled_box((0.60, 0.60, 0.10), (0, 0, 0.05), "stone", 0.08),
        revolve([(0, 0.10), (0.25, 0.10), (0.20, 0.17), (0.185, height - 0.16), (0.29, height - 0.07),
                 (0.29, height), (0, height)], "stone", 32),
    ]


def _pillar(height: float) -> list[Part]:
    """A brick gatepost with a slab on it."""
    return [
        bevelled_box((0.47, 0.47, height - 0.08), (0, 0, (height - 0.08) / 2), "brick", 0.005),
        bevelled_box((0.60, 0.60, 0.09), (0, 0, height - 0.045), "stone", 0.10),
    ]


def _stump(height: float) -> list[Part]:
    """The trunk of a felled tree."""
    return [
        revolve([(0, 0), (0.42, 0), (0.34, 0.12), (0.30, height - 0.02), (0.28, height),
                 (0.24, height)], "trunk", 26, 50),
        revolve([(0.24, height), (0, height)], "cut_wood", 26),
    ]


def _stack(height: float, slots: tuple[str, ...]) -> list[Part]:
    """Boxes on one another, none of them quite above the next."""
    count = max(1, round(height / 0.5))
    each = height / count
    parts = []
    for k in range(count):
        aside = 0.0 if k == count - 1 else 0.035 * (-1) ** k
        middle = (aside, -aside, each * (k + 0.5))
        parts.append(bevelled_box((0.58 + 0.03 * (k % 2), 0.58, each), middle,
                                  slots[k % len(slots)], 0.03))
        parts.append(bevelled_box((0.60 + 0.03 * (k % 2), 0.09, each * 0.999), middle,
                                  "tape" if slots[0] == "cardboard" else "lath", 0.05))
    return parts


def _books(height: float) -> list[Part]:
    """A tall pile of books."""
    covers = ("canvas_blue", "canvas_warm", "curtain", "frame", "pale")
    count = max(2, round(height / 0.17))
    each = height / count
    parts = []
    for k in range(count):
        aside = 0.0 if k == count - 1 else 0.03 * ((k * 7) % 5 - 2) / 2
        low = each * k
        parts.append(bevelled_box((0.56, 0.76, each), (aside, -aside, low + each / 2),
                                  covers[(k * 3) % len(covers)], 0.03))
        pages = (aside + 0.265, -aside, low + each / 2)
        parts.append(bevelled_box((0.04, 0.71, each * 0.7), pages, "pale", 0.05))
    return parts


def _blocks(height: float) -> list[Part]:
    """A tower of building blocks."""
    paints = ("paint_red", "paint_yellow", "paint_blue", "paint_green")
    count = max(1, round(height / 0.42))
    each = height / count
    return [
        bevelled_box((0.56, 0.56, each), (0.0 if k == count - 1 else 0.02 * (-1) ** k, 0, each * (k + 0.5)),
                     paints[k % len(paints)], 0.05)
        for k in range(count)
    ]


def _stand(height: float) -> list[Part]:
    """A round top on one leg: a plant stand, or a cake stand."""
    return [
        revolve([(0, 0), (0.30, 0), (0.28, 0.05), (0.08, 0.10), (0.055, 0.20), (0.05, height - 0.14),
                 (0.10, height - 0.06), (0.36, height - 0.05), (0.36, height), (0, height)], "timber", 36),
    ]


def _trestle(height: float) -> list[Part]:
    """A wide board on four legs."""
    parts = [bevelled_box((0.94, 0.94, 0.07), (0, 0, height - 0.035), "fence_wood", 0.10)]
    for x in (-1, 1):
        parts.append(bevelled_box((0.06, 0.80, 0.08), (0.37 * x, 0, height - 0.105), "timber", 0.05))
        parts += [bevelled_box((0.08, 0.08, height - 0.05), (0.37 * x, 0.37 * y, (height - 0.05) / 2),
                               "timber", 0.08) for y in (-1, 1)]
    return parts


def _arm(height: float) -> list[Part]:
    """A post on a heavy foot with an arm, from which a cord hangs above the origin."""
    arm = height + CORD
    return [
        cylinder(0.30, 0.08, (-ARM, 0, 0.04), "iron", sides=28),
        cylinder(POST, arm + 0.06, (-ARM, 0, (arm + 0.06) / 2), "iron", sides=14),
        cylinder(0.035, ARM + 0.06, (-ARM / 2 + 0.03, 0, arm), "iron", "x", 12),
        cylinder(CORD_RADIUS, CORD + 0.05, (0, 0, height + (CORD + 0.05) / 2 - 0.05), "cord", sides=8),
    ]


def _ceiling_cord() -> list[Part]:
    """A cord that hangs from far above."""
    return [cylinder(CORD_RADIUS, CEILING_CORD, (0, 0, CEILING_CORD / 2 - 0.05), "cord", sides=8)]


OUTDOORS: Final = ("paved square", "street", "lawn")
STYLES: Final = {
    "plinth": Style("stone plinth", _plinth, 0.28, ("paved square", "street", "lawn")),
    "column": Style("stone column", _column, 0.28, ("paved square", "lawn")),
    "pillar": Style("brick pillar", _pillar, 0.28, ("paved square", "street"), (("brick", "bricks"),)),
    "stump": Style("tree stump", _stump, 0.27, ("lawn",), (("trunk", "wood"),), 1.2),
    "crates": Style("stack of crates", partial(_stack, slots=("crate_wood",)), 0.28,
                    ("paved square", "street", "room"), (("crate_wood", "planks"),)),
    "cartons": Style("stack of cartons", partial(_stack, slots=("cardboard",)), 0.28, ("room",)),
    "trestle": Style("trestle", _trestle, 0.45, (*OUTDOORS, "room"), (("fence_wood", "wood"),), 1.2),
    "stand": Style("round stand", _stand, 0.35, ("room", "table top"), (("timber", "wood"),)),
    "book_pile": Style("pile of books", _books, 0.27, ("room", "table top")),
    "blocks": Style("tower of blocks", _blocks, 0.27, ("room", "table top")),
}


def _solid(style: str, height: float) -> tuple[Collider, ...]:
    """One upright body from the ground to the top: nothing goes in between the legs of a trestle."""
    across = {"trestle": 0.47, "stand": 0.36, "book_pile": 0.39, "stump": 0.42}.get(style, 0.31)
    if style in ("stand", "stump", "column"):
        return (Collider("cylinder", (across, height / 2, 0.0), (0, 0, height / 2)),)
    return (Collider("box", (across, across, height / 2), (0, 0, height / 2)),)


def _arm_bodies(height: float) -> tuple[Collider, ...]:
    tall = (height + CORD) / 2
    return (Collider("cylinder", (0.30, 0.04, 0.0), (-ARM, 0, 0.04)),
            Collider("cylinder", (POST, tall, 0.0), (-ARM, 0, tall)))


SUPPORT_KINDS: Final = {
    kind.name: kind
    for kind in (
        *(Kind(f"{name}_{k}", style.caption, partial(style.build, height), _solid(name, height),
               is_environment=True, patterns=dict(style.patterns))
          for name, style in STYLES.items() for k, height in enumerate(HEIGHTS)),
        *(Kind(f"arm_{k}", "post with an arm", partial(_arm, height), _arm_bodies(height),
               is_environment=True) for k, height in enumerate(HEIGHTS)),
        Kind("ceiling_cord", "cord", _ceiling_cord, is_environment=True),
    )
}
"""Nobody is asked about them: they are part of the surroundings."""
