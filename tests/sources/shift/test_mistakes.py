"""Mistakes planted in a view of SHIFT are caught by `check` and called by their name."""

from __future__ import annotations

import io

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from fourdp_qa.cli import main
from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.pose import invert_pose, make_pose
from fourdp_qa.sources.shift.geometry import box_poses, camera_poses


def cameras(change):
    """Change location and rotation (degrees) of every frame, in both files."""
    def plant(view):
        for frame in (*view.boxes, *view.masks):
            numbers = frame["extrinsics"]
            location, rotation = change(np.array(numbers["location"]), np.array(numbers["rotation"]))
            numbers.update(location=np.ravel(location).tolist(), rotation=np.ravel(rotation).tolist())
    return plant


def boxes(change):
    """Change every box3d in place."""
    def plant(view):
        for frame in view.boxes:
            for label in frame["labels"]:
                change(label["box3d"])
    return plant


def as_numbers(pose):
    """CARLA's location and rotation of an OpenCV pose in our world."""
    mirror = np.diag([1.0, -1.0, 1.0])
    right, down, forward = (mirror @ pose[:3, :3]).T
    angles = [np.arctan2(-right[2], -down[2]), np.arcsin(np.clip(forward[2], -1, 1)),
              np.arctan2(forward[1], forward[0])]
    return mirror @ pose[:3, 3], np.degrees(angles)


def poses(change):
    return cameras(lambda location, rotation: as_numbers(change(camera_poses(location, rotation))))


def box_inverted(box):
    body = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
    pose = invert_pose(box_poses(box["location"], box["orientation"]) @ make_pose(body.T, np.zeros(3)))
    r = pose[:3, :3]
    box["location"] = pose[:3, 3].tolist()
    box["orientation"] = [float(np.arcsin(-r[1, 2])), float(np.arctan2(r[0, 2], r[2, 2])),
                          float(np.arctan2(r[1, 0], r[1, 1]))]


def moved_along_height(share):
    def change(box):
        up = box_poses(box["location"], box["orientation"])[:3, 2]
        box["location"] = (np.array(box["location"]) + share * box["dimension"][0] * up).tolist()
    return change


def depth_times(power):
    """Depth multiplied by a power of the length of the pixel's ray."""
    def plant(view):
        facts = view.scene.facts
        on_plane = unproject(facts.K, pixel_centres(facts.height, facts.width),
                             np.ones((facts.height, facts.width)))
        ray = np.linalg.norm(on_plane, axis=-1) ** power
        view.depth_bytes = {t: view.depth_png(view.scene.depth(t) * ray) for t in view.depth_bytes}
    return plant


def depth_scaled(factor):
    def plant(view):
        view.depth_bytes = {t: view.depth_png(view.scene.depth(t) * factor) for t in view.depth_bytes}
    return plant


def bytes_reversed(view):
    for t, content in view.depth_bytes.items():
        pixels = np.asarray(Image.open(io.BytesIO(content)))
        view.depth_bytes[t] = view.picture(np.ascontiguousarray(pixels[..., ::-1]), "PNG")


def centre_moved(step):
    def plant(view):
        for frame in (*view.boxes, *view.masks):
            frame["intrinsics"]["center"] = [c + step for c in frame["intrinsics"]["center"]]
    return plant


def masks_of_the_next(step):
    """Each mask gets the id of the object beside its own, in the order of ids."""
    def plant(view):
        ids = [label["id"] for label in view.boxes[0]["labels"]]
        for frame in view.masks:
            frame["labels"] = [
                {**label, "id": ids[place], **{key: view.label(place)[key] for key in ("category",)}}
                for label in frame["labels"]
                if 0 <= (place := ids.index(label["id"]) + step) < len(ids)
            ]
    return plant


def two_exchanged(view):
    for frame in view.masks:
        swap = {view.label(1)["id"]: view.label(2)["id"], view.label(2)["id"]: view.label(1)["id"]}
        for label in frame["labels"]:
            label["id"] = swap.get(label["id"], label["id"])


def edges(order):
    return boxes(lambda box: box.update(dimension=[box["dimension"][k] for k in order]))


def turned(sign):
    return boxes(lambda box: box.update(orientation=(np.array(box["orientation"]) * sign).tolist()))


GL = np.diag([1.0, -1.0, -1.0, 1.0])

MISTAKES = {
    "ray depth as z": (depth_times(1), "ray depth read as z"),
    "z as ray depth": (depth_times(-1), "z read as ray depth"),
    "depth in decimetres": (depth_scaled(10.0), "depth scale wrong (stored depth is 10 times"),
    "depth bytes reversed": (bytes_reversed, "likely mistake: bytes reversed (blue, green, red)"),
    "camera inverted": (poses(invert_pose), "camera pose inverted"),
    "camera axes flipped": (poses(lambda pose: pose @ GL), "camera axes flipped (OpenGL"),
    "camera in radians": (cameras(lambda p, a: (p, np.radians(a))),
                          "camera roll, pitch and yaw in radians read as degrees"),
    "yaw to the left": (cameras(lambda p, a: (p, a * (1, 1, -1))), "camera yaw has the other sign"),
    "y of the world": (cameras(lambda p, a: (p * (1, -1, 1), a)), "camera positions mirrored along y"),
    "world right-handed": (cameras(lambda p, a: (p * (1, -1, 1), a * (-1, 1, -1))),
                           "world mirrored (left-handed poses read as right-handed"),
    "pitch, yaw, roll": (cameras(lambda p, a: (p, a[[1, 2, 0]])), "camera angles in another order (pitch"),
    "box degrees": (boxes(lambda box: box.update(orientation=np.degrees(box["orientation"]).tolist())),
                    "likely mistake: degrees stored for radians"),
    "box inverted": (boxes(box_inverted), "object pose inverted (object_from_camera read as"),
    "box turned the other way": (turned((1, -1, 1)),
                                 "object yaw about the camera's y axis has the other sign"),
    "box origin at the bottom": (boxes(moved_along_height(-0.5)),
                                 "pose origin at the lower face of the box (z)"),
    "box origin at the top": (boxes(moved_along_height(0.5)),
                              "pose origin at the upper face of the box (z)"),
    "edges length, width, height": (edges((2, 1, 0)),
                                    "box edges in another order (size holds z, y, x)"),
    "half a pixel less": (centre_moved(-0.5), "half a pixel in K"),
    "half a pixel more": (centre_moved(0.5), "half a pixel in K"),
    "ids one too low": (masks_of_the_next(-1), "ids off by one (id k of the images is object k + 1"),
    "ids one too high": (masks_of_the_next(1), "ids off by one (id k of the images is object k - 1"),
    "two objects exchanged": (two_exchanged, "ids exchanged"),
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_planted_mistake_is_caught_and_named(view, kind):
    plant, words = MISTAKES[kind]
    plant(view)
    view.write()
    result = CliRunner().invoke(main, ["check", "shift", str(view.root)])
    assert result.exit_code == 1, result.output
    assert words in result.output, result.output
    assert "Traceback" not in result.output


def test_without_a_mistake_nothing_is_named(view):
    view.write()
    result = CliRunner().invoke(main, ["check", "shift", str(view.root)])
    assert result.exit_code == 0, result.output
    assert "likely mistake" not in result.output
