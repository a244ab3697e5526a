"""Where the camera is in each frame: position, heading, elevation and roll, each on its own.

Angles are kept apart instead of multiplying rotations, so that a component that is not asked for
is exactly zero in the axes of fourdp_qa.scene.camera: a pan under a tilted view adds no roll.
"""

from __future__ import annotations

import numpy as np

from fourdp_qa.scene.pose import Floats, make_pose
from fourdp_qa.sources.simulator.profiles import progress
from fourdp_qa.sources.simulator.spec import CameraSpec, HandSpec

UP = np.array([0.0, 0.0, 1.0])
# Waves in the clip, about one and three in two seconds; no two degrees of freedom swing alike.
SLOW_WAVES = np.array([1.2, 1.0, 1.4, 1.1, 1.3, 0.9])
QUICK_WAVES = np.array([3.7, 3.1, 4.1, 3.4, 3.9, 2.9])
QUICK_SHARE = 0.3


def camera_path(camera: CameraSpec, s: Floats, world_from_object: Floats | None = None) -> Floats:
    """Camera poses (T, 4, 4), camera to world, OpenCV axes.

    Parameters
    ----------
    s : (T,)
        Clip time of each frame in [0, 1].
    world_from_object : (T, N, 4, 4), optional
        Needed when the camera follows or tracks an object.
    """
    position = np.tile(np.asarray(camera.position, dtype=np.float64), (len(s), 1))
    heading = np.full(len(s), camera.heading)
    elevation = np.full(len(s), camera.elevation)
    roll = np.zeros(len(s))
    forward, right = heading_vectors(camera.heading)
    for part in camera.components:
        way = part.amount * progress(part.profile, part.turning_point, s)
        if part.kind in ("dolly", "truck", "pedestal"):
            axis = {"dolly": forward, "truck": right, "pedestal": UP}[part.kind]
            position += way[:, None] * axis
        elif part.kind == "pan":
            heading -= way
        elif part.kind == "tilt":
            elevation += way
        elif part.kind == "roll":
            roll += way
        elif part.kind == "orbit":
            position += _around(camera.focus, camera.position, way)
            heading += way
        elif part.kind == "follow":
            position += _target(camera, world_from_object)
        elif part.kind == "track":
            heading += _bearing_change(camera, world_from_object)
        else:
            raise ValueError(f"no camera component '{part.kind}'")
    if camera.hand is not None:
        tremor = tremble(camera.hand, s)
        position += tremor[:, :1] * forward + tremor[:, 1:2] * right + tremor[:, 2:3] * UP
        heading, elevation, roll = (
            heading + tremor[:, 3], elevation + tremor[:, 4], roll + tremor[:, 5])
    return make_pose(camera_rotation(heading, elevation, roll), position)


def tremble(hand: HandSpec, s: Floats) -> Floats:
    """What a hand adds (T, 6): forward, right and up in metres, then angles in radians.

    Two slow waves for each degree of freedom, never more than the hand's bounds, and the rise and
    fall of steps.
    """
    reach = np.array([hand.shift, hand.shift, hand.shift, hand.turn, hand.turn, hand.turn / 2])
    phase = np.asarray(hand.phases)
    slow = np.sin(2 * np.pi * (np.outer(s, SLOW_WAVES) + phase))
    quick = np.sin(2 * np.pi * (np.outer(s, QUICK_WAVES) + 2.6 * phase))
    out = reach * ((1 - QUICK_SHARE) * slow + QUICK_SHARE * quick)
    out[:, 2] += hand.bob * np.sin(2 * np.pi * (hand.steps * s + phase[2]))
    return np.asarray(out)


def heading_vectors(heading: float) -> tuple[Floats, Floats]:
    """Unit vectors forward and right on the ground for a heading counter-clockwise from x."""
    forward = np.array([np.cos(heading), np.sin(heading), 0.0])
    return forward, np.cross(forward, UP)


def camera_rotation(heading: Floats, elevation: Floats, roll: Floats) -> Floats:
    """World from camera rotations (T, 3, 3) for angles (T,); roll is clockwise for the operator."""
    zero = np.zeros_like(heading)
    horizontal = np.stack([np.sin(heading), -np.cos(heading), zero], axis=-1)
    level = np.stack([np.cos(heading), np.sin(heading), zero], axis=-1)
    z_camera = np.cos(elevation)[:, None] * level + np.sin(elevation)[:, None] * UP
    vertical = np.cross(horizontal, z_camera)
    x_camera = np.cos(roll)[:, None] * horizontal - np.sin(roll)[:, None] * vertical
    return np.stack([x_camera, np.cross(z_camera, x_camera), z_camera], axis=-1)


def intrinsics(focal: float, size: int) -> Floats:
    """K (3, 3) in pixels of a square image; focal length in image widths."""
    return np.array([[focal * size, 0, size / 2], [0, focal * size, size / 2], [0, 0, 1.0]])


def _around(
    focus: tuple[float, float, float], position: tuple[float, float, float], angle: Floats
) -> Floats:
    """Offsets (T, 3) of a camera that goes around `focus`; positive moves it to its right."""
    arm = np.asarray(position) - np.asarray(focus)
    c, s = np.cos(angle), np.sin(angle)
    x = c * arm[0] - s * arm[1] - arm[0]
    y = s * arm[0] + c * arm[1] - arm[1]
    return np.stack([x, y, np.zeros_like(x)], axis=-1)


def _target(camera: CameraSpec, world_from_object: Floats | None) -> Floats:
    """Displacement (T, 3) of the target on the ground since frame 0."""
    if world_from_object is None:
        raise ValueError("a camera that follows needs the poses of the objects")
    path = world_from_object[:, camera.target, :3, 3]
    return np.asarray((path - path[0]) * (1.0, 1.0, 0.0))


def _bearing_change(camera: CameraSpec, world_from_object: Floats | None) -> Floats:
    """Change (T,) of the target's direction on the ground seen from the camera's first position."""
    moved = _target(camera, world_from_object)
    start = np.asarray(world_from_object)[0, camera.target, :3, 3] - np.asarray(camera.position)
    seen = start + moved
    bearing = np.unwrap(np.arctan2(seen[:, 1], seen[:, 0]))
    return np.asarray(bearing - bearing[0])
