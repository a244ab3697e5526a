"""Evidence in words: relative, rounded, never across the band, never in metres."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest
from bankcases.slots import answer_verdicts
from bankcases.statements import COMPONENTS, band_of, quantity, statement, verdicts_of
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.phrasing.evidence import at_most, evidence_words, nearest
from fourdp_qa.questions.statement import Component
from fourdp_qa.questions.thresholds import thresholds_for

STRENGTHS = st.floats(0, 1)
KINDS = sorted(COMPONENTS)


def words(question_type, variant="", strength=0.5, **verdicts):
    return evidence_words(statement(question_type, variant, verdicts, strength), verdicts)


def numbers(text):
    return [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)]


@pytest.mark.parametrize("said, kind", [
    ("the distance at the end is about 2.7 times that at the start",
     ("camera_object_distance", "", 0.5, {"distance": "+"})),
    ("the distance at the end is about 0.37 times that at the start",
     ("object_object_distance_change", "", 0.5, {"distance": "-"})),
    ("the greatest distance is at most 1.03 times the smallest",
     ("camera_object_distance", "", 0.5, {"distance": "absent"})),
    ("the distance grows by a factor of about 2.7, then shrinks by a factor of about 2.7",
     ("camera_object_distance", "", 0.5, {"distance": "+-"})),
    ("the turn counter-clockwise is about 110 degrees", ("object_rotation", "", 0.5, {"turn": "+"})),
    ("no turn spans more than 3.5 degrees", ("object_rotation", "", 0.5, {"turn": "absent"})),
    ("the turn is about 20 degrees one way, then about 20 the other",
     ("object_rotation", "", 0.0, {"turn": "-+"})),
    ("the shift to the left is about 0.82 times the width of the picture",
     ("object_direction", "screen", 0.5, {"screen_right": "-", "screen_up": "absent"})),
    ("the way forward is about 0.82 times its own size, and the turn to its own right is about 110 "
     "degrees", ("agent_motion", "", 0.5, {"forward": "+", "left": "absent", "turn": "-"})),
    ("the longer path is about 4 times as long as the other", ("moved_distance", "", 0.5,
                                                               {"farther": "-"})),
    ("one of them moves and the other stays where it is", ("moved_distance", "", 1.0,
                                                           {"farther": "+"})),
    ("the longer path is at most 1.1 times as long as the other", ("moved_distance", "", 0.5,
                                                                    {"farther": "same"})),
    ("neither strays by more than a hundredth of its first distance from the camera",
     ("moved_distance", "", 0.5, {"farther": "neither"})),
])
def test_evidence_of_each_kind(said, kind):
    question_type, variant, strength, verdicts = kind
    assert words(question_type, variant, strength, **verdicts) == said


def test_a_still_camera_is_proved_by_its_largest_shift_and_turn():
    still = dict.fromkeys(COMPONENTS["camera_movement", ""], "absent")
    assert words("camera_movement", **still) == (
        "no shift in any of these directions spans more than 0.025 times the typical depth of the first "
        "view and no turn spans more than 3.5 degrees")


@pytest.mark.parametrize("question_type, variant, said", [
    ("camera_movement", "", "there is no change of place and there is no turn"),
    ("object_rotation", "", "there is no turn"),
    ("object_direction", "screen", "there is no change of place"),
    ("agent_motion", "", "there is no step forward, backward or sideways and there is no turn"),
])
def test_what_did_not_move_at_all_has_no_number(question_type, variant, said):
    still = dict.fromkeys(COMPONENTS[question_type, variant], "absent")
    assert words(question_type, variant, strength=1.0, **still) == said


def test_a_distance_that_did_not_change_at_all_has_a_number():
    said = words("camera_object_distance", strength=1.0, distance="absent")
    assert said == "the greatest distance is at most 1.01 times the smallest"


def test_a_unit_is_named_in_full_once():
    assert words("object_direction", "own_front", ahead="-", own_right="absent", up="+-") == (
        "the shift backward is about 0.82 times the object's first distance from the camera, and the "
        "vertical shift is about 0.82 times that distance one way, then about 0.82 the other")


def test_a_hundredth_is_what_still_means():
    assert thresholds_for("default").moved_distance.still == 0.01


@pytest.mark.parametrize("kind", KINDS, ids=".".join)
def test_every_label_has_evidence_without_a_length_in_metres(kind):
    for verdicts in answer_verdicts(*kind):
        said = words(*kind, **verdicts)
        assert not re.search(r"\b(?:m|metres?|meters?|cm|km)\b|[{}]|  |nan|inf|\de", said), said


@pytest.mark.parametrize("kind", KINDS, ids=".".join)
@given(strength=STRENGTHS, which=st.integers(0, 5), widen=st.floats(0.3, 3.0))
def test_no_number_crosses_the_band_by_rounding(kind, strength, which, widen):
    """Whatever the band: beside a large component it is widened to odd values."""
    units = COMPONENTS[kind]
    for name, unit in units.items():
        verdicts = verdicts_of(kind[0])
        verdict = verdicts[which % len(verdicts)]
        lo, hi = (bound * widen for bound in band_of(unit))
        if unit.startswith("of the sum"):
            lo, hi = band_of(unit)
        made = statement(*kind, {name: verdict}, strength, (lo, hi))
        shown = numbers(evidence_words(made, {name: verdict}))
        check = _checks(unit, verdict, lo, hi)
        assert all(check(value) for value in shown), (verdict, lo, hi, shown)


def _checks(unit, verdict, lo, hi):
    slack = 1 + 1e-6
    if unit.startswith("of the sum"):
        least, most = (1 + hi) / (1 - hi), (1 + lo) / (1 - lo)
    elif unit.startswith("natural log"):
        least, most = math.exp(hi), max(math.exp(lo), 1.01)
        if verdict == "-":
            return lambda value: value <= slack / least
    else:
        least, most = hi, lo
    if verdict in ("absent", "same"):
        return lambda value: value <= most * slack
    return lambda value: value >= least / slack


def test_two_legs_of_different_length_are_told_apart():
    path = replace(quantity("turn", "degrees", "+-", 0.5), series=(0.0, 20.0, 40.0, 30.0, 10.0))
    made = statement("object_rotation", "", {"turn": "+-"})
    made.components["turn"] = Component(path, 1.0)
    said = evidence_words(made, {"turn": "+-"})
    assert said == "the turn is about 40 degrees one way, then about 30 the other"


def test_a_verdict_in_the_band_has_no_evidence():
    for kind in KINDS:
        name = next(iter(COMPONENTS[kind]))
        made = statement(*kind, {name: verdicts_of(kind[0])[0]})
        with pytest.raises(FourdpQaError, match="undecided"):
            evidence_words(made, {name: "undecided"})


@given(value=st.floats(1e-4, 1e4))
def test_numbers_are_rounded_to_two_digits_the_right_way(value):
    assert float(nearest(value)) == pytest.approx(value, rel=0.051)
    assert value * (1 - 1e-6) <= float(at_most(value, float("inf"))) <= value * 1.11


@pytest.mark.parametrize("value, text", [
    (1.0, "1.0"), (2.0, "2"), (0.301, "0.3"), (112.4, "110"), (0.0123, "0.012"), (25.4, "25"),
])
def test_numbers_read_well(value, text):
    assert nearest(value) == text


def test_more_digits_are_shown_where_two_would_deny_the_label():
    assert nearest(25.43, low=25.4) == "25.4"
    assert nearest(0.8333, high=0.83334) == "0.83"
    assert at_most(1.0599, 1.06) == "1.06"
