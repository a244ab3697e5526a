"""From chosen groups to rows: the same words about every variant of a scene."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import permutations

import numpy as np

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.composing import RowComposer, row_id
from fourdp_qa.generate.groups import MIN_VARIANTS, QuestionGroup
from fourdp_qa.generate.naming import NamedObjects, SegmentNamings
from fourdp_qa.generate.records import ObjectNaming, SegmentRecord
from fourdp_qa.generate.wording import Worded, word_multiple_choice, word_yes_no
from fourdp_qa.questions.claims import Claim, labels_of
from fourdp_qa.questions.registry import get_type
from fourdp_qa.questions.statement import Statement
from fourdp_qa.randomness import generator
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Naming, Row

Rows = dict[int, list[tuple[Row, int]]]


class GroupComposer(RowComposer):
    """Words groups: one template, one way to name the objects, one order of the options."""

    def compose_groups(
        self, records: Mapping[int, SegmentRecord], groups: list[QuestionGroup]
    ) -> tuple[Rows, dict[int, SegmentNamings]]:
        """Rows of one segment in all its variants, by shard, and the circled clips of each.

        Parameters
        ----------
        records : shard -> the segment in that variant.
        groups : questions about the segment.
        """
        planned = {shard: SegmentNamings() for shard in records}
        rows: Rows = {shard: [] for shard in records}
        named = {s.key: len(s.objects) for r in records.values() for s in r.statements}
        for group in sorted(groups, key=lambda g: -named[g.first.statement]):
            for shard, row in self._compose_group(records, planned, group):
                rows[shard].append(row)
        return rows, planned

    def _compose_group(
        self, records: Mapping[int, SegmentRecord], planned: dict[int, SegmentNamings],
        group: QuestionGroup,
    ) -> list[tuple[int, tuple[Row, int]]]:
        first = group.first
        statements = {a.shard: records[a.shard].by_key[a.statement] for a in group.asks}
        named = self._name(records, planned, group, statements)
        kept = [a for a in group.asks if a.shard in named]
        if not kept:
            self.left[f"{first.question_type}: no one way to name its objects in "
                      f"{MIN_VARIANTS} variants"] += len(group.asks)
            return []
        if len(kept) < len(group.asks):
            self.left[f"{first.question_type}: variants that name its objects otherwise"] += (
                len(group.asks) - len(kept))
        holds = [h for h in records[first.shard].holds
                 if all(h in records[a.shard].holds for a in kept)]
        order = self._option_order(group, kept)
        group_id = _group_id(self.code, records[first.shard], first)
        rows = []
        for ask in kept:
            record, objects = records[ask.shard], named[ask.shard]
            alike = replace(record, holds=tuple(holds))
            worded = self._word_alike(
                alike, ask, statements[ask.shard], objects, order, self._rng(group, "words"))
            row = replace(
                self._row(record, ask, worded), group_id=group_id, variant=record.variant)
            rows.append((ask.shard, (row, objects.variant if objects else 0)))
        return rows

    def _rng(self, group: QuestionGroup, concern: str) -> np.random.Generator:
        """The same numbers for every variant."""
        return generator(self.seed, "group", group.scene, group.first.number,
                         group.first.question_type, group.first.hash, concern)

    def _word_alike(
        self, record: SegmentRecord, ask: Ask, statement: Statement, named: NamedObjects | None,
        order: list[Claim], rng: np.random.Generator,
    ) -> Worded:
        if ask.format == AnswerFormat.YES_NO:
            return word_yes_no(record, ask, statement, named, rng)
        letters = self.letters.setdefault(ask.question_type, Counter())
        return word_multiple_choice(record, ask, statement, named, letters, rng, order)

    def _option_order(self, group: QuestionGroup, kept: list[Ask]) -> list[Claim]:
        """The order of the four options that keeps the right letters of the type most even."""
        first = group.first
        if first.format != AnswerFormat.MULTIPLE_CHOICE:
            return []
        members = next(
            s for s in labels_of(first.question_type).sets if s.name == first.group).members
        letters = self.letters.setdefault(first.question_type, Counter())
        truths = Counter(a.truth for a in kept)
        rng = self._rng(group, "options")

        def unevenness(order: Iterable[Claim]) -> int:
            return sum((letters[letter] + truths[member.key]) ** 2
                       for letter, member in zip(LETTERS, order, strict=True))

        return list(min(permutations(members), key=lambda o: (unevenness(o), rng.random())))

    def _name(
        self, records: Mapping[int, SegmentRecord], planned: dict[int, SegmentNamings],
        group: QuestionGroup, statements: Mapping[int, Statement],
    ) -> dict[int, NamedObjects | None]:
        """How each variant names the objects, by one mode and, but for points, in the same words; empty
        when none can name them in enough variants with different answers.
        """
        if not statements[group.first.shard].objects:
            return {a.shard: None for a in group.asks}
        kind = group.first.question_type
        for mode in self.naming.modes(kind, self._rng(group, "modes")):
            before = {shard: len(p.variants) for shard, p in planned.items()}
            named = self._named_by(mode, records, planned, group, statements)
            truths = {a.truth for a in group.asks if a.shard in named}
            enough = len(named) >= MIN_VARIANTS and len(truths) >= min(2, len(group.truths))
            for shard, plan in planned.items():
                if not enough or shard not in named:
                    del plan.variants[before[shard]:]
            if enough:
                self.naming.count(kind, mode, len(named))
                for shard in named if mode == Naming.PIXEL else ():
                    self.points.add(statements[shard], _objects(records, statements, shard))
                return dict(named)
        return {}

    def _named_by(
        self, mode: Naming, records: Mapping[int, SegmentRecord],
        planned: dict[int, SegmentNamings], group: QuestionGroup,
        statements: Mapping[int, Statement],
    ) -> dict[int, NamedObjects]:
        found: dict[int, NamedObjects] = {}
        points = self.points.copy()
        for ask in group.asks:
            statement = statements[ask.shard]
            objects = _objects(records, statements, ask.shard)
            if mode == Naming.PIXEL and not points.admits(statement, objects):
                continue
            named = self.naming.named_by(
                mode, records[ask.shard], planned[ask.shard], objects, statement.named_at,
                self._rng(group, "names"))
            if named is not None:
                points.add(statement, objects)
                found[ask.shard] = named
        if mode == Naming.PIXEL:
            return found
        said = Counter(_said(named) for named in found.values())
        commonest = max(said, key=lambda words: (said[words], words), default=())
        return {shard: named for shard, named in found.items() if _said(named) == commonest}


def _said(named: NamedObjects) -> tuple[str, ...]:
    return tuple(m.reference for m in named.mentions)


def _objects(
    records: Mapping[int, SegmentRecord], statements: Mapping[int, Statement], shard: int
) -> list[ObjectNaming]:
    by_id = {o.id: o for o in records[shard].objects}
    return [by_id[i] for i in statements[shard].objects]


def _group_id(code: str, record: SegmentRecord, ask: Ask) -> str:
    """The id that the question has about the scene itself."""
    scene = replace(record, scene_id=record.group_id)
    return row_id(code, scene, get_type(ask.question_type).number, ask.hash)
