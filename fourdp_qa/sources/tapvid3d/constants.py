"""TAPVid-3D's layout and conventions, each with its meaning; and how far its files may disagree."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from fourdp_qa.scene.scene import Capability

SOURCE: Final = "tapvid3d"

LICENSE: Final = "LicenseRef-TAPVid-3D"
"""The annotations are CC BY 4.0, the videos under the terms of whoever filmed them: a subset says its own."""

PICTURES: Final = "images_jpeg_bytes"
TRACKS: Final = "tracks_XYZ"
VISIBILITY: Final = "visibility"
QUERIES: Final = "queries_xyt"
INTRINSICS: Final = "fx_fy_cx_cy"
EXTRINSICS: Final = "extrinsics_w2c"

OTHER_NAMES: Final = {"tracks_xyz": TRACKS, "intrinsics": INTRINSICS}
"""As TAPVid-3D's readme calls them; its programs write the others."""

MOST_BYTES: Final = 1 << 30
"""Of one array: 300 pictures of 1920 x 1280 at the best quality stay below 0.4 GB."""

PICTURE_MODES: Final = ("RGB",)


@dataclass(frozen=True)
class Subset:
    """What differs between the three places the videos come from; no file says it.

    Attributes
    ----------
    name : folder of its files.
    files : pattern of their names; its group is the recording that several files come from.
    fps : frames a second of the videos.
    standard : how they become clips.
    license : of the videos.
    camera_stands : whether every camera is bolted down, so that its path is known without a word of it.
    mostly_still : whether most points rest in the world, so that a wrong camera path shows.
    estimated : whether the tracks were fitted to the pictures instead of measured.
    """

    name: str
    files: re.Pattern[str]
    fps: float
    standard: str
    license: str
    camera_stands: bool
    mostly_still: bool
    estimated: bool


SUBSETS: Final = {subset.name: subset for subset in (
    # Chunks of 300 frames of Aria Digital Twin: SEQUENCE_CHUNK.
    Subset("adt", re.compile(r"(.+)_\d+\.npz"), 30.0, "egocentric", "LicenseRef-Aria-Digital-Twin",
           camera_stands=False, mostly_still=True, estimated=False),
    # Vehicles in the Waymo Open Dataset: tapvid3d_SEGMENT_CAMERA_TRACK; a segment is named by five numbers.
    Subset("drivetrack", re.compile(r"tapvid3d_(\d+(?:_\d+){4})_\d+_.+\.npz"), 10.0, "driving",
           "LicenseRef-Waymo-Open", camera_stands=False, mostly_still=False, estimated=False),
    # Six performances in a dome, each filmed by 31 cameras: SEQUENCE_CAMERA.
    Subset("pstudio", re.compile(r"(.+)_\d+\.npz"), 30.0, "whole", "LicenseRef-Panoptic-Studio",
           camera_stands=True, mostly_still=False, estimated=True),
)}

CAPABILITIES: Final = frozenset({
    Capability.POINT_TRACKS, Capability.METRIC_SCALE, Capability.UNMODELLED_OCCLUDERS,
})
"""Of every file. One whose camera's path is known offers WORLD_POINT_TRACKS too."""

QUERY_PIXELS: Final = 2.0
"""Median distance of a query from its track's projection: both are written from one number, but a point
lifted from a depth image may have been rounded to a pixel."""

SEEN_INSIDE: Final = 0.95
"""Share of the visible points that must lie in the picture: a flag says that the camera sees them."""

BORDER_PIXELS: Final = 2.0
"""By which a visible point may lie outside of it, for the same rounding."""

CLEARLY_BETTER: Final = 0.5
"""A camera path turned round is the right one where points wander half as far under it, or less."""
