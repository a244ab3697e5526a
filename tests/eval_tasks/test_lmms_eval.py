"""The real lmms-eval command, offline and from another directory, found both ways.

Its exit status says nothing (0 after most failures), so every test looks at the results file.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from fourdp_qa.eval_tasks.locations import tasks_folder
from fourdp_qa.eval_tasks.scoring.accuracy import summarise
from fourdp_qa.eval_tasks.scoring.beside import constants
from fourdp_qa.eval_tasks.scoring.breakdown import breakdown
from fourdp_qa.eval_tasks.scoring.groups import group_score
from fourdp_qa.eval_tasks.scoring.sample_files import read_tracks, read_verdicts
from fourdp_qa.eval_tasks.scoring.tracks.score import score_tracks

pytestmark = pytest.mark.skipif(find_spec("lmms_eval") is None, reason="needs the extra 'eval'")

TASKS = {
    "4dpqa_camera_movement": 6, "4dpqa_camera_object_distance": 4, "4dpqa_object_rotation": 4,
    "4dpqa_object_direction": 4, "4dpqa_agent_motion": 4, "4dpqa_moved_distance": 4,
    "4dpqa_object_object_distance_change": 4, "4dpqa_depth": 4, "4dpqa_object_object_distance": 4,
    "4dpqa_multi_view_depth": 4, "4dpqa_multi_view_object_distance": 4,
}
ITEMS = sum(TASKS.values())

# Three evaluations in one process, since most of the time goes into its imports: the first by
# --include_path, with the hook switched off; then VLM4D; the last of a benchmark that is not there.
WITHOUT_THE_HOOK = """
import os, sys
from fourdp_qa.eval_tasks import plugin
plugin.register = lambda: []
from lmms_eval.__main__ import cli_evaluate
from lmms_eval.tasks import TaskManager
folder = sys.argv[1]
print("FOUND BY ITSELF", "4dpqa_bench" in TaskManager().all_tasks)
chat = TaskManager(include_path=folder, include_defaults=False).load_task_or_group(
    "4dpqa_depth", task_type="chat")["4dpqa_depth"]
print("CHAT", [part["type"] for part in chat.doc_to_messages(chat.eval_docs[0])[0]["content"]])
options = ["lmms-eval", "--model", "dummy", "--model_args", "response=Yes,read_bytes=10",
           "--include_path", folder, "--tasks", "4dpqa_bench", "--log_samples"]
sys.argv = [*options, "--limit", "2", "--output_path", "limited"]
cli_evaluate()
sys.argv = ["lmms-eval", "--model", "dummy", "--model_args", "response=B", "--include_path", folder,
            "--tasks", "vlm4d,vlm4d_cot", "--log_samples", "--output_path", "vlm4d"]
cli_evaluate()
os.environ["FOURDP_QA_BENCH"] = "no-such-benchmark"
sys.argv = [*options, "--output_path", "wrong"]
cli_evaluate()
"""


def write_vlm4d(folder: Path) -> None:
    """Five questions in the published layout; B is right in two."""
    clips = {"real": ["videos_real/davis/a.mp4", "videos_real/davis/b.mp4", "videos_real/ego4d/c.mp4"],
             "synthetic": ["videos_synthetic/synth_001.mp4", "videos_synthetic/synth_002.mp4"]}
    answers = {"real": ["right", "left", "right"], "synthetic": ["no dog there", "left"]}
    address = "https://huggingface.co/datasets/shijiezhou/VLM4D/resolve/main/"
    for split, paths in clips.items():
        rows = []
        for n, (path, answer) in enumerate(zip(paths, answers[split], strict=True), start=1):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(b"clip")
            choices = dict(zip("ABCD", ["left", "right", "no dog there", "up"], strict=True))
            rows.append({"id": f"validation_{n}", "video": f"{address}{path}", "choices": choices,
                         "question_type": "multiple-choice", "question": "Where?", "answer": answer})
        (folder / "QA").mkdir(exist_ok=True)
        (folder / "QA" / f"{split}_mc.json").write_text(json.dumps(rows), encoding="utf-8")


def run(command: list[str], folder: Path, settings: dict[str, str], **variables: str) -> str:
    folder.mkdir()
    settings = settings | {"HF_DATASETS_CACHE": str(folder / "hf")}
    done = subprocess.run(
        command, cwd=folder, env=settings | variables, capture_output=True, text=True, timeout=300,
        check=False,
    )
    return done.stdout + done.stderr


def results_of(folder: Path, said: str) -> dict:
    files = list(folder.rglob("*_results.json"))
    assert len(files) == 1, said[-3000:]
    return json.loads(files[0].read_text(encoding="utf-8"))


def test_the_bare_command_scores_every_task(stand_in: Path, evaluating, tmp_path: Path) -> None:
    said = run(
        [sys.executable, "-m", "lmms_eval", "--model", "dummy", "--model_args", "response=A",
         "--tasks", "4dpqa_bench,4dpqa_tracking,4dpqa_groups", "--log_samples", "--output_path", "out"],
        tmp_path / "elsewhere", evaluating, FOURDP_QA_BENCH=str(stand_in),
    )
    written = results_of(tmp_path / "elsewhere" / "out", said)
    results = written["results"]
    assert {name: written["n-samples"][name]["effective"] for name in TASKS} == TASKS
    # of items 0..5 of camera movement, 0 2 4 are choices with the answers A B A; and so on
    assert results["4dpqa_camera_movement"]["accuracy,none"] == pytest.approx(2 / 6)
    assert results["4dpqa_camera_object_distance"]["accuracy,none"] == pytest.approx(1 / 4)
    assert results["4dpqa_object_direction"]["accuracy,none"] == pytest.approx(1 / 4)
    assert results["4dpqa_depth"]["accuracy,none"] == 0
    assert results["4dpqa_depth"]["unparsed,none"] == 1
    group = results["4dpqa_bench"]
    assert group["accuracy,none"] == pytest.approx((2 + 5) / ITEMS)  # five more types have choices
    assert group["macro_score,none"] == pytest.approx((2 / 6 + 5 * 1 / 4 + 5 * 0) / 11)
    assert group["unparsed,none"] == pytest.approx(33 / ITEMS)
    assert group["answers,none"] == {"A": 13, "unparsed": 33}

    assert group["beside,none"]["chance"] == pytest.approx((13 / 4 + 33 / 2) / ITEMS)

    tracking = results["4dpqa_true_motion_point_tracking"]
    assert (tracking["jaccard,none"], tracking["unparsed,none"], tracking["failed,none"]) == (0.0, 1.0, 0.0)
    assert tracking["copies,none"]["query copied"]["occlusion"] == pytest.approx(2 / 3)
    assert results["4dpqa_tracking"]["unparsed,none"] == 1.0
    groups = results["4dpqa_groups"]["whole_groups,none"]  # A A B A with "A", and one of Yes and No
    assert (groups["groups"], groups["all_right"], groups["most_right"]) == (2, 0.0, 0.5)

    facts = json.loads((stand_in / "benchmark.json").read_text(encoding="utf-8"))
    name = f"stand-in {facts['questions_digest']}"
    assert {results[task]["benchmark,none"] for task in results} == {name}
    assert said.index("scoring benchmark 'stand-in', 59 items") < said.index("Running generate")

    files = sorted((tmp_path / "elsewhere" / "out").rglob("*_samples_4dpqa_*.jsonl"))
    assert max(len(line) for file in files for line in file.read_text().splitlines()) < 8_000  # no clips
    of = {file.stem.split("_samples_")[1]: file for file in files}
    verdicts = read_verdicts(of[name] for name in TASKS)
    summary = summarise(verdicts)
    assert summary.micro.accuracy == pytest.approx(group["accuracy,none"])
    assert summary.macro == pytest.approx(group["macro_score,none"])
    # The model that always says A scores on each format what stands beside: exactly.
    assert breakdown(verdicts, "format")["multiple_choice"].accuracy == constants(verdicts)[
        "multiple_choice"]["A"] == 7 / 13
    for task in TASKS:
        scored = breakdown([v for v in verdicts if f"4dpqa_{v.question_type}" == task], "format")
        printed = results[task]["beside,none"]["constants"]
        for answer_format, accuracy in scored.items():
            assert accuracy.accuracy == printed[answer_format].get("A", 0.0)
    assert group_score(read_verdicts([of["4dpqa_groups"]])).groups == 2
    tracks = read_tracks(of[f"4dpqa_{kind}_point_tracking"] for kind in ("visual", "true_motion"))
    assert score_tracks(tracks).unparsed == 1.0


def test_include_path_does_without_the_hook_and_a_wrong_benchmark_scores_nothing(
    stand_in: Path, evaluating, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    command = [sys.executable, "-c", WITHOUT_THE_HOOK, str(tasks_folder())]
    write_vlm4d(tmp_path / "VLM4D")
    said = run(command, folder, evaluating, FOURDP_QA_BENCH=str(stand_in),
               FOURDP_QA_VLM4D=str(tmp_path / "VLM4D"))
    assert "FOUND BY ITSELF False" in said, said[-3000:]
    assert "CHAT ['video', 'text']" in said
    results = results_of(folder / "limited", said)
    assert all(results["n-samples"][name]["effective"] == 2 for name in TASKS)
    assert results["results"]["4dpqa_depth"]["accuracy,none"] == 0.5
    assert results["results"]["4dpqa_bench"]["accuracy,none"] == pytest.approx(11 / 22)

    results = results_of(folder / "vlm4d", said)["results"]
    for protocol, prompt in (("", "VLM4D direct"), ("_cot", "VLM4D step by step")):
        group = results[f"vlm4d{protocol}"]
        assert group["accuracy,none"] == pytest.approx(2 / 5)
        assert group["columns,none"] == {"ego": 1.0, "exo": 0.5, "directional": 0.0, "false_positive": 0.0}
        assert 0 <= group["blind,none"] <= 1
        assert group["benchmark,none"] == prompt
        assert results[f"vlm4d_real{protocol}"]["accuracy,none"] == pytest.approx(2 / 3)

    assert "fourdp-qa: FOURDP_QA_BENCH='no-such-benchmark': found no such folder" in said
    assert not list(folder.glob("wrong/**/*_results.json"))
