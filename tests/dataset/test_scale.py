"""Many rows over many clips: everything that reads a folder does so a batch at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import datasets
import pytest
from datasets import load_dataset

import fourdp_qa
from fourdp_qa.dataset.prepare import prepare
from fourdp_qa.dataset.validate import check_folder
from fourdp_qa.dataset.write import publish
from fourdp_qa.loading_scripts import FourdpQa

STEPS = {  # what is measured, each in a process of its own, in this order
    "validate": "check_folder(folder).lines",
    "prepare": "prepare(folder).rows['all']",
    "load by name": "len(load_dataset('fourdp-qa', split='train'))",
    "a row and its frames": "fourdp_qa.frames(fourdp_qa.load(split='train')[-1]).shape[0]",
    "stream by name": "count(fourdp_qa.load(split='train', streaming=True))",
    "stream the builder": "count(FourdpQa(base_path=folder).as_streaming_dataset(split='train'))",
    "load by path": "len(fourdp_qa.load(folder, split='train'))",
    "load by path again": "len(fourdp_qa.load(folder, split='train'))",
    "stream 20,000 by path": "count(fourdp_qa.load(folder, split='train', streaming=True).take(20_000))",
}

MEASURE = """
import json, resource, sys, time
import datasets, fourdp_qa
from datasets import load_dataset
from fourdp_qa.dataset.prepare import prepare
from fourdp_qa.dataset.validate import check_folder
from fourdp_qa.loading_scripts import FourdpQa

def peak():
    # What getrusage says on Linux was inherited from the process that started this one.
    try:
        status = open("/proc/self/status").read()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(status.split("VmHWM:")[1].split()[0]) // 1024

def count(stream):
    return sum(1 for _ in stream.decode(False))

datasets.disable_progress_bars()
# The first row of any stream imports torch where it is installed: 500 MiB that no row is to blame for.
list(datasets.Dataset.from_dict({"a": [1]}).to_iterable_dataset())
folder, before, started = sys.argv[1], peak(), time.process_time()
value = eval(sys.argv[2])
print(json.dumps([value, round(time.process_time() - started, 1), peak() - before]))
"""


@pytest.fixture
def away(tmp_path, monkeypatch):
    """A cache of its own and a working directory without a data set."""
    (tmp_path / "away").mkdir()
    monkeypatch.chdir(tmp_path / "away")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


@pytest.mark.usefixtures("away")
def test_4000_rows_over_200_clips(many_rows_example, tmp_path):
    publish(many_rows_example(tmp_path / "stage", 4000, 200), tmp_path / "fourdp-qa")
    report = check_folder(tmp_path / "fourdp-qa")
    assert report.lines == [] and (report.rows, report.clips, report.decoded) == (4000, 200, 200)
    assert prepare(tmp_path / "fourdp-qa").rows["all"] == 4000
    rows = load_dataset("fourdp-qa", split="train")
    assert len(rows) == len(set(rows["id"])) == 4000
    built = FourdpQa(base_path=str(tmp_path / "fourdp-qa")).as_streaming_dataset("train").decode(False)
    for stream in (fourdp_qa.load(split="train", streaming=True), built):
        assert [row["id"] for row in stream] == rows["id"][:]
    assert fourdp_qa.frames(fourdp_qa.load(split="train")[-1]).shape == (12, 64, 64, 3)
    by_path = fourdp_qa.load(tmp_path / "fourdp-qa", split="train")
    assert sorted(by_path["id"]) == sorted(rows["id"])


@pytest.mark.long
def test_400_000_rows_over_20_000_clips_in_flat_memory(many_rows_example, tmp_path):
    publish(many_rows_example(tmp_path / "stage", 400_000, 20_000), tmp_path / "fourdp-qa")
    (tmp_path / "away").mkdir()
    environment = {**os.environ, "HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "1"}
    environment.pop("HF_DATASETS_CACHE", None)
    found = {}
    for what, code in STEPS.items():
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, str(tmp_path / "fourdp-qa"), code], cwd=tmp_path / "away",
            env=environment, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        found[what] = json.loads(done.stdout.splitlines()[-1])
        print(f"{what}: {found[what][1]} CPU s, {found[what][2]} MiB more")  # noqa: T201 - for the record
    values = {what: value for what, (value, _, _) in found.items()}
    assert values.pop("validate") == [] and values.pop("a row and its frames") == 12
    assert values.pop("stream 20,000 by path") == 20_000
    assert set(values.values()) == {400_000}
    memory = {what: more for what, (_, _, more) in found.items()}
    # 400,000 rows are 1.5 GB as objects. Memory-mapped files count as memory while they are read.
    assert memory["validate"] < 400 and memory["stream the builder"] < 200, memory
    seconds = {what: spent for what, (_, spent, _) in found.items()}
    assert seconds["load by name"] < 20 and seconds["load by path again"] < 60, seconds
