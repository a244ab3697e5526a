"""Tiny models, tiny questions, and a run of a few steps."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest


def beside(name: str):
    """Import a module that lies beside this file: tests are no package."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Two threads on a shared core spin: a step takes ten times longer."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def questions():
    """The module tiny_questions."""
    return beside("tiny_questions")


@pytest.fixture(scope="session")
def folder(tmp_path_factory, questions):
    """Twelve scenes, one row of each of four types about each."""
    return questions.make_folder(tmp_path_factory.mktemp("questions") / "tiny")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """``tiny_model("qwen2_5_vl")``: the folder of a tiny model."""
    made: dict[tuple[str, bool], Path] = {}

    def make(kind: str = "qwen2_5_vl", tied: bool = False) -> Path:
        if (kind, tied) not in made:
            made[kind, tied] = beside("tiny_models").make_model(
                kind, tmp_path_factory.mktemp(kind), tied=tied)
        return made[kind, tied]

    return make


@pytest.fixture(scope="session")
def loaded(tiny_model):
    """``loaded("qwen3_vl")``: model, encoder and family, loaded once; do not change the model."""
    made: dict[str, tuple] = {}

    def load(kind: str = "qwen2_5_vl"):
        if kind not in made:
            made[kind] = fresh(tiny_model(kind), kind)
        return made[kind]

    return load


def fresh(path: Path, kind: str):
    from fourdp_qa.train.config import ModelSettings
    from fourdp_qa.train.encoding import ClipSettings, VideoEncoder
    from fourdp_qa.train.families import family_named
    from fourdp_qa.train.model import load_model

    family = family_named(kind)
    model, processor = load_model(ModelSettings(str(path), kind), family)
    return model, VideoEncoder(processor, family, ClipSettings(kind, family.nominal_fps, 64, 4)), family


@pytest.fixture(scope="session")
def load_fresh(tiny_model):
    """The same, loaded anew: may be changed."""
    return lambda kind="qwen2_5_vl", tied=False: fresh(tiny_model(kind, tied), kind)


@pytest.fixture
def write_config(tmp_path, folder, tiny_model):
    """``write_config(**{"data.samples": 8})``: a run of a few steps on the tiny data."""
    import yaml

    def write(kind: str = "qwen2_5_vl", name: str = "run", **changes: object) -> str:
        values = {
            "model": {"name": str(tiny_model(kind)), "family": kind},
            "data": {"path": str(folder), "mixture": "std", "samples": 16, "size": 64, "frames": 4,
                     "validation": 0.2},
            "optimisation": {"batch": 4, "per_device": 2, "bf16": False, "warmup": 0.0,
                             "gradient_checkpointing": False, "learning_rate": 1e-3},
            "evaluation": {"every": 1000, "rows": 0, "max_new_tokens": 8},
            "loader": {"workers": 0},
            "output": {"folder": str(tmp_path / name), "save_every": 1000, "log_every": 1},
        }
        for key, value in changes.items():
            section, _, field = key.partition(".")
            values[section][field] = value
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(values))
        return str(path)

    return write


@pytest.fixture
def examples(folder):
    """Rows of the tiny data with undecoded clips, by type."""
    from fourdp_qa.dataset.load import load

    rows = load(folder, split="train")
    return lambda kind, count=2: [row for row in rows if row["question_type"] == kind][:count]
