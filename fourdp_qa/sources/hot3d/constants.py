"""HOT3D's layout and conventions, each with its meaning; and how far its files may disagree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from fourdp_qa.scene.scene import Capability

SOURCE: Final = "hot3d"

NEEDED_BY, EXTRA = "HOT3D", "hot3d"
"""Who needs embree, and the optional dependency that brings it."""

LICENSE: Final = "LicenseRef-HOT3D"
"""The HOT3D Dataset License Agreement names CC BY-SA without a version for pictures and annotations, and
forbids to sell what holds the object models: no SPDX identifier says both."""

FPS: Final = 30.0

CAPABILITIES: Final = frozenset({
    Capability.DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES, Capability.GRAVITY,
    Capability.METRIC_SCALE, Capability.UNMODELLED_OCCLUDERS,
})
"""Of the room nothing but the objects is modelled, and hands are not read."""


@dataclass(frozen=True)
class Device:
    """What differs between the two headsets.

    Attributes
    ----------
    name : str
        As the files write it.
    stream : str
        The camera whose pictures are used: Aria's colour camera, Quest 3's left one.
    modes : tuple of str
        Pillow modes of its pictures.
    up : (3,)
        Away from gravity in the world of its recordings.
    parameters : int
        How many numbers its FISHEYE624 calibrations hold.
    """

    name: str
    stream: str
    modes: tuple[str, ...]
    up: tuple[float, float, float]
    parameters: int


DEVICES: Final = {
    "Aria": Device("Aria", "214-1", ("RGB",), (0.0, 0.0, 1.0), 15),
    "Quest3": Device("Quest3", "1201-1", ("L", "RGB"), (0.0, 1.0, 0.0), 16),
}
"""Each has a world up of its own: proved by the sample recordings, whose wearers look down at tables."""

MODEL: Final = "CameraModelType.FISHEYE624"

RAW_FROM_UPRIGHT: Final = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
"""Both headsets' cameras are mounted on their side: x of a stored picture points to the ground, and a
quarter turn clockwise sets it upright. These are the axes of the upright camera in the stored one."""

FOCAL_SHARE: Final = 0.5
"""Focal length of the square view in its sides: 90 degrees. Both fisheyes reach 0.96 rad, its corners."""

WIDEST_ANGLE: Final = 1.2
"""Radians from the axis. Quest 3's files state up to 2.7, where the lens shows nothing but its frame."""

LARGEST_ANGLE: Final = 3.15
"""Radians a file may state; what is larger was written in degrees."""

PICTURE_TOLERANCE: Final = 0.2
"""How far the principal point may lie from the middle of the picture, in its sides."""

# --- HOT3D-Clips ------------------------------------------------------------------------------------

CLIP: Final = re.compile(r"clip-\d{6}\.tar")
TEST_CLIPS: Final = ("test_aria", "test_quest3")
"""Published without object poses: nothing can be asked about them."""

MEMBER: Final = re.compile(r"(\d{6})\.(image_[0-9]+-[0-9]+\.jpg|cameras\.json|objects\.json|info\.json)")
"""The members of a clip that are read, of one stream's pictures; hands are not (another licence)."""

CAMERAS, OBJECTS, INFO = "cameras.json", "objects.json", "info.json"
JSONS: Final = (CAMERAS, OBJECTS, INFO)

MODEL_FOLDERS: Final = ("object_models_eval", "object_models")
"""The light models first: their shape is the same."""
CLIP_MODEL: Final = "obj_{:06d}.glb"

LARGEST_MEMBER: Final = 64 * 2**20
"""Bytes; a picture has below 1 MB, a frame's objects.json with all its masks below 5."""

LARGEST_ID: Final = 10_000
"""The release has 33 objects; what is larger is damage."""

# --- the full release -------------------------------------------------------------------------------

METADATA: Final = "metadata.json"
HEADSET: Final = "headset_trajectory.csv"
DYNAMIC_OBJECTS: Final = "dynamic_objects.csv"
BOXES: Final = "box2d_objects.csv"
MASKS: Final = ("good_exposure", "headset_pose_available", "object_pose_available")
"""A frame is used where all three say so."""
CALIBRATION: Final = "mps/slam/online_calibration.jsonl"
CAMERA_MODELS: Final = "camera_models.json"
"""Aria's calibrations, one for each frame, and Quest 3's, one for the recording."""
VRS: Final = "recording.vrs"
INSTANCES: Final = "instance.json"
CAMERA_LABELS: Final = {
    "214-1": "camera-rgb", "1201-1": "camera-slam-left", "1201-2": "camera-slam-right",
}
ARIA_MODEL: Final = "FisheyeRadTanThinPrism"

POSE_COLUMNS: Final = (
    "object_uid", "timestamp[ns]", "t_wo_x[m]", "t_wo_y[m]", "t_wo_z[m]",
    "q_wo_w", "q_wo_x", "q_wo_y", "q_wo_z",
)
BOX_COLUMNS: Final = (
    "stream_id", "object_uid", "timestamp[ns]", "x_min[pixel]", "x_max[pixel]", "y_min[pixel]",
    "y_max[pixel]", "visibility_ratio[%]",
)
MASK_COLUMNS: Final = ("timestamp[ns]", "stream_id", "mask")

SHOWN: Final = 0.9
"""Least stated visibility (a share, whatever the column's title says) at which a model's silhouette is taken
for the object's pixels. There are no masks in this release: where hands hide more, nobody knows what."""

SAME_TIME: Final = 1_000_000
"""Nanoseconds between a frame and the record that belongs to it, as in the release's own tools."""

CALIBRATION_AGE: Final = 1_000_000_000
"""Nanoseconds between a frame and the calibration nearest to it: there is one for each frame."""

GAP: Final = 1.5
"""Frames farther apart than so many usual steps do not belong to one run."""

# --- how far the files may disagree -----------------------------------------------------------------

STATED_BOX: Final = 0.1
"""Typical distance of a stated box's edge from the projected model, in diagonals of the box. On the real
rows of both headsets it is 0.007 to 0.026; a wrong convention gives 0.2 and more."""

STATED_BOX_OF_ONE: Final = 0.15
"""The same for one object: single real rows stay below 0.04 in 95 of 100."""

STATED_GAIN: Final = 0.03
"""A mistake is named when undoing it halves the typical distance and lowers it by what real rows have."""

SMALLEST_BOX: Final = 0.05
"""Diagonal in widths of the picture: 70 pixels of Aria's colour pictures, whose boxes are 3 pixels off. In
smaller ones that counts too much."""

FRAMES_COMPARED: Final = 16
"""Spread over the recording. A median over six objects and so many frames is stable."""

FEWEST_BOXES: Final = 3
"""Fewer say nothing about the recording."""

OWN_PIXELS: Final = 0.5
"""Least share of an object's masks that must lie in its own boxes."""

BOX_MARGIN: Final = 0.1
"""By how much of its diagonal a box is widened for that: masks of SAM2 bleed over edges."""

LEAN: Final = 45.0
"""Degrees by which a head leans at most, as a median over a recording."""

RAISED: Final = 30.0
"""Degrees above the horizon at which a wearer looks at most, as a median: they look at their hands."""

REPAIR: Final = "download the file again"
