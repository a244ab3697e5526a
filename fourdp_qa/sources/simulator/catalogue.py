"""The kinds of things: shape, collision bodies, front, symmetry, colours, motions, caption."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator import landmarks, toys
from fourdp_qa.sources.simulator.meshes import Mesh, Part, assemble

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Collider:
    """One collision body, builder axes before scaling.

    Attributes
    ----------
    shape : str
        ``box`` and ``ellipsoid`` (half edges), ``sphere`` (radius first), ``cylinder`` (radius,
        half height).
    half : triple, metres
    centre : triple, metres
    """

    shape: str
    half: Triple
    centre: Triple


@dataclass(frozen=True)
class Kind:
    """Everything that is true of all objects of one kind.

    Attributes
    ----------
    name : str
    caption : str
        Format string of the colour names, without an article.
    build : callable
        Its parts.
    colliders : bodies for physics; none for landmarks
    front : triple or None
        Its canonical front in object axes.
    symmetric : bool
        Looks the same under any turn about its own z axis.
    is_agent : bool
    colours : tuple of str
        Named colours it may wear.
    colour_count : int
        How many of them.
    motions : tuple of str
        What it may do when it moves; names in motion_plans.MOTION_PLANS.
    patterns : slot -> pattern name
    scales : (float, float)
        Range of the factor on its size.
    """

    name: str
    caption: str
    build: Callable[[], Sequence[Part]]
    colliders: tuple[Collider, ...] = ()
    front: Triple | None = None
    symmetric: bool = False
    is_agent: bool = False
    colours: tuple[str, ...] = ()
    colour_count: int = 1
    motions: tuple[str, ...] = ()
    patterns: Mapping[str, str] = field(default_factory=dict)
    scales: tuple[float, float] = (0.95, 1.25)

    def caption_for(self, colours: tuple[str, ...]) -> str:
        """Noun phrase without an article, e.g. "red toy car"."""
        return self.caption.format(*colours)


AHEAD: Final = (1.0, 0.0, 0.0)
VIVID: Final = (
    "red", "blue", "green", "yellow", "orange", "purple", "pink", "white", "black", "turquoise",
)
WOODEN: Final = ("brown", "red", "blue", "green", "white", "yellow")
ON_WHEELS: Final = ("drive", "circle", "slalom")
ON_FEET: Final = ("drive", "circle", "slalom", "sidestep", "spin")
WALLS: Final = ("white", "yellow", "pink", "brown", "turquoise", "red")


def _box(half: Triple, centre: Triple) -> Collider:
    return Collider("box", half, centre)


OBJECT_KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("car", "{0} toy car", toys.car, (_box((0.575, 0.23, 0.25), (0, 0, 0.25)),),
             AHEAD, is_agent=True, colours=VIVID, motions=ON_WHEELS),
        Kind("truck", "{0} toy truck", toys.truck, (_box((0.565, 0.24, 0.36), (0, 0, 0.36)),),
             AHEAD, is_agent=True, colours=tuple(c for c in VIVID if c != "white"),
             motions=ON_WHEELS),
        Kind("bus", "{0} toy bus", toys.bus, (_box((0.60, 0.23, 0.34), (0, 0, 0.34)),),
             AHEAD, is_agent=True, colours=VIVID, motions=ON_WHEELS),
        Kind("train", "{0} toy train", toys.train, (_box((0.57, 0.23, 0.38), (0.05, 0, 0.38)),),
             AHEAD, is_agent=True, colours=VIVID, motions=ON_WHEELS),
        Kind("person", "person in {0}", toys.person,
             (_box((0.12, 0.27, 0.60), (0, 0, 0.60)),), AHEAD, is_agent=True, colours=VIVID,
             motions=ON_FEET, scales=(0.95, 1.15)),
        Kind("robot", "{0} toy robot", toys.robot, (_box((0.17, 0.25, 0.40), (0, 0, 0.40)),),
             AHEAD, is_agent=True, colours=VIVID, motions=ON_FEET, scales=(1.05, 1.35)),
        Kind("crab", "{0} toy crab", toys.crab,
             (_box((0.23, 0.30, 0.15), (0, 0, 0.16)), _box((0.16, 0.30, 0.06), (0.38, 0, 0.17)),
              _box((0.18, 0.45, 0.08), (-0.02, 0, 0.08))),
             AHEAD, is_agent=True, colours=("red", "orange", "blue", "purple", "turquoise", "pink"),
             motions=("sidestep", "spin"), scales=(1.0, 1.3)),
        Kind("aeroplane", "{0} toy aeroplane", toys.aeroplane,
             (_box((0.55, 0.11, 0.17), (0, 0, 0.22)), _box((0.12, 0.58, 0.03), (0.06, 0, 0.27)),
              _box((0.15, 0.20, 0.10), (0.17, 0, 0.10)), _box((0.03, 0.03, 0.10), (-0.46, 0, 0.10))),
             AHEAD, is_agent=True, colours=VIVID, motions=("fly", "drive")),
        Kind("ball", "{0} and {1} beach ball", toys.ball,
             (Collider("sphere", (0.26, 0, 0), (0, 0, 0.26)),), colours=tuple(
                 c for c in VIVID if c != "black"), colour_count=2, motions=("throw", "roll"),
             patterns={"main": "sectors"}, scales=(1.0, 1.35)),
        Kind("mug", "{0} mug", toys.mug, (Collider("cylinder", (0.20, 0.2225, 0), (0, 0, 0.2225)),),
             colours=VIVID, motions=("slide", "carry", "spin"), scales=(1.05, 1.35)),
        Kind("traffic_cone", "{0} traffic cone", toys.traffic_cone,
             (Collider("cylinder", (0.30, 0.025, 0), (0, 0, 0.025)),
              Collider("cylinder", (0.12, 0.30, 0), (0, 0, 0.35))),
             symmetric=True, colours=("orange", "red", "blue", "green", "yellow"),
             motions=("slide", "carry")),
        Kind("duck", "{0} rubber duck", toys.duck,
             (_box((0.22, 0.15, 0.15), (-0.02, 0, 0.15)),
              Collider("ellipsoid", (0.32, 0.235, 0.165), (0, 0, 0.165)),
              Collider("sphere", (0.158, 0, 0), (0.19, 0, 0.45)),
              _box((0.09, 0.07, 0.02), (0.375, 0, 0.42)),
              _box((0.14, 0.25, 0.07), (-0.04, 0, 0.22)),
              Collider("sphere", (0.065, 0, 0), (-0.385, 0, 0.33))),
             AHEAD, colours=("yellow", "pink", "turquoise", "white", "purple"),
             motions=("carry", "spin", "slide", "throw", "push", "lift"), scales=(1.05, 1.4)),
        Kind("chair", "{0} chair", toys.chair,
             (_box((0.26, 0.26, 0.245), (0, 0, 0.245)), _box((0.03, 0.25, 0.275), (-0.23, 0, 0.765))),
             AHEAD, colours=WOODEN, motions=("spin", "push", "carry", "lift"),
             patterns={"main": "wood"}),
        Kind("table", "{0} table", toys.table, (_box((0.37, 0.55, 0.305), (0, 0, 0.305)),),
             colours=WOODEN, motions=("spin", "push"),
             patterns={"main": "wood", "second": "wood"}, scales=(0.9, 1.1)),
        Kind("crate", "{0} crate", toys.crate, (_box((0.26, 0.26, 0.26), (0, 0, 0.26)),),
             colours=WOODEN, motions=("slide", "spin", "push"),
             patterns={"main": "wood", "second": "planks"}),
        Kind("gift_box", "{0} gift box", toys.gift_box,
             (_box((0.24, 0.24, 0.215), (0, 0, 0.215)), _box((0.03, 0.155, 0.08), (0, 0, 0.47))),
             colours=("red", "blue", "green", "purple", "pink", "turquoise"),
             motions=("slide", "throw", "carry"), scales=(1.0, 1.3)),
        Kind("barrel", "{0} barrel", toys.barrel,
             (Collider("cylinder", (0.267, 0.105, 0), (0, 0, 0.31)),
              Collider("cylinder", (0.248, 0.245, 0), (0, 0, 0.31)),
              Collider("cylinder", (0.21, 0.31, 0), (0, 0, 0.31))),
             symmetric=True, colours=("brown", "red", "blue", "green", "yellow"),
             motions=("roll",)),
        Kind("donut", "{0} donut", toys.donut,
             (Collider("cylinder", (0.29, 0.092, 0), (0, 0, 0.092)),), symmetric=True,
             colours=("pink", "white", "turquoise", "purple", "red"), motions=("throw", "slide"),
             scales=(1.15, 1.5)),
        Kind("cactus", "cactus in a pot", toys.cactus,
             (Collider("cylinder", (0.16, 0.14, 0), (0, 0, 0.14)),
              Collider("cylinder", (0.225, 0.03, 0), (0, 0, 0.25)),
              Collider("cylinder", (0.12, 0.30, 0), (0, 0, 0.56))),
             colours=("green",), motions=("push", "spin")),
        Kind("rocket", "{0} toy rocket", toys.rocket,
             (Collider("cylinder", (0.28, 0.12, 0), (0, 0, 0.12)),
              Collider("cylinder", (0.19, 0.40, 0), (0, 0, 0.55))),
             colours=("red", "blue", "green", "orange", "purple", "black", "turquoise"),
             motions=("lift", "spin")),
    )
}

LANDMARK_KINDS: Final = {
    kind.name: kind
    for kind in (
        Kind("house", "{0} house", landmarks.house, colours=WALLS,
             patterns={"wall": "windows", "roof": "tiles"}),
        Kind("tower_house", "tall {0} house", landmarks.tower_house, colours=WALLS,
             patterns={"wall": "windows", "slate": "tiles"}),
        Kind("shed", "low {0} house", landmarks.shed, colours=WALLS,
             patterns={"wall": "windows", "slate": "tiles"}),
        Kind("tree", "round tree", landmarks.tree, symmetric=True,
             patterns={"leaf": "leaves", "trunk": "wood"}),
        Kind("fir", "fir tree", landmarks.fir, symmetric=True, patterns={"fir": "leaves"}),
        Kind("lamp_post", "{0} street lamp", landmarks.lamp_post, symmetric=True,
             colours=("red", "blue", "green", "white", "yellow")),
    )
}
BUILDINGS: Final = ("house", "tower_house", "shed")


@cache
def mesh_of(name: str) -> Mesh:
    """Mesh of an object or landmark kind, built once per process."""
    kind = OBJECT_KINDS.get(name) or LANDMARK_KINDS[name]
    return assemble(kind.build())


def kind_of(name: str) -> Kind:
    """The object or landmark kind called `name`."""
    return OBJECT_KINDS.get(name) or LANDMARK_KINDS[name]


def scaled_size(name: str, scale: float) -> Floats:
    """Box edges (3,) of a kind at a scale, metres."""
    return mesh_of(name).size * scale
