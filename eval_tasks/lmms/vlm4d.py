"""VLM4D as lmms-eval tasks, read from the layout its authors publish on the Hub.

Every answer is compared by the rule of this package, not by a judge model.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Final

from datasets import Dataset
from loguru import logger

from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.eval_tasks.lmms.frame_order import send_each_frame
from fourdp_qa.eval_tasks.lmms.printed import rounded
from fourdp_qa.eval_tasks.lmms.task import answer_metrics
from fourdp_qa.eval_tasks.scoring.verdict import Verdict
from fourdp_qa.eval_tasks.scoring.vlm4d import REAL, SYNTHETIC, Item, blind, judge_item
from fourdp_qa.rows.row import LETTERS

VARIABLE: Final = "FOURDP_QA_VLM4D"
REPOSITORY: Final = "shijiezhou/VLM4D"
QUESTIONS: Final = {
    split: tuple(f"{folder}{split}_mc.json" for folder in ("QA/", "data/", "")) for split in (REAL, SYNTHETIC)
}
"""Where the questions of a split may lie: on the Hub, in the authors' code repository, beside the clips."""
_IN_URL: Final = "resolve/main/"

DIRECT: Final = "Reply with the letter of the right option and nothing else."
STEP_BY_STEP: Final = (
    'Reason step by step about what the video shows. End with a line "The final answer is" and the letter of '
    "the right option."
)


def real_docs(loaded: Dataset) -> Dataset:
    """Questions about real clips."""
    return _docs(REAL)


def synthetic_docs(loaded: Dataset) -> Dataset:
    """Questions about synthetic clips."""
    return _docs(SYNTHETIC)


def doc_to_visual(doc: Mapping[str, Any]) -> list[str]:
    """Path of the clip, for models of the simple protocol."""
    return [doc["clip"]]


def doc_to_text(doc: Mapping[str, Any]) -> str:
    """The prompt that asks for the letter alone."""
    return _prompt(doc, DIRECT)


def doc_to_text_cot(doc: Mapping[str, Any]) -> str:
    """The prompt that asks for a reasoning first."""
    return _prompt(doc, STEP_BY_STEP)


def doc_to_messages(doc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Clip and direct prompt in one user turn, for models of the chat protocol."""
    return _messages(doc, doc_to_text(doc))


def doc_to_messages_cot(doc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Clip and step-by-step prompt in one user turn."""
    return _messages(doc, doc_to_text_cot(doc))


def process_results(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, Any]:
    """Judge an answer to the direct prompt; the record is that of the other tasks."""
    return _judged(doc, results, "direct", doc_to_text(doc))


def process_results_cot(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, Any]:
    """Judge an answer to the step-by-step prompt."""
    return _judged(doc, results, "step by step", doc_to_text_cot(doc))


def columns(briefs: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Accuracy of each of the authors' columns."""
    found: dict[str, list[bool]] = {}
    for brief in briefs:
        if brief["right"] is not None:
            found.setdefault(brief["column"], []).append(brief["right"])
    return rounded({name: sum(right) / len(right) for name, right in sorted(found.items())})


def merge_columns(
    tasks: Sequence[Mapping[str, float]], sizes: Sequence[int], weight_by_size: bool
) -> dict[str, float]:
    """Columns of the group: each belongs to one of the tasks."""
    return {name: value for task in tasks for name, value in task.items()}


def read_items(folder: Path, split: str) -> list[Item]:
    """Questions of a split.

    Raises
    ------
    SourceDataError
        When the file is missing or a question is not of the published form.
    """
    tried = [folder / name for name in QUESTIONS[split]]
    path = next((file for file in tried if file.is_file()), None)
    if path is None:
        raise SourceDataError(
            folder, "", found=f"none of {', '.join(QUESTIONS[split])}",
            expected=f"the questions of VLM4D about {split} clips",
            do=f"fetch the data set {REPOSITORY} whole, or unset {VARIABLE} to have it fetched",
        )
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceDataError(path, "", found=f"nothing that can be read ({error})",
                              expected="a list of questions", do="fetch the file again") from error
    if not isinstance(entries, list) or not entries:
        raise SourceDataError(path, "", found=type(entries).__name__, expected="a list of questions",
                              do="fetch the file again")
    return [_item(path, n, entry, split) for n, entry in enumerate(entries)]


def _item(path: Path, number: int, entry: Any, split: str) -> Item:
    try:
        # Some options and answers are integers; some have blanks around them.
        options = tuple(str(entry["choices"][letter]).strip() for letter in LETTERS)
        answer = str(entry["answer"]).strip()
        item = Item(f"{split}/{entry['id']}", _inside(str(entry["video"])), str(entry["question"]).strip(),
                    options, answer)
    except (KeyError, TypeError, ValueError) as error:
        raise SourceDataError(path, f"question {number}", found=f"no {error}",
                              expected="id, video, question, choices A to D and answer",
                              do="fetch the file again") from error
    if answer not in options:
        raise SourceDataError(path, f"answer of question {number}", found=repr(answer),
                              expected=f"one of {', '.join(options)}", do="fetch the file again")
    return item


def _inside(url: str) -> str:
    """Path of a clip inside the data set, out of its address."""
    path = url.split(_IN_URL, 1)[-1]
    parts = Path(path).parts
    if ":" in path or ".." in parts or Path(path).is_absolute():
        raise ValueError(f"clip inside the data set in {url!r}")
    return path


def _docs(split: str) -> Dataset:
    send_each_frame()
    try:
        folder = _locate(os.environ.get(VARIABLE))
        items = read_items(folder, split)
        rows = [asdict(item) | {"options": list(item.options), "split": split,
                                "clip": str(_clip(folder, item)), "blind": score}
                for item, score in zip(items, blind(items).values(), strict=True)]
    except FourdpQaError as error:
        raise SystemExit(f"fourdp-qa: {error}") from error
    logger.info(f"fourdp-qa: scoring VLM4D, {len(rows)} questions about {split} clips, from {folder}")
    return Dataset.from_list(rows)


def _clip(folder: Path, item: Item) -> Path:
    path = folder / item.video
    if not path.is_file():
        raise SourceDataError(path, f"clip of {item.id}", found="no file", expected="the clip",
                              do=f"fetch the data set {REPOSITORY} whole into {folder}")
    return path


@cache
def _locate(setting: str | None) -> Path:
    """The folder that `VARIABLE` names, else the data set fetched from the Hub."""
    if setting is not None:
        folder = Path(setting).expanduser()
        if setting and folder.is_dir():
            return folder.resolve()
        raise FourdpQaError(f"{VARIABLE}={setting!r}: found no such folder from {Path.cwd()}, expected the "
                            f"data set {REPOSITORY}; unset it to have it fetched")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(REPOSITORY, repo_type="dataset",
                                      allow_patterns=["QA/*.json", "videos_*/*"]))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        why = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise FourdpQaError(f"data set {REPOSITORY}: found no way to fetch it ({why}); fetch it elsewhere "
                            f"and name its folder by {VARIABLE}") from error


def _prompt(doc: Mapping[str, Any], instruction: str) -> str:
    options = [f"{letter}: {text}" for letter, text in zip(LETTERS, doc["options"], strict=True)]
    return "\n".join([f"Question: {doc['question']}", *options, instruction])


def _messages(doc: Mapping[str, Any], prompt: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": [
        {"type": "video", "url": doc["clip"]}, {"type": "text", "text": prompt}]}]


def _judged(doc: Mapping[str, Any], results: Sequence[str], protocol: str, prompt: str) -> dict[str, Any]:
    item = Item(doc["id"], doc["video"], doc["question"], tuple(doc["options"]), doc["answer"])
    verdict: Verdict = judge_item(item, results[0] if results else "")
    metrics = answer_metrics(verdict)
    benchmark = f"VLM4D {protocol}"
    return {
        "accuracy": asdict(verdict) | {"benchmark": benchmark, "prompt": prompt, "clip": item.video},
        **{name: metrics[name] for name in ("unparsed", "failed", "answers")},
        "columns": {"column": verdict.question_type,
                    "right": None if verdict.is_failed else bool(verdict.score)},
        "blind": doc["blind"], "benchmark": benchmark,
    }
