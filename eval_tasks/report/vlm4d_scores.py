"""VLM4D of a run: its authors' columns, and beside each what the options alone reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fourdp_qa.eval_tasks.report.runs import Run
from fourdp_qa.eval_tasks.report.scores import Score, score
from fourdp_qa.eval_tasks.scoring.verdict import Verdict
from fourdp_qa.eval_tasks.scoring.vlm4d import COLUMNS, REAL, SYNTHETIC

HEADS = ("real, seen from outside", "real, seen by the actor", "real", "synthetic, directional",
         "synthetic, false positive", "synthetic", "all")
PARTS = (COLUMNS[:1], COLUMNS[1:2], COLUMNS[:2], COLUMNS[2:3], COLUMNS[3:], COLUMNS[2:], COLUMNS)
"""The authors' columns behind each head."""
SPLITS = tuple(HEADS.index(split) for split in (REAL, SYNTHETIC, "all"))
"""Heads for which the paper prints a number: the two splits and both together."""


@dataclass(frozen=True)
class Protocol:
    """Answers of one run to VLM4D under one prompt.

    Attributes
    ----------
    prompt : in words.
    verdicts : the answers.
    parts : score under each of `HEADS`.
    blind : what the options alone reach there, without question and video; None where it was not logged.
    """

    prompt: str
    verdicts: list[Verdict]
    parts: list[Score]
    blind: list[float | None]


def protocols(run: Run) -> Iterator[Protocol]:
    """One for the direct prompt, one for the prompt that asks for reasons first, where they were asked."""
    for reasons in sorted({task.endswith("_cot") for task in run.vlm4d}):
        verdicts = [v for task, part in run.vlm4d.items() if task.endswith("_cot") == reasons for v in part]
        parts = [[v for v in verdicts if v.question_type in columns] for columns in PARTS]
        yield Protocol(
            "reasons first" if reasons else "direct", verdicts, [score(part) for part in parts],
            [mean([run.blind[v.question_id] for v in part if v.question_id in run.blind]) for part in parts])


def mean(values: Sequence[float]) -> float | None:
    """Plain mean; None of nothing."""
    return sum(values) / len(values) if values else None
