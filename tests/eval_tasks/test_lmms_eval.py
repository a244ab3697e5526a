"""The real lmms-eval command, offline and from another directory, found both ways.

Its exit status says nothing (0 after most failures), so every test looks at the results file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from fourdp_qa.eval_tasks.locations import tasks_folder
from fourdp_qa.eval_tasks.scoring.accuracy import summarise
from fourdp_qa.eval_tasks.scoring.sample_files import read_verdicts

pytestmark = pytest.mark.skipif(find_spec("lmms_eval") is None, reason="needs the extra 'eval'")

TASKS = {
    "4dpqa_camera_movement": 6, "4dpqa_camera_object_distance": 4, "4dpqa_object_rotation": 4,
    "4dpqa_object_direction": 4, "4dpqa_agent_motion": 4, "4dpqa_moved_distance": 4,
    "4dpqa_object_object_distance_change": 4, "4dpqa_depth": 4, "4dpqa_object_object_distance": 4,
    "4dpqa_multi_view_depth": 4, "4dpqa_multi_view_object_distance": 4,
}
ITEMS = sum(TASKS.values())

# Two evaluations in one process, since most of the time goes into its imports: the first by
# --include_path, with the hook switched off; the second of a benchmark that is not there.
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
os.environ["FOURDP_QA_BENCH"] = "no-such-benchmark"
sys.argv = [*options, "--output_path", "wrong"]
cli_evaluate()
"""


def run(command: list[str], folder: Path, **variables: str) -> str:
    folder.mkdir()
    settings = os.environ | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(folder / "hf")}
    done = subprocess.run(
        command, cwd=folder, env=settings | variables, capture_output=True, text=True, timeout=300,
        check=False,
    )
    return done.stdout + done.stderr


def results_of(folder: Path, said: str) -> dict:
    files = list(folder.rglob("*_results.json"))
    assert len(files) == 1, said[-3000:]
    return json.loads(files[0].read_text(encoding="utf-8"))


def test_the_bare_command_scores_every_task(stand_in: Path, tmp_path: Path) -> None:
    said = run(
        [sys.executable, "-m", "lmms_eval", "--model", "dummy", "--model_args", "response=A",
         "--tasks", "4dpqa_bench", "--log_samples", "--output_path", "out"],
        tmp_path / "elsewhere", FOURDP_QA_BENCH=str(stand_in),
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

    facts = json.loads((stand_in / "benchmark.json").read_text(encoding="utf-8"))
    name = f"stand-in {facts['questions_digest']}"
    assert {results[task]["benchmark,none"] for task in results} == {name}
    assert said.index("scoring benchmark 'stand-in', 46 items") < said.index("Running generate")

    files = sorted((tmp_path / "elsewhere" / "out").rglob("*_samples_4dpqa_*.jsonl"))
    assert sum(file.stat().st_size for file in files) < 60_000  # no clip in the samples
    summary = summarise(read_verdicts(files))
    assert summary.micro.accuracy == pytest.approx(group["accuracy,none"])
    assert summary.macro == pytest.approx(group["macro_score,none"])


def test_include_path_does_without_the_hook_and_a_wrong_benchmark_scores_nothing(
    stand_in: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    command = [sys.executable, "-c", WITHOUT_THE_HOOK, str(tasks_folder())]
    said = run(command, folder, FOURDP_QA_BENCH=str(stand_in))
    assert "FOUND BY ITSELF False" in said, said[-3000:]
    assert "CHAT ['video', 'text']" in said
    results = results_of(folder / "limited", said)
    assert all(results["n-samples"][name]["effective"] == 2 for name in TASKS)
    assert results["results"]["4dpqa_depth"]["accuracy,none"] == 0.5
    assert results["results"]["4dpqa_bench"]["accuracy,none"] == pytest.approx(11 / 22)

    assert "fourdp-qa: FOURDP_QA_BENCH='no-such-benchmark': found no such folder" in said
    assert not list(folder.glob("wrong/**/*_results.json"))
