"""The motion that the picture shows to someone who believes that the camera never moved."""

from __future__ import annotations

from fourdp_qa.measure.measurements import Measurements
from fourdp_qa.scene.pose import Floats, invert_pose


def apparent_poses(measured: Measurements, n: int) -> Floats:
    """Poses (T, 4, 4) of object n in the world as the first camera would have to have seen them:
    X' = W_0 C_t^-1 X (questions.md, section 8). Those of a still camera are the true ones.
    """
    cameras = measured.camera.world_from_camera
    return cameras[0] @ invert_pose(cameras) @ measured.motion.world_from_object[:, n]
