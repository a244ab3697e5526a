"""Mistakes with handedness and with the unit of angles, as other readings of a scene's poses.

When only a pose matrix is left of an angle, degrees and radians are told apart by trying: the angle of
the rotation is brought back to the unit it was meant in.
"""

from __future__ import annotations

import math

import numpy as np

from fourdp_qa.scene.mistake import ChangePoses, Mistake, of_both, of_camera, of_objects
from fourdp_qa.scene.pose import (
    Floats,
    invert_pose,
    make_pose,
    quaternion_wxyz_from_rotation,
    rotation_from_quaternion_wxyz,
)
from fourdp_qa.scene.reprojection import BACKGROUND, Evidence, Points, Reading, changed, noise_of

OPENCV_FROM_OPENGL = np.diag([1.0, -1.0, -1.0, 1.0])
OPENCV_FROM_ROBOT = np.array(
    [[0.0, -1.0, 0.0, 0.0], [0.0, 0.0, -1.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
)
"""x forward, y left, z up to x right, y down, z forward."""

DEGREE = math.pi / 180.0

MOST_TURNS = 29
"""Whole turns that an angle of up to 180 degrees makes when it is read as radians (180 / 2 pi)."""

POINTS_FOR_TURNS = 400
"""Enough to see which number of whole turns fits: a wrong one is off by 6.3 degrees or more."""

AGREES = 0.05
FITS = 0.5
OUTSIDE = 0.05
"""Where half of the points meet their surface (to 5%) and 95% lie in their boxes, no rotation was read in
another unit: that spoils all of them, and the search over whole turns is spared."""

NO_TURN = 1e-9
"""Radians below which a rotation has no axis."""


def mirror_mistakes(*, with_objects: bool) -> list[Mistake]:
    """One axis of the world or of its positions has the other sign.

    A left-handed world whose poses were made rotations again: the pictures are not mirrored, so one axis
    of the camera then points the wrong way. Which axis of the world was mirrored cannot be seen: mirrored
    worlds differ by a rotation only.
    """
    mistakes = []
    for axis, name in enumerate("xyz"):
        mirror = np.eye(4)
        mirror[axis, axis] = -1.0
        mistakes.append(Mistake(
            f"world mirrored (left-handed poses read as right-handed: the camera's {name} axis has the "
            "other sign)", of_camera(_flipped(mirror)),
        ))
    for axis, name in enumerate("xyz"):
        change = _moved_to_the_other_side(axis)
        what = f"positions mirrored along {name}, but not the rotations"
        if with_objects:
            mistakes.append(Mistake(f"camera and object {what}", of_both(change)))
        mistakes.append(Mistake(f"camera {what}", of_camera(change)))
    return mistakes


def object_mirror_mistakes() -> list[Mistake]:
    """The objects' positions lie on the other side of the world."""
    return [
        Mistake(f"object positions mirrored along {name}, but not the rotations",
                of_objects(_moved_to_the_other_side(axis)))
        for axis, name in enumerate("xyz")
    ]


def camera_angle_mistakes(evidence: Evidence, reading: Reading, points: Points) -> list[Mistake]:
    """The camera's rotation was read in another unit, in its own axes or before they became OpenCV's."""
    mistakes = []
    tried = points.thinned(POINTS_FOR_TURNS)
    search = not _fits(evidence, reading, tried)
    for axes, words in ((np.eye(4), ""), (OPENCV_FROM_OPENGL, ", OpenGL axes"),
                        (OPENCV_FROM_ROBOT, ", axes x forward, y left, z up")):

        def enlarged(pose: Floats, axes: Floats = axes) -> Floats:
            return _angles_times(pose @ axes, 1.0 / DEGREE) @ np.linalg.inv(axes)

        mistakes.append(Mistake(f"camera angles wrong (radians read as degrees{words})", of_camera(enlarged)))
        if search:
            turns = _camera_turns(evidence, reading, tried, axes)

            def reduced(pose: Floats, axes: Floats = axes, turns: int = turns) -> Floats:
                return _angles_times(pose @ axes, DEGREE, turns) @ np.linalg.inv(axes)

            mistakes.append(
                Mistake(f"camera angles wrong (degrees read as radians{words})", of_camera(reduced)))
    return mistakes


def object_angle_mistakes(evidence: Evidence, reading: Reading, points: Points) -> list[Mistake]:
    """The objects' rotations were read in another unit, in the world's or in the camera's axes."""
    mistakes = []
    tried = points.thinned(POINTS_FOR_TURNS)
    search = not _fits(evidence, reading, tried)
    for in_camera, words in ((False, ""), (True, ", in the camera's axes")):

        def with_angles(
            r: Reading, factor: float, turns: Floats | int = 0, in_camera: bool = in_camera
        ) -> Reading:
            camera = r.world_from_camera[:, None]
            poses = invert_pose(camera) @ r.world_from_object if in_camera else r.world_from_object
            poses = _angles_times(poses, factor, turns)
            return changed(r, world_from_object=camera @ poses if in_camera else poses)

        mistakes.append(Mistake(
            f"object angles wrong (radians read as degrees{words})",
            lambda r, with_angles=with_angles: with_angles(r, 1.0 / DEGREE),  # type: ignore[misc]
        ))
        if search:
            candidates = range(-MOST_TURNS, MOST_TURNS + 1)
            losses = np.stack([
                _loss_of_each(evidence, with_angles(reading, DEGREE, n), tried) for n in candidates
            ])
            turns = losses.argmin(axis=0) - float(MOST_TURNS)
            mistakes.append(Mistake(
                f"object angles wrong (degrees read as radians{words})",
                lambda r, with_angles=with_angles, turns=turns:  # type: ignore[misc]
                with_angles(r, DEGREE, turns),
            ))
    return mistakes


def _flipped(mirror: Floats) -> ChangePoses:
    return lambda pose: np.asarray(pose @ mirror)


def _moved_to_the_other_side(axis: int) -> ChangePoses:
    def change(pose: Floats) -> Floats:
        mirrored = pose.copy()
        mirrored[..., axis, 3] *= -1.0
        return mirrored

    return change


def _fits(evidence: Evidence, reading: Reading, points: Points) -> bool:
    """Whether most points meet their surface and lie in their boxes as the scene stands."""
    landing = evidence.land(reading, points)
    usable = ~landing.hidden & ~landing.outside
    if usable.mean() < FITS or np.mean(landing.error[usable] < AGREES) < FITS:
        return False
    on_object = points.id != BACKGROUND
    outside = landing.beyond_box[on_object] > max(noise_of(landing), AGREES * AGREES)
    return not on_object.any() or bool(np.mean(outside) <= OUTSIDE)


def _camera_turns(evidence: Evidence, reading: Reading, points: Points, axes: Floats) -> int:
    """Whole turns with which the camera's angles, taken for degrees, explain the points best."""
    noise = noise_of(evidence.land(reading, points))
    back = np.linalg.inv(axes)

    def loss(turns: int) -> float:
        pose = _angles_times(reading.world_from_camera @ axes, DEGREE, turns) @ back
        return evidence.losses(changed(reading, world_from_camera=pose), points, noise).mean

    return min(range(-MOST_TURNS, MOST_TURNS + 1), key=loss)


def _loss_of_each(evidence: Evidence, reading: Reading, points: Points) -> Floats:
    """Mean loss (N,) of each object's points."""
    losses = evidence.losses(reading, points, noise_of(evidence.land(reading, points)))
    index = evidence.object_index(points.id, reading.id_offset)
    each = np.zeros(len(evidence.objects))
    for n in range(len(each)):
        mine = index == n
        if mine.any():
            each[n] = np.mean(losses.meeting[mine] + losses.box[mine])
    return each


def _angles_times(pose: Floats, factor: float, turns: Floats | int = 0) -> Floats:
    """Multiply the angle of the rotations of poses (T, ..., 4, 4) by `factor`, about their own axes.

    Angles are followed over the frames, so that a rotation may go on beyond half a turn; `turns`, one
    number or one for each object, are whole turns added to all frames before.
    """
    quaternion = quaternion_wxyz_from_rotation(pose[..., :3, :3])
    quaternion = np.where(np.isfinite(quaternion), quaternion, [1.0, 0.0, 0.0, 0.0])
    sine = np.linalg.norm(quaternion[..., 1:], axis=-1, keepdims=True)
    axis = quaternion[..., 1:] / np.maximum(sine, NO_TURN)
    angle = 2.0 * np.arctan2(sine[..., 0], quaternion[..., 0])
    # An axis and its opposite with the opposite angle are one rotation: keep to one side over the frames.
    opposite = (axis[1:] * axis[:-1]).sum(axis=-1) < 0
    sign = np.concatenate([np.ones((1, *angle.shape[1:])), np.cumprod(np.where(opposite, -1.0, 1.0), axis=0)])
    angle = np.unwrap(sign * angle, axis=0) + 2.0 * math.pi * turns
    half = 0.5 * factor * angle
    turned = np.concatenate(
        [np.cos(half)[..., None], np.sin(half)[..., None] * sign[..., None] * axis], axis=-1)
    rotation = rotation_from_quaternion_wxyz(turned)
    known = np.isfinite(pose[..., :3, :3]).all(axis=(-1, -2), keepdims=True)
    return make_pose(np.where(known, rotation, np.nan), pose[..., :3, 3])
