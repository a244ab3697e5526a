"""metadata.json of a worker folder: checked, and converted to the standard conventions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import (
    Floats,
    make_pose,
    rotation_from_quaternion_wxyz,
    transform_points,
)
from fourdp_qa.scene.scene import ObjectFacts
from fourdp_qa.sources.kubric.constants import (
    CORNER_SIGNS,
    CORNER_STEP,
    CORNER_TOLERANCE,
    DEFAULT_UP,
    LARGEST_NUMBER,
    METADATA_FILE,
    OPENCV_FROM_BLENDER_CAMERA,
    QUATERNION_LENGTH,
    REPAIR,
)
from fourdp_qa.sources.kubric.naming import caption_of, is_symmetric, kind_of


@dataclass(frozen=True)
class WorkerMetadata:
    """What a worker folder says about its scene, in the standard conventions.

    Attributes
    ----------
    fps : float
    frame_count, height, width : int
    K : (3, 3) intrinsics in pixels
    up : (3,) unit vector, or None without gravity
    objects : tuple of ObjectFacts
    world_from_camera : (T, 4, 4), OpenCV axes
    world_from_object : (T, N, 4, 4), origin at the box centre
    """

    fps: float
    frame_count: int
    height: int
    width: int
    K: Floats
    up: Floats | None
    objects: tuple[ObjectFacts, ...]
    world_from_camera: Floats
    world_from_object: Floats


def read_metadata(folder: Path) -> WorkerMetadata:
    """Read ``metadata.json`` of `folder`.

    Raises
    ------
    SourceDataError
        When the file or one of its fields is missing, damaged, not finite or of another length.
    """
    fields = _Fields(folder / METADATA_FILE)
    frame_count = fields.count("metadata.num_frames")
    height, width = _resolution(fields)
    instances = fields.instances()
    tracks = [_object_track(fields, index, frame_count) for index in range(len(instances))]
    return WorkerMetadata(
        fps=fields.positive("metadata.frame_rate"),
        frame_count=frame_count,
        height=height,
        width=width,
        K=_intrinsics(fields, height, width),
        up=_up(fields),
        objects=tuple(
            _object_facts(index, instance, size)
            for index, (instance, (size, _)) in enumerate(zip(instances, tracks, strict=True))
        ),
        world_from_camera=_camera_poses(fields, frame_count),
        world_from_object=np.stack([poses for _, poses in tracks], axis=1)
        if tracks else np.zeros((frame_count, 0, 4, 4)),
    )


def _resolution(fields: _Fields) -> tuple[int, int]:
    """(height, width). Newer folders store [WIDTH, HEIGHT], older ones two fields."""
    if fields.has("metadata.resolution"):
        width, height = fields.array("metadata.resolution", (2,))
        if min(width, height) < 1 or width % 1 or height % 1:
            raise fields.error("metadata.resolution", f"[{width:g}, {height:g}]", "[width, height]")
        return int(height), int(width)
    return fields.count("metadata.height"), fields.count("metadata.width")


def _intrinsics(fields: _Fields, height: int, width: int) -> Floats:
    """K in pixels. The file's own K is normalised and has Blender's signs, so it is not used."""
    focal = fields.positive("camera.focal_length")  # millimetres
    sensor_width = fields.positive("camera.sensor_width")  # millimetres
    f = focal / sensor_width * width  # pixels are square: fy = fx
    return np.array([[f, 0.0, width / 2], [0.0, f, height / 2], [0.0, 0.0, 1.0]])


def _camera_poses(fields: _Fields, frame_count: int) -> Floats:
    """world_from_camera (T, 4, 4). ``camera.R`` is the state after the last keyframe: not used."""
    rotation = fields.rotations("camera.quaternions", frame_count)
    positions = fields.array("camera.positions", (frame_count, 3))
    return make_pose(rotation @ OPENCV_FROM_BLENDER_CAMERA, positions)


def _object_track(fields: _Fields, index: int, frame_count: int) -> tuple[Floats, Floats]:
    """Box edges (3,) and poses (T, 4, 4) of one instance.

    ``positions`` is the asset's origin, which in scanned assets is not the centre of the box: the
    pose is moved to the mean of the corners. ``scale`` differs in meaning between variants, so the
    size comes from the corners too.
    """
    name = f"instances[{index}]"
    rotation = fields.rotations(f"{name}.quaternions", frame_count)
    corners = fields.array(f"{name}.bboxes_3d", (frame_count, 8, 3))
    edges = [np.linalg.norm(corners[:, step] - corners[:, 0], axis=1) for step in CORNER_STEP]
    size = np.median(edges, axis=1)
    if np.min(size) <= 0:
        raise fields.error(f"{name}.bboxes_3d", f"edges of length {size.tolist()}", "a box")
    poses = make_pose(rotation, corners.mean(axis=1))
    _refuse_other_corners(fields, name, corners, poses, size)
    return size, poses


def _refuse_other_corners(
    fields: _Fields, name: str, corners: Floats, poses: Floats, size: Floats
) -> None:
    """Kubric writes an object's turn twice, as a quaternion and in the corners (T, 8, 3) of its box:
    where the two disagree, one of them is damaged or was meant otherwise.
    """

    def off_by(rotation: Floats) -> Floats:
        """Largest distance (T,) of a corner from where `rotation` puts it, in longest edges."""
        expected = transform_points(
            make_pose(rotation, poses[:, :3, 3]), 0.5 * size * np.array(CORNER_SIGNS)
        )
        return np.asarray(np.abs(expected - corners).max(axis=(1, 2)) / np.max(size))

    rotation = poses[:, :3, :3]
    off = off_by(rotation)
    if np.max(off) <= CORNER_TOLERANCE:
        return
    mistake = "damaged numbers"
    as_stored = fields.array(f"{name}.quaternions", (len(corners), 4))
    if np.max(off_by(rotation_from_quaternion_wxyz(np.roll(as_stored, 1, axis=-1)))) <= CORNER_TOLERANCE:
        mistake = "quaternion order wrong (x, y, z, w stored, w, x, y, z is Kubric's)"
    elif np.max(off_by(np.swapaxes(rotation, -1, -2))) <= CORNER_TOLERANCE:
        mistake = "object pose inverted (the quaternions hold object_from_world)"
    frame = int(np.argmax(off > CORNER_TOLERANCE))
    raise fields.error(
        f"{name}.quaternions[{frame}]",
        f"a rotation that puts the corners of bboxes_3d {off[frame]:.2g} edges from where they are",
        f"at most {CORNER_TOLERANCE}", f"likely mistake: {mistake}",
    )


def _object_facts(index: int, instance: Mapping[str, Any], size: Floats) -> ObjectFacts:
    """`is_dynamic` is not used: it says who was thrown; a resting object may be hit and move."""
    return ObjectFacts(
        id=index + 1,
        kind=kind_of(instance),
        caption=caption_of(instance, size),
        size=size,
        symmetric_about_up=is_symmetric(instance, size),
    )


def _up(fields: _Fields) -> Floats | None:
    if not fields.has("metadata.gravity"):
        return np.array(DEFAULT_UP)
    gravity = fields.array("metadata.gravity", (3,))
    strength = np.linalg.norm(gravity)
    return -gravity / strength + 0.0 if strength > 0 else None


class _Fields:
    """Checked access to the fields of one JSON file by dotted name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._data: Any = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise SourceDataError(
                path, "", found="no file", expected="the metadata of a Kubric worker", do=REPAIR
            ) from None
        except (OSError, ValueError, RecursionError) as error:
            raise SourceDataError(
                path, "", found=f"a damaged file ({error})", expected="JSON",
                do=REPAIR,
            ) from None

    def error(self, name: str, found: str, expected: str, do: str = REPAIR) -> SourceDataError:
        return SourceDataError(self.path, name, found=found, expected=expected, do=do)

    def has(self, name: str) -> bool:
        return self._find(name) is not None

    def instances(self) -> list[dict[str, Any]]:
        value = self._find("instances")
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error("instances", _kind(value), "a list of objects")
        if self.has("metadata.num_instances"):
            count = self.number("metadata.num_instances")
            if count != len(value):
                raise self.error("instances", f"{len(value)} entries", f"num_instances = {count:g}")
        return value

    def number(self, name: str) -> float:
        value = self._find(name)
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        if not plain or not abs(value) <= LARGEST_NUMBER:
            raise self.error(name, _kind(value), "a finite number")
        return float(value)

    def positive(self, name: str) -> float:
        value = self.number(name)
        if value <= 0:
            raise self.error(name, f"{value:g}", "a positive number")
        return value

    def count(self, name: str) -> int:
        value = self.positive(name)
        if value % 1:
            raise self.error(name, f"{value:g}", "a whole number")
        return int(value)

    def array(self, name: str, shape: tuple[int, ...]) -> Floats:
        value = self._find(name)
        try:
            array = np.asarray(value, dtype=np.float64)
        except (ValueError, TypeError, OverflowError):
            raise self.error(name, "a ragged or non-numeric list", f"shape {shape}") from None
        if value is None or array.shape != shape:
            found = _kind(value) if array.ndim == 0 else f"shape {array.shape}"
            raise self.error(name, found, f"shape {shape}")
        if not np.all(np.isfinite(array)):
            frame = int(np.argwhere(~np.isfinite(array))[0][0])
            raise self.error(f"{name}[{frame}]", "a value that is not finite", "finite numbers")
        return array

    def rotations(self, name: str, frame_count: int) -> Floats:
        quaternions_wxyz = self.array(name, (frame_count, 4))
        length = np.linalg.norm(quaternions_wxyz, axis=1)
        odd = np.abs(length - 1.0) > QUATERNION_LENGTH
        if odd.any():
            frame = int(np.argmax(odd))
            raise self.error(f"{name}[{frame}]", f"a quaternion of length {length[frame]:.3g}",
                             "a unit quaternion w, x, y, z")
        return rotation_from_quaternion_wxyz(quaternions_wxyz)

    def _find(self, name: str) -> Any:
        value = self._data
        for part in name.replace("[", ".").replace("]", "").split("."):
            if isinstance(value, list) and part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            elif isinstance(value, dict):
                value = value.get(part)
            else:
                return None
        return value


def _kind(value: object) -> str:
    """Short words for a JSON value in a message."""
    return "nothing" if value is None else f"{type(value).__name__} {value!r:.40}"
