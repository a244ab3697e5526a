"""npz files as TAPVid-3D's programs write them, made from any exact scene.

The tracks are computed here from scratch: a pixel is lifted by its depth, fixed to its object, and moved with
that object's pose; the library's own tracking takes no part.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image

GRID = 8  # pixels between the points of a frame: no edge and no object is looked for


@dataclass
class Tracked:
    """What a file holds, in double precision; `write` rounds it as the format does."""

    scene: object
    pixels: np.ndarray  # (P, 2) row, column
    at: np.ndarray  # (P,) frame of the query
    ids: np.ndarray  # (P,)
    in_camera: np.ndarray  # (T, P, 3)
    visible: np.ndarray  # (T, P)
    arrays: dict = field(default_factory=dict)

    def as_written(self, extrinsics=True):
        """The arrays by their names in the file."""
        K = self.scene.facts.K
        arrays = {
            "images_jpeg_bytes": [jpeg(self.scene.rgb(t)) for t in range(len(self.visible))],
            "queries_xyt": np.column_stack([self.pixels[:, 1] + 0.5, self.pixels[:, 0] + 0.5, self.at]
                                           ).astype(np.float32),
            "tracks_XYZ": self.in_camera.astype(np.float32),
            "visibility": self.visible,
            "fx_fy_cx_cy": np.array([K[0, 0], K[1, 1], K[0, 2], K[1, 2]]),
        }
        if extrinsics:
            arrays["extrinsics_w2c"] = np.linalg.inv(self.scene.world_from_camera)
        return arrays


def jpeg(rgb):
    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "JPEG", quality=95)
    return stream.getvalue()


def track(scene, query_frames=(0,)):
    """Points on a grid of each query frame's pixels that have depth, over all frames."""
    facts = scene.facts
    fx, fy, cx, cy = facts.K[0, 0], facts.K[1, 1], facts.K[0, 2], facts.K[1, 2]
    index = {item.id: n for n, item in enumerate(scene.objects)}
    rows, columns, at, ids, paths = [], [], [], [], []
    for t in query_frames:
        depth, instances = scene.depth(t).astype(float), scene.instances(t)
        for row in range(GRID // 2, facts.height, GRID):
            for column in range(GRID // 2, facts.width, GRID):
                z, k = depth[row, column], int(instances[row, column])
                if not 0 < z < 30:
                    continue
                point = [(column + 0.5 - cx) / fx * z, (row + 0.5 - cy) / fy * z, z, 1.0]
                world = scene.world_from_camera[t] @ point
                path = np.repeat(world[None], facts.frame_count, axis=0)
                if k:
                    poses = scene.world_from_object[:, index[k]]
                    path = (poses @ np.linalg.inv(poses[t])) @ world
                rows.append(row), columns.append(column), at.append(t), ids.append(k), paths.append(path)
    world = np.stack(paths, axis=1)
    in_camera = np.einsum("tij,tpj->tpi", np.linalg.inv(scene.world_from_camera), world)[..., :3]
    ids = np.array(ids)
    visible = np.stack([scene.sees(t, world[t, :, :3], ids) for t in range(facts.frame_count)])
    return Tracked(scene, np.column_stack([rows, columns]), np.array(at), ids, in_camera, visible)


def write(arrays, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **arrays)
    return path


@pytest.fixture(scope="session")
def tracked():
    return track


@pytest.fixture(scope="session")
def write_npz():
    return write


@pytest.fixture(scope="session")
def as_jpeg():
    return jpeg
