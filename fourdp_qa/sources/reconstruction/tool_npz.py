"""One npz that holds everything: Depth Anything 3, VGGT, MegaSaM, SpatialTrackerV2, TAPIP3D.

Which tool wrote it is not asked: each array is known by its names, and the name of the poses says which
way they go.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.sources.reconstruction import constants as c
from fourdp_qa.sources.reconstruction.arrays import Arrays
from fourdp_qa.sources.reconstruction.reconstructed import (
    PointTracks,
    Reconstructed,
    intrinsics_of,
    poses_of,
)


def read_npz(path: Path) -> Reconstructed:
    """Read the npz of a tool.

    Raises
    ------
    SourceDataError
        When an array is missing, there twice under two names, damaged, or does not fit the others.
    """
    arrays = Arrays(path)
    depth = _depth(arrays)
    count, height, width = depth.shape
    pictures = _pictures(arrays, count, height, width)
    pose_key = arrays.one_of((*c.CAMERA_FROM_WORLD, *c.WORLD_FROM_CAMERA), "camera poses") or ""
    inverted = pose_key in c.CAMERA_FROM_WORLD
    poses = poses_of(path, pose_key, arrays.floats(pose_key), inverted=inverted)
    if len(poses) != count:
        raise arrays.error(pose_key, f"{len(poses)} frames", f"{count} as the depth")
    K_key = arrays.one_of(c.INTRINSICS, "intrinsics") or ""
    K = intrinsics_of(path, K_key, arrays.floats(K_key), count, height, width)
    _unsure_is_unknown(arrays, depth)
    return Reconstructed(
        where=path, pose_key=pose_key, inverted=inverted, height=height, width=width, K=K,
        world_from_camera=poses, rgb=lambda t: pictures[t], depth=lambda t: depth[t],
        tracks=_tracks(arrays, count),
    )


def _depth(arrays: Arrays) -> NDArray[np.float32]:
    """(T, H, W), 0 where there is none."""
    name = arrays.one_of(c.DEPTH, "depth") or ""
    stored = arrays.read(name)
    if stored.ndim == 4 and stored.shape[-1] == 1:
        stored = stored[..., 0]
    if stored.ndim != 3 or 0 in stored.shape:
        raise arrays.error(name, f"shape {stored.shape}", "(T, H, W) or (T, H, W, 1)")
    if stored.dtype.kind != "f":
        raise arrays.error(name, f"dtype {stored.dtype}", "floating point")
    return known_depth(stored.astype(np.float32), clipped=c.CLIPPED_BY in arrays.names)


def known_depth(depth: NDArray[np.float32], *, clipped: bool = False) -> NDArray[np.float32]:
    """Depth with 0 where it is not finite, not positive, or at an end of MegaSaM's range."""
    low, high = c.DEPTH_RANGE if clipped else (0.0, np.inf)
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(depth) & (depth > low) & (depth < high), depth, np.float32(0))


def _pictures(arrays: Arrays, count: int, height: int, width: int) -> NDArray[np.uint8]:
    """(T, H, W, 3) of pictures last or channels last, in bytes or from 0 to 1."""
    name = arrays.one_of(c.PICTURES, "pictures", needed=False)
    if name is None:
        raise arrays.error("pictures", f"none among {', '.join(arrays.names)}",
                           f"one of {', '.join(c.PICTURES)}",
                           "Depth Anything 3 writes them with the export format npz, not mini_npz")
    stored = arrays.read(name)
    if stored.shape == (count, 3, height, width):
        stored = stored.transpose(0, 2, 3, 1)
    if stored.shape != (count, height, width, 3):
        raise arrays.error(name, f"shape {stored.shape}",
                           f"({count}, {height}, {width}, 3) or ({count}, 3, {height}, {width}) as the depth")
    return as_bytes(arrays, name, stored)


def as_bytes(arrays: Arrays, name: str, stored: NDArray[Any]) -> NDArray[np.uint8]:
    """Colours as bytes: from 0 to 1 in floating point, or bytes already."""
    if stored.dtype == np.uint8:
        return np.ascontiguousarray(stored)
    low, high = (float(stored.min()), float(stored.max())) if stored.dtype.kind == "f" else (np.nan, np.nan)
    if not (low >= -1e-3 and high <= 1 + 1e-3):
        raise arrays.error(name, f"{stored.dtype} from {low:.3g} to {high:.3g}",
                           "uint8, or floating point from 0 to 1")
    return np.ascontiguousarray(np.clip(np.rint(stored * 255.0), 0, 255).astype(np.uint8))


def _unsure_is_unknown(arrays: Arrays, depth: NDArray[np.float32]) -> None:
    """Take the depth of the least sure pixels of each frame away."""
    name = arrays.one_of(c.CONFIDENCE, "confidence", needed=False)
    if name is None:
        return
    stored = arrays.read(name)
    stored = stored[..., 0] if stored.ndim == 4 else stored
    if stored.shape != depth.shape:
        raise arrays.error(name, f"shape {stored.shape}", f"{depth.shape} as the depth")
    for frame, sure in zip(depth, stored, strict=True):
        drop_unsure(frame, sure)


def drop_unsure(depth: NDArray[np.float32], sure: NDArray[Any]) -> None:
    """Set depth (H, W) to 0 where the confidence is below its tenth percentile, or no number."""
    sure = np.nan_to_num(sure.astype(np.float32), nan=-np.inf)
    depth[sure < np.percentile(sure, c.LEAST_SURE)] = 0


def _tracks(arrays: Arrays, count: int) -> PointTracks | None:
    """Points followed in the world, of tools that do so."""
    places, seen = c.TRACKS
    if places not in arrays.names:
        return None
    world = arrays.read(places).astype(np.float64)
    if world.ndim != 3 or world.shape[0] != count or world.shape[2] != 3:
        raise arrays.error(places, f"shape {world.shape}", f"({count}, N, 3): points in the world")
    if seen not in arrays.names:
        raise arrays.error(seen, "nothing", f"an array beside {places}")
    visible = arrays.read(seen)
    visible = visible[..., 0] if visible.ndim == 3 and visible.shape[2] == 1 else visible
    if visible.shape != world.shape[:2]:
        raise arrays.error(seen, f"shape {visible.shape}", f"{world.shape[:2]} as {places}")
    return PointTracks(world, (visible > 0.5) & np.isfinite(world).all(axis=-1))
