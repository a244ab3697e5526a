"""check_scene on facts, objects and poses: every wrong number is said with its place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.scene.check import Severity, check_scene
from fourdp_qa.scene.scene import Capability


@pytest.fixture
def world(box_world):
    return box_world(height=72, width=80, frames=12)


def text_of(scene):
    report = check_scene(scene)
    return report, "\n".join(report.lines)


def with_facts(**changes):
    def plant(world):
        world.facts = replace(world.facts, **changes)
    return plant


def with_object(**changes):
    def plant(world):
        world.objects = (replace(world.objects[0], **changes), *world.objects[1:])
    return plant


def put(name, where, value):
    def plant(world):
        getattr(world, name)[where] = value
    return plant


def with_array(name, change):
    def plant(world):
        setattr(world, name, change(getattr(world, name)))
    return plant


def transposed_matrix(pose):
    return np.swapaxes(pose, -1, -2)


MIRROR = np.diag([1.0, -1.0, 1.0, 1.0])

NUMBERS = {
    "lost frame": (with_array("world_from_camera", lambda pose: pose[1:]),
                   "world_from_camera: shape (11, 4, 4), expected shape (12, 4, 4)"),
    "lost object": (with_array("world_from_object", lambda pose: pose[:, 1:]),
                    "world_from_object: shape (12, 3, 4, 4)"),
    "validity as numbers": (with_array("pose_valid", lambda valid: valid.astype(float)),
                            "pose_valid: dtype float64, expected bool"),
    "NaN camera": (put("world_from_camera", (4, 0, 3), np.nan),
                   "world_from_camera frame 4: a value that is not finite"),
    "NaN object": (put("world_from_object", (4, 1, 0, 3), np.nan),
                   "objects[1] 'green box' world_from_object frame 4: a value that is not finite"),
    "mirrored camera": (with_array("world_from_camera", lambda pose: pose @ MIRROR),
                        "a reflection, expected a rotation; likely mistake: one axis flipped"),
    "scaled pose": (put("world_from_object", (slice(None), 0, slice(3), slice(3)), 2 * np.eye(3)),
                    "off a rotation, expected a rotation; likely mistake: scale left in the pose"),
    "transposed matrix": (with_array("world_from_camera", transposed_matrix),
                          "likely mistake: the matrix is transposed"),
    "normalised K": (with_facts(K=np.array([[0.9, 0, 0.5], [0, 0.9, 0.5], [0, 0, 1]])),
                     "normalised, not in pixels"),
    "K of a larger image": (with_facts(K=np.array([[288.0, 0, 160], [0, 288, 144], [0, 0, 1]])),
                            "K belongs to an image of another size"),
    "OpenGL K": (with_facts(K=np.array([[72.0, 0, -40], [0, -72, -36], [0, 0, -1]])),
                 "K kept its OpenGL signs"),
    "up not of length 1": (with_facts(up=np.array([0, 0, 9.81])), "facts.up: [0.0, 0.0, 9.81]"),
    "up without the capability": (
        with_facts(capabilities=frozenset({Capability.DEPTH})), "facts.up: a vector, expected"),
    "feet": (with_facts(units="feet"), "facts.units: 'feet', expected metres or relative"),
    "no rate": (with_facts(fps=0.0), "facts.fps: 0.0, expected a positive number"),
    "no licence": (with_facts(license=""), "facts.license: an empty text"),
    "id 0": (with_object(id=0), "objects[0] 'red box' id: 0, expected 1 or more"),
    "id twice": (with_object(id=2), "id: 2 a second time, expected unique ids"),
    "no size": (with_object(size=np.array([1.0, 0, 1])), "expected three positive edges"),
    "long front": (with_object(front=np.array([2.0, 0, 0])), "front: [2.0, 0.0, 0.0], expected"),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_wrong_numbers_are_said(world, kind):
    plant, words = NUMBERS[kind]
    plant(world)
    report, text = text_of(world)
    assert not report.ok, text
    assert words in text


def test_a_pose_that_is_marked_unknown_may_be_nan(world):
    world.world_from_object[4, 1] = np.nan
    world.pose_valid[4, 1] = False
    report, text = text_of(world)
    assert report.ok, text


def test_a_static_object_that_moves_is_said(world):
    world.objects = (world.objects[0], replace(world.objects[1], is_static=True),
                     *world.objects[2:])
    report, text = text_of(world)
    assert "objects[1] 'green box' frame 11: a static object that moves by" in text
    assert not report.ok


def test_up_that_points_down_is_a_warning(world):
    world.facts = replace(world.facts, up=-world.facts.up)
    report, text = text_of(world)
    assert report.ok, text
    assert report.warnings[0].severity is Severity.WARNING
    assert "likely mistake: up has the wrong sign" in text
