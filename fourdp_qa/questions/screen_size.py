"""How much an object's box grows or shrinks on the screen: what a person sees of nearing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fourdp_qa.measure.boxes import projected_diagonal
from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.scene.pose import invert_pose, transform_points


def diagonal_change_px(
    measured: Measurements, limits: Thresholds, n: int, frames: Sequence[int | None],
    frozen_at: int | None = None,
) -> float:
    """Smallest change of the projected box diagonal between consecutive `frames`, in pixels of a
    picture `limits.effect.of_side` wide; 0 when the box is partly behind the camera.

    Parameters
    ----------
    n : index of the object.
    frozen_at : look with the camera of this frame all the time; with each frame's own if None.
    """
    at = [t for t in frames if t is not None]
    cameras = measured.camera.world_from_camera
    poses = cameras[at] if frozen_at is None else np.repeat(cameras[[frozen_at]], len(at), axis=0)
    corners = transform_points(invert_pose(poses), measured.motion.corners_world[at, n])
    diagonal = projected_diagonal(measured.facts.K, corners)
    if not np.isfinite(diagonal).all():
        return 0.0
    scale = limits.effect.of_side / measured.facts.width
    return float(np.abs(np.diff(diagonal)).min() * scale)
