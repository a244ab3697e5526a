"""Which candidates, all of them asked, would leave nothing for captions to tell.

`CaptionBalance` keeps every word even while questions are taken one by one, and soon no question may follow
when the candidates themselves lean: what hangs on a wall is never the nearest. Here each candidate gets the
probability with which it would have to be asked so that whatever is said of any word is true as often as
luck makes it (the maximum-entropy solution, by Newton steps on its dual), and a lot decides. Those that are
drawn are looked at first.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.caption_balance import Word, tally
from fourdp_qa.generate.lanes import MisleadingGoals
from fourdp_qa.scene.pose import Floats

SHARE: Final = 0.25
"""Drawn where captions tell nothing: many times what a segment's room for questions lets in, and few enough
that those that make up for others stand out."""

STEPS: Final = 60
DAMPING: Final = 0.3
"""Of a Newton step that sees one word at a time: a question speaks of about eight."""

LARGEST: Final = 8.0
"""Bound of a word's price: what is always true of it is then asked about once in e^8."""

PRIOR: Final = 0.05
"""Added to a word's curvature: one that is hardly ever named moves slowly."""


@dataclass(frozen=True)
class _Leanings:
    """What each candidate adds to each word: (K,) candidate, word and how much more is true than by luck."""

    candidate: NDArray[np.int64]
    word: NDArray[np.int64]
    amount: Floats


def drawn_for_balance(
    asks: Sequence[Ask], goals: Mapping[str, MisleadingGoals], lots: Floats
) -> NDArray[np.bool_]:
    """(N,) which of N candidates of one type are looked at first.

    Parameters
    ----------
    asks : candidates.
    goals : cue -> its shares, in which candidates will be taken.
    lots : (N,) in [0, 1).
    """
    leanings = _leanings(asks)
    if not len(leanings.word):
        return np.ones(len(asks), dtype=np.bool_)
    return lots < _probabilities(leanings, _weights(asks, goals))


def _leanings(asks: Sequence[Ask]) -> _Leanings:
    words: dict[Word, int] = {}
    candidates, numbers, amounts = array("q"), array("q"), array("d")  # lists would take ten times more
    for candidate, ask in enumerate(asks):
        for word, (true, due) in tally(ask.format, ask.said).items():
            if true != due:
                candidates.append(candidate)
                numbers.append(words.setdefault(word, len(words)))
                amounts.append(true - due)
    return _Leanings(np.array(candidates, dtype=np.int64), np.array(numbers, dtype=np.int64),
                     np.array(amounts, dtype=np.float64))


def _weights(asks: Sequence[Ask], goals: Mapping[str, MisleadingGoals]) -> Floats:
    """(N,) how often each candidate will be taken, by its cues and its answer alone."""
    parts = [
        [(ask.format, ask.truth, cue, cue in ask.loud, cue in ask.misled_by) for cue in goals] for ask in asks
    ]
    counts = Counter(part for mine in parts for part in mine)
    weights = np.ones(len(asks))
    for number, mine in enumerate(parts):
        for answer_format, truth, cue, loud, misled in mine:
            goal = goals[cue].shares(answer_format)[0]
            both = [counts[answer_format, truth, cue, loud, m] for m in (False, True)]
            weights[number] *= (goal if misled else 1 - goal) * sum(both) / both[misled]
    answers: defaultdict[tuple[str, str], float] = defaultdict(float)
    for ask, weight in zip(asks, weights, strict=True):
        answers[ask.format, ask.truth] += weight
    return weights * [len(asks) / answers[ask.format, ask.truth] for ask in asks]


def _probabilities(leanings: _Leanings, weights: Floats) -> Floats:
    """(N,) with which candidates are asked, so that their weighted leanings cancel for every word."""
    count = int(leanings.word.max()) + 1
    price = np.zeros(count)
    share = np.full(len(weights), SHARE)
    for _ in range(STEPS):
        asked = weights * share
        slope = asked * (1 - share)
        gap = np.bincount(leanings.word, leanings.amount * asked[leanings.candidate], count)
        curve = np.bincount(leanings.word, leanings.amount**2 * slope[leanings.candidate], count)
        price = np.clip(price + DAMPING * gap / (curve + PRIOR), -LARGEST, LARGEST)
        cost = np.bincount(leanings.candidate, leanings.amount * price[leanings.word], len(weights))
        share = 1 / (1 + (1 - SHARE) / SHARE * np.exp(cost))
    return share
