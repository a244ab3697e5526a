"""What ViPE writes of a video NAME: rgb/NAME.mp4, pose/, intrinsics/, depth/ and mask/NAME.*"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.image_files import read_image_bytes, refuse_unless_file
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.reconstruction.arrays import Arrays, said_of
from fourdp_qa.sources.reconstruction.constants import (
    GREY_MODES,
    LARGEST_MEMBER,
    NUMBERED,
    PINHOLE,
    RUN_AGAIN,
)
from fourdp_qa.sources.reconstruction.exr import read_exr_depth
from fourdp_qa.sources.reconstruction.mp4 import Mp4
from fourdp_qa.sources.reconstruction.reconstructed import Reconstructed, intrinsics_of, poses_of
from fourdp_qa.sources.reconstruction.tool_npz import known_depth

DATA, FRAMES = "data", "inds"
PHRASE = re.compile(r"\s*(\d+)\s*:\s*(.*?)\s*")


def read_vipe(folder: Path, name: str) -> Reconstructed:
    """Read the artifacts of the video `name`.

    Raises
    ------
    SourceDataError
        When a file is missing or damaged, the camera is none without distortion, or frames with a pose
        lack depth or do not follow each other at one step.
    """
    path = folder / "pose" / f"{name}.npz"
    frames, poses = _numbered(path, (4, 4))
    step = _one_step(path, frames)
    K_path = folder / "intrinsics" / f"{name}.npz"
    K_frames, numbers = _numbered(K_path, (4,))
    if not set(frames) <= set(K_frames):
        raise SourceDataError(K_path, FRAMES, found=f"{len(K_frames)} frames",
                              expected="all that have a pose", do=RUN_AGAIN)
    _refuse_distortion(folder / "intrinsics" / f"{name}_camera.txt")
    depth = Pictures(folder / "depth" / f"{name}.zip", "exr", frames)
    first = _depth(depth, frames[0], None)
    height, width = first.shape
    refuse_unless_file(folder / "rgb" / f"{name}.mp4", "the video as ViPE wrote it")
    video = Mp4(folder / "rgb" / f"{name}.mp4", height, width)
    masks = None
    if (folder / "mask" / f"{name}.zip").exists():
        masks = Pictures(folder / "mask" / f"{name}.zip", "png", frames)
    fx, fy, cx, cy = numbers[np.searchsorted(K_frames, frames)].T
    K = np.tile(np.eye(3), (len(frames), 1, 1))
    K[:, 0, 0], K[:, 1, 1], K[:, 0, 2], K[:, 1, 2] = fx, fy, cx, cy

    def close() -> None:
        video.close()
        depth.close()
        if masks is not None:
            masks.close()

    return Reconstructed(
        where=path, pose_key=DATA, inverted=False, height=height, width=width,
        K=intrinsics_of(K_path, DATA, K, len(frames), height, width),
        world_from_camera=poses_of(path, DATA, poses, inverted=False),
        rgb=lambda t: video.read(frames[t]), depth=lambda t: _depth(depth, frames[t], (height, width)),
        ids=None if masks is None else lambda t: _ids(masks, frames[t], height, width),
        labels=_phrases(folder / "mask" / f"{name}.txt"), step=step, close=close,
    )


class Pictures:
    """The pictures of a zip, ``00000.exr``, ... or ``00000.png``, by the number of their frame.

    Raises
    ------
    SourceDataError
        When it is damaged, holds anything else, or lacks one of `frames`.
    """

    def __init__(self, path: Path, suffix: str, frames: list[int]) -> None:
        refuse_unless_file(path, f"a zip of {suffix} pictures")
        self.path = path
        self._members: dict[int, zipfile.ZipInfo] = {}
        with said_of(path, "", "a zip"):
            self._archive = zipfile.ZipFile(path)
        for item in self._archive.infolist():
            match = NUMBERED.fullmatch(item.filename)
            if match is None or match[2] != suffix or int(match[1]) in self._members:
                raise self.error(item.filename[:60], "another member",
                                 f"00000.{suffix}, 00001.{suffix}, ..., each once")
            if item.file_size > LARGEST_MEMBER:
                raise self.error(item.filename, "a member beyond any picture", "one picture")
            self._members[int(match[1])] = item
        missing = [k for k in frames if k not in self._members]
        if missing:
            raise self.error(f"{missing[0]:05d}.{suffix}", "no such member", "all frames that have a pose")

    def read(self, frame: int) -> bytes:
        """The bytes of a frame's picture."""
        item = self._members[frame]
        with said_of(self.path, item.filename, "a picture"):
            return self._archive.read(item)

    def where(self, frame: int) -> str:
        """What messages call it."""
        return f"{self.path}/{self._members[frame].filename}"

    def error(self, field: str, found: str, expected: str) -> SourceDataError:
        """An error about a member."""
        return SourceDataError(self.path, field, found=found, expected=expected, do=RUN_AGAIN)

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()


def _numbered(path: Path, shape: tuple[int, ...]) -> tuple[list[int], Floats]:
    """Frames in ascending order and their numbers (T, *shape)."""
    arrays = Arrays(path)
    for key in (DATA, FRAMES):
        arrays.one_of((key,), key)
    data, frames = arrays.floats(DATA), arrays.read(FRAMES)
    if data.shape[1:] != shape or frames.shape != data.shape[:1] or not len(data):
        raise arrays.error(DATA, f"shapes {data.shape} and {frames.shape}",
                           f"(T, {', '.join(map(str, shape))}) and (T,)")
    if frames.dtype.kind not in "iu" or (np.diff(frames) <= 0).any() or frames[0] < 0:
        raise arrays.error(FRAMES, "frames out of order, twice or below 0", "frame numbers that grow")
    return frames.tolist(), data


def _one_step(path: Path, frames: list[int]) -> int:
    steps = set(np.diff(frames).tolist())
    if len(steps) != 1:
        raise SourceDataError(
            path, FRAMES, found=f"{len(frames)} frames at steps of {sorted(steps)}"[:80],
            expected="frames at one step", do="leave the video out, or cut it where no pose was found")
    return int(steps.pop())


def _refuse_distortion(path: Path) -> None:
    """Every frame of a camera without distortion; without the file all are."""
    if not path.exists():
        return
    with said_of(path, "", "lines such as 0: PINHOLE"):
        lines = path.read_text("utf-8").splitlines()
        kinds = {line.partition(":")[2].strip() for line in lines if line.strip()}
    if kinds - {PINHOLE}:
        raise SourceDataError(path, "", found=f"{', '.join(sorted(kinds))[:60]}", expected=PINHOLE,
                              do="run ViPE with the pinhole camera: wide and panoramic lenses are not read")


def _depth(
    pictures: Pictures, frame: int, shape: tuple[int, int] | None
) -> NDArray[np.float32]:
    with said_of(pictures.path, pictures.where(frame), "an OpenEXR picture of depth"):
        depth = known_depth(read_exr_depth(pictures.read(frame)))
    if shape not in (None, depth.shape):
        raise SourceDataError(pictures.where(frame), "size", found=f"{depth.shape}", expected=f"{shape}",
                              do=RUN_AGAIN)
    return depth


def _ids(pictures: Pictures, frame: int, height: int, width: int) -> NDArray[np.int32]:
    ids = read_image_bytes(pictures.read(frame), pictures.where(frame), GREY_MODES, height, width)
    return ids.astype(np.int32)


def _phrases(path: Path) -> dict[int, str]:
    """``1: red car`` a line."""
    if not path.exists():
        return {}
    found = {}
    with said_of(path, "", "lines such as 1: red car"):
        for line in path.read_text("utf-8").splitlines():
            match = PHRASE.fullmatch(line)
            if line.strip() and match is None:
                raise ValueError(f"a line {line[:40]!r}")
            if match and int(match[1]) > 0:
                found[int(match[1])] = match[2]
    return found
