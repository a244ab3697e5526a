"""Which command made a run, and what its model is called: both from the results file."""

from __future__ import annotations

import shlex
from pathlib import PurePosixPath
from typing import Any

from fourdp_qa.eval_tasks.baselines.registration import MODEL as BASELINE

NAMING_ARGUMENTS = ("pretrained", "model_version", "model", "model_name")
"""Arguments of models that say which weights; the last part of a path names them."""
SECRETS = ("api_key", "token", "hf_token", "use_auth_token")
"""Arguments that are never shown."""
OPTIONS = ("model", "model_args", "tasks", "include_path", "limit", "gen_kwargs", "num_fewshot", "batch_size",
           "system_instruction", "output_path")
"""Options that change what is measured or where it is written, in the order people type them."""
FLAGS = ("apply_chat_template", "force_simple", "log_samples")
DEFAULTS = {"batch_size": 1, "gen_kwargs": "", "num_fewshot": None, "limit": None}


def model_name(facts: dict[str, Any]) -> str:
    """Name of the weights, or of the model and its arguments; baselines by their kind."""
    config = facts.get("config", {})
    model, given = str(config.get("model", "model")), config.get("model_args") or ""
    arguments = dict(part.partition("=")[::2] for part in _text(given).split(",") if part)
    arguments = {key: value for key, value in arguments.items() if key not in SECRETS}
    if "of" in arguments:  # a model that hands on to another one and keeps what it says
        model = arguments.pop("of")
        arguments = {key: value for key, value in arguments.items() if key not in ("answers", "chunk")}
    if model == BASELINE:
        kind = arguments.pop("kind", "random")
        return " ".join([f"{kind} baseline", *(f"{key} {value}" for key, value in arguments.items())])
    for key in NAMING_ARGUMENTS:
        if arguments.get(key):
            return PurePosixPath(arguments[key].rstrip("/")).name
    return f"{model} ({', '.join(arguments.values())})" if arguments else model


def command_of(facts: dict[str, Any]) -> str:
    """The command line as it can be typed again."""
    config = facts.get("config", {})
    given = config.get("resolved_cli_args") or {
        key: config.get(key) for key in ("model", "model_args", "limit", "gen_kwargs", "batch_size")}
    words = ["lmms-eval"]
    for key in OPTIONS:
        value = given.get(key)
        if value in (None, "") or value == DEFAULTS.get(key):
            continue
        text = arguments_text(value) if key == "model_args" else _text(value)
        words += [f"--{key}", shlex.quote(text)]
    words += [f"--{key}" for key in FLAGS if given.get(key)]
    return " ".join(words)


def arguments_text(value: Any) -> str:
    """Arguments of a model without its keys: a report is shown to others."""
    parts = [part.partition("=") for part in _text(value or "").split(",")]
    return ",".join(f"{key}{sign}{'...' if key in SECRETS else told}" for key, sign, told in parts)


def _text(value: Any) -> str:
    """Arguments given in Python are mappings."""
    return ",".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
