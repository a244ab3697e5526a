"""The 33 object models: triangles, their box, and what rays meet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.hot3d.constants import CLIP_MODEL, EXTRA, MODEL_FOLDERS, NEEDED_BY
from fourdp_qa.sources.hot3d.glb import Faces, read_mesh
from fourdp_qa.sources.ray_meshes import build_scene

OUTLINE_DIRECTIONS: Final = 512
"""A point that is farthest in one of so many directions; what lies between two of them reaches a few
thousandths of the model farther at most."""

MODELS_KEPT: Final = 48


@dataclass(frozen=True, eq=False)
class Model:
    """An object's shape, metres, in the axes of its own poses.

    Attributes
    ----------
    vertices : (V, 3)
    faces : (F, 3)
    """

    vertices: Floats
    faces: Faces

    @cached_property
    def centre(self) -> Floats:
        """(3,) the middle of its box."""
        return 0.5 * (self.vertices.min(axis=0) + self.vertices.max(axis=0))

    @cached_property
    def size(self) -> Floats:
        """(3,) edges of its box."""
        return np.ptp(self.vertices, axis=0)

    @cached_property
    def outline(self) -> Floats:
        """(P, 3) its vertices that reach farthest: their projection has the box of all of them."""
        k = np.arange(OUTLINE_DIRECTIONS) + 0.5
        z, turn = 1.0 - 2.0 * k / OUTLINE_DIRECTIONS, np.pi * (1.0 + 5.0**0.5) * k
        level = np.sqrt(1.0 - z * z)
        directions = np.stack([level * np.cos(turn), level * np.sin(turn), z])
        farthest = np.unique(np.argmax((self.vertices - self.centre) @ directions, axis=0))
        return self.vertices[farthest]

    @cached_property
    def rays(self) -> Any:
        """Embree scene of its triangles about the box's middle."""
        around_centre = (self.vertices - self.centre).astype(np.float32)
        return build_scene([(around_centre, self.faces)], needed_by=NEEDED_BY, extra=EXTRA)


def model_folder(root: Path) -> Path | None:
    """The folder of the clips' models in `root`; None where there is none."""
    for name in MODEL_FOLDERS:
        if (root / name).is_dir():
            return root / name
    return None


def model_of_clip(folder: Path, bop_id: int) -> Model:
    """The model that HOT3D-Clips call by a number of the BOP challenge.

    Raises
    ------
    SourceDataError
        When its file is missing or damaged, or it has no volume.
    """
    return read_model(folder / CLIP_MODEL.format(bop_id))


def read_model(path: Path) -> Model:
    """A model of a .glb file, read once in each process.

    Raises
    ------
    SourceDataError
        When the file is missing or damaged, or holds something flat or far too large.
    """
    if not path.is_file():
        raise SourceDataError(path, "", found="no file", expected="the model of an object in the recording",
                              do=f"download {path.parent.name} too")
    status = path.stat()
    return _read(path, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=MODELS_KEPT)
def _read(path: Path, size: int, changed: int) -> Model:
    model = Model(*read_mesh(path))
    if model.size.min() <= 0:
        raise SourceDataError(path, "positions", found=f"a box of {model.size.tolist()}",
                              expected="three positive edges", do="download the object models again")
    return model


def same_step(folder: Path, ids: NDArray[np.int64], step: int) -> tuple[Model, ...] | None:
    """The models `step` numbers beside `ids`; None unless all are there."""
    try:
        return tuple(model_of_clip(folder, int(k) + step) for k in ids)
    except SourceDataError:
        return None
