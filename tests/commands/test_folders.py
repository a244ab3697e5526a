"""A folder that is not there, or is a file, is said in one line by every command that takes one."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main

COMMANDS = {
    "explain": ["ID"], "gallery": [], "verify": [], "audit": [], "thresholds": [], "prepare": [],
    "validate": [], "mix": ["--mix", "tm", "--total", "5", "--out", "mix"],
    "push": ["--to", "acme/made", "--dry-run"],
}
OPTIONS = {
    "--apart-from": ["bench", "simulator", "--scenes", "1", "--name", "n", "--out", "bench"],
    "--bench": ["report", "results"],
}


def refused(*arguments):
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 1
    (line,) = done.output.splitlines()
    return line


@pytest.fixture
def no_folders(tmp_path):
    (tmp_path / "file").write_text("")
    return {"no such folder": str(tmp_path / "nowhere"), "a file": str(tmp_path / "file")}


@pytest.mark.parametrize("command", COMMANDS)
def test_an_argument_that_is_no_folder_is_one_line(command, no_folders):
    for found, path in no_folders.items():
        assert refused(command, path, *COMMANDS[command]) == (
            f"fourdp-qa: {path}: found {found}, expected a folder written by `fourdp-qa generate` or "
            "`fourdp-qa bench`")


@pytest.mark.parametrize("option", OPTIONS)
def test_so_is_an_option(option, no_folders):
    for found, path in no_folders.items():
        assert f"{path}: found {found}, expected a folder" in refused(*OPTIONS[option], option, path)
