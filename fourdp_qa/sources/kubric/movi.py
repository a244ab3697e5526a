"""MOVi's TFDS records: keys, file names and class tables, each with its meaning."""

from __future__ import annotations

import re
from typing import Final

RECORD_FILE: Final = re.compile(
    r"(?P<dataset>.+)-(?P<split>[^-.]+)\.tfrecord(?:-(?P<shard>\d{5})(?:-of-\d{5})?)?"
)
"""``movi_e-train.tfrecord-00003-of-00064``; one shard may also stand alone without its number."""

DATASETS: Final = re.compile(r"movi_[a-f]|panning_movi_e")
"""Whose class tables are known where no labels file lies beside the records."""

INFO_FILE: Final = "dataset_info.json"
LABELS_FILE: Final = "instances-{}.labels.txt"
"""Names of a class, one a line in the order of their numbers; TFDS writes one file for each."""

FOLDERS_DOWN: Final = 3
"""From the root of TFDS to the records: data set, configuration, version."""

FRAME_RATE: Final = 12.0
"""Frames a second. The records do not say it; every MOVi data set was rendered at 12."""

VIDEO: Final = "video"
DEPTH: Final = "depth"
SEGMENTATIONS: Final = "segmentations"
DEPTH_RANGE: Final = "metadata/depth_range"
VIDEO_NAME: Final = "metadata/video_name"
BBOXES: Final = "instances/bboxes/ragged_flat_values"

VIDEO_MODES: Final = ("RGB",)
DEPTH_MODES: Final = ("I;16", "I")
SEGMENTATION_MODES: Final = ("L", "P")

LARGEST_DEPTH: Final = 65535
"""A stored 65535 is the largest distance of the video, 0 the smallest."""

RENDERED_AT: Final = (1, 2, 4, 8)
"""How many times larger than the record the pictures may have been rendered. The published
configurations have 1 (256, MOVi-F 512), 2 (128, MOVi-F 256) and 4 (MOVi-F 128)."""

WHOLE_PIXEL: Final = 1e-2
"""In pixels: `bboxes` are whole pixels of the rendered picture, kept as float32 shares of its side."""

CAPTION_LABELS: Final = ("category", "shape_label", "size_label", "color_label", "material_label")
"""Class numbers of an instance; which of them there are differs between the data sets."""

CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "category": (
        "Action Figures", "Bag", "Board Games", "Bottles and Cans and Cups", "Camera", "Car Seat",
        "Consumer Goods", "Hat", "Headphones", "Keyboard", "Legos", "Media Cases", "Mouse", "None",
        "Shoe", "Stuffed Toys", "Toys",
    ),
    # MOVi-B's table; MOVi-A's is its first three.
    "shape_label": (
        "cube", "cylinder", "sphere", "cone", "torus", "gear", "torus_knot", "sponge", "spot",
        "teapot", "suzanne",
    ),
    "size_label": ("small", "large"),
    "color_label": ("blue", "brown", "cyan", "gray", "green", "purple", "red", "yellow"),
    "material_label": ("metal", "rubber"),
}
"""The class tables of the public builders of MOVi A to F."""
