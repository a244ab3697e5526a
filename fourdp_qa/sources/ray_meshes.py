"""Embree scenes of triangle meshes: what the simulator and real object models are met by rays with."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import MissingExtraError

Meshes = list[tuple[NDArray[np.float32], NDArray[np.int32]]]


def require_embree(needed_by: str, extra: str) -> None:
    """Say what to install before anything is read.

    Raises
    ------
    MissingExtraError
        Without embreex.
    """
    if find_spec("embreex") is None:
        raise MissingExtraError(needed_by, extra, "embreex has no wheel for Linux on ARM")


def build_scene(meshes: Meshes, *, needed_by: str, extra: str) -> Any:
    """Embree scene of (vertices, faces) pairs; arrays are made contiguous, embree needs that.

    Parameters
    ----------
    meshes : list of (vertices (V, 3), faces (F, 3))
    needed_by, extra : str
        Who asks, and the optional dependency to name where embree is missing.

    Raises
    ------
    MissingExtraError
        Without embreex.
    """
    require_embree(needed_by, extra)
    rtcore_scene, mesh_construction, device = _embree()
    scene = rtcore_scene.EmbreeScene(device)
    for vertices, faces in meshes:
        mesh_construction.TriangleMesh(
            scene, np.ascontiguousarray(vertices, np.float32), np.ascontiguousarray(faces, np.int32)
        )
    return scene


@cache
def _embree() -> tuple[Any, Any, Any]:
    from embreex import mesh_construction, rtcore, rtcore_scene

    return rtcore_scene, mesh_construction, rtcore.EmbreeDevice()
