"""check_scene names a mirrored world, angles in the wrong unit and exchanged box edges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.scene.check import check_scene
from fourdp_qa.scene.pose import (
    invert_pose,
    make_pose,
    quaternion_wxyz_from_rotation,
    rotation_from_quaternion_wxyz,
)

OPENGL = np.diag([1.0, -1.0, -1.0, 1.0])
DEGREE = np.pi / 180


def angle_times(pose, factor):
    """Poses whose rotation vector is `factor` times as long, as a reader with the wrong unit makes them."""
    quaternion = quaternion_wxyz_from_rotation(pose[..., :3, :3])
    sine = np.linalg.norm(quaternion[..., 1:], axis=-1, keepdims=True)
    half = factor * np.arctan2(sine, quaternion[..., :1])
    turned = np.concatenate([np.cos(half), np.sin(half) * quaternion[..., 1:] / np.maximum(sine, 1e-12)], -1)
    return make_pose(rotation_from_quaternion_wxyz(turned), pose[..., :3, 3])


def mirrored(axis):
    def plant(world):
        mirror = np.eye(4)
        mirror[axis, axis] = -1
        world.world_from_camera = mirror @ world.world_from_camera @ mirror
        world.world_from_object = mirror @ world.world_from_object @ mirror
        world.facts = replace(world.facts, up=mirror[:3, :3] @ world.facts.up)
    return plant


def other_side(*names, axis):
    def plant(world):
        for name in names:
            poses = getattr(world, name).copy()
            poses[..., axis, 3] *= -1
            setattr(world, name, poses)
    return plant


def angles(name, factor, axes=OPENGL @ OPENGL):
    def plant(world):
        poses = angle_times(getattr(world, name) @ axes, factor) @ axes
        setattr(world, name, poses)
    return plant


def angles_in_camera_axes(factor):
    def plant(world):
        camera = world.world_from_camera[:, None]
        world.world_from_object = camera @ angle_times(
            invert_pose(camera) @ world.world_from_object, factor)
    return plant


def edges(order):
    def plant(world):
        world.objects = tuple(replace(item, size=item.size[list(order)]) for item in world.objects)
    return plant


CAMERA, OBJECTS = "world_from_camera", "world_from_object"
MISTAKES = {
    "mirrored along x": (mirrored(0), "world mirrored (left-handed"),
    "mirrored along y": (mirrored(1), "world mirrored (left-handed"),
    "mirrored along z": (mirrored(2), "world mirrored (left-handed"),
    "camera on the other side": (other_side(CAMERA, axis=0), "camera positions mirrored along x"),
    "all on the other side": (other_side(CAMERA, OBJECTS, axis=1),
                              "camera and object positions mirrored along y"),
    "objects on the other side": (other_side(OBJECTS, axis=0), "object positions mirrored along x"),
    "camera degrees": (angles(CAMERA, 1 / DEGREE), "camera angles wrong (degrees read as radians)"),
    "camera radians": (angles(CAMERA, DEGREE), "camera angles wrong (radians read as degrees)"),
    "OpenGL camera degrees": (angles(CAMERA, 1 / DEGREE, OPENGL),
                              "camera angles wrong (degrees read as radians, OpenGL axes)"),
    "OpenGL camera radians": (angles(CAMERA, DEGREE, OPENGL),
                              "camera angles wrong (radians read as degrees, OpenGL axes)"),
    "object degrees": (angles(OBJECTS, 1 / DEGREE), "object angles wrong (degrees read as radians)"),
    "object radians": (angles(OBJECTS, DEGREE), "object angles wrong (radians read as degrees)"),
    "object degrees in the camera": (
        angles_in_camera_axes(1 / DEGREE),
        "object angles wrong (degrees read as radians, in the camera's axes)"),
    "object radians in the camera": (
        angles_in_camera_axes(DEGREE),
        "object angles wrong (radians read as degrees, in the camera's axes)"),
    "width and length exchanged": (edges((1, 0, 2)), "box edges in another order (size holds y, x, z)"),
    "edges in a circle": (edges((1, 2, 0)), "box edges in another order (size holds y, z, x)"),
}


@pytest.mark.parametrize("still", [False, True], ids=["moving camera", "camera at rest"])
@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_named(box_world, kind, still):
    plant, words = MISTAKES[kind]
    world = box_world(height=72, width=80, frames=24, camera_still=still)
    plant(world)
    report = check_scene(world)
    text = "\n".join(report.lines)
    assert not report.ok, text
    assert words in text, text


def test_a_reflection_is_no_pose(box_world):
    world = box_world(height=40, width=40, frames=12)
    world.world_from_camera = world.world_from_camera @ np.diag([1.0, -1, 1, 1])
    assert "one axis flipped: the source is left-handed" in "\n".join(check_scene(world).lines)


@pytest.mark.parametrize("seed", range(6))
def test_noisy_boxes_are_no_turned_boxes(box_world, seed):
    """Annotated boxes are off by a few degrees and percent: nothing must be named."""
    rng = np.random.default_rng(seed)
    world = box_world(height=72, width=80, frames=12)
    off = rng.normal(0, 1.5 * DEGREE, (4, 3))
    quaternion = np.concatenate([np.ones((4, 1)), 0.5 * off], axis=1)
    turn = make_pose(rotation_from_quaternion_wxyz(quaternion), rng.normal(0, 0.01, (4, 3)))
    world.world_from_object = world.world_from_object @ turn
    world.objects = tuple(
        replace(item, size=item.size * rng.uniform(0.97, 1.1, 3)) for item in world.objects)
    report = check_scene(world)
    assert report.ok, "\n".join(report.lines)
