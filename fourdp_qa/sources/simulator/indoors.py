"""Rooms and table tops: walls, furniture along them, a lamp, and the table that carries small things."""

from __future__ import annotations

from typing import Final

import numpy as np

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.camera_plans import NominalView
from fourdp_qa.sources.simulator.catalogue import mesh_of
from fourdp_qa.sources.simulator.interiors import (
    ROOM_HEIGHT,
    ROOM_LENGTH,
    ROOM_WIDTH,
    TABLE_HEIGHT,
    TABLE_LENGTH,
    TABLE_WIDTH,
)
from fourdp_qa.sources.simulator.outdoors import stood, unworn_colour
from fourdp_qa.sources.simulator.spec import LandmarkSpec, StageSpec, Vector
from fourdp_qa.sources.simulator.surroundings import ROOMS

ROOM_UNIT: Final = 0.5
"""A toy car is half a metre long: it fits a room that it can drive in."""
TABLE_UNIT: Final = 0.16
"""A toy car is 18 cm long, a mug 8 cm high."""
FURNITURE: Final = ("sofa", "easy_chair", "bookcase", "sideboard", "standing_lamp", "house_plant")
TALL: Final = ("bookcase",)
ON_TABLES: Final = ("wine_bottle", "flower_vase", "books")
FURNITURE_DEPTH: Final = 1.05
"""Metres along the walls that belong to furniture."""
_LAMP_HEIGHT = 2.35
_TRIES = 30
_FROM_EYE = 1.3
_FROM_WALL, _FROM_WINDOWS = 0.08, 0.26
_DOOR = (-3.4, -1.8)
"""Metres along the wall at +y that the door needs."""
Placed = tuple[StageSpec, tuple[LandmarkSpec, ...], Vector]


def furnish_room(rng: np.random.Generator, view: NominalView) -> Placed:
    """A room around the view with furniture along its walls, and its lamp."""
    heading = _square_on(rng, view.heading, 24.0)
    scale = float(rng.uniform(0.97, 1.08))
    ahead = np.array([np.cos(view.heading), np.sin(view.heading)])
    # The camera stands some three metres behind the middle: the room reaches a little that way.
    centre = -0.35 * ahead + rng.uniform(-0.3, 0.3, 2)
    eye = np.asarray(view.position)[:2] * ROOM_UNIT
    placed = [stood(str(rng.choice(ROOMS)), (), scale, centre, heading)]
    placed += _along_walls(rng, placed[0], eye, int(rng.integers(5, 8, endpoint=True)))
    lamp = _ceiling_lamp(centre + rng.uniform(-0.6, 0.6, 2), scale)
    half = (ROOM_LENGTH / 2 * scale - FURNITURE_DEPTH, ROOM_WIDTH / 2 * scale - FURNITURE_DEPTH)
    stage = StageSpec(ROOM_UNIT, 0.0, (float(centre[0]), float(centre[1])), float(heading), half)
    return stage, (*placed, lamp), (lamp.position[0], lamp.position[1], _LAMP_HEIGHT * scale)


def set_table(rng: np.random.Generator, view: NominalView) -> Placed:
    """A table in a furnished room, with a few tall things on its far edge."""
    heading = _square_on(rng, view.heading, 20.0)
    ahead = np.array([np.cos(view.heading), np.sin(view.heading)])
    table = stood("table_top", (), 1.0, rng.uniform(-0.1, 0.1, 2), heading)
    eye = np.asarray(view.position)[:2] * TABLE_UNIT
    middle = -0.6 * ahead + rng.uniform(-0.5, 0.5, 2)
    room = stood(str(rng.choice(ROOMS)), (), 1.0, middle, heading)
    placed = [room, table, *_along_walls(rng, room, eye, int(rng.integers(5, 8, endpoint=True)))]
    centre = np.asarray(table.position[:2])
    worn: set[str] = set()
    for name in rng.permutation(ON_TABLES)[: int(rng.integers(1, 2, endpoint=True))]:
        corner = np.array([TABLE_LENGTH / 2 - 0.14, TABLE_WIDTH / 2 - 0.14])
        for _ in range(_TRIES):
            at = centre + _turned(rng.uniform(-1, 1, 2) * corner, heading)
            at_edge = np.any(np.abs(_turned(at - centre, -heading)) > corner - 0.1)
            apart = all(np.hypot(*(at - m.position[:2])) > 0.35 for m in placed if m.kind in ON_TABLES)
            if at_edge and apart and (at - centre) @ ahead > 0.25:
                colours = unworn_colour(rng, str(name), worn)
                placed.append(stood(str(name), colours, float(rng.uniform(0.9, 1.1)), at,
                                    rng.uniform(-np.pi, np.pi), level=TABLE_HEIGHT))
                break
    lamp = _ceiling_lamp(centre - 0.3 * ahead + rng.uniform(-0.3, 0.3, 2), 1.0)
    half = (TABLE_LENGTH / 2 - 0.03, TABLE_WIDTH / 2 - 0.03)
    stage = StageSpec(TABLE_UNIT, TABLE_HEIGHT, (float(centre[0]), float(centre[1])), float(heading), half)
    return stage, (*placed, lamp), (lamp.position[0], lamp.position[1], _LAMP_HEIGHT)


def _along_walls(
    rng: np.random.Generator, room: LandmarkSpec, eye: Floats, count: int
) -> list[LandmarkSpec]:
    """Furniture with its back to the walls, clear of the door, of each other and of the camera."""
    placed: list[LandmarkSpec] = []
    discs: list[tuple[Floats, float]] = []
    worn: set[str] = set()
    kinds = [str(k) for k in rng.permutation([*FURNITURE, "sofa", "easy_chair", "house_plant"])]
    for name in kinds[:count]:
        size = mesh_of(name).size
        for _ in range(_TRIES):
            wall = int(rng.integers(4))
            if wall == 0 and name in TALL:
                continue
            half = (ROOM_LENGTH, ROOM_WIDTH) if wall % 2 == 0 else (ROOM_WIDTH, ROOM_LENGTH)
            from_wall = (_FROM_WINDOWS if wall == 0 else _FROM_WALL) + size[0] / 2
            along = float(rng.uniform(-1, 1)) * (half[1] / 2 - size[1] / 2 - 0.5)
            outward = np.array([half[0] / 2 - from_wall / room.scale, -along / room.scale])
            own = _turned(outward, wall * np.pi / 2)
            if wall == 1 and _DOOR[0] < own[0] + size[1] / 2 and own[0] - size[1] / 2 < _DOOR[1]:
                continue
            at = np.asarray(room.position[:2]) + _turned(own * room.scale, room.yaw)
            radius = float(np.hypot(size[0], size[1]) / 2)
            if np.hypot(*(at - eye)) < radius + _FROM_EYE or any(
                np.hypot(*(at - other)) < radius + r for other, r in discs
            ):
                continue
            colours = unworn_colour(rng, name, worn)
            placed.append(stood(name, colours, 1.0, at, room.yaw + wall * np.pi / 2 + np.pi))
            discs.append((at, radius))
            break
    return placed


def _ceiling_lamp(at: Floats, scale: float) -> LandmarkSpec:
    mesh = mesh_of("ceiling_lamp")
    top = ROOM_HEIGHT * scale - mesh.size[2] / 2
    return LandmarkSpec("ceiling_lamp", (), 1.0, (float(at[0]), float(at[1]), float(top)), 0.0)


def _square_on(rng: np.random.Generator, heading: float, most: float) -> float:
    """One of the four walls' headings for a camera that stands nearly square to a wall (degrees)."""
    return heading + int(rng.integers(4)) * np.pi / 2 + float(np.deg2rad(rng.uniform(-most, most)))


def _turned(point: Floats, angle: float) -> Floats:
    """A point (2,) turned about the vertical."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([c * point[0] - s * point[1], s * point[0] + c * point[1]])
