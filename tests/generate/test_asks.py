"""Every question that could be asked about a segment, and its truth."""

from __future__ import annotations

import pytest

from fourdp_qa.generate.asks import STATIC, asks_of, free_form_verdicts, true_member
from fourdp_qa.questions.claims import judge_claim, labels_of
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.tracking import extent


def camera(**verdicts):
    components = {
        name: Component(Quantity(name, "", 0.0, 0.0, 0.0, 1.0, verdict), 1.0)
        for name, verdict in verdicts.items()
    }
    return Statement("camera_movement", "first_camera", (), (0,), (), "camera", components, "agree")


def option_set(name):
    return next(s for s in labels_of("camera_movement").sets if s.name == name)


def test_a_set_is_offered_when_one_member_is_true_and_three_are_false():
    member, margin = true_member(option_set("signs:right+pan"), camera(right="+", pan="-"))
    assert member.key == "right:+ pan:-"
    assert margin == 1.0


@pytest.mark.parametrize("verdicts", [
    {"right": "+", "pan": "undecided"},  # two members could be true
    {"right": "+", "pan": "absent"},     # none is
    {"right": "+-", "pan": "+"},
    {"right": "+"},
])
def test_a_set_is_not_offered_otherwise(verdicts):
    assert true_member(option_set("signs:right+pan"), camera(**verdicts)) is None


def test_an_incomplete_option_is_never_offered():
    """ "To the right" when the truth is "to the right and forward": neither true nor false."""
    both = camera(forward="+", right="+", pan="absent")
    assert true_member(option_set("opposite_pairs:forward+right"), both) is None
    assert true_member(option_set("signs:forward+right"), both)[0].key == "forward:+ right:+"


@pytest.fixture(scope="module")
def all_asks(records):
    return [(record, ask) for record in records for ask in asks_of(record, 0)]


def test_every_type_and_format_can_be_asked(all_asks):
    found = {(ask.question_type, ask.format) for _, ask in all_asks}
    assert found == {(t.name, f) for t in TYPES for f in t.formats}


def test_yes_and_no_follow_from_the_statement(all_asks):
    for record, ask in all_asks:
        if ask.format != "yes_no":
            continue
        statement = next(s for s in record.statements if s.key == ask.statement)
        claim = next(c for c in labels_of(ask.question_type).yes_no if c.key == ask.group)
        truth = judge_claim(claim, statement.components, complete=False)
        assert ask.truth == ("Yes" if truth.holds else "No")
        assert ask.margin == truth.margin


def test_the_truth_of_a_set_is_one_of_its_members(all_asks):
    for _, ask in all_asks:
        if ask.format == "multiple_choice":
            members = next(s for s in labels_of(ask.question_type).sets if s.name == ask.group)
            assert ask.truth in {m.key for m in members.members}


def test_a_free_form_question_needs_every_component_decided(all_asks):
    for record, ask in all_asks:
        if ask.format == "free_form":
            statement = next(s for s in record.statements if s.key == ask.statement)
            verdicts = free_form_verdicts(statement)
            assert "undecided" not in verdicts.values()
            if ask.question_type == "camera_movement" and set(verdicts.values()) == {"absent"}:
                assert statement.components["still"].quantity.verdict == "+"


def test_hashes_name_a_question_within_its_segment_and_type(all_asks):
    seen = {}
    for record, ask in all_asks:
        place = (record.scene_id, ask.question_type, ask.hash)
        what = (ask.format, ask.statement, ask.group)
        assert seen.setdefault(place, what) == what


def test_the_hash_does_not_depend_on_the_answer(records):
    """An id stays when a threshold turns a Yes into a No."""
    from dataclasses import replace

    record = next(r for r in records if any(s.question_type == "depth" for s in r.statements))
    statement = next(s for s in record.statements if s.variant == "pair"
                     and s.components["nearer"].quantity.verdict in "+-")
    nearer = statement.components["nearer"]
    flipped = {"+": "-", "-": "+"}[nearer.quantity.verdict]
    other = replace(statement, components={
        "nearer": replace(nearer, quantity=replace(nearer.quantity, verdict=flipped))})
    before, after = (
        {a.group: a for a in asks_of(replace(record, statements=(s,), tracks=()), 0)}
        for s in (statement, other)
    )
    for group, ask in before.items():
        assert after[group].hash == ask.hash
        assert after[group].truth != ask.truth


def test_track_cells_say_what_selection_balances(all_asks):
    for record, ask in all_asks:
        if ask.format == "track":
            track = next(t for t in record.tracks if t.key == ask.statement)
            cell = ask.truth.split()
            resting = extent(track.track.true_motion) < STATIC
            assert ("static" in cell) == (track.object_id == 0 or resting)
            assert ("start" in cell) == (track.track.query_frame == 0)
            assert ("apart" in cell) == (ask.entangled == "different")
            assert ("moving" in cell) == ("camera_moves" in record.holds)


def test_a_point_that_rests_is_asked_only_under_a_moving_camera(all_asks):
    """On a toy as on the floor: else the answer repeats the question."""
    static = [record for record, ask in all_asks if "static" in ask.truth.split()]
    assert static
    assert all("camera_moves" in record.holds for record in static)
