"""Colours that can be told apart, and finishes that shine differently."""

from itertools import combinations

import numpy as np
import pytest

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.catalogue import OBJECT_KINDS
from fourdp_qa.sources.simulator.materials import (
    colour_names,
    material,
    may_be_confused,
    named_colour,
)

FAR_APART = 40.0
"""CIELAB distance; the nearest pair that is allowed, white and turquoise, is at 43."""
XYZ_FROM_RGB = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: tuple[float, float, float]) -> Floats:
    """CIELAB under D65 of linear RGB."""
    share = XYZ_FROM_RGB @ np.array(colour) / (0.9505, 1.0, 1.089)
    x, y, z = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(
    ("one", "other"),
    [pair for pair in combinations(colour_names(), 2) if not may_be_confused(*pair)],
)
def test_colours_that_stand_side_by_side_are_far_apart(one: str, other: str) -> None:
    assert np.linalg.norm(lab(named_colour(one)) - lab(named_colour(other))) > FAR_APART


def test_close_colours_may_be_confused_and_far_ones_not() -> None:
    assert may_be_confused("red", "red")
    assert may_be_confused("red", "orange")
    assert may_be_confused("orange", "red")
    assert not may_be_confused("red", "blue")


def test_the_second_colour_is_the_wearers_own_or_a_darker_shade() -> None:
    ball = material(OBJECT_KINDS["ball"], "main", ("red", "blue"))
    assert (ball.colour, ball.second) == (named_colour("red"), named_colour("blue"))
    dog = material(OBJECT_KINDS["dog"], "second", ("pink",))
    assert dog.colour == pytest.approx(np.array(named_colour("pink")) * 0.55)


def test_a_plain_piece_takes_the_colour_without_the_pattern() -> None:
    body, handle = (material(OBJECT_KINDS["teapot"], slot, ("red",)) for slot in ("main", "plain"))
    assert handle.colour == body.colour
    assert (body.pattern != 0, handle.pattern) == (True, 0)


def test_cloth_is_matt_lacquer_glossy_and_metal_shines_broadly() -> None:
    def shine(name: str) -> tuple[float, float]:
        filled = material(OBJECT_KINDS[name], "main", ("red",))
        return filled.gloss, filled.sharpness

    cloth, lacquer, metal = shine("armchair"), shine("car"), shine("bucket")
    assert cloth[0] < 0.05 < lacquer[0]
    assert metal[0] > lacquer[0] and metal[1] < lacquer[1]
