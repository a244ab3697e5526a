"""A push that is stopped, and a Hub that is busy, slow to answer or away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from loopback_hub import WRITER, Fault

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.publishing import plan as planning
from fourdp_qa.publishing.hub import seconds_asked_for

NAME = "acme/fourdp-qa"
COMMAND = """
from fourdp_qa.publishing import plan
plan.FILES_PER_COMMIT = 4
from fourdp_qa.cli import main
main()
"""


@pytest.fixture(autouse=True)
def small_commits(monkeypatch):
    monkeypatch.setattr(planning, "FILES_PER_COMMIT", 4)


@pytest.fixture
def library_waits(monkeypatch):
    """Seconds that the library itself would have slept."""
    from huggingface_hub.utils import _http

    slept = []
    monkeypatch.setattr(_http, "time", SimpleNamespace(sleep=slept.append))
    return slept


def files_of(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def assert_goes_on(outcome_of, folder, hub, finished, stored):
    """The rest is sent, no file of a finished commit and no stored bytes again."""
    hub.faults.clear()
    hub.forget()
    outcome_of(folder)
    assert sorted([*finished, *hub.added()]) == files_of(folder), "each file in one commit"
    assert not {request.path.split("/")[-1][:64] for request in hub.asked("upload")} & stored


def test_a_killed_push_goes_on(outcome_of, folder, hub, tmp_path):
    """The program is killed after two commits, while it waits to repeat the third."""
    hub.faults.append(Fault("commit", 503, times=99, passing=2))
    environment = {
        **os.environ, "HF_ENDPOINT": hub.url, "HF_TOKEN": WRITER, "HF_HUB_OFFLINE": "0",
        "HF_HUB_DISABLE_XET": "1", "HF_HOME": str(tmp_path / "hf_home"),
    }
    running = subprocess.Popen([sys.executable, "-c", COMMAND, "push", folder, "--to", NAME], env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        deadline = time.monotonic() + 60
        while len(hub.asked("commit")) < 3 and running.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        assert len(hub.asked("commit")) == 3
    finally:
        running.send_signal(signal.SIGKILL)
        output, _ = running.communicate()
    assert WRITER not in output
    finished, stored = hub.added(), set(hub.storage)
    assert len(finished) == 8 and len(stored) == 12
    assert_goes_on(outcome_of, folder, hub, finished, stored)


def test_an_upload_that_fails_in_the_middle_of_a_commit(outcome_of, folder, hub):
    """What was stored before it is not sent again, though its commit was never made."""
    hub.faults.append(Fault("upload", 400, times=99, passing=6))
    with pytest.raises(FourdpQaError, match="the Hub answered 400"):
        outcome_of(folder)
    finished, stored = hub.added(), set(hub.storage)
    assert len(finished) == 4 and len(stored) == 6
    assert_goes_on(outcome_of, folder, hub, finished, stored)


def test_ctrl_c_while_waiting(outcome_of, folder, hub):
    hub.faults.append(Fault("commit", 503, times=99, passing=1))

    def stop(seconds):
        raise KeyboardInterrupt

    from fourdp_qa.publishing.push import push

    with pytest.raises(KeyboardInterrupt):
        push(folder, NAME, token=WRITER, wait=stop)
    assert_goes_on(outcome_of, folder, hub, hub.added(), set(hub.storage))


def test_a_rate_limit_is_waited_for_as_long_as_it_asks(outcome_of, folder, hub):
    hub.faults.append(Fault("commit", 429, passing=1, headers={"Retry-After": "7"}))
    outcome = outcome_of(folder)
    assert outcome.waited == [7.0]
    assert outcome.said == ["the Hub answered 429; waiting 7 s (try 1 of 6)"]
    assert sorted(hub.added()) == files_of(folder)


def test_trouble_of_the_hub_is_waited_for_ever_longer(outcome_of, folder, hub):
    hub.faults.append(Fault("commit", 502, times=2))
    hub.faults.append(Fault("commit", 504, times=2, passing=2))
    outcome = outcome_of(folder)
    # A commit in between starts the count anew.
    assert outcome.waited == [1, 2, 1, 2]
    assert [line.split(";")[0] for line in outcome.said] == ["the Hub answered 502"] * 2 + [
        "the Hub answered 504"] * 2


@pytest.mark.parametrize("status", [503, 0])
@pytest.mark.parametrize("endpoint", ["info", "create", "tree", "commit", "preupload", "upload", "resolve"])
def test_no_short_trouble_ends_a_push(outcome_of, folder, hub, library_waits, endpoint, status):
    """Answered 503, or not answered at all: whoever waits, the library or the push, a line tells.

    Twice, as the library asks for a file once more without waiting.
    """
    hub.faults.append(Fault(endpoint, status, times=2))
    outcome = outcome_of(folder)
    assert hub.faults[0].times == 0
    assert sorted(hub.added()) == files_of(folder)
    assert len(outcome.said) >= 1 and all("; waiting" in line for line in outcome.said)
    assert len(outcome.waited) + len(library_waits) == len(outcome.said)


@pytest.mark.parametrize("status", [504, 0])
def test_a_commit_whose_answer_was_lost_is_not_made_twice(outcome_of, folder, hub, status):
    hub.faults.append(Fault("commit", status, passing=1, too_late=True))
    outcome = outcome_of(folder)
    assert len(outcome.waited) == 1
    assert sorted(hub.added()) == files_of(folder), "each file in one commit"


def test_it_gives_up_and_says_how_to_go_on(outcome_of, folder, hub):
    hub.faults.append(Fault("commit", 503, times=99))
    outcome = SimpleNamespace(pushed=None, said=[], waited=[])
    with pytest.raises(FourdpQaError, match=r"gave up after 6 tries in a row, the same command goes on"):
        outcome_of(folder, into=outcome)
    assert outcome.waited == [1, 2, 4, 8, 16]


def test_it_does_not_wait_for_hours(outcome_of, folder, hub):
    hub.faults.append(Fault("commit", 429, headers={"Retry-After": "86400"}))
    with pytest.raises(FourdpQaError, match="asks to wait 86400 s; the same command goes on from here"):
        outcome_of(folder)


def test_offline_mode_is_named(outcome_of, folder, hub, monkeypatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(FourdpQaError, match="found HF_HUB_OFFLINE set"):
        outcome_of(folder)


@pytest.mark.parametrize(("headers", "seconds"), [
    ({}, None),
    ({"retry-after": "12"}, 12),
    ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
    ({"ratelimit": '"api";r=0;t=55'}, 55),
    ({"ratelimit": '"api";r=10;t=55'}, None),
    ({"retry-after": "3", "ratelimit": '"api";r=0;t=55'}, 3),
])
def test_what_a_busy_answer_asks_for(headers, seconds):
    assert seconds_asked_for(headers) == seconds
