"""What an answer is worth: the row knows, and no model is asked."""

from __future__ import annotations

from fourdp_qa.eval_tasks.scoring.parse import SCORED_FORMATS
from fourdp_qa.eval_tasks.scoring.tracks.score import score_tracks
from fourdp_qa.eval_tasks.scoring.tracks.verdict import judge_track
from fourdp_qa.eval_tasks.scoring.verdict import judge
from fourdp_qa.rows.row import AnswerFormat, Row


def has_reward(answer_format: str) -> bool:
    """Whether answers of this format can be judged without a model."""
    return answer_format in SCORED_FORMATS or answer_format == AnswerFormat.TRACK


def reward(row: Row, response: str) -> float:
    """From 0 to 1: right or wrong as the benchmark reads it, and for a track its average Jaccard."""
    if row.format == AnswerFormat.TRACK:
        return score_tracks([judge_track(row, response)]).jaccard or 0.0
    return judge(row, response).score


def advantages(rewards: list[float], group: int) -> list[float]:
    """How much better each answer is than its group, in standard deviations of the group.

    Parameters
    ----------
    rewards : of the answers, groups one after the other.
    group : answers to one question.

    Returns
    -------
    One number an answer; all zero in a group whose answers are worth the same.
    """
    found: list[float] = []
    for start in range(0, len(rewards), group):
        part = rewards[start: start + group]
        mean = sum(part) / len(part)
        deviation = (sum((value - mean) ** 2 for value in part) / len(part)) ** 0.5
        found += [(value - mean) / deviation if deviation > 1e-6 else 0.0 for value in part]
    return found
