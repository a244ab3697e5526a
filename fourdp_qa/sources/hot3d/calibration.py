"""A camera of either release, refused where its numbers cannot be of the picture."""

from __future__ import annotations

import numpy as np

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.hot3d.constants import PICTURE_TOLERANCE, Device
from fourdp_qa.sources.hot3d.fields import Fields
from fourdp_qa.sources.hot3d.fisheye import PARAMETERS, Fisheye624

Size = tuple[int, int]


def checked_camera(fields: Fields, name: str, device: Device, size: Size, max_angle: float) -> Fisheye624:
    """The camera whose numbers stand under `name`, for pictures of `size` (height, width).

    Raises
    ------
    SourceDataError
        For another count of numbers, or numbers of another picture; the likely mistake is named.
    """
    params = fields.numbers(name)
    try:
        camera = Fisheye624.of(params, max_angle)
    except ValueError:
        expected = f"{device.parameters} as {device.name} has"
        raise fields.error(name, f"{len(params)} numbers", expected) from None
    mistake = _count_mistake(params, size)
    if min(camera.focal) <= 0 or _off_middle(np.array(camera.centre), size) > PICTURE_TOLERANCE or mistake:
        raise fields.error(
            name, f"focal {camera.focal}, centre {camera.centre}",
            f"a centre near the middle of {size[1]}x{size[0]} pixels",
            f"likely mistake: {mistake or 'a calibration of a picture of another size'}",
        )
    return camera


def _off_middle(centre: Floats, size: Size) -> float:
    """How far a principal point lies from the middle, in sides of the picture."""
    return float(np.abs(centre / (size[1], size[0]) - 0.5).max())


def _count_mistake(params: Floats, size: Size) -> str:
    """Whether the numbers put the centre nearer the middle when they are read as one more or one fewer."""
    short = len(params) == min(PARAMETERS)
    here, there = (params[1:3], params[2:4]) if short else (params[2:4], params[1:3])
    if _off_middle(there, size) >= min(_off_middle(here, size), PICTURE_TOLERANCE):
        return ""
    return "16 numbers fx, fy, cx, cy, ... cut to 15" if short else "15 numbers f, cx, cy, ... padded to 16"
