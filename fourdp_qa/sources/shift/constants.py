"""SHIFT's layout: folder and file names, units and conventions, each with its meaning."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

SOURCE: Final = "shift"
LICENSE: Final = "CC-BY-NC-SA-4.0"

SHIFTS: Final = ("discrete", "continuous")
"""Whether the weather stays as it is over a sequence, or changes."""

SHIFT_SPEEDS: Final = ("1x", "10x", "100x")
"""Folders of the continuous set only, between frame rate and split."""

FPS: Final = {"images": 1.0, "videos": 10.0}
"""Frames a second of the two frame-rate folders."""

FRAME_STEP: Final = {"images": 10, "videos": 1}
"""File numbers count steps of 0.1 s in both."""

SPLITS: Final = ("train", "val", "minival")
PICTURE_SPLITS: Final = ("test", "minitest")
"""Published without labels and depth: nothing can be asked about them."""

VIEWS: Final = ("front", "left_45", "left_90", "right_45", "right_90", "left_stereo")
"""The camera views. A seventh folder, ``center``, holds LiDAR points."""

BOXES_FILE: Final = "det_3d.json"
MASKS_FILE: Final = "det_insseg_2d.json"
LABEL_FILES: Final = (BOXES_FILE, MASKS_FILE)

COLOUR_GROUP: Final = "img"
DEPTH_GROUP: Final = "depth"
CONTAINERS: Final = {
    COLOUR_GROUP: ("img_decompressed", "img"),
    DEPTH_GROUP: ("depth",),
}
"""Names of a group's folder, or of its archive without the ending; what is unpacked comes first."""

DOWNLOADS: Final = {
    (COLOUR_GROUP, "images"): "img.zip", (COLOUR_GROUP, "videos"): "img.tar",
    (DEPTH_GROUP, "images"): "depth.zip", (DEPTH_GROUP, "videos"): "depth.zip",
}
"""The file to download where a group is missing."""

SEQUENCE: Final = re.compile(r"[0-9a-z]{4}-[0-9a-z]{4}")
"""Two groups of four hexadecimal digits; other letters do no harm."""

FRAME_NAME: Final = re.compile(r"(\d{8})_\w+\.\w+")
"""``name`` of a frame in the label files, e.g. 00000010_img_front.jpg."""

LARGEST_MEMBER: Final = 64 * 2**20
"""Bytes of one picture: 1280 x 800 pixels need 4 MB uncompressed, and nobody needs 16 times that."""

LARGEST_VIDEO: Final = 4 * 2**30
"""Bytes of one mp4; 500 frames take some 10 MB."""

COLOUR_MODES: Final = ("RGB",)
DEPTH_MODES: Final = ("RGB", "RGBA")

DEPTH_STEPS: Final = 2**24 - 1
DEPTH_RANGE: Final = 1000.0
"""metres = value / (2^24 - 1) * 1000. CARLA's depth camera fills all 24 bits: the largest value, and
not one more, is its far plane at 1000 m. Dividing by 2^24 instead is 0.006 mm off at 100 m."""

REVERSED_BYTES: Final = 3.0
"""How much rougher, from pixel to pixel, the high byte must be than the low one to be the low one: the
high byte changes every 4 m, the low one runs through its 256 values every 15 mm."""

SKY: Final = 999.0
"""Metres. What lies farther is the far plane: a street ends long before."""

FIELD_LIMIT: Final = 1e7
"""No number of a label is larger: beyond it the file is damaged."""

LARGEST_ANGLE: Final = 2.0 * np.pi + 0.01
"""Radians of a box; beyond a full turn the angles are degrees."""

SIZE_TOLERANCE: Final = 0.05
"""How far an object's box may change over the sequence, in its longest edge: CARLA's boxes are fixed,
and what differs more belongs to another object."""

CAMERA_TOLERANCE: Final = 1e-6
"""Pixels by which the intrinsics may change from frame to frame: it is one camera."""

BODY_FROM_OBJECT: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""SHIFT's box has x to the nose, y down, z to its left; ours x to the nose, y left, z up."""

WORLD_FROM_CARLA: Final = np.diag([1.0, -1.0, 1.0])
"""CARLA's world is left-handed (x, y, z up): y changes its sign, once, and z stays up."""

UP: Final = (0.0, 0.0, 1.0)
NOSE: Final = (1.0, 0.0, 0.0)

CATEGORIES: Final = ("pedestrian", "car", "truck", "bus", "motorcycle", "bicycle")

NOT_RIGID: Final = frozenset({"pedestrian", "motorcycle", "bicycle"})
"""Legs swing inside a pedestrian's box; a rider bends, pedals and steers on two wheels. Their boxes say
where they are and which way they face, not where a point of their surface goes."""

UNBOXED_EDGE: Final = 1.0
"""Metres; stands for the size of what has a mask and never a box. It has no pose and is never asked
about, but its pixels are not the static world."""

DOWNLOAD_AGAIN: Final = "download the file again"
"""What a user can do about damage."""
