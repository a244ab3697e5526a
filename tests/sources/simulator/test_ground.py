"""The ground under the objects: a road's markings and a room's rug, where they are said to be."""

import numpy as np
import pytest

from fourdp_qa.sources.simulator.ground import Ground
from fourdp_qa.sources.simulator.outdoors import LANES
from fourdp_qa.sources.simulator.spec import EnvironmentSpec, StageSpec
from fourdp_qa.sources.simulator.textures import GROUND_TEXTURES, ground_levels


def brightness(place: str, points: np.ndarray, depth: float = 4.0) -> np.ndarray:
    """Mean albedo at points (P, 2) on the ground, seen from straight above."""
    environment = EnvironmentSpec(
        place, 0.0, (0.3, 0.0), (), (0, 0, 1), 0.0, stage=StageSpec(half=(8.0, 3.5)))
    columns = np.vstack([points.T, np.zeros(len(points))]).astype(np.float32)
    view = np.tile(np.array([[0], [0], [1]], dtype=np.float32), (1, len(points)))
    return Ground(environment, 1 / 448).albedo(
        columns, view, np.full(len(points), depth, np.float32)).mean(axis=0)


def across(offset: float) -> np.ndarray:
    """Points along a road at a distance from its middle."""
    along = np.linspace(-20, 20, 2000)
    return np.stack([along, np.full_like(along, offset)], axis=1)


def test_lines_are_painted_between_lanes_and_not_in_them() -> None:
    middle = sum(LANES) / 2
    for lane in LANES:
        assert np.mean(brightness("street", across(lane)) > 0.4) < 0.12, "a zebra crossing alone"
    assert np.mean(brightness("street", across(2 * LANES[1] - middle)) > 0.4) > 0.8
    dashed = np.mean(brightness("street", across(middle)) > 0.4)
    assert 0.3 < dashed < 0.6


def test_a_line_far_away_is_paler_and_does_not_flicker() -> None:
    near, far = (brightness("street", across(2.4), depth) for depth in (4.0, 120.0))
    assert np.ptp(far) < 0.5 * np.ptp(near)


def test_a_rug_lies_in_the_middle_of_a_room_alone() -> None:
    points = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 2.0]])
    grass = brightness("lawn", points)
    assert np.all(grass > 0)
    environment = EnvironmentSpec("room", 0.0, (0.0, 0.0), (), (0, 0, 1), 0.0, texture="carpet")
    bare = EnvironmentSpec("table top", 0.0, (0.0, 0.0), (), (0, 0, 1), 0.0, texture="carpet")
    columns = np.vstack([points.T, np.zeros(3)]).astype(np.float32)
    view = np.tile(np.array([[0], [0], [1]], dtype=np.float32), (1, 3))
    colours = [Ground(e, 1 / 448).albedo(columns, view, np.full(3, 3.0, np.float32))
               for e in (environment, bare)]
    same = np.all(colours[0] == colours[1], axis=0)
    assert same.tolist() == [False, True, True]


@pytest.mark.parametrize("texture", GROUND_TEXTURES)
def test_textures_are_neither_black_nor_brighter_than_paint(texture: str) -> None:
    finest = ground_levels(texture)[0]
    assert 0.03 < finest.mean() < 1.0
    assert finest.max() <= 1.0
    assert finest.std() > 0.005
