"""A person from the joints of a body: where the root joint is and which way the hips face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fourdp_qa.scene.pose import Floats, make_pose
from fourdp_qa.sources.aria_digital_twin.constants import (
    BODY_MARGIN,
    BODY_REACH,
    HIPS,
    ROOT,
    SMOOTHED_OVER,
)
from fourdp_qa.sources.aria_digital_twin.things import Followed, unknown

LEAST_HIPS = 0.02
"""Metres between the hips seen from above: a person who lies on one side faces nowhere."""


def person_from_joints(joints: Floats, labels: Sequence[str], up: Floats, fps: float) -> Followed:
    """Follow a person.

    Its pose lies at the height of the box's middle, straight above or below the root joint.

    Parameters
    ----------
    joints : (T, J, 3) places in world axes, metres; NaN in frames without a fresh record
    labels : names of the J joints
    up : (3,) unit vector
    fps : frames a second
    """
    left_hip, right_hip = (joints[:, labels.index(name)] for name in HIPS)
    root = _smoothed(joints[:, labels.index(ROOT)], fps)
    across = _smoothed(left_hip - right_hip, fps)
    across = across - (across @ up)[:, None] * up
    width = np.linalg.norm(across, axis=1)
    valid = np.asarray(np.isfinite(root).all(axis=1) & (width > LEAST_HIPS))
    if not valid.any():
        return unknown(len(joints))
    with np.errstate(invalid="ignore", divide="ignore"):
        left = across / width[:, None]
    rotation = np.stack([np.cross(left, up), left, np.broadcast_to(up, left.shape)], axis=-1)
    around = np.einsum("tji,tpj->tpi", rotation, joints - root[:, None])[valid]
    reach = np.quantile(np.abs(around).max(axis=1), BODY_REACH, axis=0)
    low = np.quantile(around[..., 2].min(axis=1), 1.0 - BODY_REACH)
    high = np.quantile(around[..., 2].max(axis=1), BODY_REACH)
    size = np.array([2.0 * reach[0], 2.0 * reach[1], high - low]) + 2.0 * BODY_MARGIN
    poses = make_pose(rotation, root + 0.5 * (low + high) * up)
    poses[~valid] = np.nan
    return Followed(size, poses, valid)


def _smoothed(places: Floats, fps: float) -> Floats:
    """Mean of (T, 3) over `SMOOTHED_OVER`, as many frames before as after each: a steady walk stays where
    it is. NaN where the frame itself is.
    """
    reach = round(0.5 * SMOOTHED_OVER * fps)
    count = len(places)
    smooth = np.full_like(places, np.nan)
    for t in np.flatnonzero(np.isfinite(places).all(axis=1)).tolist():
        to_both_sides = min(reach, t, count - 1 - t)
        near = places[t - to_both_sides : t + to_both_sides + 1]
        known = np.asarray(np.isfinite(near).all(axis=-1))
        smooth[t] = near[known & known[::-1]].mean(axis=0)
    return smooth
