"""All candidates at once are judged as each would be by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.caption_balance import CaptionBalance, Said, tally
from fourdp_qa.generate.caption_strain import OVERSHOOT, CaptionStrain

THINGS = ("red car", "blue car", "red mug", "old house", "tall old tree", "")


def ask(number: int, answer_format: str, said: tuple[Said, ...]) -> Ask:
    return Ask(number, 0, "depth", answer_format, "pair", f"s{number}", "nearer:+", "Yes", 1, 0.5, "none",
               False, f"s{number}", f"{number:06x}", said)


SAID = st.builds(Said, st.sampled_from(("wins", "loses")), st.sampled_from(THINGS), st.booleans())
QUESTIONS = st.lists(
    st.tuples(st.sampled_from(("yes_no", "multiple_choice")), st.lists(SAID, max_size=4).map(tuple)),
    min_size=1, max_size=30)


@given(QUESTIONS, st.data(), st.sampled_from([(2.0, 0.0), (0.5, 0.03), (1.0, 0.3)]))
@settings(max_examples=60, deadline=None)
def test_after_every_question_each_candidate_is_judged_as_by_itself(questions, data, slack):
    asks = [ask(n, *question) for n, question in enumerate(questions)]
    together, alone = CaptionStrain(asks, *slack), CaptionBalance(*slack)
    for _ in range(8):
        chosen = data.draw(st.integers(0, len(asks) - 1))
        before = together.hindered
        changed = together.add(chosen)
        alone.add(asks[chosen].format, asks[chosen].said)
        hindered = [not alone.admits(a.format, a.said) for a in asks]
        assert together.hindered.tolist() == hindered
        assert together.hindered_among(np.arange(len(asks))).tolist() == hindered
        assert set(np.flatnonzero(before != together.hindered).tolist()) <= set(changed.tolist())
        assert together.strain.tolist() == pytest.approx([by_hand(alone, a) for a in asks])


def by_hand(balance: CaptionBalance, candidate: Ask) -> float:
    return sum(
        OVERSHOOT * (true - due) ** 2 + 2 * (true - due) * balance.lean[word]
        for word, (true, due) in tally(candidate.format, candidate.said).items())


def test_what_makes_up_for_others_strains_less():
    loses = ask(0, "yes_no", (Said("wins", "house", False),))
    wins = ask(1, "yes_no", (Said("wins", "house", True),))
    other = ask(2, "multiple_choice", (Said("wins", "house", True),))
    captions = CaptionStrain([loses, wins, other], slack=9, slack_share=0)
    assert captions.strain[0] == captions.strain[1] == OVERSHOOT * 0.25
    for _ in range(3):
        captions.add(0)
    assert captions.strain[0] - captions.strain[1] == 2 * 1.5 * (0.5 + 0.5)
    assert captions.strain[2] == OVERSHOOT * 0.75**2  # formats are counted apart


def test_without_captions_nothing_is_hindered_and_nothing_strains():
    captions = CaptionStrain([ask(0, "track", ()), ask(1, "track", ())], slack=0, slack_share=0)
    assert not len(captions.add(0))
    assert not captions.hindered.any() and not captions.strain.any()
