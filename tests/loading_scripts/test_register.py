"""`register` makes the bare name work in this process, only when asked, and only where it is safe."""

import datasets
import datasets.inspect
import datasets.load
import pytest
from datasets import get_dataset_config_names, get_dataset_split_names, load_dataset

import fourdp_qa
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.loading_scripts import unregister
from fourdp_qa.questions.registry import TYPES


@pytest.fixture
def run(staged_example, tmp_path, monkeypatch):
    """A folder of another name, a working directory without it, `datasets` as it was afterwards."""
    publish(staged_example(tmp_path / "stage", clips=2, per_type=4), tmp_path / "run")
    (tmp_path / "away").mkdir()
    monkeypatch.chdir(tmp_path / "away")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    for home in (datasets.load, datasets.inspect):
        monkeypatch.setattr(home, "dataset_module_factory", home.dataset_module_factory)
    datasets.disable_progress_bars()
    yield tmp_path / "run"
    unregister()


def test_nothing_is_touched_before_it_is_asked_for(run):
    import fourdp_qa.loading_scripts  # noqa: F401 - importing is what is tested

    assert not hasattr(datasets.load.dataset_module_factory, "fourdp_qa")
    with pytest.raises(ConnectionError):
        load_dataset("fourdp-qa")


def test_the_name_means_the_folder_everywhere_in_this_process(run):
    fourdp_qa.register(run)
    assert len(load_dataset("fourdp-qa", split="train")) == 24
    assert len(load_dataset("fourdp-qa", "depth")["train"]) == 4
    stream = load_dataset("fourdp-qa", "depth", split="train", streaming=True).decode(False)
    assert fourdp_qa.frames(next(iter(stream))).shape == (12, 64, 64, 3)
    assert len(load_dataset("fourdp-qa", total=6, split="train")) == 6, "fields of the config"
    assert len(fourdp_qa.load("fourdp-qa", split="train[:50%]")) == 12
    assert get_dataset_config_names("fourdp-qa") == ["all", *(t.name for t in TYPES)]
    assert get_dataset_split_names("fourdp-qa", "depth") == ["train"]
    with pytest.raises(ValueError, match="BuilderConfig 'dept' not found"):
        load_dataset("fourdp-qa", "dept")


def test_it_is_taken_before_a_checkout_of_that_name(run, tmp_path):
    (tmp_path / "away/fourdp-qa").mkdir()
    (tmp_path / "away/fourdp-qa/answers.jsonl").write_text('{"id": 1}\n')
    fourdp_qa.register(run)
    assert len(load_dataset("fourdp-qa", split="train")) == len(fourdp_qa.load(split="train")) == 24


def test_rows_generated_again_are_served_at_once(run, staged_example, tmp_path):
    fourdp_qa.register(run)
    assert set(load_dataset("fourdp-qa", split="train")["seed"]) == {"0"}
    publish(staged_example(tmp_path / "again", clips=2, per_type=4, seed=5), run)
    assert set(load_dataset("fourdp-qa", split="train")["seed"]) == {"5"}


def test_other_names_pass_through_and_it_can_be_taken_back(run):
    fourdp_qa.register(run, "my-motion")
    wrapped = datasets.load.dataset_module_factory
    fourdp_qa.register(run)
    assert datasets.load.dataset_module_factory is wrapped, "wrapped once"
    assert len(load_dataset("my-motion", "depth", split="train")) == 4
    assert len(load_dataset(str(run), "depth", split="train")) == 4
    unregister("my-motion")
    with pytest.raises(ConnectionError):
        load_dataset("my-motion")


@pytest.mark.parametrize("change", ["gone", "other arguments", "two functions", "another module"])
def test_another_way_of_resolving_names_is_refused_in_one_line(run, monkeypatch, change):
    original = datasets.load.dataset_module_factory
    if change == "gone":
        monkeypatch.delattr(datasets.load, "dataset_module_factory")
        monkeypatch.delattr(datasets.inspect, "dataset_module_factory")
    elif change == "other arguments":
        for home in (datasets.load, datasets.inspect):
            monkeypatch.setattr(home, "dataset_module_factory", other_arguments)
    elif change == "two functions":
        monkeypatch.setattr(datasets.inspect, "dataset_module_factory", other_arguments)
    else:
        monkeypatch.setattr(datasets.load, "DatasetModule", object)
    with pytest.raises(FourdpQaError, match=r"expected that of 5\.x; run `fourdp-qa prepare"):
        fourdp_qa.register(run)
    assert getattr(datasets.load, "dataset_module_factory", None) in (original, other_arguments, None)


def other_arguments(reference, path):
    raise AssertionError


def test_a_folder_that_is_none_is_refused(run, tmp_path):
    with pytest.raises(FourdpQaError, match="expected a folder written by"):
        fourdp_qa.register(tmp_path)
