"""Mistakes with a camera's roll, pitch and yaw, and with poses that are given in the camera's axes.

Where boxes are given in the camera's axes, a wrong camera moves them along: they agree with their pixels
in every frame, and only the background tells that something is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from fourdp_qa.scene.mistake import Mistake, of_camera
from fourdp_qa.scene.mistakes_of_turns import DEGREE, OPENCV_FROM_ROBOT
from fourdp_qa.scene.pose import Floats, invert_pose, make_pose
from fourdp_qa.scene.reprojection import Reading, changed

ROBOT_FROM_OPENCV = np.linalg.inv(OPENCV_FROM_ROBOT)


DOWN_FROM_UP = np.array(
    [[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
)
"""Of an object: x front, y left, z up to x front, y down, z left."""


def angle_mistakes() -> list[Mistake]:
    """Roll, pitch, yaw (about x forward, y left, z up) in another unit, order or sense of turning."""
    order = "camera angles in another order"
    return [
        Mistake("camera roll, pitch and yaw in radians read as degrees", _angles(lambda a: a / DEGREE)),
        Mistake("camera yaw has the other sign (a turn to the right read as one to the left)",
                _angles(lambda a: a * (1.0, 1.0, -1.0))),
        Mistake(f"{order} (pitch, yaw, roll read as roll, pitch, yaw)", _angles(_permuted((2, 0, 1)))),
        Mistake(f"{order} (yaw, pitch, roll read as roll, pitch, yaw)", _angles(_permuted((2, 1, 0)))),
        Mistake(f"{order} (pitch, roll, yaw read as roll, pitch, yaw)", _angles(_permuted((1, 0, 2)))),
    ]


def followed_by_objects(of_the_camera: Sequence[Mistake]) -> list[Mistake]:
    """The same mistakes where objects were placed by the camera: they move with it when it is repaired."""

    def along(mistake: Mistake) -> Callable[[Reading], Reading]:
        def undo(reading: Reading) -> Reading:
            repaired = mistake.undo(reading).world_from_camera
            moved = repaired @ invert_pose(reading.world_from_camera)
            return changed(reading, world_from_camera=repaired,
                           world_from_object=moved[:, None] @ reading.world_from_object)

        return undo

    return [Mistake(f"{mistake.words}, objects placed by the camera along with it", along(mistake))
            for mistake in of_the_camera]


def box_in_camera_mistakes() -> list[Mistake]:
    """An object's pose in the camera's axes was inverted, before or after its own axes were turned, or its
    turn about the camera's y axis has the other sign.
    """

    def inverted(turned: Floats) -> Callable[[Reading], Reading]:
        def undo(reading: Reading) -> Reading:
            camera = reading.world_from_camera[:, None]
            as_stored = invert_pose(camera) @ reading.world_from_object @ turned.T
            return changed(reading, world_from_object=camera @ invert_pose(as_stored) @ turned)

        return undo

    words = "object pose inverted (object_from_camera read as camera_from_object"
    return [Mistake(f"{words})", inverted(np.eye(4))),
            Mistake(f"{words}, then its axes y down, z left turned to y left, z up)", inverted(DOWN_FROM_UP)),
            Mistake("object yaw about the camera's y axis has the other sign", _yaw_in_camera_negated)]


def _yaw_in_camera_negated(reading: Reading) -> Reading:
    """The yaw is 0 where the object's x axis, its front, points along the camera's x."""
    camera = reading.world_from_camera[:, None]
    in_camera = invert_pose(camera) @ reading.world_from_object
    yaw = np.arctan2(-in_camera[..., 2, 0], in_camera[..., 0, 0])
    rotation = _turn(1, -2.0 * yaw) @ in_camera[..., :3, :3]
    return changed(reading, world_from_object=camera @ make_pose(rotation, in_camera[..., :3, 3]))


def _angles(change: Callable[[Floats], Floats]) -> Callable[[Reading], Reading]:
    """Change the angles (T, 3) of the camera: roll, pitch, yaw in radians; pitch lifts the view."""

    def changed_pose(pose: Floats) -> Floats:
        forward, left, up = np.moveaxis((pose[..., :3, :3] @ OPENCV_FROM_ROBOT[:3, :3]), -1, 0)
        angles = np.stack([
            np.arctan2(left[..., 2], up[..., 2]),
            np.arcsin(np.clip(forward[..., 2], -1.0, 1.0)),
            np.arctan2(forward[..., 1], forward[..., 0]),
        ], axis=-1)
        roll, pitch, yaw = np.moveaxis(change(angles), -1, 0)
        rotation = _turn(2, yaw) @ _turn(1, -pitch) @ _turn(0, roll) @ ROBOT_FROM_OPENCV[:3, :3]
        return make_pose(rotation, pose[..., :3, 3])

    return of_camera(changed_pose)


def _permuted(order: tuple[int, int, int]) -> Callable[[Floats], Floats]:
    """The angles as they were meant; ``order[k]`` is where the k-th was stored.

    Sources with such angles count yaw to the right, and roll to the right too, so that a stored yaw read
    as pitch has the other sign.
    """
    sense = np.array([1.0, 1.0, -1.0])
    return lambda angles: (angles * sense)[..., list(order)] * sense


def _turn(axis: int, angle: Floats) -> Floats:
    """Rotations (..., 3, 3) about a coordinate axis."""
    rotation = np.zeros((*angle.shape, 3, 3))
    j, k = (axis + 1) % 3, (axis + 2) % 3
    rotation[..., axis, axis] = 1.0
    rotation[..., j, j] = rotation[..., k, k] = np.cos(angle)
    rotation[..., j, k], rotation[..., k, j] = -np.sin(angle), np.sin(angle)
    return rotation
