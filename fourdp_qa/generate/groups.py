"""Phase 2 with counterfactual groups: the same question about several variants of one scene.

A group is one question, asked about every variant in which its answer is provable, at least
`MIN_VARIANTS`, with different answers among them but for a few types. Groups are taken one by one, as
single questions are in `selecting`: from the format furthest behind its share, in it the variant of the
type furthest behind, in it the claim or option set with the fewest rows, in it the group whose answers
differ most.
A group that would tilt the answers gives up rows of its commonest answer, or is not asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.caption_balance import CaptionBalance
from fourdp_qa.generate.composition import Composition
from fourdp_qa.generate.point_balance import POINTS_TELL
from fourdp_qa.generate.records import SegmentRecord
from fourdp_qa.questions.entanglement import MISREAD
from fourdp_qa.randomness import stable_hash
from fourdp_qa.rows.row import Row

MIN_VARIANTS: Final = 4
"""Rows of a group: "at least 3 of 4 right" must mean something."""

GROUPED: Final = {"yes_no": 2, "multiple_choice": 4}
"""Formats that can be scored as a group, with their numbers of answers: a free answer and a track have
no exact chance."""

MAX_TRIES: Final = 6
"""Times a group that would tilt the answers is looked at again."""


@dataclass(frozen=True)
class QuestionGroup:
    """One question about several variants of a scene.

    Attributes
    ----------
    scene : id that the variants share.
    asks : one for each variant, in their order.
    """

    scene: str
    asks: tuple[Ask, ...]

    @property
    def first(self) -> Ask:
        """One of them: they differ in truth, margin and entanglement only."""
        return self.asks[0]

    @property
    def truths(self) -> Counter[str]:
        """Answers and how often each is right."""
        return Counter(a.truth for a in self.asks)


@dataclass
class GroupSelection:
    """Chosen groups and what was left behind: "type: reason" -> number of rows."""

    chosen: list[QuestionGroup]
    left: Counter[str]


def select_groups(
    asks: Iterable[Ask], scenes: Mapping[int, str], seed: int, per_segment: int,
    per_type: int | None, composition: Composition,
) -> GroupSelection:
    """Choose groups among all asks.

    Parameters
    ----------
    asks : candidates of all segments of all variants.
    scenes : shard -> id of the scene of which it is a variant.
    seed : the user's seed.
    per_segment : at most this many groups of one type from one segment of a scene.
    per_type : at most this many rows of one type; None for all.
    composition : shares and balance.
    """
    by_type: dict[str, list[Ask]] = defaultdict(list)
    for ask in asks:
        if ask.format in GROUPED:
            by_type[ask.question_type].append(ask)
    chosen: list[QuestionGroup] = []
    left: Counter[str] = Counter()
    for question_type in sorted(by_type):
        picker = _GroupPicker(question_type, seed, per_segment, per_type, composition)
        chosen += picker.pick(by_type[question_type], scenes)
        left.update({f"{question_type}: {reason}": n for reason, n in picker.left.items()})
    chosen.sort(key=lambda g: (g.first.shard, g.first.number, g.first.question_type, g.first.hash))
    return GroupSelection(chosen, left)


def candidates(
    asks: Iterable[Ask], scenes: Mapping[int, str], least_margin: float
) -> list[QuestionGroup]:
    """Every question that enough variants decide, with all the variants that do."""
    found: dict[tuple[str, int, str, str, str], list[Ask]] = defaultdict(list)
    for ask in asks:
        if ask.margin >= least_margin:
            key = (scenes[ask.shard], ask.number, ask.format, ask.statement, ask.group)
            found[key].append(ask)
    return [
        QuestionGroup(key[0], tuple(sorted(same, key=lambda a: a.shard)))
        for key, same in sorted(found.items()) if len(same) >= MIN_VARIANTS
    ]


def surely_named(record: SegmentRecord, asks: Iterable[Ask]) -> Iterator[Ask]:
    """The asks of a segment that captions can name, where points often must not: a whole group would be
    lost when its rows are worded.
    """
    unique = {o.id for o in record.objects if o.caption_unique}
    named = {s.key for s in record.statements if unique.issuperset(s.objects)}
    for ask in asks:
        if ask.question_type not in POINTS_TELL or ask.statement in named:
            yield ask


def whole_groups(rows: list[Row]) -> list[Row]:
    """The rows without those of groups that have lost too many."""
    sizes = Counter(row.group_id for row in rows if row.group_id)
    return [row for row in rows if not row.group_id or sizes[row.group_id] >= MIN_VARIANTS]


class _GroupPicker:
    """Takes the groups of one type."""

    def __init__(
        self, question_type: str, seed: int, per_segment: int, per_type: int | None,
        composition: Composition,
    ) -> None:
        self.question_type, self.seed = question_type, seed
        self.per_segment, self.per_type = per_segment, per_type
        self.shares = composition.formats[question_type]
        self.variant_shares = composition.variants.get(question_type, {})
        self.balance, self.least_margin = composition.balance, composition.least_margin
        self.may_be_alike = question_type in composition.one_answer_groups
        self.captions = CaptionBalance(self.balance.group_slack, self.balance.slack_share)
        self.left: Counter[str] = Counter()
        self.of_format: Counter[str] = Counter()
        self.of_variant: Counter[tuple[str, str]] = Counter()
        self.of_set: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.of_truth: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.nothing_there = 0
        self.in_segment: Counter[tuple[str, int]] = Counter()
        self.subjects: set[tuple[str, int, str, str]] = set()
        self.tries: Counter[tuple[str, int, str]] = Counter()

    def pick(self, asks: list[Ask], scenes: Mapping[int, str]) -> list[QuestionGroup]:
        """Take until nothing more can be taken, or the type has all its rows."""
        waiting = self._arrange(candidates(asks, scenes, self.least_margin))
        picked: list[QuestionGroup] = []
        open_formats = set(waiting) & set(self.shares)
        while open_formats:
            answer_format = min(
                open_formats, key=lambda f: (self.of_format[f] / self.shares[f], f))
            group = self._take(answer_format, waiting[answer_format])
            if group is None:
                open_formats.remove(answer_format)
            else:
                picked.append(group)
        rest = sum(len(g.asks) for sets in waiting.values() for queues in sets.values()
                   for queue in queues.values() for g in queue)
        if rest:
            self.left["left out to keep answers even"] += rest
        return picked

    def _arrange(
        self, groups: list[QuestionGroup]
    ) -> dict[str, dict[str, dict[str, deque[QuestionGroup]]]]:
        """Groups by format, variant of the type, and claim or option set; those whose answers differ
        most come first.
        """
        varied = [g for g in groups if len(g.truths) > 1 or self.may_be_alike]
        alike = sum(len(g.asks) for g in groups) - sum(len(g.asks) for g in varied)
        if alike:
            self.left["all variants have one answer"] += alike
        formats: dict[str, dict[str, dict[str, deque[QuestionGroup]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(deque)))
        for group in sorted(varied, key=self._rank):
            first = group.first
            variant = first.variant if self.variant_shares else ""
            formats[first.format][variant][first.group].append(group)
        return formats

    def _rank(self, group: QuestionGroup) -> tuple[int, int, float, int]:
        """More answers first, then what the picture tells wrongly, then the more even ones, then by lot."""
        truths = group.truths
        lot = stable_hash(self.seed, "group", group.scene, group.first.number, self.question_type,
                          group.first.hash)
        return -len(truths), -sum(map(_misleads, group.asks)), max(truths.values()) / len(group.asks), lot

    def _take(
        self, answer_format: str, variants: dict[str, dict[str, deque[QuestionGroup]]]
    ) -> QuestionGroup | None:
        for variant in sorted(variants, key=lambda v: (
            self.of_variant[answer_format, v] / self.variant_shares.get(v, 1.0), v
        )):
            sets = variants[variant]
            for name in sorted(sets, key=lambda s: self._turn(answer_format, s, sets[s])):
                group = self._first_that_fits(sets[name])
                if group is not None:
                    self.of_variant[answer_format, variant] += len(group.asks)
                    return group
        return None

    def _turn(
        self, answer_format: str, name: str, queue: deque[QuestionGroup]
    ) -> tuple[int, int]:
        rows = self.of_set[answer_format, name].total()
        prefer = queue[0].first.prefer if queue else 0
        return rows - prefer, stable_hash(self.seed, "lot", self.question_type, name, rows)

    def _first_that_fits(self, queue: deque[QuestionGroup]) -> QuestionGroup | None:
        waits: list[QuestionGroup] = []
        found = None
        while found is None and queue:
            group = queue.popleft()
            if not self._has_room(group):
                continue
            found = next((g for g in _versions(group) if self._keeps_even(g)), None)
            key = (group.scene, group.first.number, group.first.hash)
            if found is None and self.tries[key] < MAX_TRIES:
                self.tries[key] += 1
                waits.append(group)
            elif found is None:
                self.left["left out to keep answers even"] += len(group.asks)
            elif len(found.asks) < len(group.asks):
                self.left["variants left out to keep answers even"] += (
                    len(group.asks) - len(found.asks))
        queue.extendleft(reversed(waits))
        if found is not None:
            self._keep(found)
        return found

    def _has_room(self, group: QuestionGroup) -> bool:
        first = group.first
        if self.in_segment[group.scene, first.number] >= self.per_segment:
            self.left["segment already has enough questions of this type"] += len(group.asks)
            return False
        if (group.scene, first.number, first.format, first.subject) in self.subjects:
            self.left["the same thing is asked in this segment already"] += len(group.asks)
            return False
        if self.per_type is not None and self.of_format.total() + MIN_VARIANTS > self.per_type:
            self.left["the type has all its rows"] += len(group.asks)
            return False
        return True

    def _keeps_even(self, group: QuestionGroup) -> bool:
        """Whether all answers stay as even as they must be, or become more even."""
        first, truths = group.first, group.truths
        if self.per_type is not None and self.of_format.total() + len(group.asks) > self.per_type:
            return False
        answers = GROUPED[first.format]
        counted = [self.of_set[first.format, first.group]]
        if first.format == "yes_no":
            counted.append(self.of_truth[first.format])
            absent = _absent(group)
            most = self.balance.absent_no * (counted[1]["No"] + truths["No"]) + 1
            if absent and self.nothing_there + absent > most:
                return False
        if not all(self._even(before, before + truths, answers) for before in counted):
            return False
        return self.captions.admits(first.format, tuple(s for a in group.asks for s in a.said))

    def _even(self, before: Counter[str], after: Counter[str], answers: int) -> bool:
        most = max(after.values())
        allowed = max(self.balance.group_slack, self.balance.slack_share * most)
        return _spread(after, answers) <= max(allowed, _spread(before, answers))

    def _keep(self, group: QuestionGroup) -> None:
        first, truths = group.first, group.truths
        self.of_format[first.format] += len(group.asks)
        self.of_set[first.format, first.group] += truths
        self.of_truth[first.format] += truths
        self.nothing_there += _absent(group)
        self.in_segment[group.scene, first.number] += 1
        self.subjects.add((group.scene, first.number, first.format, first.subject))
        self.captions.add(first.format, tuple(s for a in group.asks for s in a.said))


def _versions(group: QuestionGroup) -> Iterator[QuestionGroup]:
    """The group, then with one row less of its commonest answer, and so on, never down to one answer.

    Rows that the picture tells rightly, and claims about what is not there at all, go first.
    """
    asks = list(group.asks)
    while True:
        yield QuestionGroup(group.scene, tuple(asks))
        if len(asks) == MIN_VARIANTS:
            return
        truths = Counter(a.truth for a in asks)
        commonest = max(truths, key=lambda t: (truths[t], t))
        if truths[commonest] == 1:
            return
        asks.remove(min((a for a in asks if a.truth == commonest), key=_worth))


def _worth(ask: Ask) -> tuple[bool, bool, float, int]:
    return ask.truth != "No" or ask.contrast, _misleads(ask), ask.margin, -ask.shard


def _misleads(ask: Ask) -> bool:
    """Whether the answer read from the picture differs from the truth."""
    return ask.entangled in MISREAD


def _absent(group: QuestionGroup) -> int:
    """False claims of a group about something that is absent."""
    return sum(a.format == "yes_no" and a.truth == "No" and not a.contrast for a in group.asks)


def _spread(counts: Counter[str], answers: int) -> int:
    """Rows of the commonest answer above those of the rarest, counting answers that never occur."""
    rows = [n for n in counts.values() if n]
    least = min(rows, default=0) if len(rows) == answers else 0
    return max(rows, default=0) - least
