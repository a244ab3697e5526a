"""Finding runs: what lmms-eval wrote, joined, named, and refused in one line where something is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.eval_tasks.report.report import make_report
from fourdp_qa.eval_tasks.report.runs import find_runs

STAMP = "20260102_030405"


def right(row):
    return row.answer


def change(folder: Path, **facts) -> None:
    file = folder / f"{STAMP}_results.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | facts), encoding="utf-8")


def test_a_run_holds_answers_groups_and_tracks_apart(run_of, rows, groups, tracks) -> None:
    visual = tracks("visual_point_tracking")
    every = [*rows, *groups, *visual]
    (run,) = find_runs([str(run_of("out", every, right, model_args="pretrained=org/Eye-7B"))])
    assert (len(run.verdicts), len(run.groups), len(run.tracks)) == (len(rows), len(groups), len(visual))
    assert run.name == "Eye-7B"
    assert run.benchmark.startswith("stand-in sha256:")
    assert run.said[rows[0].id].response == rows[0].answer
    assert rows[0].question in run.said[rows[0].id].prompt
    assert run.commands == {STAMP: "lmms-eval --model stub --model_args pretrained=org/Eye-7B "
                                   "--tasks 4dpqa_bench --output_path out --log_samples"}
    assert not run.is_limited


def test_two_commands_of_one_model_on_other_tasks_are_one_run(run_of, rows, tracks) -> None:
    true = tracks("true_motion_point_tracking")
    every = [*rows, *true]
    run_of("out/a", rows, right, all_rows=every)
    run_of("out/b", true, right, all_rows=every, stamp="20260102_040000")
    folder = run_of("out/c", [], right, stamp="20260103_000000").parent
    (run,) = find_runs([str(folder)])
    assert len(run.verdicts) == len(rows) and len(run.tracks) == len(true)
    assert list(run.commands) == [STAMP, "20260102_040000"]


def test_the_same_model_twice_is_told_apart_and_a_name_can_be_given(run_of, rows) -> None:
    first, second = (run_of(name, rows, right, stamp=stamp)
                     for name, stamp in (("a", "20260102_000000"), ("b", "20260103_000000")))
    names = [run.name for run in find_runs([str(first), str(second)])]
    assert names == ["stub (20260102_000000)", "stub (20260103_000000)"]
    assert [run.name for run in find_runs([f"mine={first}", str(second)])] == ["mine", "stub"]


def test_runs_of_one_name_are_told_apart_by_a_short_setting(run_of, rows) -> None:
    chat, simple = (run_of(name, rows, right, model_args="pretrained=org/Eye-7B,api_key=very-secret")
                    for name in ("chat", "simple"))
    config = json.loads((simple / f"{STAMP}_results.json").read_text(encoding="utf-8"))["config"]
    change(chat, config=config | {"model_backend": "lmms_eval.models.chat.qwen2_5_vl.Qwen2_5_VL (chat)"})
    config["resolved_cli_args"]["force_simple"] = True
    change(simple, config=config)
    runs = find_runs([str(chat), str(simple)])
    assert [run.name for run in runs] == ["Eye-7B (chat)", "Eye-7B (simple)"]
    assert "--force_simple" in runs[1].commands[STAMP]
    assert not any("very-secret" in text for run in runs for text in (*run.settings.values(),
                                                                      *run.commands.values()))
    assert "api_key=..." in runs[0].commands[STAMP]


def test_a_limited_run_says_so(run_of, rows) -> None:
    folder = run_of("out", rows, right)
    counts = json.loads((folder / f"{STAMP}_results.json").read_text(encoding="utf-8"))["n-samples"]
    change(folder, **{"n-samples": counts | {"4dpqa_depth": {"original": 200, "effective": 24}}})
    report = make_report([str(folder)])
    assert report.scores[0].run.is_limited
    assert any("asked only 264 of 440 questions" in finding.text for finding in report.findings)


def test_planted_mixture_of_digests_is_refused_in_one_line_and_marked_when_wanted(run_of, rows) -> None:
    first, second = run_of("a", rows, right), run_of("b", rows[1:], right, model="other")
    with pytest.raises(FourdpQaError, match="questions_digest") as refused:
        make_report([str(first), str(second)])
    assert "\n" not in str(refused.value) and "--mixed" in str(refused.value)
    digests = [run.digest for run in find_runs([str(first), str(second)])]
    assert digests[0] != digests[1] and all(digest in str(refused.value) for digest in digests)
    mixed = make_report([str(first), str(second)], mixed=True)
    assert mixed.findings[0].kind == "bad" and "not comparable" in mixed.findings[0].text
    assert mixed.compared == []


@pytest.mark.parametrize("damage, field", [
    (lambda f: (f / f"{STAMP}_samples_4dpqa_depth.jsonl").unlink(), "samples_4dpqa_depth"),
    (lambda f: (f / f"{STAMP}_results.json").write_text("{", encoding="utf-8"), "line 1: found text"),
    (lambda f: (f / f"{STAMP}_results.json").write_text("[]", encoding="utf-8"), "nothing that can be read"),
    (lambda f: (f / f"{STAMP}_samples_4dpqa_depth.jsonl").write_text("{}\n", encoding="utf-8"), "line 1"),
    (lambda f: (f / f"{STAMP}_samples_4dpqa_depth.jsonl").write_text("half a", encoding="utf-8"), "line 1"),
])
def test_damaged_results_are_named_in_one_line(run_of, rows, damage, field) -> None:
    folder = run_of("out", rows, right)
    damage(folder)
    with pytest.raises(SourceDataError, match=field) as refused:
        find_runs([str(folder)])
    assert "\n" not in str(refused.value)


def test_results_of_other_tasks_only_are_none(run_of, rows) -> None:
    folder = run_of("out", rows, right)
    change(folder, **{"n-samples": {"mmmu": {"original": 2, "effective": 2}}})
    with pytest.raises(FourdpQaError, match="found no results of 4dpqa or vlm4d tasks"):
        find_runs([str(folder)])
