"""The output of each tool, written from any scene in the tool's own names, shapes and conventions.

Their traps are all there: camera_from_world or world_from_camera by the name, pixel centres at whole
numbers, pictures as bytes or from 0 to 1 with the channels first, confidence, poses of some frames alone.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib

import av
import numpy as np
from PIL import Image

from fourdp_qa.scene.camera import inside_image, project, unproject
from fourdp_qa.scene.pose import invert_pose, transform_points

VIDEO = 'fps = {fps}\nlicense = "CC-BY-4.0"\nstandard = "whole"\n'


class Output:
    """What a tool says of a scene, as arrays that a test may change before they are written."""

    kind = ""
    name = ""

    def __init__(self, scene, folder):
        facts = scene.facts
        T = range(facts.frame_count)
        self.scene, self.folder = scene, folder
        self.poses = np.array(scene.world_from_camera, dtype=np.float64)
        self.K = np.tile(facts.K - [[0, 0, 0.5], [0, 0, 0.5], [0, 0, 0]], (facts.frame_count, 1, 1))
        self.depth = np.stack([scene.depth(t) for t in T])
        self.rgb = np.stack([scene.rgb(t) for t in T])
        self.ids = np.stack([scene.instances(t) for t in T]).astype(np.uint8)
        self.labels = {item.id: item.caption for item in scene.objects}
        self.with_masks = True
        self.text = VIDEO.format(fps=facts.fps)

    def write(self):
        """Write everything; returns the root."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "video.toml").write_text(self.text)
        self.write_output()
        if self.with_masks:
            self.write_masks()
        return self.folder.parent

    def write_masks(self):
        masks = self.folder / "masks"
        masks.mkdir(exist_ok=True)
        for t, ids in enumerate(self.ids):
            Image.fromarray(ids).save(masks / f"{t:05d}.png")
        (masks / "labels.json").write_text(json.dumps({str(k): v for k, v in self.labels.items()}))

    @property
    def inverse(self):
        """camera_from_world, as matrices that need be no rotations any more."""
        return np.linalg.inv(self.poses)


class Npz(Output):
    """One file."""

    def arrays(self):
        raise NotImplementedError

    def write_output(self):
        np.savez(self.folder / self.name, **self.arrays())


class DepthAnything(Npz):
    """exports/npz/results.npz"""

    kind, name = "Depth Anything 3", "exports/npz/results.npz"

    def arrays(self):
        return {"depth": self.depth, "conf": np.ones_like(self.depth),
                "extrinsics": self.inverse[:, :3].astype(np.float32),
                "intrinsics": self.K.astype(np.float32), "image": self.rgb}

    def write_output(self):
        (self.folder / "exports" / "npz").mkdir(parents=True, exist_ok=True)
        super().write_output()


class Vggt(Npz):
    """predictions.npz"""

    kind, name = "VGGT", "predictions.npz"

    def arrays(self):
        return {"extrinsic": self.inverse[:, :3], "intrinsic": self.K, "depth": self.depth[..., None],
                "depth_conf": np.full(self.depth.shape, 7.0, np.float32),
                "world_points": np.zeros((*self.depth.shape, 3), np.float32),
                "images": (self.rgb.transpose(0, 3, 1, 2) / 255).astype(np.float32)}


class MegaSam(Npz):
    """outputs_cvd/NAME_sgd_cvd_hr.npz: depth clipped to 0.001 and 100."""

    kind, name = "MegaSaM", "street_sgd_cvd_hr.npz"

    def arrays(self):
        depth = np.where(self.depth > 0, np.clip(self.depth, 1e-3, 1e2), 1e2)
        return {"images": self.rgb, "depths": depth.astype(np.float32), "intrinsic": self.K[0],
                "cam_c2w": self.poses}


class SpatialTracker(Npz):
    """result.npz: points followed in the world too."""

    kind, name = "SpatialTrackerV2", "result.npz"

    def __init__(self, scene, folder, per_object=24):
        super().__init__(scene, folder)
        self.coords, self.visibs = followed(scene, per_object)

    def arrays(self):
        return {"video": (self.rgb.transpose(0, 3, 1, 2) / 255).astype(np.float32), "depths": self.depth,
                "intrinsics": self.K, "extrinsics": self.inverse, "coords": self.coords.astype(np.float32),
                "visibs": self.visibs[..., None], "unc_metric": np.zeros_like(self.depth)}


class Cut3r(Output):
    """Folders depth, conf, color and camera."""

    kind = "CUT3R"

    def write_output(self):
        for name in ("depth", "conf", "color", "camera"):
            (self.folder / name).mkdir(exist_ok=True)
        for t in range(len(self.depth)):
            np.save(self.folder / f"depth/{t:06d}.npy", self.depth[t])
            np.save(self.folder / f"conf/{t:06d}.npy", np.ones_like(self.depth[t]))
            Image.fromarray(self.rgb[t]).save(self.folder / f"color/{t:06d}.png")
            np.savez(self.folder / f"camera/{t:06d}.npz", pose=self.poses[t], intrinsics=self.K[t])


class Vipe(Output):
    """rgb/NAME.mp4, pose/NAME.npz, ...; the masks are its own."""

    kind, name = "ViPE", "street"

    def __init__(self, scene, folder):
        super().__init__(scene, folder)
        self.frames = np.arange(len(self.poses))
        self.camera = "PINHOLE"

    def write_masks(self):
        self.zipped("mask", "png", [png(ids) for ids in self.ids])
        lines = [f"{k}: {phrase}" for k, phrase in self.labels.items()]
        (self.folder / "mask" / f"{self.name}.txt").write_text("\n".join(["0: background", *lines]))

    def write_output(self):
        for name in ("rgb", "pose", "intrinsics", "depth", "mask"):
            (self.folder / name).mkdir(exist_ok=True)
        np.savez(self.folder / "pose" / f"{self.name}.npz", data=self.poses[self.frames].astype(np.float32),
                 inds=self.frames)
        K = self.K[self.frames]
        np.savez(self.folder / "intrinsics" / f"{self.name}.npz", inds=self.frames,
                 data=np.stack([K[:, 0, 0], K[:, 1, 1], K[:, 0, 2], K[:, 1, 2]], axis=-1))
        (self.folder / "intrinsics" / f"{self.name}_camera.txt").write_text(
            "".join(f"{t}: {self.camera}\n" for t in self.frames))
        self.zipped("depth", "exr", [exr(depth) for depth in self.depth])
        self.write_video()

    def zipped(self, part, suffix, contents):
        with zipfile.ZipFile(self.folder / part / f"{self.name}.zip", "w") as archive:
            for t in self.frames:
                archive.writestr(f"{t:05d}.{suffix}", contents[t])

    def write_video(self):
        height, width = self.depth.shape[1:]
        with av.open(str(self.folder / "rgb" / f"{self.name}.mp4"), "w") as container:
            stream = container.add_stream("libx264", rate=12)
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
            stream.options = {"crf": "12", "preset": "ultrafast"}
            for picture in self.rgb:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(stream.encode())


TOOLS = {cls.kind: cls for cls in (DepthAnything, Vggt, MegaSam, SpatialTracker, Cut3r, Vipe)}


def followed(scene, per_object):
    """Points (T, P, 3) on the surface of every object, carried by exact poses, and whether each is seen."""
    T = range(scene.facts.frame_count)
    ids, depth = np.stack([scene.instances(t) for t in T]), np.stack([scene.depth(t) for t in T])
    K, camera_from_world = scene.facts.K, invert_pose(scene.world_from_camera)
    places, seen = [], []
    for n, item in enumerate(scene.objects):
        largest = int((ids == item.id).sum(axis=(1, 2)).argmax())
        pixels = np.argwhere(ids[largest] == item.id)
        if not len(pixels):
            continue
        rows, columns = pixels[np.linspace(0, len(pixels) - 1, per_object).astype(int)].T
        uv = np.stack([columns + 0.5, rows + 0.5], axis=-1)
        lifted = unproject(K, uv, depth[largest, rows, columns])
        object_from_camera = (
            invert_pose(scene.world_from_object[largest, n]) @ scene.world_from_camera[largest])
        local = transform_points(object_from_camera, lifted)
        world = transform_points(scene.world_from_object[:, n], local)
        in_camera = transform_points(camera_from_world, world)
        uv = project(K, in_camera)
        inside = inside_image(uv, *ids.shape[1:])
        columns, rows = np.where(inside[..., None], uv, 0).astype(int).transpose(2, 0, 1)
        t = np.arange(len(ids))[:, None]
        near = np.abs(depth[t, rows, columns] - in_camera[..., 2]) < 0.05 * in_camera[..., 2]
        places.append(world)
        seen.append(inside & near & (ids[t, rows, columns] == item.id))
    return np.concatenate(places, axis=1), np.concatenate(seen, axis=1)


def png(ids):
    content = io.BytesIO()
    Image.fromarray(ids).save(content, format="PNG")
    return content.getvalue()


def exr(depth):
    """An OpenEXR file of one channel Z in half precision, zip by 16 lines."""
    height, width = depth.shape

    def attribute(name, kind, value):
        return name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<i", len(value)) + value

    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    header = b"\x76\x2f\x31\x01" + struct.pack("<I", 2) + b"".join([
        attribute("channels", "chlist", b"Z\0" + struct.pack("<iB3xii", 1, 0, 1, 1) + b"\0"),
        attribute("compression", "compression", b"\3"), attribute("dataWindow", "box2i", window),
        attribute("displayWindow", "box2i", window), attribute("lineOrder", "lineOrder", b"\0"),
        attribute("pixelAspectRatio", "float", struct.pack("<f", 1)),
        attribute("screenWindowCenter", "v2f", struct.pack("<2f", 0, 0)),
        attribute("screenWindowWidth", "float", struct.pack("<f", 1)),
    ]) + b"\0"
    blocks = []
    for top in range(0, height, 16):
        plain = np.frombuffer(depth[top : top + 16].astype("<f2").tobytes(), np.uint8)
        parted = np.concatenate([plain[::2], plain[1::2]]).astype(int)
        parted[1:] = np.diff(parted) + 128
        packed = zlib.compress(parted.astype(np.uint8).tobytes())
        packed = packed if len(packed) < len(plain) else plain.tobytes()
        blocks.append(struct.pack("<ii", top, len(packed)) + packed)
    places = np.cumsum([len(header) + 8 * len(blocks), *map(len, blocks[:-1])])
    return header + struct.pack(f"<{len(blocks)}Q", *places) + b"".join(blocks)
