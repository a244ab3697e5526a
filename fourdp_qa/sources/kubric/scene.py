"""One raw worker folder as a Scene: metadata read at once, images when asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.image_files import read_image, refuse_unless_file
from fourdp_qa.scene.scene import Capability, Scene, SceneFacts
from fourdp_qa.sources.kubric.constants import (
    BACKGROUND_DEPTH_LIMIT,
    DEPTH_FILE,
    DEPTH_MODES,
    FRAME_FILES,
    LICENSE_FILE,
    METADATA_FILE,
    REPAIR,
    RGB_FILE,
    RGB_MODES,
    SEGMENTATION_FILE,
    SEGMENTATION_MODES,
    UNKNOWN_LICENSE,
)
from fourdp_qa.sources.kubric.metadata import WorkerMetadata, read_metadata

_SPDX_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}")


@dataclass(frozen=True)
class KubricHandle:
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

    def open(self) -> KubricScene:
        """Read the metadata and check that every frame has its files."""
        return KubricScene(self)


class KubricScene(Scene):
    """The standard Scene of a worker folder.

    Raises
    ------
    SourceDataError
        On opening: damaged metadata, missing, surplus or empty files. On reading a frame: a damaged
        image, an id without object, depth that is negative or not a number.
    """

    def __init__(self, handle: KubricHandle) -> None:
        self.folder = handle.folder
        metadata = read_metadata(handle.folder)
        _check_files(handle.folder, metadata.frame_count)
        self.facts = _facts(handle, metadata)
        self.objects = metadata.objects
        self.world_from_camera = metadata.world_from_camera
        self.world_from_object = metadata.world_from_object
        self.pose_valid = np.ones(metadata.world_from_object.shape[:2], dtype=np.bool_)
        centres = pixel_centres(metadata.height, metadata.width)
        on_unit_plane = unproject(metadata.K, centres, np.ones(centres.shape[:2]))
        self._z_per_ray = (1.0 / np.linalg.norm(on_unit_plane, axis=-1)).astype(np.float64)

    def rgb(self, t: int) -> NDArray[np.uint8]:
        """Colour image (H, W, 3); alpha only tells the sky from the scene and is dropped."""
        return np.ascontiguousarray(self._read(RGB_FILE, t, RGB_MODES)[..., :3])

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth (H, W). The file holds the distance from the camera centre along the ray."""
        ray_depth = self._read(DEPTH_FILE, t, DEPTH_MODES).astype(np.float64)
        if not np.all(ray_depth > 0):
            bad = np.mean(~(ray_depth > 0))
            raise SourceDataError(
                self.folder / DEPTH_FILE.format(t), "depth",
                found=f"{bad:.0%} pixels that are zero, negative or not a number",
                expected="distances along the ray", do=REPAIR,
            )
        hit = ray_depth <= BACKGROUND_DEPTH_LIMIT
        return np.where(hit, ray_depth * self._z_per_ray, 0.0).astype(np.float32)

    def instances(self, t: int) -> NDArray[np.int32]:
        """Instance ids (H, W): id k is ``instances[k - 1]`` of the metadata."""
        ids = self._read(SEGMENTATION_FILE, t, SEGMENTATION_MODES).astype(np.int32)
        if ids.max(initial=0) > len(self.objects):
            raise SourceDataError(
                self.folder / SEGMENTATION_FILE.format(t), "ids", found=f"id {ids.max()}",
                expected=f"at most {len(self.objects)}, the number of instances in metadata.json",
                do="likely mistake: ids off by one, or an instance missing from the table",
            )
        return ids

    def _read(self, name: str, t: int, modes: tuple[str, ...]) -> NDArray[np.generic]:
        path = self.folder / name.format(t)
        return read_image(path, modes, self.facts.height, self.facts.width)


def _facts(handle: KubricHandle, metadata: WorkerMetadata) -> SceneFacts:
    capabilities = {
        Capability.DEPTH, Capability.BACKGROUND_DEPTH, Capability.INSTANCES,
        Capability.OBJECT_POSES,
    }
    if metadata.up is not None:
        capabilities.add(Capability.GRAVITY)
    return SceneFacts(
        source=handle.source,
        scene_id=handle.scene_id,
        split_key=handle.split_key,
        fps=metadata.fps,
        frame_count=metadata.frame_count,
        height=metadata.height,
        width=metadata.width,
        K=metadata.K,
        up=metadata.up,
        units="relative",
        license=_license(handle.folder),
        capabilities=frozenset(capabilities),
    )


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


def _license(folder: Path) -> str:
    """SPDX identifier from `LICENSE_FILE` here or one folder up; a worker writes none itself."""
    for place in (folder, folder.parent):
        path = place / LICENSE_FILE
        if path.exists():
            refuse_unless_file(path, "one SPDX identifier")
            text = path.read_text(encoding="utf-8", errors="replace").strip()
            if not _SPDX_IDENTIFIER.fullmatch(text):
                raise SourceDataError(
                    path, "", found=repr(text[:40]), expected="one SPDX identifier, e.g. CC-BY-4.0",
                    do="write the identifier alone into it",
                )
            return text
    return UNKNOWN_LICENSE
