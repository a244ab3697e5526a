"""Decks deal every kind of scene as often as its cards say."""

from collections import Counter

import pytest

from fourdp_qa.sources.simulator.environments import PLACES
from fourdp_qa.sources.simulator.lights import lights
from fourdp_qa.sources.simulator.motion_plans import COURSE_SHARES, COURSES, MOTION_PLANS
from fourdp_qa.sources.simulator.wishes import (
    COURSE_CARDS,
    LEAST_RESTING,
    MOTION_CARDS,
    MOVER_CARDS,
    PLACE_CARDS,
    dealt,
)


def test_a_deck_of_places_deals_each_as_often_as_it_has_cards() -> None:
    size = sum(PLACE_CARDS.values())
    for first in (0, size):
        places = Counter(dealt(4, k).place for k in range(first, first + size))
        assert places == Counter(PLACE_CARDS)


def test_decks_are_shuffled_per_seed() -> None:
    assert [dealt(1, k) for k in range(40)] != [dealt(2, k) for k in range(40)]
    assert dealt(1, 7) == dealt(1, 7)


def test_motions_and_courses_come_as_often_as_they_have_cards() -> None:
    motions = Counter(name for k in range(20) for name in dealt(3, k).motions)
    courses = Counter(name for k in range(20) for name in dealt(3, k).courses)
    assert motions == Counter(MOTION_CARDS)
    assert courses == Counter(COURSE_CARDS)


def test_a_card_is_something_that_can_be_drawn() -> None:
    assert set(PLACE_CARDS) == set(PLACES)
    assert set(MOTION_CARDS) <= set(MOTION_PLANS)
    assert tuple(COURSE_CARDS) == COURSES
    assert [card / 100 for card in COURSE_CARDS.values()] == pytest.approx(COURSE_SHARES)


def test_a_scene_has_a_light_of_its_place_and_things_at_rest() -> None:
    for k in range(60):
        wish = dealt(8, k)
        assert wish.place in lights()[wish.light].places
        assert wish.objects >= wish.movers + LEAST_RESTING
        assert wish.movers <= max(MOVER_CARDS) <= len(wish.motions)
        assert not wish.hidden or wish.movers
        assert wish.movers or wish.camera.name not in ("follow", "track")


def test_every_light_comes_in_every_place_that_has_it() -> None:
    seen = {(wish.place, wish.light) for wish in (dealt(0, k) for k in range(300))}
    assert seen == {(place, name) for name, light in lights().items() for place in light.places}
