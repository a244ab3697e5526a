"""The chain: scenes that never meet, one run for all moments, the same questions before and after."""

from __future__ import annotations

import json

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.train.demonstration import chain
from fourdp_qa.train.demonstration.plan import plan_named, smaller


@pytest.fixture
def commands(monkeypatch):
    """Runs the chain without its commands; stage -> (module, arguments, environment)."""
    ran: dict[str, tuple[str, list[str], dict[str, str]]] = {}

    def record(self, stage, done, module, arguments, environment=None):
        ran[stage] = (module, list(arguments), dict(environment or {}))

    monkeypatch.setattr(chain.Stages, "run", record)
    monkeypatch.setattr(chain, "_make_start", lambda *a: None)
    monkeypatch.setattr(chain, "_report", lambda plan, folder, mix, marks, stages: folder / "results")

    def run(plan, folder, mix, minutes=0.0):
        ran.clear()
        chain.run_demonstration(plan_named(plan), folder, mix, minutes, processes=2)
        return ran

    return run


def after(arguments, option):
    return arguments[arguments.index(option) + 1]


def test_the_stages_of_the_full_demonstration(commands, tmp_path):
    ran = commands("full", tmp_path, "tm")
    assert list(ran) == ["training scenes", "held-out scenes", "training tm", "evaluation before",
                         "evaluation tm 60", "evaluation tm 80", "evaluation tm 200"]


def test_held_out_scenes_are_others_and_stay_apart(commands, tmp_path):
    ran = commands("full", tmp_path, "tm")
    training, held_out = ran["training scenes"][1], ran["held-out scenes"][1]
    assert after(training, "--seed") != after(held_out, "--seed")
    assert after(held_out, "--apart-from") == after(training, "--out")
    for option in ("--size", "--frames"):
        assert after(training, option) == after(held_out, option)


def test_training_sees_the_training_scenes_alone(commands, tmp_path):
    module, arguments, environment = commands("full", tmp_path, "tm")["training tm"]
    assert module == "torch.distributed.run"
    assert f"data.path={tmp_path / 'scenes'}" in arguments
    assert "data.mixture=tm" in arguments
    assert "output.core_minutes=[60.0, 80.0, 200.0]" in arguments
    assert not any("held-out" in text for text in arguments)
    assert environment["OMP_NUM_THREADS"] == "1"


def test_every_model_is_asked_the_same_questions_in_the_same_way(commands, tmp_path):
    ran = commands("full", tmp_path, "tm")
    asked = {stage: call for stage, call in ran.items() if stage.startswith("evaluation")}
    models = {after(arguments, "--model_args") for _, arguments, _ in asked.values()}
    assert len(models) == 4
    assert {environment["FOURDP_QA_BENCH"] for _, _, environment in asked.values()} == {
        str(tmp_path / "held-out")}
    tasks = {after(arguments, "--tasks") for _, arguments, _ in asked.values()}
    assert tasks == {"4dpqa_bench,4dpqa_tracking"}


def test_the_short_one_learns_its_type_alone_and_ends_earlier_when_told(commands, tmp_path):
    ran = commands("short", tmp_path, "std", minutes=1.5)
    assert after(ran["training scenes"][1], "--types") == "camera_movement"
    arguments = ran["training std"][1]
    assert "data.mixture={camera_movement: 1.0}" in arguments
    assert "output.core_minutes=[3.0]" in arguments


def test_a_missing_extra_is_named_before_anything_is_made(monkeypatch, tmp_path):
    monkeypatch.setattr(chain, "find_spec", lambda name: None if name == "lmms_eval" else object())
    with pytest.raises(FourdpQaError, match=r"no module lmms_eval.*pip install 'fourdp-qa\[eval\]'"):
        chain.run_demonstration(plan_named("short"), tmp_path / "none", "std", 0.0, 1)
    assert not (tmp_path / "none").exists()


@pytest.mark.long
def test_a_trial_runs_through_and_is_not_done_twice(tmp_path):
    plan = smaller(plan_named("short"), 20)
    found = json.loads(chain.run_demonstration(plan, tmp_path, "std", 0.05, 2).read_text())
    (camera,) = found["before"]["types"]
    assert camera["question_type"] == "camera_movement"
    assert camera["items"] > 0
    assert [r["items"] for r in found["after"]["0.1"]["types"]] == [camera["items"]]
    assert set(found["core_minutes"]) == {"training scenes", "held-out scenes", "training std",
                                          "evaluation before", "evaluation std 0.1"}
    for name in ("types-std.png", "curve-std.png", "results-std.md"):
        assert (tmp_path / name).stat().st_size > 500
    again = json.loads(chain.run_demonstration(plan, tmp_path, "std", 0.05, 2).read_text())
    assert again == found
