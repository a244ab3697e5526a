"""How objects, points and frames are named."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.phrasing.references import (
    at_moment,
    by_caption,
    by_circle,
    by_point,
    coordinates,
    frame_words,
    frames_words,
    track_line,
)

COORDINATES = re.compile(r"\((-?\d+\.\d{3}), (-?\d+\.\d{3})\)")


def test_three_ways_to_name_an_object():
    assert by_caption("red toy car") == "the red toy car"
    assert by_point(0.41251, 0.2068, 0, 32) == "the object at (0.413, 0.207) in the first frame"
    assert by_point(0.5, 0.25, 12, 32) == "the object at (0.500, 0.250) in frame 12"
    assert by_circle("red") == "the object in the red circle"


@pytest.mark.parametrize("caption", ["coffee bean", "the coffee bean", "a coffee bean", "The coffee bean"])
def test_a_caption_with_an_article_gets_no_second_one(caption):
    assert by_caption(caption) == "the coffee bean"


@pytest.mark.parametrize("frame, said", [
    (0, "the first frame"), (1, "frame 1"), (30, "frame 30"), (31, "the last frame"),
])
def test_frame_words(frame, said):
    assert frame_words(frame, 32) == said


def test_frame_words_follow_the_length_of_the_clip():
    assert frame_words(23, 24) == "the last frame"
    assert frame_words(23, 32) == "frame 23"


@pytest.mark.parametrize("reference, frame, said", [
    ("the red car", 8, "the red car in frame 8"),
    ("the red car", 0, "the red car in the first frame"),
    ("the object in the red circle", 31, "the object in the red circle in the last frame"),
    ("the object in the red circle in frame 8", 8, "the object in the red circle in frame 8"),
    ("the object at (0.500, 0.250) in frame 12", 12, "the object at (0.500, 0.250) in frame 12"),
    ("the object at (0.500, 0.250) in frame 12", 2,
     "the object at (0.500, 0.250) in frame 12 (as it is in frame 2)"),
    ("the car in the garage", 8, "the car in the garage in frame 8"),
])
def test_an_object_at_a_moment_says_its_frame_once(reference, frame, said):
    assert at_moment(reference, frame, 32) == said


@pytest.mark.parametrize("frames, said", [
    ([12], "frame 12"), ([12, 3], "frames 12 and 3"), ([12, 3, 20], "frames 12, 3 and 20"),
])
def test_frames_keep_the_order_asked(frames, said):
    assert frames_words(frames) == said


@pytest.mark.parametrize("value", [-0.0, -0.0004, -1e-9, 0.0, 0.0004])
def test_no_minus_before_zero(value):
    assert coordinates(value, value) == "(0.000, 0.000)"


def test_a_real_minus_stays():
    assert coordinates(-0.0006, 1.25) == "(-0.001, 1.250)"


@given(x=st.floats(-2, 3), y=st.floats(-2, 3))
def test_coordinates_read_back_within_half_a_thousandth(x, y):
    text = coordinates(x, y)
    match = COORDINATES.fullmatch(text)
    assert match, text
    assert abs(float(match[1]) - x) <= 0.000501
    assert abs(float(match[2]) - y) <= 0.000501
    assert "-0.000" not in text


@pytest.mark.parametrize("visible, line", [
    (True, "frame 12: (0.413, 0.207) visible"), (False, "frame 12: (0.413, 0.207) not visible"),
])
def test_track_line(visible, line):
    assert track_line(12, (0.413, 0.207), visible) == line


def test_track_line_never_says_first_or_last_frame():
    assert track_line(0, (0.0, 1.0), True) == "frame 0: (0.000, 1.000) visible"
