"""Shadows fall where something is in the way; contacts are darker than open ground."""

from collections.abc import Callable

import numpy as np
import pytest

from fourdp_qa.scene.pose import make_pose
from fourdp_qa.sources.simulator.catalogue import mesh_of
from fourdp_qa.sources.simulator.shadows import Look, Shadows

UP = np.array([[0.0], [0.0], [1.0]], dtype=np.float32)


@pytest.fixture
def crates() -> Callable[..., Shadows]:
    """A crate at rest in the middle and one that moves at x = 3, or other kinds in the middle."""

    def make(kind: str = "crate", unit: float = 1.0) -> Shadows:
        looks = [Look(kind, ("red",), unit, False, False), Look("crate", ("red",), unit, True, False)]
        shadows = Shadows(looks, 0.5 * unit)
        height = mesh_of(kind).size[2] / 2
        centres = np.array([[0, 0, height], [3, 0, mesh_of("crate").size[2] / 2]]) * unit
        shadows.place(make_pose(np.tile(np.eye(3), (2, 1, 1)), centres))
        return shadows

    return make


def test_what_stands_and_what_moves_cast_shadows(crates: Callable[..., Shadows]) -> None:
    start = np.array([[-0.5, 0, 0.01], [2.5, 0, 0.01], [1.5, 0, 0.01]], dtype=np.float32)
    way = np.array([[0.8], [0.0], [0.6]], dtype=np.float32)
    assert crates().blocked(start, way).tolist() == [True, True, False]
    # A lamp to the other side of the last point: each point has a way of its own.
    each = np.repeat(way, 3, axis=1)
    each[0, 1:] *= -1
    start[2, 0] = 3.5
    assert crates().blocked(start, each).tolist() == [True, False, True]


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("unit", [1.0, 0.2])
def test_the_foot_of_a_crate_is_darker_than_open_ground_at_any_scale(
    crates: Callable[..., Shadows], unit: float, count: int
) -> None:
    places = np.array([[0.3, 0, 0.003], [0.6, 0, 0.003], [1.5, 0, 0.003]]) * unit
    shares = []
    for turn in np.linspace(0, 2 * np.pi, 16, endpoint=False):
        phase = np.full(3, turn, dtype=np.float32)
        shares.append(crates(unit=unit).sky_share(
            places.astype(np.float32), np.repeat(UP, 3, axis=1), phase, count))
    foot, near, away = np.mean(shares, axis=0)
    assert foot < 0.8
    assert foot < near <= away == pytest.approx(1.0)


def test_the_walls_of_a_room_keep_no_light_out(crates: Callable[..., Shadows]) -> None:
    start = np.array([[1.5, 1.5, 0.01]], dtype=np.float32)
    assert not crates("cream_room").blocked(start, UP).any()
    assert crates("table_top").blocked(np.array([[0.2, 0.2, 0.01]], dtype=np.float32), UP).all()
