"""The bare name after `prepare`: whatever happens to the cache meanwhile, never old rows, never a part."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import datasets
import pytest
from datasets import load_dataset

import fourdp_qa
from fourdp_qa.dataset import prepare as preparing
from fourdp_qa.dataset.names import cache_of, prepared_from
from fourdp_qa.dataset.prepare import prepare
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A cache of its own, an empty working directory, no Hub."""
    (tmp_path / "away").mkdir()
    monkeypatch.chdir(tmp_path / "away")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


@pytest.fixture(scope="module")
def staged(staged_example, tmp_path_factory):
    """``staged(seed)``: small generations that differ in their seed."""
    root = tmp_path_factory.mktemp("names")
    made = {}

    def of(seed):
        if seed not in made:
            made[seed] = staged_example(root / str(seed), clips=2, per_type=3, seed=seed)
        return made[seed]

    return of


def bare(config=None, load=load_dataset):
    rows = load("fourdp-qa", config, split="train")
    return len(rows), set(rows["seed"])


def test_map_on_a_type_does_not_make_it_everything(staged, tmp_path):
    publish(staged(1), tmp_path / "run")
    prepare(tmp_path / "run")
    load_dataset("fourdp-qa", "depth", split="train").filter(lambda seed: True, input_columns="seed")
    assert bare() == (18, {"1"})
    # `map` on everything takes away that it is dated last: then the next one on a type is newer.
    load_dataset("fourdp-qa", split="train").filter(lambda seed: True, input_columns="seed")
    load_dataset("fourdp-qa", "depth", split="train").filter(lambda seed: seed, input_columns="seed")
    with pytest.raises(ValueError, match="multiple 'fourdp-qa' configurations in the cache"):
        bare()
    assert bare("all", fourdp_qa.load) == (18, {"1"}), "fourdp_qa.load puts it right"
    assert bare() == (18, {"1"})


def test_a_folder_of_the_same_name_loaded_by_path_does_not_take_the_name(staged, tmp_path):
    publish(staged(1), tmp_path / "run")
    publish(staged(2), tmp_path / "old/fourdp-qa")
    prepare(tmp_path / "run")
    assert len(load_dataset(str(tmp_path / "old/fourdp-qa"), split="train")) == 18
    assert bare() == (18, {"1"})


def test_rows_that_were_published_again_are_not_served_old(staged, tmp_path):
    publish(staged(1), tmp_path / "run")
    prepare(tmp_path / "run")
    publish(staged(2), tmp_path / "run")
    assert prepared_from() is None
    with pytest.raises(ConnectionError):
        bare()
    with pytest.raises(FourdpQaError, match="data set 'fourdp-qa'"):
        bare("all", fourdp_qa.load)
    prepare(tmp_path / "run")
    assert bare() == bare("all", fourdp_qa.load) == (18, {"2"})


def test_each_snapshot_is_the_last_and_a_type_that_is_gone_is_gone(staged, tmp_path):
    fewer = staged(2)
    kept = [row for row in fewer.rows if row.question_type != "object_direction"]
    publish(staged(1), tmp_path / "run1")
    publish(replace(fewer, rows=kept), tmp_path / "run2")
    for _ in range(2):
        prepare(tmp_path / "run1")
        assert (bare(), bare("object_direction")) == ((18, {"1"}), (3, {"1"}))
        prepare(tmp_path / "run2")
        assert (bare(), bare("depth")) == ((15, {"2"}), (3, {"2"}))
        with pytest.raises(ValueError, match="Couldn't find cache"):
            bare("object_direction")


def test_a_clip_that_is_gone_says_so_in_one_line(staged, tmp_path):
    publish(staged(1), tmp_path / "run")
    prepare(tmp_path / "run")
    (tmp_path / "run").rename(tmp_path / "moved")
    with pytest.raises(FourdpQaError, match=r"the file is missing.*fourdp-qa prepare") as error:
        fourdp_qa.frames(fourdp_qa.load(split="train")[0])
    assert "\n" not in str(error.value)


def test_a_damaged_table_is_said_and_leaves_nothing(staged, tmp_path):
    publish(staged(1), tmp_path / "run")
    (tmp_path / "run/train/depth.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(FourdpQaError, match=r"a table cannot be read \(.*`fourdp-qa validate` names it"):
        prepare(tmp_path / "run")
    assert prepared_from() is None


def test_a_folder_changed_behind_our_back_is_read_again(staged, tmp_path):
    publish(staged(1), tmp_path / "run")
    publish(staged(2), tmp_path / "other")
    prepare(tmp_path / "run")
    shutil.rmtree(tmp_path / "run")
    shutil.copytree(tmp_path / "other", tmp_path / "run")
    assert bare("depth", fourdp_qa.load) == (3, {"2"})
    assert bare() == (18, {"2"})


def test_publishing_elsewhere_leaves_the_name_alone(staged, tmp_path):
    publish(staged(1), tmp_path / "run")
    prepare(tmp_path / "run")
    publish(staged(2), tmp_path / "other")
    assert bare() == (18, {"1"})


def test_stopped_half_way_the_name_is_unknown_and_the_next_run_clears_up(staged, tmp_path, monkeypatch):
    publish(staged(1), tmp_path / "run")
    prepare(tmp_path / "run")
    publish(staged(2), tmp_path / "other")
    store = preparing._store

    def stopped(folder, config, name):
        if config == "depth":
            (cache_of() / "depth/0.0.0/prepared-0123456789abcdef.incomplete").mkdir(parents=True)
            raise KeyboardInterrupt
        return store(folder, config, name)

    monkeypatch.setattr(preparing, "_store", stopped)
    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path / "other")
    with pytest.raises((ValueError, OSError)):
        bare()
    monkeypatch.undo()
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.chdir(tmp_path / "away")
    prepare(tmp_path / "other")
    assert bare() == (18, {"2"}) and not list(cache_of().rglob("*.incomplete"))


def test_a_name_that_the_cache_cannot_hold_is_refused(staged, tmp_path):
    publish(staged(1), tmp_path / "run")
    for name in ("FourdpQa", "org/fourdp-qa", ""):
        with pytest.raises(FourdpQaError, match="expected a name such as fourdp-qa"):
            prepare(tmp_path / "run", name)
    assert prepare(tmp_path / "run", "my-motion").rows["all"] == 18
    assert len(load_dataset("my-motion", "depth", split="train")) == 3


@pytest.fixture
def checkout(tmp_path):
    """A source checkout called as the data set is, in the working directory."""
    folder = tmp_path / "away/fourdp-qa"
    (folder / "tests").mkdir(parents=True)
    (folder / "README.md").write_text("# fourdp-qa\n\nMotion questions.\n")
    (folder / "pyproject.toml").write_text("[project]\nname = 'fourdp-qa'\n")
    (folder / "tests/answers.jsonl").write_text('{"id": 1}\n')
    return folder


def test_a_checkout_beside_the_data_is_named_in_one_line(staged, tmp_path, checkout):
    publish(staged(1), tmp_path / "run")
    prepare(tmp_path / "run")
    with pytest.raises(FourdpQaError) as error:
        fourdp_qa.load()
    said = str(error.value)
    assert str(checkout) in said and "no dataset folder (a checkout" in said and "\n" not in said
    assert len(fourdp_qa.load(tmp_path / "run", split="train")) == 18, "by path it loads"


def test_plain_datasets_is_stopped_at_a_checkout_by_the_file_that_it_reads_there(checkout):
    shutil.copy(Path(__file__).parents[2] / ".huggingface.yaml", checkout)
    for config in (None, "depth"):
        with pytest.raises(FileNotFoundError, match="this folder is the source code and not the data set"):
            load_dataset("fourdp-qa", config)


def test_somebody_elses_data_set_still_loads(tmp_path):
    folder = tmp_path / "away/theirs"
    folder.mkdir()
    (folder / "rows.jsonl").write_text('{"id": 1}\n')
    assert len(fourdp_qa.load("theirs", None, split="train")) == 1
    (folder / "README.md").write_text(
        "---\nconfigs:\n- config_name: easy\n  data_files: rows.jsonl\n---\n# theirs\n")
    assert len(fourdp_qa.load("theirs", "easy", split="train")) == 1
