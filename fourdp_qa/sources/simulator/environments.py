"""The surroundings: kinds of ground, and houses, trees and lamps around the place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fourdp_qa.sources.simulator.catalogue import BUILDINGS, LANDMARK_KINDS, mesh_of
from fourdp_qa.sources.simulator.spec import EnvironmentSpec, LandmarkSpec

INNER_RADIUS: Final = 9.0
"""Metres from the middle: objects stay inside, landmarks outside."""


@dataclass(frozen=True)
class Ground:
    """One kind of ground.

    Attributes
    ----------
    texture : str
        Name in textures.GROUND_TEXTURES.
    tile : float
        Metres that one copy of the texture covers.
    forbidden : colours an object must not wear: it would vanish on this ground
    buildings, trees, lamps : (least, most) of each
    """

    texture: str
    tile: float
    forbidden: tuple[str, ...]
    buildings: tuple[int, int]
    trees: tuple[int, int]
    lamps: tuple[int, int]


GROUNDS: Final = {
    "paved square": Ground("pavers", 4.0, (), (3, 4), (1, 4), (0, 2)),
    "lawn": Ground("grass", 6.0, ("green",), (2, 3), (4, 7), (0, 1)),
    "wooden deck": Ground("planks", 4.0, ("brown",), (2, 3), (2, 5), (0, 2)),
}

# Distance of a landmark's centre from the middle, beyond INNER_RADIUS and its own half width.
_NEAR, _FAR = 0.8, 8.0
_TRIES = 40


def draw_environment(
    rng: np.random.Generator, ground: str, view_heading: float
) -> EnvironmentSpec:
    """Draw the surroundings of a camera that looks along `view_heading` through the middle.

    Landmarks stand in the half of the world that the camera can turn to; none of them comes nearer
    to the middle than `INNER_RADIUS`, so they never stand between camera and objects.
    """
    kind = GROUNDS[ground]
    wanted = [str(rng.choice(BUILDINGS)) for _ in range(rng.integers(*kind.buildings, endpoint=True))]
    for _ in range(rng.integers(*kind.trees, endpoint=True)):
        wanted.append(str(rng.choice(("tree", "fir"))))
    wanted += ["lamp_post"] * int(rng.integers(*kind.lamps, endpoint=True))
    # The sun stands behind or beside the camera: against the light, colours cannot be told.
    side = view_heading + np.pi + rng.uniform(-1.9, 1.9)
    elevation = np.deg2rad(rng.uniform(35, 60))
    sun = (np.cos(elevation) * np.cos(side), np.cos(elevation) * np.sin(side), np.sin(elevation))
    return EnvironmentSpec(
        ground=ground,
        ground_yaw=float(rng.uniform(-np.pi, np.pi)),
        ground_offset=(float(rng.uniform(0, kind.tile)), float(rng.uniform(0, kind.tile))),
        landmarks=_stand_around(rng, wanted, view_heading),
        sun=(float(sun[0]), float(sun[1]), float(sun[2])),
        sky_turn=float(rng.uniform(-np.pi, np.pi)),
    )


def _stand_around(
    rng: np.random.Generator, wanted: list[str], view_heading: float
) -> tuple[LandmarkSpec, ...]:
    placed: list[LandmarkSpec] = []
    discs: list[tuple[float, float, float]] = []
    worn: set[str] = set()
    for name in wanted:
        scale = float(rng.uniform(0.9, 1.3))
        size = mesh_of(name).size * scale
        radius = float(np.hypot(size[0], size[1]) / 2)
        colours = _unworn_colour(rng, name, worn)
        for _ in range(_TRIES):
            bearing = view_heading + rng.uniform(-1.45, 1.45)
            distance = INNER_RADIUS + radius + rng.uniform(_NEAR, _FAR)
            x, y = distance * np.cos(bearing), distance * np.sin(bearing)
            if all(np.hypot(x - a, y - b) > radius + r for a, b, r in discs):
                # Buildings turn their door roughly to the middle.
                yaw = bearing - np.pi / 2 + rng.uniform(-0.5, 0.5) if name in BUILDINGS else (
                    rng.uniform(-np.pi, np.pi))
                discs.append((x, y, radius))
                placed.append(LandmarkSpec(
                    name, colours, scale, (float(x), float(y), float(size[2] / 2)), float(yaw)))
                break
    return tuple(placed)


def _unworn_colour(rng: np.random.Generator, name: str, worn: set[str]) -> tuple[str, ...]:
    """A colour no other building (or lamp) wears, so that "the white house" is one house."""
    free = [c for c in LANDMARK_KINDS[name].colours if f"{_group(name)} {c}" not in worn]
    if not free:
        return ()
    colour = str(rng.choice(free))
    worn.add(f"{_group(name)} {colour}")
    return (colour,)


def _group(name: str) -> str:
    return "building" if name in BUILDINGS else name
