"""Make lmms-eval find the tasks without a flag, and the models of this package by their name.

lmms-eval 0.7 has an entry point for models and none for tasks. The one for models is called before
the tasks are indexed, so `register` adds the folder of this package to the folders that the index
searches. That relies on the name of an internal method: where it is gone, `register` says so in
one line and ``lmms-eval --include_path "$(fourdp-qa tasks-path)"`` still works.
"""

from __future__ import annotations

import functools
import inspect
import logging
import os
from typing import Any

from fourdp_qa.eval_tasks.locations import tasks_folder

_MARK = "_searches_fourdp_qa"


def register() -> list[Any]:
    """Entry point of the group ``lmms_eval.models``: adds tasks, gives models, never raises."""
    models: list[Any] = []
    problems = []
    # An exception here would also stop every later plugin from loading.
    try:
        _add_folder_to_index()
    except Exception as error:
        problems.append(f"its tasks are not found by themselves in this lmms-eval ({error}); add "
                        '--include_path "$(fourdp-qa tasks-path)"')
    try:
        models = _models()
    except Exception as error:
        problems.append(f"its models are not known to this lmms-eval ({error})")
    if problems:
        logging.getLogger("fourdp_qa").warning("fourdp-qa: %s", "; ".join(problems))
    return models


def _models() -> list[Any]:
    """Models by the path of their class: nothing of them is imported before one is asked for."""
    from lmms_eval.models.registry_v2 import ModelManifest

    from fourdp_qa.eval_tasks.baselines.registration import manifests

    module = "fourdp_qa.eval_tasks.lmms.resumable"
    resumable = ModelManifest("resumable", f"{module}.ResumableSimple", f"{module}.ResumableChat")
    return [resumable, *manifests()]


def _add_folder_to_index() -> None:
    from lmms_eval.tasks import TaskManager

    original = TaskManager.initialize_tasks
    if getattr(original, _MARK, False):
        return
    signature = inspect.signature(original)
    if "include_path" not in signature.parameters:
        raise TypeError("TaskManager.initialize_tasks takes no include_path")

    @functools.wraps(original)
    def initialize_tasks(*args: Any, **kwargs: Any) -> Any:
        call = signature.bind(*args, **kwargs)
        call.arguments["include_path"] = _with_our_folder(call.arguments.get("include_path"))
        return original(*call.args, **call.kwargs)

    setattr(initialize_tasks, _MARK, True)
    TaskManager.initialize_tasks = initialize_tasks


def _with_our_folder(include_path: str | list[str] | None) -> list[str]:
    """The user's folders first: a task of theirs with the same name goes before ours."""
    given = [include_path] if isinstance(include_path, str) else list(include_path or [])
    ours = str(tasks_folder())
    if any(os.path.realpath(path) == os.path.realpath(ours) for path in given):
        return given
    return [*given, ours]
