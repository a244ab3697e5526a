"""Clips are rendered again and compared, rings included."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
from changed_rows import change

from fourdp_qa.clips import encode
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.inspection.verify import verify
from fourdp_qa.scene.segment import Segment
from fourdp_qa.sources.registry import SourceOptions, list_scenes


def test_clips_are_rendered_again_rings_included(filmed):
    rows = DatasetFolder.open(filmed).rows()
    assert any(row.naming == "circle" for row in rows)
    found = verify(filmed)
    assert found.ok, found.to_plain()
    assert found.clips == len({row.file_name for row in rows})


def test_swapped_clips_are_found(copy):
    folder = copy("filmed")
    opened = DatasetFolder.open(folder)
    rows = opened.rows()
    plain_clips = sorted({row.file_name for row in rows if row.naming != "circle"})
    one, other = (opened.split_folder / name for name in plain_clips[:2])
    data = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(data)
    found = verify(folder)
    assert set(found.by_column) == {"clip"}
    assert found.rows_that_differ == tuple(sorted(
        row.id for row in rows if row.file_name in plain_clips[:2]))


def test_a_clip_without_its_ring_is_found(copy):
    folder = copy("filmed")
    opened = DatasetFolder.open(folder)
    ringed = next(row for row in opened.rows() if row.naming == "circle")
    bare = next(row for row in opened.rows()
                if row.naming != "circle" and row.scene_id == ringed.scene_id)
    shutil.copy(opened.split_folder / bare.file_name, opened.split_folder / ringed.file_name)
    found = verify(folder)
    assert ringed.id in found.rows_that_differ
    assert set(found.by_column) == {"clip"}


def test_a_row_with_the_clip_of_another_scene_is_found(copy):
    folder = copy("filmed")
    rows = [row for row in DatasetFolder.open(folder).rows() if row.naming == "caption"]
    one = rows[0]
    other = next(row for row in rows if row.scene_id != one.scene_id)
    change(folder, {one.id: replace(one, file_name=other.file_name)})
    found = verify(folder)
    assert found.rows_that_differ == (one.id,)
    assert {"file_name", "clip"} <= found.by_column.keys()


def test_a_clip_of_another_encoder_speed_is_the_same_clip(copy, monkeypatch):
    folder = copy("filmed")
    opened = DatasetFolder.open(folder)
    row = next(r for r in opened.rows() if r.naming != "circle")
    path = opened.split_folder / row.file_name
    (handle,) = (h for h in list_scenes("simulator", SourceOptions(size=112, frames=16, scenes=2, seed=11))
                 if h.scene_id == row.scene_id)
    scene, segment = handle.open(), Segment.parse(row.segment)
    frames = np.stack([scene.rgb(t) for t in segment.frames])
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setitem(encode.CODEC_OPTIONS, "preset", "slow")
        encode.encode_clip(frames, path, segment.fps)
    assert path.read_bytes() != before
    assert verify(folder).ok
