"""What a scene is asked to be: dealt per scene from shuffled decks, so that every kind comes evenly.

A random draw would leave balance to chance; a deck of cards gives it by construction. Who wants one
scene of a certain kind passes a `Wish` to `sampling.sample_scene`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from fourdp_qa.randomness import generator
from fourdp_qa.sources.simulator.camera_plans import CameraWish, dealt_wish
from fourdp_qa.sources.simulator.lights import lights

Card = TypeVar("Card")

PLACE_CARDS: Final = {"paved square": 4, "street": 5, "lawn": 4, "room": 4, "table top": 3}
"""A street has lanes to keep to and gets one more; a table shows the least of the camera's motion."""
MOVER_CARDS: Final = {0: 3, 1: 6, 2: 12, 3: 14, 4: 10, 5: 5}
"""Mostly several movers, some scenes with one, a few quite still."""
OBJECT_CARDS: Final = {5: 1, 6: 1, 7: 1, 8: 1, 9: 1}
MOTION_CARDS: Final = {
    "drive": 15, "circle": 5, "slalom": 4, "sidestep": 8, "spin": 13, "push": 7, "carry": 15,
    "lift": 4, "fly": 5, "throw": 9, "roll": 8, "slide": 7,
}
"""The motion is dealt before the kind: otherwise motions that many kinds share crowd out the rest."""
COURSE_CARDS: Final = {"one way": 59, "there and back": 26, "to and fro": 15}
"""Of motions on a path; the physical ones never turn back, so three quarters of all go one way."""
HIDDEN_CARDS: Final = {True: 2, False: 8}
RAISED_CARDS: Final[dict[tuple[str, ...], int]] = {
    (): 5, ("stand",): 2, ("stand", "stand"): 3, ("stand", "hang"): 2, ("stand", "hover"): 2,
    ("hover", "hang"): 1, ("stand", "stand", "hover"): 1, ("stand", "stand", "hang"): 1,
}
"""More than half of the scenes have near things off the ground: without them the lower of two in the
picture is the nearer one in 97 of 100 pairs."""
LEAST_RESTING: Final = 2
"""Objects that stand still beside the movers: something must show what "still" looks like."""
MOST_MOVERS: Final = max(MOVER_CARDS)


@dataclass(frozen=True)
class Wish:
    """What one scene is to be.

    Attributes
    ----------
    place : str
        Name in environments.PLACES.
    light : str
        Name in lights.toml.
    camera : CameraWish
    objects, movers : int
        How many; the movers are among the objects.
    motions : tuple of str
        Names in motion_plans.MOTION_PLANS for the movers in turn. Where no thing has room to move so,
        another motion is drawn, unless `strict`.
    courses : tuple of str
        ``one way``, ``there and back`` or ``to and fro`` for the movers in turn; thrown, rolled and
        slid things, a slalom and a flight go one way all the same.
    hidden : bool
        Whether something that stands still is to hide a mover for a part of its path.
    raised : tuple of str
        How near things are off the ground, names in raising.WAYS; those that spin on the spot first,
        then those that stand still.
    strict : bool
        Whether a motion may not be replaced.
    """

    place: str
    light: str
    camera: CameraWish
    objects: int
    movers: int
    motions: tuple[str, ...]
    courses: tuple[str, ...]
    hidden: bool = False
    raised: tuple[str, ...] = ()
    strict: bool = False


def dealt(seed: int, index: int) -> Wish:
    """The wish for scene `index` of `seed`."""
    place = _card(seed, "place", index, PLACE_CARDS)
    bright = {n: round(100 * light.share) for n, light in lights().items() if place in light.places}
    movers = _card(seed, "movers", index, MOVER_CARDS)
    camera = dealt_wish(seed, index)
    if camera.name in ("follow", "track"):
        movers = max(movers, 1)
    # Near things on stands leave no room for what is to hide a mover.
    hidden = movers > 0 and _card(seed, "hidden", index, HIDDEN_CARDS)
    turns = range(index * MOST_MOVERS, (index + 1) * MOST_MOVERS)
    return Wish(
        place=place,
        light=_card(seed, f"light {place}", index, bright),
        camera=camera,
        objects=max(_card(seed, "objects", index, OBJECT_CARDS), movers + LEAST_RESTING),
        movers=movers,
        motions=tuple(_card(seed, "motion", turn, MOTION_CARDS) for turn in turns),
        courses=tuple(_card(seed, "course", turn, COURSE_CARDS) for turn in turns),
        hidden=hidden,
        raised=() if hidden else _card(seed, "raised", index, RAISED_CARDS),
    )


def _card(seed: int, concern: str, turn: int, cards: Mapping[Card, int]) -> Card:
    """Card number `turn` of an endless row of decks, each shuffled on its own."""
    deck = [card for card, times in cards.items() for _ in range(times)]
    number, place = divmod(turn, len(deck))
    order = generator(seed, "simulator", f"{concern} deck", number).permutation(len(deck))
    return deck[int(order[place])]
