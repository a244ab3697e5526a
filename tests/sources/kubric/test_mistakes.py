"""Mistakes planted in a worker folder or a record are caught by `check` and called by their name."""

from __future__ import annotations

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

OPENCV_FROM_BLENDER = np.diag([1.0, -1.0, -1.0])
MIRROR = np.array([1.0, -1.0, 1.0])


def in_metadata(change):
    def plant(worker):
        metadata = worker.metadata()
        change(metadata)
        worker.metadata, worker.instances = lambda: metadata, metadata["instances"]
    return plant


def depth_times(factor_of):
    def plant(worker):
        exact = worker.distance
        worker.distance = lambda t: exact(t) * factor_of(worker)
    return plant


def ids_plus(step):
    def plant(worker):
        exact = worker.ids
        worker.ids = lambda t: np.where(exact(t) > 0, exact(t) + step, 0)
    return plant


def rendered_half_a_pixel(step):
    """Depth, ids and colour belong to points half a pixel aside: centres at whole numbers."""
    def plant(worker):
        scene = worker.scene
        centres = pixel_centres(scene.facts.height, scene.facts.width) + step
        scene._ray = unproject(scene.facts.K, centres, np.ones(centres.shape[:2]))
    return plant


def camera_inverted(metadata):
    camera = metadata["camera"]
    pose = make_pose(rotation_from_quaternion_wxyz(camera["quaternions"]), camera["positions"])
    turned = invert_pose(pose)
    camera["positions"] = turned[:, :3, 3].tolist()
    camera["quaternions"] = quaternion_wxyz_from_rotation(turned[:, :3, :3]).tolist()


def camera_in_opencv_axes(metadata):
    camera = metadata["camera"]
    rotation = rotation_from_quaternion_wxyz(camera["quaternions"]) @ OPENCV_FROM_BLENDER
    camera["quaternions"] = quaternion_wxyz_from_rotation(rotation).tolist()


def mirrored(corner_order):
    """y has the other sign in every position and turn; the corners are listed anew, or as they were."""
    def change(metadata):
        for item in [metadata["camera"], *metadata["instances"]]:
            item["positions"] = (np.array(item["positions"]) * MIRROR).tolist()
            item["quaternions"] = (np.array(item["quaternions"]) * (1, -1, 1, -1)).tolist()
        for item in metadata["instances"]:
            item["bboxes_3d"] = (np.array(item["bboxes_3d"])[:, corner_order] * MIRROR).tolist()
    return change


def on_the_other_side(metadata):
    """Positions have the other sign along y, turns are as they were; the boxes go with their centres."""
    for item in [metadata["camera"], *metadata["instances"]]:
        item["positions"] = (np.array(item["positions"]) * MIRROR).tolist()
    for item in metadata["instances"]:
        corners = np.array(item["bboxes_3d"])
        centre = corners.mean(axis=1, keepdims=True)
        item["bboxes_3d"] = (corners - centre + centre * MIRROR).tolist()


def boxes(change):
    """`change` moves the corners (T, 2, 2, 2, 3) of a box, indexed by side along x, y and z."""
    def damage(metadata):
        for item in metadata["instances"]:
            corners = np.array(item["bboxes_3d"]).reshape(-1, 2, 2, 2, 3)
            item["bboxes_3d"] = change(corners).reshape(-1, 8, 3).tolist()
    return damage


def half_a_box_down(corners):
    return corners - 0.5 * (corners[:, :, :, 1:] - corners[:, :, :, :1])


def width_for_length(corners):
    """The x edge gets the length of the y edge and the reverse."""
    x, y = corners[:, 1, 0, 0] - corners[:, 0, 0, 0], corners[:, 0, 1, 0] - corners[:, 0, 0, 0]
    z = corners[:, 0, 0, 1] - corners[:, 0, 0, 0]
    length = [np.linalg.norm(edge, axis=-1, keepdims=True) for edge in (x, y)]
    x, y = x / length[0] * length[1], y / length[1] * length[0]
    centre = corners.mean(axis=(1, 2, 3))
    return np.stack([
        centre + (i - 0.5) * x + (j - 0.5) * y + (k - 0.5) * z
        for i in (0, 1) for j in (0, 1) for k in (0, 1)], axis=1)


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
    "camera in OpenCV axes": (in_metadata(camera_in_opencv_axes), "camera axes flipped (OpenGL"),
    "world mirrored": (in_metadata(mirrored([2, 3, 0, 1, 6, 7, 4, 5])), "world mirrored (left-handed poses"),
    "world mirrored, corners in their old order": (
        in_metadata(mirrored(np.arange(8))), "world mirrored (the corners of the boxes are left-handed)"),
    "positions mirrored": (in_metadata(on_the_other_side),
                           "camera and object positions mirrored along y, but not the rotations"),
    "boxes stand on their origin": (in_metadata(boxes(half_a_box_down)),
                                    "pose origin at the lower face of the box (z)"),
    "width and length exchanged": (in_metadata(boxes(width_for_length)), "box edges in another order (size"),
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


@pytest.fixture(params=["folder", "record"])
def write(request, movi_records, tmp_path):
    """Write what a worker says about its scene in either form; the path to give to `check`."""
    if request.param == "folder":
        return lambda worker: worker.write()
    return lambda worker: movi_records.write(tmp_path / "movi_e", movi_records.features(worker))


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_caught_and_named(worker, write, kind):
    plant, words = MISTAKES[kind]
    plant(worker)
    result = CliRunner().invoke(main, ["check", "kubric", str(write(worker))])
    assert result.exit_code == 1
    assert words in result.output, result.output
    assert "Traceback" not in result.output


def test_without_a_mistake_nothing_is_named(worker, write):
    result = CliRunner().invoke(main, ["check", "kubric", str(write(worker))])
    assert result.exit_code == 0, result.output
    assert "likely mistake" not in result.output
