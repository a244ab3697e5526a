"""The mp4 of a sequence: any frame in any order, without decoding all that lies before it."""

from __future__ import annotations

import numpy as np
import pytest

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.shift.archives import VIDEO, parts_of
from fourdp_qa.sources.shift.video import VideoFrames


@pytest.fixture
def part(view, packed, tmp_path):
    """The mp4 inside a tar."""
    packed(tmp_path, "img", "tar", {"0001-aaaa.mp4": b"another", "0003-17fb.mp4": view.mp4()})
    return parts_of(tmp_path / "img.tar", "img", "front", "0003-17fb")[VIDEO]


def decoded(frames):
    """How many frames `frames` takes from the decoder from now on, as a list that grows."""
    count = []
    original = frames._frames

    def counting():
        for frame in original:
            count.append(frame.pts)
            yield frame

    frames._frames = counting()
    return count


def test_a_jump_shows_what_reading_in_order_shows(view, part):
    in_order = VideoFrames(part, 60, 96)
    pictures = [in_order.read(t) for t in range(14)]
    jumping = VideoFrames(part, 60, 96)
    for t in (13, 0, 7, 8, 6, 6, 12, 1):
        np.testing.assert_array_equal(jumping.read(t), pictures[t])
    differences = [np.abs(a.astype(int) - view.scene.rgb(t)).mean() for t, a in enumerate(pictures)]
    others = [np.abs(a.astype(int) - view.scene.rgb((t + 5) % 14)).mean() for t, a in enumerate(pictures)]
    assert max(differences) < 0.8 * min(others)  # frame k of the video is picture k
    in_order.close()
    jumping.close()


def test_frames_in_order_are_decoded_once(part):
    frames = VideoFrames(part, 60, 96)
    frames.read(0)
    taken = decoded(frames)
    for t in range(1, 7):
        frames.read(t)
    assert len(taken) == 6


def test_a_frame_beyond_the_end_and_another_size_are_said(part):
    with pytest.raises(SourceDataError, match="found 14 frames, expected frame 14"):
        VideoFrames(part, 60, 96).read(14)
    with pytest.raises(SourceDataError, match="found 96x60, expected 96x80"):
        VideoFrames(part, 80, 96).read(0)
