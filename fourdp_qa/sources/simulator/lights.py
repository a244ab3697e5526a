"""The light of a place: sun or lamp, sky and what the surroundings throw back; from `lights.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.sources.simulator.spec import EnvironmentSpec, Vector
from fourdp_qa.tables import load_table

Float32s = NDArray[np.float32]

LAMP_FALL_OFF = 0.55
"""Share of the lamp's light that follows the law of distance; the rest comes back from the walls."""


@dataclass(frozen=True)
class Light:
    """One kind of light; colours are linear RGB columns (3, 1).

    Attributes
    ----------
    places : names of the environments that have it
    share : how often, among the lights of a place
    elevation : range of the sun's height, degrees
    behind : most degrees that the sun stands aside of straight behind the camera
    sun : of sun or lamp; zero when the sky alone gives light
    sky, bounce : ambient light from above and from below
    mirrored : what shiny things mirror
    horizon, zenith, haze : colours of the sky and of far things
    cloud : cover, 0 to 1
    """

    places: tuple[str, ...]
    share: float
    elevation: tuple[float, float]
    behind: float
    sun: Float32s
    sky: Float32s
    bounce: Float32s
    mirrored: Float32s
    horizon: Float32s
    zenith: Float32s
    haze: Float32s
    cloud: float


@cache
def lights() -> dict[str, Light]:
    """All kinds of light by name."""
    table: dict[str, dict[str, Any]] = load_table("fourdp_qa.sources.simulator", "lights.toml")
    colours = ("sun", "sky", "bounce", "mirrored", "horizon", "zenith", "haze")
    found = {}
    for name, entry in table.items():
        columns = {key: np.array(entry[key], dtype=np.float32)[:, None] for key in colours}
        plain = {"places": tuple(entry["places"]), "elevation": tuple(entry["elevation"])}
        found[name] = Light(**{**entry, **plain, **columns})
    return found


def draw_sun(rng: np.random.Generator, light: Light, view_heading: float) -> Vector:
    """Unit vector towards the sun for a camera that looks along `view_heading` (radians)."""
    side = view_heading + np.pi + np.deg2rad(rng.uniform(-light.behind, light.behind))
    up = np.deg2rad(rng.uniform(*light.elevation))
    return (float(np.cos(up) * np.cos(side)), float(np.cos(up) * np.sin(side)), float(np.sin(up)))


class Source:
    """Where the direct light of a scene comes from: a far sun or a lamp in the room."""

    def __init__(self, environment: EnvironmentSpec) -> None:
        self.light = lights()[environment.light]
        self.sun = np.array(environment.sun, dtype=np.float32)[:, None]
        lamp = environment.lamp
        self.lamp = None if lamp is None else np.array(lamp, dtype=np.float32)[:, None]
        self.shines = bool(self.light.sun.max() > 0)

    def towards(self, points: Float32s) -> tuple[Float32s, Float32s | float]:
        """Unit directions (3, P) or (3, 1) from points (3, P) to the light, and its strength there."""
        if self.lamp is None:
            return self.sun, 1.0
        way = self.lamp - points
        squared = (way * way).sum(axis=0)
        way /= np.sqrt(squared)
        nominal = np.float32(0.75 * self.lamp[2, 0] ** 2)
        strength = (1 - LAMP_FALL_OFF) + LAMP_FALL_OFF * nominal / np.maximum(squared, 0.2 * nominal)
        return way, np.asarray(strength, dtype=np.float32)
