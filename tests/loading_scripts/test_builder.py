"""The importable builder gives what the folder holds, prepared and streamed."""

import importlib.util
import sys
from pathlib import Path

import pytest
from datasets import Video

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.loading_scripts import FourdpQa, FourdpQaConfig
from fourdp_qa.questions.registry import TYPES

EXAMPLES = Path(__file__).parents[1] / "dataset" / "staged_examples.py"


@pytest.fixture
def folder(tmp_path):
    spec = importlib.util.spec_from_file_location("staged_examples", EXAMPLES)
    module = sys.modules["staged_examples"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    publish(module.staged_example(tmp_path / "stage"), tmp_path / "fourdp-qa")
    return DatasetFolder.open(tmp_path / "fourdp-qa")


def build(folder, config, tmp_path):
    return FourdpQa(config_name=config, base_path=str(folder.path), cache_dir=str(tmp_path / "c"))


def test_there_is_a_typed_config_for_every_type_and_one_for_all():
    configs = FourdpQa.BUILDER_CONFIGS
    assert [c.name for c in configs] == ["all", *(t.name for t in TYPES)]
    assert all(isinstance(c, FourdpQaConfig) for c in configs)
    assert configs[0].question_types == tuple(t.name for t in TYPES)
    assert all(c.question_types == (c.name,) for c in configs[1:])
    assert FourdpQa.DEFAULT_CONFIG_NAME == "all"


@pytest.mark.parametrize("config", ["all", "depth", "visual_point_tracking"])
def test_prepared_and_streamed_rows_are_those_of_the_folder(folder, tmp_path, config):
    builder = build(folder, config, tmp_path)
    builder.download_and_prepare()
    rows = builder.as_dataset(split="train").cast_column("video", Video(decode=False))
    stream = list(build(folder, config, tmp_path).as_streaming_dataset(split="train").decode(False))
    expected = folder.rows(config)
    assert rows["id"][:] == [r["id"] for r in stream] == [row.id for row in expected]
    assert [cell["path"] for cell in rows["video"]] == [
        str(folder.clip_path(row)) for row in expected]
    assert rows["options"][:] == [row.options for row in expected]


def test_it_writes_parquet(folder, tmp_path):
    build(folder, "depth", tmp_path).download_and_prepare(
        str(tmp_path / "parquet"), file_format="parquet"
    )
    assert list((tmp_path / "parquet").glob("*.parquet"))


def test_a_type_the_folder_lacks_and_a_folder_that_is_none_are_said(folder, tmp_path):
    with pytest.raises(ValueError, match="BuilderConfig 'nothing' not found"):
        build(folder, "nothing", tmp_path)
    with pytest.raises(FourdpQaError, match="expected a folder written by"):
        FourdpQa(config_name="depth", base_path=str(tmp_path))
