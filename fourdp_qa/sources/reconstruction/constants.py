"""What the tools call things, which way their poses go, and how far their files may disagree."""

from __future__ import annotations

import re
from typing import Final

from fourdp_qa.scene.scene import Capability

SOURCE: Final = "reconstruction"
VIDEO_FILE: Final = "video.toml"
MASKS: Final = "masks"
MASK_FILE: Final = "{:05d}.png"
LABELS_FILE: Final = "labels.json"
LICENSE: Final = "LicenseRef-of-the-video"
"""Each video has its own, named in video.toml; it travels into its rows."""

RUN_AGAIN: Final = "run the tool again or copy its output whole"

NPZ_PLACES: Final = (".", "exports/npz", "exports/mini_npz")
"""Where the npz of a tool lies in the folder of a recording; the first place that has one counts. Depth
Anything 3 writes the two others."""

DEPTH: Final = ("depth", "depths")
CAMERA_FROM_WORLD: Final = ("extrinsics", "extrinsic", "exts", "extrinsics_w2c", "w2c")
WORLD_FROM_CAMERA: Final = ("cam_c2w", "c2w", "pose", "poses_c2w")
INTRINSICS: Final = ("intrinsics", "intrinsic", "ixts")
PICTURES: Final = ("image", "images", "video")
CONFIDENCE: Final = ("conf", "depth_conf")
TRACKS: Final = ("coords", "visibs")
"""Names of one thing in the tools' files: Depth Anything 3 (extrinsics in its code, exts in its
documentation), VGGT, SpatialTrackerV2 and TAPIP3D, MegaSaM. The name of a pose says which way it goes."""

PIXEL_CENTRE: Final = 0.5
"""All of these tools lift pixel (0, 0) at (0, 0): centres at whole numbers."""

LARGEST_ARRAY: Final = 4 * 2**30
"""Bytes of one array: 5000 frames of 512 x 384 in float32; more is a damaged header."""
LARGEST_MEMBER: Final = 256 * 2**20
"""Bytes of one picture inside an archive."""

DEPTH_RANGE: Final = (1.001e-3, 99.9)
"""MegaSaM clips its depth to 0.001 and 100: what lies at an end is not known. It is told by its key
cam_c2w."""
CLIPPED_BY: Final = "cam_c2w"

LEAST_SURE: Final = 10.0
"""Percentile of a frame's confidence below which depth is taken for unknown. The tools' scales differ, so a
share is all that can be said; a tenth is what sky and silhouettes usually fill."""

K_DRIFT: Final = 0.25
"""Pixels by which a frame's own intrinsics may move a corner of the picture before the frame is resampled
to the common ones: a quarter of a pixel is below what the tools know of a focal length."""

FRAMES_COMPARED: Final = 8
"""Frames between which depth is carried on opening, spread over the recording."""
LARGEST_MISS: Final = 0.02
"""Relative, median over carried pixels: the finest band of the profile "estimated" ends at 2.5% of a
distance."""
CLEAR_GAIN: Final = 0.3
"""log10 of the typical error: undoing a mistake must halve it before the recording is refused for it."""

OTHER_FRAMES: Final = 5
"""Frames, spread over the recording, to which a background pixel is carried to see whether it stays."""
SEEN_THROUGH: Final = 0.05
"""Relative: when another frame sees so much farther where the pixel should be, it moved away."""

EROSION: Final = 1 / 200
"""Of the shorter side of the picture, at least a pixel, that is left out at the edge of a mask: there masks
and depth bleed. 2 pixels of 392."""
POINTS_PER_MASK: Final = 300
FEWEST_POINTS: Final = 20
"""Lifted pixels of an object in a frame, at most; and at least, to say where it is."""
LEAST_INSIDE: Final = 1 / 3
"""Share of a mask that must be left without its edge: of what is thinner that part is not the whole."""
LEAST_FRAMED: Final = 0.95
"""Share of a mask inside the frame around what is left of it: a sign on a thin post is not its sign alone."""
BOX_PERCENTILES: Final = (0.5, 99.5)
"""Of the lifted points along each axis; what lies beyond is a depth that bled over an edge."""
THINNEST: Final = 0.01
"""Least edge of a box, relative to the distance: a flat surface seen from the front has no depth."""

RIGID_RESIDUAL: Final = 0.02
"""Of the distance to the camera: what a rigid motion may miss an object's points by (90th percentile)."""
STILL_RESIDUAL: Final = 0.01
"""The same for no motion at all: what is called still moves by less than 1% of the distance."""
STAYS_ON_MASK: Final = 0.95
"""Least share of an object's points that come down on its own mask in other frames, if it stands still."""
TREMBLE: Final = 0.002
"""Of the distance: tracked points that stay this near to where they were have not moved."""
FEWEST_TRACKS: Final = 8
"""Tracked points of an object, fewer of which say little about a rigid motion ..."""
FEWEST_COMMON: Final = 6
"""... and those seen in a frame and in the reference frame."""
TRACK_ON_OBJECT: Final = 0.8
"""Least share of the frames in which a tracked point lies on one object's mask to belong to it."""
LEAST_SPREAD: Final = 0.1
"""Least ratio of the second to the first extent of tracked points: on a line they say nothing of turns."""

WITHOUT_MASKS: Final = frozenset({Capability.DEPTH, Capability.BACKGROUND_DEPTH,
                                  Capability.UNMODELLED_OCCLUDERS})
"""Anything may move and hide anything: no static points, camera movement alone."""
WITH_MASKS: Final = frozenset({Capability.DEPTH, Capability.BACKGROUND_DEPTH, Capability.INSTANCES,
                               Capability.OBJECT_POSES})

COLOUR: Final = ("RGB",)
GREY_MODES: Final = ("L", "P", "I;16", "I")
"""Pillow modes of pictures, and of masks whose values are ids."""

NUMBERED: Final = re.compile(r"(\d+)\.(npy|npz|png|exr)")
PINHOLE: Final = "PINHOLE"
