"""What the real selection and wording make of uneven made-up scenes is clean to everyone who only reads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest

from fourdp_qa.generate.asks import asks_of
from fourdp_qa.generate.composing import RowComposer
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.selecting import select
from fourdp_qa.inspection.audit.checks import READING
from fourdp_qa.inspection.audit.gains import Finding
from fourdp_qa.questions.registry import TYPES, get_type

COMPOSITION = composition_called("training")
SEGMENTS, OF_TYPE = 700, 450
COMPARED = 900
"""Rows of each type that compares two objects: who is named first is asked about them alone."""
LEAST = 3000


@pytest.fixture(scope="module")
def clean(made_up_records, audited):
    rows = []
    for question_type in (t.name for t in TYPES if t.name in made_up_records.SHAPES):
        records = {n: made_up_records.made_up_record(question_type, n) for n in range(SEGMENTS)}
        asks = [a for n, r in records.items() for a in asks_of(r, n) if a.format != "free_form"]
        scenes = {n: record.scene_id for n, record in records.items()}
        by_segment = defaultdict(list)
        wanted = COMPARED if get_type(question_type).category == "spatial" else OF_TYPE
        for ask in select(asks, scenes, 0, 3, wanted, COMPOSITION).chosen:
            by_segment[ask.shard].append(ask)
        composer = RowComposer(0, "mad", COMPOSITION)
        rows += [row for n, some in by_segment.items()
                 for row, _ in composer.compose(records[n], some)[0]]
    assert len(rows) >= LEAST
    # The made-up scenes call the number behind a comparison by its component.
    return audited([
        replace(row, evidence=row.evidence.replace('"name":"nearer"', '"name":"ln_distance_ratio"'))
        for row in rows
    ])


@pytest.mark.parametrize("check", [check.name for check in READING])
def test_readers_find_no_shortcut(clean, check):
    assert clean.overall[check].finding == Finding.NONE, clean.overall[check]


def test_answers_are_even(clean):
    assert [share for share in clean.shares if share.uneven and share.kind != "template"] == []


def test_who_looks_finds_what_was_made_uneven(clean):
    """In the made-up scenes the lowest object is nearest in four of five comparisons."""
    assert clean.overall["position"].finding == Finding.SHORTCUT
    assert clean.parts["depth"]["position"].gain > 15
    assert clean.parts["object_direction"]["position"].finding != Finding.SHORTCUT
