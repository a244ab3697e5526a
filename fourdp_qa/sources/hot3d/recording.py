"""What a clip or a recording says, brought to one form; nothing of it is compared yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import SourceDataError
from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.hot3d.constants import FPS, GAP, REPAIR, Device
from fourdp_qa.sources.hot3d.fisheye import Fisheye624
from fourdp_qa.sources.hot3d.masks import Mask
from fourdp_qa.sources.hot3d.models import Model

RATE_TOLERANCE = 0.05
"""Share by which the typical step of time may differ from 1 / 30 s."""


class Pictures(Protocol):
    """The pictures of one stream as they are stored."""

    def picture(self, t: int) -> NDArray[np.uint8]:
        """Frame t, (H, W) or (H, W, 3)."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


@dataclass(frozen=True)
class Item:
    """One object.

    Attributes
    ----------
    id : int
        Its number in the BOP challenge, 1 to 33.
    name : str
        As the release calls it, e.g. "mug_white".
    model : Model
    """

    id: int
    name: str
    model: Model


@dataclass(frozen=True)
class Recording:
    """One camera's frames, in metres and the axes of the stored pictures (centres at whole numbers).

    Attributes
    ----------
    where : Path
        File or folder, for messages.
    field : str
        What in it holds the annotations, for messages.
    device : Device
    height, width : int
        Of the stored pictures.
    cameras : (T,) Fisheye624
    world_from_camera : (T, 4, 4), the camera of the stored picture
    device_from_camera : (4, 4), of the first frame
    items : (N,) Item
    world_from_model : (T, N, 4, 4); NaN where the object is not annotated
    boxes : (T, N, 4) left, top, right, bottom in pixels; NaN where none is stated
    masks : (T,) tuples of N masks of what is seen, None where there is none; None without masks
    hidden : (T, N) bool
        Frames in which so much of an object may be hidden that nothing is said of its pixels.
    neighbours : step -> models of the objects whose numbers are so much higher, or None
    """

    where: Path
    field: str
    device: Device
    height: int
    width: int
    cameras: tuple[Fisheye624, ...]
    world_from_camera: Floats
    device_from_camera: Floats
    items: tuple[Item, ...]
    world_from_model: Floats
    boxes: Floats
    masks: tuple[tuple[Mask | None, ...], ...] | None
    hidden: NDArray[np.bool_]
    neighbours: dict[int, tuple[Model, ...]]

    def error(self, field: str, found: str, expected: str, mistake: str = "") -> SourceDataError:
        """A complaint that names the likely mistake where one is known."""
        do = f"likely mistake: {mistake}" if mistake else REPAIR
        place = f"{self.field} {field}".strip()
        return SourceDataError(self.where, place, found=found, expected=expected, do=do)


def refuse_times(where: Path, field: str, times_ns: NDArray[np.int64]) -> None:
    """Raise unless frames follow each other at 30 a second without a gap.

    Raises
    ------
    SourceDataError
        When they do not: between such frames things move by more than they should.
    """
    steps = np.diff(times_ns) * 1e-9
    typical = float(np.median(steps))
    if abs(typical * FPS - 1.0) > RATE_TOLERANCE:
        raise SourceDataError(where, field, found=f"frames {typical:.4g} s apart", do=REPAIR,
                              expected=f"{1 / FPS:.4g} s, in nanoseconds")
    odd = np.flatnonzero((steps > GAP * typical) | (steps <= 0))
    if len(odd):
        raise SourceDataError(
            where, field, found=f"frame {odd[0] + 1} {steps[odd[0]]:.4g} s after the one before",
            expected=f"{typical:.4g} s", do=REPAIR)
