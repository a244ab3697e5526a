"""The baselines' entry in lmms-eval's list of models."""

from __future__ import annotations

from typing import Any

MODEL = "fourdp_qa_baseline"
"""Name after ``--model``."""

_CLASSES = "fourdp_qa.eval_tasks.baselines.lmms_models"


def manifests() -> list[Any]:
    """What the plugin hands to lmms-eval; it imports the classes when the model is asked for."""
    from lmms_eval.models.registry_v2 import ModelManifest

    return [ModelManifest(
        model_id=MODEL, simple_class_path=f"{_CLASSES}.SimpleBaseline",
        chat_class_path=f"{_CLASSES}.ChatBaseline",
    )]
