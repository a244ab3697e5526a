"""Mistakes in HOT3D's numbers, each as another reading: agreement.py tries which one explains the boxes.

`None` instead of a reading: this one cannot be tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from fourdp_qa.scene.pose import (
    Floats,
    invert_pose,
    make_pose,
    quaternion_wxyz_from_rotation,
    rotation_from_quaternion_wxyz,
)
from fourdp_qa.sources.hot3d.constants import RAW_FROM_UPRIGHT

if TYPE_CHECKING:
    from fourdp_qa.sources.hot3d.agreement import Reading

Undo = Callable[["Reading"], "Reading | None"]
Change = Callable[[Floats], Floats]

OPENGL = np.diag([1.0, -1.0, -1.0, 1.0])
QUARTER_ABOUT_X = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
MILLIMETRE = 1e-3


def _camera(change: Change) -> Undo:
    return lambda r: replace(r, world_from_camera=change(r.world_from_camera))


def _objects(change: Change) -> Undo:
    return lambda r: replace(r, world_from_model=change(r.world_from_model))


def _both(change: Change) -> Undo:
    return lambda r: replace(r, world_from_camera=change(r.world_from_camera),
                             world_from_model=change(r.world_from_model))


def _models(change: Change) -> Undo:
    return lambda r: replace(r, outlines=tuple(change(outline) for outline in r.outlines))


def _boxes(change: Change) -> Undo:
    return lambda r: replace(r, boxes=change(r.boxes))


def _requaternioned(order: tuple[int, int, int, int]) -> Change:
    def change(pose: Floats) -> Floats:
        quaternion = quaternion_wxyz_from_rotation(pose[..., :3, :3])[..., order]
        known = np.asarray(np.isfinite(quaternion).all(axis=-1))
        turn = rotation_from_quaternion_wxyz(np.where(known[..., None], quaternion, (1.0, 0.0, 0.0, 0.0)))
        return make_pose(np.where(known[..., None, None], turn, np.nan), pose[..., :3, 3])

    return change


_xyzw_was_stored = _requaternioned((3, 0, 1, 2))


def _transposed(pose: Floats) -> Floats:
    return make_pose(np.swapaxes(pose[..., :3, :3], -1, -2), pose[..., :3, 3])


def _places(factor: Floats | float) -> Change:
    return lambda pose: make_pose(pose[..., :3, :3], pose[..., :3, 3] * factor)


def _mirrored(axis: int) -> Change:
    """A left-handed world: places and turns are reflected along one axis."""
    mirror = np.eye(4)
    mirror[axis, axis] = -1.0
    return lambda pose: mirror @ pose @ mirror


def _reflected(axis: int) -> Change:
    return _places(np.where(np.arange(3) == axis, -1.0, 1.0))


def _late(frames: int) -> Change:
    def change(pose: Floats) -> Floats:
        return pose[np.clip(np.arange(len(pose)) + frames, 0, len(pose) - 1)]

    return change


def _quarter(turn: Floats) -> Undo:
    return _camera(lambda pose: pose @ make_pose(turn, np.zeros(3)))


def _of_device(reading: Reading) -> Reading:
    return replace(reading, world_from_camera=reading.world_from_camera @ reading.device_from_camera)


def _headset(change: Change) -> Undo:
    """The device's pose was changed before the camera's was made from it."""
    def undo(reading: Reading) -> Reading:
        device = reading.world_from_camera @ invert_pose(reading.device_from_camera)
        return replace(reading, world_from_camera=change(device) @ reading.device_from_camera)

    return undo


def _in_camera(reading: Reading) -> Reading:
    return replace(reading, world_from_model=reading.world_from_camera[:, None] @ reading.world_from_model)


def _neighbours(step: int) -> Undo:
    def undo(reading: Reading) -> Reading | None:
        outlines = reading.neighbours.get(step)
        return replace(reading, outlines=outlines) if outlines else None

    return undo


def _face(outline: Floats, axis: int, side: float) -> Floats:
    """`outline` moved so that the middle of a face of its box becomes the origin."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    origin = 0.5 * (low + high)
    origin[axis] += 0.5 * side * (high - low)[axis]
    return outline - origin


MISTAKES: Final[dict[str, Undo]] = {
    "camera pose inverted (T_world_from_camera holds camera_from_world)": _camera(invert_pose),
    "object pose inverted (T_world_from_object holds object_from_world)": _objects(invert_pose),
    "camera and object poses inverted": _both(invert_pose),
    "camera axes flipped (OpenGL: x right, y up, z backward; OpenCV is expected)":
        _camera(lambda pose: pose @ OPENGL),
    "camera pose of the device (T_device_from_camera left out)": _of_device,
    "object pose relative to the camera (T_world_from_object holds camera_from_object)": _in_camera,
    "camera quaternion order wrong (x, y, z, w stored for w, x, y, z)": _camera(_xyzw_was_stored),
    "object quaternion order wrong (x, y, z, w stored for w, x, y, z)": _objects(_xyzw_was_stored),
    "quaternion order of camera and objects wrong (x, y, z, w stored for w, x, y, z)":
        _both(_xyzw_was_stored),
    "headset pose inverted (headset_trajectory.csv holds device_from_world)": _headset(invert_pose),
    "headset quaternion order wrong (x, y, z, w stored for w, x, y, z)": _headset(_xyzw_was_stored),
    "camera rotation transposed": _camera(_transposed),
    "object rotation transposed": _objects(_transposed),
    **{f"camera and object positions mirrored along {name}, but not the rotations": _both(_reflected(k))
       for k, name in enumerate("xyz")},
    **{f"camera positions mirrored along {name}": _camera(_reflected(k)) for k, name in enumerate("xyz")},
    **{f"object positions mirrored along {name}": _objects(_reflected(k)) for k, name in enumerate("xyz")},
    "positions in millimetres (metres are expected)": _both(_places(MILLIMETRE)),
    "object positions in millimetres (metres are expected)": _objects(_places(MILLIMETRE)),
    "camera positions in millimetres (metres are expected)": _camera(_places(MILLIMETRE)),
    "models in millimetres (metres are expected)": _models(lambda points: points * MILLIMETRE),
    "ids off by one (id k of objects.json is model k + 1)": _neighbours(1),
    "ids off by one (id k of objects.json is model k - 1)": _neighbours(-1),
    "pictures and boxes already turned upright": _quarter(RAW_FROM_UPRIGHT),
    "camera poses already turned upright": _quarter(RAW_FROM_UPRIGHT.T),
    "models with z up (y is up in theirs)": _models(lambda points: points @ QUARTER_ABOUT_X),
    "models with y up (z is up in theirs)": _models(lambda points: points @ QUARTER_ABOUT_X.T),
    "models moved: their origin is not the poses' (it is that of the box centre)":
        _models(lambda points: _face(points, 0, 0.0)),
    **{f"models moved: their origin is not the poses' (it is that of the {side} face along {name})":
       _models(lambda points, k=k, sign=sign: _face(points, k, sign))  # type: ignore[misc]
       for k, name in enumerate("xyz") for side, sign in (("lower", -1.0), ("upper", 1.0))},
    "world mirrored (left-handed poses)": _both(_mirrored(1)),
    "camera poses one frame late": _camera(_late(1)),
    "camera poses one frame early": _camera(_late(-1)),
    "object poses one frame late": _objects(_late(1)),
    "object poses one frame early": _objects(_late(-1)),
    "boxes hold left, right, top, bottom": _boxes(lambda boxes: boxes[..., (0, 2, 1, 3)]),
    "boxes hold left, top, width, height": _boxes(
        lambda boxes: np.concatenate([boxes[..., :2], boxes[..., :2] + boxes[..., 2:]], axis=-1)),
}
"""What is said to what undoes it; of equally good ones the first is said."""


def exchanges(names: Sequence[str]) -> dict[str, Undo]:
    """Two objects that have each other's poses, for every pair of `names`."""
    def exchanged(n: int, m: int) -> Undo:
        order = list(range(len(names)))
        order[n], order[m] = m, n
        return _objects(lambda poses: poses[:, order])

    return {
        f"ids exchanged ({names[n]} and {names[m]})": exchanged(n, m)
        for m in range(len(names)) for n in range(m)
    }
