"""A recording as the release lays it out, written from any scene in the release's own conventions.

Its traps are all there: a world whose y points down, camera_from_world, angles about y, x and z of a body
whose nose is z, places at the middle of the bottom face, centimetres with the sky at 65535, palette ids one
above the track, pixel centres at whole numbers, no row for what is hidden, two cameras in one table.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fourdp_qa.scene.camera import project
from fourdp_qa.scene.pose import invert_pose, make_pose, transform_points
from fourdp_qa.scene.scene import Capability, Scene

WORLD = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # ours with z up to one whose y points down
BODY = np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]])  # x front, y left, z up to x right, y down, z nose
TRACKS = (0, 1, 2, 5, 6, 9, 11, 12, 13, 17, 20, 21)  # with gaps
COLOURS = ("Black", "Red", "Blue", "Silver", "White", "Green", "Grey", "Yellow", "Orange", "Brown")
MODELS = ("Hatchback", "Sedan4Door", "SUV")
HEADERS = {
    "intrinsic": "frame cameraID K[0,0] K[1,1] K[0,2] K[1,2]",
    "extrinsic": "frame cameraID r1,1 r1,2 r1,3 t1 r2,1 r2,2 r2,3 t2 r3,1 r3,2 r3,3 t3 0 0 0 1",
    "info": "trackID label model color",
    "colors": "Category r g b",
    "bbox": "frame cameraID trackID left right top bottom number_pixels truncation_ratio "
            "occupancy_ratio isMoving",
    "pose": "frame cameraID trackID alpha width height length world_space_X world_space_Y world_space_Z "
            "rotation_world_space_y rotation_world_space_x rotation_world_space_z camera_space_X "
            "camera_space_Y camera_space_Z rotation_camera_space_y rotation_camera_space_x "
            "rotation_camera_space_z",
}


def angles_of(rotation):
    """ry, rx, rz of R = Ry(ry + quarter turn) Rx(rx) Rz(rz)."""
    rx = np.arcsin(np.clip(-rotation[1, 2], -1, 1))
    ry = np.arctan2(rotation[0, 2], rotation[2, 2]) - np.pi / 2
    return np.array([np.angle(np.exp(1j * ry)), rx, np.arctan2(rotation[1, 0], rotation[1, 1])])


class OnlyVehicles(Scene):
    """A simulated scene as the layout can hold it: at most a dozen objects have ids, all else is
    background; 10 frames a second; the middle rows of the picture; no pose for what shows no pixel.
    """

    def __init__(self, scene, height):
        facts = scene.facts
        top = (facts.height - height) // 2
        self.rows = slice(top, top + height)
        K = facts.K - np.array([[0, 0, 0], [0, 0, top], [0, 0, 0]])
        self.facts = replace(facts, height=height, K=K, fps=10.0, capabilities=facts.capabilities
                             - {Capability.EXACT_VISIBILITY})
        kept = [n for n, item in enumerate(scene.objects) if not item.is_static][: len(TRACKS)]
        self.whole = scene
        self.ids = np.zeros(max(item.id for item in scene.objects) + 1, dtype=np.int32)
        self.ids[[scene.objects[n].id for n in kept]] = [1 + k for k in TRACKS[: len(kept)]]
        self.objects = tuple(replace(scene.objects[n], id=1 + k)
                             for n, k in zip(kept, TRACKS, strict=False))
        self.world_from_camera = scene.world_from_camera
        self.pose_valid = np.array([
            [np.any(self.instances(t) == item.id) for item in self.objects]
            for t in range(facts.frame_count)])
        self.world_from_object = np.where(
            self.pose_valid[..., None, None], scene.world_from_object[:, kept], np.nan)

    def rgb(self, t):
        return np.ascontiguousarray(self.whole.rgb(t)[self.rows])

    def depth(self, t):
        return np.ascontiguousarray(self.whole.depth(t)[self.rows])

    def instances(self, t):
        return self.ids[self.whole.instances(t)[self.rows]]


class Layout:
    """Writes Scene01/clone of a scene and lets a test change what is written.

    A track is one below the id of its object.
    """

    def __init__(self, scene, root, recording="Scene01/clone"):
        self.scene, self.folder = scene, Path(root) / recording
        self.cameras = {0: scene}
        camera = make_pose(WORLD, np.zeros(3)) @ scene.world_from_camera
        self.camera_from_world = invert_pose(camera)

    def add_right_camera(self, baseline):
        """A second camera at the side of the first."""
        step = make_pose(np.eye(3), [baseline, 0, 0])
        right = copy.copy(self.scene)
        right.whole = copy.copy(self.scene.whole)
        right.whole.world_from_camera = self.scene.world_from_camera @ step
        right.whole._latest, right.whole._visible_parts = None, {}
        right.world_from_camera = right.whole.world_from_camera
        self.cameras[1] = right

    def write(self, pictures=True):
        self.write_tables()
        for camera in self.cameras if pictures else ():
            for t in range(self.scene.facts.frame_count):
                self.write_frame(t, camera)
        return self.folder.parent.parent

    def rows(self):
        """Rows of all tables, numbers as arrays."""
        facts = self.scene.facts
        rows = {name: [] for name in HEADERS}
        rows["colors"] = ["Sky 90 200 255"]
        rows["info"] = [
            f"{item.id - 1} Car {MODELS[n % 3]} {COLOURS[n % 10]}"
            for n, item in enumerate(self.scene.objects)]
        K = facts.K[[0, 1, 0, 1], [0, 1, 2, 2]] - (0, 0, 0.5, 0.5)
        for t in range(facts.frame_count):
            for camera, scene in self.cameras.items():
                pose = self.camera_from_world[t] if camera == 0 else invert_pose(
                    make_pose(WORLD, np.zeros(3)) @ scene.world_from_camera[t])
                rows["intrinsic"].append((t, camera, *K))
                rows["extrinsic"].append((t, camera, *pose.ravel()))
                ids = scene.instances(t)
                for n, item in enumerate(scene.objects):
                    pixels = int(np.sum(ids == item.id))
                    if pixels:
                        rows["pose"].append(self.pose_row(t, camera, n, pose))
                        rows["bbox"].append(self.bbox_row(t, camera, scene, n, pixels))
        return rows

    def pose_row(self, t, camera, n, camera_from_world):
        """Position at the bottom, nose first, in the world and in the camera."""
        item = self.scene.objects[n]
        world = make_pose(WORLD, np.zeros(3)) @ self.pose_of(t, n)
        length, width, height = item.size
        body = make_pose(world[:3, :3] @ BODY.T, world[:3, 3])
        bottom = transform_points(body, [[0, 0.5 * height, 0]])[0]
        seen = camera_from_world @ make_pose(body[:3, :3], bottom)
        return (t, camera, item.id - 1, 0.0, width, height, length, *bottom, *angles_of(body[:3, :3]),
                *seen[:3, 3], *angles_of(seen[:3, :3]))

    def pose_of(self, t, n):
        """A row of the right camera exists though the left one sees nothing."""
        whole = getattr(self.scene, "whole", None)
        if whole is None:
            return self.scene.world_from_object[t, n]
        source_id = int(np.flatnonzero(self.scene.ids == self.scene.objects[n].id)[0])
        number = [item.id for item in whole.objects].index(source_id)
        return whole.world_from_object[t, number]

    def bbox_row(self, t, camera, scene, n, pixels):
        facts, item = scene.facts, scene.objects[n]
        signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
        corners = transform_points(invert_pose(scene.world_from_camera[t]) @ self.pose_of(t, n),
                                   0.5 * signs * item.size)
        uv = project(facts.K, corners) - 0.5
        if np.isfinite(uv).all():
            low, high = uv.min(axis=0), uv.max(axis=0)
        else:
            low, high = np.array([-1e6, -1e6]), np.array([1e6, 1e6])
        last = np.array([facts.width - 1, facts.height - 1])
        area = np.prod(high - low)
        inside = np.prod(np.maximum(np.minimum(high, last) - np.maximum(low, 0), 0))
        x0, y0 = np.clip(np.ceil(low), 0, last).astype(int)
        x1, y1 = np.clip(np.floor(high), 0, last).astype(int)
        cut = (low < 0).any() or (high > last).any()
        truncated = max(1 - inside / area, 1e-4) if cut else 0
        return (t, camera, item.id - 1, x0, x1, y0, y1, pixels, truncated, 0.5, "False")

    def write_tables(self, **changes):
        """Write all tables; ``pose=change`` edits the rows of one before they are written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = self.rows()
        for name, change in changes.items():
            rows[name] = [change(row) for row in rows[name]]
        for name, lines in rows.items():
            text = [line if isinstance(line, str) else " ".join(map(number, line)) for line in lines]
            (self.folder / f"{name}.txt").write_text("\n".join([HEADERS[name], *text]) + "\n")

    def write_frame(self, t, camera=0):
        scene = self.cameras[camera]
        self.save("rgb", t, Image.fromarray(scene.rgb(t)), camera)
        self.write_ids(t, scene.instances(t), camera)
        self.write_depth(t, scene.depth(t), camera)

    def write_depth(self, t, metres, camera=0):
        steps = np.where(metres > 0, np.round(100.0 * metres.astype(np.float64)), 65535)
        self.save("depth", t, Image.fromarray(np.clip(steps, 1, 65535).astype(np.uint16)), camera)

    def write_ids(self, t, ids, camera=0):
        image = Image.fromarray(ids.astype(np.uint8), mode="P")
        image.putpalette(np.random.default_rng(0).integers(0, 255, 768, dtype=np.uint8).tobytes())
        self.save("instanceSegmentation", t, image, camera)

    def save(self, layer, t, image, camera):
        path = self.path(layer, t, camera)
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)

    def path(self, layer, t, camera=0):
        name = {"rgb": "rgb_{:05d}.jpg", "depth": "depth_{:05d}.png",
                "instanceSegmentation": "instancegt_{:05d}.png"}[layer].format(t)
        return self.folder / "frames" / layer / f"Camera_{camera}" / name


def number(value):
    """Seven digits, as in the release."""
    return value if isinstance(value, str) else f"{value:.7g}"


@pytest.fixture(scope="session")
def layout():
    """The class Layout: ``Layout(scene, root).write()`` gives the root."""
    return Layout


@pytest.fixture(scope="session")
def only_vehicles():
    """``only_vehicles(scene, height)``: what the layout can hold of a simulated scene."""
    return OnlyVehicles


@pytest.fixture
def world(box_world):
    """Wide pictures, 14 frames, sky above the floor; every box has a row in every frame."""
    return box_world(height=72, width=110, frames=14)


@pytest.fixture
def written(world, layout, tmp_path):
    """A layout of `world`, written."""
    drive = layout(world, tmp_path / "data")
    drive.write()
    return drive
