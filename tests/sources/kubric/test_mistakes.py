"""Mistakes planted in a worker folder are caught by `check` and called by their name."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from fourdp_qa.cli import main
from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.pose import (
    invert_pose,
    make_pose,
    quaternion_wxyz_from_rotation,
    rotation_from_quaternion_wxyz,
)


def in_metadata(change):
    def plant(worker):
        worker.write()
        metadata = worker.metadata()
        change(metadata)
        worker.write_metadata(metadata)
    return plant


def depth_times(factor_of):
    def plant(worker):
        worker.write()
        for t in range(worker.scene.facts.frame_count):
            path = worker.path("depth", t, "tiff")
            ray = np.asarray(Image.open(path))
            Image.fromarray((ray * factor_of(worker)).astype(np.float32)).save(path)
    return plant


def ids_plus(step):
    def plant(worker):
        worker.write()
        for t in range(worker.scene.facts.frame_count):
            ids = worker.scene.instances(t)
            worker.write_ids(t, np.where(ids > 0, ids + step, 0))
    return plant


def rendered_half_a_pixel(step):
    """Depth, ids and colour belong to points half a pixel aside: centres at whole numbers."""
    def plant(worker):
        scene = worker.scene
        centres = pixel_centres(scene.facts.height, scene.facts.width) + step
        scene._ray = unproject(scene.facts.K, centres, np.ones(centres.shape[:2]))
        worker.write()
    return plant


def camera_inverted(metadata):
    camera = metadata["camera"]
    pose = make_pose(rotation_from_quaternion_wxyz(camera["quaternions"]), camera["positions"])
    turned = invert_pose(pose)
    camera["positions"] = turned[:, :3, 3].tolist()
    camera["quaternions"] = quaternion_wxyz_from_rotation(turned[:, :3, :3]).tolist()


def camera_xyzw(metadata):
    camera = metadata["camera"]
    camera["quaternions"] = np.roll(camera["quaternions"], -1, axis=-1).tolist()


def objects_xyzw(metadata):
    for item in metadata["instances"]:
        item["quaternions"] = np.roll(item["quaternions"], -1, axis=-1).tolist()


def objects_inverted(metadata):
    for item in metadata["instances"]:
        item["quaternions"] = (np.array(item["quaternions"]) * (1, -1, -1, -1)).tolist()


def one_object_exchanged(metadata):
    metadata["instances"][1:3] = metadata["instances"][2:0:-1]


MISTAKES = {
    "ray depth as z": (depth_times(lambda w: w.ray_per_z()), "ray depth read as z"),
    "z as ray depth": (depth_times(lambda w: 1 / w.ray_per_z()), "z read as ray depth"),
    "camera inverted": (in_metadata(camera_inverted),
                        "camera pose inverted (OpenGL camera_from_world read as world_from_camera"),
    "camera xyzw": (in_metadata(camera_xyzw),
                    "camera quaternion order wrong (x, y, z, w read as w, x, y, z"),
    "objects xyzw": (in_metadata(objects_xyzw), "quaternion order wrong (x, y, z, w stored"),
    "objects inverted": (in_metadata(objects_inverted), "object pose inverted"),
    "half a pixel, one way": (rendered_half_a_pixel(-0.5), "half a pixel in K"),
    "half a pixel, the other": (rendered_half_a_pixel(0.5), "half a pixel in K"),
    "ids one too low": (ids_plus(-1), "ids off by one (id k of the images is object k + 1"),
    "ids one too high": (ids_plus(1), "ids off by one, or an instance missing from the table"),
    "two objects exchanged": (in_metadata(one_object_exchanged), "ids exchanged"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_caught_and_named(worker, kind):
    plant, words = MISTAKES[kind]
    plant(worker)
    result = CliRunner().invoke(main, ["check", "kubric", str(worker.folder)])
    assert result.exit_code == 1
    assert words in result.output, result.output
    assert "Traceback" not in result.output


def test_without_a_mistake_nothing_is_named(worker):
    worker.write()
    result = CliRunner().invoke(main, ["check", "kubric", str(worker.folder)])
    assert result.exit_code == 0, result.output
    assert "likely mistake" not in result.output
