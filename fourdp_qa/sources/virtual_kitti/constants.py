"""Virtual KITTI 2.0.3: folders, columns and conventions, each with its meaning."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

FPS: Final = 10.0
"""The release has no file of times; its documentation says 10 frames a second."""

LICENSE: Final = "CC-BY-NC-SA-3.0"

UP: Final = (0.0, -1.0, 0.0)
"""The world is right-handed, its y points down."""

VARIATIONS: Final = (
    "clone", "15-deg-left", "15-deg-right", "30-deg-left", "30-deg-right", "fog", "morning",
    "overcast", "rain", "sunset",
)
"""In the order of listing: the drive as it was copied from KITTI comes first."""

SCENE_NAME: Final = re.compile(r"Scene\d{2}")
CAMERAS: Final = (0, 1)
"""Left and right."""

RGB: Final = "rgb"
DEPTH: Final = "depth"
INSTANCES: Final = "instanceSegmentation"
TEXT: Final = "textgt"
"""The four layers that are read, by the names of their archives."""

ARCHIVES: Final = {
    RGB: "vkitti_2.0.3_rgb.tar", DEPTH: "vkitti_2.0.3_depth.tar",
    INSTANCES: "vkitti_2.0.3_instanceSegmentation.tar", TEXT: "vkitti_2.0.3_textgt.tar.gz",
}
FRAME_FILES: Final = {
    RGB: "rgb_{:05d}.jpg", DEPTH: "depth_{:05d}.png", INSTANCES: "instancegt_{:05d}.png",
}
"""Frames are numbered from 0 without a gap."""

RGB_MODES: Final = ("RGB",)
DEPTH_MODES: Final = ("I;16",)
INSTANCE_MODES: Final = ("P",)
"""A palette image: the index is trackID + 1, the palette only its colour."""

METRES_PER_STEP: Final = 0.01
SKY: Final = 65535
"""Depth is stored in centimetres; the far plane and the sky are the largest number."""

ID_OF_TRACK: Final = 1
"""What is added to a trackID to give the palette index, which is the id in a Scene."""

PIXEL_CENTRE: Final = 0.5
"""The centre (620.5, 187) of a 1242 x 375 picture has pixel centres at whole numbers."""

KEYS: Final = ("frame", "cameraID", "trackID")
INTRINSIC: Final = ("frame", "cameraID", "fx", "fy", "cx", "cy")
EXTRINSIC: Final = (
    "frame", "cameraID", *(f"{name}{row}" for row in range(4) for name in ("rx", "ry", "rz", "t")),
)
"""camera_from_world, OpenCV axes, row by row."""

SIZE: Final = ("width", "height", "length")
WORLD_POSITION: Final = tuple(f"world_space_{axis}" for axis in "XYZ")
WORLD_ANGLES: Final = tuple(f"rotation_world_space_{axis}" for axis in "yxz")
CAMERA_POSITION: Final = tuple(f"camera_space_{axis}" for axis in "XYZ")
CAMERA_ANGLES: Final = tuple(f"rotation_camera_space_{axis}" for axis in "yxz")
POSE: Final = (
    *KEYS, "alpha", *SIZE, *WORLD_POSITION, *WORLD_ANGLES, *CAMERA_POSITION, *CAMERA_ANGLES,
)
EDGES: Final = ("left", "right", "top", "bottom")
BBOX: Final = (*KEYS, *EDGES, "number_pixels", "truncation_ratio", "occupancy_ratio", "isMoving")
INFO: Final = ("trackID", "label", "model", "color")

LABELS: Final = ("Car", "Van", "Truck")

LARGEST_TRACK: Final = 254
"""A palette has 256 indices, of which 0 means no vehicle."""

SAME_SIZE: Final = 0.1
"""Relative change of an edge over the rows of one vehicle: they are rigid, so more is damage."""

UNPAIRED: Final = 0.01
"""Share of the rows of pose.txt or bbox.txt that may lack a partner in the other: real frames pair
all of them, and a table that was cut loses more."""

ROTATION_TOLERANCE: Final = 1e-3
"""Entries are written with six digits or more."""

LARGEST_TABLE: Final = 256 * 2**20
"""Bytes; the largest table of the release is some 20 MB."""

OURS_FROM_BODY: Final = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
"""The release's body axes (x right side, y down, z nose) to ours (x front, y left, z up)."""

FRONT: Final = (1.0, 0.0, 0.0)

LARGEST_ANGLE: Final = 2.0 * np.pi + 0.01
"""Radians; the release keeps its angles within half a turn. What is larger was written in degrees."""

PLACE_TOLERANCE: Final = (0.02, 2e-4)
"""Metres, and share of the distance, by which the world and the camera columns of pose.txt may
disagree about an object's place. Real rows agree to 0.00007 m at 130 m; 2 cm moves no label."""

TURN_TOLERANCE: Final = 0.005
"""Largest entry of the difference of both rotations; real rows agree to 0.000001."""

STATED_BOX: Final = (20.0, 0.35)
"""Boxes of bbox.txt that are looked at: at least 20 pixels high, and a difference of an edge counts as
wrong from 0.35 of the box's width or height on. Meshes fill their boxes to a few percent; the
release's one known bad box (a truck half a metre too narrow) is off by 0.1."""

STATED_BOXES: Final = 0.1
"""The same for the median over all boxes of a recording: on real rows it is 0.03."""

STATED_GAIN: Final = 0.03
"""A mistake is named when undoing it halves that median and lowers it by as much as real rows have."""

REPAIR: Final = "extract the archive again"
"""What a user can do about damage."""
