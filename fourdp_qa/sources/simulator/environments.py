"""The five surroundings: what they are made of, and one of them drawn around a view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from fourdp_qa.sources.simulator.camera_plans import NominalView
from fourdp_qa.sources.simulator.indoors import furnish_room, set_table
from fourdp_qa.sources.simulator.lights import draw_sun, lights
from fourdp_qa.sources.simulator.outdoors import build_street, surround
from fourdp_qa.sources.simulator.spec import EnvironmentSpec, LandmarkSpec, StageSpec, Vector

Counts = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Place:
    """One kind of surroundings.

    Attributes
    ----------
    grounds : names in textures.GROUND_TEXTURES, one of which is drawn
    tile : float
        Metres that one copy of the texture covers.
    forbidden : colours an object must not wear: it would vanish on this ground
    elevations : (lowest, highest) elevation of the nominal view in degrees, of which the scenes get
        one range at random
    counts : kind or group of landmarks -> (least, most); outdoors only
    """

    grounds: tuple[str, ...]
    tile: float
    forbidden: tuple[str, ...]
    elevations: tuple[tuple[float, float], ...]
    counts: Counts


# Mostly from above, sometimes from low down. A table is seen from above: low over it hardly any of it
# would be in the picture.
_OUTDOORS: Final = ((-30.0, -12.0), (-30.0, -12.0), (-10.0, -3.5))
_ROOM: Final = ((-30.0, -13.0), (-30.0, -13.0), (-12.0, -5.0))
_TABLE: Final = ((-36.0, -24.0), (-30.0, -20.0))

PLACES: Final = {
    "paved square": Place(("pavers",), 4.0, (), _OUTDOORS,
                          {"building": (3, 4), "tree": (1, 4), "lamp_post": (1, 2), "bush": (0, 2)}),
    "street": Place(("asphalt",), 5.0, ("black",), _OUTDOORS, {}),
    "lawn": Place(("grass",), 6.0, ("green",), _OUTDOORS,
                  {"building": (1, 2), "tree": (4, 7), "bush": (2, 4), "fence": (3, 5)}),
    "room": Place(("planks", "carpet", "tiles"), 2.4, ("brown",), _ROOM, {}),
    "table top": Place(("planks", "carpet", "tiles"), 2.4, ("brown", "orange"), _TABLE, {}),
}


def draw_light(rng: np.random.Generator, place: str) -> str:
    """One of the lights of a place, by their shares."""
    names = [name for name, light in lights().items() if place in light.places]
    shares = np.array([lights()[name].share for name in names])
    return str(rng.choice(names, p=shares / shares.sum()))


def draw_environment(
    rng: np.random.Generator, place: str, light: str, view: NominalView
) -> EnvironmentSpec:
    """Draw the surroundings of a camera at `view`, which is in units of the stage that is drawn.

    Landmarks stand where the camera can turn to, and never where objects may be.
    """
    kind = PLACES[place]
    texture = str(rng.choice(kind.grounds))
    offset = (float(rng.uniform(0, 1)), float(rng.uniform(0, 1)))
    yaw, lamp = float(rng.uniform(-np.pi, np.pi)), None
    sun: Vector = draw_sun(rng, lights()[light], view.heading)
    landmarks: tuple[LandmarkSpec, ...]
    if place == "street":
        stage, landmarks = build_street(rng, view)
        yaw = stage.heading
    elif place == "room":
        stage, landmarks, lamp = furnish_room(rng, view)
    elif place == "table top":
        stage, landmarks, lamp = set_table(rng, view)
    else:
        stage, landmarks = StageSpec(), surround(rng, kind.counts, view.heading)
    if lamp is not None:
        yaw = stage.heading
        if light != "lamp":
            lamp = None
    return EnvironmentSpec(
        ground=place, ground_yaw=yaw, ground_offset=offset, landmarks=landmarks, sun=sun,
        sky_turn=float(rng.uniform(-np.pi, np.pi)), texture=texture, light=light, lamp=lamp,
        stage=stage,
    )
