"""Patterns: what they draw, and that those around an axis show how a thing turns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.scene.pose import Floats
from fourdp_qa.sources.simulator.materials import (
    BRICKS,
    CHECKS,
    DOTS,
    PATTERN_NUMBERS,
    SECTORS,
    SOLID,
    STRIPES,
)
from fourdp_qa.sources.simulator.patterns import SECTOR_COUNT, draw_pattern

BASE, SECOND = (0.70, 0.05, 0.05), (0.05, 0.10, 0.70)


def drawn(pattern: int, points: Floats, normals: Floats) -> Floats:
    """Colours (P, 3) at points (P, 3) with unit normals (P, 3)."""
    columns = [np.repeat(np.array(c, np.float32)[:, None], len(points), axis=1) for c in (BASE, SECOND)]
    out = draw_pattern(pattern, points.T.astype(np.float32), normals.T.astype(np.float32), *columns)
    return np.asarray(out.T)


def on_a_drum(rng: np.random.Generator, count: int = 3000) -> tuple[Floats, Floats]:
    angle = rng.uniform(-np.pi, np.pi, count)
    normals = np.stack([np.cos(angle), np.sin(angle), np.zeros(count)], axis=1)
    return normals * (0.25, 0.25, 0) + rng.uniform(-0.3, 0.3, (count, 1)) * (0, 0, 1), normals


def on_a_wall(rng: np.random.Generator, count: int = 3000) -> tuple[Floats, Floats]:
    points = np.column_stack([np.full(count, 0.3), rng.uniform(-0.4, 0.4, (count, 2))])
    return points, np.tile([1.0, 0.0, 0.0], (count, 1))


def is_base(colours: Floats) -> Floats:
    return np.asarray(np.abs(colours - BASE).max(axis=1) < 1e-4)


@pytest.mark.parametrize("name", [n for n, number in PATTERN_NUMBERS.items() if number != SOLID])
def test_a_pattern_varies_and_stays_a_colour(name: str) -> None:
    drum, wall = on_a_drum(np.random.default_rng(1)), on_a_wall(np.random.default_rng(1))
    # Houses are larger than toys, and so are their windows.
    points, normals = np.concatenate([drum[0], 5 * wall[0]]), np.concatenate([drum[1], wall[1]])
    colours = drawn(PATTERN_NUMBERS[name], points, normals)
    assert np.isfinite(colours).all()
    assert colours.min() >= 0 and colours.max() <= 1.3
    assert colours.std(axis=0).max() > 0.02


def test_an_unknown_pattern_is_refused() -> None:
    with pytest.raises(ValueError, match="no pattern 99"):
        drawn(99, *on_a_drum(np.random.default_rng(1)))


@pytest.mark.parametrize("pattern", [SECTORS, STRIPES])
@given(seed=st.integers(0, 1000))
def test_half_a_period_further_the_two_colours_change_places(pattern: int, seed: int) -> None:
    points, normals = on_a_drum(np.random.default_rng(seed), 200)
    angle = 2 * np.pi / SECTOR_COUNT
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    before = is_base(drawn(pattern, points, normals))
    after = is_base(drawn(pattern, points @ turn.T, normals @ turn.T))
    # Points within a rounding error of an edge may fall on either side.
    assert np.mean(before != after) > 0.97


def test_stripes_slant_so_that_a_lift_moves_them_too() -> None:
    points, normals = on_a_drum(np.random.default_rng(2))
    changed = is_base(drawn(STRIPES, points, normals)) != is_base(
        drawn(STRIPES, points + np.array([0, 0, 0.1]), normals))
    assert 0.2 < changed.mean() < 0.4


@pytest.mark.parametrize(("pattern", "least", "most"), [(DOTS, 0.55, 0.85), (CHECKS, 0.42, 0.58)])
def test_both_colours_take_a_good_share(pattern: int, least: float, most: float) -> None:
    place = on_a_drum if pattern == DOTS else on_a_wall
    assert least < is_base(drawn(pattern, *place(np.random.default_rng(3)))).mean() < most


def test_dots_are_as_high_as_wide() -> None:
    """On a fine grid of an unrolled drum the largest runs of dot colour agree in metres."""
    z, arc = np.meshgrid(np.linspace(-0.3, 0.3, 400), np.linspace(-0.6, 0.6, 800), indexing="ij")
    angle = arc.reshape(-1) / 0.25
    normals = np.stack([np.cos(angle), np.sin(angle), np.zeros(angle.size)], axis=1)
    points = normals * 0.25
    points[:, 2] = z.reshape(-1)
    dot = ~is_base(drawn(DOTS, points, normals)).reshape(z.shape)
    assert longest_run(dot) * 0.6 / 400 == pytest.approx(0.084, abs=0.006)
    assert longest_run(dot.T) * 1.2 / 800 == pytest.approx(0.084, abs=0.006)


def test_bricks_have_joints_on_walls_and_none_on_what_lies_flat() -> None:
    points, normals = on_a_wall(np.random.default_rng(4))
    joints = np.abs(drawn(BRICKS, points, normals) - SECOND).max(axis=1) < 1e-4
    assert 0.1 < joints.mean() < 0.35
    flat = drawn(BRICKS, points, np.tile([0.0, 0.0, 1.0], (len(points), 1)))
    assert not (np.abs(flat - SECOND).max(axis=1) < 1e-4).any()


def longest_run(dots: Floats) -> int:
    """Most True values in a row down any column."""
    run, longest = np.zeros(dots.shape[1], dtype=int), 0
    for row in dots:
        run = np.where(row, run + 1, 0)
        longest = max(longest, int(run.max()))
    return longest
