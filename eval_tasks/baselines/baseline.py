"""What every baseline is: something that answers a row, and the kinds there are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.rows.row import LETTERS, Row

KINDS = ("random", "constant", "ngram", "flow", "oracle")
YES_NO = ("Yes", "No")


class Baseline(Protocol):
    """Answers questions one at a time; the same question always gets the same answer."""

    def answer(self, row: Row, clip: str) -> str:
        """Response to a row; `clip` is the path of its mp4."""
        ...


def make_baseline(
    kind: str, *, seed: int = 0, choice: str = "A", yes_no: str = "Yes", train: str = "",
    asked: Iterable[Row] = (),
) -> Baseline:
    """Build the baseline of a kind.

    Parameters
    ----------
    kind : one of `KINDS`.
    seed : of `random`.
    choice, yes_no : what `constant` answers, and the others where they have no view.
    train : folder with tables of rows that `ngram` learns from; empty for `asked`.
    asked : the questions themselves; `ngram` learns from those of other scenes.

    Raises
    ------
    FourdpQaError
        For a kind or an answer that there is not, or a folder without rows.
    """
    from fourdp_qa.eval_tasks.baselines.fixed import Constant, Oracle, Random

    if choice not in LETTERS:
        raise FourdpQaError(f"choice={choice}: found no such letter, expected one of {', '.join(LETTERS)}")
    if yes_no not in YES_NO:
        raise FourdpQaError(f"yes_no={yes_no}: found no such answer, expected Yes or No")
    constant = Constant(choice, yes_no)
    if kind == "random":
        return Random(seed)
    if kind == "constant":
        return constant
    if kind == "oracle":
        return Oracle()
    if kind == "flow":
        from fourdp_qa.eval_tasks.baselines.flow_reader import FlowReader

        return FlowReader(constant)
    if kind == "ngram":
        from fourdp_qa.eval_tasks.baselines.text_prior import TextPrior, rows_of_folder

        return TextPrior(rows_of_folder(Path(train)) if train else asked, constant)
    raise FourdpQaError(f"kind={kind}: found no such baseline, expected one of {', '.join(KINDS)}")
