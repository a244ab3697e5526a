"""From a quantity over time to a verdict, with numbers that can be checked by head."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.questions.verdicts import (
    PRESENT,
    Verdict,
    band_beside,
    judge_series,
    opposite,
    turning_points,
)

LIMITS = thresholds_for("default").series
LO, HI = 1.0, 4.0


def through(*corners, frames=61):
    """A path of straight pieces through equally spaced corners."""
    return np.interp(np.linspace(0, len(corners) - 1, frames), range(len(corners)), corners)


def verdict(*corners, frames=61):
    return judge_series(through(*corners, frames=frames), LO, HI, LIMITS).verdict


def test_a_path_that_ends_above_hi_is_present_with_its_sign():
    up = judge_series(through(0, 5.5), LO, HI, LIMITS)
    assert (up.verdict, up.value, up.extent, up.turn) == (Verdict.PLUS, 5.5, 5.5, None)
    assert up.margin == pytest.approx(0.5)  # (5.5 - 4) / (4 - 1)
    assert verdict(0, -5.5) == Verdict.MINUS


def test_a_path_that_stays_within_lo_is_absent():
    still = judge_series(through(0, 0.25, -0.25), LO, HI, LIMITS)
    assert still.verdict == Verdict.ABSENT
    assert still.margin == pytest.approx(0.5 / 3)  # (1 - 0.5) / (4 - 1)


def test_the_thresholds_themselves_belong_to_the_labels():
    assert verdict(0, HI) == Verdict.PLUS
    assert verdict(0, LO) == Verdict.ABSENT
    assert verdict(0, HI - 0.01) == Verdict.UNDECIDED
    assert verdict(0, LO + 0.01) == Verdict.UNDECIDED


def test_undecided_has_no_margin():
    assert judge_series(through(0, 2.5), LO, HI, LIMITS).margin == 0


def test_out_and_back_is_not_absent():
    assert verdict(0, 2.5, 0) == Verdict.UNDECIDED  # the extent counts, not where it ends
    assert verdict(0, 5, 0) == Verdict.PLUS_MINUS


def test_two_full_legs_are_a_reversal_with_its_turn():
    there_and_back = judge_series(through(0, 5, -1), LO, HI, LIMITS)
    assert (there_and_back.verdict, there_and_back.turn) == (Verdict.PLUS_MINUS, 30)
    assert there_and_back.margin == pytest.approx(1 / 3)  # the smaller leg: (5 - 4) / 3
    assert verdict(0, -5, 1) == Verdict.MINUS_PLUS


def test_a_leg_below_hi_is_no_leg_of_a_reversal():
    assert verdict(0, 3.9, 0) == Verdict.UNDECIDED
    assert verdict(0, 5, 1.2) == Verdict.UNDECIDED


@pytest.mark.parametrize(("turn", "expected"), [
    (2, Verdict.UNDECIDED), (4, Verdict.PLUS_MINUS), (36, Verdict.PLUS_MINUS),
    (38, Verdict.UNDECIDED),
])
def test_a_turn_in_the_first_or_last_tenth_is_a_hesitation(turn, expected):
    q = np.interp(np.arange(41), [0, turn, 40], [0, 5, 0])
    assert judge_series(q, LO, HI, LIMITS).verdict == expected


def test_three_full_legs_are_inconsistent_even_when_they_end_far_away():
    assert verdict(0, 5, 0, 5) == Verdict.INCONSISTENT
    assert verdict(0, -5, 5, -5, 5) == Verdict.INCONSISTENT


def test_three_legs_of_which_one_is_small_are_undecided():
    assert verdict(0, 6, 3, 9) == Verdict.UNDECIDED


@pytest.mark.parametrize(("back", "expected"), [(1.4, Verdict.PLUS), (1.6, Verdict.UNDECIDED)])
def test_a_motion_may_swing_back_by_fifteen_percent_of_its_extent(back, expected):
    assert verdict(0, 10, 10 - back, 10) == expected


def test_a_path_with_a_hole_is_undecided():
    q = through(0, 5)
    q[7] = np.nan
    hole = judge_series(q, LO, HI, LIMITS)
    assert hole.verdict == Verdict.UNDECIDED
    assert np.isnan(hole.value)


def test_beside_a_larger_component_the_band_grows():
    assert band_beside([10.0, 1.0, 0.0], 0.5, 2.0, LIMITS) == (1.5, 4.0)
    assert band_beside([1.0, 0.2], 0.5, 2.0, LIMITS) == (0.5, 2.0)


def test_opposite_of_the_verdicts():
    pairs = {"+": "-", "+-": "-+", "absent": "absent", "inconsistent": "inconsistent"}
    for one, other in pairs.items():
        assert opposite(Verdict(one)) == other
        assert opposite(Verdict(other)) == one


paths = arrays(np.float64, st.integers(2, 40), elements=st.integers(-50, 50).map(float))


@given(q=paths, hysteresis=st.integers(1, 30))
def test_legs_alternate_exceed_the_hysteresis_and_hold_the_extremes(q, hysteresis):
    points = turning_points(q, hysteresis)
    legs = np.diff(q[points])
    if q.max() - q.min() <= hysteresis:
        assert points == [0, len(q) - 1]
        return
    assert all(a < b for a, b in pairwise(points))
    assert (np.abs(legs) > hysteresis).all()
    assert (np.sign(legs[1:]) == -np.sign(legs[:-1])).all()
    assert {q.max(), q.min()} <= set(q[points])


@given(q=paths, hysteresis=st.integers(1, 30))
def test_a_path_has_the_same_legs_backwards(q, hysteresis):
    legs = np.diff(q[turning_points(q, hysteresis)])
    back = np.diff(q[::-1][turning_points(q[::-1], hysteresis)])
    np.testing.assert_array_equal(legs, -back[::-1])


@given(q=paths, lo=st.integers(1, 8), band=st.integers(1, 20))
def test_the_negated_path_has_the_opposite_verdict(q, lo, band):
    forth, back = (judge_series(s * q, lo, lo + band, LIMITS) for s in (1, -1))
    assert back.verdict == opposite(forth.verdict)
    assert back.margin == forth.margin


@given(q=paths, lo=st.integers(1, 8), band=st.integers(1, 20))
def test_a_margin_is_given_exactly_where_there_is_a_verdict(q, lo, band):
    judged = judge_series(q, lo, lo + band, LIMITS)
    assert judged.margin >= 0
    if judged.verdict in PRESENT:
        assert judged.extent >= judged.hi
    if judged.verdict == Verdict.ABSENT:
        assert judged.extent <= judged.lo
