"""Fixtures of the questions room."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fourdp_qa.measure.boxes import box_corners
from fourdp_qa.measure.measurements import CameraMeasurements, Measurements
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.scene.camera import camera_angles, heading_axes
from fourdp_qa.scene.pose import invert_pose, make_pose, transform_points
from fourdp_qa.scene.segment import Segment


@pytest.fixture(scope="session")
def film(box_world, hand_made):
    """``film(boxes, cameras, side=64, floor=True, paths=None)``: a hand-made scene, measured."""

    def make(boxes, cameras, **options):
        return hand_made.Filmed(box_world, boxes, cameras, **options)

    return make


class Posed:
    """One object whose every pose is given, measured without a picture.

    World: z up; the object's front is its own x axis, its left its own y axis.
    """

    limits = thresholds_for("default")

    def __init__(self, base: Measurements, cameras):
        self._base, self.cameras = base, cameras

    @staticmethod
    def poses(places, yaw=0.0, pitch=0.0, roll=0.0):
        """Poses (T, 4, 4) from places (T, 3) and angles in degrees, numbers or series (T,): rolled
        about the front, then pitched about the left, then turned about up.
        """
        places = np.asarray(places, float)
        a, p, r = (np.radians(np.broadcast_to(v, len(places))) for v in (yaw, pitch, roll))
        turns = rotation(2, a) @ rotation(1, p) @ rotation(0, r)
        return make_pose(turns, places)

    def measure(self, poses, cameras=None, up=(0.0, 0.0, 1.0), **facts):
        """Measurements of the object with these poses; `facts` change its ObjectFacts."""
        cameras = self.cameras if cameras is None else np.asarray(cameras, float)
        up = None if up is None else np.asarray(up, float)
        cameras = np.broadcast_to(cameras, poses.shape) if cameras.ndim == 2 else cameras[:len(poses)]
        thing = replace(self._base.objects[0], **facts)
        world = poses[:, None]
        centre = transform_points(invert_pose(cameras), world[..., :3, 3])
        return replace(
            self._base,
            facts=replace(self._base.facts, up=up),
            segment=Segment(0, 1, len(poses), 12.0),
            objects=(thing,),
            camera=CameraMeasurements(
                cameras, heading_axes(cameras, up), camera_angles(cameras, up),
                np.zeros((len(poses), 3)), 1.0, None),
            motion=replace(
                self._base.motion, world_from_object=world, centre_world=world[..., :3, 3],
                centre_camera=centre, distance=np.linalg.norm(centre, axis=-1),
                corners_world=box_corners(world, np.array([thing.size]))),
        )

    def ask(self, statements, measured, hidden=(), limits=None):
        """What the question type says of the one object; None when it says nothing."""
        seen = np.ones((len(measured.motion.distance), 1), dtype=bool)
        seen[list(hidden)] = False
        found = statements(measured, limits or self.limits, [0], seen)
        assert len(found) < 2
        return found[0] if found else None

    @staticmethod
    def verdicts(statement):
        """Component -> verdict."""
        return {name: str(c.quantity.verdict) for name, c in statement.components.items()}

    @staticmethod
    def pictures(statement):
        """Component -> what the picture says."""
        return {name: c.picture for name, c in statement.components.items()}

    def filming(self, turn, shift, frames=13):
        """Cameras (T, 4, 4) that start as the given one, turn evenly about their own y by `turn`
        degrees and shift evenly by `shift` along their own axes.
        """
        time = np.linspace(0, 1, frames)
        return self.cameras @ make_pose(rotation(1, np.radians(turn) * time),
                                        time[:, None] * np.asarray(shift, float))

    # The changes of questions.md, section 7: they take poses and give poses.

    @staticmethod
    def scaled(poses, k):
        """Lengths times k."""
        poses = np.array(poses)
        poses[..., :3, 3] *= k
        return poses

    @staticmethod
    def move(turn, shift):
        """A rigid motion of the world from two vectors with entries in -1..1."""
        turns = [rotation(axis, np.array([3.0 * angle]))[0] for axis, angle in enumerate(turn)]
        return make_pose(turns[0] @ turns[1] @ turns[2], 100 * np.asarray(shift))

    @staticmethod
    def mirrored(poses, own_axis):
        """Mirrored in the world's x; the body flips its own axis 0 (a camera) or 1 (an object)."""
        own = np.ones(4)
        own[own_axis] = -1
        return np.diag([-1.0, 1, 1, 1]) @ poses @ np.diag(own)


def rotation(axis, angles):
    """Rotations (T, 3, 3) by angles in radians about a coordinate axis."""
    i, j = (axis + 1) % 3, (axis + 2) % 3
    turns = np.tile(np.eye(3), (len(angles), 1, 1))
    turns[:, i, i] = turns[:, j, j] = np.cos(angles)
    turns[:, j, i] = np.sin(angles)
    turns[:, i, j] = -turns[:, j, i]
    return turns


@pytest.fixture(scope="session")
def posed(film, hand_made):
    """The one `Posed`: a camera 10 units south of the origin and 3 above looks north."""
    cameras = hand_made.camera_poses((0, -10, 3), elevation=-15)
    size = {"size": (2.0, 1.0, 0.8), "start": (0, 0, 1)}
    return Posed(film((size,), cameras).measured, cameras[0])


@pytest.fixture(scope="session")
def many():
    """The module many_objects: worlds of objects whose every pose is given, without a picture."""
    spec = importlib.util.spec_from_file_location(
        "many_objects", Path(__file__).with_name("many_objects.py"))
    sys.modules["many_objects"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
