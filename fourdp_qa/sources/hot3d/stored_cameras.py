"""Calibrations of the full release: Aria's, one for each frame, and Quest 3's, one for the recording."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.hot3d.calibration import Size, checked_camera
from fourdp_qa.sources.hot3d.constants import (
    ARIA_MODEL,
    CALIBRATION,
    CALIBRATION_AGE,
    CAMERA_LABELS,
    CAMERA_MODELS,
    MODEL,
    REPAIR,
    WIDEST_ANGLE,
    Device,
)
from fourdp_qa.sources.hot3d.fields import Fields
from fourdp_qa.sources.hot3d.fisheye import Fisheye624


@dataclass(frozen=True)
class Cameras:
    """The stream's camera at each of T frames.

    Attributes
    ----------
    models : (T,) Fisheye624
    device_from_camera : (T, 4, 4)
    height, width : of the stored pictures
    """

    models: tuple[Fisheye624, ...]
    device_from_camera: Floats
    height: int
    width: int


def read_cameras(
    folder: Path, device: Device, times: NDArray[np.int64], clock: Callable[[int], int], size: Size
) -> Cameras:
    """The camera of the device's stream at the frames' times; `clock` gives the device's own time, `size` is
    that of Aria's pictures: its calibrations do not say.

    Raises
    ------
    SourceDataError
        When the file of calibrations is missing, damaged or holds another model.
    """
    if device.name == "Quest3":
        return _of_recording(folder / CAMERA_MODELS, device, len(times))
    return _of_each_frame(folder / CALIBRATION, device, np.array([clock(int(t)) for t in times]), size)


def _of_each_frame(path: Path, device: Device, times: NDArray[np.int64], size: Size) -> Cameras:
    """Of each frame the line that is nearest in time."""
    lines = [Fields(path, f"line {k}", line) for k, line in enumerate(_json_lines(path), start=1)]
    if not lines:
        raise SourceDataError(path, "", found="no line", expected="a calibration of each frame", do=REPAIR)
    stamps = np.array([line.whole("tracking_timestamp_us") for line in lines]) * 1000
    nearest = nearest_stamps(stamps, times)
    age = np.abs(stamps[nearest] - times).max()
    if age > CALIBRATION_AGE:
        raise SourceDataError(
            path, "tracking_timestamp_us", found=f"none within {age * 1e-9:.3g} s of a frame",
            expected="a calibration of each frame", do=REPAIR)
    read = {int(k): _aria_camera(lines[k], device, size) for k in np.unique(nearest)}
    return Cameras(
        tuple(read[int(k)][0] for k in nearest), np.stack([read[int(k)][1] for k in nearest]), *size,
    )


def nearest_stamps(stamps: NDArray[np.int64], times: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index (T,) of the stamp, of at least one, that is nearest to each time (T,)."""
    order = np.argsort(stamps, kind="stable")
    after = np.clip(np.searchsorted(stamps[order], times), 0, len(stamps) - 1)
    before = np.maximum(after - 1, 0)
    earlier = np.abs(stamps[order][before] - times) <= np.abs(stamps[order][after] - times)
    return np.asarray(order[np.where(earlier, before, after)])


def _aria_camera(line: Fields, device: Device, size: Size) -> tuple[Fisheye624, Floats]:
    label = CAMERA_LABELS[device.stream]
    for camera in line.each("CameraCalibrations"):
        if camera.text("Label") != label:
            continue
        projection, place = camera.under("Projection"), camera.under("T_Device_Camera")
        if (kind := projection.text("Name")) != ARIA_MODEL:
            raise projection.error("Name", f"'{kind}'", ARIA_MODEL)
        model = checked_camera(projection, "Params", device, size, WIDEST_ANGLE)
        return model, place.split_pose("UnitQuaternion", "Translation")
    raise line.error("CameraCalibrations", f"none called {label}", "one of each camera")


def _of_recording(path: Path, device: Device, frames: int) -> Cameras:
    for camera in Fields(path, "", {"cameras": _json(path)}).each("cameras"):
        if camera.text("stream_id") != device.stream:
            continue
        if (kind := camera.text("projectionModelType")) != MODEL:
            raise camera.error("projectionModelType", f"'{kind}'", MODEL)
        pose = camera.pose("T_Device_Camera")
        size = camera.whole("imageHeight"), camera.whole("imageWidth")
        model = checked_camera(camera, "projectionParams", device, size, WIDEST_ANGLE)
        return Cameras((model,) * frames, np.repeat(pose[None], frames, axis=0), *size)
    raise SourceDataError(path, "stream_id", found=f"none of stream {device.stream}", do=REPAIR,
                          expected="one of each camera")


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise SourceDataError(path, "", found=f"a file that cannot be read ({reason:.80})",
                              expected="the calibrations of the recording", do=REPAIR) from None


def _json_lines(path: Path) -> list[dict[str, Any]]:
    try:
        lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    except (OSError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise SourceDataError(path, "", found=f"a file that cannot be read ({reason:.80})",
                              expected="a calibration on each line", do=REPAIR) from None
    return [line if isinstance(line, dict) else {} for line in lines]
