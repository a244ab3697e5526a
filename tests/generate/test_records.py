"""What phase 1 leaves behind: shards that come back as they were."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from fourdp_qa.generate.records import Shard, read_shard, write_shard
from fourdp_qa.phrasing.templates import NEEDS
from fourdp_qa.sources.registry import SourceOptions, list_scenes


def assert_equal(one, other):
    if dataclasses.is_dataclass(one):
        assert type(one) is type(other)
        for field in dataclasses.fields(one):
            assert_equal(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_equal(a, b)
    else:
        assert one == other


def test_a_shard_comes_back(records, tmp_path):
    shard = Shard("some scene", tuple(records[:2]))
    write_shard(shard, tmp_path / "deep" / "shard.json.gz")
    assert_equal(read_shard(tmp_path / "deep" / "shard.json.gz"), shard)


def test_equal_shards_have_equal_bytes_and_leave_nothing_else(records, tmp_path):
    for name in ("a", "b"):
        write_shard(Shard("s", tuple(records[:1])), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert {p.name for p in tmp_path.iterdir()} == {"a", "b"}


def test_a_skipped_scene_comes_back_with_its_reason(tmp_path):
    write_shard(Shard("s", (), skipped="depth missing"), tmp_path / "s")
    assert read_shard(tmp_path / "s") == Shard("s", (), skipped="depth missing")


def test_the_proof_holds_the_scenes_own_poses(records):
    handle = list_scenes("simulator", SourceOptions(size=64, frames=12, scenes=1, seed=5))[0]
    scene = handle.open()
    proof = records[0].proof
    assert proof.scene_id == scene.facts.scene_id
    np.testing.assert_array_equal(proof.world_from_camera, scene.world_from_camera)
    np.testing.assert_allclose(proof.world_from_object, scene.world_from_object, atol=1e-9)
    np.testing.assert_array_equal(proof.sizes, [o.size for o in scene.objects])


def test_a_caption_that_fits_two_objects_names_neither(records):
    for record in records:
        for one in record.objects:
            fits = [o for o in record.objects if one.caption
                    and set(one.caption.split()) <= set(o.caption.split())]
            assert one.caption_unique == (len(fits) == 1)


def test_needs_of_templates_follow_from_what_holds(records):
    seen = {need for record in records for need in record.holds}
    assert seen == set(NEEDS)
    for record in records:
        assert not {"camera_moves", "camera_still"} <= set(record.holds)
        if "camera_still" in record.holds:
            assert record.strata.camera_motion == "none"
        if "two_moving_objects" in record.holds:
            assert "moving_object" in record.holds


@pytest.mark.parametrize("what", ["objects: ", "depth: inside the ambiguity band"])
def test_what_is_never_a_candidate_is_counted_with_its_reason(records, what):
    assert any(reason.startswith(what) for record in records for reason in record.dropped)
