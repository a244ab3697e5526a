"""How far a body has turned about the world's up, seen from above, and when that has a meaning.

Angles grow counter-clockwise seen from above, which is towards the body's own left.
"""

from __future__ import annotations

import numpy as np

from fourdp_qa.questions.thresholds import TurningLimits
from fourdp_qa.scene.pose import Floats, quaternion_wxyz_from_rotation


def turn_about(rotations: Floats, up: Floats) -> Floats:
    """Turn about unit `up` (3,) since the first frame, (T,) radians, of rotations (T, 3, 3).

    Each step R[t+1] R[t]^T is parted into a swing and a twist about `up`, and the twists are summed:
    rocking adds nothing, several full turns are counted, and reversed time negates every step.
    """
    twists = _twist(rotations[1:] @ np.swapaxes(rotations[:-1], 1, 2), up)
    return np.concatenate([[0.0], np.cumsum(twists)])


def turn_since_start(rotations: Floats, up: Floats) -> Floats:
    """Twist about unit `up` (3,) of R[t] R[0]^T itself, (T,) radians, unwrapped.

    The same as `turn_about` for a body that leans one way only. A body whose axis goes round in a
    cone adds up twists and is back in its first pose after each round: this stays zero then.
    """
    return np.asarray(np.unwrap(_twist(rotations @ rotations[0].T, up)), dtype=np.float64)


def _twist(rotations: Floats, up: Floats) -> Floats:
    """Twist about `up` of rotations (..., 3, 3), -pi to pi."""
    quaternion = quaternion_wxyz_from_rotation(rotations)
    # A quaternion and its negative are one rotation; with w >= 0 the twist is the short way round.
    quaternion = np.where(quaternion[..., :1] < 0, -quaternion, quaternion)
    return np.asarray(2 * np.arctan2(quaternion[..., 1:] @ up, quaternion[..., 0]))


def angle_from_start(rotations: Floats) -> Floats:
    """Total angle (T,) in radians, about any axis, between each rotation (T, 3, 3) and the first."""
    return rotation_angle(rotations @ rotations[0].T)


def rotation_angle(rotations: Floats) -> Floats:
    """Angle (...) of rotations (..., 3, 3), 0 to pi."""
    quaternion = quaternion_wxyz_from_rotation(rotations)
    return np.asarray(
        2 * np.arctan2(np.linalg.norm(quaternion[..., 1:], axis=-1), np.abs(quaternion[..., 0]))
    )


def upright_axis(rotation: Floats, up: Floats) -> int:
    """Which body axis, 0 to 2, is nearest to the line of `up` under a rotation (3, 3)."""
    return int(np.abs(up @ rotation).argmax())


def turns_upright(rotations: Floats, up: Floats, limits: TurningLimits) -> bool:
    """Whether rotations (T, 3, 3) are those of a body that keeps upright, in steps that can be
    followed: the body axis nearest to `up` at the start never leans far from it. A missing pose (NaN)
    is neither.
    """
    axis = upright_axis(rotations[0], up)
    along = rotations[:, :, axis] @ up
    leaning = np.arccos(np.clip(along * np.sign(along[0]), -1, 1))
    steps = rotation_angle(rotations[1:] @ np.swapaxes(rotations[:-1], 1, 2))
    return bool(
        np.degrees(leaning).max() <= limits.max_tilt_deg
        and np.degrees(steps).max() < limits.max_step_deg
    )


def front_and_left(rotations: Floats, front: Floats, up: Floats) -> tuple[Floats, Floats]:
    """Horizontal unit axes (T, 3) of bodies with rotations (T, 3, 3) and a `front` (3,) in their own
    axes: front without its part along `up`, and left, ``up x front``. NaN where front is vertical.
    """
    ahead = horizontal(rotations @ front, up)
    return ahead, np.cross(up, ahead)


def horizontal(vectors: Floats, up: Floats) -> Floats:
    """Vectors (..., 3) without their part along `up`, normalised; NaN where nothing is left."""
    flat = vectors - (vectors @ up)[..., None] * up
    length = np.linalg.norm(flat, axis=-1, keepdims=True)
    rest = length > 1e-9 * np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(flat / np.where(rest, length, np.nan), dtype=np.float64)


def heading_turn(directions: Floats, up: Floats) -> Floats:
    """Unwrapped turn (T,) in radians since the first frame of horizontal directions (T, 3)."""
    first = directions[0]
    return np.asarray(np.unwrap(np.arctan2(directions @ np.cross(up, first), directions @ first)))
