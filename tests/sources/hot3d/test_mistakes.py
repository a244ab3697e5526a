"""Mistakes planted in a clip are caught by `check` and called by their name."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.scene.pose import (
    invert_pose,
    make_pose,
    quaternion_wxyz_from_rotation,
    rotation_from_quaternion_wxyz,
)

OPENGL = np.diag([1.0, -1.0, -1.0, 1.0])
UPRIGHT = make_pose([[0, 1, 0], [-1, 0, 0], [0, 0, 1]], np.zeros(3))
MIRROR = np.diag([1.0, -1.0, 1.0, 1.0])


def matrix(pose):
    return make_pose(rotation_from_quaternion_wxyz(pose["quaternion_wxyz"]), pose["translation_xyz"])


def become(pose, changed):
    pose["translation_xyz"] = changed[:3, 3].tolist()
    pose["quaternion_wxyz"] = quaternion_wxyz_from_rotation(changed[:3, :3]).tolist()


def camera(change):
    return lambda clip: clip.all_views(
        lambda view: become(view["T_world_from_camera"], change(matrix(view["T_world_from_camera"]))))


def objects(change):
    return lambda clip: clip.all_objects(
        lambda item: become(item["T_world_from_object"], change(matrix(item["T_world_from_object"]))))


def both(change):
    def plant(clip):
        camera(change)(clip)
        objects(change)(clip)
    return plant


def transposed(pose):
    return make_pose(pose[:3, :3].T, pose[:3, 3])


def places(factor):
    return lambda pose: make_pose(pose[:3, :3], pose[:3, 3] * factor)


def xyzw(key):
    def roll(fields):
        fields[key]["quaternion_wxyz"] = np.roll(fields[key]["quaternion_wxyz"], -1).tolist()
    return roll


def camera_xyzw(clip):
    clip.all_views(xyzw("T_world_from_camera"))


def objects_xyzw(clip):
    clip.all_objects(xyzw("T_world_from_object"))


def everything_xyzw(clip):
    camera_xyzw(clip)
    objects_xyzw(clip)


def in_camera(clip):
    """Objects in the axes of the camera of the stored pictures."""
    for t in range(clip.frames):
        view = clip.members[f"{t:06d}.cameras.json"][clip.stream]["T_world_from_camera"]
        for instances in clip.members[f"{t:06d}.objects.json"].values():
            item = instances[0]["T_world_from_object"]
            become(item, invert_pose(matrix(view)) @ matrix(item))


def of_the_device(clip):
    """The device's pose stands where the camera's belongs."""
    def change(view):
        device_from_camera = matrix(view["calibration"]["T_device_from_camera"])
        become(view["T_world_from_camera"],
               matrix(view["T_world_from_camera"]) @ invert_pose(device_from_camera))
    clip.all_views(change)


def ids_plus(step):
    def plant(clip):
        for t in range(clip.frames):
            name = f"{t:06d}.objects.json"
            moved = {str(int(k) + step): v for k, v in clip.members[name].items()}
            for k, instances in moved.items():
                instances[0]["object_bop_id"] = k
            clip.members[name] = moved
    return plant


def one_number_differs(clip):
    clip.all_objects(lambda item: item.update(object_bop_id=int(item["object_bop_id"]) + 1))


def exchanged(*fields):
    """The first two objects have each other's `fields`."""
    def plant(clip):
        for t in range(clip.frames):
            first, second = [v[0] for v in clip.members[f"{t:06d}.objects.json"].values()][:2]
            for field in fields:
                first[field], second[field] = second[field], first[field]
    return plant


def cameras_late(clip):
    """Frame t holds the camera of t - 1."""
    views = [clip.members[f"{t:06d}.cameras.json"] for t in range(clip.frames)]
    for t in range(clip.frames):
        clip.members[f"{t:06d}.cameras.json"] = views[max(t - 1, 0)]


def calibration(change):
    return lambda clip: clip.all_views(lambda view: change(view["calibration"]))


def params(change):
    return calibration(lambda c: c.update(projection_params=change(c["projection_params"])))


def boxes(change):
    def plant(clip):
        clip.all_objects(lambda item: item["boxes_amodal"].update(
            {stream: change(*box) for stream, box in item["boxes_amodal"].items()}))
    return plant


def runs(change):
    """`change` is given the runs and the mask (H, W) they say."""
    def plant(clip):
        for t in range(clip.frames):
            for n, instances in enumerate(clip.members[f"{t:06d}.objects.json"].values()):
                for mask in instances[0]["masks_modal"].values():
                    mask["rle"] = change(mask["rle"], clip.masks[t][n])
    return plant


def column_by_column(_, mask):
    flat = np.concatenate([[0], mask.T.ravel().astype(np.int8), [0]])
    edges = np.flatnonzero(np.diff(flat))
    return np.stack([edges[::2] + 1, edges[1::2] - edges[::2]], axis=-1).ravel().tolist()


def in_the_corner(rle, _):
    return [0, 1, *rle]


def model(change):
    """`change` is given the vertices of each model."""
    def plant(clip):
        from_clip = clip.glb
        for k, (vertices, faces), foot in zip(clip.ids, clip.world.meshes, clip.feet, strict=True):
            clip.models[k] = from_clip(change(vertices - foot), faces)
    return plant


def turned_upright(clip):
    """Pictures, boxes and masks turned a quarter; calibration and poses as they were."""
    def turn(left, top, right, bottom):
        return [clip.height - 1 - bottom, left, clip.height - 1 - top, right]
    boxes(turn)(clip)


def times(factor):
    def plant(clip):
        for t in range(clip.frames):
            stamps = clip.members[f"{t:06d}.info.json"]["image_timestamps_ns"]
            stamps.update({stream: ns // factor for stream, ns in stamps.items()})
    return plant


def z_up_from_y_up(pose):
    turn = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
    return turn @ pose


MISTAKES = {
    "camera OpenGL": (camera(lambda p: p @ OPENGL), "camera axes flipped (OpenGL"),
    "camera inverted": (camera(invert_pose), "camera pose inverted"),
    "objects inverted": (objects(invert_pose), "object pose inverted"),
    "both inverted": (both(invert_pose), "camera and object poses inverted"),
    "camera transposed": (camera(transposed), "camera rotation transposed"),
    "objects transposed": (objects(transposed), "object rotation transposed"),
    "camera xyzw": (camera_xyzw, "camera quaternion order wrong (x, y, z, w stored"),
    "objects xyzw": (objects_xyzw, "object quaternion order wrong (x, y, z, w stored"),
    "everything xyzw": (everything_xyzw, "quaternion order of camera and objects wrong"),
    "objects in the camera": (in_camera, "object pose relative to the camera"),
    "pose of the device": (of_the_device, "camera pose of the device"),
    "world mirrored": (both(lambda p: MIRROR @ p @ MIRROR), "world mirrored (left-handed poses)"),
    "positions mirrored": (both(places([1, -1, 1])), "camera and object positions mirrored along y"),
    "object positions mirrored": (objects(places([-1, 1, 1])), "object positions mirrored along x"),
    "positions in millimetres": (both(places(1000)), "positions in millimetres"),
    "objects in millimetres": (objects(places(1000)), "object positions in millimetres"),
    "models in millimetres": (model(lambda v: 1000 * v), "models in millimetres"),
    "models with z up": (model(lambda v: v @ np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])),
                         "models with"),
    "poses of the box centre": (
        objects(lambda p: p @ make_pose(np.eye(3), [0, 0, 0.8])),
        "models moved: their origin is not the poses'"),
    "ids one too high": (ids_plus(1), "ids off by one (id k of objects.json is model k - 1)"),
    "ids one too low": (ids_plus(-1), "ids off by one (id k of objects.json is model k + 1)"),
    "number and key differ": (one_number_differs, "ids off by one"),
    "two objects exchanged": (exchanged("T_world_from_object"), "ids exchanged"),
    "masks exchanged": (exchanged("masks_modal"), "ids exchanged or off by one (its masks"),
    "camera late": (cameras_late, "camera poses one frame late"),
    "15 numbers padded": (params(lambda p: [*p, 0.0]), "15 numbers f, cx, cy, ... padded to 16"),
    "calibration of a larger picture": (
        params(lambda p: [2 * x for x in p[:-12]] + p[-12:]), "a calibration of a picture of another size"),
    "angle in degrees": (calibration(lambda c: c.update(max_solid_angle=58.4)), "likely mistake: degrees"),
    "boxes left, right, top, bottom": (boxes(lambda a, b, c, d: [a, c, b, d]),
                                       "left, top, width, height, or left, right, top, bottom"),
    "boxes left, top, width, height": (boxes(lambda a, b, c, d: [a, b, c - a, d - b]),
                                       "left, top, width, height"),
    "runs column by column": (runs(column_by_column), "runs that go column by column"),
    "runs from 0": (runs(in_the_corner), "starts that count from 0"),
    "turned upright": (turned_upright, "pictures and boxes already turned upright"),
    "microseconds": (times(1000), "in nanoseconds"),
    "y up on Aria": (both(z_up_from_y_up), "y is up in this world, as in recordings of Quest3"),
}

QUEST_MISTAKES = {
    "z up on Quest 3": (both(lambda p: np.linalg.inv(z_up_from_y_up(np.eye(4))) @ p),
                        "z is up in this world, as in recordings of Aria"),
    "16 numbers cut": (params(lambda p: p[:-1]), "16 numbers fx, fy, cx, cy, ... cut to 15"),
    "camera inverted": (camera(invert_pose), "camera pose inverted"),
}


def checked(clip):
    return CliRunner().invoke(main, ["check", "hot3d", str(clip.write())])


def is_caught(result, words):
    assert result.exit_code == 1, result.output
    assert words in result.output, result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_caught_and_named(clip, glb, kind):
    plant, words = MISTAKES[kind]
    clip.glb = glb
    plant(clip)
    is_caught(checked(clip), words)


@pytest.mark.parametrize("kind", QUEST_MISTAKES)
def test_a_planted_mistake_in_a_clip_of_quest_3(quest_clip, kind):
    plant, words = QUEST_MISTAKES[kind]
    plant(quest_clip)
    is_caught(checked(quest_clip), words)


@pytest.mark.parametrize("device", ["Aria", "Quest3"])
def test_without_a_mistake_nothing_is_named(made_clips, tmp_path, device):
    result = checked(made_clips[device].moved(tmp_path / "hot3d"))
    assert result.exit_code == 0, result.output
    assert "likely mistake" not in result.output
