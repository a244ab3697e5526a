"""The folders of CUT3R: depth/, camera/, color/ and conf/, one file a frame each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import read_image, refuse_unless_file
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.reconstruction.arrays import Arrays, said_of
from fourdp_qa.sources.reconstruction.constants import COLOUR, LARGEST_ARRAY, NUMBERED, RUN_AGAIN
from fourdp_qa.sources.reconstruction.reconstructed import Reconstructed, intrinsics_of, poses_of
from fourdp_qa.sources.reconstruction.tool_npz import drop_unsure, known_depth

POSE, INTRINSICS = "pose", "intrinsics"


def read_folders(folder: Path) -> Reconstructed:
    """Read what CUT3R wrote.

    Raises
    ------
    SourceDataError
        When a folder has other frames than the others, or a file is damaged.
    """
    frames = frame_numbers(folder / "camera", "npz")
    for name, suffix in (("depth", "npy"), ("color", "png")):
        others = frame_numbers(folder / name, suffix)
        if others != frames:
            odd = sorted(set(frames) ^ set(others))[0]
            raise SourceDataError(
                folder / name, f"{odd:06d}.{suffix}", found="a frame that not all folders have",
                expected="the frames of camera/", do=RUN_AGAIN)
    cameras = [Arrays(folder / "camera" / f"{k:06d}.npz") for k in frames]
    for camera in cameras:
        for key in (POSE, INTRINSICS):
            camera.one_of((key,), key)
    with_confidence = (folder / "conf").is_dir()
    first = _array(folder / "depth" / f"{frames[0]:06d}.npy", None)
    height, width = first.shape

    def depth(t: int) -> NDArray[np.float32]:
        name = f"{frames[t]:06d}.npy"
        found = known_depth(_array(folder / "depth" / name, (height, width)))
        if with_confidence:
            drop_unsure(found, _array(folder / "conf" / name, (height, width)))
        return found

    where = folder / "camera"
    return Reconstructed(
        where=where, pose_key=POSE, inverted=False, height=height, width=width,
        K=intrinsics_of(where, INTRINSICS, _stacked(cameras, INTRINSICS, (3, 3)), len(frames), height, width),
        world_from_camera=poses_of(where, POSE, _stacked(cameras, POSE, (4, 4)), inverted=False),
        rgb=lambda t: _picture(folder / "color" / f"{frames[t]:06d}.png", height, width), depth=depth,
    )


def frame_numbers(folder: Path, suffix: str) -> list[int]:
    """The numbers of the frames of a folder, one after the other.

    Raises
    ------
    SourceDataError
        When it is missing or empty, or frames are missing between.
    """
    if not folder.is_dir():
        raise SourceDataError(folder, "", found="no folder", expected=f"000000.{suffix}, ...", do=RUN_AGAIN)
    numbers = sorted(
        int(match[1]) for entry in folder.iterdir()
        if (match := NUMBERED.fullmatch(entry.name)) and match[2] == suffix)
    if not numbers or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise SourceDataError(
            folder, "", found=f"{len(numbers)} frames" + (f" from {numbers[0]} to {numbers[-1]}"
                                                         if numbers else ""),
            expected=f"000000.{suffix}, 000001.{suffix}, ... without a gap", do=RUN_AGAIN)
    return numbers


def _stacked(cameras: list[Arrays], key: str, shape: tuple[int, int]) -> Floats:
    stacked = []
    for camera in cameras:
        array = camera.floats(key)
        if array.shape != shape:
            raise camera.error(key, f"shape {array.shape}", f"{shape}")
        stacked.append(array)
    return np.stack(stacked)


def _array(path: Path, shape: tuple[int, int] | None) -> NDArray[np.float32]:
    refuse_unless_file(path, "depth of a frame")
    if path.stat().st_size > LARGEST_ARRAY:
        raise SourceDataError(path, "", found="a file beyond any picture", expected="one frame", do=RUN_AGAIN)
    with said_of(path, "", "an array (H, W)"):
        found = np.load(path, allow_pickle=False)
    if found.ndim != 2 or found.dtype.kind != "f" or shape not in (None, found.shape) or not found.size:
        raise SourceDataError(path, "", found=f"{found.dtype} of shape {found.shape}",
                              expected=f"floating point of shape {shape or '(H, W)'}", do=RUN_AGAIN)
    return np.asarray(found, dtype=np.float32)


def _picture(path: Path, height: int, width: int) -> NDArray[np.uint8]:
    return read_image(path, COLOUR, height, width).astype(np.uint8, copy=False)
