"""How much the camera and the scene move: the 3x3 by which accuracy is reported."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.questions.thresholds import Thresholds
from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import invert_pose, transform_points
from fourdp_qa.scene.scene import Capability


@dataclass(frozen=True)
class Strata:
    """Each of camera_motion and scene_motion is none, low or high; both are unknown where nobody says how
    the camera moved.
    """

    camera_motion: str
    scene_motion: str


def strata_of(measured: Measurements, limits: Thresholds, seen: NDArray[np.bool_]) -> Strata:
    """Strata of a segment; objects count when they are `seen` (T, N) in any frame."""
    if Capability.POINT_TRACKS in measured.facts.capabilities:
        return _of_points(measured, limits)
    return Strata(_camera_motion(measured, limits), _scene_motion(measured, limits, seen))


def _of_points(measured: Measurements, limits: Thresholds) -> Strata:
    """Where the source tracked points itself, those that are asked about stand for the scene."""
    if Capability.WORLD_POINT_TRACKS not in measured.facts.capabilities:
        return Strata("unknown", "unknown")
    moved = [t.moved for t in measured.tracks if np.isfinite(t.moved)]
    if max(moved, default=0.0) <= limits.strata.still_extent:
        return Strata(_camera_motion(measured, limits), "none")
    steps = [np.linalg.norm(np.diff(t.true_motion, axis=0), axis=-1) for t in measured.tracks]
    longest = max(float(np.nansum(step)) for step in steps)
    return Strata(_camera_motion(measured, limits), "high" if longest > limits.strata.scene_split else "low")


def _camera_motion(measured: Measurements, limits: Thresholds) -> str:
    """Split by the p90 shift of static background; without its depth by the camera's own path."""
    background = measured.camera.background
    if background is not None:
        if background.shift_p95.max() <= limits.camera_movement.still_shift:
            return "none"
        return "high" if background.shift_p90.max() > limits.strata.camera_split else "low"
    path = np.linalg.norm(measured.camera.translation, axis=1).max() / measured.camera.scene_length
    turn = np.ptp(np.degrees(measured.camera.angles.azimuth))
    own = limits.camera_movement
    if path <= own.translation_lo and turn <= own.pan_lo_deg:
        return "none"
    return "high" if path > own.translation_hi_unproved or turn > 2 * own.pan_hi_deg else "low"


def _scene_motion(measured: Measurements, limits: Thresholds, seen: NDArray[np.bool_]) -> str:
    """Split by the largest path an object makes on the screen of a camera frozen at frame 0."""
    shown = seen.any(axis=0) & np.isfinite(measured.motion.centre_world).all(axis=(0, 2))
    if not shown.any():
        return "none"
    path = measured.motion.centre_world[:, shown]
    extent = np.linalg.norm(np.ptp(path, axis=0), axis=-1) / measured.motion.distance[0, shown]
    if extent.max() <= limits.strata.still_extent:
        return "none"
    first = invert_pose(measured.camera.world_from_camera[0])
    uv = project(measured.facts.K, transform_points(first, path)) / measured.facts.width
    length = np.nan_to_num(np.linalg.norm(np.diff(uv, axis=0), axis=-1), nan=0.0).sum(axis=0)
    return "high" if length.max() > limits.strata.scene_split else "low"
