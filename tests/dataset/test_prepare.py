"""After `prepare` the bare name works from anywhere, and never with rows of an older snapshot."""

from dataclasses import replace

import pytest

from fourdp_qa.dataset.prepare import prepare
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError

SNAPSHOTS = """
from datasets import load_dataset
from fourdp_qa.dataset.prepare import prepare
for folder in ("run1", "run2", "run1", "run2"):
    prepare(folder)
    counts = [load_dataset("fourdp-qa", config, split="train") for config in (None, "depth")]
    print(*(f"{len(rows)}/{rows['seed'][0]}" for rows in counts))
try:
    load_dataset("fourdp-qa", "object_direction")
except ValueError as error:
    print(str(error)[:19])
"""
PREPARE = "from fourdp_qa.dataset.prepare import prepare; print(prepare({path!r}).rows['all'])"
LOAD = """
from datasets import load_dataset
for config in (None, "depth", "all"):
    rows = load_dataset("fourdp-qa", config, split="train")
    stream = load_dataset("fourdp-qa", config, split="train", streaming=True).decode(False)
    print(config, len(rows), sum(1 for _ in stream), rows["seed"][0])
"""


def test_bare_name_per_type_and_stream_from_another_folder(
    staged_example, tmp_path, python_elsewhere
):
    publish(staged_example(tmp_path / "stage"), tmp_path / "home/fourdp-qa")
    prepared = python_elsewhere(PREPARE.format(path="fourdp-qa"), tmp_path / "home")
    assert prepared == "84"
    away = tmp_path / "away"
    expected = ["None 84 84 0", "depth 14 14 0", "all 84 84 0"]
    assert python_elsewhere(LOAD, away).splitlines() == expected
    # Loading one type by its path must not become what the bare name gives elsewhere.
    python_elsewhere(
        "from datasets import load_dataset; load_dataset('fourdp-qa', 'depth')", tmp_path / "home"
    )
    assert python_elsewhere(LOAD, away).splitlines() == expected
    frames = ("import fourdp_qa; print(fourdp_qa.frames("
              "fourdp_qa.load('fourdp-qa', split='train')[7]).shape)")
    assert python_elsewhere(frames, away) == "(12, 64, 64, 3)"


def test_a_folder_of_another_name_and_a_new_snapshot(staged_example, tmp_path, python_elsewhere):
    publish(staged_example(tmp_path / "stage", seed=1), tmp_path / "run1")
    other = staged_example(tmp_path / "stage2", seed=2)
    kept = [row for row in other.rows if row.question_type != "object_direction"]
    publish(replace(other, rows=kept), tmp_path / "run2")
    assert python_elsewhere(SNAPSHOTS, tmp_path).splitlines() == [
        "84/1 14/1", "70/2 14/2", "84/1 14/1", "70/2 14/2", "Couldn't find cache"]


def test_a_clip_that_is_gone_says_so_in_one_line(staged_example, tmp_path, python_elsewhere):
    publish(staged_example(tmp_path / "stage"), tmp_path / "home/fourdp-qa")
    python_elsewhere(PREPARE.format(path="fourdp-qa"), tmp_path / "home")
    (tmp_path / "home/fourdp-qa").rename(tmp_path / "home/moved")
    code = ("import fourdp_qa\nrow = fourdp_qa.load('fourdp-qa', split='train')[0]\n"
            "try: fourdp_qa.frames(row)\nexcept fourdp_qa.errors.FourdpQaError as e: print(e)")
    said = python_elsewhere("import fourdp_qa.errors\n" + code, tmp_path / "away")
    assert "the file is missing" in said and "fourdp-qa prepare" in said
    assert len(said.splitlines()) == 1


def test_only_a_dataset_folder_can_be_prepared(tmp_path):
    with pytest.raises(FourdpQaError, match=r"found no README\.md with generation\.json"):
        prepare(tmp_path)
