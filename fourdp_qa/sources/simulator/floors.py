"""The floor that objects are laid out on, in units of its stage: bounds, what stands there, its road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.catalogue import kind_of, scaled_size
from fourdp_qa.sources.simulator.interiors import ROOM_HEIGHT
from fourdp_qa.sources.simulator.motion_plans import GRAVITY, Road
from fourdp_qa.sources.simulator.outdoors import LANES, PARKING
from fourdp_qa.sources.simulator.spec import EnvironmentSpec, StageSpec
from fourdp_qa.sources.simulator.surroundings import ROOMS

EDGE: Final = 0.05
"""Units between the side of an object and the edge of its stage."""


@dataclass(frozen=True)
class Floor:
    """Where objects may be.

    Attributes
    ----------
    centre : (2,)
    heading : radians
    half : (2,) along and across `heading`
    obstacles : (M, 3)
        x, y and radius of what stands inside.
    gravity : units a second squared
    place : name in environments.PLACES
    ceiling : height above the floor; None under the sky
    road : Road or None
    """

    centre: Floats
    heading: float
    half: Floats
    obstacles: Floats
    gravity: float = GRAVITY
    road: Road | None = None
    place: str = ""
    ceiling: float | None = None

    def own(self, points: Floats) -> Floats:
        """Points (..., 2) along and across the floor's heading, from its centre."""
        return in_stage(points, self.centre, self.heading)

    def holds(self, points: Floats, radius: float) -> bool:
        """Whether a disc stays inside and clear of what stands there at all of `points` (T, 2)."""
        if np.any(np.abs(self.own(points)) > self.half - radius - EDGE):
            return False
        gaps = np.linalg.norm(points[:, None] - self.obstacles[None, :, :2], axis=-1)
        return bool(np.all(gaps > radius + self.obstacles[:, 2] + EDGE))


def in_stage(points: Floats, centre: Floats, heading: float) -> Floats:
    """Points (..., 2) on the ground, along and across `heading` from `centre`."""
    c, s = np.cos(heading), np.sin(heading)
    away = points - centre
    return np.stack([c * away[..., 0] + s * away[..., 1], c * away[..., 1] - s * away[..., 0]], axis=-1)


def floor_of(environment: EnvironmentSpec) -> Floor:
    """The floor of an environment, in units of its stage."""
    stage: StageSpec = environment.stage
    standing = []
    for mark in environment.landmarks:
        own = in_stage(np.array(mark.position[:2]), np.asarray(stage.centre), stage.heading)
        if stands_in_the_way(mark.kind) and np.all(np.abs(own) < stage.half):
            radius = float(np.linalg.norm(scaled_size(mark.kind, mark.scale)[:2])) / 2
            standing.append((*mark.position[:2], radius))
    centre = np.asarray(stage.centre) / stage.unit
    road = Road(stage.heading, centre, LANES, PARKING) if environment.ground == "street" else None
    return Floor(
        centre, stage.heading, np.asarray(stage.half) / stage.unit,
        np.array(standing, dtype=np.float64).reshape(-1, 3) / stage.unit, GRAVITY / stage.unit, road,
        environment.ground, _ceiling(environment),
    )


def stands_in_the_way(kind: str) -> bool:
    """Whether a landmark stands free: furniture, a tree, a support, but not the walls or a kerb."""
    return not kind_of(kind).is_environment or bool(kind_of(kind).colliders)


def _ceiling(environment: EnvironmentSpec) -> float | None:
    stage = environment.stage
    rooms = [mark for mark in environment.landmarks if mark.kind in ROOMS]
    return (ROOM_HEIGHT * rooms[0].scale - stage.level) / stage.unit if rooms else None


def outside(points: Floats, radius: Floats, stage: StageSpec) -> NDArray[np.bool_]:
    """Whether discs of `radius` (N,) around points (T, N, 2) leave a stage, all in metres; (T, N)."""
    own = in_stage(points, np.asarray(stage.centre), stage.heading)
    return np.asarray(np.any(np.abs(own) > np.asarray(stage.half) - radius[:, None], axis=-1))
