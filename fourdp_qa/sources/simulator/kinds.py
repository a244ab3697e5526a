"""What is declared of every kind of thing, object or landmark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fourdp_qa.sources.simulator.meshes import Part

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
    colliders : bodies for physics; of landmarks only supports have some
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
    finishes : slot of a caption's colour -> name in colours.toml, "paint" where none is named
    scales : (float, float)
        Range of the factor on its size.
    is_environment : bool
        Part of the surroundings (a wall, a kerb) and never asked about.
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
    finishes: Mapping[str, str] = field(default_factory=dict)
    scales: tuple[float, float] = (0.95, 1.25)
    is_environment: bool = False

    def caption_for(self, colours: tuple[str, ...]) -> str:
        """Noun phrase without an article, e.g. "red toy car"."""
        return self.caption.format(*colours)
