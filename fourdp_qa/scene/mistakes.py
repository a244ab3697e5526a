"""Mistakes people make when they bring a scene over, each as another reading of its numbers.

A name and the reading in which it is undone: likely_mistake.py tries which one explains the images.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.mistake import Mistake, of_both, of_camera, of_objects
from fourdp_qa.scene.mistakes_of_angles import (
    angle_mistakes,
    box_in_camera_mistakes,
    followed_by_objects,
)
from fourdp_qa.scene.mistakes_of_turns import (
    OPENCV_FROM_OPENGL,
    OPENCV_FROM_ROBOT,
    camera_angle_mistakes,
    mirror_mistakes,
    object_angle_mistakes,
    object_mirror_mistakes,
)
from fourdp_qa.scene.pose import (
    Floats,
    invert_pose,
    make_pose,
    quaternion_wxyz_from_rotation,
    rotation_from_quaternion_wxyz,
)
from fourdp_qa.scene.reprojection import (
    BACKGROUND,
    Evidence,
    Points,
    Reading,
    changed,
    noise_of,
)

HALF_PIXEL = 0.5

POWERS_OF_TEN = (1e-3, 1e-2, 1e-1, 1e1, 1e2, 1e3)
NEAR_POWER = 0.2
"""ln of the ratio within which a measured depth scale is taken for the power of ten beside it."""
SCALES_OF_BACKGROUND = (1.0 / 4.0, 4.0)
"""Where no object bounds the scale: feet for metres (3.28) and everything nearer to 1."""

SAME_SCALE = 0.01
"""A scale within 1% of 1 is rounding or a rough focal length, not another unit."""

SCALE_STEPS = 9
"""Scales tried first between the two bounds."""

HALVED_BOX = (1.5, 2.3)
"""How far, in half edges, the points of most objects reach along every axis when boxes are halved;
they reach 1 in a right box and 2 in a halved one."""

GOLDEN_STEPS = 12
"""Each shrinks the interval to 0.62: a scale is then known to about 0.1%."""


def possible_mistakes(evidence: Evidence, reading: Reading, points: Points) -> list[Mistake]:
    """All mistakes worth trying on the whole scene, the more common first."""
    with_objects = bool(len(evidence.objects) and np.any(points.id != BACKGROUND))
    mistakes = [
        *_camera_mistakes(), *_depth_mistakes(evidence, reading, points), *_pixel_mistakes(),
    ]
    if with_objects:
        mistakes += [
            *_object_mistakes(), *_id_mistakes(), *_box_mistakes(evidence, reading, points),
            *_shared_mistakes(),
        ]
    mistakes += [
        *mirror_mistakes(with_objects=with_objects), *camera_angle_mistakes(evidence, reading, points),
        *angle_mistakes(),
    ]
    if with_objects:
        mistakes += [
            *object_mirror_mistakes(), *object_angle_mistakes(evidence, reading, points),
            *box_in_camera_mistakes(),
        ]
        # Around a camera at rest all of them only move the world as a whole: nothing tells them apart.
        if np.ptp(reading.world_from_camera, axis=0).max() > 0:
            mistakes += followed_by_objects([
                *_camera_mistakes(), *mirror_mistakes(with_objects=False), *angle_mistakes(),
            ])
    return mistakes


def mistakes_with_object(
    evidence: Evidence, reading: Reading, points: Points, object_id: int
) -> list[Mistake]:
    """Mistakes that can be made with the one object called `object_id`."""
    return [
        *_object_mistakes(), *_box_mistakes(evidence, reading, points),
        *_exchange_mistakes(evidence, object_id), *object_mirror_mistakes(),
        *object_angle_mistakes(evidence, reading, points),
    ]


def _camera_mistakes() -> list[Mistake]:
    gl, robot = OPENCV_FROM_OPENGL, OPENCV_FROM_ROBOT
    order = "camera quaternion order wrong"
    return [
        Mistake("camera pose inverted (world_from_camera holds camera_from_world)",
                of_camera(invert_pose)),
        Mistake("camera axes flipped (OpenGL: x right, y up, z backward; OpenCV is expected)",
                of_camera(lambda pose: pose @ gl)),
        Mistake("camera pose inverted and its axes flipped (OpenGL camera_from_world)",
                of_camera(lambda pose: invert_pose(gl @ pose))),
        Mistake("camera pose inverted and its axes flipped (OpenGL flip applied before inverting)",
                of_camera(lambda pose: invert_pose(pose @ gl))),
        Mistake("camera pose inverted (OpenGL camera_from_world read as world_from_camera, then OpenGL "
                "to OpenCV)", of_camera(lambda pose: invert_pose(pose @ gl) @ gl)),
        Mistake("camera axes are x forward, y left, z up (OpenCV is expected)",
                of_camera(lambda pose: pose @ np.linalg.inv(robot))),
        Mistake("camera rotation transposed (camera_from_world rotation beside the right position)",
                of_camera(_rotation_transposed)),
        Mistake(f"{order} (x, y, z, w read as w, x, y, z)",
                of_camera(_xyzw_was_meant)),
        Mistake(f"{order} (w, x, y, z read as x, y, z, w)",
                of_camera(_wxyz_was_meant)),
        Mistake(f"{order} (x, y, z, w read as w, x, y, z, then OpenGL to OpenCV)",
                of_camera(lambda pose: _xyzw_was_meant(pose @ gl) @ gl)),
        Mistake(f"{order} (w, x, y, z read as x, y, z, w, then OpenGL to OpenCV)",
                of_camera(lambda pose: _wxyz_was_meant(pose @ gl) @ gl)),
        Mistake("camera poses one frame late (frame t holds the pose of t - 1)",
                of_camera(lambda pose: _shifted(pose, 1))),
        Mistake("camera poses one frame early (frame t holds the pose of t + 1)",
                of_camera(lambda pose: _shifted(pose, -1))),
    ]


def _object_mistakes() -> list[Mistake]:
    def in_camera_axes(reading: Reading) -> Reading:
        poses = reading.world_from_camera[:, None] @ reading.world_from_object
        return changed(reading, world_from_object=poses)

    return [
        Mistake("object pose inverted (world_from_object holds object_from_world)",
                of_objects(invert_pose)),
        Mistake("object pose relative to the camera (world_from_object holds camera_from_object)",
                in_camera_axes),
        Mistake("object rotation transposed (object_from_world rotation beside the right position)",
                of_objects(_rotation_transposed)),
        Mistake("object quaternion order wrong (x, y, z, w read as w, x, y, z)",
                of_objects(_xyzw_was_meant)),
        Mistake("object quaternion order wrong (w, x, y, z read as x, y, z, w)",
                of_objects(_wxyz_was_meant)),
        Mistake("object poses one frame late (frame t holds the pose of t - 1)",
                of_objects(lambda pose: _shifted(pose, 1))),
        Mistake("object poses one frame early (frame t holds the pose of t + 1)",
                of_objects(lambda pose: _shifted(pose, -1))),
    ]


def _id_mistakes() -> list[Mistake]:
    return [
        Mistake(f"ids off by one (id k of the images is object k {sign} 1 of the table)",
                _ids_moved(step))
        for sign, step in (("+", 1), ("-", -1))
    ]


def _exchange_mistakes(evidence: Evidence, object_id: int) -> list[Mistake]:
    return [
        Mistake(
            f"ids exchanged (its pixels move with the pose of id {other.id} '{other.caption}')",
            _ids_moved(other.id - object_id),
        )
        for other in evidence.objects if other.id != object_id
    ]


def _ids_moved(step: int) -> Callable[[Reading], Reading]:
    return lambda r: changed(r, id_offset=r.id_offset + step)


def _shared_mistakes() -> list[Mistake]:
    """Camera and objects usually go through one reader, so they are often wrong together."""
    return [
        Mistake("camera and object poses inverted", of_both(invert_pose)),
        Mistake("quaternion order of camera and objects wrong (x, y, z, w read as w, x, y, z)",
                of_both(_xyzw_was_meant)),
        Mistake("quaternion order of camera and objects wrong (w, x, y, z read as x, y, z, w)",
                of_both(_wxyz_was_meant)),
    ]


def _box_mistakes(evidence: Evidence, reading: Reading, points: Points) -> list[Mistake]:
    def moved(axis: int, sign: float) -> Callable[[Reading], Reading]:
        def undo(reading: Reading) -> Reading:
            offset = np.zeros_like(reading.size)
            offset[:, axis] = sign * 0.5 * reading.size[:, axis]
            poses = reading.world_from_object @ make_pose(np.eye(3), offset)
            return changed(reading, world_from_object=poses)

        return undo

    mistakes = [
        Mistake(
            f"pose origin at the {side} face of the box ({name}) instead of its centre",
            moved(axis, sign),
        )
        for axis, name in ((2, "z"), (1, "y"), (0, "x"))
        for sign, side in ((1.0, "lower"), (-1.0, "upper"))
    ]
    mistakes += [
        Mistake(
            f"box edges in another order (size holds {', '.join('xyz'[axis] for axis in np.argsort(order))})",
            _edges_ordered(order),
        )
        for order in permutations(range(3)) if order != (0, 1, 2)
    ]
    # A doubled box holds more points whatever is wrong, so it is tried only where it is filled.
    reach = _reach_in_boxes(evidence, reading, points)
    if HALVED_BOX[0] < reach.min() and reach.max() < HALVED_BOX[1]:
        mistakes.append(
            Mistake("size holds half edges", lambda r: changed(r, size=2.0 * r.size))
        )
    return mistakes


def _edges_ordered(order: tuple[int, ...]) -> Callable[[Reading], Reading]:
    return lambda r: changed(r, size=r.size[:, order])


def _reach_in_boxes(evidence: Evidence, reading: Reading, points: Points) -> Floats:
    """How far (3,) an object's points reach along its axes, in half edges; median over objects."""
    landing = evidence.land(reading, points)
    in_box = np.abs(landing.in_object) / landing.half_edges
    finite = np.isfinite(in_box).all(axis=1)
    reaches = [
        np.quantile(in_box[finite & (points.id == k)], 0.98, axis=0)
        for k in np.unique(points.id[finite])
    ]
    return np.median(reaches, axis=0) if reaches else np.zeros(3)


def _depth_mistakes(evidence: Evidence, reading: Reading, points: Points) -> list[Mistake]:
    height, width = evidence.depth.shape[1:]
    on_unit_plane = unproject(reading.K, pixel_centres(height, width), np.ones((height, width)))
    ray_per_z = np.linalg.norm(on_unit_plane, axis=-1)

    def times(factor: Floats | float) -> Callable[[Reading], Reading]:
        return lambda r: changed(r, depth_factor=r.depth_factor * factor)

    mistakes = [
        Mistake("ray depth read as z (depth holds the distance along the ray)",
                times(1.0 / ray_per_z)),
        Mistake("z read as ray depth (z-depth was divided by the ray's length once too often)",
                times(ray_per_z)),
    ]
    for scale in _depth_scales(evidence, reading, points):
        if abs(scale - 1.0) < SAME_SCALE:
            continue
        words = f"depth scale wrong (stored depth is {1.0 / scale:.4g} times the scene's units)"
        mistakes.append(Mistake(words, times(scale)))
    return mistakes


def _depth_scales(evidence: Evidence, reading: Reading, points: Points) -> list[float]:
    """Factors worth trying.

    An object's surface lies between the near side of its box and its centre: that bounds the scale.
    """
    index = evidence.object_index(points.id, reading.id_offset)
    on_object = (points.id != BACKGROUND) & (index >= 0)
    if not np.any(on_object):
        return [*POWERS_OF_TEN, _best_scale(evidence, reading, points, *SCALES_OF_BACKGROUND)]
    source = evidence.frames[points.source[on_object]]
    centre = reading.world_from_object[source, index[on_object], :3, 3]
    camera = invert_pose(reading.world_from_camera[source])
    z_centre = (camera[:, 2, :3] * centre).sum(axis=1) + camera[:, 2, 3]
    reach = 0.5 * np.linalg.norm(reading.size[index[on_object]], axis=1)
    factor = reading.depth_factor[points.row[on_object], points.column[on_object]]
    z_stored = points.depth[on_object] * factor
    farthest = float(np.median(z_centre / z_stored))
    nearest = float(np.median((z_centre - reach) / z_stored))
    if not np.isfinite(farthest) or farthest <= 0:
        return []
    near = [ten for ten in POWERS_OF_TEN if abs(np.log(farthest / ten)) < NEAR_POWER]
    if near or nearest <= 0:
        return near
    return [_best_scale(evidence, reading, points, nearest, farthest)]


def _best_scale(
    evidence: Evidence, reading: Reading, points: Points, low: float, high: float
) -> float:
    """The depth scale with the least loss between `low` and `high`: a grid, then golden section."""
    noise = noise_of(evidence.land(reading, points))

    def loss(scale: float) -> float:
        repaired = changed(reading, depth_factor=reading.depth_factor * scale)
        return evidence.losses(repaired, points, noise).mean

    scales = np.geomspace(low, high, SCALE_STEPS).tolist()
    best = int(np.argmin([loss(scale) for scale in scales]))
    low, high = scales[max(best - 1, 0)], scales[min(best + 1, SCALE_STEPS - 1)]
    golden = (math.sqrt(5.0) - 1.0) / 2.0
    for _ in range(GOLDEN_STEPS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return 0.5 * (low + high)


def _pixel_mistakes() -> list[Mistake]:
    def shifted(step: float) -> Callable[[Reading], Reading]:
        return lambda r: changed(r, K=r.K + np.array([[0, 0, step], [0, 0, step], [0, 0, 0]]))

    return [
        Mistake("half a pixel in K (K is meant for pixel centres at whole numbers; add 0.5 to cx "
                "and cy)", shifted(HALF_PIXEL)),
        Mistake("half a pixel in K (0.5 added to cx and cy once too often)", shifted(-HALF_PIXEL)),
    ]


def _rotation_transposed(pose: Floats) -> Floats:
    return make_pose(np.swapaxes(pose[..., :3, :3], -1, -2), pose[..., :3, 3])


def _xyzw_was_meant(pose: Floats) -> Floats:
    """Undo reading a stored x, y, z, w as w, x, y, z."""
    return _with_quaternion(pose, (3, 0, 1, 2))


def _wxyz_was_meant(pose: Floats) -> Floats:
    """Undo reading a stored w, x, y, z as x, y, z, w."""
    return _with_quaternion(pose, (1, 2, 3, 0))


def _with_quaternion(pose: Floats, order: tuple[int, int, int, int]) -> Floats:
    quaternion = quaternion_wxyz_from_rotation(pose[..., :3, :3])[..., order]
    finite: NDArray[np.bool_] = np.asarray(np.isfinite(quaternion).all(axis=-1, keepdims=True))
    rotation = rotation_from_quaternion_wxyz(np.where(finite, quaternion, [1.0, 0.0, 0.0, 0.0]))
    return make_pose(np.where(finite[..., None], rotation, np.nan), pose[..., :3, 3])


def _shifted(pose: Floats, late_by: int) -> Floats:
    """Poses moved along time to undo a lateness; the end frame is repeated."""
    frames = np.clip(np.arange(len(pose)) + late_by, 0, len(pose) - 1)
    return pose[frames]
