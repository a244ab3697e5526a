"""One record of a MOVi data set (TFDS, tf.train.Example) as a Scene, read without TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.image_files import read_image_bytes
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.kubric.class_names import read_class_names
from fourdp_qa.sources.kubric.constants import BACKGROUND_DEPTH_LIMIT
from fourdp_qa.sources.kubric.example import Example
from fourdp_qa.sources.kubric.fields import Fields
from fourdp_qa.sources.kubric.metadata import SceneNumbers, convert
from fourdp_qa.sources.kubric.movi import (
    BBOXES,
    CAPTION_LABELS,
    DEPTH,
    DEPTH_MODES,
    DEPTH_RANGE,
    FRAME_RATE,
    LARGEST_DEPTH,
    RENDERED_AT,
    SEGMENTATION_MODES,
    SEGMENTATIONS,
    VIDEO,
    VIDEO_MODES,
    WHOLE_PIXEL,
)
from fourdp_qa.sources.kubric.scene import KubricScene
from fourdp_qa.sources.kubric.tfrecord import Place, read_record


@dataclass(frozen=True)
class RecordHandle:
    """A record, not yet read.

    Attributes
    ----------
    path : Path
        The TFRecord file.
    place_in_file : Place
    index : int
        Which record of the file it is.
    scene_id : str
        Data set, split and the video's name; file name and index where it has none.
    """

    path: Path
    place_in_file: Place
    index: int
    scene_id: str

    @property
    def source(self) -> str:
        """Name of the source."""
        return "kubric"

    @property
    def split_key(self) -> str:
        """Every Kubric scene is drawn on its own: it is its own split unit."""
        return self.scene_id

    @property
    def place(self) -> str:
        """Where it lies, for messages."""
        return f"{self.path}#{self.index}"

    def open(self) -> RecordScene:
        """Read the record and check that every frame has its images."""
        return RecordScene(self)


class RecordScene(KubricScene):
    """The standard Scene of a record.

    Raises
    ------
    SourceDataError
        On opening: a damaged record, a feature that is missing, of another kind, length or meaning.
    """

    def __init__(self, handle: RecordHandle) -> None:
        self.place = handle.place
        example = Example(read_record(handle.path, handle.place_in_file, self.place), self.place)
        numbers = read_numbers(example, read_class_names(handle.path))
        self._depth_range = _depth_range(example)
        self._images = {
            key: _frames(example, key, numbers.frame_count) for key in (VIDEO, DEPTH, SEGMENTATIONS)
        }
        folder = handle.path.parent
        super().__init__(numbers, handle.scene_id, (folder, folder.parent))

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image (H, W, 3)."""
        return np.ascontiguousarray(self._read(VIDEO, t, VIDEO_MODES)[0])

    def _ray_depth(self, t: int) -> tuple[Floats, str]:
        stored, where = self._read(DEPTH, t, DEPTH_MODES)
        low, high = self._depth_range
        return low + stored.astype(np.float64) / LARGEST_DEPTH * (high - low), where

    def _ids(self, t: int) -> tuple[NDArray[np.int32], str]:
        stored, where = self._read(SEGMENTATIONS, t, SEGMENTATION_MODES)
        return stored.astype(np.int32), where

    def _read(self, key: str, t: int, modes: tuple[str, ...]) -> tuple[NDArray[Any], str]:
        where = f"{self.place}: {key}[{t}]"
        content = self._images[key][t]
        return read_image_bytes(content, where, modes, self.facts.height, self.facts.width), where


def read_numbers(example: Example, classes: dict[str, tuple[str, ...]]) -> SceneNumbers:
    """Convert the features of a record, which carry a worker's numbers under a worker's names.

    Parameters
    ----------
    example : Example
    classes : dict
        Names of each class table by feature, e.g. ``{"category": ("Action Figures", ...)}``.

    Returns
    -------
    SceneNumbers
        K is that of depth and ids, which in a record smaller than the rendered pictures are not taken
        at the centres of the record's pixels (`label_offset`).

    Raises
    ------
    SourceDataError
        When a feature is missing, of another kind or another length.
    """
    frames = _one(example, "metadata/num_frames")
    numbers = convert(Fields(example.where, {
        "metadata": {
            "num_frames": frames,
            "frame_rate": FRAME_RATE,
            "width": _one(example, "metadata/width"),
            "height": _one(example, "metadata/height"),
        },
        "camera": {
            "focal_length": float(_shaped(example, "camera/focal_length", (1,))[0]),
            "sensor_width": float(_shaped(example, "camera/sensor_width", (1,))[0]),
            "positions": _shaped(example, "camera/positions", (frames, 3)),
            "quaternions": _shaped(example, "camera/quaternions", (frames, 4)),
        },
        "instances": _instances(example, frames, classes),
    }))
    offset = label_offset(render_scale(example, numbers.height, numbers.width))
    shift = np.array([[0.0, 0.0, offset], [0.0, 0.0, offset], [0.0, 0.0, 0.0]])
    return replace(numbers, K=numbers.K + shift)


def render_scale(example: Example, height: int, width: int) -> int:
    """How many times larger the scene was rendered than the record's pictures are.

    No feature says it, but `bboxes` do: they are whole pixels of the rendered picture.

    Raises
    ------
    SourceDataError
        When they are whole pixels at none of the scales there are.
    """
    boxes = example.floats(BBOXES)
    if len(boxes) % 4:
        raise example.error(BBOXES, f"{len(boxes)} numbers", "four for each box")
    edges = boxes.reshape(-1, 4) * (height, width, height, width)
    for scale in RENDERED_AT:
        in_pixels = edges * scale
        if np.all(np.abs(in_pixels - np.round(in_pixels)) <= WHOLE_PIXEL * scale):
            return scale
    raise example.error(
        BBOXES, "boxes that are no whole pixels", f"whole pixels of a picture 1 to {RENDERED_AT[-1]} "
        "times as large as the record's",
    )


def label_offset(scale: int) -> float:
    """What to add to cx and cy of a record that is `scale` times smaller than it was rendered, pixels.

    Colour is averaged over blocks of pixels, but depth and ids are one pixel of each block, number
    ``(scale - 1) // 2``: at scale 2 its centre lies 0.25 pixels left of and above the block's. With
    this K the rays of depth and ids are exact; the colours lie that far beside them.
    """
    taken = ((scale - 1) // 2 + 0.5) / scale
    return 0.5 - taken


def _instances(
    example: Example, frames: int, classes: dict[str, tuple[str, ...]]
) -> list[dict[str, Any]]:
    """The table of objects, as a worker's metadata.json has it."""
    count = _one(example, "metadata/num_instances")
    columns: dict[str, Any] = {
        "quaternions": _shaped(example, "instances/quaternions", (count, frames, 4)),
        "bboxes_3d": _shaped(example, "instances/bboxes_3d", (count, frames, 8, 3)),
    }
    for name in CAPTION_LABELS:
        if example.has(f"instances/{name}"):
            columns[name] = _class_names(example, name, count, classes)
    if example.has("instances/asset_id"):
        texts = example.texts("instances/asset_id")
        _refuse_length(example, "instances/asset_id", len(texts), count)
        columns["asset_id"] = [text.decode("utf-8", errors="replace") for text in texts]
    if example.has("instances/color"):
        columns["color"] = _shaped(example, "instances/color", (count, 3))
    return [{name: values[k] for name, values in columns.items()} for k in range(count)]


def _class_names(
    example: Example, name: str, count: int, classes: dict[str, tuple[str, ...]]
) -> list[str]:
    """The word of each object; empty where nothing says what the numbers mean."""
    key = f"instances/{name}"
    values = example.integers(key)
    _refuse_length(example, key, len(values), count)
    names = classes.get(name)
    if names is None:
        return [""] * count
    if len(values) and not (values.min() >= 0 and values.max() < len(names)):
        wrong = values.max() if values.min() >= 0 else values.min()
        raise example.error(key, f"class {wrong}", f"0 to {len(names) - 1}, the classes there are")
    return [names[value] for value in values]


def _depth_range(example: Example) -> tuple[float, float]:
    """Smallest and largest distance of the video."""
    low, high = _shaped(example, DEPTH_RANGE, (2,))
    if not 0 < low < high:
        raise example.error(DEPTH_RANGE, f"{low:g} to {high:g}", "two growing distances above 0")
    if high > BACKGROUND_DEPTH_LIMIT:
        raise example.error(
            DEPTH_RANGE, f"{low:g} to {high:g}", f"at most {BACKGROUND_DEPTH_LIMIT:g}",
            "leave the scene out: a ray that hit nothing has taken all steps of its depth",
        )
    return float(low), float(high)


def _frames(example: Example, key: str, frame_count: int) -> list[bytes]:
    images = example.texts(key)
    _refuse_length(example, key, len(images), frame_count, "images, one for each of num_frames")
    return images


def _one(example: Example, key: str) -> int:
    values = example.integers(key)
    if len(values) != 1:
        raise example.error(key, f"{len(values)} numbers", "one")
    if values[0] < 0:
        raise example.error(key, f"{values[0]}", "no negative number")
    return int(values[0])


def _shaped(example: Example, key: str, shape: tuple[int, ...]) -> Floats:
    values = example.floats(key)
    expected = int(np.prod(shape))
    if len(values) != expected:
        size = " x ".join(map(str, shape))
        raise example.error(key, f"{len(values)} numbers", f"{expected} ({size})")
    if not np.all(np.isfinite(values)):
        raise example.error(key, "a value that is not finite", "finite numbers")
    return values.reshape(shape)


def _refuse_length(
    example: Example, key: str, found: int, expected: int, what: str = "values, one for each instance"
) -> None:
    if found != expected:
        raise example.error(key, f"{found} values", f"{expected} {what}")
