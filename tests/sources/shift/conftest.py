"""A view of SHIFT as it is downloaded, made from any scene in SHIFT's own conventions.

Its traps are all there: a left-handed world, camera angles in degrees, boxes in the camera's axes with
their own axes and angles, masks as run lengths, depth spread over three bytes, one label file for many
sequences.
"""

from __future__ import annotations

import io
import json
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco

from fourdp_qa.scene.pose import invert_pose
from fourdp_qa.scene.scene import Capability, Scene

FPS = {"images": 1.0, "videos": 10.0}
STEP = {"images": 10, "videos": 1}
SEQUENCE = "0003-17fb"
CATEGORY = {"car": "car", "truck": "truck", "bus": "bus", "person": "pedestrian", "scooter": "motorcycle"}
BLUEPRINTS = ("vehicle.tesla.model3", "vehicle.audi.tt", "vehicle.ford.ambulance", "vehicle.bmw.grandtourer",
              "vehicle.toyota.prius", "vehicle.nissan.patrol_2021", "vehicle.mini.cooper_s",
              "vehicle.jeep.wrangler_rubicon", "vehicle.seat.leon")


class Street(Scene):
    """The middle rows of a square scene, as SHIFT knows it: only what may move has an id."""

    def __init__(self, scene, height, fps=10.0):
        facts = scene.facts
        self.whole, top = scene, (facts.height - height) // 2
        self.rows = slice(top, top + height)
        K = facts.K - np.array([[0, 0, 0], [0, 0, top], [0, 0, 0]])
        self.facts = replace(facts, height=height, K=K, fps=fps, capabilities=facts.capabilities
                             - {Capability.EXACT_VISIBILITY})
        kept = [n for n, item in enumerate(scene.objects) if not (item.is_static or item.is_environment)]
        self.objects = tuple(replace(scene.objects[n], id=k + 1) for k, n in enumerate(kept))
        self.table = np.zeros(max((o.id for o in scene.objects), default=0) + 1, np.int32)
        for k, n in enumerate(kept):
            self.table[scene.objects[n].id] = k + 1
        self.world_from_camera = scene.world_from_camera
        self.world_from_object = scene.world_from_object[:, kept]
        self.pose_valid = scene.pose_valid[:, kept]

    def rgb(self, t):
        return np.ascontiguousarray(self.whole.rgb(t)[self.rows])

    def depth(self, t):
        return np.ascontiguousarray(self.whole.depth(t)[self.rows])

    def instances(self, t):
        return self.table[self.whole.instances(t)[self.rows]]


def camera_numbers(pose):
    """Location and rotation [roll, pitch, yaw] in degrees of an OpenCV pose (4, 4), world z up."""
    mirror = np.diag([1.0, -1.0, 1.0])
    right, down, forward = (mirror @ pose[:3, :3]).T
    pitch = np.arcsin(np.clip(forward[2], -1, 1))
    yaw = np.arctan2(forward[1], forward[0])
    roll = np.arctan2(-right[2], -down[2])
    return (mirror @ pose[:3, 3]).tolist(), np.degrees([roll, pitch, yaw]).tolist()


def box_numbers(camera_from_object):
    """Location and orientation [rx, ry, rz] of a box whose axes are x front, y left, z up."""
    front, left, up = camera_from_object[:3, :3].T
    r = np.stack([front, -up, left], axis=1)  # nose, down, left
    angles = [np.arcsin(np.clip(-r[1, 2], -1, 1)), np.arctan2(r[0, 2], r[2, 2]), np.arctan2(r[1, 0], r[1, 1])]
    return camera_from_object[:3, 3].tolist(), np.array(angles).tolist()


class ShiftView:
    """Writes one view and lets a test change what is written.

    ``colour`` and ``depth`` say how: "zip", "tar", "folder", for colour "mp4" too (in a tar).
    """

    def __init__(self, scene, root, place="discrete/videos/train/front", colour="mp4", depth="zip"):
        self.scene, self.root, self.place = scene, Path(root), place
        self.folder = self.root / place
        self.view, self.framerate = self.folder.name, place.split("/")[1]
        self.colour, self.depth = colour, depth
        self.numbers = [STEP[self.framerate] * t for t in range(scene.facts.frame_count)]
        self.boxes = [self.frame(t, masks=False) for t in range(len(self.numbers))]
        self.masks = [self.frame(t, masks=True) for t in range(len(self.numbers))]
        self.depth_bytes = {t: self.depth_png(scene.depth(t)) for t in range(len(self.numbers))}

    def write(self):
        self.folder.mkdir(parents=True)
        self.write_labels()
        self.write_depth()
        self.write_colour()
        return self.folder

    def write_labels(self):
        for name, frames in (("det_3d.json", self.boxes), ("det_insseg_2d.json", self.masks)):
            facts = self.scene.facts
            whole = {"frames": frames, "config": {
                "imageSize": {"width": facts.width, "height": facts.height},
                "categories": [{"name": "pedestrian"}, {"name": "car"}]}}
            (self.folder / name).write_text(json.dumps(whole))

    def frame(self, t, masks):
        facts = self.scene.facts
        location, rotation = camera_numbers(self.scene.world_from_camera[t])
        return {
            "name": f"{self.numbers[t]:08d}_img_{self.view}.jpg", "videoName": SEQUENCE,
            "intrinsics": {"focal": [facts.K[0, 0], facts.K[1, 1]],
                           "center": [facts.K[0, 2], facts.K[1, 2]], "skew": 0},
            "extrinsics": {"location": location, "rotation": rotation},
            "attributes": {"weather_coarse": "rainy", "view": self.view}, "frameIndex": self.numbers[t],
            "labels": self.mask_labels(t) if masks else self.box_labels(t),
        }

    def label(self, n):
        item = self.scene.objects[n]
        category = CATEGORY.get(item.kind, "truck")
        walker = category == "pedestrian"
        blueprint = f"walker.pedestrian.{n:04d}" if walker else BLUEPRINTS[n % len(BLUEPRINTS)]
        return {"id": str(11290 + 9 * n), "attributes": {"type": blueprint}, "category": category}

    def box_labels(self, t):
        camera_from_world = invert_pose(self.scene.world_from_camera[t])
        labels = []
        for n, item in enumerate(self.scene.objects):
            location, orientation = box_numbers(camera_from_world @ self.scene.world_from_object[t, n])
            length, width, height = np.asarray(item.size).tolist()
            labels.append({**self.label(n), "box3d": {
                "alpha": 0.0, "orientation": orientation, "location": location,
                "dimension": [height, width, length]}})
        return labels

    def mask_labels(self, t):
        ids = self.scene.instances(t)
        return [
            {**self.label(n), "rle": encoded(ids == item.id)}
            for n, item in enumerate(self.scene.objects) if (ids == item.id).any()
        ]

    def depth_png(self, z):
        steps = np.where((z > 0) & (z < 1000), np.round(z.astype(np.float64) / 1000 * (2**24 - 1)), 2**24 - 1)
        steps = steps.astype(np.int64)
        pixels = np.stack([steps % 256, steps // 256 % 256, steps // 65536], axis=-1).astype(np.uint8)
        return self.picture(pixels, "PNG")

    def picture(self, pixels, kind):
        content = io.BytesIO()
        Image.fromarray(pixels).save(content, format=kind, **({"quality": 95} if kind == "JPEG" else {}))
        return content.getvalue()

    def write_depth(self):
        self.pack("depth", self.depth, {
            self.member("depth", number, "png"): self.depth_bytes[t]
            for t, number in enumerate(self.numbers)})

    def write_colour(self):
        if self.colour == "mp4":
            self.pack("img", "tar", {f"{SEQUENCE}.mp4": self.mp4()})
            return
        self.pack("img", self.colour, {
            self.member("img", number, "jpg"): self.picture(self.scene.rgb(t), "JPEG")
            for t, number in enumerate(self.numbers)})

    def member(self, group, number, ending):
        return f"{SEQUENCE}/{number:08d}_{group}_{self.view}.{ending}"

    def pack(self, group, how, members):
        pack(self.folder, group, how, members)

    def mp4(self):
        facts, content = self.scene.facts, io.BytesIO()
        with av.open(content, "w", format="mp4") as out:
            stream = out.add_stream("libx264", rate=10, options={"crf": "12", "g": "8"})
            stream.width, stream.height, stream.pix_fmt = facts.width, facts.height, "yuv420p"
            for t in range(facts.frame_count):
                out.mux(stream.encode(av.VideoFrame.from_ndarray(self.scene.rgb(t), format="rgb24")))
            out.mux(stream.encode(None))
        return content.getvalue()


def encoded(mask):
    runs = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"counts": runs["counts"].decode("ascii"), "size": list(runs["size"])}


def pack(folder, group, how, members):
    """Write members (name to bytes) as a folder, a zip or a tar called `group`."""
    if how == "folder":
        for name, content in members.items():
            path = folder / group / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    elif how == "zip":
        with zipfile.ZipFile(folder / f"{group}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
    else:
        with tarfile.open(folder / f"{group}.tar", "w") as archive:
            for name, content in members.items():
                item = tarfile.TarInfo(name)
                item.size = len(content)
                archive.addfile(item, io.BytesIO(content))


@pytest.fixture(scope="session")
def shift_view():
    """The class ShiftView."""
    return ShiftView


@pytest.fixture(scope="session")
def street():
    """``street(scene, height, fps)``: the middle rows, ids only on what may move."""
    return Street


@pytest.fixture(scope="session")
def packed():
    """``packed(folder, group, how, members)`` writes a folder, zip or tar."""
    return pack


@pytest.fixture(scope="session")
def encoded_mask():
    """``encoded_mask(mask)``: COCO's compressed run lengths of a mask (H, W)."""
    return encoded


@pytest.fixture
def world(box_world):
    """Wide pictures, 14 frames: three things that move, and houses without an id under a sky. Without the
    houses nothing but a floor would be the static world, and a floor looks the same from everywhere.
    """
    module = sys.modules[box_world.__module__]
    houses = (module.Box("house", (150, 120, 100), (6.0, 1.0, 4.0), (-3.0, 5.5, 2.0), turn=(0, 0, 0),
                         is_static=True),
              module.Box("shed", (90, 120, 140), (1.5, 5.0, 3.0), (5.5, 2.0, 1.5), turn=(0, 0, 0),
                         is_static=True))
    return Street(box_world(height=60, width=96, frames=14, boxes=(*module.BOXES, *houses)), 60)


@pytest.fixture
def view(world, tmp_path):
    return ShiftView(world, tmp_path / "download")
