"""Runs of lmms-eval: what was asked of which model, found in the folders it wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.eval_tasks.report.commands import arguments_text, command_of, model_name
from fourdp_qa.eval_tasks.scoring.sample_files import read_tracks, read_verdicts
from fourdp_qa.eval_tasks.scoring.tracks.verdict import TrackVerdict
from fourdp_qa.eval_tasks.scoring.verdict import Verdict

RESULTS, SAMPLES = "_results.json", "_samples_"
GROUPS = "4dpqa_groups"
TRACKS = ("4dpqa_visual_point_tracking", "4dpqa_true_motion_point_tracking")
RECORDS = ("accuracy", "jaccard")
"""Metrics that carry the record of an answer: of an item, of a track."""
CLASS, PROTOCOL = "class", "protocol"
"""Settings: how a model was asked, chat or simple, and the class that asked it."""
LONGEST_MARK = 32
"""Characters of settings in a name; the settings in full stand at the end of the page."""
_AGAIN = "run the evaluation again with --log_samples, or name its folder"


@dataclass(frozen=True)
class Said:
    """What a model was asked and answered, as it was logged."""

    response: str
    prompt: str


@dataclass(frozen=True)
class Batch:
    """What one results file is about: the benchmark, questions asked, questions there were."""

    benchmark: str
    asked: int
    offered: int


@dataclass(frozen=True)
class Run:
    """Answers of one model under one set of settings.

    Attributes
    ----------
    name : what the report calls it; unique.
    settings : what lmms-eval was told, for people.
    commands : the command lines that made it, by the time of each of its results files.
    batches : what was asked by them, by the same times.
    benchmark : name and digest of the questions, ``mini sha256:...``; empty for VLM4D alone.
    verdicts : answers to types 1-11.
    groups : answers to counterfactual groups.
    tracks : answers to types 12 and 13.
    vlm4d : task -> answers to VLM4D.
    blind : question id of VLM4D -> what its options alone reach.
    said : question id -> what was asked and said.
    asked, offered : task -> questions asked; questions there were, more where --limit was given.
    """

    name: str
    settings: dict[str, str]
    commands: dict[str, str]
    benchmark: str
    verdicts: list[Verdict]
    groups: list[Verdict]
    tracks: list[TrackVerdict]
    vlm4d: dict[str, list[Verdict]]
    blind: dict[str, float] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    offered: dict[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """First characters of the digest, enough to tell benchmarks apart."""
        return self.benchmark.rpartition("sha256:")[2][:8]

    @property
    def is_limited(self) -> bool:
        """Whether some questions were left out."""
        return any(self.asked[task] < count for task, count in self.offered.items())


def find_runs(places: Sequence[str]) -> list[Run]:
    """Read every run under some places.

    Parameters
    ----------
    places : folders or ``*_results.json`` files of lmms-eval; ``NAME=PLACE`` gives a run its name.

    Raises
    ------
    FourdpQaError
        When a place holds no results of these tasks, or results without logged samples.
    """
    runs: list[Run] = []
    for place in places:
        name, path = _named(place)
        files = sorted(path.rglob(f"*{RESULTS}")) if path.is_dir() else [path]
        found = [run for file in files if (run := _read_run(file, name))]
        if not found:
            raise FourdpQaError(
                f"{path}: found no results of 4dpqa or vlm4d tasks, expected files *{RESULTS} of lmms-eval; "
                + _AGAIN)
        runs += found
    return _told_apart(_joined(runs))


def _named(place: str) -> tuple[str, Path]:
    if not Path(place).exists() and "=" in place:
        name, _, rest = place.partition("=")
        return name.strip(), Path(rest)
    return "", Path(place)


def _read_run(results: Path, name: str) -> Run | None:
    """The run of a results file; None when it is of other tasks only."""
    try:
        facts = json.loads(results.read_text(encoding="utf-8"))
        offered = {task: counts["original"] for task, counts in facts["n-samples"].items() if _is_ours(task)}
        asked = {task: facts["n-samples"][task]["effective"] for task in offered}
    except FileNotFoundError:
        raise SourceDataError(
            results, "", found="no such file or folder", expected="results of lmms-eval", do=_AGAIN,
        ) from None
    except json.JSONDecodeError as error:
        raise SourceDataError(
            results, f"line {error.lineno}", found="text that is not JSON",
            expected="a results file of lmms-eval", do=_AGAIN,
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceDataError(
            results, "", found=f"nothing that can be read ({error!r})",
            expected="a results file of lmms-eval", do=_AGAIN,
        ) from error
    if not offered:
        return None
    stem = results.name.removesuffix(RESULTS)
    files = {task: results.with_name(f"{stem}{SAMPLES}{task}.jsonl") for task in offered}
    missing = [file.name for file in files.values() if not file.is_file()]
    if missing:
        raise SourceDataError(
            results, "", found=f"no {missing[0]} beside it", expected="the samples of every task", do=_AGAIN)
    of_benchmark = {task: file for task, file in files.items() if task.startswith("4dpqa")}
    answers = [file for task, file in of_benchmark.items() if task not in (*TRACKS, GROUPS)]
    said, benchmarks = _said(of_benchmark.values())
    return Run(
        name=name or model_name(facts), settings=_settings(facts), commands={stem: command_of(facts)},
        benchmark=_only(benchmarks, results), verdicts=read_verdicts(answers),
        groups=read_verdicts([files[GROUPS]] if GROUPS in files else []),
        tracks=read_tracks([files[task] for task in TRACKS if task in files]),
        vlm4d={task: read_verdicts([file]) for task, file in files.items() if task.startswith("vlm4d")},
        blind=_blind(file for task, file in files.items() if task.startswith("vlm4d")),
        said=said, asked=asked, offered=offered,
        batches={stem: Batch(" + ".join(sorted(benchmarks)) or "VLM4D", sum(asked.values()),
                             sum(offered.values()))},
    )


def _is_ours(task: str) -> bool:
    return task.startswith(("4dpqa", "vlm4d"))


def _said(files: Iterable[Path]) -> tuple[dict[str, Said], set[str]]:
    """What was asked and said by question id, and the benchmarks that the records name."""
    said: dict[str, Said] = {}
    benchmarks: set[str] = set()
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            try:
                sample = json.loads(line)
                record = next(sample[key] for key in RECORDS if isinstance(sample.get(key), dict))
                said[record["question_id"]] = Said(_text(sample["filtered_resps"]), record["prompt"])
                benchmarks.add(record["benchmark"])
            except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
                raise SourceDataError(
                    file, f"line {number}", found=f"no record of an answer ({error!r})",
                    expected="a sample of a 4dpqa task", do=_AGAIN,
                ) from error
    return said, benchmarks


def _blind(files: Iterable[Path]) -> dict[str, float]:
    """What the options alone reach, by question id; `read_verdicts` has read the files before."""
    samples = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {s["accuracy"]["question_id"]: float(s["blind"]) for s in samples if s.get("blind") is not None}


def _text(value: Any) -> str:
    """A response; several rounds one after the other."""
    if isinstance(value, list):
        return "\n".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _only(benchmarks: set[str], results: Path) -> str:
    if len(benchmarks) > 1:
        raise SourceDataError(
            results, "benchmark", found=" and ".join(sorted(benchmarks)), expected="one benchmark in one run",
            do="score each benchmark by itself",
        )
    return next(iter(benchmarks), "")


def _settings(facts: dict[str, Any]) -> dict[str, str]:
    config = facts.get("config", {})
    typed = config.get("resolved_cli_args") or {}
    told = {key: config.get(key) for key in ("model", "model_args", "gen_kwargs", "limit")}
    told["model_args"] = arguments_text(told["model_args"])
    told |= {key: typed.get(key) or None for key in ("system_instruction", "apply_chat_template")}
    # lmms-eval names the class and, in brackets, the protocol.
    told[CLASS], _, protocol = str(config.get("model_backend") or "").partition(" (")
    told[PROTOCOL] = protocol.rstrip(")") or ("simple" if typed.get("force_simple") else None)
    told["lmms-eval"] = facts.get("lmms_eval_version")
    return {key: str(value) for key, value in told.items() if value not in (None, "")}


def _joined(runs: Iterable[Run]) -> list[Run]:
    """Runs of one model under the same settings on other tasks are one run."""
    joined: list[Run] = []
    for run in runs:
        for n, other in enumerate(joined):
            same = (run.name, run.settings) == (other.name, other.settings)
            if same and _fit(run, other):
                joined[n] = replace(
                    other, benchmark=other.benchmark or run.benchmark, commands=other.commands | run.commands,
                    verdicts=other.verdicts + run.verdicts, groups=other.groups + run.groups,
                    tracks=other.tracks + run.tracks, vlm4d=other.vlm4d | run.vlm4d,
                    blind=other.blind | run.blind, said=other.said | run.said,
                    batches=other.batches | run.batches,
                    asked=other.asked | run.asked, offered=other.offered | run.offered,
                )
                break
        else:
            joined.append(run)
    return joined


def _fit(run: Run, other: Run) -> bool:
    """Whether two runs ask other questions of one benchmark."""
    benchmarks = {run.benchmark, other.benchmark} - {""}
    return len(benchmarks) <= 1 and not set(run.offered) & set(other.offered)


def _told_apart(runs: list[Run]) -> list[Run]:
    """Names made unique by the settings that differ, where they are short, else by the time of the run."""
    names = [run.name for run in runs]
    marked = [f"{run.name} ({_mark(run, [r for r in runs if r.name == run.name])})"
              if names.count(run.name) > 1 else run.name for run in runs]
    return [
        replace(run, name=name if marked.count(name) == 1 else f"{name} {number}")
        for number, (run, name) in enumerate(zip(runs, marked, strict=True), start=1)
    ]


def _mark(run: Run, same: Sequence[Run]) -> str:
    """What tells a run from others of its name."""
    keys = [key for key in dict.fromkeys(k for r in same for k in r.settings)
            if key != CLASS and len({r.settings.get(key) for r in same}) > 1]

    def differing(one: Run) -> str:
        told = one.settings
        return ", ".join(told[key] if key == PROTOCOL and key in told
                         else f"{key} {told[key]}" if key in told else f"without {key}" for key in keys)

    words = [differing(one) for one in same]
    if len(set(words)) == len(words) and max(map(len, words)) <= LONGEST_MARK:
        return differing(run)
    return ", ".join(run.commands)
