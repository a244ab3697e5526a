"""Recordings are cut into segments as their standard says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.scene.segment import MIN_FRAMES, Segment, cut_segments
from fourdp_qa.scene.standard import standard_for, standard_names

DRIVING = standard_for("driving").span_seconds
EGOCENTRIC = standard_for("egocentric").span_seconds


def test_a_scene_without_a_span_is_one_segment_over_all_of_it():
    assert cut_segments(24, 12.0, 32) == [Segment(0, 1, 24, 12.0)]
    assert cut_segments(97, 12.0, 32) == [Segment(0, 3, 32, 12.0)]


def test_a_drive_at_ten_frames_a_second_keeps_every_frame():
    cut = cut_segments(100, 10.0, 32, DRIVING)
    assert [(s.start, s.stride, s.count) for s in cut] == [(0, 1, 32), (32, 1, 32), (64, 1, 32)]


def test_an_egocentric_recording_keeps_every_third_frame_of_thirty():
    first, second = cut_segments(200, 30.0, 32, EGOCENTRIC)
    assert (first.start, first.stride, first.count, second.start) == (0, 3, 32, 96)
    assert first.seconds == pytest.approx(3.1)


def test_one_frame_a_second_is_slower_than_any_span_and_is_taken_as_it_is():
    assert cut_segments(50, 1.0, 32, DRIVING) == [Segment(0, 1, 32, 1.0)]


def test_a_recording_shorter_than_a_span_is_one_segment_and_nothing_is_padded():
    assert cut_segments(31, 10.0, 32, DRIVING) == [Segment(0, 1, 31, 10.0)]
    assert cut_segments(64, 30.0, 32, EGOCENTRIC) == [Segment(0, 2, 32, 30.0)]


@pytest.mark.parametrize(("count", "wanted"), [(MIN_FRAMES - 1, 32), (100, MIN_FRAMES - 1)])
def test_too_few_frames_are_refused(count, wanted):
    with pytest.raises(FourdpQaError, match=f"expected at least {MIN_FRAMES}"):
        cut_segments(count, 10.0, wanted, DRIVING)


@given(
    count=st.integers(MIN_FRAMES, 900), wanted=st.integers(MIN_FRAMES, 64),
    fps=st.sampled_from([1.0, 10.0, 12.0, 25.0, 30.0]), span=st.sampled_from([0.0, DRIVING, EGOCENTRIC]),
)
def test_segments_stay_inside_share_no_frame_and_waste_less_than_one_of_them(count, wanted, fps, span):
    cut = cut_segments(count, fps, wanted, span)
    frames = [t for segment in cut for t in segment.frames]
    assert cut and len(set(frames)) == len(frames) and max(frames) < count
    assert all(MIN_FRAMES <= segment.count <= wanted for segment in cut)
    if len(cut) > 1:
        last = cut[-1]
        assert count - last.frames[-1] - 1 < last.count * last.stride + last.stride


def test_the_text_of_a_segment_is_read_back():
    segment = Segment(64, 3, 32, 29.97)
    assert Segment.parse(segment.text) == segment


def test_an_unknown_standard_is_named_with_those_there_are():
    with pytest.raises(FourdpQaError, match="found 'drivin', expected one of whole, driving, egocentric"):
        standard_for("drivin")
    assert standard_names() == ("whole", "driving", "egocentric")
