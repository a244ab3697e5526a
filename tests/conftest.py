"""Fixtures for all rooms."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent

# Before anything imports datasets: tests never touch the user's cache and never ask the network.
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="fourdp-qa-tests-")
os.environ["HF_HUB_OFFLINE"] = "1"

# A shell that starts tests in the background has them ignore Ctrl-C, and what they start would too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def load_beside(name):
    """Import a module that lies beside this file: tests are no package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


# Tables of damages are built when a test module is imported, before there are fixtures, and servers are
# classes to build on: with this, `from damage import cut` works everywhere.
load_beside("damage")
load_beside("loopback_server")


@pytest.fixture(scope="session")
def box_world():
    """The class BoxWorld: ``box_world(height=60, width=96, frames=14)`` is an exact Scene."""
    return load_beside("box_world").BoxWorld


@pytest.fixture(scope="session")
def made_up_records():
    """The module made_up_records: segments of any type as phase 1 leaves them, verdicts drawn by lot."""
    return load_beside("made_up_records")


@pytest.fixture(scope="session")
def options_only():
    """The module options_only: solvers that see four options and nothing else."""
    return load_beside("options_only")


@pytest.fixture(scope="session")
def recorded():
    """The module recorded_scene: scenes held in memory, and the changes a test can make to them."""
    return load_beside("recorded_scene")


@pytest.fixture(scope="session")
def hand_made():
    """The module hand_made: boxes filmed by a camera whose angles are given in degrees."""
    return load_beside("hand_made")


@pytest.fixture(scope="session")
def same_labels():
    """The module same_labels: what is said of a scene and of the same scene read back from a layout."""
    return load_beside("same_labels")


@pytest.fixture(scope="session")
def movi_records():
    """The module movi_records: a scene written as TFDS records of MOVi, whole or broken."""
    return load_beside("movi_records")


@pytest.fixture(scope="session")
def evaluating():
    """Settings of a process that runs lmms-eval: offline, and with the quick reader of its YAML."""
    return os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(HERE / "quick_start")}


@pytest.fixture(scope="session")
def samples():
    """Folder of real samples, named by FOURDP_QA_SAMPLES; the test is skipped without it."""
    folder = Path(os.environ.get("FOURDP_QA_SAMPLES", HERE.parent.parent / "shared" / "samples"))
    if not folder.is_dir():
        pytest.skip(f"no real samples at {folder}; FOURDP_QA_SAMPLES names their folder")
    return folder


def _unexpected_skips(reporter):
    """Skipped reports whose reason is not in expected_skips.txt; none unless they are forbidden."""
    if not os.environ.get("FOURDP_QA_FORBID_SKIPS"):
        return []
    lines = (HERE / "expected_skips.txt").read_text().splitlines()
    expected = [line for line in lines if line and not line.startswith("#")]
    return [
        report for report in reporter.stats.get("skipped", [])
        if not any(re.search(pattern, str(report.longrepr)) for pattern in expected)
    ]


def pytest_terminal_summary(terminalreporter):
    """Name every unexpected skip."""
    for report in _unexpected_skips(terminalreporter):
        terminalreporter.write_line(f"unexpected skip: {report.nodeid}: {report.longrepr}", red=True)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    """An unexpected skip fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and _unexpected_skips(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
