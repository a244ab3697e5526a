"""A Kubric scene as a standard Scene, whichever form it is stored in: what both forms share."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.camera import pixel_centres, unproject
from fourdp_qa.scene.image_files import refuse_unless_file
from fourdp_qa.scene.pose import Floats
from fourdp_qa.scene.scene import Capability, Scene, SceneFacts
from fourdp_qa.sources.kubric.constants import (
    BACKGROUND_DEPTH_LIMIT,
    LICENSE_FILE,
    REPAIR,
    UNKNOWN_LICENSE,
)
from fourdp_qa.sources.kubric.metadata import SceneNumbers

_SPDX_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}")


class KubricScene(Scene):
    """The standard Scene of a worker folder or a record.

    Parameters
    ----------
    numbers : SceneNumbers
    scene_id : str
        Also the split key: every Kubric scene is drawn on its own.
    license_places : folders that may hold a licence file, the nearer first

    Raises
    ------
    SourceDataError
        On reading a frame: a damaged image, an id without object, depth that is negative or not a number.
    """

    def __init__(self, numbers: SceneNumbers, scene_id: str, license_places: Sequence[Path]) -> None:
        self.facts = _facts(numbers, scene_id, license_places)
        self.objects = numbers.objects
        self.world_from_camera = numbers.world_from_camera
        self.world_from_object = numbers.world_from_object
        self.pose_valid = np.ones(numbers.world_from_object.shape[:2], dtype=np.bool_)
        centres = pixel_centres(numbers.height, numbers.width)
        on_unit_plane = unproject(numbers.K, centres, np.ones(centres.shape[:2]))
        self._z_per_ray = (1.0 / np.linalg.norm(on_unit_plane, axis=-1)).astype(np.float64)

    def depth(self, t: int) -> NDArray[np.float32]:
        """z-depth (H, W). The file holds the distance from the camera centre along the ray."""
        ray_depth, where = self._ray_depth(t)
        if not np.all(ray_depth > 0):
            bad = np.mean(~(ray_depth > 0))
            raise SourceDataError(
                where, "depth", found=f"{bad:.0%} pixels that are zero, negative or not a number",
                expected="distances along the ray", do=REPAIR,
            )
        hit = ray_depth <= BACKGROUND_DEPTH_LIMIT
        return np.where(hit, ray_depth * self._z_per_ray, 0.0).astype(np.float32)

    def instances(self, t: int) -> NDArray[np.int32]:
        """Instance ids (H, W): id k is the k-th object of the table."""
        ids, where = self._ids(t)
        if ids.max(initial=0) > len(self.objects):
            raise SourceDataError(
                where, "ids", found=f"id {ids.max()}",
                expected=f"at most {len(self.objects)}, the number of instances in the table",
                do="likely mistake: ids off by one, or an instance missing from the table",
            )
        return ids

    @abstractmethod
    def _ray_depth(self, t: int) -> tuple[Floats, Path | str]:
        """Distances (H, W) along the ray, and what they were read from."""

    @abstractmethod
    def _ids(self, t: int) -> tuple[NDArray[np.int32], Path | str]:
        """Ids (H, W), and what they were read from."""


def _facts(numbers: SceneNumbers, scene_id: str, license_places: Sequence[Path]) -> SceneFacts:
    capabilities = {
        Capability.DEPTH, Capability.BACKGROUND_DEPTH, Capability.INSTANCES,
        Capability.OBJECT_POSES,
    }
    if numbers.up is not None:
        capabilities.add(Capability.GRAVITY)
    return SceneFacts(
        source="kubric",
        scene_id=scene_id,
        split_key=scene_id,
        fps=numbers.fps,
        frame_count=numbers.frame_count,
        height=numbers.height,
        width=numbers.width,
        K=numbers.K,
        up=numbers.up,
        units="relative",
        license=_license(license_places),
        capabilities=frozenset(capabilities),
    )


def _license(places: Sequence[Path]) -> str:
    """SPDX identifier from the nearest `LICENSE_FILE`; Kubric writes none itself."""
    for place in places:
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
