"""Things off the ground and near the camera: on a stand, on a cord, or hovering.

Where all things stand on one floor, the lower of two in the picture is always the nearer one. What is
lifted towards the camera's own height breaks that: it is near, and yet higher in the picture than what
stands farther away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.catalogue import mesh_of, scaled_size
from fourdp_qa.sources.simulator.floors import Floor
from fourdp_qa.sources.simulator.kinds import Kind
from fourdp_qa.sources.simulator.motions import yaw_rotation
from fourdp_qa.sources.simulator.spec import CameraSpec, LandmarkSpec
from fourdp_qa.sources.simulator.supports import ARM, HEIGHTS, STYLES

STAND, HANG, HOVER = "stand", "hang", "hover"
WAYS: Final = (STAND, HANG, HOVER)
HANGING: Final = ("ball", "bucket", "rocket", "suitcase", "alarm_clock")
"""Kinds whose middle reaches up to the cord."""
HOVERING: Final = ("helicopter", "hot_air_balloon", "drone")
LIFTS: Final = {STAND: (0.5, 1.0), HANG: (0.6, 1.1), HOVER: (0.65, 1.15)}
"""Height of the underside as a share of the camera's. An object at half of its height and at half of the
distance of another one is as low in the picture."""
SCALES: Final = (0.8, 1.3)
"""Of supports."""
FITS: Final = 0.97
"""Share of the top that an object may cover."""
NEAREST, FARTHEST, ASIDE = 2.8, 4.4, 0.42
"""Units along the ground from the camera, and radians to either side of its heading."""
TOP: Final = 0.45
"""Of the picture above its middle: what is raised stays below that."""
LEAST: Final = 0.3
"""Of the camera's height: less is not worth a stand."""
CLEAR: Final = 2.0
"""Units from the camera to the nearest point of an object."""


@dataclass(frozen=True)
class Raised:
    """How one object is off the ground, in units of the stage.

    Attributes
    ----------
    middle : (2,) where it is
    lift : float
        Height of its underside.
    support : LandmarkSpec or None
        What carries it; None where it hovers.
    held : bool
        Whether nothing below it carries it.
    radius : float
        Of the disc that it and its support keep free of others.
    """

    middle: Floats
    lift: float
    support: LandmarkSpec | None
    held: bool
    radius: float


def may_be_raised(kind: Kind, way: str) -> bool:
    """Whether a kind can be off the ground in this way."""
    if way == STAND:
        largest = max(style.top for style in STYLES.values())
        return _foot(scaled_size(kind.name, kind.scales[0]) / 2) <= FITS * largest * SCALES[1]
    return kind.name in (HANGING if way == HANG else HOVERING)


def raise_up(
    rng: np.random.Generator, way: str, half: Floats, camera: CameraSpec, floor: Floor
) -> Raised | None:
    """Draw where an object of half edges `half` (3,) is lifted to, and by what; None where nothing fits."""
    eye = np.asarray(camera.position)
    body = _foot(half)
    away = float(rng.uniform(max(NEAREST, CLEAR + body), FARTHEST))
    bearing = camera.heading + float(rng.uniform(-ASIDE, ASIDE))
    middle = eye[:2] + away * np.array([np.cos(bearing), np.sin(bearing)])
    # As high as asked for, or as the picture shows whole.
    shown = away * np.tan(camera.elevation + np.arctan(TOP / camera.focal)) - 2 * half[2]
    lift = min(float(eye[2] * rng.uniform(*LIFTS[way])), float(eye[2] + shown))
    if lift < LEAST * eye[2]:
        return None
    if way == HOVER:
        return Raised(middle, lift, None, True, body)
    if way == HANG:
        return _hung(rng, half, camera, floor, middle, lift)
    return _stood(rng, half, floor, middle, lift)


def _stood(
    rng: np.random.Generator, half: Floats, floor: Floor, middle: Floats, lift: float
) -> Raised | None:
    """On the top of a support that is at home here and wide enough."""
    foot = _foot(half)
    fitting = [name for name, style in STYLES.items()
               if floor.place in style.places and foot <= FITS * style.top * SCALES[1]
               and lift <= style.highest * SCALES[1]]
    if not fitting:
        return None
    style = str(rng.choice(fitting))
    least = max(SCALES[0], foot / (FITS * STYLES[style].top))
    level, scale = _nearest(lift, least, SCALES[1])
    yaw = float(rng.uniform(-np.pi, np.pi))
    support = _placed(f"{style}_{level}", scale, middle, yaw, 0.0)
    across = float(np.linalg.norm(scaled_size(support.kind, scale)[:2])) / 2
    return Raised(middle, HEIGHTS[level] * scale, support, False, max(foot, across))


def _hung(
    rng: np.random.Generator, half: Floats, camera: CameraSpec, floor: Floor, middle: Floats,
    lift: float,
) -> Raised | None:
    """On a cord: from the ceiling where there is one, else from the arm of a post beside it."""
    top = lift + 2 * float(half[2])
    if floor.ceiling is not None:
        if top > floor.ceiling - 0.3:
            return None
        cord = _placed("ceiling_cord", 1.0, middle, 0.0, top)
        return Raised(middle, lift, cord, True, _foot(half))
    level, scale = _nearest(top, *SCALES)
    # The post stands to the left or right of what hangs there, never before it.
    side = camera.heading + float(rng.choice((-1, 1))) * np.pi / 2 + float(rng.uniform(-0.4, 0.4))
    arm = _placed(f"arm_{level}", scale, middle, side, 0.0)
    if ARM * scale < _foot(half) + 0.12:
        return None
    lift = HEIGHTS[level] * scale - 2 * float(half[2])
    if lift < 0.2:
        return None
    return Raised(middle, lift, arm, True, (ARM + 0.3) * scale)


def _nearest(height: float, least: float, most: float) -> tuple[int, float]:
    """The number of the height, and the scale between two bounds, that come nearest to a height."""
    scales = np.clip(height / np.array(HEIGHTS), least, most)
    level = int(np.argmin(np.abs(scales * HEIGHTS - height) + 0.01 * np.abs(np.log(scales))))
    return level, float(scales[level])


def _placed(name: str, scale: float, at: Floats, yaw: float, level: float) -> LandmarkSpec:
    """A support whose builder's origin is over `at` (2,), on `level`."""
    centre = mesh_of(name).centre * scale
    x, y = at + (yaw_rotation(yaw) @ centre)[:2]
    return LandmarkSpec(name, (), scale, (float(x), float(y), level + float(centre[2])), yaw)


def _foot(half: Floats) -> float:
    """Radius of the disc that an object covers."""
    return float(np.hypot(half[0], half[1]))
