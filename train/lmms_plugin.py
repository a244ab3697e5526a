"""The trained models' entry in lmms-eval's list: ``--model fourdp_qa_trained``."""

from __future__ import annotations

import logging
from typing import Any

MODEL = "fourdp_qa_trained"
"""Name after ``--model``."""


def register() -> list[Any]:
    """Entry point of the group ``lmms_eval.models``: imports nothing heavy and never raises."""
    # An exception here would stop every later plugin from loading.
    try:
        from lmms_eval.models.registry_v2 import ModelManifest

        return [ModelManifest(MODEL, chat_class_path="fourdp_qa.train.lmms_model.TrainedModel")]
    except Exception as error:
        logging.getLogger("fourdp_qa").warning(
            "fourdp-qa: this lmms-eval does not know %s (%s)", MODEL, error)
        return []
