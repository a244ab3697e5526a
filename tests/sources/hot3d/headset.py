"""HOT3D-Clips made from any scene: fisheye pictures on their side, object models, masks and boxes.

The traps are all there: pictures turned a quarter, pixel centres at whole numbers, runs that count from 1,
models whose origin is at their foot and whose numbers are millimetres under a node that scales them, a world
with y up for Quest 3, streams and files that are not read.
"""

from __future__ import annotations

import copy
import io
import json
import struct
import tarfile
from dataclasses import replace

import numpy as np
from PIL import Image

from fourdp_qa.scene.pose import (
    invert_pose,
    make_pose,
    quaternion_wxyz_from_rotation,
    rotation_from_quaternion_wxyz,
    transform_points,
)
from fourdp_qa.sources.hot3d.fisheye import Fisheye624
from fourdp_qa.sources.simulator.catalogue import mesh_of
from fourdp_qa.sources.simulator.rays import RayCaster
from fourdp_qa.sources.simulator.renderer import tone_mapped

RAW_FROM_UPRIGHT = np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1.0]])
QUEST_FROM_Z_UP = np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0.0]])
STEP_NS = 33_333_333
FIRST_ID = 5
FURTHEST = 1.15  # radians from the axis in which fixtures draw anything

# Calibrations of real headsets: camera-rgb of Aria, 1408 x 1408 pixels, its camera-slam-left, 640 x 480, and
# the left camera of Quest 3, 1280 x 1024.
ARIA = [609.3602294921875, 706.2735595703125, 704.17626953125, 0.38424140214920044, -0.3806401193141937,
        -0.12207936495542526, 1.555517315864563, -1.9891928434371948, 0.7251640558242798,
        -0.0009960847673937678, 0.00020426079572644085, 0.0022028556559234858, -0.0004090230504516512,
        -0.001457472681067884, 0.0002504018775653094]
QUEST3 = [504.5934753417969, 504.5934753417969, 638.3945922851562, 509.4228515625, 0.043982941657304764,
          -0.0448598638176918, 0.01613209955394268, -0.010928832925856113, 0.003512823488563299,
          -0.0005242147017270327, 0.00047754947445355356, -4.744782927446067e-05, 0.0, 0.0, 0.0, 0.0]
ARIA_MONO = [241.5062255859375, 318.3996887207031, 237.35951232910156, -0.02795792929828167,
             0.10486999899148941, -0.07625312358140945, 0.016235308721661568, -0.0004092440358363092,
             -0.00013798360305372626, 0.00031461191247217357, -0.0017658679280430079, 0.0014464894775301218,
             -0.00015750413876958191, 0.0018227463588118553, -6.019105785526335e-05]
CALIBRATIONS = {"camera-rgb": ARIA, "camera-slam-left": ARIA_MONO, "Quest 3": QUEST3}
DEVICES = {
    "Aria": ("214-1", (1408, 1408), ARIA, 1.02, np.eye(3)),
    "Quest3": ("1201-1", (1024, 1280), QUEST3, 1.4847613418777272, QUEST_FROM_Z_UP),
}
DEVICE_FROM_CAMERA = make_pose(
    rotation_from_quaternion_wxyz([0.943, 0.329, 0.038, 0.031]), [-0.004, -0.013, -0.003])


def scaled(params, factor):
    """The calibration of a picture of another size; the middle of the first pixel stays where it is."""
    head = len(params) - 12
    focal = [f * factor for f in params[: head - 2]]
    centre = [(c + 0.5) * factor - 0.5 for c in params[head - 2 : head]]
    return [*focal, *centre, *params[head:]]


def rays_of(camera, height, width):
    """Rays (H, W, 3) of a fisheye's pixel centres with z = 1, by Newton's method; NaN beyond `FURTHEST`."""
    v, u = np.mgrid[:height, :width].astype(float)
    wanted = np.stack([u, v], axis=-1)
    wide = replace(camera, max_angle=1.5)
    xy = (wanted - camera.centre) / camera.focal
    reach = np.linalg.norm(xy, axis=-1, keepdims=True)
    # The angle is about the distance from the middle: a first guess that Newton's method can leave.
    xy = xy / np.maximum(reach, 1e-9) * np.tan(np.minimum(reach, 1.3))
    step = 1e-6
    for _ in range(12):
        at = wide.project(np.concatenate([xy, np.ones_like(reach)], axis=-1))
        slope = [wide.project(np.concatenate([xy + step * np.eye(2)[k], np.ones_like(reach)], axis=-1)) - at
                 for k in (0, 1)]
        (a, c), (b, d) = (np.moveaxis(s / step, -1, 0) for s in slope)
        du, dv = np.moveaxis(wanted - at, -1, 0)
        det = a * d - b * c
        move = np.stack([(d * du - b * dv) / det, (a * dv - c * du) / det], axis=-1)
        move = np.where(np.isfinite(move), np.clip(move, -0.5, 0.5), 0.0)
        xy = np.clip(xy + move, -4.0, 4.0)
        if np.abs(move)[np.hypot(xy[..., 0], xy[..., 1]) < np.tan(FURTHEST)].max() < 1e-9:
            break
    rays = np.concatenate([xy, np.ones_like(reach)], axis=-1)
    missed = np.abs(wide.project(rays) - wanted).max(axis=-1)
    good = (missed < 1e-6) & (np.hypot(*np.moveaxis(xy, -1, 0)) < np.tan(FURTHEST))
    return np.where(good[..., None], rays, np.nan)


def glb_of(vertices, faces, scale=0.001):
    """A binary glTF: one node that scales by `scale`, interleaved numbers, 32-bit indices."""
    points = (np.asarray(vertices) / scale).astype("<f4")
    rows = np.concatenate([points, np.zeros_like(points)], axis=1).astype("<f4")
    indices = np.asarray(faces).astype("<u4").tobytes()
    binary = indices + rows.tobytes()
    document = {
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}],
        "nodes": [{"children": [1]}, {"mesh": 0, "scale": [scale] * 3}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 1, "NORMAL": 2}, "indices": 0}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5125, "count": int(np.size(faces)), "type": "SCALAR"},
            {"bufferView": 1, "componentType": 5126, "count": len(points), "type": "VEC3"},
            {"bufferView": 1, "byteOffset": 12, "componentType": 5126, "count": len(points), "type": "VEC3"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": len(indices)},
            {"buffer": 0, "byteOffset": len(indices), "byteLength": rows.nbytes, "byteStride": 24},
        ],
        "buffers": [{"byteLength": len(binary)}],
    }
    return packed_glb(document, binary)


def packed_glb(document, binary):
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    chunks = (struct.pack("<I4s", len(text), b"JSON") + text
              + struct.pack("<I4s", len(binary), b"BIN\0") + binary)
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def runs_of(mask):
    """Starts that count from 1, and lengths, row by row."""
    flat = np.concatenate([[0], np.asarray(mask, np.int8).ravel(), [0]])
    edges = np.flatnonzero(np.diff(flat))
    starts, ends = edges[::2], edges[1::2]
    return np.stack([starts + 1, ends - starts], axis=-1).ravel().tolist()


def transform(pose):
    return {"quaternion_wxyz": quaternion_wxyz_from_rotation(pose[:3, :3]).tolist(),
            "translation_xyz": pose[:3, 3].tolist()}


class HeadsetWorld:
    """What a clip is made from: boxes of a BoxWorld or things of the simulator, seen through a fisheye.

    Attributes
    ----------
    meshes : (vertices about the box centre, faces) of the N objects
    captions, world_from_camera (T, 4, 4), world_from_object (T, N, 4, 4)
    """

    def look(self, rays):
        """Prepare for rays (H, W, 3) in the axes of the upright camera."""
        raise NotImplementedError

    def frame(self, t):
        """Colour (H, W, 3) and index of the object seen (H, W), -1 for none."""
        raise NotImplementedError


BOX_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
BOX_FACES = np.array([[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
                      [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3]])


class Boxes(HeadsetWorld):
    """A BoxWorld, some of whose boxes have no label: they hide others as hands and furniture do."""

    def __init__(self, world, labelled):
        self.world, self.labelled = world, list(labelled)
        self.meshes = [(BOX_CORNERS * world.boxes[n].size, BOX_FACES) for n in self.labelled]
        self.captions = [world.boxes[n].caption for n in self.labelled]
        self.world_from_camera = world.world_from_camera
        self.world_from_object = world.world_from_object[:, self.labelled]

    def look(self, rays):
        self.seen = np.isfinite(rays).all(axis=-1)
        self.world._ray = np.where(self.seen[..., None], rays, [0.0, 0.0, 1.0])

    def frame(self, t):
        self.world._hits.clear()
        ids = np.full(len(self.world.boxes) + 1, -1)
        ids[np.array(self.labelled) + 1] = np.arange(len(self.labelled))
        # Ids of a BoxWorld count from 1.
        picture = np.where(self.seen[..., None], self.world.rgb(t), 0).astype(np.uint8)
        return picture, np.where(self.seen, ids[self.world.instances(t)], -1)


class Simulated(HeadsetWorld):
    """A simulated scene: its objects have labels, its landmarks only hide. Frames that are not in `painted`
    are grey, which takes a tenth of the time.
    """

    def __init__(self, scene, painted=()):
        self.scene, self.painted = scene, painted
        self.labelled = [n for n, o in enumerate(scene.objects) if not (o.is_environment or o.is_static)]
        kinds, scales = scene.caster.kinds, scene.caster.scales
        meshes = [mesh_of(kind) for kind in kinds]
        self.meshes = [(meshes[n].vertices * scales[n], meshes[n].faces) for n in self.labelled]
        self.captions = [scene.objects[n].caption or scene.objects[n].kind for n in self.labelled]
        self.world_from_camera = scene.world_from_camera
        self.world_from_object = scene.world_from_object[:, self.labelled]

    def look(self, rays):
        self.seen = np.isfinite(rays).all(axis=-1)
        self.rays = np.ascontiguousarray(rays[self.seen][:, :2].T, dtype=np.float32)
        size, focal = 256, 256 / 2 / np.tan(FURTHEST)
        K = np.array([[focal, 0, size / 2], [0, focal, size / 2], [0, 0, 1.0]])
        self.caster = RayCaster(self.scene.caster.kinds, self.scene.caster.scales, K, size)

    def frame(self, t):
        poses = self.scene.world_from_camera[t], self.scene.world_from_object[t]
        hits = self.caster.cast(*poses, self.rays)
        picture = np.zeros((*self.seen.shape, 3), np.uint8)
        picture[self.seen] = self.colours(hits, poses) if t in self.painted else 128
        index = np.full(len(self.scene.objects), -1)
        index[self.labelled] = np.arange(len(self.labelled))
        ids = np.full(self.seen.shape, -1)
        ids[self.seen] = np.where(hits.instance >= 0, index[np.maximum(hits.instance, 0)], -1)
        return picture, ids

    def colours(self, hits, poses):
        shader = self.scene._renderer.shader
        shader.place(poses[1])
        phase = np.zeros(self.rays.shape[1], np.float32)
        linear = shader.colour(hits, self.rays, poses[0], phase, occlusion_rays=1)
        return (tone_mapped(linear).T * 255).astype(np.uint8)


class HeadsetClip:
    """Writes a clip and lets a test change what is written.

    Parameters
    ----------
    world : HeadsetWorld
    root : Path
        The download folder.
    device : "Aria" or "Quest3"
    factor : float
        Size of the stored pictures in those of the real ones.
    """

    def __init__(self, world, root, device="Aria", factor=0.25, number=1849, participant="P0003"):
        self.world, self.root, self.device, self.participant = world, root, device, participant
        self.stream, size, params, self.angle, turn = DEVICES[device]
        self.height, self.width = (round(side * factor) for side in size)
        self.params = scaled(params, factor)
        self.camera = Fisheye624.of(self.params, FURTHEST)
        self.folder = root / {"Aria": "train_aria", "Quest3": "train_quest3"}[device]
        self.path = self.folder / f"clip-{number:06d}.tar"
        self.frames = len(world.world_from_camera)
        self.ids = [FIRST_ID + n for n in range(len(world.meshes))]
        # Models have their origin at the foot.
        self.feet = [np.array([0, 0, vertices[:, 2].min()]) for vertices, _ in world.meshes]
        to_device_world = make_pose(turn, np.zeros(3))
        self.world_from_raw = to_device_world @ world.world_from_camera @ make_pose(
            RAW_FROM_UPRIGHT.T, np.zeros(3))
        self.world_from_model = to_device_world @ world.world_from_object @ np.stack(
            [make_pose(np.eye(3), foot) for foot in self.feet])
        world.look(rays_of(self.camera, self.height, self.width) @ RAW_FROM_UPRIGHT)
        self.pictures, self.masks, self.boxes = [], [], []
        for t in range(self.frames):
            picture, ids = world.frame(t)
            self.pictures.append(picture)
            self.masks.append([ids == n for n in range(len(self.ids))])
            self.boxes.append([self.box(t, n) for n in range(len(self.ids))])
        self.members = self.all_members()
        self.models = {k: glb_of(v - f, faces) for k, (v, faces), f in
                       zip(self.ids, world.meshes, self.feet, strict=True)}
        # Neighbours in the list of all models, of other shapes.
        odd = BOX_CORNERS * (0.3, 1.1, 0.05) * np.ptp(world.meshes[0][0]), BOX_FACES
        self.models[self.ids[0] - 1] = self.models[self.ids[-1] + 1] = glb_of(*odd)

    def box(self, t, n):
        vertices = self.world.meshes[n][0] - self.feet[n]
        uv = self.camera.project(transform_points(
            invert_pose(self.world_from_raw[t]) @ self.world_from_model[t, n], vertices))
        return None if np.isnan(uv).any() else [*uv.min(axis=0).tolist(), *uv.max(axis=0).tolist()]

    def all_members(self):
        members = {"__hand_shapes.json__": {"mano": [0.0] * 10}}
        for t in range(self.frames):
            key = f"{t:06d}"
            members[f"{key}.image_{self.stream}.jpg"] = self.picture(t)
            members[f"{key}.image_1201-2.jpg"] = b"not read"
            members[f"{key}.cameras.json"] = {
                stream: self.view(t, stream) for stream in (self.stream, "1201-2")}
            members[f"{key}.objects.json"] = {str(k): [self.instance(t, n)] for n, k in enumerate(self.ids)}
            members[f"{key}.hands.json"] = {}
            members[f"{key}.info.json"] = {
                "device": self.device, "participant_id": self.participant, "sequence_id": "P0003_c701bd11",
                "ref_timestamp_ns": t * STEP_NS,
                "image_timestamps_ns": {self.stream: 10**12 + t * STEP_NS, "1201-2": 10**12 + t * STEP_NS}}
        return members

    def view(self, t, stream):
        return {
            "T_world_from_camera": transform(self.world_from_raw[t]),
            "calibration": {
                "label": "camera-rgb", "stream_id": stream, "serial_number": "1",
                "image_width": self.width, "image_height": self.height,
                "projection_model_type": "CameraModelType.FISHEYE624", "projection_params": list(self.params),
                "T_device_from_camera": transform(DEVICE_FROM_CAMERA), "max_solid_angle": self.angle,
            },
        }

    def instance(self, t, n):
        mask = {"height": self.height, "width": self.width, "rle": runs_of(self.masks[t][n])}
        maps = {name: {} for name in ("boxes_amodal", "masks_modal", "masks_amodal", "visibilities_modeled",
                                      "visibilities_predicted")}
        if self.boxes[t][n] is not None:
            maps["boxes_amodal"] = {self.stream: self.boxes[t][n]}
        if self.masks[t][n].any():
            maps |= {"masks_modal": {self.stream: mask}, "masks_amodal": {self.stream: mask},
                     "visibilities_modeled": {self.stream: 0.9}, "visibilities_predicted": {self.stream: 0.8}}
        return {
            "object_bop_id": str(self.ids[n]), "object_uid": f"{10**14 + self.ids[n]}",
            "object_name": self.world.captions[n].replace(" ", "_"),
            "T_world_from_object": transform(self.world_from_model[t, n]),
            **maps,
        }

    def picture(self, t):
        content = io.BytesIO()
        image = Image.fromarray(self.pictures[t])
        image = image.convert("L") if self.device == "Quest3" else image
        image.save(content, format="JPEG", quality=95)
        return content.getvalue()

    def all_objects(self, change):
        """`change` is given each instance of each frame and may alter it."""
        for t in range(self.frames):
            for instances in self.members[f"{t:06d}.objects.json"].values():
                change(instances[0])

    def all_views(self, change):
        """`change` is given each camera of each frame."""
        for t in range(self.frames):
            change(self.members[f"{t:06d}.cameras.json"][self.stream])

    def moved(self, root):
        """The same clip to be written somewhere else; what is changed in it stays in it."""
        other = copy.copy(self)
        other.root, other.folder = root, root / self.folder.name
        other.path = other.folder / self.path.name
        other.members, other.models = copy.deepcopy(self.members), dict(self.models)
        return other

    def write(self):
        models = self.root / "object_models_eval"
        models.mkdir(parents=True, exist_ok=True)
        for k, content in self.models.items():
            (models / f"obj_{k:06d}.glb").write_bytes(content)
        self.folder.mkdir(parents=True, exist_ok=True)
        write_tar(self.path, self.members)
        return self.root


def write_tar(path, members):
    """Members by name: bytes, or what becomes JSON."""
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            content = content if isinstance(content, bytes) else json.dumps(content).encode()
            item = tarfile.TarInfo(name)
            item.size = len(content)
            archive.addfile(item, io.BytesIO(content))
