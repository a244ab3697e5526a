"""Candidates that are drawn first say of every word what luck would make true."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.caption_balance import Said
from fourdp_qa.generate.caption_pool import SHARE, drawn_for_balance
from fourdp_qa.generate.lanes import MisleadingGoals


def asked(number: int, said: tuple[Said, ...], misled_by: frozenset[str] = frozenset()) -> Ask:
    holds = said[0].holds if said else number % 2 == 0
    return Ask(
        number, 0, "depth", "yes_no", "pair", f"s{number}", "nearer:+", "Yes" if holds else "No", 1, 0.5,
        "none", False, f"s{number}", f"{number:06x}", said, misled_by)


def compared(number: int, nearer: str, farther: str, says_so: bool, **cues: frozenset[str]) -> Ask:
    first, second = (nearer, farther) if says_so else (farther, nearer)
    return asked(number, (Said("wins", first, says_so), Said("loses", second, says_so)), **cues)


def scenes(count: int, seed: int = 0) -> list[Ask]:
    """Cups are nearer than mugs in 7 of 10 pairs, and a house is behind everything."""
    rng = np.random.default_rng(seed)
    asks = []
    for number in range(count):
        before_house, usual, says_so = rng.random(3) < (0.3, 0.7, 0.5)
        pair = ("cup", "house") if before_house else ("cup", "mug") if usual else ("mug", "cup")
        asks.append(compared(number, *pair, says_so=bool(says_so)))
    return asks


def shares_true(asks: list[Ask]) -> dict[tuple[str, str], float]:
    """How often what is said of each word is so, by role."""
    true: Counter[tuple[str, str]] = Counter()
    said: Counter[tuple[str, str]] = Counter()
    for ask in asks:
        for one in ask.said:
            true[one.role, one.caption] += one.holds
            said[one.role, one.caption] += 1
    return {key: true[key] / said[key] for key in said}


def drawn(asks: list[Ask], goals: dict[str, MisleadingGoals] | None = None, seed: int = 1) -> list[Ask]:
    first = drawn_for_balance(asks, goals or {}, np.random.default_rng(seed).random(len(asks)))
    return [ask for ask, is_first in zip(asks, first, strict=True) if is_first]


def test_what_leans_among_the_candidates_is_even_among_those_drawn():
    asks = scenes(6000)
    before, after = shares_true(asks), shares_true(drawn(asks))
    assert before["wins", "cup"] > 0.75 and before["loses", "mug"] > 0.65
    for role in ("wins", "loses"):
        assert after[role, "cup"] == pytest.approx(0.5, abs=0.05)
        assert after[role, "mug"] == pytest.approx(0.5, abs=0.05)


def test_what_never_wins_is_hardly_drawn():
    asks = scenes(6000)
    house = [sum(any(s.caption == "house" for s in a.said) for a in some) / len(some)
             for some in (asks, drawn(asks))]
    assert house[0] > 0.25 and house[1] < 0.02


def test_even_candidates_are_drawn_by_lot():
    orders = ("cup", "mug"), ("mug", "cup")
    asks = [compared(n, *orders[n % 2], says_so=n % 4 < 2) for n in range(2000)]
    assert len(drawn(asks)) == pytest.approx(SHARE * 2000, rel=0.1)


def test_candidates_whose_captions_say_nothing_are_all_first():
    asks = [asked(n, ()) for n in range(50)]
    assert drawn(asks) == asks


def test_evenness_is_that_of_the_shares_in_which_cues_will_be_taken():
    """Pairs that mislead are rare, and in them the mug is nearer: taken as often as the others, they make
    up for what the others lean.
    """
    misled = frozenset({"size"})
    asks = [compared(n, "mug", "cup", n % 2 == 0, misled_by=misled) if n % 10 < 2 else
            compared(n, "cup", "mug", n % 2 == 0) for n in range(4000)]
    kept = drawn(asks, {"size": MisleadingGoals(goal=0.5, floor=0.4, start=0)})
    by_cue = Counter(ask.misled_by for ask in kept)
    all_by_cue = Counter(ask.misled_by for ask in asks)
    shares = {cue: by_cue[cue] / all_by_cue[cue] for cue in all_by_cue}
    assert shares[misled] == pytest.approx(shares[frozenset()], abs=0.08)
    without = Counter(ask.misled_by for ask in drawn(asks))
    assert without[misled] / 800 > 2 * without[frozenset()] / 3200
