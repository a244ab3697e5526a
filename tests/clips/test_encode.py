"""A clip is H.264 that plays anywhere, has the same bytes every time, and is there whole or not."""

from pathlib import Path

import av
import numpy as np
import pytest

from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.errors import FourdpQaError


def moving_block(count=16, height=64, width=96):
    ground = np.linspace(30, 170, width)[None, :, None] * np.ones((height, 1, 3))
    frames = np.repeat(ground[None], count, axis=0)
    for t in range(count):
        frames[t, 20:40, 4 * t : 4 * t + 16] = (210, 60, 40)
    return frames.astype(np.uint8)


def test_frames_come_back_close_in_number_order_and_colour(tmp_path):
    frames = moving_block()
    encode_clip(frames, tmp_path / "clip.mp4", fps=12)
    decoded = decode_clip(tmp_path / "clip.mp4")
    assert decoded.shape == frames.shape
    assert np.abs(decoded.astype(int) - frames).mean() < 3
    # each decoded frame is nearer to its own frame than to its neighbours
    for t in range(1, len(frames) - 1):
        errors = [np.abs(decoded[t].astype(int) - frames[s]).mean() for s in (t - 1, t, t + 1)]
        assert errors[1] == min(errors)


def test_flat_colours_survive_the_change_of_colour_space(tmp_path):
    for colour in ((200, 40, 90), (20, 190, 60), (40, 60, 230), (128, 128, 128)):
        frames = np.full((12, 32, 32, 3), colour, np.uint8)
        encode_clip(frames, tmp_path / "flat.mp4", fps=12)
        mean = decode_clip(tmp_path / "flat.mp4").reshape(-1, 3).mean(axis=0)
        assert np.abs(mean - colour).max() < 4


@pytest.mark.parametrize(("side", "runs"), [(48, 30), (64, 30), (160, 12), (448, 4)])
def test_bytes_are_the_same_every_time(tmp_path, side, runs):
    """Sides that are no multiple of 128 are where an encoder reads beyond its own buffers."""
    frames = moving_block(height=side, width=side)
    found = set()
    for run in range(runs):
        memory_in_use = [bytes([run]) * size for size in (1000, 50_000, 2_000_000)]
        encode_clip(frames, tmp_path / "clip.mp4", fps=12)
        found.add((tmp_path / "clip.mp4").read_bytes())
        del memory_in_use
    assert len(found) == 1


def test_file_is_what_browsers_and_decoders_expect(tmp_path):
    encode_clip(moving_block(count=40), tmp_path / "clip.mp4", fps=29.97)
    with av.open(str(tmp_path / "clip.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert float(stream.average_rate) == pytest.approx(29.97, abs=0.01)
        assert stream.frames == 40
        keys = [packet.is_keyframe for packet in container.demux(stream) if packet.size]
    assert keys[0] and sum(keys) == 2, "a key frame at the start and every 32 frames"
    data = (tmp_path / "clip.mp4").read_bytes()
    assert data.find(b"moov") < data.find(b"mdat"), "the index stands in front of the pictures"


@pytest.mark.parametrize("shape", [(12, 63, 64, 3), (12, 64, 63, 3)])
def test_odd_sides_are_refused_by_name(tmp_path, shape):
    with pytest.raises(FourdpQaError, match=r"odd\.mp4.*63.*expected even sides"):
        encode_clip(np.zeros(shape, np.uint8), tmp_path / "odd.mp4", fps=12)


@pytest.mark.parametrize(
    "frames", [np.zeros((12, 64, 64), np.uint8), np.zeros((12, 64, 64, 3)),
               np.zeros((0, 64, 64, 3), np.uint8)])
def test_other_arrays_are_refused(tmp_path, frames):
    with pytest.raises(FourdpQaError, match=r"expected \(T, H, W, 3\) of uint8"):
        encode_clip(frames, tmp_path / "clip.mp4", fps=12)


def test_a_failed_write_leaves_nothing_and_keeps_the_old_clip(tmp_path, monkeypatch):
    encode_clip(moving_block(), tmp_path / "clip.mp4", fps=12)
    before = (tmp_path / "clip.mp4").read_bytes()

    def stop(*_args, **_kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(FourdpQaError, match=r"clip\.mp4: cannot be written .*No space left"):
        encode_clip(moving_block(), tmp_path / "clip.mp4", fps=12)
    assert [p.name for p in tmp_path.iterdir()] == ["clip.mp4"]
    assert (tmp_path / "clip.mp4").read_bytes() == before


def test_a_folder_in_the_way_is_one_line(tmp_path):
    (tmp_path / "clip.mp4").mkdir()
    with pytest.raises(FourdpQaError, match=r"clip\.mp4: cannot be written"):
        encode_clip(moving_block(), tmp_path / "clip.mp4", fps=12)
    assert [p.name for p in tmp_path.iterdir()] == ["clip.mp4"]
