"""A MOVi data set as TFDS writes it, made from a worker folder's scene: TFRecord files of tf.train.Example.

Its traps are all there: checksums, depth as 16-bit steps between the smallest and the largest distance of
the video, class numbers instead of words, no frame rate and no gravity, and, where a record is smaller than
the rendered pictures, labels that are one pixel of each block instead of its mean.
"""

from __future__ import annotations

import io
import json
import struct

import numpy as np
from PIL import Image

DOME = 40.0  # scene units: MOVi's scenes are closed, so that every ray hits something
CATEGORIES = ("Bag", "Hat", "None")


def features(worker, shrink=1):
    """{key: list of bytes, float array or int array} of the scene of a WorkerFolder."""
    scene, metadata = worker.scene, worker.metadata()
    T, k = scene.facts.frame_count, len(worker.instances)
    ids = [worker.ids(t) for t in range(T)]
    distances = np.stack([closed_distance(worker, t) for t in range(T)])
    corner = (shrink - 1) // 2
    distances = distances[:, corner::shrink, corner::shrink]
    low, high = np.float32(distances.min()), np.float32(distances.max())
    steps = np.round((distances - low) / (high - low) * 65535).astype(np.uint16)
    camera = metadata["camera"]
    boxes = [_boxes(ids, n + 1) for n in range(k)]
    return {
        "video": [_png(_mean(scene.rgb(t), shrink)) for t in range(T)],
        "segmentations": [_png(image[corner::shrink, corner::shrink].astype(np.uint8)) for image in ids],
        "depth": [_png(image) for image in steps],
        "camera/focal_length": np.float32([camera["focal_length"]]),
        "camera/sensor_width": np.float32([camera["sensor_width"]]),
        "camera/field_of_view": np.float32([0.8]),
        "camera/positions": np.float32(camera["positions"]).ravel(),
        "camera/quaternions": np.float32(camera["quaternions"]).ravel(),
        "instances/positions": _column(worker, "positions"),
        "instances/quaternions": _column(worker, "quaternions"),
        "instances/bboxes_3d": _column(worker, "bboxes_3d"),
        "instances/bboxes/ragged_flat_values": np.float32(
            [edge for box in boxes for edges in box for edge in edges]),
        "instances/bboxes/ragged_row_lengths_0": np.array([len(box) for box in boxes]),
        "instances/asset_id": [item["asset_id"].encode() for item in worker.instances],
        "instances/category": np.array([n % len(CATEGORIES) for n in range(k)]),
        "instances/visibility": np.array([(image == n + 1).sum() for n in range(k) for image in ids]),
        "metadata/width": np.array([scene.facts.width // shrink]),
        "metadata/height": np.array([scene.facts.height // shrink]),
        "metadata/num_frames": np.array([T]),
        "metadata/num_instances": np.array([k]),
        "metadata/depth_range": np.float32([low, high]),
        "metadata/video_name": [scene.facts.scene_id.encode()],
        "forward_flow": np.arange(7) * 9999,  # never read, but it must be passed over
        "background": [b"dome"],
    }


def write(folder, *records, name="movi_e-train.tfrecord-00000-of-00001", info=True):
    """Write records, each its features or its bytes, into a version folder; the path of the file."""
    folder.mkdir(parents=True, exist_ok=True)
    payloads = [r if isinstance(r, bytes) else example(r) for r in records]
    (folder / name).write_bytes(b"".join(map(framed, payloads)))
    if info:
        splits = [{"name": "train", "shardLengths": [str(len(payloads))], "numBytes": "1"}]
        (folder / "dataset_info.json").write_text(json.dumps({"name": "movi_e", "splits": splits}))
    (folder / "instances-category.labels.txt").write_text("\n".join(CATEGORIES) + "\n")
    return folder / name


def example(named, packed=True):
    """A serialised tf.train.Example."""
    entries = b""
    for key, values in named.items():
        feature = _delimited(_kind(values), _list(values, packed))
        entries += _delimited(1, _delimited(1, key.encode()) + _delimited(2, feature))
    return _delimited(1, entries)


def framed(payload):
    """A TFRecord: length, its checksum, payload, its checksum."""
    length = struct.pack("<Q", len(payload))
    return length + checksum(length) + payload + checksum(payload)


def checksum(content):
    """Masked CRC-32C, a byte at a time as the standard writes it down."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def _checksum_of_byte(byte):
    for _ in range(8):
        byte = byte >> 1 ^ 0x82F63B78 * (byte & 1)
    return byte


TABLE = [_checksum_of_byte(byte) for byte in range(256)]


def _kind(values):
    if isinstance(values, list):
        return 1
    return 2 if values.dtype.kind == "f" else 3


def _list(values, packed):
    kind = _kind(values)
    if kind == 1:
        return b"".join(_delimited(1, value) for value in values)
    plain = [struct.pack("<f", v) if kind == 2 else _varint(int(v) % 2**64) for v in values]
    if packed:
        return _delimited(1, b"".join(plain))
    return b"".join(_varint(1 << 3 | (5 if kind == 2 else 0)) + value for value in plain)


def _delimited(number, content):
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _column(worker, name):
    return np.float32([item[name] for item in worker.instances]).ravel()


def _png(array):
    file = io.BytesIO()
    Image.fromarray(array).save(file, format="png")
    return file.getvalue()


def _mean(rgb, shrink):
    height, width = (side // shrink for side in rgb.shape[:2])
    blocks = rgb.reshape(height, shrink, width, shrink, 3)
    return np.round(blocks.mean(axis=(1, 3))).astype(np.uint8)


def _boxes(ids, k):
    """(ymin, xmin, ymax, xmax) in 0..1 of the frames in which id k is seen."""
    found = []
    for image in ids:
        rows, columns = np.nonzero(image == k)
        if len(rows):
            height, width = image.shape
            found.append((rows.min() / height, columns.min() / width,
                          (rows.max() + 1) / height, (columns.max() + 1) / width))
    return found


def closed_distance(worker, t):
    """Distance along each ray, nowhere farther than a dome around the world."""
    distance = worker.distance(t)
    camera, K = worker.scene.world_from_camera[t], worker.scene.facts.K
    v, u = np.mgrid[: distance.shape[0], : distance.shape[1]] + 0.5
    ray = np.stack([(u - K[0, 2]) / K[0, 0], (v - K[1, 2]) / K[1, 1], np.ones_like(u)], axis=-1)
    ray = ray / np.linalg.norm(ray, axis=-1, keepdims=True) @ camera[:3, :3].T
    along = ray @ camera[:3, 3]
    dome = np.sqrt(along**2 - camera[:3, 3] @ camera[:3, 3] + DOME**2) - along
    return np.minimum(distance, dome)
