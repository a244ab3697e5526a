"""One sequence of SHIFT in one view as a Scene."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import read_image_bytes
from fourdp_qa.scene.scene import Capability, Scene, SceneFacts
from fourdp_qa.sources.shift.archives import VIDEO, Part, find_container, parts_of
from fourdp_qa.sources.shift.constants import (
    BOXES_FILE,
    COLOUR_GROUP,
    COLOUR_MODES,
    DEPTH_GROUP,
    DEPTH_MODES,
    DEPTH_RANGE,
    DEPTH_STEPS,
    DOWNLOAD_AGAIN,
    DOWNLOADS,
    FPS,
    FRAME_STEP,
    LICENSE,
    MASKS_FILE,
    REVERSED_BYTES,
    SKY,
    SOURCE,
    UP,
)
from fourdp_qa.sources.shift.label_files import Ranges, read_frames
from fourdp_qa.sources.shift.labels import read_labels
from fourdp_qa.sources.shift.masks import image_of_ids, require_extra
from fourdp_qa.sources.shift.video import VideoFrames

CAPABILITIES = frozenset({
    Capability.DEPTH, Capability.BACKGROUND_DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES,
    Capability.GRAVITY, Capability.METRIC_SCALE,
})


@dataclass(frozen=True)
class ShiftHandle:
    """A sequence in one view, not yet opened.

    Attributes
    ----------
    view : Path
        Folder of the view.
    name : str
        The view's place in the layout, e.g. ``discrete/videos/train/front``.
    framerate : str
        "images" or "videos".
    sequence : str
    boxes, masks : Ranges
        Where its frames lie in the two label files.
    """

    view: Path
    name: str
    framerate: str
    sequence: str
    boxes: Ranges
    masks: Ranges

    @property
    def source(self) -> str:
        """Name of the source."""
        return SOURCE

    @property
    def scene_id(self) -> str:
        """Place in the layout and sequence, e.g. ``discrete/videos/train/front/0003-17fb``."""
        return f"{self.name}/{self.sequence}"

    @property
    def split_key(self) -> str:
        """All views and frame rates of a sequence show one drive."""
        return self.sequence

    def open(self) -> ShiftScene:
        """Read the labels and check that every frame has its pictures."""
        return ShiftScene(self)


class ShiftScene(Scene):
    """The standard Scene of a sequence in one view.

    Raises
    ------
    MissingExtraError
        Without pycocotools.
    SourceDataError
        On opening: damaged labels, a missing group, missing or surplus pictures. On reading a frame: a
        damaged picture, a mask that is none.
    """

    def __init__(self, handle: ShiftHandle) -> None:
        require_extra()
        self._view = handle.view
        labels = read_labels(
            handle.view, FRAME_STEP[handle.framerate],
            read_frames(handle.view / BOXES_FILE, handle.boxes, handle.sequence),
            read_frames(handle.view / MASKS_FILE, handle.masks, handle.sequence),
        )
        self._numbers, self._masks = labels.numbers, labels.masks
        self._depth = self._parts(handle, DEPTH_GROUP)
        self._colour = self._parts(handle, COLOUR_GROUP)
        height, width = _png_size(self._depth[self._numbers[0]])
        self._video = VideoFrames(self._colour[VIDEO], height, width) if VIDEO in self._colour else None
        self.facts = _facts(handle, labels.K, len(labels.numbers), height, width)
        self.objects = labels.objects
        self.world_from_camera = labels.world_from_camera
        self.world_from_object = labels.world_from_object
        self.pose_valid = labels.pose_valid

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image (H, W, 3)."""
        if self._video is not None:
            return self._video.read(self._numbers[t])
        return self._read(self._colour[self._numbers[t]], COLOUR_MODES)

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth (H, W) in metres; 0 in the sky. CARLA's depth is that of the image plane already."""
        part = self._depth[self._numbers[t]]
        pixels = self._read(part, DEPTH_MODES).astype(np.int64)
        low, high = (np.abs(np.diff(pixels[..., k], axis=1)).mean() for k in (0, 2))
        if high > REVERSED_BYTES * low + 1.0:
            raise SourceDataError(
                part.where, "depth", found="a smooth red and a rough blue", do="likely mistake: bytes "
                "reversed (blue, green, red)", expected="the low byte of the depth in red, the high in blue")
        steps = pixels[..., 0] + 256 * pixels[..., 1] + 65536 * pixels[..., 2]
        metres = steps * (DEPTH_RANGE / DEPTH_STEPS)
        return np.where(metres < SKY, metres, 0.0).astype(np.float32)

    def instances(self, t: int) -> NDArray[np.int32]:
        """Instance ids (H, W)."""
        return image_of_ids(self._masks[t], self.facts.height, self.facts.width, self._view,
                            self._numbers[t])

    def close(self) -> None:
        """Let go of the video."""
        if self._video is not None:
            self._video.close()

    def _read(self, part: Part, modes: tuple[str, ...]) -> NDArray[np.uint8]:
        pixels = read_image_bytes(part.read(), part.where, modes, self.facts.height, self.facts.width)
        return np.asarray(pixels, dtype=np.uint8)

    def _parts(self, handle: ShiftHandle, group: str) -> dict[int, Part]:
        """The pictures of `group`, exactly one for each frame of the labels; or its video."""
        container = find_container(handle.view, group)
        if container is None:
            raise missing_group(handle.view, group, handle.framerate)
        parts = parts_of(container, group, handle.view.name, handle.sequence)
        if VIDEO in parts and len(parts) == 1 and group == COLOUR_GROUP:
            return parts
        parts.pop(VIDEO, None)
        wrong = sorted(set(self._numbers) ^ parts.keys())
        if wrong:
            says = f"{BOXES_FILE} has {len(self._numbers)} frames"
            found = "no picture" if wrong[0] in self._numbers else "a picture too many"
            raise SourceDataError(container, f"{handle.sequence}, frame {wrong[0]}", found=found,
                                  expected=says, do=DOWNLOAD_AGAIN)
        return parts


def missing_group(view: Path, group: str, framerate: str) -> SourceDataError:
    """What to say where pictures of `group` are not there, or only packed as HDF5."""
    wanted = DOWNLOADS[group, framerate]
    if any(view.glob(f"{group}*.hdf5")):
        return SourceDataError(view, group, found="an HDF5 file alone", do="keep the download beside it",
                               expected=f"{wanted} as downloaded, or a folder {group} unpacked from it")
    return SourceDataError(view, group, found="nothing", expected=f"{wanted} or a folder {group}",
                           do=f"download {wanted} of this view")


def _png_size(part: Part) -> tuple[int, int]:
    """(H, W) as the header of a PNG says; its pixels are checked when they are read."""
    header = part.read()[:24]
    if len(header) < 24 or not header.startswith(b"\x89PNG\r\n\x1a\n"):
        raise SourceDataError(part.where, "", found="no PNG", expected="depth in 24 bits",
                              do=DOWNLOAD_AGAIN)
    return int.from_bytes(header[20:24], "big"), int.from_bytes(header[16:20], "big")


def _facts(
    handle: ShiftHandle, K: NDArray[np.float64], frame_count: int, height: int, width: int
) -> SceneFacts:
    return SceneFacts(
        source=handle.source,
        scene_id=handle.scene_id,
        split_key=handle.split_key,
        fps=FPS[handle.framerate],
        frame_count=frame_count,
        height=height,
        width=width,
        K=K,
        up=np.array(UP),
        units="metres",
        license=LICENSE,
        capabilities=CAPABILITIES,
        standard="driving",
    )
