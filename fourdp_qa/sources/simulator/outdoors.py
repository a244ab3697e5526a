"""Squares, lawns and streets: houses, trees, lamps and fences around the place where objects are."""

from __future__ import annotations

from typing import Final

import numpy as np

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.camera_plans import NominalView
from fourdp_qa.sources.simulator.catalogue import mesh_of
from fourdp_qa.sources.simulator.landmarks import KERB_WIDTH, PAVEMENT_HEIGHT, ROAD_HALF
from fourdp_qa.sources.simulator.spec import LandmarkSpec, StageSpec
from fourdp_qa.sources.simulator.surroundings import BUILDINGS, LANDMARK_KINDS

INNER_RADIUS: Final = 9.0
"""Metres from the middle of a square or lawn: objects stay inside, landmarks outside."""
LANES: Final = (0.6, 1.8)
"""Metres from the middle of a road to the middle of its lanes, on either side."""
PARKING: Final = 3.0
"""Metres from the middle of a road to the middle of its parking strip."""

# Distance of a landmark's centre from the middle, beyond INNER_RADIUS and its own half width.
_NEAR, _FAR = 0.8, 8.0
_TRIES = 40
_SIDEWAYS = 1.45
"""Radians: the half of the world that the camera can turn to, with a little less to either side."""
_FENCE_METRES = 6.0
_NEAREST_TO_EYE = 3.2


def surround(
    rng: np.random.Generator, counts: dict[str, tuple[int, int]], view_heading: float
) -> tuple[LandmarkSpec, ...]:
    """Landmarks around a square or lawn; none comes nearer to the middle than `INNER_RADIUS`."""
    wanted: list[str] = []
    for name, (least, most) in counts.items():
        for _ in range(int(rng.integers(least, most, endpoint=True))):
            if name == "building":
                wanted.append(str(rng.choice(BUILDINGS)))
            elif name == "tree":
                wanted.append(str(rng.choice(("tree", "fir"))))
            elif name != "fence":
                wanted.append(name)
    fence = _fence(rng, int(rng.integers(*counts["fence"], endpoint=True)), view_heading) if (
        "fence" in counts) else []
    discs = [(mark.position[0], mark.position[1], 0.5 * _FENCE_METRES) for mark in fence]
    placed = list(fence)
    worn: set[str] = set()
    for name in wanted:
        scale = float(rng.uniform(0.9, 1.3))
        size = mesh_of(name).size * scale
        radius = float(np.hypot(size[0], size[1]) / 2)
        colours = unworn_colour(rng, name, worn)
        for _ in range(_TRIES):
            bearing = view_heading + rng.uniform(-_SIDEWAYS, _SIDEWAYS)
            distance = INNER_RADIUS + radius + rng.uniform(_NEAR, _FAR)
            x, y = distance * np.cos(bearing), distance * np.sin(bearing)
            if all(np.hypot(x - a, y - b) > radius + r for a, b, r in discs):
                # Buildings turn their door roughly to the middle.
                yaw = bearing - np.pi / 2 + rng.uniform(-0.5, 0.5) if name in BUILDINGS else (
                    rng.uniform(-np.pi, np.pi))
                discs.append((x, y, radius))
                placed.append(stood(name, colours, scale, np.array([x, y]), yaw))
                break
    return tuple(placed)


def _fence(rng: np.random.Generator, panels: int, view_heading: float) -> list[LandmarkSpec]:
    """Panels in one straight line across the view."""
    facing = view_heading + rng.uniform(-0.5, 0.5)
    away = np.array([np.cos(facing), np.sin(facing)])
    along = np.array([-away[1], away[0]])
    middle = away * (INNER_RADIUS + rng.uniform(1.0, 3.0)) + along * rng.uniform(-5, 5)
    ends = (np.arange(panels) - (panels - 1) / 2) * _FENCE_METRES
    return [stood("fence", (), 1.0, middle + along * at, facing) for at in ends]


def build_street(
    rng: np.random.Generator, view: NominalView
) -> tuple[StageSpec, tuple[LandmarkSpec, ...]]:
    """A road with a kerb, a pavement and a row of houses on either side.

    It runs along one of the eight directions of the view, so that what drives along it does so too.
    """
    heading = view.heading + int(rng.integers(8)) * np.pi / 4 + np.deg2rad(rng.uniform(-4, 4))
    shift = float(rng.uniform(-0.6, 0.6))
    along = np.array([np.cos(heading), np.sin(heading)])
    left = np.array([-along[1], along[0]])
    centre = shift * left
    placed = [stood("pavements", (), 1.0, centre, heading)]
    worn: set[str] = set()
    eye, ahead = np.asarray(view.position)[:2], np.array([np.cos(view.heading), np.sin(view.heading)])
    for side in (-1, 1):
        placed += _row_of_houses(rng, centre, along, side * left, ahead, worn)
        for name in ("tree", "lamp_post", "tree", "lamp_post", "tree"):
            reach = rng.uniform(-15, 15)
            at = centre + along * reach + side * left * (ROAD_HALF + KERB_WIDTH + rng.uniform(0.7, 1.1))
            free = all(np.hypot(*(at - mark.position[:2])) > 2.2 for mark in placed[1:])
            if free and np.hypot(*(at - eye)) > _NEAREST_TO_EYE and (at - eye) @ ahead > 0:
                colours = unworn_colour(rng, name, worn)
                placed.append(stood(name, colours, float(rng.uniform(0.9, 1.15)), at,
                                    rng.uniform(-np.pi, np.pi), level=PAVEMENT_HEIGHT - 0.01))
    half = (8.0, ROAD_HALF - 0.1)
    stage = StageSpec(1.0, 0.0, (float(centre[0]), float(centre[1])), float(heading), half)
    return stage, tuple(placed)


def _row_of_houses(
    rng: np.random.Generator, centre: Floats, along: Floats, outward: Floats, ahead: Floats,
    worn: set[str],
) -> list[LandmarkSpec]:
    """Houses side by side, their doors to the road; none where the camera cannot look."""
    row, at = [], -24.0
    while at < 24.0:
        name = str(rng.choice(BUILDINGS))
        scale = float(rng.uniform(0.95, 1.2))
        size = mesh_of(name).size * scale
        place = centre + along * (at + size[0] / 2) + outward * (
            INNER_RADIUS + rng.uniform(0.3, 1.2) + size[1] / 2)
        at += size[0] + rng.uniform(0.4, 2.5)
        if place @ ahead > -1.0 and np.hypot(*place) < 24.0:
            colours = unworn_colour(rng, name, worn) or (str(rng.choice(LANDMARK_KINDS[name].colours)),)
            yaw = np.arctan2(outward[1], outward[0]) - np.pi / 2
            row.append(stood(name, colours, scale, place, yaw, level=PAVEMENT_HEIGHT - 0.01))
    return row


def stood(
    name: str, colours: tuple[str, ...], scale: float, at: Floats, yaw: float, level: float = 0.0
) -> LandmarkSpec:
    """A landmark standing at `at` (2,) on `level`, metres."""
    mesh = mesh_of(name)
    height = level + float(mesh.centre[2]) * scale
    return LandmarkSpec(name, colours, scale, (float(at[0]), float(at[1]), height), float(yaw))


def unworn_colour(rng: np.random.Generator, name: str, worn: set[str]) -> tuple[str, ...]:
    """A colour no other building (or thing of the kind) wears, so that "the white house" is one house."""
    group = "building" if name in BUILDINGS else name
    free = [c for c in LANDMARK_KINDS[name].colours if f"{group} {c}" not in worn]
    if not free:
        return LANDMARK_KINDS[name].colours[:1]
    colour = str(rng.choice(free))
    worn.add(f"{group} {colour}")
    return (colour,)
