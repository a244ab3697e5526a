"""Fixtures of publishing: a Hub on this machine, tiny folders, a push that does not sleep."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.dataset.write import publish
from fourdp_qa.publishing.push import Pushed, push

HERE = Path(__file__).parent
NAME = "acme/fourdp-qa"


def _beside(name: str, folder: Path = HERE):
    """A module that lies beside this file: tests are no package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


_beside("hub_repositories")
loopback = _beside("loopback_hub")


@pytest.fixture
def hub(monkeypatch):
    """An empty Hub that the library takes for the real one; no token on this machine."""
    from huggingface_hub import constants

    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    with loopback.LoopbackHub() as served:
        monkeypatch.setattr(constants, "ENDPOINT", served.url)
        # Made of the address when the library was imported.
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", served.url + "/{repo_id}/resolve/{revision}/{filename}")
        yield served


@pytest.fixture(scope="session")
def staged(tmp_path_factory):
    """Three types of questions over twelve clips."""
    examples = _beside("staged_examples", HERE.parent / "dataset")
    made = examples.staged_example(tmp_path_factory.mktemp("stage"))
    types = ("camera_movement", "depth", "object_direction")
    return replace(made, rows=[row for row in made.rows if row.question_type in types],
                   settings=replace(made.settings, types=types))


@pytest.fixture(scope="session")
def written(staged, tmp_path_factory):
    """A training folder and a benchmark folder, not to be changed."""
    root = tmp_path_factory.mktemp("written")
    publish(staged, root / "fourdp-qa")
    write_benchmark(staged.rows, staged.clips_root, root / "bench", "toy")
    return root


@pytest.fixture
def folder(written, tmp_path):
    """A copy of the training folder, to be changed."""
    return Path(shutil.copytree(written / "fourdp-qa", tmp_path / "fourdp-qa"))


@pytest.fixture
def bench(written, tmp_path):
    """A copy of the benchmark folder, to be changed."""
    return Path(shutil.copytree(written / "bench", tmp_path / "bench"))


@pytest.fixture
def checked(monkeypatch, request):
    """Folders are sound, unless the test is marked to look: reading all of it is half of a push's time."""
    if "really_checked" in request.fixturenames:
        return
    from fourdp_qa.publishing import push as pushing

    monkeypatch.setattr(pushing, "check_folder", lambda *a, **k: SimpleNamespace(sound=True))


@pytest.fixture
def really_checked():
    """Asked for by tests that are about the check before a push."""


@dataclass
class Outcome:
    """A push that did not sleep: its result, what it said and how long it would have waited."""

    pushed: Pushed | None = None
    said: list[str] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)


@pytest.fixture
def outcome_of(hub, checked) -> Callable[..., Outcome]:
    """``outcome_of(folder, name=NAME, token=WRITER, **options)``."""

    def run(folder, name=NAME, token=loopback.WRITER, into=None, **options):
        outcome = into or Outcome()
        outcome.pushed = push(folder, name, token=token, say=outcome.said.append, wait=outcome.waited.append,
                              **options)
        return outcome

    return run


@pytest.fixture
def python_with_hub(hub, tmp_path):
    """``python_with_hub(code)``: run code against the Hub with a cache of its own; its output.

    In a process of its own: `datasets` reads the Hub's address when it is imported.
    """

    def run(code: str) -> str:
        environment = {
            **os.environ, "HF_HOME": str(tmp_path / "hf_home"), "HF_ENDPOINT": hub.url, "HF_TOKEN": "",
            "HF_HUB_OFFLINE": "0", "HF_HUB_DISABLE_XET": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        }
        environment.pop("HF_DATASETS_CACHE", None)
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, text=True,
                              capture_output=True, timeout=180, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    return run
