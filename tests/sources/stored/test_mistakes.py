"""Mistakes planted in a scene before it is stored are caught by `check` and called by their name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.pose import (
    invert_pose,
    make_pose,
    quaternion_wxyz_from_rotation,
    rotation_from_quaternion_wxyz,
)
from fourdp_qa.scene.storage import write_scene

CAMERA, OBJECTS = "world_from_camera", "world_from_object"
OPENGL = np.diag([1.0, -1, -1, 1])
MIRROR = np.diag([1.0, -1, 1, 1])
DEGREE = np.pi / 180


def poses(name, change):
    def plant(world):
        setattr(world, name, change(getattr(world, name)))
    return plant


def quaternions(order):
    def change(pose):
        quaternion = quaternion_wxyz_from_rotation(pose[..., :3, :3])[..., order]
        return make_pose(rotation_from_quaternion_wxyz(quaternion), pose[..., :3, 3])
    return change


def angles_times(factor):
    """The rotation vector is `factor` times as long."""
    def change(pose):
        quaternion = quaternion_wxyz_from_rotation(pose[..., :3, :3])
        sine = np.linalg.norm(quaternion[..., 1:], axis=-1, keepdims=True)
        half = factor * np.arctan2(sine, quaternion[..., :1])
        axis = quaternion[..., 1:] / np.maximum(sine, 1e-12)
        turned = np.concatenate([np.cos(half), np.sin(half) * axis], axis=-1)
        return make_pose(rotation_from_quaternion_wxyz(turned), pose[..., :3, 3])
    return change


def mirrored(world):
    """The whole world lies on the other side, its poses made rotations again."""
    for name in (CAMERA, OBJECTS):
        poses(name, lambda pose: MIRROR @ pose @ MIRROR)(world)


def other_side(world):
    for name in (CAMERA, OBJECTS):
        poses(name, lambda pose: make_pose(pose[..., :3, :3], pose[..., :3, 3] * (1, -1, 1)))(world)


def depth_times(power):
    def plant(world):
        exact, facts = world.depth, world.facts
        rays = unproject(facts.K, pixel_centres(facts.height, facts.width),
                         np.ones((facts.height, facts.width)))
        factor = np.linalg.norm(rays, axis=-1) ** power
        world.depth = lambda t: (exact(t) * factor).astype(np.float32)
    return plant


def centre_moved(step):
    def plant(world):
        K = world.facts.K + np.array([[0, 0, step], [0, 0, step], [0, 0, 0]])
        world.facts = replace(world.facts, K=K)
    return plant


def table_ids_plus(step):
    """The table calls every object by the id of a neighbour; an id that it then lacks is not drawn."""
    def plant(world):
        exact = world.instances
        world.objects = tuple(replace(item, id=item.id + step) for item in world.objects)
        if min(item.id for item in world.objects) < 1:
            first, *others = world.objects
            world.objects = (replace(first, id=len(others) + 1), *others)
        known = [0, *(item.id for item in world.objects)]
        world.instances = lambda t: np.where(np.isin(exact(t), known), exact(t), 0).astype(np.int32)
    return plant


def at_the_bottom(world):
    offset = np.array([[0, 0, -0.5 * item.size[2]] for item in world.objects])
    world.world_from_object = world.world_from_object @ make_pose(np.eye(3), offset)


def width_for_length(world):
    world.objects = tuple(replace(item, size=item.size[[1, 0, 2]]) for item in world.objects)


MISTAKES = {
    "camera OpenGL": (poses(CAMERA, lambda pose: pose @ OPENGL), "camera axes flipped (OpenGL"),
    "world mirrored": (mirrored, "world mirrored (left-handed poses"),
    "positions mirrored": (other_side, "camera and object positions mirrored along y"),
    "camera inverted": (poses(CAMERA, invert_pose), "camera pose inverted (world_from_camera holds"),
    "objects inverted": (poses(OBJECTS, invert_pose), "object pose inverted (world_from_object holds"),
    "ray depth as z": (depth_times(1), "ray depth read as z"),
    "z as ray depth": (depth_times(-1), "z read as ray depth"),
    "camera xyzw as wxyz": (poses(CAMERA, quaternions((1, 2, 3, 0))),
                            "camera quaternion order wrong (x, y, z, w read as w, x, y, z)"),
    "objects wxyz as xyzw": (poses(OBJECTS, quaternions((3, 0, 1, 2))),
                             "object quaternion order wrong (w, x, y, z read as x, y, z, w)"),
    "half a pixel missing": (centre_moved(-0.5), "half a pixel in K (K is meant for pixel centres"),
    "half a pixel too much": (centre_moved(0.5), "half a pixel in K (0.5 added"),
    "ids one too low": (table_ids_plus(1), "ids off by one (id k of the images is object k + 1"),
    "ids one too high": (table_ids_plus(-1), "ids off by one (id k of the images is object k - 1"),
    "camera degrees": (poses(CAMERA, angles_times(1 / DEGREE)),
                       "camera angles wrong (degrees read as radians)"),
    "camera radians": (poses(CAMERA, angles_times(DEGREE)), "camera angles wrong (radians read as degrees)"),
    "object degrees": (poses(OBJECTS, angles_times(1 / DEGREE)),
                       "object angles wrong (degrees read as radians)"),
    "object radians": (poses(OBJECTS, angles_times(DEGREE)), "object angles wrong (radians read as degrees)"),
    "origin at the bottom": (at_the_bottom, "pose origin at the lower face of the box (z)"),
    "width and length exchanged": (width_for_length, "box edges in another order (size holds y, x, z)"),
}


def checked(world, root):
    return CliRunner().invoke(main, ["check", "stored", str(write_scene(world, root / "scene"))])


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_caught_and_named(box_world, tmp_path, kind):
    plant, words = MISTAKES[kind]
    world = box_world(height=72, width=80, frames=14)
    plant(world)
    result = checked(world, tmp_path)
    assert result.exit_code == 1
    assert words in result.output, result.output
    assert "Traceback" not in result.output


def test_without_a_mistake_nothing_is_named(box_world, tmp_path):
    result = checked(box_world(height=72, width=80, frames=14), tmp_path)
    assert result.exit_code == 0, result.output
    assert "likely mistake" not in result.output
