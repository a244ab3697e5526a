"""What pose.txt says twice must agree by extrinsic.txt; else the likely mistake is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats, invert_pose, make_pose
from fourdp_qa.sources.virtual_kitti.constants import PLACE_TOLERANCE, TURN_TOLERANCE
from fourdp_qa.sources.virtual_kitti.tables import Table

_GL = np.diag([1.0, -1.0, -1.0, 1.0])
YAW_FROM_NOSE = np.array([0.5 * np.pi, 0.0, 0.0])
"""What is added to the stored angles about y, x, z: ry is 0 where the nose points along x."""

SAME_PLACES_OFF = 0.01
"""Metres by which the offsets of all places may differ to count as one offset, that of a camera."""


FEW_ROWS, EXPLAINED = 0.1, 0.95
"""A mistake made with the whole table leaves at most the rows right on which it has no effect; damage
spoils a few. Undone, it leaves nearly none wrong."""


@dataclass(frozen=True)
class Rows:
    """R rows of pose.txt and what belongs to them.

    Attributes
    ----------
    table : Table
        For messages.
    frame, track : (R,)
    size : (R, 3) width, height, length
    in_world, in_camera : (R, 3) places
    world_angles, camera_angles : (R, 3) about y, x, z
    camera_from_world : (T, 4, 4) of the recording
    """

    table: Table
    frame: NDArray[np.int64]
    track: NDArray[np.int64]
    size: Floats
    in_world: Floats
    in_camera: Floats
    world_angles: Floats
    camera_angles: Floats
    camera_from_world: Floats

    def only(self, chosen: NDArray[np.int64]) -> Rows:
        """The chosen rows; `table` stays whole."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in (
            "frame", "track", "size", "in_world", "in_camera", "world_angles", "camera_angles")})


def body_rotation(angles: Floats) -> Floats:
    """Rotations (..., 3, 3) of body axes (x right side, y down, z nose) from angles (..., 3) about
    y, x and z: ``Ry(ry + quarter turn) Rx(rx) Rz(rz)``. ry alone is KITTI's yaw, which is 0 where the
    nose points along x; rx and rz belong to the body whose nose is z.
    """
    about = np.add(angles, YAW_FROM_NOSE)
    sy, sx, sz = np.moveaxis(np.sin(about), -1, 0)
    cy, cx, cz = np.moveaxis(np.cos(about), -1, 0)
    rows = (
        (cy * cz + sy * sx * sz, sy * sx * cz - cy * sz, sy * cx),
        (cx * sz, cx * cz, -sx),
        (cy * sx * sz - sy * cz, cy * sx * cz + sy * sz, cy * cx),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def refuse_disagreement(rows: Rows) -> None:
    """Raise where the world columns, carried by extrinsic.txt, are not the camera columns.

    Raises
    ------
    SourceDataError
        Naming the likely mistake when another reading makes both agree, else the first row.
    """
    _refuse(rows, _place_error, _place_mistakes(rows), "camera_space_X, Y, Z",
            "extrinsic.txt to carry world_space_X, Y, Z there within {:.2g} m", "m")
    _refuse(rows, _turn_error, _turn_mistakes(), "rotation_camera_space_y, x, z",
            "extrinsic.txt to turn rotation_world_space_y, x, z into it within {:.2g}", "")


Reread = Callable[[Rows], Rows]


def _refuse(
    rows: Rows, error_of: Callable[[Rows], tuple[Floats, Floats]], mistakes: dict[str, Reread],
    field: str, expected: str, unit: str,
) -> None:
    error, allowed = error_of(rows)
    wrong = error > allowed
    if not wrong.any():
        return
    r = int(np.argmax(wrong))
    words = ("damaged numbers" if wrong.mean() <= 0.5
             else "camera and world columns of different recordings, or another convention")
    if wrong.mean() > FEW_ROWS:
        for name, reread in mistakes.items():
            again, limit = error_of(reread(rows))
            if np.mean(again <= limit) > EXPLAINED:
                words = name
                break
    raise rows.table.error(
        f"frame {rows.frame[r]} trackID {rows.track[r]}, {field}", f"{error[r]:.2g} {unit}".strip()
        + " of difference", expected.format(allowed[r]), f"likely mistake: {words}",
    )


def _place_error(rows: Rows) -> tuple[Floats, Floats]:
    carried = _carry(rows.camera_from_world[rows.frame], rows.in_world)
    metres, share = PLACE_TOLERANCE
    return (np.linalg.norm(carried - rows.in_camera, axis=-1),
            metres + share * np.linalg.norm(rows.in_camera, axis=-1))


def _turn_error(rows: Rows) -> tuple[Floats, Floats]:
    turned = rows.camera_from_world[rows.frame, :3, :3] @ body_rotation(rows.world_angles)
    error = np.abs(turned - body_rotation(rows.camera_angles)).max(axis=(-1, -2))
    return error, np.full(len(error), TURN_TOLERANCE)


def _place_mistakes(rows: Rows) -> dict[str, Reread]:
    def camera(change: Callable[[Floats], Floats]) -> Reread:
        return lambda r: replace(r, camera_from_world=change(r.camera_from_world))

    def transposed(pose: Floats) -> Floats:
        return make_pose(np.swapaxes(pose[:, :3, :3], -1, -2), pose[:, :3, 3])

    late = np.clip(np.arange(len(rows.camera_from_world)) + 1, 0, len(rows.camera_from_world) - 1)
    early = np.maximum(late - 2, 0)
    y_flipped = np.array([1.0, -1.0, 1.0])
    return {
        "extrinsic inverted (extrinsic.txt holds world_from_camera), or world and camera columns exchanged":
            camera(invert_pose),
        "extrinsic axes flipped (OpenGL: y up, z backward; OpenCV is the release's)":
            camera(lambda pose: _GL @ pose),
        "extrinsic inverted and its axes flipped (OpenGL world_from_camera)":
            camera(lambda pose: _GL @ invert_pose(pose)),
        "extrinsic rotation transposed (beside the right translation)": camera(transposed),
        "extrinsic one frame late (frame t holds the pose of t - 1)": camera(lambda pose: pose[late]),
        "extrinsic one frame early (frame t holds the pose of t + 1)": camera(lambda pose: pose[early]),
        "world axis flipped (y up; the release's points down)":
            lambda r: replace(r, in_world=r.in_world * y_flipped),
        "camera axis flipped (y up; the release's points down)":
            lambda r: replace(r, in_camera=r.in_camera * y_flipped),
        "extrinsic of another camera (all places are off by the same step)": _one_offset,
    }


def _one_offset(rows: Rows) -> Rows:
    carried = _carry(rows.camera_from_world[rows.frame], rows.in_world)
    step = np.median(rows.in_camera - carried, axis=0)
    off = np.abs(rows.in_camera - carried - step).max()
    return replace(rows, in_camera=rows.in_camera - step) if off < SAME_PLACES_OFF else rows


def _turn_mistakes() -> dict[str, Reread]:
    def angles(world: Callable[[Floats], Floats], camera: Callable[[Floats], Floats]) -> Reread:
        return lambda r: replace(r, world_angles=world(r.world_angles),
                                 camera_angles=camera(r.camera_angles))

    def as_it_is(values: Floats) -> Floats:
        return values

    def from_xyz(values: Floats) -> Floats:
        return values[:, [1, 0, 2]]

    def from_zyx(values: Floats) -> Floats:
        return values[:, [1, 2, 0]]

    def negated(values: Floats) -> Floats:
        return -values

    return {
        "degrees read as radians": angles(np.radians, np.radians),
        "degrees read as radians in the world columns": angles(np.radians, as_it_is),
        "degrees read as radians in the camera columns": angles(as_it_is, np.radians),
        "radians converted to radians once more (divided by 57.3)": angles(np.degrees, np.degrees),
        "angles in the order x, y, z (the release's is y, x, z)": angles(from_xyz, from_xyz),
        "angles in the order z, y, x (the release's is y, x, z)": angles(from_zyx, from_zyx),
        "angles of the opposite sign": angles(negated, negated),
    }


def _carry(pose: Floats, points: Floats) -> Floats:
    """Poses (R, 4, 4), one for each point (R, 3)."""
    return (pose[:, :3, :3] @ points[..., None])[..., 0] + pose[:, :3, 3]
