"""How cameras are drawn: an even deck of kinds, start poses, and amounts that read clearly.

A translation is either exactly zero or far above the 0.06 of the scene's depth that counts as one;
turns likewise (8 degrees of pan or tilt, 6 of roll count).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from fourdp_qa.randomness import generator
from fourdp_qa.sources.simulator.camera_paths import heading_vectors
from fourdp_qa.sources.simulator.profiles import ONE_WAY, THERE_AND_BACK, TO_AND_FRO
from fourdp_qa.sources.simulator.spec import CameraComponent, CameraSpec, HandSpec, Vector

# name -> (component, sign); the names are the camera's own view of its motion.
SINGLES: Final = {
    "dolly_in": ("dolly", 1), "dolly_out": ("dolly", -1),
    "truck_left": ("truck", -1), "truck_right": ("truck", 1),
    "pedestal_up": ("pedestal", 1), "pedestal_down": ("pedestal", -1),
    "pan_left": ("pan", -1), "pan_right": ("pan", 1),
    "tilt_up": ("tilt", 1), "tilt_down": ("tilt", -1),
    "roll_clockwise": ("roll", 1), "roll_counter_clockwise": ("roll", -1),
    "orbit_left": ("orbit", -1), "orbit_right": ("orbit", 1),
    "follow": ("follow", 1), "track": ("track", 1),
}
# Families of pairs; two of the four pairs of signs are dealt in one deck, two in the next.
PAIRS: Final = (
    ("dolly", "pan"), ("truck", "tilt"), ("truck", "pan"), ("dolly", "truck"),
    ("truck", "pedestal"), ("pan", "tilt"), ("dolly", "tilt"), ("pan", "roll"),
    ("pedestal", "tilt"),
)
STATIC_SLOTS, HAND_SLOTS = 26, 6
"""Of a deck of 86: three of ten scenes have a camera at rest, some one that only a hand holds still."""
HAND_EVERY: Final = 4
"""One of so many moving cameras is held in the hand; over so many decks each kind is once."""
HAND_SHIFT, HAND_BOB = (0.006, 0.012), (0.012, 0.022)
HAND_TURN: Final = (0.70, 0.85)
"""Half ranges: units and degrees. A range of 2 degrees or 0.02 of the scene's depth L would count as
motion; and a picture that shifts by 0.01 of its width, half a degree, is no longer called still."""
STEPS: Final = (3.5, 5.0)
"""Walking steps in a clip, about two a second."""
WALKING: Final = ("dolly", "truck", "follow", "orbit")
PAIR_BACK_TURN: Final = 6
"""Pairs of decks after which a pair goes there and back again; singles have slots of their own."""

# Range of each amount: translations as shares of the scene's depth L, turns in degrees.
AMOUNTS: Final = {
    "dolly": (0.12, 0.30), "truck": (0.10, 0.26), "pedestal": (0.09, 0.19),
    "pan": (12.0, 30.0), "tilt": (10.0, 19.0), "roll": (9.0, 24.0),
}
# Pairs share the picture's room; their two translations must be alike to be named together. One leg of
# a path to and fro has a third of the time or less: longer ones would be hasty.
SHORT_AMOUNTS: Final = {
    "dolly": (0.13, 0.20), "truck": (0.11, 0.18), "pedestal": (0.10, 0.15),
    "pan": (11.0, 20.0), "tilt": (9.5, 13.0), "roll": (8.0, 16.0),
}
# An orbit by a gives a forward share tan(a / 2) of its sideways path: under 17 degrees it is not
# named (0.15), over 44 it is (0.40); between them it could be argued about.
ORBIT_DEGREES: Final = ((11.0, 16.0), (46.0, 60.0))
WIDE_ORBIT_SHARE: Final = 0.4

VIEWS: Final = ((-30.0, -12.0), (-30.0, -12.0), (-10.0, -3.5))
"""Ranges of the nominal view's elevation in degrees, one of which is drawn."""
DISTANCES: Final = (4.4, 6.6)
FOCALS: Final = (0.92, 1.15)
LOWEST: Final = 0.45
"""Metres above ground that no camera goes below."""


@dataclass(frozen=True)
class NominalView:
    """The view in the middle of the camera's path; the path is laid around it.

    Attributes
    ----------
    focus : where it looks, metres
    distance : from the camera to `focus`
    heading, elevation : radians
    focal : image widths
    """

    focus: Vector
    distance: float
    heading: float
    elevation: float
    focal: float

    @property
    def position(self) -> Vector:
        """Camera centre."""
        forward, _ = heading_vectors(self.heading)
        flat = self.distance * np.cos(self.elevation)
        at = np.asarray(self.focus) - flat * forward
        height = self.focus[2] - self.distance * np.sin(self.elevation)
        return (float(at[0]), float(at[1]), float(height))


@dataclass(frozen=True)
class CameraWish:
    """What a scene's camera is to do.

    Attributes
    ----------
    name : str
        ``static``, ``hand_held``, a name of `SINGLES`, or two of them joined by ``+``.
    course : str
        ``one way``, ``there and back`` or ``to and fro``.
    in_hand : bool
        Whether a hand holds it: it trembles, and bobs where it walks.
    """

    name: str
    course: str = "one way"
    in_hand: bool = False


def camera_deck(number: int) -> tuple[CameraWish, ...]:
    """Deck `number`: every label of the camera's motion about as often as its opposite.

    Follow and track come twice: only they keep a mover in its place on the picture.
    """
    plain = [name for name, (kind, _) in SINGLES.items() if kind in AMOUNTS]
    deck = [CameraWish(name) for name in (*SINGLES, "follow", "track")]
    for k, (first, second) in enumerate(PAIRS):
        like = 1 if (number + k) % 2 else -1
        course = "one way" if (number // 2 + k) % PAIR_BACK_TURN else "there and back"
        names = (f"{_name(first, sign)}+{_name(second, sign * like)}" for sign in (1, -1))
        deck += [CameraWish(name, course) for name in names]
    deck += [CameraWish(name, "there and back") for name in plain]
    # One of the two signs each: to and fro starts either way by turns.
    deck += [CameraWish(plain[k + (number + k // 2) % 2], "to and fro") for k in range(0, len(plain), 2)]
    deck = [replace(wish, in_hand=(k + number) % HAND_EVERY == 0) for k, wish in enumerate(deck)]
    still = [CameraWish("static")] * STATIC_SLOTS
    return (*still, *[CameraWish("hand_held", in_hand=True)] * HAND_SLOTS, *deck)


def dealt_wish(seed: int, index: int) -> CameraWish:
    """Camera of scene `index`: decks shuffled per seed, so that all kinds come evenly."""
    size = len(camera_deck(0))
    number, place = divmod(index, size)
    rng = generator(seed, "simulator", "camera deck", number)
    return camera_deck(number)[int(rng.permutation(size)[place])]


def draw_view(
    rng: np.random.Generator, elevations: tuple[tuple[float, float], ...] = VIEWS
) -> NominalView:
    """Draw where the camera stands in the middle of its path; its elevation from one of the ranges."""
    elevation = elevations[int(rng.integers(len(elevations)))]
    return NominalView(
        focus=(float(rng.uniform(-0.5, 0.5)), float(rng.uniform(-0.5, 0.5)),
               float(rng.uniform(0.35, 0.6))),
        distance=float(rng.uniform(*DISTANCES)),
        heading=float(rng.uniform(-np.pi, np.pi)),
        elevation=float(np.deg2rad(rng.uniform(*elevation))),
        focal=float(rng.uniform(*FOCALS)),
    )


def resting_camera(view: NominalView) -> CameraSpec:
    """A camera that stays at the nominal view."""
    return CameraSpec(
        "static", view.position, view.heading, view.elevation, view.focal, view.focus, -1, ()
    )


def draw_camera(
    rng: np.random.Generator, view: NominalView, wish: CameraWish, depth: float
) -> CameraSpec | None:
    """Draw amounts and profile of a wished camera around a nominal view.

    `depth` is the scene's L in metres. None when the path would go below `LOWEST`.
    """
    camera = resting_camera(view)
    if wish.in_hand:
        kinds = [SINGLES[name][0] for name in wish.name.split("+") if name in SINGLES]
        camera = replace(camera, hand=draw_hand(rng, walks=any(kind in WALKING for kind in kinds)))
    if wish.name in ("static", "hand_held"):
        return replace(camera, name=wish.name)
    signs = [SINGLES[name] for name in wish.name.split("+")]
    profile = str(rng.choice(ONE_WAY))
    if wish.course == "to and fro":
        profile = str(rng.choice(TO_AND_FRO))
    elif wish.course == "there and back":
        profile = THERE_AND_BACK
    turning_point = float(rng.uniform(0.42, 0.58))
    components = []
    for kind, sign in signs:
        amount = sign * _amount(rng, kind, depth, short=len(signs) > 1 or profile in TO_AND_FRO)
        components.append(CameraComponent(kind, amount, profile, turning_point))
        camera = _step_back(camera, kind, amount)
    camera = replace(camera, name=wish.name, components=tuple(components))
    fallen = sum(min(part.amount, 0.0) for part in components if part.kind == "pedestal")
    return camera if camera.position[2] + fallen >= LOWEST else None


def draw_hand(rng: np.random.Generator, *, walks: bool) -> HandSpec:
    """How a hand trembles, with the bob of steps when it walks."""
    x, y, z, pan, tilt, roll = (float(phase) for phase in rng.uniform(0, 1, 6))
    return HandSpec(
        shift=float(rng.uniform(*HAND_SHIFT)),
        turn=float(np.deg2rad(rng.uniform(*HAND_TURN))),
        bob=float(rng.uniform(*HAND_BOB)) if walks else 0.0,
        steps=float(rng.uniform(*STEPS)),
        phases=(x, y, z, pan, tilt, roll),
    )


def _amount(rng: np.random.Generator, kind: str, depth: float, *, short: bool) -> float:
    if kind in ("follow", "track"):
        return 0.0
    if kind == "orbit":
        wide = rng.random() < WIDE_ORBIT_SHARE
        return float(np.deg2rad(rng.uniform(*ORBIT_DEGREES[int(wide)])))
    low, high = (SHORT_AMOUNTS if short else AMOUNTS)[kind]
    drawn = float(rng.uniform(low, high))
    return drawn * depth if kind in ("dolly", "truck", "pedestal") else float(np.deg2rad(drawn))


def _step_back(camera: CameraSpec, kind: str, amount: float) -> CameraSpec:
    """Start half the way before the nominal view, so that the path's middle looks at the scene."""
    half = amount / 2
    if kind == "pan":
        return replace(camera, heading=camera.heading + half)
    if kind == "tilt":
        return replace(camera, elevation=camera.elevation - half)
    if kind == "orbit":
        arm = np.asarray(camera.position) - np.asarray(camera.focus)
        c, s = np.cos(half), -np.sin(half)
        turned = np.array([c * arm[0] - s * arm[1], s * arm[0] + c * arm[1], arm[2]])
        at = np.asarray(camera.focus) + turned
        position = (float(at[0]), float(at[1]), float(at[2]))
        return replace(camera, position=position, heading=camera.heading - half)
    if kind in ("dolly", "truck", "pedestal"):
        forward, right = heading_vectors(camera.heading)
        axis = {"dolly": forward, "truck": right, "pedestal": np.array([0.0, 0.0, 1.0])}[kind]
        at = np.asarray(camera.position) - half * axis
        at[2] = max(at[2], LOWEST)
        return replace(camera, position=(float(at[0]), float(at[1]), float(at[2])))
    return camera


def _name(kind: str, sign: int) -> str:
    """Name of a component with its direction, e.g. ``pan_left``."""
    return next(name for name, single in SINGLES.items() if single == (kind, sign))
