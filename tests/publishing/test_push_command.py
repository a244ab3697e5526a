"""`fourdp-qa push` as a person meets it."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from loopback_hub import WRITER

from fourdp_qa.cli import main

NAME = "acme/fourdp-qa"


def run(*arguments):
    """Run the command in this process; a traceback would be an exception other than SystemExit."""
    result = CliRunner().invoke(main, ["push", *(str(a) for a in arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


@pytest.fixture
def token(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", WRITER)


def size_line(output, kind):
    """Files, size, sent, size of a kind."""
    return re.search(rf"^{kind} +(\d+) +([\d.]+ \w+) +(\d+) +([\d.]+ \w+)$", output, re.MULTILINE).groups()


def test_a_push_and_what_it_says(folder, hub, token):
    result = run(folder, "--to", NAME)
    assert result.exit_code == 0, result.output
    assert size_line(result.stdout, "clips")[::2] == ("12", "12")
    assert size_line(result.stdout, "tables")[::2] == ("3", "3")
    assert size_line(result.stdout, "all")[::2] == ("18", "18")
    assert result.stdout.splitlines()[-1] == f"{hub.url}/datasets/{NAME}: 2 commits"
    assert WRITER not in result.output
    again = run(folder, "--to", NAME)
    assert size_line(again.stdout, "all")[2:] == ("0", "0 B")
    assert again.stdout.splitlines()[-1].endswith("nothing to do, it is as the folder is")


def test_a_dry_run_counts_and_sends_nothing(folder, hub, token, checked):
    result = run(folder, "--to", NAME, "--dry-run", "--private")
    assert result.exit_code == 0, result.output
    clips = sorted((folder / "train/videos").rglob("*.mp4"))
    size = sum(clip.stat().st_size for clip in clips)
    assert size_line(result.stdout, "clips") == ("12", f"{size / 1000:.1f} kB") * 2
    assert f"{NAME}: not there" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("dry run, nothing was sent")
    assert {request.method for request in hub.requests} == {"GET"} and hub.repos == {}


def test_a_dry_run_against_what_is_there(folder, hub, token, checked):
    run(folder, "--to", NAME)
    hub.forget()
    hub.edit(NAME, "train/videos/toy/ff/gone.mp4", "old")
    (folder / "LICENSE").write_text("You may.\n")
    result = run(folder, "--to", NAME, "--dry-run")
    assert size_line(result.stdout, "all")[::2] == ("19", "1")
    assert "would be deleted: train/videos/toy/ff/gone.mp4" in result.stdout
    assert "not there" not in result.stdout
    assert {request.method for request in hub.requests} <= {"GET", "HEAD"}


def test_a_dry_run_needs_no_token(folder, hub, checked):
    result = run(folder, "--to", NAME, "--dry-run")
    assert result.exit_code == 0 and "not for this token to see" in result.stdout


def test_no_token_is_one_line(folder, hub):
    result = run(folder, "--to", NAME)
    assert result.exit_code == 1 and hub.requests == []
    assert [line for line in result.output.splitlines() if "fourdp-qa: " in line] == [
        f"fourdp-qa: {NAME}: found no token, expected one with write access; "
        "run `hf auth login` or set HF_TOKEN"]


def test_the_token_of_another_variable(folder, hub, checked, monkeypatch):
    monkeypatch.setenv("LAB_TOKEN", WRITER)
    result = run(folder, "--to", NAME, "--token-from-env", "LAB_TOKEN")
    assert result.exit_code == 0 and NAME in hub.repos
    result = run(folder, "--to", NAME, "--token-from-env", "NO_TOKEN")
    assert result.exit_code == 1 and "found nothing in the variable NO_TOKEN" in result.output


def test_a_busy_hub_is_told_in_one_line(folder, hub, token, checked):
    from loopback_hub import Fault

    hub.faults.append(Fault("commit", 429, headers={"Retry-After": "0"}))
    result = run(folder, "--to", NAME)
    assert result.exit_code == 0
    assert "fourdp-qa: the Hub answered 429; waiting 0 s (try 1 of 6)" in result.output
