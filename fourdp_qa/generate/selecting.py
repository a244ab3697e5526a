"""Phase 2: choose which questions are asked. One process, deterministic from the seed.

Questions of a type are taken one by one; each step serves the format that is furthest behind its
share, in it the variant that is furthest behind, in it the group (claim or option set) with the
fewest rows, in it the truth with the fewest rows. So Yes and No stay even for every claim, and every
member of an option set is the truth equally often, which is what makes a set say nothing about its
answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.candidates import Candidates
from fourdp_qa.generate.composition import Composition, TrackGoals
from fourdp_qa.generate.lanes import Lane, LaneChooser
from fourdp_qa.questions.tracking import TRUE_MOTION
from fourdp_qa.randomness import stable_hash

LOTS: Final = 2**128
"""One more than the largest hash; a generator for each of a million candidates would take a minute."""

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
    """One claim or option set: its lanes by cell (the truth, with "No" parted in two)."""

    prefer: int
    waiting: dict[str, dict[Lane, int]] = field(default_factory=dict)
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
        self.of_format: Counter[str] = Counter()
        self.of_variant: Counter[tuple[str, str]] = Counter()
        self.of_truth: Counter[tuple[str, str]] = Counter()
        self.of_cell: Counter[tuple[str, str]] = Counter()
        self.lanes = LaneChooser(composition.misleading.get(question_type, {}))
        asked = [a for a in asks if a.format == "track" or a.margin >= composition.least_margin]
        if near := len(asks) - len(asked):
            self.left["too close to a threshold"] += near
        asked.sort(key=lambda a: self._rank(a, scene_ids[a.shard]))
        self.formats, lanes = self._arrange(asked)
        self.candidates = Candidates(asked, lanes, per_segment, self.balance)

    def _arrange(
        self, asks: list[Ask]
    ) -> tuple[dict[str, dict[str, dict[str, _Group]]], list[int]]:
        """Groups by format and variant, and the lane of each candidate."""
        formats: dict[str, dict[str, dict[str, _Group]]] = defaultdict(lambda: defaultdict(dict))
        numbers: dict[tuple[str, str, str, str, Lane], int] = {}
        lanes = []
        for ask in asks:
            variant = ask.variant if self.variant_shares else ""
            group = formats[ask.format][variant].setdefault(ask.group, _Group(ask.prefer))
            cell, lane = _cell(ask), (ask.misled_by, ask.loud)
            number = numbers.setdefault((ask.format, variant, ask.group, cell, lane), len(numbers))
            group.waiting.setdefault(cell, {})[lane] = number
            lanes.append(number)
        return formats, lanes

    def _rank(self, ask: Ask, scene_id: str) -> float:
        """A random rank, with what seems the very opposite moved forward."""
        lot = stable_hash(self.seed, "select", scene_id, ask.number, ask.question_type, ask.hash) / LOTS
        return lot * (self.balance.opposite_first if ask.entangled == "opposite" else 1.0)

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
        waiting, hindered = self.candidates.waiting()
        if waiting:
            full = len(picked) == self.limit
            reason = "the type has all its rows" if full else "left out to keep answers even"
            self.left[reason] += waiting
        if hindered:
            self.left["its captions would tell the answer"] += hindered
        self.left += self.candidates.left
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
                ask = self._best_of_group(answer_format, name, groups[name], wanted)
                if ask is not None:
                    groups[name].taken[_cell(ask)] += 1
                    self.of_truth[answer_format, ask.truth] += 1
                    self.of_cell[answer_format, _cell(ask)] += 1
                    return ask
        return None

    def _best_of_group(
        self, answer_format: str, name: str, group: _Group, wanted: tuple[str, ...]
    ) -> Ask | None:
        """The question of a group that best serves the shares of cues and makes up for what captions told so
        far; those whose captions would tell the answer wait until others make up for them.
        """
        cell = self._next_cell(answer_format, name, group, wanted)
        if cell is None:
            return None
        lanes = group.waiting[cell]
        ask = self.candidates.take(self.candidates.best_of(
            (self.balance.cue_pull * helps, lanes[lane])
            for helps, lane in self.lanes.open_lanes((answer_format, _truth(cell)), self._able(lanes))))
        self.lanes.add(ask)
        return ask

    def _able(self, lanes: dict[Lane, int]) -> list[Lane]:
        return [lane for lane, number in lanes.items() if self.candidates.is_able(number)]

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
            and self.lanes.is_open((answer_format, _truth(c)), self._able(group.waiting[c]))
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
