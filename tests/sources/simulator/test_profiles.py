"""Progress along a path: where each profile is at the start, the turn and the end."""

import numpy as np
import pytest

from fourdp_qa.sources.simulator.profiles import PROFILES, progress, swing

S = np.linspace(0, 1, 101)


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_starts_at_zero_and_stays_within_its_path(profile: str) -> None:
    u = progress(profile, 0.5, S)
    assert u[0] == 0
    assert u.min() >= 0
    assert u.max() <= 1 + 1e-12


@pytest.mark.parametrize("profile", ["constant", "eased", "stop_and_go"])
def test_a_one_way_profile_never_turns_and_arrives(profile: str) -> None:
    u = progress(profile, 0.5, S)
    assert np.all(np.diff(u) >= 0)
    assert u[-1] == pytest.approx(1)


def test_there_and_back_turns_once_at_its_turning_point() -> None:
    u = progress("there_and_back", 0.4, S)
    assert S[np.argmax(u)] == pytest.approx(0.4)
    assert u.max() == pytest.approx(1)
    assert u[-1] == pytest.approx(0)
    assert np.all(np.diff(u)[:40] >= 0)
    assert np.all(np.diff(u)[40:] <= 0)


def test_stop_and_go_stands_still_in_the_middle() -> None:
    assert np.ptp(progress("stop_and_go", 0.5, np.linspace(0.4, 0.6, 20))) < 1e-12


@pytest.mark.parametrize(("profile", "legs"), [("there_back_there", 3), ("there_and_back_twice", 4)])
def test_to_and_fro_has_legs_of_equal_time_over_the_whole_path(profile: str, legs: int) -> None:
    ends = progress(profile, 0.5, np.arange(legs + 1) / legs)
    assert ends == pytest.approx(np.arange(legs + 1) % 2, abs=1e-12)
    slopes = np.sign(np.diff(progress(profile, 0.5, np.linspace(0, 1, 40 * legs + 1))))
    assert np.all(slopes.reshape(legs, 40) == np.array([[1], [-1], [1], [-1]])[:legs])


def test_a_swing_of_one_leg_goes_over_once() -> None:
    assert np.all(np.diff(swing(S, 1)) > 0)
    assert swing(np.array([0.0, 1.0]), 1) == pytest.approx([0, 1])


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(ValueError, match="wobbly"):
        progress("wobbly", 0.5, S)
