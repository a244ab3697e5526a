"""From result folders to everything that a report says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.locations import mini_benchmark
from fourdp_qa.eval_tasks.report.comparison import Compared, compare
from fourdp_qa.eval_tasks.report.examples import Example, benchmark_name, examples
from fourdp_qa.eval_tasks.report.findings import Finding, findings
from fourdp_qa.eval_tasks.report.runs import Run, find_runs
from fourdp_qa.eval_tasks.report.scores import RunScore, score_run


@dataclass(frozen=True)
class Report:
    """What is written.

    Attributes
    ----------
    scores : one a run, in the order given.
    compared : pairs of runs.
    findings : sentences, the bad first.
    examples : wrong answers with clips; `without_examples` says why there are none.
    command : that makes this report again.
    """

    scores: list[RunScore]
    compared: list[Compared]
    findings: list[Finding]
    examples: list[Example]
    without_examples: str
    command: str


def make_report(
    places: Sequence[str], *, bench: Path | None = None, mixed: bool = False, command: str = ""
) -> Report:
    """Read runs and measure them.

    Parameters
    ----------
    places : as `find_runs` takes them.
    bench : benchmark folder with the clips of the examples; None for the packaged one, if that was scored.
    mixed : show several benchmarks, each marked by its digest.
    command : for the page.

    Raises
    ------
    FourdpQaError
        When results cannot be read, are of several benchmarks without `mixed`, or `bench` is none of theirs.
    """
    runs = find_runs(places)
    _refuse_unmarked_mixture(runs, mixed)
    scores = [score_run(run) for run in runs]
    compared = compare(runs)
    shown, without = _examples(runs, bench)
    return Report(scores, compared, findings(scores, compared), shown, without, command)


def _refuse_unmarked_mixture(runs: Sequence[Run], mixed: bool) -> None:
    by_benchmark = {run.benchmark: run.name for run in runs if run.benchmark}
    if len(by_benchmark) > 1 and not mixed:
        named = "; ".join(f"{name}: {benchmark}" for benchmark, name in by_benchmark.items())
        raise FourdpQaError(
            f"found runs of {len(by_benchmark)} benchmarks ({named}), expected one questions_digest: their "
            "numbers are not comparable; --mixed shows them apart, marked by their digests"
        )


def _examples(runs: Sequence[Run], bench: Path | None) -> tuple[list[Example], str]:
    """Examples, or why there are none."""
    scored = {run.benchmark for run in runs if run.benchmark}
    folder = bench or mini_benchmark()
    if benchmark_name(folder) not in scored:
        if bench:
            raise FourdpQaError(
                f"--bench {bench}: found {benchmark_name(bench)}, expected the benchmark that was scored: "
                f"{' or '.join(sorted(scored)) or 'none was, only VLM4D'}"
            )
        return [], ("The clips are not in this package: name the folder of the benchmark that was scored "
                    "with --bench.")
    return examples(runs, folder), "No run gave a wrong answer."
