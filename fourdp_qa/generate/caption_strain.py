"""What captions would tell if a candidate were asked now, kept up to date for all candidates of one type.

`CaptionBalance` answers the same for one question. Here a question that is asked changes only the candidates
that name one of its words, so that the best of a hundred thousand is found at every step. Where only the next
120 were looked at, 18,000 simulated scenes gave a quarter of the questions about depth that 800 had promised:
the more scenes, the smaller the part that was seen before every candidate waited for some word.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.caption_balance import Word, tally, tells
from fourdp_qa.scene.pose import Floats

Numbers = NDArray[np.int32]

OVERSHOOT: Final = 0.5
"""Of the square of what a question adds to a word, counted beside what it makes up for. Of four options the
truth would be the one most like the others with all of it, since shared words add less, and the odd one out
with none.
"""

NONE: Final = np.zeros(0, dtype=np.int32)


class CaptionStrain:
    """Captions of N candidates, of which some have been asked.

    A kind is a word with how often it is true, and by luck would be, in one question; most words have two.

    Parameters
    ----------
    asks : the candidates.
    slack, slack_share : as of `CaptionBalance`.

    Attributes
    ----------
    strain : (N,) how much further each would bring the words it names, all together, from what luck makes
        true; below 0 when it makes up for others.
    hindered : (N,) whether it would bring one of them beyond the slack.
    """

    def __init__(self, asks: Sequence[Ask], slack: float, slack_share: float) -> None:
        self._slack, self._share = slack, slack_share
        words: dict[Word, int] = {}
        kinds: dict[tuple[int, int, float], int] = {}
        found, ends = array("i"), array("q", [0])  # lists would take ten times more
        for ask in asks:
            for word, (true, due) in tally(ask.format, ask.said).items():
                key = (words.setdefault(word, len(words)), true, due)
                found.append(kinds.setdefault(key, len(kinds)))
            ends.append(len(found))
        self._kinds: Numbers = np.array(found, dtype=np.int32)
        self._ends = np.array(ends, dtype=np.int64)
        self._word = np.array([word for word, _, _ in kinds], dtype=np.int32)
        self._due = np.array([due for _, _, due in kinds], dtype=np.float64)
        self._amount = np.array([true - due for _, true, due in kinds], dtype=np.float64)
        self._naming = self._candidates_of_kinds()
        self._of_word: defaultdict[int, list[int]] = defaultdict(list)
        for kind, word in enumerate(self._word.tolist()):
            self._of_word[word].append(kind)
        self._lean, self._said = np.zeros(len(words)), np.zeros(len(words))
        self._blocked = np.zeros(len(kinds), dtype=np.bool_)
        self._blocks = np.zeros(len(asks), dtype=np.int16)
        self.strain: Floats = np.zeros(len(asks))
        for kind, named in enumerate(self._naming):
            self.strain[named] += OVERSHOOT * self._amount[kind] ** 2
        self._block(np.arange(len(kinds)))

    def _candidates_of_kinds(self) -> list[Numbers]:
        """For each kind the candidates that have it."""
        candidate = np.repeat(np.arange(len(self._ends) - 1, dtype=np.int32), np.diff(self._ends))
        order = np.argsort(self._kinds, kind="stable")
        counts = np.bincount(self._kinds, minlength=len(self._word))
        return np.split(candidate[order], np.cumsum(counts)[:-1]) if len(counts) else []

    @property
    def hindered(self) -> NDArray[np.bool_]:
        """(N,) whether it would bring a word beyond the slack."""
        return self._blocks > 0

    def hindered_among(self, candidates: NDArray[Any]) -> NDArray[np.bool_]:
        """The same for some of them."""
        return self._blocks[candidates] > 0

    def add(self, candidate: int) -> Numbers:
        """Count a candidate that is asked; gives those that became hindered or free, some of them twice."""
        mine = self._kinds[self._ends[candidate]:self._ends[candidate + 1]]
        if not len(mine):
            return NONE
        words = self._word[mine]
        self._lean[words] += self._amount[mine]
        self._said[words] += self._due[mine]
        touched: list[int] = []
        for word, amount in zip(words.tolist(), self._amount[mine].tolist(), strict=True):
            for kind in self._of_word[word]:
                self.strain[self._naming[kind]] += 2 * amount * self._amount[kind]
            touched += self._of_word[word]
        return self._block(np.array(touched))

    def _block(self, kinds: NDArray[np.int64]) -> Numbers:
        """Look again whether some kinds tell too much; gives the candidates for which that changed."""
        word = self._word[kinds]
        blocked = tells(self._lean[word], self._said[word], self._amount[kinds], self._due[kinds],
                        self._slack, self._share)
        changed = []
        for kind in kinds[blocked != self._blocked[kinds]].tolist():
            named = self._naming[kind]
            before = self._blocks[named] > 0
            self._blocked[kind] = not self._blocked[kind]
            self._blocks[named] += 1 if self._blocked[kind] else -1
            changed.append(named[before != (self._blocks[named] > 0)])
        return np.concatenate(changed) if changed else NONE
