"""A stage is done once, believed only when its result is there, and its processor time is kept."""

from __future__ import annotations

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.demonstration.stages import Stages


@pytest.fixture
def script(tmp_path, monkeypatch):
    """A module ``worker`` that counts its runs in a file, burns some time, and fails when told so."""
    (tmp_path / "worker.py").write_text(
        "import os, pathlib, sys\n"
        "runs = pathlib.Path(sys.argv[1])\n"
        "sum(n * n for n in range(2_000_000))\n"
        "if os.environ.get('WHAT') == 'fail': sys.exit(3)\n"
        "before = runs.read_text() if runs.exists() else ''\n"
        "if os.environ.get('WHAT') != 'nothing': runs.write_text(before + '+')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "runs"


def test_what_is_done_is_not_done_again(tmp_path, script):
    stages = Stages(tmp_path / "demo")
    for _ in range(2):
        stages.run("work", script.is_file, "worker", [str(script)])
    assert script.read_text() == "+"
    assert 0 < stages.minutes()["work"] < 1


@pytest.mark.parametrize("what", ["fail", "nothing"])
def test_a_failure_is_one_line_and_its_time_is_added_to_the_next_try(tmp_path, script, what, capfd):
    stages = Stages(tmp_path / "demo")
    with pytest.raises(FourdpQaError, match=r"work: found exit status \d and no result.*the same command"):
        stages.run("work", script.is_file, "worker", [str(script)], {"WHAT": what})
    first = stages.minutes()["work"]
    stages.run("work", script.is_file, "worker", [str(script)])
    assert stages.minutes()["work"] > first > 0
    assert f"WHAT={what} python -m worker" in capfd.readouterr().out


def test_nothing_has_been_spent_before_the_first_stage(tmp_path):
    assert Stages(tmp_path).minutes() == {}
