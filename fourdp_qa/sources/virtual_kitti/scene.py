"""One camera of one recording as a Scene: tables read at once, images when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import read_image, refuse_unless_file
from fourdp_qa.scene.scene import Capability, Scene, SceneFacts
from fourdp_qa.sources.virtual_kitti.constants import (
    ARCHIVES,
    DEPTH,
    DEPTH_MODES,
    FPS,
    FRAME_FILES,
    INSTANCE_MODES,
    INSTANCES,
    LICENSE,
    METRES_PER_STEP,
    REPAIR,
    RGB,
    RGB_MODES,
    SKY,
    TEXT,
    UP,
)
from fourdp_qa.sources.virtual_kitti.recording import Recording, read_recording

CAPABILITIES = frozenset({
    Capability.DEPTH, Capability.BACKGROUND_DEPTH, Capability.INSTANCES, Capability.OBJECT_POSES,
    Capability.GRAVITY, Capability.METRIC_SCALE,
})


@dataclass(frozen=True)
class VirtualKittiHandle:
    """One camera of one recording, not yet opened.

    Attributes
    ----------
    scene, variation : str
        "Scene01", "clone".
    camera : int
        0 for the left one, 1 for the right one.
    folders : layer -> folder of the recording in that layer's archive; None where there is none.
    """

    scene: str
    variation: str
    camera: int
    folders: tuple[tuple[str, Path | None], ...]

    @property
    def source(self) -> str:
        """Name of the source."""
        return "virtual_kitti"

    @property
    def scene_id(self) -> str:
        """E.g. ``Scene01/clone/Camera_0``."""
        return f"{self.scene}/{self.variation}/Camera_{self.camera}"

    @property
    def split_key(self) -> str:
        """The world: its ten variations and both cameras show the same streets and the same drive."""
        return self.scene

    def open(self) -> VirtualKittiScene:
        """Read the tables and check that every frame has its files."""
        return VirtualKittiScene(self)

    def folder(self, layer: str) -> Path:
        """Where a layer lies: the tables themselves, or the pictures of this camera.

        Raises
        ------
        SourceDataError
            When its archive was not extracted here.
        """
        base = dict(self.folders)[layer]
        if base is None:
            raise SourceDataError(
                f"virtual_kitti {self.scene}/{self.variation}", layer, found="no such folder",
                expected=f"what {ARCHIVES[layer]} holds",
                do=f"extract {ARCHIVES[layer]} beside the others, or give its folder too",
            )
        return base if layer == TEXT else base / "frames" / layer / f"Camera_{self.camera}"


class VirtualKittiScene(Scene):
    """The standard Scene of one camera.

    Raises
    ------
    SourceDataError
        On opening: a missing layer, tables that are damaged or disagree, missing, surplus or empty
        files. On reading a frame: a damaged image.
    """

    def __init__(self, handle: VirtualKittiHandle) -> None:
        self._folders = {layer: handle.folder(layer) for layer in (TEXT, *FRAME_FILES)}
        recording = read_recording(self._folders[TEXT], handle.camera)
        self._check_files(recording.frame_count)
        self.facts = _facts(handle, recording, *self._size())
        self.objects = recording.objects
        self.world_from_camera = recording.world_from_camera
        self.world_from_object = recording.world_from_object
        self.pose_valid = recording.pose_valid

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image (H, W, 3)."""
        return self._read(RGB, t, RGB_MODES)

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth (H, W) in metres; the file holds centimetres, the sky is 0."""
        return _metres(self._read(DEPTH, t, DEPTH_MODES))

    def instances(self, t: int) -> NDArray[np.int32]:
        """Instance ids (H, W): the palette index, which is trackID + 1."""
        return self._read(INSTANCES, t, INSTANCE_MODES).astype(np.int32)

    def rgb_in(self, t: int, window: tuple[slice, slice]) -> NDArray[np.uint8]:
        """`rgb` of a window: nothing outside of it is converted."""
        return self._read(RGB, t, RGB_MODES, window)

    def depth_in(self, t: int, window: tuple[slice, slice]) -> NDArray[np.float32]:
        """`depth` of a window: nothing outside of it is converted."""
        return _metres(self._read(DEPTH, t, DEPTH_MODES, window))

    def instances_in(self, t: int, window: tuple[slice, slice]) -> NDArray[np.int32]:
        """`instances` of a window."""
        return self._read(INSTANCES, t, INSTANCE_MODES, window).astype(np.int32)

    def _read(
        self, layer: str, t: int, modes: tuple[str, ...], window: tuple[slice, slice] | None = None
    ) -> NDArray[Any]:
        path = self._folders[layer] / FRAME_FILES[layer].format(t)
        return read_image(path, modes, self.facts.height, self.facts.width, window)

    def _check_files(self, frame_count: int) -> None:
        """Each layer has exactly the frames 0 .. T-1, none of them empty."""
        says = f"extrinsic.txt says {frame_count} frames"
        for layer, name in FRAME_FILES.items():
            folder = self._folders[layer]
            for t in range(frame_count):
                refuse_unless_file(folder / name.format(t), says)
            if (folder / name.format(frame_count)).exists():
                raise SourceDataError(folder / name.format(frame_count), "", found="a frame too many",
                                      expected=says, do=REPAIR)

    def _size(self) -> tuple[int, int]:
        """(height, width) of the first depth image, which all others must have."""
        path = self._folders[DEPTH] / FRAME_FILES[DEPTH].format(0)
        try:
            with Image.open(path) as image:
                return image.height, image.width
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise SourceDataError(
                path, "", found=f"a damaged file ({' '.join(str(error).split())})",
                expected="a readable image", do=REPAIR) from None


def _metres(steps: NDArray[np.uint16]) -> NDArray[np.float32]:
    known = steps * (steps != SKY)  # several times cheaper than an assignment through a mask
    metres = known.astype(np.float32)
    metres *= np.float32(METRES_PER_STEP)
    return metres


def _facts(
    handle: VirtualKittiHandle, recording: Recording, height: int, width: int
) -> SceneFacts:
    return SceneFacts(
        source=handle.source,
        scene_id=handle.scene_id,
        split_key=handle.split_key,
        fps=FPS,
        frame_count=recording.frame_count,
        height=height,
        width=width,
        K=recording.K,
        up=np.array(UP),
        units="metres",
        license=LICENSE,
        capabilities=CAPABILITIES,
        standard="driving",
    )
