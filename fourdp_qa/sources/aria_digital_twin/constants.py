"""Aria Digital Twin, version 2: file names, columns, units and conventions, each with its meaning."""

from __future__ import annotations

from typing import Final

import numpy as np

SOURCE: Final = "aria_digital_twin"
LICENSE: Final = "LicenseRef-Aria-Digital-Twin"
"""The data set has an agreement of its own; its terms are not in our table, so it grants nothing."""

METADATA_FILE: Final = "metadata.json"
OLD_METADATA_FILE: Final = "gt-metadata.json"
"""Of version 1, which has another layout."""
INSTANCES_FILE: Final = "instances.json"
OBJECTS_FILE: Final = "scene_objects.csv"
BOXES_FILE: Final = "3d_bounding_box.csv"
TRAJECTORY_FILE: Final = "aria_trajectory.csv"
VIDEO_FILE: Final = "video.vrs"
PEOPLE_FILE: Final = "skeleton_aria_association.json"
DEPTH_FILES: Final = ("depth_images.vrs", "depth_images_with_skeleton.vrs")
ID_FILES: Final = ("segmentations.vrs", "segmentations_with_skeleton.vrs")
"""Without and with the bodies of people."""

VERSION: Final = "2."
"""How `dataset_version` begins."""

CAMERA: Final = "214-1"
"""The stream of the colour camera; depth and ids name it in the description of theirs."""

FRESH: Final = 5_000_000
"""Nanoseconds by which a record may be off a frame's capture time. Ground truth is made for each
frame of 33 ms: a record farther off belongs to another frame. Measured: 0.1 ms, skeletons 4.4 ms."""

GAP: Final = 1.5
"""Frame steps; a longer one is a gap, and a scene ends at it."""

SIDE: Final = 448
FOCAL: Final = 245.0
"""Pixels at `SIDE`: a view of 84.9 degrees. Up to 90 degrees the lens fills the whole square."""

R_RAW_FROM_UPRIGHT: Final = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
"""The sensor is mounted turned: +x of the stored picture points to the ground. Turned clockwise by a
quarter it is upright."""

METRES_PER_STEP: Final = np.float32(0.001)
"""Depth is stored in millimetres along the optical axis; 0 is none."""

TRAJECTORY_TIME: Final = "tracking_timestamp_us"
TRAJECTORY_PLACE: Final = tuple(f"t{axis}_world_device" for axis in "xyz")
TRAJECTORY_TURN: Final = tuple(f"q{axis}_world_device" for axis in "wxyz")
"""The file holds x, y, z, w; columns are read by name."""
GRAVITY: Final = tuple(f"gravity_{axis}_world" for axis in "xyz")

OBJECT: Final = "object_uid"
OBJECT_TIME: Final = "timestamp[ns]"
OBJECT_PLACE: Final = tuple(f"t_wo_{axis}[m]" for axis in "xyz")
OBJECT_TURN: Final = tuple(f"q_wo_{axis}" for axis in "wxyz")
BOX_LOW: Final = tuple(f"p_local_obj_{axis}min[m]" for axis in "xyz")
BOX_HIGH: Final = tuple(f"p_local_obj_{axis}max[m]" for axis in "xyz")

STATIC_TIME: Final = -1
"""In place of a time: the row holds for the whole recording."""

UNIT_TOLERANCE: Final = 1e-3
"""By which the length of a quaternion may be off 1; real rows are within 1e-6."""

GRAVITY_TOLERANCE: Final = 0.01
"""Radians by which gravity may turn within a recording: the world stands still."""

UNPOSED_EDGE: Final = 1.0
"""Metres; stands for the size of what has an id and no box. It has no pose and is never asked about."""

LARGEST_OBJECT: Final = 4.0
"""Metres: what is longer is the building itself; the longest piece of furniture has 2.5 m."""

ENVIRONMENT: Final = frozenset({"shelter"})
"""Categories that are the building: walls, floor and ceiling in one instance."""

HIPS: Final = ("LThigh", "RThigh")
ROOT: Final = "Skeleton"
"""Joints by name: the root lies between the hips."""

SMOOTHED_OVER: Final = 0.3
"""Seconds over which a person's root joint and hips are averaged: a step sways them."""

BODY_MARGIN: Final = 0.12
"""Metres of body around the joints: half a chest, the top of a head."""

BODY_REACH: Final = 0.95
"""Share of the frames in which the joints lie inside a person's box: a raised arm passes."""

LARGEST_TABLE: Final = 2**30
"""Bytes of a table; objects of a recording of two minutes take some 30 MB."""

LARGEST_JSON: Final = 64 * 2**20
"""Bytes of the two small JSON files; a home has 350 instances in 0.2 MB."""

DOWNLOAD_AGAIN: Final = "download the sequence again"
"""What a user can do about damage."""
