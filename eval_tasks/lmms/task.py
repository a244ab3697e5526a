"""The functions that the task files of answers name: what is shown, how it is judged and put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from fourdp_qa.eval_tasks.lmms.printed import rounded
from fourdp_qa.eval_tasks.scoring.accuracy import UNPARSED, answer_counts
from fourdp_qa.eval_tasks.scoring.beside import beside
from fourdp_qa.eval_tasks.scoring.groups import group_score
from fourdp_qa.eval_tasks.scoring.parsed_answer import Reason
from fourdp_qa.eval_tasks.scoring.verdict import Verdict, judge
from fourdp_qa.rows.details import frames_from_json
from fourdp_qa.rows.prompt import chat_messages, text_prompt
from fourdp_qa.rows.row import row_from_mapping

FAILED: Final = "failed"
"""Name under which failed requests are counted."""

_BRIEF: Final = ("question_id", "question_type", "format", "scene", "expected", "parsed", "reason", "answers",
                 "labels", "group_id", "group_size")
"""What the numbers beside a score are made from. Not `score`: lmms-eval would give them its errors."""


def doc_to_visual(doc: Mapping[str, Any]) -> list[str]:
    """Path of the item's clip, for models of the simple protocol."""
    return [doc["clip"]]


def doc_to_text(doc: Mapping[str, Any]) -> str:
    """The prompt, the same that training uses."""
    return text_prompt(row_from_mapping(dict(doc)))


def doc_to_messages(doc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Clip and prompt in one user turn, for models of the chat protocol."""
    return chat_messages(row_from_mapping(dict(doc)), doc["clip"])


def process_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, Any]:
    """Judge one response.

    ``accuracy`` holds the whole record, which is what lmms-eval writes for each sample; its
    standard error is clustered by the record's ``scene``. A failed request is no response: it has no
    score, and only ``failed`` counts it.
    """
    verdict = judge(row_from_mapping(dict(doc)), results[0] if results else "", doc["group_size"])
    return {"accuracy": asdict(verdict) | what_was_shown(doc), **answer_metrics(verdict),
            "benchmark": doc["benchmark"]}


def process_group_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, Any]:
    """Judge one response to a row of a counterfactual group."""
    metrics = process_results(doc, results)
    return metrics | {"whole_groups": metrics["beside"]}


def what_was_shown(doc: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says beside the verdict: benchmark, prompt, clip and its number of frames."""
    return {
        "benchmark": doc["benchmark"], "prompt": doc_to_text(doc), "clip": Path(doc["clip"]).name,
        "frames": frames_from_json(doc["frames"]).count,
    }


def answer_metrics(verdict: Verdict) -> dict[str, Any]:
    """The metrics of one answer beside its record; None where a failed request has none."""
    lost = verdict.is_failed
    return {
        "macro_score": None if lost else verdict.score,
        UNPARSED: None if lost else float(verdict.parsed is None),
        FAILED: float(lost),
        "answers": FAILED if lost else verdict.parsed or UNPARSED,
        "beside": {name: getattr(verdict, name) for name in _BRIEF},
    }


def mean_score(records: Sequence[Mapping[str, Any]]) -> float:
    """Accuracy of a task from its records."""
    return mean([None if r["reason"] == Reason.REQUEST_FAILED else r["score"] for r in records])


def mean(values: Sequence[float | None]) -> float:
    """Plain mean without failed requests; 0 of nothing.

    Not lmms-eval's own, whose standard error would ignore that scenes repeat.
    """
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0


def count_answers(answers: Sequence[str]) -> dict[str, int]:
    """How often each answer was given."""
    return answer_counts(None if answer == UNPARSED else answer for answer in answers)


def numbers_beside(briefs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is reached without looking at the clip, for the results file."""
    return rounded(asdict(beside(_verdicts(briefs))))


def group_numbers(briefs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Scores of whole groups with their exact chance, for the results file."""
    return rounded(asdict(group_score(_verdicts(briefs))))


def name_once(names: Sequence[str]) -> str:
    """The benchmark's name and digest; several are all named, so that a mixture shows."""
    return " + ".join(sorted(set(names)))


def merge_answers(
    tasks: Sequence[Mapping[str, int]], sizes: Sequence[int], weight_by_size: bool
) -> dict[str, int]:
    """Answers of a group: the sum over its tasks."""
    given = Counter[str]()
    for counts in tasks:
        given.update(counts)
    return count_answers(list(given.elements()))


def merge_beside(
    tasks: Sequence[Mapping[str, Any]], sizes: Sequence[int], weight_by_size: bool
) -> dict[str, float]:
    """Chance and priors of a group: the mean over its tasks, each item weighing the same.

    Constant answers are left to the tasks, whose formats have different shares, and so is the normalised
    score, which is no mean.
    """
    merged = {}
    for name in ("chance", "majority", "options_prior", "balanced"):
        known = [(task[name], size) for task, size in zip(tasks, sizes, strict=True)
                 if task.get(name) is not None]
        total = sum(size for _, size in known)
        if total:
            merged[name] = sum(value * size for value, size in known) / total
    return rounded(merged)


def merge_names(tasks: Sequence[str], sizes: Sequence[int], weight_by_size: bool) -> str:
    """The benchmark of a group."""
    return name_once(tasks)


def _verdicts(briefs: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    return [Verdict(**brief, score=float(brief["parsed"] == brief["expected"])) for brief in briefs]
