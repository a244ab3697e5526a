"""The candidates of one type, in lanes: which may still be asked, and the best of them for captions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.caption_strain import CaptionStrain
from fourdp_qa.generate.composition import BalanceGoals

Numbers = NDArray[np.int64]


class Candidates:
    """N candidates in L lanes. A lane is what may stand for one another but for captions; in it, the first
    of equals is taken.

    Parameters
    ----------
    asks : the candidates, in the order in which equals are taken.
    lanes : (N,) lane of each, 0 to L - 1.
    per_segment : at most so many are taken from one segment.
    balance : how even captions must be.

    Attributes
    ----------
    left : reason -> candidates that can never be asked any more.
    """

    def __init__(
        self, asks: Sequence[Ask], lanes: Sequence[int], per_segment: int, balance: BalanceGoals
    ) -> None:
        self._asks, self._per_segment = asks, per_segment
        self._captions = CaptionStrain(asks, balance.caption_slack, balance.caption_slack_share)
        self._lane = np.array(lanes, dtype=np.int64)
        self._here = np.ones(len(asks), dtype=np.bool_)
        self._able = ~self._captions.hindered
        self._able_in = np.bincount(self._lane[self._able], minlength=max(lanes, default=-1) + 1)
        ends = np.cumsum(np.bincount(self._lane))[:-1]
        self._in_lane: list[Numbers] = np.split(np.argsort(self._lane, kind="stable"), ends)
        self._of_segment: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for number, ask in enumerate(asks):
            self._of_segment[ask.segment_key].append(number)
        self._taken: Counter[tuple[int, int]] = Counter()
        self.left: Counter[str] = Counter()

    def is_able(self, lane: int) -> bool:
        """Whether something in a lane may be asked now."""
        return bool(self._able_in[lane])

    def best_of(self, lanes: Iterable[tuple[float, int]]) -> int:
        """Number of the candidate with the highest score: its lane's, less what its captions would tell.

        Parameters
        ----------
        lanes : score and number of lanes, each with something that may be asked.
        """
        best, found = -np.inf, -1
        for wanted, lane in lanes:
            numbers = self._numbers_in(lane)
            strain = np.where(self._able[numbers], self._captions.strain[numbers], np.inf)
            first = int(strain.argmin())
            if wanted - strain[first] > best:
                best, found = float(wanted - strain[first]), int(numbers[first])
        return found

    def take(self, number: int) -> Ask:
        """Ask a candidate. With it go those that ask the same, and its segment's when that has enough."""
        ask = self._asks[number]
        self._leave([number])
        self._taken[ask.segment_key] += 1
        others = [n for n in self._of_segment[ask.segment_key] if self._here[n]]
        self._leave([n for n in others if _asks_the_same(self._asks[n], ask)],
                    "the same thing is asked in this segment already")
        if self._taken[ask.segment_key] >= self._per_segment:
            self._leave([n for n in others if self._here[n]],
                        "segment already has enough questions of this type")
        self._count(np.unique(self._captions.add(number)))
        return ask

    def waiting(self) -> tuple[int, int]:
        """How many could still be asked, and how many more if their captions did not tell the answer."""
        return int(self._able_in.sum()), int(np.count_nonzero(self._here & ~self._able))

    def _numbers_in(self, lane: int) -> Numbers:
        """Candidates of a lane; those that left it are forgotten now and then."""
        numbers = self._in_lane[lane]
        here = self._here[numbers]
        if 2 * np.count_nonzero(here) < len(here):
            self._in_lane[lane] = numbers = numbers[here]
        return numbers

    def _leave(self, numbers: list[int], reason: str = "") -> None:
        if reason and numbers:
            self.left[reason] += len(numbers)
        self._here[numbers] = False
        self._count(np.array(numbers, dtype=np.int64))

    def _count(self, numbers: NDArray[np.int64] | NDArray[np.int32]) -> None:
        """Look again whether some candidates may be asked."""
        able = self._here[numbers] & ~self._captions.hindered_among(numbers)
        change = able.astype(np.int64) - self._able[numbers]
        self._able[numbers] = able
        np.add.at(self._able_in, self._lane[numbers], change)


def _asks_the_same(one: Ask, other: Ask) -> bool:
    """Whether two candidates of a segment have one subject in one format, or are one question."""
    return one.hash == other.hash or (one.format, one.subject) == (other.format, other.subject)
