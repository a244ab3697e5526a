"""Track lines out of free text: tolerant to what surrounds them, strict on the numbers."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.eval_tasks.scoring.parsed_answer import Reason
from fourdp_qa.eval_tasks.scoring.tracks.parse import parse_track

TARGETS = (12, 3)
BOTH = {12: (0.413, 0.207), 3: (0.398, 0.251)}

WHOLE = [
    "frame 12: (0.413, 0.207) visible\nframe 3: (0.398, 0.251) not visible",
    "frame 3: (0.398, 0.251) not visible\nframe 12: (0.413, 0.207) visible",  # another order
    "The track is\n\n- **Frame 12**: (0.413, 0.207), visible\n- **Frame 3**: (0.398, 0.251), not visible",
    "frame 12: (.413, .207) visible; frame 3: (.398,.251) occluded",
    "In frame 12 the point is at (0.413, 0.207) and visible. In frame 3 it is hidden, at (0.398, 0.251).",
    "frame 12: [0.413, 0.207] visible\nframe 3: [0.398, 0.251] invisible",
    "Frame 12: (x=0.413, y=0.207) visible\nFrame 3: (x=0.398, y=0.251) not visible",
    "<think>frame 12: (0.1, 0.1) visible</think>\nframe 12: (0.413, 0.207) visible\n"
    "frame 3: (0.398, 0.251) not visible",
    "frame 12: (0.9, 0.9) visible? No.\nFinal answer:\nframe 12: (0.413, 0.207) visible\n"
    "frame 3: (0.398, 0.251) not visible",
    "frame 0: (0.1, 0.2) visible\nframe 12: (0.413, 0.207) visible\nframe 3: (0.398, 0.251) not visible",
    "frame 12:\n(0.413, 0.207) visible\nframe 3:\n(0.398, 0.251) not visible",
    "frame 12: (0.413, 0.207) visible\nframe 12: (0.413, 0.207) visible\nframe 3: (0.398, 0.251) not visible",
]


@pytest.mark.parametrize("response", WHOLE)
def test_lines_are_read_whatever_surrounds_them(response: str) -> None:
    track = parse_track(response, TARGETS)
    assert track.points == BOTH
    assert track.visible == {12: True, 3: False}
    assert track.reason == Reason.DECLARED


@pytest.mark.parametrize("point", [
    "(120, 85)",  # pixels of an image whose size only the model knew
    "(41.3%, 20.7%)", "(0.413)", "0.413, 0.207", "(0.413 0.207)", "(0,413, 0,207)", "(0.413, ?)",
    "(4.13e-1, 2.07e-1)", "(0.413, 0.207, 1.0)", "(about 0.4, 0.2)", "(nan, nan)", "(x, y)",
])
def test_what_are_not_two_plain_fractions_in_brackets_is_no_point(point: str) -> None:
    track = parse_track(f"frame 12: {point} visible\nframe 3: (0.398, 0.251) not visible", TARGETS)
    assert track.points == {3: BOTH[3]}
    assert track.visible == {12: True, 3: False}
    assert track.reason == Reason.NOT_FOUND


def test_a_point_outside_the_image_is_a_point() -> None:
    assert parse_track("frame 12: (-0.120, 1.250) visible", (12,)).points == {12: (-0.12, 1.25)}


def test_each_half_is_read_by_itself() -> None:
    track = parse_track("frame 12: (0.413, 0.207)\nframe 3: not visible", TARGETS)
    assert (track.points, track.visible) == ({12: BOTH[12]}, {3: False})


@pytest.mark.parametrize(("response", "missing"), [
    ("frame 12: (0.4, 0.2) visible\nframe 12: (0.5, 0.2) visible", "points"),
    ("frame 12: (0.4, 0.2) visible\nframe 12: (0.4, 0.2) not visible", "visible"),
    ("frame 12: (0.4, 0.2) or (0.5, 0.2) visible", "points"),
])
def test_two_answers_are_none(response: str, missing: str) -> None:
    track = parse_track(response, (12,))
    assert getattr(track, missing) == {}
    assert track.reason == Reason.TWO_ANSWERS


@pytest.mark.parametrize(("response", "reason"), [
    ("", Reason.EMPTY), ("I cannot watch videos.", Reason.NOT_FOUND), ("A", Reason.NOT_FOUND),
    ("(0.4, 0.2) visible", Reason.NOT_FOUND), ("frame 5: (0.4, 0.2) visible", Reason.NOT_FOUND),
    ("[LMMS_EVAL_REQUEST_FAILED] frame 12: (0.4, 0.2) visible", Reason.REQUEST_FAILED),
    ("<think>frame 12: (0.4, 0.2) visible", Reason.REASONING_CUT_OFF),
])
def test_nothing_is_guessed(response: str, reason: Reason) -> None:
    track = parse_track(response, TARGETS)
    assert (track.points, track.visible, track.reason) == ({}, {}, reason)


@given(st.text(alphabet="frame 0123456789:().,-visblnotx\n", max_size=200))
def test_any_text_is_read_without_error(text: str) -> None:
    track = parse_track(text, TARGETS)
    assert set(track.points) | set(track.visible) <= set(TARGETS)


@pytest.mark.parametrize("unit", ["frame 12 ", "(0.1,", "frame 12: (0.1, 0.2) ", "not ", "visible "])
def test_a_model_that_repeats_itself_is_read_at_once(unit: str) -> None:
    started = time.process_time()
    parse_track(unit * (20_000 // len(unit)), TARGETS)
    assert time.process_time() - started < 2.0
