"""Phase 2: choose which questions are asked. One process, deterministic from the seed.

Questions of a type are taken one by one; each step serves the format that is furthest behind its
share, in it the variant that is furthest behind, in it the group (claim or option set) with the
fewest rows, in it the truth with the fewest rows. So Yes and No stay even for every claim, and every
member of an option set is the truth equally often, which is what makes a set say nothing about its
answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.caption_balance import CaptionBalance, Word
from fourdp_qa.generate.caption_pool import drawn_for_balance
from fourdp_qa.generate.composition import Composition, TrackGoals
from fourdp_qa.generate.lanes import LaneChooser, Lanes
from fourdp_qa.questions.tracking import TRUE_MOTION
from fourdp_qa.randomness import generator, stable_hash

LOOKED_AT = 120
"""Questions of which the one is taken that best serves cues and captions. Taken as they came, 600 simulated
scenes gave 733 questions about depth before some word stood in the way of every other.
"""

LOOKED_AT_AGAIN = 8
"""Questions whose captions would tell the answer wait for the word that would; so many are looked at again
when something else was said of it. One such thing changes what a few may say, never what hundreds may.
"""


NOTHING_THERE = "No, nothing there"
"""Cell of false claims about something that is absent: its motion is in no other way either."""


@dataclass
class Selection:
    """Chosen questions and what was left behind.

    Attributes
    ----------
    chosen : in the order of their segments, then types, then hashes.
    left : "type: reason" -> number of candidates.
    """

    chosen: list[Ask]
    left: Counter[str]


def select(
    asks: Iterable[Ask], scene_ids: dict[int, str], seed: int, per_segment: int,
    per_type: int | None, composition: Composition, items: Mapping[str, int] | None = None,
) -> Selection:
    """Choose among all asks.

    Parameters
    ----------
    asks : candidates of all segments.
    scene_ids : shard -> scene id, which names its random numbers.
    seed : the user's seed.
    per_segment : at most this many rows of one type from one segment.
    per_type : rows of one type, on average (the composition may share them out otherwise); None for all.
    composition : shares and balance.
    items : type -> rows at most, instead of `per_type`; a type that is not listed gets none.
    """
    by_type: dict[str, list[Ask]] = defaultdict(list)
    for ask in asks:
        by_type[ask.question_type].append(ask)
    chosen: list[Ask] = []
    left: Counter[str] = Counter()
    for question_type in sorted(by_type):
        limit = items.get(question_type, 0) if items else composition.limit(question_type, per_type)
        picker = _TypePicker(
            question_type, by_type[question_type], scene_ids, seed, per_segment, limit, composition
        )
        chosen += picker.pick()
        left.update({f"{question_type}: {reason}": n for reason, n in picker.left.items()})
    chosen.sort(key=lambda a: (a.shard, a.number, a.question_type, a.hash))
    return Selection(chosen, left)


@dataclass
class _Group:
    """Candidates about one claim or option set, by cell: the truth, with "No" parted in two."""

    prefer: int
    waiting: dict[str, Lanes] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.taken.values())

    def count(self, truth: str) -> int:
        """Rows with this truth."""
        return sum(n for cell, n in self.taken.items() if _truth(cell) == truth)

    def smallest(self, members: int) -> int:
        """Rows of the rarest truth, counting truths that never occur."""
        truths = {_truth(cell) for cell in self.waiting}
        return 0 if len(truths) < members else min(map(self.count, truths))


def _cell(ask: Ask) -> str:
    nothing_there = ask.format == "yes_no" and ask.truth == "No" and not ask.contrast
    return NOTHING_THERE if nothing_there else ask.truth


def _truth(cell: str) -> str:
    return "No" if cell == NOTHING_THERE else cell


class _TypePicker:
    """Takes the questions of one type."""

    def __init__(
        self, question_type: str, asks: list[Ask], scene_ids: dict[int, str], seed: int,
        per_segment: int, limit: int | None, composition: Composition,
    ) -> None:
        self.question_type, self.seed = question_type, seed
        self.per_segment = per_segment
        self.limit = limit
        self.shares = composition.formats[question_type]
        self.variant_shares = composition.variants.get(question_type, {})
        self.balance, self.track_goals = composition.balance, composition.tracks
        self.least_margin = composition.least_margin
        self.left: Counter[str] = Counter()
        self.in_segment: Counter[tuple[int, int]] = Counter()
        self.subjects: set[tuple[int, int, str, str]] = set()
        self.hashes: set[tuple[int, int, str]] = set()
        self.of_format: Counter[str] = Counter()
        self.of_variant: Counter[tuple[str, str]] = Counter()
        self.of_truth: Counter[tuple[str, str]] = Counter()
        self.of_cell: Counter[tuple[str, str]] = Counter()
        self.parked: defaultdict[Word, deque[tuple[_Group, Ask]]] = defaultdict(deque)
        self.lanes = LaneChooser(composition.misleading.get(question_type, {}))
        self.captions = CaptionBalance(
            self.balance.caption_slack, self.balance.caption_slack_share)
        self.formats = self._arrange(asks, scene_ids)

    def _arrange(
        self, asks: list[Ask], scene_ids: dict[int, str]
    ) -> dict[str, dict[str, dict[str, _Group]]]:
        """Candidates by format, variant, group and truth, each cell in a random order of its own."""
        ranks, lots = zip(*(self._drawn(a, scene_ids[a.shard]) for a in asks), strict=True)
        first = drawn_for_balance(asks, self.lanes.goals, np.array(lots))
        order = sorted(range(len(asks)), key=lambda n: (not first[n], ranks[n]))
        formats: dict[str, dict[str, dict[str, _Group]]] = defaultdict(lambda: defaultdict(dict))
        for ask in (asks[n] for n in order):
            if ask.format != "track" and ask.margin < self.least_margin:
                self.left["too close to a threshold"] += 1
                continue
            variant = ask.variant if self.variant_shares else ""
            group = formats[ask.format][variant].setdefault(ask.group, _Group(ask.prefer))
            group.waiting.setdefault(_cell(ask), Lanes()).append(ask)
        return formats

    def _drawn(self, ask: Ask, scene_id: str) -> tuple[float, float]:
        """A random rank, with what seems the very opposite moved forward, and another random number."""
        rng = generator(self.seed, "select", scene_id, ask.number, ask.question_type, ask.hash)
        weight = self.balance.opposite_first if ask.entangled == "opposite" else 1.0
        return float(rng.random()) * weight, float(rng.random())

    def pick(self) -> list[Ask]:
        """Take until nothing more can be taken, or the type has all its rows."""
        picked: list[Ask] = []
        open_formats = set(self.formats) & set(self.shares)
        while open_formats and len(picked) != self.limit:
            answer_format = min(
                open_formats, key=lambda f: (self.of_format[f] / self.shares[f], f)
            )
            ask = self._take(answer_format)
            if ask is None:
                open_formats.remove(answer_format)
            else:
                picked.append(ask)
                self.of_format[answer_format] += 1
        waiting = sum(
            len(asks) for variants in self.formats.values() for groups in variants.values()
            for group in groups.values() for asks in group.waiting.values()
        )
        if waiting:
            full = len(picked) == self.limit
            reason = "the type has all its rows" if full else "left out to keep answers even"
            self.left[reason] += waiting
        if parked := sum(map(len, self.parked.values())):
            self.left["its captions would tell the answer"] += parked
        return picked

    def _take(self, answer_format: str) -> Ask | None:
        """The next question of a format, from the variant that is furthest behind its share."""
        variants = self.formats[answer_format]
        for variant in sorted(variants, key=lambda v: (
            self.of_variant[answer_format, v] / self.variant_shares.get(v, 1.0), v
        )):
            ask = self._take_variant(answer_format, variants[variant])
            if ask is not None:
                self.of_variant[answer_format, variant] += 1
                return ask
        return None

    def _take_variant(self, answer_format: str, groups: dict[str, _Group]) -> Ask | None:
        """The next question of a variant, from the group and truth with the fewest rows."""
        order = sorted(groups, key=lambda g: (
            groups[g].total - groups[g].prefer, groups[g].total, self._lot(g, groups[g].total)
        ))
        for wanted in self._wanted_truths(answer_format):
            for name in order:
                ask = self._first_that_fits(answer_format, name, groups[name], wanted)
                if ask is not None:
                    groups[name].taken[_cell(ask)] += 1
                    self.of_truth[answer_format, ask.truth] += 1
                    self.of_cell[answer_format, _cell(ask)] += 1
                    return ask
        return None

    def _first_that_fits(
        self, answer_format: str, name: str, group: _Group, wanted: tuple[str, ...]
    ) -> Ask | None:
        """The first question of a group that may be asked; those whose captions would tell the answer
        wait until others make up for them.
        """
        found = None
        while found is None and (
            cell := self._next_cell(answer_format, name, group, wanted)
        ) is not None:
            lanes = self.lanes.open_lanes((answer_format, _truth(cell)), group.waiting[cell])
            found = self._best_of(lanes, group)
        if found is not None:
            self._keep(found)
        return found

    def _best_of(self, lanes: list[tuple[float, deque[Ask]]], group: _Group) -> Ask | None:
        """Of the next questions of some lanes the one that best serves the shares of cues and makes up for
        what captions told so far; the others go back to their places.
        """
        best: tuple[float, int, int] | None = None
        looked_at: list[list[Ask]] = []
        for number, (wanted, lane) in enumerate(lanes):
            able = self._next_able(lane, group, -(-LOOKED_AT // len(lanes)))
            looked_at.append(able)
            for place, ask in enumerate(able):
                score = self.balance.cue_pull * wanted - self.captions.strain(ask.format, ask.said)
                if best is None or score > best[0]:
                    best = score, number, place
        found = None if best is None else looked_at[best[1]].pop(best[2])
        for (_, lane), able in zip(lanes, looked_at, strict=True):
            lane.extendleft(reversed(able))
        return found

    def _next_able(self, lane: deque[Ask], group: _Group, most: int) -> list[Ask]:
        """Up to `most` questions that may be asked, off the front of a lane; one if captions say nothing."""
        able: list[Ask] = []
        while lane and len(able) < most:
            ask = lane.popleft()
            if not self._fits(ask):
                continue
            word = self.captions.hindered_by(ask.format, ask.said)
            if word is None:
                able.append(ask)
                if not ask.said:
                    break
            else:
                self.parked[word].append((group, ask))
        return able

    def _wanted_truths(self, answer_format: str) -> list[tuple[str, ...]]:
        """Truths to look for, first choice first. Yes and No are even over the whole type too: claims
        that are seldom true must not make "No" the safe answer.
        """
        if answer_format != "yes_no":
            return [()]
        rare, common = sorted(("Yes", "No"), key=lambda t: (self.of_truth[answer_format, t], t))
        counts = [self.of_truth[answer_format, t] for t in (rare, common)]
        return [(rare,), (common,)] if self.balance.allowed(counts[1], counts[0]) else [(rare,)]

    def _next_cell(
        self, answer_format: str, name: str, group: _Group, wanted: tuple[str, ...]
    ) -> str | None:
        """The cell of a group from which to take, among those with a wanted truth."""
        cells = [
            c for c in group.waiting
            if _truth(c) in (wanted or (c,))
            and self.lanes.is_open((answer_format, _truth(c)), group.waiting[c])
        ]
        if answer_format == "yes_no":
            cells = [c for c in cells if c != NOTHING_THERE or self._may_be_absent(answer_format)]
        if not cells:
            return None
        if answer_format == "track":
            return _next_track_cell(self.question_type, cells, group.taken, self.track_goals)
        cell = min(cells, key=lambda c: (
            group.count(_truth(c)), c != NOTHING_THERE, self._lot(name, c, group.taken[c])))
        count = group.count(_truth(cell))
        if answer_format == "free_form":
            most = max(self.balance.slack, self.balance.free_form_label * (group.total + 1))
            return cell if count + 1 <= most else None
        members = {"yes_no": 2, "multiple_choice": 4}[answer_format]
        return cell if self.balance.allowed(count, group.smallest(members)) else None

    def _may_be_absent(self, answer_format: str) -> bool:
        """Whether another claim may be false because there is nothing of the kind at all."""
        absent = self.of_cell[answer_format, NOTHING_THERE]
        return absent + 1 <= self.balance.absent_no * (self.of_truth[answer_format, "No"] + 1)

    def _lot(self, *names: str | int) -> int:
        """Decides between equals. Were it the alphabet, the first row of every set and claim, often
        its only one in a small data set, would have the same answer everywhere.
        """
        return stable_hash(self.seed, "lot", self.question_type, *names)

    def _fits(self, ask: Ask) -> bool:
        """Whether the segment has room for it, and it is not the same thing asked again."""
        subject = (*ask.segment_key, ask.format, ask.subject)
        identity = (*ask.segment_key, ask.hash)
        if self.in_segment[ask.segment_key] >= self.per_segment:
            self.left["segment already has enough questions of this type"] += 1
            return False
        if subject in self.subjects or identity in self.hashes:
            self.left["the same thing is asked in this segment already"] += 1
            return False
        return True

    def _keep(self, ask: Ask) -> None:
        self.in_segment[ask.segment_key] += 1
        self.subjects.add((*ask.segment_key, ask.format, ask.subject))
        self.hashes.add((*ask.segment_key, ask.hash))
        for word in self.captions.add(ask.format, ask.said):
            parked = self.parked[word]
            again = [parked.popleft() for _ in range(min(LOOKED_AT_AGAIN, len(parked)))]
            for group, waiting in reversed(again):
                group.waiting[_cell(waiting)].put_back(waiting)
        self.lanes.add(ask)


def _next_track_cell(
    question_type: str, open_cells: list[str], taken: Counter[str], goals: TrackGoals
) -> str | None:
    """The open cell whose traits are furthest behind their shares; static points and, for true
    motion, cells without camera motion close when their share is full.
    """
    total = sum(taken.values())

    def share(trait: str) -> float:
        return sum(n for cell, n in taken.items() if trait in cell.split()) / max(total, 1)

    limits = {"static": goals.static_share}
    if question_type == TRUE_MOTION:
        limits |= {"still": 1 - goals.moving_camera, "alike": 1 - goals.apart}
    full = {trait for trait, limit in limits.items() if total >= 4 and share(trait) >= limit}
    allowed = [c for c in open_cells if not full & set(c.split())]
    want_start = share("start") < goals.query_at_start
    return min(
        allowed,
        key=lambda c: (taken[c], ("start" in c.split()) != want_start, c),
        default=None,
    )
