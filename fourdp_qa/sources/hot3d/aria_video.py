"""The pictures of an Aria recording, and its two clocks, through projectaria-tools."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import MissingExtraError, SourceDataError
from fourdp_qa.scene.image_files import refuse_unless_file
from fourdp_qa.sources.hot3d.constants import REPAIR, SAME_TIME, VRS, Device
from fourdp_qa.sources.quiet import quiet

# What the library raises for files it cannot make sense of.
_UNREADABLE = (RuntimeError, ValueError, IndexError, KeyError, TypeError, MemoryError)


def require_extra() -> None:
    """Say what to install before anything is read.

    Raises
    ------
    MissingExtraError
        Without projectaria-tools.
    """
    if find_spec("projectaria_tools") is None:
        raise MissingExtraError("a full recording of HOT3D", "adt", "or, lean: pip install --no-deps "
                                "projectaria-tools; HOT3D-Clips do without")


class AriaVideo:
    """``recording.vrs``, whose annotations are stamped in timecode.

    Parameters
    ----------
    folder : Path
        Of the recording.
    device : Device

    Attributes
    ----------
    size : (height, width) of the pictures

    Raises
    ------
    MissingExtraError, SourceDataError
        Without projectaria-tools; for a file that is missing or damaged, or has no timecode.
    """

    def __init__(self, folder: Path, device: Device) -> None:
        require_extra()
        from projectaria_tools.core import data_provider
        from projectaria_tools.core.stream_id import StreamId

        self.path, self.device = folder / VRS, device
        self.times: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        refuse_unless_file(self.path, "the pictures of the recording")
        with quiet():
            try:
                self._provider: Any = data_provider.create_vrs_data_provider(str(self.path))
                self._stream = StreamId(device.stream)
                known = self._provider is not None and self._stream in self._provider.get_all_streams()
            except _UNREADABLE as error:
                raise self._error("", f"a damaged file ({_words(error)})") from None
        if not known:
            raise self._error(f"stream {device.stream}", "no such stream, or a file that cannot be opened")
        with quiet():
            configuration = self._provider.get_image_configuration(self._stream)
        self.size = int(configuration.image_height), int(configuration.image_width)

    def device_time(self, timecode: int) -> int:
        """Nanoseconds of the device's own clock at a time of the annotations.

        Raises
        ------
        SourceDataError
            When the recording says nothing of timecode.
        """
        with quiet():
            try:
                time = int(self._provider.convert_from_timecode_to_device_time_ns(timecode))
            except _UNREADABLE as error:
                raise self._error("timecode", f"none ({_words(error)})") from None
        if time < 0:
            raise self._error("timecode", f"none at {timecode} ns")
        return time

    def of(self, times: NDArray[np.int64]) -> AriaVideo:
        """Itself, to give the pictures at the times (T,) of a run."""
        self.times = times
        return self

    def picture(self, t: int) -> NDArray[np.uint8]:
        """Frame t of the run, (H, W, 3).

        Raises
        ------
        SourceDataError
            When no picture was taken within a millisecond, or it is damaged or of another size.
        """
        from projectaria_tools.core.sensor_data import TimeDomain, TimeQueryOptions

        wanted = self.device_time(int(self.times[t]))
        place = f"{self.device.stream} at {self.times[t]} ns"
        with quiet():
            try:
                picture, record = self._provider.get_image_data_by_time_ns(
                    self._stream, wanted, TimeDomain.DEVICE_TIME, TimeQueryOptions.CLOSEST)
                pixels = np.asarray(picture.to_numpy_array()) if picture.is_valid() else None
                off = abs(int(record.capture_timestamp_ns) - wanted)
            except _UNREADABLE as error:
                raise self._error(place, f"a damaged picture ({_words(error)})") from None
        # The library answers with the closest picture however far away it is.
        if pixels is None or off > SAME_TIME:
            raise self._error(place, f"the nearest picture {off / 1e6:.3g} ms away")
        if pixels.shape != (*self.size, 3) or pixels.dtype != np.uint8:
            raise self._error(place, f"{pixels.dtype} {pixels.shape}")
        return np.ascontiguousarray(pixels)

    def close(self) -> None:
        """Let go of the file."""
        self._provider = None

    def _error(self, field: str, found: str) -> SourceDataError:
        return SourceDataError(self.path, field, found=found, do=REPAIR,
                               expected="colour pictures of one size, with timecode")


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
