"""The JSON columns: written and read back, with six digits and equal bytes for equal inputs."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.rows.details import (
    CircleMark,
    Evidence,
    NamedFrames,
    ObjectMention,
    Quantity,
    TrackEvidence,
    evidence_from_json,
    frames_from_json,
    objects_from_json,
    to_json,
)


def six_digits(value):
    return float(f"{value:.6g}") or 0.0


texts = st.text(max_size=20)
numbers = st.floats(-1e6, 1e6).map(six_digits)
shares = st.floats(0, 1).map(six_digits)
points = st.tuples(shares, shares)
frames = st.integers(0, 31)
circles = st.builds(CircleMark, texts, shares, st.dictionaries(frames, points, max_size=4))
mentions = st.builds(
    ObjectMention, st.integers(0, 99), texts, texts, frames, st.none() | st.tuples(*[shares] * 4),
    st.none() | points, st.none() | circles,
)
quantities = st.builds(
    Quantity, texts, texts, numbers, numbers, numbers, numbers, texts,
    st.lists(numbers, max_size=5).map(tuple),
)
paths = st.lists(st.none() | st.tuples(numbers, numbers), max_size=4).map(tuple)
tracks = st.builds(
    TrackEvidence, frames, paths, paths, st.lists(st.booleans(), max_size=4).map(tuple))
evidences = st.builds(
    Evidence, texts, st.lists(quantities, max_size=3).map(tuple), st.none() | tracks)


@given(st.lists(mentions, max_size=3))
def test_mentions_come_back(items):
    assert objects_from_json(to_json(items)) == items


@given(evidences)
def test_evidence_comes_back(evidence):
    assert evidence_from_json(to_json(evidence)) == evidence


@given(st.integers(12, 32), st.lists(frames, max_size=4), st.lists(frames, max_size=8))
def test_frames_come_back(count, named, targets):
    value = NamedFrames(count, tuple(named), tuple(targets))
    assert frames_from_json(to_json(value)) == value


@given(st.lists(mentions, max_size=3))
def test_equal_inputs_give_equal_bytes(items):
    again = objects_from_json(to_json(items))
    assert to_json(again) == to_json(items)


def test_numbers_keep_six_digits_and_zero_has_no_sign():
    quantity = Quantity("q", "", 1 / 3, -1e-320 * 0, 123456.789, 2e-9, "+", (-0.0,))
    data = json.loads(to_json(Evidence("", (quantity,))))["quantities"][0]
    assert (data["value"], data["lo"], data["hi"]) == (0.333333, 123457, 2e-9)
    assert "-0.0" not in to_json(Evidence("", (quantity,)))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_evidence_must_be_finite(bad):
    with pytest.raises(ValueError, match="not finite"):
        to_json(Evidence("", (Quantity("q", "", bad, 0, 0, 0, "+"),)))


def test_frame_numbers_take_two_places():
    """Lengths that differ by one break the Hub viewer's statistics."""
    lengths = {len(to_json(NamedFrames(count, (t,)))) for count in (12, 32) for t in (0, 9, 10, 31)}
    assert len(lengths) == 1
