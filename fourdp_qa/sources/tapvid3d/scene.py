"""One file as a Scene that offers its points and its pictures, and neither depth nor objects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.scene.image_files import read_image_bytes
from fourdp_qa.scene.scene import Capability, Scene, SceneFacts, ScenePoints
from fourdp_qa.sources.tapvid3d.agreement import refuse_disagreement
from fourdp_qa.sources.tapvid3d.annotation import read_annotation
from fourdp_qa.sources.tapvid3d.archive import Archive
from fourdp_qa.sources.tapvid3d.constants import CAPABILITIES, PICTURE_MODES, PICTURES, SOURCE, SUBSETS


@dataclass(frozen=True)
class TapVid3dHandle:
    """One file, not yet opened.

    Attributes
    ----------
    path : Path
    subset : str
        "adt", "drivetrack" or "pstudio".
    recording : str
        What several files were cut from.
    """

    path: Path
    subset: str
    recording: str

    @property
    def source(self) -> str:
        """Name of the source."""
        return SOURCE

    @property
    def scene_id(self) -> str:
        """E.g. ``pstudio/basketball_5``."""
        return f"{self.subset}/{self.path.stem}"

    @property
    def split_key(self) -> str:
        """The recording: its chunks and cameras show the same room, street or performance."""
        return f"{self.subset}/{self.recording}"

    def open(self) -> TapVid3dScene:
        """Read and check the tracks; pictures are read when one is asked for."""
        return TapVid3dScene(self)


class TapVid3dScene(Scene):
    """The standard Scene of one file.

    Raises
    ------
    SourceDataError
        On opening: an array that is missing, damaged or pickled, or disagrees with another. On reading a
        frame: a damaged picture.
    """

    def __init__(self, handle: TapVid3dHandle) -> None:
        subset = SUBSETS[handle.subset]
        self._archive = Archive(handle.path)
        said = read_annotation(self._archive, subset)
        refuse_disagreement(self._archive, said, subset)
        self._points = ScenePoints(said.in_camera, said.visible)
        self._pictures: NDArray[Any] | None = None
        T = len(said.visible)
        placed = said.world_from_camera is not None
        self.facts = SceneFacts(
            source=SOURCE, scene_id=handle.scene_id, split_key=handle.split_key, fps=subset.fps,
            frame_count=T, height=said.height, width=said.width, K=said.K, up=None, units="metres",
            license=subset.license, standard=subset.standard, estimated=subset.estimated,
            capabilities=CAPABILITIES | ({Capability.WORLD_POINT_TRACKS} if placed else set()),
        )
        self.objects = ()
        # Without a known path the world is that of each frame's camera, and nobody may ask about it.
        self.world_from_camera = said.world_from_camera if said.world_from_camera is not None else np.tile(
            np.eye(4), (T, 1, 1))
        self.world_from_object = np.empty((T, 0, 4, 4))
        self.pose_valid = np.empty((T, 0), dtype=np.bool_)

    def points(self) -> ScenePoints:
        """Every tracked point in every frame."""
        return self._points

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image (H, W, 3)."""
        if self._pictures is None:
            self._pictures = self._archive.read(PICTURES, "S", "JPEG files as bytes, one a frame")
        where = f"{self._archive.path}: {PICTURES} frame {t}"
        return read_image_bytes(self._pictures[t], where, PICTURE_MODES, self.facts.height, self.facts.width)

    def depth(self, t: int) -> NDArray[np.float32]:
        """Nothing (H, W): there is none."""
        return np.zeros((self.facts.height, self.facts.width), dtype=np.float32)

    def instances(self, t: int) -> NDArray[np.int32]:
        """Nothing (H, W): there are no ids."""
        return np.zeros((self.facts.height, self.facts.width), dtype=np.int32)

    def close(self) -> None:
        """Forget the pictures."""
        self._pictures = None
