"""Kubric's conventions and the files of a raw worker folder, each with its meaning (records: movi.py)."""

from __future__ import annotations

from typing import Final

import numpy as np

METADATA_FILE: Final = "metadata.json"
LICENSE_FILE: Final = "license.txt"
"""Ours, optional, in the worker folder, beside the records, or in the folder above: one line, an SPDX
identifier."""

RGB_FILE: Final = "rgba_{:05d}.png"
DEPTH_FILE: Final = "depth_{:05d}.tiff"
SEGMENTATION_FILE: Final = "segmentation_{:05d}.png"
FRAME_FILES: Final = (RGB_FILE, DEPTH_FILE, SEGMENTATION_FILE)
"""File index 0 is the scene's frame 1; all layers share the index."""

RGB_MODES: Final = ("RGBA", "RGB")
DEPTH_MODES: Final = ("F",)
SEGMENTATION_MODES: Final = ("P", "L")
"""A palette image: the index is the id, the palette only its colour."""

OPENCV_FROM_BLENDER_CAMERA: Final = np.diag([1.0, -1.0, -1.0])
"""Blender's camera looks along -z with y up, ours along +z with y down."""

BACKGROUND_DEPTH_LIMIT: Final = 1e6
"""Blender writes 1e10 where a ray hits nothing; no scene is a thousand kilometres deep."""

DEFAULT_UP: Final = (0.0, 0.0, 1.0)
"""Kubric's world is right-handed with z up; used where the metadata name no gravity."""

CORNER_STEP: Final = (4, 2, 1)
"""Corner index = 4 ix + 2 iy + iz: corner 4 is one x edge away from corner 0, 2 a y, 1 a z edge."""

CORNER_SIGNS: Final = tuple((x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1))
"""Side of the box's centre on which each corner lies, in the order of the file."""

CORNER_TOLERANCE: Final = 0.01
"""In longest edges: Kubric computes corners from the quaternion, so they agree to rounding (1e-15 in
the rendered sample); a hundredth of an edge is what rounded text may lose."""

QUATERNION_LENGTH: Final = 0.1
"""How far a quaternion's length may be from 1: keyframes are exact to 1e-7, linear interpolation of a
quarter turn loses 8%, and what is farther off is no rotation."""

LARGEST_NUMBER: Final = 1e12
"""Beyond it no field of a scene makes sense, and integers of JSON stop fitting into a float."""

LARGEST_SIDE: Final = 16384
"""Pixels; Kubric renders at 128 to 1024, and a damaged number must not ask for all memory."""

REPAIR: Final = "copy or render the scene again"
"""What a user can do about damage."""

NO_CATEGORY: Final = "None"
"""A class of its own in MOVi's category list, not missing data; useless as a word."""

ROUND_SHAPES: Final = frozenset({"sphere", "cylinder", "cone", "torus"})
"""Shapes of revolution about their own z axis in the CLEVR and KuBasic asset sets."""

EQUAL_EDGES: Final = 0.05
"""Relative difference of two box edges a person does not notice: a cube stays a cube below it."""

STRETCHED_NAME: Final = {"cube": "box", "sphere": "ellipsoid"}
"""What a unit shape is called once its edges differ."""

UNKNOWN_LICENSE: Final = "LicenseRef-unknown"
"""Neither worker folders nor records name a licence: the renderer decides (docs/sources/kubric.md)."""
