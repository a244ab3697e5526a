"""One file's tracks, camera and visibility, read and looked at by themselves."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fourdp_qa.scene.image_files import COPY_AGAIN
from fourdp_qa.scene.pose import Floats, invert_pose, rotation_error
from fourdp_qa.scene.segment import MIN_FRAMES
from fourdp_qa.sources.tapvid3d.archive import Archive
from fourdp_qa.sources.tapvid3d.constants import (
    EXTRINSICS,
    INTRINSICS,
    PICTURES,
    QUERIES,
    TRACKS,
    VISIBILITY,
    Subset,
)

RIGID = 1e-3
"""Largest entry of R R^T - I of a camera's rotation, as for every source."""


@dataclass(frozen=True)
class Annotation:
    """What one file says, T frames and P points.

    Attributes
    ----------
    height, width : int
        Of the pictures, pixels.
    K : (3, 3) array
        Intrinsics in pixels, as they are written.
    in_camera : (T, P, 3) array
        Metres in the axes of each frame's camera; NaN only where the point is not visible.
    visible : (T, P) array of bool
    queries : (P, 3) array
        x and y in pixels, and the frame: where TAPVid-3D shows the point to a tracker.
    world_from_camera : (T, 4, 4) array or None
        None where the path of a moving camera is not written.
    """

    height: int
    width: int
    K: Floats
    in_camera: Floats
    visible: NDArray[np.bool_]
    queries: Floats
    world_from_camera: Floats | None


def read_annotation(archive: Archive, subset: Subset) -> Annotation:
    """Read everything but the pictures, of which the first says how large they are.

    Raises
    ------
    SourceDataError
        When an array is missing, damaged, of another shape, or holds what cannot be.
    """
    height, width, T = _pictures(archive)
    tracks = archive.read(TRACKS, "f", "(T, P, 3) places in metres").astype(np.float64)
    visible = archive.read(VISIBILITY, "b", "(T, P) true or false").astype(np.bool_)
    P = tracks.shape[1] if tracks.ndim == 3 else 0
    _expect_shape(archive, TRACKS, tracks.shape, (T, max(P, 1), 3))
    _expect_shape(archive, VISIBILITY, visible.shape, (T, P))
    queries = archive.read(QUERIES, "fiu", "(P, 3) x, y, frame").astype(np.float64)
    _expect_shape(archive, QUERIES, queries.shape, (P, 3))
    at = queries[:, 2]
    if not (np.isfinite(queries).all() and (at == np.floor(at)).all() and (at >= 0).all() and (at < T).all()):
        raise archive.wrong(QUERIES, "a query in no frame of the video",
                            f"x, y and a whole frame from 0 to {T - 1}",
                            "likely mistake: their order; the frame comes last")
    known = np.isfinite(tracks).all(axis=-1)
    if (visible & ~known).any():
        raise archive.wrong(TRACKS, f"{int((visible & ~known).sum())} visible points without a place",
                            "a place for every point that is seen")
    if (visible & (np.where(known, tracks[..., 2], 1.0) <= 0)).any():
        raise archive.wrong(TRACKS, "visible points behind the camera",
                            "z in front of it; axes x right, y down")
    if not visible.any():
        raise archive.wrong(VISIBILITY, "no visible point at all", "points that are seen")
    return Annotation(height, width, _intrinsics(archive), tracks, visible, queries,
                      _camera(archive, subset, T))


def _pictures(archive: Archive) -> tuple[int, int, int]:
    """(height, width) of the first picture, and how many there are."""
    content, count = archive.first(PICTURES, "S", "JPEG files as bytes, one a frame")
    if count < MIN_FRAMES:
        raise archive.wrong(PICTURES, f"{count} frames", f"at least {MIN_FRAMES}", "leave the file out")
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.height, image.width, count
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        reason = " ".join(str(error).split())
        raise archive.wrong(f"{PICTURES} frame 0", f"a damaged image ({reason})", "a readable image",
                            COPY_AGAIN) from None


def _intrinsics(archive: Archive) -> Floats:
    numbers = archive.read(INTRINSICS, "fiu", "fx, fy, cx, cy in pixels").astype(np.float64)
    _expect_shape(archive, INTRINSICS, numbers.shape, (4,))
    fx, fy, cx, cy = numbers.tolist()
    if not (np.isfinite(numbers).all() and fx > 0 and fy > 0):
        raise archive.wrong(INTRINSICS, f"{numbers.tolist()}", "fx, fy, cx, cy in pixels")
    return np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]])


def _camera(archive: Archive, subset: Subset, T: int) -> Floats | None:
    if EXTRINSICS not in archive.names:
        return np.tile(np.eye(4), (T, 1, 1)) if subset.camera_stands else None
    poses = archive.read(EXTRINSICS, "f", "(T, 4, 4) camera from world").astype(np.float64)
    _expect_shape(archive, EXTRINSICS, poses.shape, (T, 4, 4))
    rigid = np.isfinite(poses).all() and np.allclose(poses[:, 3], (0, 0, 0, 1), atol=RIGID)
    if not rigid or rotation_error(poses).max() > RIGID:
        raise archive.wrong(EXTRINSICS, "a matrix that is no turn and shift", "(T, 4, 4) camera from world")
    return invert_pose(poses)


def _expect_shape(archive: Archive, field: str, found: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if found != expected:
        raise archive.wrong(field, f"shape {found}", f"shape {expected}: as many frames as pictures and as "
                            "many points as tracks")
