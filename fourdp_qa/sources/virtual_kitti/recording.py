"""The text tables of one recording: checked against each other, and brought to the standard conventions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.pose import Floats, invert_pose, make_pose, rotation_error
from fourdp_qa.scene.scene import ObjectFacts
from fourdp_qa.sources.virtual_kitti.agreement import Rows, body_rotation, refuse_disagreement
from fourdp_qa.sources.virtual_kitti.constants import (
    BBOX,
    CAMERA_ANGLES,
    CAMERA_POSITION,
    CAMERAS,
    EDGES,
    EXTRINSIC,
    FRONT,
    ID_OF_TRACK,
    INFO,
    INTRINSIC,
    LABELS,
    LARGEST_ANGLE,
    LARGEST_TRACK,
    OURS_FROM_BODY,
    PIXEL_CENTRE,
    POSE,
    ROTATION_TOLERANCE,
    SAME_SIZE,
    SIZE,
    UNPAIRED,
    WORLD_ANGLES,
    WORLD_POSITION,
)
from fourdp_qa.sources.virtual_kitti.naming import caption_of
from fourdp_qa.sources.virtual_kitti.stated_boxes import StatedBoxes, refuse_other_boxes
from fourdp_qa.sources.virtual_kitti.tables import Table, in_order_of_frames, of_camera


@dataclass(frozen=True)
class Recording:
    """What the tables say of one camera's drive, in the standard conventions.

    Attributes
    ----------
    frame_count : int
    K : (3, 3) intrinsics in pixels, centres at +0.5
    objects : tuple of ObjectFacts
        All vehicles of info.txt, in the order of their ids.
    world_from_camera : (T, 4, 4), OpenCV axes
    world_from_object : (T, N, 4, 4), origin at the box centre; NaN without a row
    pose_valid : (T, N)
    """

    frame_count: int
    K: Floats
    objects: tuple[ObjectFacts, ...]
    world_from_camera: Floats
    world_from_object: Floats
    pose_valid: NDArray[np.bool_]


def read_recording(folder: Path, camera: int) -> Recording:
    """Read the tables of `folder` for one camera.

    Raises
    ------
    SourceDataError
        When a table is missing or damaged, or two of them tell different stories.
    """
    camera_from_world = _extrinsics(folder, camera)
    K = _intrinsics(folder, camera, len(camera_from_world))
    info = _vehicles(folder)
    rows = _rows(folder, camera, camera_from_world, info)
    refuse_disagreement(rows)
    refuse_other_boxes(_stated_boxes(folder, camera, rows), K)
    index = np.searchsorted(info.whole("trackID"), rows.track)
    sizes = _sizes(rows, index, len(info))
    world_from_object = np.full((len(camera_from_world), len(info), 4, 4), np.nan)
    world_from_object[rows.frame, index] = _poses(rows, sizes[index])
    pose_valid = np.zeros(world_from_object.shape[:2], dtype=np.bool_)
    pose_valid[rows.frame, index] = True
    return Recording(
        frame_count=len(camera_from_world),
        K=K,
        objects=tuple(_object_facts(info, n, sizes[n]) for n in range(len(info))),
        world_from_camera=invert_pose(camera_from_world),
        world_from_object=world_from_object,
        pose_valid=pose_valid,
    )


def _extrinsics(folder: Path, camera: int) -> Floats:
    """camera_from_world (T, 4, 4)."""
    table = Table(folder / "extrinsic.txt", EXTRINSIC, named_in_header=2)
    table = in_order_of_frames(of_camera(table, camera, CAMERAS))
    poses = table.numbers(EXTRINSIC[2:]).reshape(-1, 4, 4)
    wrong = (np.abs(poses[:, 3] - (0, 0, 0, 1)).max(axis=1) > ROTATION_TOLERANCE) | (
        rotation_error(poses) > ROTATION_TOLERANCE)
    if wrong.any():
        mirrored = np.linalg.det(poses[wrong][0, :3, :3]) < 0
        raise table.error(
            f"frame {np.argmax(wrong)}", "a reflection" if mirrored else "no rigid motion",
            "a rotation, a translation and the row 0 0 0 1",
            f"likely mistake: {'one axis flipped' if mirrored else 'damaged numbers'}",
        )
    return poses


def _intrinsics(folder: Path, camera: int, frames: int) -> Floats:
    """K (3, 3), the same in every frame."""
    table = Table(folder / "intrinsic.txt", INTRINSIC, named_in_header=2)
    table = in_order_of_frames(of_camera(table, camera, CAMERAS))
    if len(table) != frames:
        raise table.error("frame", f"{len(table)} frames", f"{frames} as in extrinsic.txt")
    values = table.numbers(INTRINSIC[2:])
    other = np.flatnonzero((values != values[0]).any(axis=1))
    if len(other):
        raise table.error(f"frame {other[0]}", f"{values[other[0]].tolist()}",
                          f"one camera for the drive, {values[0].tolist()}")
    fx, fy, cx, cy = values[0]
    return np.array([[fx, 0, cx + PIXEL_CENTRE], [0, fy, cy + PIXEL_CENTRE], [0, 0, 1.0]])


def _vehicles(folder: Path) -> Table:
    """info.txt in the order of the tracks."""
    table = Table(folder / "info.txt", INFO)
    tracks = table.whole("trackID")
    order = np.argsort(tracks, kind="stable")
    table, tracks = table.rows(order), tracks[order]
    twice = np.flatnonzero(np.diff(tracks) == 0)
    if len(twice):
        raise table.error(f"trackID {tracks[twice[0]]}", "a second row", "one for each vehicle")
    if tracks[0] < 0 or tracks[-1] > LARGEST_TRACK:
        odd = tracks[0] if tracks[0] < 0 else tracks[-1]
        raise table.error("trackID", str(odd), f"0 to {LARGEST_TRACK}, which fits into a palette")
    for track, label in zip(tracks, table["label"], strict=True):
        if label not in LABELS:
            raise table.error(f"trackID {track}, label", f"'{label}'", " or ".join(LABELS))
    return table


def _rows(folder: Path, camera: int, camera_from_world: Floats, info: Table) -> Rows:
    table = of_camera(Table(folder / "pose.txt", POSE), camera, CAMERAS)
    frame, track = table.whole("frame"), table.whole("trackID")
    _check_keys(table, len(camera_from_world), info)
    rows = Rows(
        table, frame, track, table.numbers(SIZE), table.numbers(WORLD_POSITION),
        table.numbers(CAMERA_POSITION), table.numbers(WORLD_ANGLES), table.numbers(CAMERA_ANGLES),
        camera_from_world,
    )
    flat = np.flatnonzero((rows.size <= 0).any(axis=1))
    if len(flat):
        raise table.error(f"frame {frame[flat[0]]} trackID {track[flat[0]]}, {' '.join(SIZE)}",
                          f"{rows.size[flat[0]].tolist()}", "three positive edges in metres")
    angles = np.abs(np.concatenate([rows.world_angles, rows.camera_angles], axis=1)).max(axis=1)
    large = np.flatnonzero(angles > LARGEST_ANGLE)
    if len(large):
        raise table.error(f"frame {frame[large[0]]} trackID {track[large[0]]}, rotation_...",
                          f"an angle of {angles[large[0]]:.4g}", "radians within a turn",
                          "likely mistake: degrees read as radians")
    return rows


def _check_keys(table: Table, frames: int, info: Table) -> None:
    """Frames and tracks exist, and no object has two rows in a frame."""
    frame, track = table.whole("frame"), table.whole("trackID")
    late = np.flatnonzero((frame < 0) | (frame >= frames))
    if len(late):
        raise table.error("frame", str(frame[late[0]]), f"0 to {frames - 1} as in extrinsic.txt")
    unknown = np.flatnonzero(~np.isin(track, info.whole("trackID")))
    if len(unknown):
        raise table.error(f"frame {frame[unknown[0]]}, trackID", str(track[unknown[0]]),
                          "a trackID of info.txt")
    keys = np.sort(frame * (LARGEST_TRACK + 1) + track)
    twice = keys[1:][np.diff(keys) == 0]
    if len(twice):
        at, of = divmod(int(twice[0]), LARGEST_TRACK + 1)
        raise table.error(f"frame {at} trackID {of}", "a second row", "one for each object and frame")


def _stated_boxes(folder: Path, camera: int, rows: Rows) -> StatedBoxes:
    table = of_camera(Table(folder / "bbox.txt", BBOX), camera, CAMERAS)
    keys = table.whole("frame") * (LARGEST_TRACK + 1) + table.whole("trackID")
    wanted = rows.frame * (LARGEST_TRACK + 1) + rows.track
    _, mine, theirs = np.intersect1d(wanted, keys, return_indices=True)
    fewer, more = min(len(wanted), len(keys)), max(len(wanted), len(keys))
    if len(mine) < (1.0 - UNPAIRED) * more:
        raise table.error("frame, trackID", f"{len(keys)} rows of which {len(mine)} have one in pose.txt",
                          f"the {len(wanted)} objects and frames of pose.txt",
                          "extract the archive again: one of both tables is cut" if len(mine) == fewer
                          else "likely mistake: tables of different recordings")
    table = table.rows(theirs)
    return StatedBoxes(table, rows.only(mine), table.numbers(EDGES),
                       table.numbers(["truncation_ratio"])[:, 0] <= 0)


def _sizes(rows: Rows, index: NDArray[np.int64], count: int) -> Floats:
    """Width, height, length (N, 3) of each vehicle; 1 m where it has no row at all."""
    sizes = np.ones((count, 3))
    sizes[index[::-1]] = rows.size[::-1]
    other = np.flatnonzero((np.abs(rows.size / sizes[index] - 1.0) > SAME_SIZE).any(axis=1))
    if len(other):
        r = other[0]
        raise rows.table.error(
            f"frame {rows.frame[r]} trackID {rows.track[r]}, {' '.join(SIZE)}",
            f"{rows.size[r].tolist()}", f"the same in all its rows, {sizes[index[r]].tolist()}")
    return sizes


def _poses(rows: Rows, sizes: Floats) -> Floats:
    """world_from_object (R, 4, 4) in our body axes, at the box centre."""
    rotation = body_rotation(rows.world_angles)
    up_by_half = -0.5 * sizes[:, 1:2] * rotation[:, :, 1]
    return make_pose(rotation @ OURS_FROM_BODY.T, rows.in_world + up_by_half)


def _object_facts(info: Table, n: int, size: Floats) -> ObjectFacts:
    width, height, length = size
    label = str(info["label"][n])
    return ObjectFacts(
        id=int(info.whole("trackID")[n]) + ID_OF_TRACK,
        kind=label.lower(),
        caption=caption_of(label, str(info["model"][n]), str(info["color"][n])),
        size=np.array([length, width, height]),
        front=np.array(FRONT),
        is_agent=True,
    )
