"""Mistakes planted in a tool's output are caught by `check` and called by their name."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.scene.camera import pixel_centres, unproject

OPENGL = np.diag([1.0, -1.0, -1.0, 1.0])
MIRROR = np.diag([1.0, -1.0, 1.0, 1.0])


def poses(change):
    def plant(output):
        output.poses = change(output.poses.copy())
    return plant


def other_side(pose):
    pose[:, 0, 3] *= -1
    return pose


def depth_along_ray(power):
    def plant(output):
        height, width = output.depth.shape[1:]
        rays = unproject(output.scene.facts.K, pixel_centres(height, width), np.ones((height, width)))
        output.depth = (output.depth * np.linalg.norm(rays, axis=-1) ** power).astype(np.float32)
    return plant


def depth_times(factor):
    def plant(output):
        output.depth = (output.depth * factor).astype(np.float32)
    return plant


def intrinsics(change):
    def plant(output):
        output.K = change(output.K)
    return plant


def as_text(count):
    return sorted(range(count), key=str)


def pictures_as_text(output):
    order = as_text(len(output.depth))
    output.depth, output.rgb, output.ids = output.depth[order], output.rgb[order], output.ids[order]


def moved(step):
    return intrinsics(lambda K: np.add(K, [[0, 0, step], [0, 0, step], [0, 0, 0]]))


MISTAKES = {
    "camera inverted": (poses(np.linalg.inv), "pose inverted: by its name"),
    "camera OpenGL": (poses(lambda p: p @ OPENGL), "camera axes flipped (OpenGL"),
    "world mirrored": (poses(lambda p: MIRROR @ p @ MIRROR), "world mirrored (left-handed poses"),
    "positions mirrored": (poses(other_side), "camera positions mirrored along x"),
    "frames reversed": (poses(lambda p: p[::-1]), "poses in reverse order of the frames"),
    "poses sorted as text": (poses(lambda p: p[as_text(len(p))]), "poses in the order of their names as"),
    "pictures sorted as text": (pictures_as_text, "pictures in the order of their names as text"),
    "poses late": (poses(lambda p: np.concatenate([p[:1], p[:-1]])), "camera poses one frame late"),
    "ray depth as z": (depth_along_ray(1), "ray depth read as z"),
    "z as ray depth": (depth_along_ray(-1), "z read as ray depth"),
    "depth of another scale": (depth_times(1.5), "depth scale wrong (stored depth is 1.5"),
    "depth ten times": (depth_times(10), "depth scale wrong (stored depth is 10 times"),
    "half a pixel, one way": (moved(-0.5), "half a pixel in K (K is meant for pixel centres"),
    "half a pixel, the other": (moved(0.5), "half a pixel in K (0.5 added"),
    "intrinsics transposed": (intrinsics(lambda K: K.transpose(0, 2, 1)), "intrinsics transposed"),
    "intrinsics of the video": (intrinsics(lambda K: K * [[3], [3], [1]]),
                                "intrinsics of the video before the tool resized it"),
}

IN_OTHER_TOOLS = {
    "VGGT": ("camera inverted", "'extrinsic' holds camera_from_world, by the data world_from_camera"),
    "MegaSaM": ("camera inverted", "'cam_c2w' holds world_from_camera, by the data camera_from_world"),
    "SpatialTrackerV2": ("camera inverted", "'extrinsics' holds camera_from_world, by the data world_from"),
    "CUT3R": ("camera inverted", "'pose' holds world_from_camera, by the data camera_from_world"),
    "ViPE": ("camera inverted", "'data' holds world_from_camera, by the data camera_from_world"),
}


def checked(root):
    return CliRunner().invoke(main, ["check", "reconstruction", str(root)])


def is_caught(result, words):
    assert result.exit_code == 1, result.output
    assert words in result.output, result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_caught_and_named(output, kind):
    plant, words = MISTAKES[kind]
    made = output("Depth Anything 3")
    plant(made)
    is_caught(checked(made.write()), words)


@pytest.mark.parametrize("tool", IN_OTHER_TOOLS)
def test_each_tool_has_its_own_direction_of_poses(output, tool):
    kind, words = IN_OTHER_TOOLS[tool]
    made = output(tool)
    MISTAKES[kind][0](made)
    is_caught(checked(made.write()), words)


def test_a_matrix_that_was_transposed_is_named_by_its_last_row(output):
    made = output("MegaSaM")
    made.poses = made.poses.transpose(0, 2, 1)
    is_caught(checked(made.write()), "the matrices are transposed (translation in the last row)")


def test_without_masks_the_direction_is_proved_as_well(output):
    made = output("Depth Anything 3")
    made.with_masks = False
    MISTAKES["camera inverted"][0](made)
    is_caught(checked(made.write()), "pose inverted: by its name")


@pytest.mark.parametrize("tool", ["Depth Anything 3", "SpatialTrackerV2", "ViPE"])
def test_without_a_mistake_nothing_is_named(output, tool):
    result = checked(output(tool).write())
    assert result.exit_code == 0, result.output
    assert "likely mistake" not in result.output
