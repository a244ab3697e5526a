"""Poses of kinematic objects: what drives, is carried or spins goes exactly where its spec says."""

from __future__ import annotations

from typing import Final

import numpy as np

from fourdp_qa.scene.pose import Floats, make_pose
from fourdp_qa.sources.simulator.meshes import rotation_about
from fourdp_qa.sources.simulator.profiles import progress, swing
from fourdp_qa.sources.simulator.spec import MotionSpec, ObjectSpec

KINEMATIC: Final = ("drive", "carry", "spin")
PHYSICAL: Final = ("throw", "roll", "slide")
SLALOM_STEPS: Final = 1024
"""Of the integration along a slalom: its path is then right to a micrometre."""


def yaw_rotation(yaw: Floats | float) -> Floats:
    """Rotations (..., 3, 3) about z by `yaw` radians, counter-clockwise seen from above."""
    yaw = np.asarray(yaw, dtype=np.float64)
    rotation = np.zeros((*yaw.shape, 3, 3))
    rotation[..., 0, 0] = rotation[..., 1, 1] = np.cos(yaw)
    rotation[..., 1, 0] = np.sin(yaw)
    rotation[..., 0, 1] = -np.sin(yaw)
    rotation[..., 2, 2] = 1.0
    return rotation


def first_pose(spec: ObjectSpec) -> Floats:
    """Pose (4, 4) of an object at frame 0, before it settles."""
    rotation = yaw_rotation(spec.yaw)
    if spec.lying:
        rotation = rotation @ rotation_about("x", 90)
    return make_pose(rotation, spec.position)


def kinematic_path(spec: ObjectSpec, s: Floats) -> Floats:
    """Poses (T, 4, 4), object to world, of a kinematic object at clip times `s` (T,) in [0, 1].

    A drive is an arc of constant curvature or a slalom: the heading depends on the way covered
    alone, so the object moves along its own front (or exactly against it) at every moment.
    """
    motion = spec.motion
    u = progress(motion.profile, motion.turning_point, s)
    start = np.asarray(spec.position)
    if motion.kind == "carry":
        position = start + u[:, None] * np.asarray(motion.displacement)
        return make_pose(yaw_rotation(np.full(len(s), spec.yaw)), position)
    if motion.bends > 1:
        yaw = spec.yaw + motion.turn * swing(u, motion.bends)
        return make_pose(yaw_rotation(yaw), start + _slalom(spec.yaw, motion, u))
    yaw = spec.yaw + u * motion.turn
    if motion.kind == "spin":
        return make_pose(yaw_rotation(yaw), np.broadcast_to(start, (len(s), 3)))
    return make_pose(yaw_rotation(yaw), start + _arc(spec.yaw, motion.distance, motion.turn, u))


def _arc(yaw: float, distance: float, turn: float, u: Floats) -> Floats:
    """Offsets (T, 3) on an arc of length `distance` that begins along `yaw`, at shares `u`."""
    half = 0.5 * turn * u
    chord = distance * u * np.sinc(half / np.pi)
    return np.stack(
        [chord * np.cos(yaw + half), chord * np.sin(yaw + half), np.zeros_like(u)], axis=-1
    )


def _slalom(yaw: float, motion: MotionSpec, u: Floats) -> Floats:
    """Offsets (T, 3) at shares `u` of a path whose heading swings; begins along `yaw`."""
    ends = np.linspace(0.0, 1.0, SLALOM_STEPS + 1)
    heading = yaw + motion.turn * swing((ends[1:] + ends[:-1]) / 2, motion.bends)
    step = motion.distance / SLALOM_STEPS
    x, y = (np.concatenate([[0.0], np.cumsum(step * f(heading))]) for f in (np.cos, np.sin))
    return np.stack([np.interp(u, ends, x), np.interp(u, ends, y), np.zeros_like(u)], axis=-1)
