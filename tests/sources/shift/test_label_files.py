"""Label files of many sequences: found once by their bytes, read one sequence at a time."""

from __future__ import annotations

import json

import pytest

from fourdp_qa.errors import SourceDataError
from fourdp_qa.sources.shift.label_files import index_sequences, read_frames

FRAMES = [{"name": f"{t:08d}_img_front.jpg", "videoName": name, "extrinsics": {"location": [t]},
           "labels": [{"id": "7", "rle": {"counts": 'a\\{"b[]', "size": [2, 2]}}] * 2}
          for name in ("0001-aaaa", "0003-17fb", "0fff-bbbb") for t in range(3)]
CONFIG = {"imageSize": {"width": 4, "height": 2}, "categories": [{"name": "car"}]}


def written(tmp_path, text):
    path = tmp_path / "det_3d.json"
    path.write_text(text)
    return path


def reordered(frame):
    return {key: frame[key] for key in ("labels", "extrinsics", "videoName", "name")}


LAYOUTS = {
    "as published": json.dumps({"frames": FRAMES, "config": CONFIG}),
    "indented": json.dumps({"frames": FRAMES, "config": CONFIG}, indent=2),
    "without spaces": json.dumps({"frames": FRAMES, "config": CONFIG}, separators=(",", ":")),
    "the configuration first": json.dumps({"config": CONFIG, "frames": FRAMES, "groups": None}),
    "sequences mixed": json.dumps({"frames": [*FRAMES[:4], FRAMES[8], *FRAMES[4:8]], "config": CONFIG}),
    "a bare list": json.dumps(FRAMES),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_sequence_is_read_alone(tmp_path, layout):
    path = written(tmp_path, LAYOUTS[layout])
    index = index_sequences(path)
    assert sorted(index) == ["0001-aaaa", "0003-17fb", "0fff-bbbb"]
    for name, ranges in index.items():
        found = sorted(read_frames(path, ranges, name), key=lambda frame: frame["name"])
        assert found == [frame for frame in FRAMES if frame["videoName"] == name]


def test_keys_may_stand_in_any_order_where_texts_hold_no_braces(tmp_path):
    frames = [{**reordered(frame), "labels": [{"id": "7", "box3d": {"location": [1, 2, 3]}}]}
              for frame in FRAMES]
    path = written(tmp_path, json.dumps({"frames": frames, "config": CONFIG}))
    for name, ranges in index_sequences(path).items():
        assert read_frames(path, ranges, name) == [f for f in frames if f["videoName"] == name]


def test_a_sequence_that_the_file_lacks(tmp_path):
    path = written(tmp_path, LAYOUTS["as published"])
    with pytest.raises(SourceDataError, match="found none of 0002-cccc"):
        read_frames(path, (), "0002-cccc")


def test_a_file_that_changed_since_it_was_looked_through_is_not_read_as_if_it_had_not(tmp_path):
    path = written(tmp_path, LAYOUTS["as published"])
    ranges = index_sequences(path)["0003-17fb"]
    written(tmp_path, json.dumps({"frames": [*FRAMES[3:6], *FRAMES[:3], *FRAMES[6:]], "config": CONFIG}))
    with pytest.raises(SourceDataError, match="the file has changed since its scenes were listed"):
        read_frames(path, ranges, "0003-17fb")


def test_a_file_cut_anywhere_gives_whole_sequences_or_an_error(tmp_path):
    """Every cut: a sequence comes back whole, or it is refused; it is never shorter."""
    text = LAYOUTS["without spaces"]
    whole = {name: [f for f in FRAMES if f["videoName"] == name] for name in ("0001-aaaa", "0003-17fb")}
    refused = 0
    for end in range(1, text.index('"config"') - 2, 7):
        path = written(tmp_path, text[:end])
        try:
            index = index_sequences(path)
        except SourceDataError:
            refused += 1
            continue
        for name, ranges in index.items():
            try:
                assert read_frames(path, ranges, name) == whole[name]
            except SourceDataError as error:
                assert "found a damaged file" in str(error)
                refused += 1
    assert refused > 50
