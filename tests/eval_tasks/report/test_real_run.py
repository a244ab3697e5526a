"""The baselines as models of the real lmms-eval, in both protocols, and the report on what it wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from fourdp_qa.eval_tasks.report.page import report_page
from fourdp_qa.eval_tasks.report.report import make_report

pytestmark = pytest.mark.skipif(find_spec("lmms_eval") is None, reason="needs the extra 'eval'")

# All evaluations in one process, since most of the time goes into its imports.
RUNS = """
import sys
from lmms_eval.__main__ import cli_evaluate
for out, *options in (
    ("chat", "kind=oracle"), ("simple", "kind=oracle", "--force_simple"),
    ("constant", "kind=constant,choice=B"), ("random", "kind=random,seed=0"), ("ngram", "kind=ngram"),
    ("wrong", "kind=oracle,sede=3"),
):
    sys.argv = ["lmms-eval", "--model", "fourdp_qa_baseline", "--model_args", *options,
                "--tasks", "4dpqa_bench,4dpqa_tracking,4dpqa_groups", "--log_samples", "--output_path", out]
    cli_evaluate()
"""


def run(code: str, folder: Path, settings: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-c", code], cwd=folder, env=settings, text=True,
                          capture_output=True, timeout=400, check=False)


def test_baselines_run_in_both_protocols_and_the_report_reads_them(
    rows, groups, tracks, write_folder, evaluating, tmp_path
) -> None:
    every = [row for row in rows if int(row.id.split("-s")[1][:2]) < 10]  # five scenes
    every += [*groups, *tracks("visual_point_tracking", 4), *tracks("true_motion_point_tracking", 4)]
    bench = write_folder(tmp_path / "bench", every)
    done = run(RUNS, tmp_path, evaluating | {
        "HF_DATASETS_CACHE": str(tmp_path / "hf"), "FOURDP_QA_BENCH": str(bench)})
    names = ("chat", "simple", "constant", "random", "ngram")
    assert all(list((tmp_path / name).rglob("*_results.json")) for name in names), done.stdout[-3000:]
    # The last one has a mistyped setting: one line, no results, and not the status 0 of an exception.
    assert "fourdp-qa: --model_args: found sede, expected kind, seed, choice, yes_no or train" in done.stderr
    assert done.returncode != 0 and not list((tmp_path / "wrong").rglob("*_results.json"))
    assert "n-gram baseline learns from the other scenes of the benchmark itself" in done.stdout + done.stderr

    facts = {name: json.loads(next((tmp_path / name).rglob("*_results.json")).read_text()) for name in names}
    assert facts["chat"]["config"]["model_backend"].endswith("ChatBaseline (chat)")
    assert facts["simple"]["config"]["model_backend"].endswith("SimpleBaseline (simple)")
    for name in ("chat", "simple"):
        results = facts[name]["results"]
        assert results["4dpqa_bench"]["accuracy,none"] == 1.0
        assert results["4dpqa_visual_point_tracking"]["jaccard,none"] == 1.0
        assert results["4dpqa_true_motion_point_tracking"]["jaccard,none"] == 1.0

    report = make_report([str(tmp_path / name) for name in names], bench=bench, command="fourdp-qa report")
    chat, simple, constant, random, *_ = report.scores
    for oracle in (chat, simple):
        assert len(oracle.by_type) == 11 and {s.accuracy for s in oracle.by_type.values()} == {1.0}
        assert [t.score.jaccard for t in oracle.tracks.values()] == [1.0, 1.0]
        assert oracle.groups.all_right == 1.0
    # The B of a choice is right as often as the page prints beside it; yes/no answers are always Yes.
    printed = constant.beside.constants
    answered = {form: [v for v in constant.run.verdicts if v.format == form] for form in printed}
    for form, answer in (("multiple_choice", "B"), ("yes_no", "Yes")):
        assert sum(v.score for v in answered[form]) / len(answered[form]) == printed[form][answer]
    assert random.micro.low <= random.micro.chance <= random.micro.high
    said = "\n".join(f.text for f in report.findings)
    assert "constant baseline choice B has collapsed to one answer" in said
    page = report_page(report)
    assert "lmms-eval --model fourdp_qa_baseline --model_args kind=random,seed=0" in page
    assert "--force_simple" in page
