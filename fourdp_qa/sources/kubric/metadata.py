"""What Kubric says about a scene, checked and converted to the standard conventions.

One conversion for both forms: `metadata.json` of a worker folder, and the features of a MOVi record
(record.py), which carry the same numbers under the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

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
    LARGEST_SIDE,
    METADATA_FILE,
    OPENCV_FROM_BLENDER_CAMERA,
)
from fourdp_qa.sources.kubric.fields import Fields
from fourdp_qa.sources.kubric.naming import caption_of, is_symmetric, kind_of


@dataclass(frozen=True)
class SceneNumbers:
    """What a worker folder or a record says about its scene, in the standard conventions.

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


def read_metadata(folder: Path) -> SceneNumbers:
    """Read ``metadata.json`` of `folder`.

    Raises
    ------
    SourceDataError
        When the file or one of its fields is missing, damaged, not finite or of another length.
    """
    return convert(Fields.of_file(folder / METADATA_FILE))


def convert(fields: Fields) -> SceneNumbers:
    """Convert the fields ``metadata``, ``camera`` and ``instances``.

    Raises
    ------
    SourceDataError
        When one of them is missing, not finite or of another length.
    """
    frame_count = fields.count("metadata.num_frames")
    height, width = _resolution(fields)
    instances = fields.instances()
    tracks = [_object_track(fields, index, frame_count) for index in range(len(instances))]
    return SceneNumbers(
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


def _resolution(fields: Fields) -> tuple[int, int]:
    """(height, width). Newer folders store [WIDTH, HEIGHT], older ones two fields."""
    if fields.has("metadata.resolution"):
        width, height = fields.array("metadata.resolution", (2,))
        if min(width, height) < 1 or width % 1 or height % 1:
            raise fields.error("metadata.resolution", f"[{width:g}, {height:g}]", "[width, height]")
    else:
        height, width = fields.count("metadata.height"), fields.count("metadata.width")
    if max(height, width) > LARGEST_SIDE:
        raise fields.error("metadata", f"pictures of {width:g}x{height:g}", f"sides up to {LARGEST_SIDE}")
    return int(height), int(width)


def _intrinsics(fields: Fields, height: int, width: int) -> Floats:
    """K in pixels. The file's own K is normalised and has Blender's signs, so it is not used."""
    focal = fields.positive("camera.focal_length")  # millimetres
    sensor_width = fields.positive("camera.sensor_width")  # millimetres
    f = focal / sensor_width * width  # pixels are square: fy = fx
    return np.array([[f, 0.0, width / 2], [0.0, f, height / 2], [0.0, 0.0, 1.0]])


def _camera_poses(fields: Fields, frame_count: int) -> Floats:
    """world_from_camera (T, 4, 4). ``camera.R`` is the state after the last keyframe: not used."""
    rotation = fields.rotations("camera.quaternions", frame_count)
    positions = fields.array("camera.positions", (frame_count, 3))
    return make_pose(rotation @ OPENCV_FROM_BLENDER_CAMERA, positions)


def _object_track(fields: Fields, index: int, frame_count: int) -> tuple[Floats, Floats]:
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
    fields: Fields, name: str, corners: Floats, poses: Floats, size: Floats
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
    sides = np.stack([corners[:, step] - corners[:, 0] for step in CORNER_STEP], axis=1)
    as_stored = fields.array(f"{name}.quaternions", (len(corners), 4))
    if np.max(off_by(rotation_from_quaternion_wxyz(np.roll(as_stored, 1, axis=-1)))) <= CORNER_TOLERANCE:
        mistake = "quaternion order wrong (x, y, z, w stored, w, x, y, z is Kubric's)"
    elif np.max(off_by(np.swapaxes(rotation, -1, -2))) <= CORNER_TOLERANCE:
        mistake = "object pose inverted (the quaternions hold object_from_world)"
    elif np.all(np.linalg.det(sides) < 0):
        mistake = "world mirrored (the corners of the boxes are left-handed)"
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


def _up(fields: Fields) -> Floats | None:
    if not fields.has("metadata.gravity"):
        return np.array(DEFAULT_UP)
    gravity = fields.array("metadata.gravity", (3,))
    strength = np.linalg.norm(gravity)
    return -gravity / strength + 0.0 if strength > 0 else None
