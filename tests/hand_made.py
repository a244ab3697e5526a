"""Scenes made by hand: boxes over a floor, filmed by a camera whose angles are given in degrees.

World: x right, y forward, z up for a camera with azimuth 0.
"""

from __future__ import annotations

import numpy as np

from fourdp_qa.measure.measure import measure_segment
from fourdp_qa.questions.registry import state_segment
from fourdp_qa.scene.segment import Segment

FRAMES = 13


def camera_poses(eye, azimuth=0.0, elevation=0.0, roll=0.0, frames=FRAMES):
    """Poses (T, 4, 4): numbers or series of T; azimuth grows to the right, elevation upwards, roll
    clockwise as the operator sees the camera.
    """
    eye = np.broadcast_to(np.asarray(eye, float), (frames, 3))
    a, e, r = (np.radians(np.broadcast_to(v, (frames,))) for v in (azimuth, elevation, roll))
    zero = np.zeros(frames)
    forward = np.stack([np.cos(e) * np.sin(a), np.cos(e) * np.cos(a), np.sin(e)], -1)
    right = np.stack([np.cos(a), -np.sin(a), zero], -1)
    down = np.cross(forward, right)
    x = np.cos(r)[:, None] * right + np.sin(r)[:, None] * down
    y = np.cos(r)[:, None] * down - np.sin(r)[:, None] * right
    poses = np.zeros((frames, 4, 4))
    poses[:, :3, :3] = np.stack([x, y, forward], axis=-1)
    poses[:, :3, 3] = eye
    poses[:, 3, 3] = 1
    return poses


def ramp(end, frames=FRAMES):
    """0 .. end, a number or a vector, over the frames."""
    time = np.linspace(0, 1, frames)
    return time * end if np.ndim(end) == 0 else time[:, None] * np.asarray(end, float)


class Filmed:
    """A hand-made scene with its measurements and statements.

    Parameters
    ----------
    world : the class BoxWorld
    boxes : sequence of dicts, the arguments of Box; colour and turn may be left out
    cameras : (T, 4, 4)
    """

    def __init__(self, world, boxes, cameras, *, side=64, floor=True, paths=None, focal=0.9):
        made = [self._box(world, n, box) for n, box in enumerate(boxes)]
        self.scene = world(height=side, width=side, frames=len(cameras), boxes=made, floor=floor,
                           focal=focal)
        objects = self.scene.world_from_object
        for n, path in (paths or {}).items():  # centres (T, 3) in place of a straight line
            objects[:, n, :3, 3] = path
        self.scene.world_from_camera = np.asarray(cameras)
        # BoxWorld draws what it was made with; here the camera given is the one that films.
        self.scene._camera, self.scene._object = self.scene.world_from_camera.copy(), objects.copy()
        self.segment = Segment(0, 1, len(cameras), self.scene.facts.fps)
        self.measured = measure_segment(self.scene, self.segment)
        self.stated = state_segment(self.measured)

    @staticmethod
    def _box(world, n, values):
        import sys

        box = sys.modules[world.__module__].Box
        plain = {"caption": f"box {n + 1}", "colour": (90, 90, 90), "turn": (0, 0, 0),
                 "turn_at_start": (0, 0, 0)}
        return box(**{**plain, **values})

    def statement(self, question_type, variant=None, objects=None):
        """The one statement that fits; None when there is none."""
        found = [
            s for s in self.stated.statements if s.question_type == question_type
            and variant in (None, s.variant) and objects in (None, s.objects)
        ]
        assert len(found) < 2, f"{len(found)} statements fit"
        return found[0] if found else None

    def verdicts(self, question_type, variant=None, objects=None):
        """Component -> verdict of the one statement that fits."""
        statement = self.statement(question_type, variant, objects)
        return {name: str(c.quantity.verdict) for name, c in statement.components.items()}
