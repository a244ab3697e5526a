"""Phase 2: choose which questions are asked. One process, deterministic from the seed.

Questions of a type are taken one by one; each step serves the format that is furthest behind its
share, in it the group (claim or option set) with the fewest rows, in it the truth with the fewest
rows. So Yes and No stay even for every claim, and every member of an option set is the truth equally
often, which is what makes a set say nothing about its answer.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.composition import Composition, TrackGoals
from fourdp_qa.questions.tracking import TRUE_MOTION
from fourdp_qa.randomness import generator


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
    per_type: int | None, composition: Composition,
) -> Selection:
    """Choose among all asks.

    Parameters
    ----------
    asks : candidates of all segments.
    scene_ids : shard -> scene id, which names its random numbers.
    seed : the user's seed.
    per_segment : at most this many rows of one type from one segment.
    per_type : at most this many rows of one type; None for all.
    composition : shares and balance.
    """
    by_type: dict[str, list[Ask]] = defaultdict(list)
    for ask in asks:
        by_type[ask.question_type].append(ask)
    chosen: list[Ask] = []
    left: Counter[str] = Counter()
    for question_type in sorted(by_type):
        picker = _TypePicker(
            question_type, by_type[question_type], scene_ids, seed, per_segment, per_type, composition
        )
        chosen += picker.pick()
        left.update({f"{question_type}: {reason}": n for reason, n in picker.left.items()})
    chosen.sort(key=lambda a: (a.shard, a.number, a.question_type, a.hash))
    return Selection(chosen, left)


@dataclass
class _Group:
    """Candidates about one claim or option set, by truth."""

    prefer: int
    waiting: dict[str, deque[Ask]] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(self.taken.values())


class _TypePicker:
    """Takes the questions of one type."""

    def __init__(
        self, question_type: str, asks: list[Ask], scene_ids: dict[int, str], seed: int,
        per_segment: int, per_type: int | None, composition: Composition,
    ) -> None:
        self.question_type, self.seed = question_type, seed
        self.per_segment, self.per_type = per_segment, per_type
        self.shares = composition.formats[question_type]
        self.balance, self.track_goals = composition.balance, composition.tracks
        self.left: Counter[str] = Counter()
        self.formats = self._arrange(asks, scene_ids)
        self.in_segment: Counter[tuple[int, int]] = Counter()
        self.subjects: set[tuple[int, int, str, str]] = set()
        self.hashes: set[tuple[int, int, str]] = set()
        self.of_format: Counter[str] = Counter()
        self.of_truth: Counter[tuple[str, str]] = Counter()

    def _arrange(self, asks: list[Ask], scene_ids: dict[int, str]) -> dict[str, dict[str, _Group]]:
        """Candidates by format, group and truth, each cell in a random order of its own."""
        ordered = sorted(asks, key=lambda a: self._rank(a, scene_ids[a.shard]))
        formats: dict[str, dict[str, _Group]] = defaultdict(dict)
        for ask in ordered:
            group = formats[ask.format].setdefault(ask.group, _Group(ask.prefer))
            group.waiting.setdefault(ask.truth, deque()).append(ask)
        return formats

    def _rank(self, ask: Ask, scene_id: str) -> float:
        """Random, with entangled and contrasting questions moved forward."""
        rng = generator(self.seed, "select", scene_id, ask.number, ask.question_type, ask.hash)
        weight = self.balance.entangled_first if ask.entangled in ("opposite", "different") else 1.0
        weight *= self.balance.contrast_first if ask.contrast else 1.0
        return float(rng.random()) * weight

    def pick(self) -> list[Ask]:
        """Take until nothing more can be taken, or the type has all its rows."""
        picked: list[Ask] = []
        open_formats = set(self.formats) & set(self.shares)
        while open_formats and len(picked) != self.per_type:
            answer_format = min(
                open_formats, key=lambda f: (self.of_format[f] / self.shares[f], f)
            )
            ask = self._take(answer_format)
            if ask is None:
                open_formats.remove(answer_format)
            else:
                picked.append(ask)
                self.of_format[answer_format] += 1
        for groups in self.formats.values():
            for group in groups.values():
                waiting = sum(map(len, group.waiting.values()))
                if waiting:
                    full = len(picked) == self.per_type
                    reason = "the type has all its rows" if full else "left out to keep answers even"
                    self.left[reason] += waiting
        return picked

    def _take(self, answer_format: str) -> Ask | None:
        """The next question of a format, from the group and truth with the fewest rows."""
        groups = self.formats[answer_format]
        order = sorted(groups, key=lambda g: (groups[g].total - groups[g].prefer, groups[g].total, g))
        for wanted in self._wanted_truths(answer_format):
            for name in order:
                group = groups[name]
                while (truth := self._next_truth(answer_format, group, wanted)) is not None:
                    ask = group.waiting[truth].popleft()
                    if self._fits(ask):
                        group.taken[truth] += 1
                        self.of_truth[answer_format, truth] += 1
                        return ask
        return None

    def _wanted_truths(self, answer_format: str) -> list[tuple[str, ...]]:
        """Truths to look for, first choice first. Yes and No are even over the whole type too: claims
        that are seldom true must not make "No" the safe answer.
        """
        if answer_format != "yes_no":
            return [()]
        rare, common = sorted(("Yes", "No"), key=lambda t: (self.of_truth[answer_format, t], t))
        counts = [self.of_truth[answer_format, t] for t in (rare, common)]
        return [(rare,), (common,)] if self.balance.allowed(counts[1], counts[0]) else [(rare,)]

    def _next_truth(
        self, answer_format: str, group: _Group, wanted: tuple[str, ...]
    ) -> str | None:
        open_truths = [t for t, waiting in group.waiting.items() if waiting and t in (wanted or (t,))]
        if not open_truths:
            return None
        if answer_format == "track":
            return _next_track_cell(self.question_type, open_truths, group.taken, self.track_goals)
        truth = min(open_truths, key=lambda t: (group.taken[t], t))
        smallest = self._smallest(answer_format, group)
        allowed = smallest is None or self.balance.allowed(group.taken[truth], smallest)
        return truth if allowed else None

    def _smallest(self, answer_format: str, group: _Group) -> int | None:
        """Rows of the rarest truth of the group, counting truths that never occur; None when the
        format has no fixed list of truths.
        """
        members = {"yes_no": 2, "multiple_choice": 4}.get(answer_format)
        if members is None:
            return None
        return 0 if len(group.waiting) < members else min(group.taken[t] for t in group.waiting)

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
        self.in_segment[ask.segment_key] += 1
        self.subjects.add(subject)
        self.hashes.add(identity)
        return True


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
