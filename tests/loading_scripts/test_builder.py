"""The importable builder gives what the folders hold, prepared and streamed."""

import dataclasses
import shutil

import datasets
import pytest
from datasets import Video

import fourdp_qa
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.mixing import mix_folder
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.loading_scripts import FourdpQa, FourdpQaConfig
from fourdp_qa.questions.registry import TYPES


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Every builder here caches below the test's folder."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


@pytest.fixture(scope="module")
def staged(staged_example, tmp_path_factory):
    """``staged(seed)``: small generations that differ in their seed."""
    root = tmp_path_factory.mktemp("builder")
    return {seed: staged_example(root / str(seed), clips=3, per_type=8, seed=seed) for seed in (0, 1)}


@pytest.fixture
def folder(staged, tmp_path):
    publish(staged[0], tmp_path / "fourdp-qa")
    return DatasetFolder.open(tmp_path / "fourdp-qa")


def built(config="all", **options):
    builder = FourdpQa(config_name=config, **options)
    builder.download_and_prepare()
    return builder.as_dataset(split="train").cast_column("video", Video(decode=False))


def test_there_is_a_typed_config_for_every_type_and_one_for_all():
    configs = FourdpQa.BUILDER_CONFIGS
    assert [c.name for c in configs] == ["all", *(t.name for t in TYPES)]
    assert all(isinstance(c, FourdpQaConfig) for c in configs)
    assert configs[0].question_types == tuple(t.name for t in TYPES)
    assert all(c.question_types == (c.name,) for c in configs[1:])
    assert FourdpQa.DEFAULT_CONFIG_NAME == "all"
    assert {"source", "roots", "seed", "mix", "total"} <= {f.name for f in dataclasses.fields(FourdpQaConfig)}


@pytest.mark.parametrize("config", ["all", "depth", "visual_point_tracking"])
def test_prepared_and_streamed_rows_are_those_of_the_folder(folder, config):
    rows = built(config, base_path=str(folder.path))
    builder = FourdpQa(config_name=config, base_path=str(folder.path))
    stream = list(builder.as_streaming_dataset(split="train").decode(False))
    expected = folder.rows(config)
    assert rows["id"][:] == [r["id"] for r in stream] == [row.id for row in expected]
    assert [cell["path"] for cell in rows["video"]] == [
        str(folder.clip_path(row)) for row in expected]
    assert rows["options"][:] == [row.options for row in expected]
    assert fourdp_qa.frames(rows[0]).shape == fourdp_qa.frames(stream[0]).shape == (12, 64, 64, 3)


def test_its_columns_are_those_of_the_folder_loaded_by_path(folder):
    by_path = fourdp_qa.load(folder.path, split="train")
    assert built(base_path=str(folder.path)).features == by_path.features


def test_it_writes_parquet_with_the_clips_inside(folder, tmp_path):
    FourdpQa(config_name="depth", base_path=str(folder.path)).download_and_prepare(
        str(tmp_path / "parquet"), file_format="parquet")
    (written,) = (tmp_path / "parquet").glob("*.parquet")
    rows = datasets.Dataset.from_parquet(str(written)).cast_column("video", Video(decode=False))
    assert rows[0]["video"]["bytes"] and fourdp_qa.frames(rows[0]).shape == (12, 64, 64, 3)


def test_without_clips_there_is_no_column_of_video(staged_example, tmp_path):
    publish(staged_example(tmp_path / "stage", per_type=3, with_clips=False), tmp_path / "out")
    builder = FourdpQa(base_path=str(tmp_path / "out"))
    builder.download_and_prepare()
    assert not {"video", "file_name"} & set(builder.as_dataset(split="train").column_names)


def test_a_stream_is_shared_out_among_workers(folder):
    stream = FourdpQa(base_path=str(folder.path)).as_streaming_dataset(split="train").decode(False)
    assert stream.num_shards == 6
    ids = [row["id"] for index in range(3) for row in stream.shard(3, index)]
    assert sorted(ids) == sorted(row.id for row in folder.rows())


def test_rows_generated_again_are_read_again(staged, folder):
    assert set(built("depth", base_path=str(folder.path))["seed"]) == {"0"}
    publish(staged[1], folder.path)
    assert set(built("depth", base_path=str(folder.path))["seed"]) == {"1"}


def test_a_moved_folder_gives_the_clips_of_its_new_place(folder, tmp_path):
    built("depth", base_path=str(folder.path))
    shutil.move(folder.path, tmp_path / "moved")
    row = built("depth", base_path=str(tmp_path / "moved"))[0]
    assert row["video"]["path"].startswith(str(tmp_path / "moved"))


def test_several_folders_are_read_one_after_the_other(staged, folder, tmp_path):
    publish(staged[1], tmp_path / "second")
    rows = built("depth", roots=(str(folder.path), str(tmp_path / "second")))
    assert rows["seed"][:] == ["0"] * 8 + ["1"] * 8
    assert fourdp_qa.frames(rows[15]).shape == (12, 64, 64, 3)


def test_a_mix_is_that_of_the_command(folder, tmp_path):
    mix_folder(folder.path, tmp_path / "mixed", "tm_pt", 20, seed=3)
    expected = {row.id for row in DatasetFolder.open(tmp_path / "mixed").rows()}
    assert set(built(base_path=str(folder.path), mix="tm_pt", total=20, seed=3)["id"]) == expected
    weighted = built(base_path=str(folder.path), mix={"depth": 1, "camera_movement": 3}, total=8)
    assert sorted(weighted["question_type"]) == ["camera_movement"] * 6 + ["depth"] * 2


def test_a_total_alone_keeps_the_share_of_each_type(folder):
    kinds = built(base_path=str(folder.path), total=12)["question_type"]
    assert sorted({kind: kinds.count(kind) for kind in kinds}.values()) == [2] * 6
    assert len(built("depth", base_path=str(folder.path), total=5)) == 5
    other = built("depth", base_path=str(folder.path), total=5, seed=8)["id"][:]
    assert other != built("depth", base_path=str(folder.path), total=5)["id"][:]


@pytest.mark.parametrize(("config", "options", "message"), [
    ("all", {"mix": "tm"}, "total: found none, expected the rows of the mix"),
    ("depth", {"mix": "tm", "total": 4}, "mix: found one, expected it of 'all' alone"),
    ("all", {"mix": "nothing", "total": 4}, "mix: found 'nothing', expected one of std, tm, pt, tm_pt"),
    ("all", {"total": 1000}, "rows of 'camera_movement' wanted"),
    ("agent_motion", {}, "found no config 'agent_motion', expected one of all, camera_movement"),
])
def test_what_cannot_be_given_is_said_in_one_line(folder, config, options, message):
    with pytest.raises(FourdpQaError) as error:
        built(config, base_path=str(folder.path), **options)
    assert message in str(error.value) and "\n" not in str(error.value)


def test_a_type_that_is_none_and_a_folder_that_is_none_are_said(folder, tmp_path):
    with pytest.raises(ValueError, match="BuilderConfig 'nothing' not found"):
        FourdpQa(config_name="nothing", base_path=str(folder.path))
    with pytest.raises(FourdpQaError, match="expected a folder written by"):
        FourdpQa(config_name="depth", base_path=str(tmp_path))


def test_a_source_is_generated_first_and_once(monkeypatch):
    wanted = {"source": "simulator", "scenes": 2, "size": 64, "frames": 12}
    rows = built("camera_movement", **wanted)
    assert len(rows) and set(rows["source"]) == {"simulator"}
    assert fourdp_qa.frames(rows[0]).shape == (12, 64, 64, 3)
    monkeypatch.setattr("fourdp_qa.generate.run.generate", None)
    assert len(built("all", **wanted)) >= len(rows), "the folder is there now"
    with pytest.raises(FourdpQaError, match="size: found 65, expected an even number"):
        built("all", source="simulator", scenes=1, size=65)
