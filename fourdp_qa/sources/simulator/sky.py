"""The sky: a soft gradient with clouds, and far hills painted on it. Nothing of it has depth."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.sources.simulator.lights import Light
from fourdp_qa.sources.simulator.textures import NOISE_SIDE, tiling_noise

Float32s = NDArray[np.float32]

def _rgb(r: float, g: float, b: float) -> Float32s:
    return np.array([[r], [g], [b]], dtype=np.float32)


CLOUD: Final = _rgb(0.97, 0.97, 0.98)
HILL: Final = _rgb(0.30, 0.41, 0.44)


def sky_colour(unit: Float32s, turn: float, light: Light) -> Float32s:
    """Linear RGB (3, P) of the sky along unit directions (3, P) in world axes, z up.

    `turn` in radians rotates clouds and hills about the vertical; `light` colours them.
    """
    if not unit.shape[1]:
        return np.empty((3, 0), dtype=np.float32)
    away = (1 - np.clip(unit[2], 0, 1)) ** 2
    colour = light.zenith + (light.horizon - light.zenith) * away
    # Clouds wear the colour of the light: a third of the horizon's.
    colour += (CLOUD * (2 + light.horizon) / 3 - colour) * _clouds(unit, turn, light.cloud)
    _paint_hills(colour, unit, turn, light.haze)
    return np.asarray(colour, dtype=np.float32)


def _clouds(unit: Float32s, turn: float, cover: float) -> Float32s:
    c, s = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    # A flat layer of cloud overhead; close to the horizon it is stretched no further.
    plane = np.float32(0.055 * NOISE_SIDE) / np.maximum(unit[2], 0.05)
    u = ((c * unit[0] + s * unit[1]) * plane).astype(np.intp) & (NOISE_SIDE - 1)
    v = ((c * unit[1] - s * unit[0]) * plane).astype(np.intp) & (NOISE_SIDE - 1)
    density = tiling_noise(NOISE_SIDE, 3, 1.35).take(v * NOISE_SIDE + u)
    fade = np.clip((unit[2] - 0.03) * 5, 0, 1)
    # A closed cover is thin and even, single clouds are thick.
    strength = np.float32(1.1 - 0.5 * cover)
    return np.asarray(np.clip((density - (0.75 - 0.5 * cover)) * 4.5, 0, 1) * fade * strength)


def _paint_hills(colour: Float32s, unit: Float32s, turn: float, haze: Float32s) -> None:
    """Two ridges with their own outlines, the nearer one lower and darker; below them haze."""
    low = np.flatnonzero(unit[2] < 0.12)
    bearing = np.arctan2(unit[1, low], unit[0, low]) + np.float32(turn)
    height = unit[2, low]
    far = 0.048 + 0.016 * np.sin(3 * bearing) + 0.011 * np.sin(7 * bearing + 1.3)
    near = 0.022 + 0.012 * np.sin(5 * bearing + 2.1) + 0.006 * np.sin(11 * bearing + 0.4)
    for ridge, strength in ((far, 0.45), (near, 0.80)):
        inside = height < ridge
        shade = haze + (HILL - haze) * np.float32(strength)
        # Haze gathers at the foot of the hills and joins the far edge of the ground.
        foot = np.clip(height[inside] / 0.03, 0, 1)
        colour[:, low[inside]] = haze + (shade - haze) * (0.35 + 0.65 * foot)
