"""Writes VRS files (the container of Project Aria recordings) in plain Python: uncompressed records, a
description at the beginning, an index at the end. Numbers are little-endian and packed.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field

FILE_HEADER = struct.Struct("<4s4sQIIqqq3Q4s4s")
RECORD_HEADER = struct.Struct("<IIiIdHBBI")
INDEX_ENTRY = struct.Struct("<dIBiH")
INDEX_TYPE, DESCRIPTION_TYPE = 1, 2
CONFIGURATION, DATA = 2, 3
OWN_VERSION = 2  # of descriptions and indices, and of the camera's records
LAST, FIRST = 1.7976931348623157e308, 5e-324  # times of the file's own records and of configurations
FORMATS = {"uint32_t": "I", "uint64_t": "Q", "int64_t": "q", "double": "d"}

CAMERA_CONFIGURATION = {
    "camera_id": "uint32_t", "nominal_rate": "double", "image_width": "uint32_t",
    "image_height": "uint32_t", "image_stride": "uint32_t", "image_pixel_format": "uint32_t",
    "exposure_duration.min": "double", "exposure_duration.max": "double", "gain.min": "double",
    "gain.max": "double", "gamma_factor": "double", "device_type": "string", "device_version": "string",
    "device_serial": "string", "sensor_model": "string", "sensor_serial": "string",
    "factory_calibration": "string", "online_calibration": "string", "description": "string",
}
CAMERA_DATA = {
    "group_id": "uint64_t", "group_mask": "uint64_t", "frame_number": "uint64_t",
    "exposure_duration_s": "double", "gain": "double", "capture_timestamp_ns": "int64_t",
    "arrival_timestamp_ns": "int64_t", "temperature_deg_c": "double",
}
JPEG, RAW = "jpg", "raw"
PIXEL_FORMATS = {"rgb": 0, "grey": 1, "depth": 11, "ids": 13}
BYTES_A_PIXEL = {"rgb": 3, "grey": 1, "depth": 2, "ids": 8}


def layout(fields):
    """The JSON that describes the bytes of a record."""
    pieces, offset, strings = [], 0, 0
    for name, kind in fields.items():
        if kind == "string":
            pieces.append({"name": name, "type": "DataPieceString", "index": strings})
            strings += 1
        else:
            pieces.append({"name": name, "type": f"DataPieceValue<{kind}>", "offset": offset})
            offset += struct.calcsize("<" + FORMATS[kind])
    return json.dumps({"data_layout": pieces}), offset, strings


def packed(fields, values):
    """The bytes of a record: numbers, then place and length of each string, then the strings."""
    numbers = b"".join(
        struct.pack("<" + FORMATS[kind], values.get(name, 0))
        for name, kind in fields.items() if kind != "string")
    texts = [values.get(name, "").encode() for name, kind in fields.items() if kind == "string"]
    places, start = b"", 0
    for text in texts:
        places += struct.pack("<II", start, len(text))
        start += len(text)
    return numbers + places + b"".join(texts)


def text_bytes(text):
    encoded = text.encode()
    return struct.pack("<I", len(encoded)) + encoded


def map_bytes(tags):
    return struct.pack("<I", len(tags)) + b"".join(
        text_bytes(key) + text_bytes(value) for key, value in sorted(tags.items()))


@dataclass
class CameraStream:
    """A stream of pictures: `type` and `instance` name it as in "214-1"."""

    type: int
    instance: int
    name: str
    flavour: str
    content: str  # JPEG or RAW
    records: list = field(default_factory=list)  # (time in seconds, kind, payload)

    @property
    def key(self):
        return self.type, self.instance

    def configure(self, kind, width, height, **values):
        values = {"image_width": width, "image_height": height, "nominal_rate": 30.0,
                  "image_stride": width * BYTES_A_PIXEL[kind], "image_pixel_format": PIXEL_FORMATS[kind],
                  **values}
        self.records.append((FIRST, CONFIGURATION, packed(CAMERA_CONFIGURATION, values)))

    def add(self, time_ns, number, picture):
        values = {"frame_number": number, "capture_timestamp_ns": time_ns, "arrival_timestamp_ns": time_ns,
                  "exposure_duration_s": 0.005, "gain": 1.0, "temperature_deg_c": float("nan")}
        self.records.append((time_ns / 1e9, DATA, packed(CAMERA_DATA, values) + picture))

    def tags(self):
        configuration, _, _ = layout(CAMERA_CONFIGURATION)
        data, size, _ = layout(CAMERA_DATA)
        return {
            "VRS_Original_Recordable_Name": self.name, "VRS_Recordable_Flavor": self.flavour,
            f"RF:Configuration:{OWN_VERSION}": "data_layout",
            f"RF:Data:{OWN_VERSION}": f"data_layout/size={size}+image/{self.content}",
            f"DL:Configuration:{OWN_VERSION}:0": configuration, f"DL:Data:{OWN_VERSION}:0": data,
        }


def write_vrs(path, tags, streams):
    """Write the records of all streams in the order of their times."""
    streams = sorted(streams, key=lambda stream: stream.key)
    body, index, previous = bytearray(FILE_HEADER.size), [], 0

    def add(time, key, kind, payload):
        nonlocal previous
        size = RECORD_HEADER.size + len(payload)
        type_, instance = key
        body.extend(RECORD_HEADER.pack(size, previous, type_, OWN_VERSION, time, instance, kind, 0, 0))
        body.extend(payload)
        previous = size
        return size

    description = struct.pack("<I", len(streams)) + b"".join(
        struct.pack("<iH", *stream.key) + map_bytes({}) + map_bytes(stream.tags()) for stream in streams)
    add(LAST, (DESCRIPTION_TYPE, 0), DATA, description + map_bytes(tags))
    records = sorted(((time, stream.key, kind, payload) for stream in streams
                      for time, kind, payload in stream.records), key=lambda record: record[:2])
    for time, key, kind, payload in records:
        index.append(INDEX_ENTRY.pack(time, add(time, key, kind, payload), kind, *key))
    index_place = len(body)
    heads = b"".join(struct.pack("<iH", *stream.key) for stream in streams)
    add(LAST, (INDEX_TYPE, 0), DATA, struct.pack("<I", len(streams)) + heads
        + struct.pack("<I", len(index)) + b"".join(index))
    body[: FILE_HEADER.size] = FILE_HEADER.pack(
        b"Visi", b"onRe", 1, FILE_HEADER.size, RECORD_HEADER.size, index_place, FILE_HEADER.size, 0, 0, 0, 0,
        b"cord", b"VRS1")
    path.write_bytes(body)
