"""The VRS files of a sequence through projectaria-tools: pictures, their times, the camera and bodies."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import MissingExtraError, SourceDataError
from fourdp_qa.scene.image_files import refuse_unless_file
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.aria_digital_twin.constants import (
    CAMERA,
    DEPTH_FILES,
    DOWNLOAD_AGAIN,
    FRESH,
    ID_FILES,
    VIDEO_FILE,
)
from fourdp_qa.sources.aria_digital_twin.records import Times
from fourdp_qa.sources.quiet import quiet

# What the library raises for files it cannot make sense of.
_UNREADABLE = (RuntimeError, ValueError, IndexError, KeyError, TypeError, MemoryError)


def require_extra() -> None:
    """Say what to install before anything is read."""
    if find_spec("projectaria_tools") is None:
        raise MissingExtraError("Aria Digital Twin", "adt", "or, lean: pip install --no-deps "
                                "projectaria-tools; no module projectaria_tools")


def is_corrupt(name: str) -> bool:
    """Whether the toolkit lists the sequence among those whose ground truth is wrong."""
    from projectaria_tools.projects import adt

    return bool(adt.is_dataset_corrupt(name))


class Recording:
    """The pictures and bodies of a sequence.

    Parameters
    ----------
    folder : Path
    with_people : bool
        Read the depth and ids that include the bodies of people.

    Attributes
    ----------
    captured : (T,) capture times of the colour camera, nanoseconds
    depth_times, id_times : records of depth and ids of that camera
    calibration : projectaria_tools CameraCalibration
    device_from_camera : (4, 4), the camera's own axes
    joint_names : tuple of str

    Raises
    ------
    SourceDataError
        When a file is missing or cannot be opened, or lacks the colour camera.
    """

    def __init__(self, folder: Path, *, with_people: bool) -> None:
        from projectaria_tools.core.stream_id import StreamId
        from projectaria_tools.projects import adt

        self._folder = folder
        self._depth_file, self._id_file = (folder / names[with_people]
                                           for names in (DEPTH_FILES, ID_FILES))
        for path in (folder / VIDEO_FILE, self._depth_file, self._id_file):
            refuse_unless_file(path, "a recording of the sequence")
        with quiet():
            try:
                paths = adt.AriaDigitalTwinDataPathsProvider(str(folder)).get_datapaths(with_people)
                # Read by us, or by nobody: the largest of these tables takes seconds.
                paths.object_trajectories_filepath = paths.object_boundingbox_3d_filepath = ""
                paths.boundingboxes_2d_filepath = paths.eyegazes_filepath = ""
                paths.synthetic_vrs_filepath = ""
                self._provider = adt.AriaDigitalTwinDataProvider(paths)
            except (*_UNREADABLE, AttributeError) as error:
                raise SourceDataError(folder, "", found=f"files that cannot be opened ({_words(error)})",
                                      expected="a sequence of Aria Digital Twin", do=DOWNLOAD_AGAIN) from None
            self._stream = StreamId(CAMERA)
            self.captured = self._capture_times()
            self.depth_times = self._record_times(
                self._depth_file, self._provider.has_depth_images, self._provider.depth_data_provider_ptr)
            self.id_times = self._record_times(
                self._id_file, self._provider.has_segmentation_images,
                self._provider.segmentation_data_provider_ptr)
            self.calibration = self._provider.get_aria_camera_calibration(self._stream)
            if self.calibration is None:
                raise _damaged(folder / VIDEO_FILE, "calib_json", "no calibration of the colour camera")
            self.device_from_camera: Floats = np.asarray(
                self._provider.get_aria_transform_device_camera(self._stream).to_matrix())
        self.joint_names = tuple(adt.AriaDigitalTwinSkeletonProvider.get_joint_labels())

    def colour(self, time: int) -> NDArray[np.uint8]:
        """Picture (H, W, 3) as the sensor took it at a capture time."""
        return self._picture(self._provider.get_aria_image_by_timestamp_ns, VIDEO_FILE, time, np.uint8)

    def depth(self, time: int) -> NDArray[np.uint16]:
        """Depth (H, W) of the record at a time, as stored."""
        return self._picture(self._provider.get_depth_image_by_timestamp_ns, self._depth_file.name, time,
                             np.uint16)

    def ids(self, time: int) -> NDArray[np.uint64]:
        """Instance ids (H, W) of the record at a time, as stored."""
        return self._picture(self._provider.get_segmentation_image_by_timestamp_ns, self._id_file.name,
                             time, np.uint64)

    def joints(self, person: int, times: Times) -> Floats:
        """Places (T, J, 3) of a person's joints in world axes; NaN where no record is fresh."""
        places = np.full((len(times), len(self.joint_names), 3), np.nan)
        with quiet():
            for t, time in enumerate(times.tolist()):
                answer = self._provider.get_skeleton_by_timestamp_ns(time, person)
                if answer.is_valid() and abs(answer.dt_ns()) <= FRESH:
                    joints = np.asarray(answer.data().joints, dtype=np.float64)
                    if joints.shape == places.shape[1:] and np.isfinite(joints).all():
                        places[t] = joints
        return places

    def _capture_times(self) -> Times:
        path = self._folder / VIDEO_FILE
        try:
            times = self._provider.get_aria_device_capture_timestamps_ns(self._stream)
        except _UNREADABLE as error:
            raise _damaged(path, f"stream {CAMERA}", f"none that can be read ({_words(error)})") from None
        if not times:
            raise _damaged(path, f"stream {CAMERA}", "no picture")
        return _increasing(path, times)

    def _record_times(self, path: Path, there: Callable[[], bool], reader: Callable[[], Any]) -> Times:
        from projectaria_tools.core.sensor_data import TimeDomain

        try:
            if not there():
                raise _damaged(path, "", "a file that cannot be opened")
            records = reader()
            for stream in records.get_all_streams():
                # The stream's number does not say which camera it belongs to.
                if records.get_image_configuration(stream).description == CAMERA:
                    return _increasing(path, records.get_timestamps_ns(stream, TimeDomain.DEVICE_TIME))
        except _UNREADABLE as error:
            raise _damaged(path, "", f"records that cannot be read ({_words(error)})") from None
        raise _damaged(path, "description", f"no stream of camera {CAMERA}")

    def _picture(self, query: Callable[..., Any], name: str, time: int, dtype: type[Any]) -> NDArray[Any]:
        place = f"record at {time} ns"
        with quiet():
            try:
                answer = query(time, self._stream)
                fresh = answer.is_valid() and abs(answer.dt_ns()) <= FRESH
                pixels = np.asarray(answer.data().to_numpy_array()) if fresh else None
            except _UNREADABLE as error:
                raise _damaged(self._folder / name, place, f"a damaged record ({_words(error)})") from None
        if pixels is None:
            raise _damaged(self._folder / name, place, "no record within 5 ms that can be read")
        width, height = (int(edge) for edge in self.calibration.get_image_size())
        shape = (height, width, 3) if dtype is np.uint8 else (height, width)
        if pixels.shape != shape or pixels.dtype != dtype:
            raise SourceDataError(
                self._folder / name, place, found=f"{pixels.dtype} {pixels.shape}",
                expected=f"{np.dtype(dtype)} {shape} as the camera", do=DOWNLOAD_AGAIN)
        return pixels


def _increasing(path: Path, times: list[int]) -> Times:
    found = np.array(times, dtype=np.int64)
    if np.any(np.diff(found) <= 0):
        raise _damaged(path, f"stream {CAMERA}", "times that do not increase")
    return found


def _damaged(path: Path, field: str, found: str) -> SourceDataError:
    return SourceDataError(path, field, found=found, expected="records of the colour camera",
                           do=DOWNLOAD_AGAIN)


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
