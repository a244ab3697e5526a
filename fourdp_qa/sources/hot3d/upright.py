"""Whether up is where the device's recordings have it: heads lean little and look down at their hands."""

from __future__ import annotations

from typing import Final

import numpy as np

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.hot3d.constants import DEVICES, LEAN, RAISED
from fourdp_qa.sources.hot3d.recording import Recording

Axis = tuple[float, float, float]

AXES: Final[dict[str, Axis]] = {
    "x": (1.0, 0.0, 0.0), "-x": (-1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "-y": (0.0, -1.0, 0.0),
    "z": (0.0, 0.0, 1.0), "-z": (0.0, 0.0, -1.0),
}


def refuse_other_up(recording: Recording, world_from_upright: Floats) -> None:
    """Raise unless the cameras (T, 4, 4) stand upright in the device's world and look at what is below.

    Raises
    ------
    SourceDataError
        When they do not, naming the axis that would be up.
    """
    up = recording.device.up
    wrong = _contradiction(recording, world_from_upright, np.array(up))
    if not wrong:
        return
    fitting = [name for name, axis in AXES.items()
               if not _contradiction(recording, world_from_upright, np.array(axis))]
    names = {device.up: device.name for device in DEVICES.values()}
    mistake = ""
    if len(fitting) == 1:
        owner = names.get(AXES[fitting[0]])
        mistake = f"{fitting[0]} is up in this world" + (f", as in recordings of {owner}" if owner else "")
    raise recording.error(
        "world up", wrong, f"an upright view with {_name(up)} up, as {recording.device.name} records it",
        mistake or "pictures already turned upright, or cameras of another recording")


def _contradiction(recording: Recording, world_from_upright: Floats, up: Floats) -> str:
    """What speaks against `up`; nothing when nothing does."""
    x, y, z = (world_from_upright[:, :3, k] @ up for k in range(3))
    lean = float(np.degrees(np.arctan2(np.median(np.abs(x)), np.median(-y))))
    if lean > LEAN:
        return f"cameras that lean {lean:.0f} degrees to a side (median)"
    raised = float(np.degrees(np.arcsin(np.clip(np.median(z), -1.0, 1.0))))
    if raised > RAISED:
        return f"cameras that look {raised:.0f} degrees upwards (median)"
    below = world_from_upright[:, None, :3, 3] @ up - recording.world_from_model[:, :, :3, 3] @ up
    if np.isfinite(below).any() and np.nanmedian(below) < 0:
        return f"objects {-np.nanmedian(below):.2g} m above the cameras (median)"
    return ""


def _name(up: Axis) -> str:
    return next(name for name, axis in AXES.items() if axis == up)
