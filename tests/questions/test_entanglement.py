"""What the picture would say had the camera never moved, against what is true."""

from __future__ import annotations

import pytest

from fourdp_qa.questions.entanglement import VALUES, entangled
from fourdp_qa.questions.evidence import Quantity, TrackEvidence
from fourdp_qa.questions.statement import Component, Statement
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.questions.tracking import track_entangled, track_gap


def statement(fixed="", **components):
    """``statement(right=("+", "-"))``: the truth is +, the picture says -."""
    made = {
        name: Component(Quantity(name, "", 0.0, 0.0, 0.0, 1.0, truth), 1.0, picture)
        for name, (truth, picture) in components.items()
    }
    return Statement("object_direction", "first_camera", (1,), (0,), (0,), "camera", made, fixed)


@pytest.mark.parametrize(("truth", "picture", "value"), [
    ("+", "+", "agree"), ("+", "-", "opposite"), ("+-", "-+", "opposite"),
    ("+", "absent", "different"),  # an object that the camera follows reads as still
    ("absent", "+", "different"),  # a pan makes a standing object slide
    ("+", "+-", "different"), ("inconsistent", "+", "different"),
    ("absent", "absent", "agree"), ("inconsistent", "inconsistent", "agree"),
    ("+", "undecided", "unclear"),
])
def test_one_component(truth, picture, value):
    assert entangled(statement(right=(truth, picture)), ["right"]) == value


@pytest.mark.parametrize(("components", "value"), [
    ({"right": ("+", "-"), "away": ("+", "absent")}, "opposite"),
    ({"right": ("+", "absent"), "away": ("+", "undecided")}, "different"),
    ({"right": ("+", "+"), "away": ("+", "undecided")}, "unclear"),
    ({"right": ("+", "+"), "away": ("absent", "absent")}, "agree"),
])
def test_the_worst_reading_of_the_components_asked_about_counts(components, value):
    assert entangled(statement(**components), list(components)) == value


def test_what_the_picture_says_nothing_about_does_not_count():
    assert entangled(statement(right=("+", ""), away=("+", "absent")), ["right", "away"]) == "different"
    assert entangled(statement(right=("+", ""), away=("+", "+")), ["right", "away"]) == "agree"
    assert entangled(statement(right=("+", ""), away=("same", "")), ["right", "away"]) == "none"
    assert entangled(statement(right=("+", "-")), ["up"]) == "none"


@pytest.mark.parametrize(("truth", "picture", "value"), [
    ("+", "-", "opposite"), ("-", "+", "opposite"), ("same", "same", "agree"),
    ("same", "+", "different"), ("+", "neither", "different"), ("neither", "same", "different"),
    ("neither", "undecided", "unclear"),
])
def test_comparisons_are_read_by_the_same_rule(truth, picture, value):
    """ "A moved farther" and "B moved farther" are opposites, as + and - of one object are."""
    assert entangled(statement(farther=(truth, picture)), ["farther"]) == value


def test_components_that_are_not_asked_about_do_not_count():
    both = statement(right=("+", "+"), away=("+", "-"))
    assert entangled(both, ["right"]) == "agree"


def test_a_component_in_the_band_does_not_count():
    assert entangled(statement(right=("undecided", "-")), ["right"]) == "agree"


def test_a_type_may_say_the_value_itself():
    assert entangled(statement("none", right=("+", "-")), ["right"]) == "none"
    assert "none" in VALUES


def track(*gaps):
    zero = tuple((0.5, 0.5) for _ in gaps)
    moved = tuple(None if g is None else (0.5 + g, 0.5) for g in gaps)
    return TrackEvidence(0, zero, moved, tuple(True for _ in gaps))


def test_tracks_are_entangled_where_they_part_visibly():
    limits = thresholds_for("default")
    assert track_gap(track(0, 0.02, -0.04, None)) == pytest.approx(0.04)
    assert track_entangled(track(0, 0.049), limits) == "agree"
    assert track_entangled(track(0, 0.051), limits) == "different"
    assert track_gap(track(None)) == 0
