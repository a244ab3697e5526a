"""What a tool's files say once their names, axes and sizes are settled: the same for every tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats, invert_pose, rotation_error
from fourdp_qa.sources.reconstruction.constants import PIXEL_CENTRE, RUN_AGAIN

ROTATION_TOLERANCE = 5e-3
"""Largest entry of R R^T - I: float16 and averaged rotations stay below; they are made rotations again."""


@dataclass(frozen=True)
class PointTracks:
    """Points that a tool followed.

    Attributes
    ----------
    world : (T, P, 3) in the world of the poses.
    visible : (T, P) bool
    """

    world: Floats
    visible: NDArray[np.bool_]


@dataclass(frozen=True)
class Reconstructed:
    """One video as a tool reconstructed it.

    Attributes
    ----------
    where : Path
        The file of the poses, for messages.
    pose_key : str
        What the poses are called there.
    inverted : bool
        Whether they are camera_from_world there.
    height, width : int
        Of pictures, depth and masks alike.
    K : (T, 3, 3) intrinsics, pixel centres at +0.5.
    world_from_camera : (T, 4, 4)
    rgb, depth : frame -> (H, W, 3) uint8, (H, W) float32 with 0 where there is none.
    ids : frame -> (H, W) int32, or None without masks.
    labels : id -> noun phrase.
    tracks : PointTracks or None
    step : int
        Frames of the video from one frame here to the next.
    close : lets go of open files.
    """

    where: Path
    pose_key: str
    inverted: bool
    height: int
    width: int
    K: Floats
    world_from_camera: Floats
    rgb: Callable[[int], NDArray[np.uint8]]
    depth: Callable[[int], NDArray[np.float32]]
    ids: Callable[[int], NDArray[np.int32]] | None = None
    labels: dict[int, str] = field(default_factory=dict)
    tracks: PointTracks | None = None
    step: int = 1
    close: Callable[[], None] = lambda: None

    @property
    def count(self) -> int:
        """T."""
        return len(self.world_from_camera)


def poses_of(where: Path, key: str, stored: Floats, *, inverted: bool) -> Floats:
    """world_from_camera (T, 4, 4) of stored poses (T, 3 or 4, 4).

    Raises
    ------
    SourceDataError
        For another shape, a last row that is not 0 0 0 1, a matrix that is no rotation.
    """
    def wrong(found: str, expected: str, do: str = RUN_AGAIN) -> SourceDataError:
        return SourceDataError(where, key, found=found, expected=expected, do=do)

    if stored.ndim != 3 or stored.shape[1:] not in ((3, 4), (4, 4)):
        raise wrong(f"shape {stored.shape}", "(T, 3, 4) or (T, 4, 4)")
    poses = np.tile(np.eye(4), (len(stored), 1, 1))
    poses[:, : stored.shape[1]] = stored
    if np.abs(poses[:, 3] - (0, 0, 0, 1)).max() > ROTATION_TOLERANCE:
        raise wrong("a last row other than 0 0 0 1", "poses",
                    "likely mistake: the matrices are transposed (translation in the last row)")
    error = rotation_error(poses)
    if error.max() > ROTATION_TOLERANCE:
        frame = int(error.argmax())
        mirrored = np.linalg.det(poses[frame, :3, :3]) < 0
        found = "a reflection" if mirrored else f"a matrix {error[frame]:.2g} off a rotation"
        raise wrong(
            f"{found} in frame {frame}", "rotations", "likely mistake: one axis was flipped" if mirrored
            else "likely mistake: a scale was left in the poses")
    u, _, vt = np.linalg.svd(poses[:, :3, :3])
    poses[:, :3, :3], poses[:, 3] = u @ vt, (0, 0, 0, 1)
    return invert_pose(poses) if inverted else poses


def intrinsics_of(
    where: Path, key: str, stored: Floats, count: int, height: int, width: int
) -> Floats:
    """K (T, 3, 3) for pixel centres at +0.5 of stored intrinsics (3, 3) or (T, 3, 3).

    Raises
    ------
    SourceDataError
        For another shape, a transposed or normalised matrix, one of another picture.
    """
    def wrong(found: str, expected: str, do: str = RUN_AGAIN) -> SourceDataError:
        return SourceDataError(where, key, found=found, expected=expected, do=do)

    K = np.broadcast_to(stored, (count, 3, 3)).copy() if stored.shape == (3, 3) else stored.copy()
    if K.shape != (count, 3, 3):
        raise wrong(f"shape {stored.shape}", f"(3, 3) or ({count}, 3, 3)")
    if np.abs(K[:, 2, :2]).max() > 1e-6 or np.abs(K[:, 1, 0]).max() > 1e-6:
        transposed = np.abs(K[:, :2, 2]).max() < 1e-6
        raise wrong(f"{np.round(K[0], 2).tolist()}", "[[fx, 0, cx], [0, fy, cy], [0, 0, 1]]",
                    "likely mistake: intrinsics transposed" if transposed else RUN_AGAIN)
    centre = np.median(K[:, :2, 2], axis=0) / (width, height)
    focal = float(np.median(K[:, 0, 0])) / width
    if centre.min() < 0.25 or centre.max() > 0.75 or not 0.1 <= focal <= 20:
        raise wrong(
            f"principal point at ({centre[0]:.2f} W, {centre[1]:.2f} H) and focal length {focal:.2g} W of a "
            f"{width}x{height} picture", "intrinsics of that picture in pixels",
            "likely mistake: intrinsics of the video before the tool resized it, normalised ones, or cx and "
            "cy exchanged")
    K[:, :2, 2] += PIXEL_CENTRE
    return K
