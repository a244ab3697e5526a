"""Mistakes planted in a recording are caught by `check` and called by their name.

Where the release says a thing twice the tables alone betray it; a mistake that is carried through all
tables is found in the pictures.
"""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.pose import invert_pose

WORLD_PLACE, WORLD_TURN = slice(7, 10), slice(10, 13)
CAMERA_PLACE, CAMERA_TURN = slice(13, 16), slice(16, 19)
SIZES = slice(4, 7)


def columns(table, which, change):
    """`change` is applied to the columns `which` of every row of a table."""
    def edit(row):
        values = list(row)
        values[which] = change(np.array(values[which], float)).tolist()
        return tuple(values)
    return lambda drive: drive.write_tables(**{table: edit})


def extrinsic(change):
    def edit(row):
        return (*row[:2], *change(np.array(row[2:]).reshape(4, 4)).ravel())
    return lambda drive: drive.write_tables(extrinsic=edit)


def all_of(*plants):
    """Changes of different columns of one table, together."""
    def edit(row):
        values = list(row)
        for which, change in plants:
            values[which] = change(np.array(values[which], float)).tolist()
        return tuple(values)
    return lambda drive: drive.write_tables(pose=edit)


def camera_path(change):
    """Another camera path, carried into the camera columns of pose.txt too."""
    def plant(drive):
        drive.camera_from_world = change(drive.camera_from_world)
        drive.write_tables()
    return plant


def depth_times(factor_of):
    def plant(drive):
        for t in range(drive.scene.facts.frame_count):
            drive.write_depth(t, drive.scene.depth(t) * factor_of(drive.scene))
    return plant


def ray_per_z(scene):
    centres = pixel_centres(scene.facts.height, scene.facts.width)
    return np.linalg.norm(unproject(scene.facts.K, centres, np.ones(centres.shape[:2])), axis=-1)


def ids_plus(step):
    def plant(drive):
        for t in range(drive.scene.facts.frame_count):
            ids = drive.scene.instances(t)
            drive.write_ids(t, np.where(ids > 0, ids + step, 0))
    return plant


def rendered_half_a_pixel(step):
    def plant(drive):
        scene = drive.scene
        centres = pixel_centres(scene.facts.height, scene.facts.width) + step
        scene._ray = unproject(scene.facts.K, centres, np.ones(centres.shape[:2]))
        scene._hits.clear()
        drive.write()
    return plant


def transposed(pose):
    turned = pose.copy()
    turned[:3, :3] = pose[:3, :3].T
    return turned


def raised_to_the_centre(drive):
    """Both places are the box centre instead of the middle of the bottom."""
    def edit(row):
        values = list(row)
        height = values[5]
        for place, angles in ((WORLD_PLACE, WORLD_TURN), (CAMERA_PLACE, CAMERA_TURN)):
            down = down_axis(np.array(values[angles], float))
            values[place] = (np.array(values[place]) - 0.5 * height * down).tolist()
        return tuple(values)
    drive.write_tables(pose=edit)


def down_axis(angles):
    """Second column of Ry(ry + quarter turn) Rx(rx) Rz(rz), written out."""
    y, x, z = np.add(angles, (np.pi / 2, 0, 0))
    return np.array([np.sin(y) * np.sin(x) * np.cos(z) - np.cos(y) * np.sin(z),
                     np.cos(x) * np.cos(z), np.cos(y) * np.sin(x) * np.cos(z) + np.sin(y) * np.sin(z)])


def two_tracks_exchanged(drive):
    def edit(row):
        return (*row[:2], {1: 2, 2: 1}.get(row[2], row[2]), *row[3:])
    drive.write_tables(pose=edit, bbox=edit)


GL = np.diag([1.0, -1, -1, 1])
MISTAKES = {
    "extrinsic inverted": (extrinsic(np.linalg.inv), "extrinsic inverted (extrinsic.txt holds"),
    "extrinsic transposed": (extrinsic(transposed), "extrinsic rotation transposed"),
    "camera axes flipped": (extrinsic(lambda e: GL @ e), "extrinsic axes flipped (OpenGL"),
    "inverted and flipped": (extrinsic(lambda e: np.linalg.inv(e) @ GL),
                             "extrinsic inverted and its axes flipped"),
    "one axis flipped": (extrinsic(lambda e: np.diag([1.0, -1, 1, 1]) @ e), "one axis flipped"),
    "world axis flipped": (columns("pose", WORLD_PLACE, lambda p: p * (1, -1, 1)),
                           "world axis flipped (y up"),
    "camera inverted everywhere": (camera_path(invert_pose), "camera pose inverted"),
    "camera flipped everywhere": (camera_path(lambda e: GL @ e), "camera axes flipped (OpenGL"),
    "world and camera columns": (lambda drive: drive.write_tables(
        pose=lambda row: (*row[:7], *row[13:19], *row[7:13])), "or world and camera columns exchanged"),
    "degrees": (all_of((WORLD_TURN, np.degrees), (CAMERA_TURN, np.degrees)),
                "degrees read as radians"),
    "degrees in the world": (columns("pose", WORLD_TURN, np.degrees), "degrees read as radians"),
    "radians twice": (all_of((WORLD_TURN, np.radians), (CAMERA_TURN, np.radians)),
                      "radians converted to radians once more"),
    "angles x, y, z": (all_of((WORLD_TURN, lambda a: a[[1, 0, 2]]), (CAMERA_TURN, lambda a: a[[1, 0, 2]])),
                       "angles in the order x, y, z"),
    "angles negated": (all_of((WORLD_TURN, np.negative), (CAMERA_TURN, np.negative)),
                       "angles of the opposite sign"),
    "origin at the centre": (raised_to_the_centre, "box origin at the centre"),
    "width and length": (columns("pose", SIZES, lambda s: s[::-1]), "width and length exchanged"),
    "sizes h, w, l": (columns("pose", SIZES, lambda s: s[[1, 0, 2]]), "sizes in the order height, width"),
    "half edges": (columns("pose", SIZES, lambda s: 0.5 * s), "sizes hold half edges"),
    "edges x0, y0, x1, y1": (columns("bbox", slice(3, 7), lambda e: e[[0, 2, 1, 3]]),
                             "edges in the order left, top, right, bottom"),
    "ray depth as z": (depth_times(ray_per_z), "ray depth read as z"),
    "z as ray depth": (depth_times(lambda s: 1 / ray_per_z(s)), "z read as ray depth"),
    "millimetres": (depth_times(lambda s: 10.0), "depth scale wrong"),
    "half a pixel, one way": (rendered_half_a_pixel(-0.5), "half a pixel in K"),
    "half a pixel, the other": (rendered_half_a_pixel(0.5), "half a pixel in K"),
    "ids one too low": (ids_plus(-1), "ids off by one (id k of the images is object k + 1"),
    "ids one too high": (ids_plus(1), "ids off by one (id k of the images is object k - 1"),
    "two tracks exchanged": (two_tracks_exchanged, "ids exchanged"),
}


def check(root):
    return CliRunner().invoke(main, ["check", "virtual_kitti", str(root)])


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_caught_and_named(world, written, kind):
    plant, words = MISTAKES[kind]
    plant(written)
    result = check(written.folder.parent.parent)
    assert result.exit_code == 1
    assert "likely mistake" in result.output and words in result.output, result.output
    assert "Traceback" not in result.output


def test_without_a_mistake_nothing_is_named(written):
    result = check(written.folder.parent.parent)
    assert result.exit_code == 0, result.output
    assert "likely mistake" not in result.output
