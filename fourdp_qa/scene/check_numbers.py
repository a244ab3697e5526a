"""First part of `check_scene`: facts, objects and poses, without looking at an image."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.check_report import Finding, Severity
from fourdp_qa.scene.pose import Floats, rotation_error
from fourdp_qa.scene.scene import Capability, ObjectFacts, Scene
from fourdp_qa.scene.standard import standard_names

UNITS = ("metres", "relative")

ROTATION_TOLERANCE = 1e-3
"""Largest entry of R R^T - I: quaternions rounded to five digits stay below 1e-4."""

UNIT_TOLERANCE = 1e-3
"""How far the length of `up` or `front` may be from 1, for the same reason."""

FOCAL_RANGE = (0.1, 20.0)
"""Focal length in image widths: 157 degrees of view down to 3 degrees."""

CENTRE_RANGE = (0.25, 0.75)
"""Where the principal point may lie, in widths and heights; crops move it, but not to the edge."""

ASPECT_TOLERANCE = 0.2
"""Relative difference of fx and fy; pixels of real cameras are square to 1%."""

STATIC_MOVE = 0.05
"""How far a static object may wander, in its longest edge: tracked poses jitter by a few percent of
small objects, and what really moves goes much farther."""


def field_of(index: int, item: ObjectFacts) -> str:
    """How messages name an object."""
    return f"objects[{index}] '{item.caption or item.kind}'"


def check_numbers(scene: Scene) -> list[Finding]:
    """Findings on facts, objects and poses. With an error here images cannot be judged."""
    shapes = _shapes(scene)
    if shapes:
        return shapes
    return [*_facts(scene), *_intrinsics(scene), *_objects(scene), *_poses(scene)]


def check_behaviour(scene: Scene) -> list[Finding]:
    """Findings on what well-formed poses do: static objects stay put, up points up."""
    return [*_static_objects(scene), *_gravity(scene)]


def _error(field: str, found: str, expected: str, **more: object) -> Finding:
    return Finding(Severity.ERROR, field, found, expected, **more)  # type: ignore[arg-type]


def _shapes(scene: Scene) -> list[Finding]:
    T, N = scene.facts.frame_count, len(scene.objects)
    wanted = {
        "facts.K": (np.shape(scene.facts.K), (3, 3)),
        "world_from_camera": (np.shape(scene.world_from_camera), (T, 4, 4)),
        "world_from_object": (np.shape(scene.world_from_object), (T, N, 4, 4)),
        "pose_valid": (np.shape(scene.pose_valid), (T, N)),
    }
    found = [
        _error(name, f"shape {shape}", f"shape {expected}")
        for name, (shape, expected) in wanted.items() if shape != expected
    ]
    if not found and np.asarray(scene.pose_valid).dtype != np.bool_:
        found.append(_error("pose_valid", f"dtype {scene.pose_valid.dtype}", "bool"))
    found += [
        _error(f"{field_of(n, item)} size", f"shape {np.shape(item.size)}", "shape (3,)",
               object_id=item.id)
        for n, item in enumerate(scene.objects) if np.shape(item.size) != (3,)
    ]
    return found


def _facts(scene: Scene) -> list[Finding]:
    facts = scene.facts
    found = [
        _error(f"facts.{name}", repr(getattr(facts, name)), "a positive number")
        for name in ("fps", "frame_count", "height", "width")
        if not (np.isfinite(getattr(facts, name)) and getattr(facts, name) > 0)
    ]
    found += [
        _error(f"facts.{name}", "an empty text", "a name")
        for name in ("source", "scene_id", "split_key", "license") if not getattr(facts, name)
    ]
    if facts.units not in UNITS:
        found.append(_error("facts.units", repr(facts.units), " or ".join(UNITS)))
    if facts.standard not in standard_names():
        found.append(_error("facts.standard", repr(facts.standard), " or ".join(standard_names())))
    has_up = facts.up is not None
    if has_up != (Capability.GRAVITY in facts.capabilities):
        found.append(_error("facts.up", "a vector" if has_up else "None",
                            "a vector exactly when the capability gravity is there"))
    if facts.up is not None and not _is_unit(facts.up):
        found.append(_error("facts.up", f"{np.asarray(facts.up).tolist()}", "a unit vector (3,)"))
    return found


def _intrinsics(scene: Scene) -> list[Finding]:
    facts = scene.facts
    K = np.asarray(facts.K, dtype=np.float64)
    if not np.all(np.isfinite(K)):
        return [_error("facts.K", "a value that is not finite", "intrinsics in pixels")]
    if np.min(np.diag(K)) <= 0 or not np.allclose(K[2], (0, 0, 1)):
        return [_error(
            "facts.K", f"{K.tolist()}", "[[fx, s, cx], [0, fy, cy], [0, 0, 1]] in pixels",
            likely_mistake="K kept its OpenGL signs or is transposed",
        )]
    found = []
    focal, centre = K[0, 0] / facts.width, K[:2, 2] / (facts.width, facts.height)
    scale = "K belongs to an image of another size or is normalised, not in pixels"
    if not FOCAL_RANGE[0] <= focal <= FOCAL_RANGE[1]:
        found.append(_error("facts.K", f"focal length {focal:.3g} image widths",
                            f"{FOCAL_RANGE[0]} to {FOCAL_RANGE[1]}", likely_mistake=scale))
    if np.any(centre < CENTRE_RANGE[0]) or np.any(centre > CENTRE_RANGE[1]):
        found.append(_error(
            "facts.K", f"principal point at ({centre[0]:.2f} W, {centre[1]:.2f} H)",
            f"between {CENTRE_RANGE[0]} and {CENTRE_RANGE[1]}",
            likely_mistake=scale if focal < 0.5 or focal > 2 else "cx and cy exchanged, or a crop",
        ))
    if abs(K[1, 1] / K[0, 0] - 1) > ASPECT_TOLERANCE:
        found.append(Finding(
            Severity.WARNING, "facts.K", f"fy / fx = {K[1, 1] / K[0, 0]:.2f}", "about 1",
            likely_mistake="a focal length was multiplied by the wrong side of the image",
        ))
    return found


def _objects(scene: Scene) -> list[Finding]:
    found = []
    counts = Counter(item.id for item in scene.objects)
    for n, item in enumerate(scene.objects):
        place = field_of(n, item)
        if item.id < 1:
            found.append(_error(f"{place} id", str(item.id), "1 or more: 0 means nothing",
                                object_id=item.id, likely_mistake="ids off by one"))
        if counts[item.id] > 1:
            found.append(_error(f"{place} id", f"{item.id} a second time", "unique ids",
                                object_id=item.id))
        if not np.all(np.isfinite(item.size)) or np.min(item.size) <= 0:
            found.append(_error(f"{place} size", f"{np.asarray(item.size).tolist()}",
                                "three positive edges", object_id=item.id))
        if item.front is not None and not _is_unit(item.front):
            found.append(_error(f"{place} front", f"{np.asarray(item.front).tolist()}",
                                "a unit vector (3,) or None", object_id=item.id))
    return found


def _poses(scene: Scene) -> list[Finding]:
    found = _pose_findings("world_from_camera", np.asarray(scene.world_from_camera), None)
    for n, item in enumerate(scene.objects):
        poses = np.asarray(scene.world_from_object[:, n])
        found += _pose_findings(f"{field_of(n, item)} world_from_object", poses, item.id,
                                np.flatnonzero(scene.pose_valid[:, n]))
    return found


def _pose_findings(
    field: str, poses: Floats, object_id: int | None, frames: NDArray[np.int64] | None = None
) -> list[Finding]:
    """At most one finding: the first bad frame says enough."""
    frames = np.arange(len(poses)) if frames is None else frames
    poses = poses[frames]
    bad = ~np.isfinite(poses).all(axis=(1, 2))
    if bad.any():
        return [_error(field, "a value that is not finite", "a pose",
                       frame=int(frames[bad.argmax()]), object_id=object_id)]
    bad = np.abs(poses[:, 3] - (0, 0, 0, 1)).max(axis=1, initial=0) > UNIT_TOLERANCE
    if bad.any():
        return [_error(field, f"last row {poses[bad.argmax(), 3].tolist()}", "0 0 0 1",
                       frame=int(frames[bad.argmax()]), object_id=object_id,
                       likely_mistake="the matrix is transposed (translation in the last row)")]
    error = rotation_error(poses)
    bad = error > ROTATION_TOLERANCE
    if bad.any():
        worst = int(bad.argmax())
        mirrored = np.linalg.det(poses[worst, :3, :3]) < 0
        return [_error(
            field, "a reflection" if mirrored else f"a matrix {error[worst]:.2g} off a rotation",
            "a rotation", frame=int(frames[worst]), object_id=object_id,
            likely_mistake="one axis flipped: the source is left-handed" if mirrored
            else "scale left in the pose, or a quaternion that was not normalised",
        )]
    return []


def _static_objects(scene: Scene) -> list[Finding]:
    found = []
    for n, item in enumerate(scene.objects):
        frames = np.flatnonzero(scene.pose_valid[:, n])
        if not item.is_static or len(frames) < 2:
            continue
        poses = scene.world_from_object[frames, n]
        corners = poses[:, :3, :3] * (0.5 * np.asarray(item.size)) @ np.ones(3) + poses[:, :3, 3]
        wandered = np.linalg.norm(corners - corners[0], axis=1) / np.max(item.size)
        if np.nanmax(wandered) > STATIC_MOVE:
            found.append(_error(
                field_of(n, item),
                f"a static object that moves by {np.nanmax(wandered):.2g} of its size",
                f"at most {STATIC_MOVE}", frame=int(frames[np.nanargmax(wandered)]),
                object_id=item.id,
                likely_mistake="pose relative to the camera, or the class does move",
            ))
    return found


def _gravity(scene: Scene) -> list[Finding]:
    if scene.facts.up is None or not _is_unit(scene.facts.up):
        return []
    upright = -np.asarray(scene.world_from_camera)[:, :3, 1] @ np.asarray(scene.facts.up)
    if np.median(upright) < 0:
        return [Finding(
            Severity.WARNING, "facts.up", "a camera that hangs upside down in most frames",
            "up to point to the top of the picture",
            likely_mistake="up has the wrong sign or axis, or the camera's y axis is flipped",
        )]
    return []


def _is_unit(vector: object) -> bool:
    array = np.asarray(vector, dtype=np.float64)
    return array.shape == (3,) and abs(float(np.linalg.norm(array)) - 1) < UNIT_TOLERANCE
