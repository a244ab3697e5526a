"""A worker folder as Kubric writes it, made from any scene in Kubric's own conventions.

Its traps are all there: depth along the ray, pixel centres at +0.5, quaternions w, x, y, z of a camera
with Blender's axes, palette ids k for ``instances[k - 1]``, poses at the asset's origin.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fourdp_qa.scene.pose import quaternion_wxyz_from_rotation, transform_points
from fourdp_qa.scene.scene import Capability, Scene

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
            # Kubric names by asset: a caption comes back as the words of its id.
            "asset_id": self.scene.objects[n].caption.replace(" ", "_"),
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
        self.write_ids(t, self.ids(t))
        Image.fromarray(self.distance(t).astype(np.float32)).save(self.path("depth", t, "tiff"))

    def ids(self, t):
        return self.scene.instances(t)

    def distance(self, t):
        """Along the ray; Blender's 1e10 where nothing is hit."""
        z = self.scene.depth(t).astype(np.float64)
        return np.where(z > 0, z * self.ray_per_z(), 1e10)

    def write_ids(self, t, ids):
        image = Image.fromarray(ids.astype(np.uint8), mode="P")
        # The palette is also what tells Pillow how many bits an id needs.
        image.putpalette(np.random.default_rng(0).integers(0, 255, 768, dtype=np.uint8).tobytes())
        image.save(self.path("segmentation", t))

    def ray_per_z(self):
        facts = self.scene.facts
        v, u = np.mgrid[: facts.height, : facts.width] + 0.5
        f, cx, cy = facts.K[0, 0], facts.width / 2, facts.height / 2
        return np.sqrt(1 + ((u - cx) / f) ** 2 + ((v - cy) / f) ** 2)

    def path(self, layer, t, suffix="png"):
        return Path(self.folder) / f"{layer}_{t:05d}.{suffix}"


class Cropped(Scene):
    """The middle rows of a square scene: a wide picture, centred as Kubric's are."""

    def __init__(self, scene, height):
        facts = scene.facts
        self.whole, self.top = scene, (facts.height - height) // 2
        K = facts.K - np.array([[0, 0, 0], [0, 0, self.top], [0, 0, 0]])
        self.facts = replace(facts, height=height, K=K, capabilities=facts.capabilities
                             - {Capability.EXACT_VISIBILITY})
        self.objects, self.pose_valid = scene.objects, scene.pose_valid
        self.world_from_camera = scene.world_from_camera
        self.world_from_object = scene.world_from_object
        self.rows = slice(self.top, self.top + height)

    def rgb(self, t):
        return np.ascontiguousarray(self.whole.rgb(t)[self.rows])

    def depth(self, t):
        return np.ascontiguousarray(self.whole.depth(t)[self.rows])

    def instances(self, t):
        return np.ascontiguousarray(self.whole.instances(t)[self.rows])


@pytest.fixture(scope="session")
def write_worker():
    """``write_worker(scene, folder)`` writes any scene as a worker folder, named as its scene."""
    return lambda scene, root: WorkerFolder(scene, root / scene.facts.scene_id).write()


@pytest.fixture(scope="session")
def worker_of():
    """``worker_of(scene)``: what a worker would write about a scene; nothing is written."""
    return lambda scene: WorkerFolder(scene, None)


@pytest.fixture(scope="session")
def write_record(movi_records):
    """``write_record(scene, root)`` writes any scene as a MOVi data set of one record."""
    return lambda scene, root, **options: movi_records.write(
        root, movi_records.features(WorkerFolder(scene, None), **options))


@pytest.fixture(scope="session")
def cropped():
    """``cropped(scene, height)``: the middle rows of a square scene."""
    return Cropped


@pytest.fixture
def world(box_world):
    """Wide pictures, 14 frames, sky above the floor, a last object whose origin is off its centre."""
    return box_world(height=48, width=70, frames=14)


@pytest.fixture
def worker(world, tmp_path):
    return WorkerFolder(world, tmp_path / "0007")
