"""The hook that lets lmms-eval find the tasks: light, and out of the way when it has to be."""

from __future__ import annotations

import logging
import subprocess
import sys
import types

import pytest

from fourdp_qa.eval_tasks import plugin
from fourdp_qa.eval_tasks.locations import tasks_folder

MODELS = ["resumable", "fourdp_qa_baseline"]


class Manifest:
    def __init__(self, model_id, simple_class_path=None, chat_class_path=None):
        self.model_id, self.classes = model_id, (simple_class_path, chat_class_path)


def pretend_lmms_eval(monkeypatch: pytest.MonkeyPatch, manager: type) -> None:
    tasks, registry = types.ModuleType("lmms_eval.tasks"), types.ModuleType("lmms_eval.models.registry_v2")
    tasks.TaskManager = manager  # type: ignore[attr-defined]
    registry.ModelManifest = Manifest  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lmms_eval", types.ModuleType("lmms_eval"))
    monkeypatch.setitem(sys.modules, "lmms_eval.models", types.ModuleType("lmms_eval.models"))
    for module in (tasks, registry):
        monkeypatch.setitem(sys.modules, module.__name__, module)


def registered() -> list[str]:
    return [manifest.model_id for manifest in plugin.register()]


class Manager:
    def initialize_tasks(self, include_path=None, include_defaults=True):
        return include_path, include_defaults


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Manager:
    fresh = type("Manager", (), {"initialize_tasks": Manager.initialize_tasks})
    pretend_lmms_eval(monkeypatch, fresh)
    return fresh()


def test_the_folder_of_the_tasks_is_searched_after_the_users_own(manager: Manager) -> None:
    assert registered() == MODELS
    ours = str(tasks_folder())
    assert manager.initialize_tasks() == ([ours], True)
    assert manager.initialize_tasks("/mine") == (["/mine", ours], True)
    assert manager.initialize_tasks(include_path=["/a", "/b"], include_defaults=False) == (
        ["/a", "/b", ours], False,
    )
    assert manager.initialize_tasks(f"{ours}/") == ([f"{ours}/"], True)


def test_registering_twice_wraps_once(manager: Manager) -> None:
    plugin.register()
    wrapped = type(manager).initialize_tasks
    plugin.register()
    assert type(manager).initialize_tasks is wrapped


@pytest.mark.parametrize("renamed", [
    type("Manager", (), {}),
    type("Manager", (), {"initialize_tasks": lambda self, folders=None: folders}),
])
def test_renamed_internals_make_it_step_aside_with_one_line(
    renamed: type, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pretend_lmms_eval(monkeypatch, renamed)
    with caplog.at_level(logging.WARNING):
        assert registered() == MODELS, "the models need nothing of the task index"
    assert len(caplog.records) == 1
    assert "--include_path" in caplog.text
    assert "\n" not in caplog.records[0].getMessage()


def test_without_lmms_eval_it_steps_aside(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "lmms_eval", None)
    monkeypatch.setitem(sys.modules, "lmms_eval.tasks", None)
    monkeypatch.setitem(sys.modules, "lmms_eval.models.registry_v2", None)
    assert plugin.register() == []
    assert len(caplog.records) == 1


def test_importing_it_imports_nothing_heavy() -> None:
    """Every lmms-eval command imports it, whatever is evaluated."""
    code = (
        "import sys; import fourdp_qa.eval_tasks.plugin; "
        "print([m for m in ('numpy', 'pyarrow', 'datasets', 'torch', 'lmms_eval', 'av', 'PIL') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_scorer_needs_neither_torch_nor_lmms_eval() -> None:
    code = (
        "import sys; import fourdp_qa.eval_tasks.scoring.accuracy, "
        "fourdp_qa.eval_tasks.scoring.sample_files; "
        "print([m for m in ('torch', 'datasets', 'lmms_eval', 'loguru', 'av') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
