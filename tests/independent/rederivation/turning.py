"""How objects turn: quaternions of their poses, split into the turn about up and the rest."""

from __future__ import annotations

from itertools import pairwise

import numpy as np


def quaternion(rotation):
    """Unit quaternion (x, y, z, w) of a rotation: the axis of the largest stretch of a 4 x 4 form."""
    (a, b, c), (d, e, f), (g, h, i) = rotation
    form = np.array([
        [a - e - i, b + d, c + g, h - f],
        [b + d, e - a - i, f + h, c - g],
        [c + g, f + h, i - a - e, d - b],
        [h - f, c - g, d - b, a + e + i],
    ])
    return np.linalg.eigh(form)[1][:, -1]


def whole_turn(rotation):
    """Angle of a rotation, degrees, 0..180."""
    q = quaternion(rotation)
    return float(np.degrees(2 * np.arctan2(np.linalg.norm(q[:3]), abs(q[3]))))


def turn_about(up, rotation):
    """Twist of a rotation about `up`, degrees, counter-clockwise seen from above."""
    q = quaternion(rotation)
    angle = np.degrees(2 * np.arctan2(q[:3] @ up, q[3]))
    return float((angle + 180) % 360 - 180)


def lean(up, rotations):
    """Angle (T,) between up and the body axis that was nearest to it at first, degrees."""
    along = up @ rotations[0]
    axis = int(np.abs(along).argmax())
    body = np.sign(along[axis]) * rotations[:, :, axis]
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(body, up), axis=1), body @ up))


def turned(up, rotations):
    """Degrees (T,) turned about up since the first frame, and the largest whole step."""
    steps = [now @ before.T for before, now in pairwise(rotations)]
    series = np.cumsum([0.0, *(turn_about(up, step) for step in steps)])
    return series, max(whole_turn(step) for step in steps)


def headings(up, fronts):
    """Level unit vectors (T, 3) of front vectors (T, 3)."""
    level = fronts - np.outer(fronts @ up, up)
    return level / np.linalg.norm(level, axis=1, keepdims=True)


def heading_change(up, ahead):
    """Degrees (T,) by which a level front has swung to its left since the first frame."""
    steps = [
        np.degrees(np.arctan2(np.cross(before, now) @ up, before @ now))
        for before, now in pairwise(ahead)
    ]
    return np.cumsum([0.0, *steps])
