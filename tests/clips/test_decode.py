"""A clip decodes from every form a data set hands over; a bad one is named in one line."""

from pathlib import Path
from types import SimpleNamespace

import fsspec
import numpy as np
import pytest

from fourdp_qa.clips.decode import decode_clip
from fourdp_qa.clips.encode import encode_clip
from fourdp_qa.errors import FourdpQaError


@pytest.fixture
def clip(tmp_path) -> Path:
    rng = np.random.default_rng(0)
    frames = np.repeat(rng.integers(0, 255, (12, 8, 8, 3), np.uint8), 8, axis=1).repeat(8, axis=2)
    encode_clip(frames, tmp_path / "clip.mp4", fps=12)
    return tmp_path / "clip.mp4"


def test_all_kinds_of_cell_give_the_same_frames(clip):
    frames = decode_clip(clip)
    data = clip.read_bytes()
    fsspec.filesystem("memory").pipe("/clip.mp4", data)  # opened as an hf:// path would be
    assert frames.shape == (12, 64, 64, 3) and frames.dtype == np.uint8
    cells = [str(clip), data, {"bytes": data, "path": None}, {"bytes": data, "path": "gone.mp4"},
             {"bytes": None, "path": str(clip)}, {"path": str(clip)}, "memory://clip.mp4"]
    for cell in cells:
        np.testing.assert_array_equal(decode_clip(cell), frames)


def test_the_decoder_object_of_a_decoding_column_is_read(clip):
    frames = decode_clip(clip)

    class Decoder:
        def __len__(self):
            return len(frames)

        def get_frames_in_range(self, start, stop):
            return SimpleNamespace(data=frames[start:stop].transpose(0, 3, 1, 2))

    np.testing.assert_array_equal(decode_clip(Decoder()), frames)


def test_a_missing_clip_is_named_with_what_to_do(tmp_path):
    with pytest.raises(FourdpQaError, match=r"lost\.mp4: the file is missing.*prepare") as error:
        decode_clip(tmp_path / "lost.mp4")
    assert "\n" not in str(error.value)
    with pytest.raises(FourdpQaError, match=r"lost\.mp4: cannot be read"):
        decode_clip("memory://lost.mp4")


@pytest.mark.parametrize("damage", [
    lambda data: data[: len(data) // 2], lambda data: data[:100], lambda data: data[:400], lambda _: b"",
    lambda data: b"not a video at all" * 20,
    lambda data: data[: len(data) // 2] + bytes(400) + data[len(data) // 2 + 400 :],
], ids=["half", "head", "start of the index", "empty", "text", "hole"])
def test_a_damaged_clip_is_named_and_never_shown_in_part(clip, damage):
    clip.write_bytes(damage(clip.read_bytes()))
    for cell in (clip, {"bytes": clip.read_bytes(), "path": "clip.mp4"}):
        with pytest.raises(FourdpQaError, match=r"clip\.mp4: (damaged|found no video)") as error:
            decode_clip(cell)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("cell", [3, None, {"bytes": None, "path": None}, {}])
def test_other_things_are_refused(cell):
    with pytest.raises(FourdpQaError, match="expected"):
        decode_clip(cell)
