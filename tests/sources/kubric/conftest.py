"""A worker folder as Kubric writes it, made from BoxWorld in Kubric's own conventions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fourdp_qa.scene.pose import quaternion_wxyz_from_rotation, transform_points

BLENDER_CAMERA_FROM_OPENCV = np.diag([1.0, -1.0, -1.0])
SENSOR_WIDTH = 32.0
CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
ORIGIN_IN_BOX = np.array([0.1, -0.05, -0.3])  # of the last object, in its edges: a scanned asset


class WorkerFolder:
    """Writes a worker folder and lets a test change what is written."""

    def __init__(self, scene, folder):
        self.scene, self.folder = scene, folder
        self.instances = [self.instance(n) for n in range(len(scene.objects))]

    def instance(self, n):
        poses, size = self.scene.world_from_object[:, n], self.scene.objects[n].size
        is_last = n == len(self.scene.objects) - 1
        origin = transform_points(poses, [ORIGIN_IN_BOX * size * is_last])[:, 0]
        return {
            "asset_id": "cube",
            "positions": origin.tolist(),
            "quaternions": quaternion_wxyz_from_rotation(poses[:, :3, :3]).tolist(),
            "bboxes_3d": transform_points(poses, CORNERS * size).tolist(),
            "is_dynamic": False,
            "scale": [0.1, 0.2, 0.3],
        }

    def metadata(self):
        facts, camera = self.scene.facts, self.scene.world_from_camera
        rotation = camera[:, :3, :3] @ BLENDER_CAMERA_FROM_OPENCV
        return {
            "flags": {},
            "metadata": {"resolution": [facts.width, facts.height], "frame_rate": facts.fps,
                         "num_frames": facts.frame_count, "num_instances": len(self.instances),
                         "gravity": [0, 0, -10.0]},
            "camera": {
                "focal_length": facts.K[0, 0] / facts.width * SENSOR_WIDTH,
                "sensor_width": SENSOR_WIDTH,
                "positions": camera[:, :3, 3].tolist(),
                # Longer than 1, as after Blender's interpolation.
                "quaternions": (1.01 * quaternion_wxyz_from_rotation(rotation)).tolist(),
                "K": [[-1, 0, 0]] * 3, "R": "of the last keyframe",
            },
            "instances": self.instances,
        }

    def write(self):
        self.folder.mkdir(parents=True)
        for t in range(self.scene.facts.frame_count):
            self.write_frame(t)
        self.write_metadata(self.metadata())
        return self.folder

    def write_metadata(self, metadata):
        (self.folder / "metadata.json").write_text(json.dumps(metadata))

    def write_frame(self, t):
        rgb = self.scene.rgb(t)
        opaque = np.full((*rgb.shape[:2], 1), 255, np.uint8)
        Image.fromarray(np.concatenate([rgb, opaque], axis=-1)).save(self.path("rgba", t))
        ids = Image.fromarray(self.scene.instances(t).astype(np.uint8), mode="P")
        ids.putpalette(np.random.default_rng(0).integers(0, 255, 768, dtype=np.uint8).tobytes())
        ids.save(self.path("segmentation", t))
        z = self.scene.depth(t).astype(np.float64)
        ray = z * self.ray_per_z()
        Image.fromarray(np.where(z > 0, ray, 1e10).astype(np.float32)).save(
            self.path("depth", t, "tiff"))

    def ray_per_z(self):
        facts = self.scene.facts
        v, u = np.mgrid[: facts.height, : facts.width] + 0.5
        f, cx, cy = facts.K[0, 0], facts.width / 2, facts.height / 2
        return np.sqrt(1 + ((u - cx) / f) ** 2 + ((v - cy) / f) ** 2)

    def path(self, layer, t, suffix="png"):
        return Path(self.folder) / f"{layer}_{t:05d}.{suffix}"


@pytest.fixture
def world(box_world):
    """Wide pictures, 14 frames, sky above the floor, a last object whose origin is off its centre."""
    return box_world(height=48, width=70, frames=14)


@pytest.fixture
def worker(world, tmp_path):
    return WorkerFolder(world, tmp_path / "0007")
