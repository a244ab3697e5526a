"""One raw worker folder as a Scene: metadata read at once, images when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import read_image, refuse_unless_file
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.kubric.constants import (
    DEPTH_FILE,
    DEPTH_MODES,
    FRAME_FILES,
    METADATA_FILE,
    REPAIR,
    RGB_FILE,
    RGB_MODES,
    SEGMENTATION_FILE,
    SEGMENTATION_MODES,
)
from fourdp_qa.sources.kubric.metadata import read_metadata
from fourdp_qa.sources.kubric.scene import KubricScene


@dataclass(frozen=True)
class FolderHandle:
    """A worker folder, not yet opened. The folder's name is the scene id and the split key."""

    folder: Path

    @property
    def source(self) -> str:
        """Name of the source."""
        return "kubric"

    @property
    def scene_id(self) -> str:
        """Name of the folder."""
        return self.folder.name

    @property
    def split_key(self) -> str:
        """Every Kubric scene is drawn on its own: it is its own split unit."""
        return self.scene_id

    @property
    def place(self) -> str:
        """Where it lies, for messages."""
        return str(self.folder)

    def open(self) -> FolderScene:
        """Read the metadata and check that every frame has its files."""
        return FolderScene(self)


class FolderScene(KubricScene):
    """The standard Scene of a worker folder.

    Raises
    ------
    SourceDataError
        On opening: damaged metadata, missing, surplus or empty files.
    """

    def __init__(self, handle: FolderHandle) -> None:
        self.folder = handle.folder
        numbers = read_metadata(handle.folder)
        _check_files(handle.folder, numbers.frame_count)
        super().__init__(numbers, handle.scene_id, (handle.folder, handle.folder.parent))

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image (H, W, 3); alpha only tells the sky from the scene and is dropped."""
        return np.ascontiguousarray(self._read(RGB_FILE, t, RGB_MODES)[..., :3])

    def _ray_depth(self, t: int) -> tuple[Floats, Path]:
        depth = self._read(DEPTH_FILE, t, DEPTH_MODES).astype(np.float64)
        return depth, self.folder / DEPTH_FILE.format(t)

    def _ids(self, t: int) -> tuple[NDArray[np.int32], Path]:
        ids = self._read(SEGMENTATION_FILE, t, SEGMENTATION_MODES).astype(np.int32)
        return ids, self.folder / SEGMENTATION_FILE.format(t)

    def _read(self, name: str, t: int, modes: tuple[str, ...]) -> NDArray[np.generic]:
        path = self.folder / name.format(t)
        return read_image(path, modes, self.facts.height, self.facts.width)


def _check_files(folder: Path, frame_count: int) -> None:
    """Each layer has exactly the frames 0 .. T-1, none of them empty."""
    says = f"{METADATA_FILE} says {frame_count} frames"
    for name in FRAME_FILES:
        for t in range(frame_count):
            refuse_unless_file(folder / name.format(t), says)
        if (folder / name.format(frame_count)).exists():
            raise SourceDataError(
                folder / name.format(frame_count), "", found="a frame too many", expected=says,
                do=REPAIR,
            )
