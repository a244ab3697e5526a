"""The baselines as models of lmms-eval, for its chat and its simple protocol.

Both protocols end the arguments of a request with document, task and split, and lmms-eval puts the
documents of every task into `task_dict` before it asks. A baseline needs nothing else of a request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from lmms_eval.api.model import lmms
from loguru import logger

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.baselines.baseline import Baseline, make_baseline
from fourdp_qa.rows.row import Row, row_from_mapping

_OF_LMMS_EVAL = {"batch_size", "max_batch_size", "device"}
"""Settings that lmms-eval gives to every model."""


class SimpleBaseline(lmms):  # type: ignore[misc]  # lmms-eval is not typed
    """A baseline behind the simple protocol.

    Parameters
    ----------
    kind, seed, choice, yes_no, train : as `make_baseline` takes them.
    **others : settings of lmms-eval; anything else ends the run.
    """

    is_simple = True

    def __init__(
        self, kind: str = "random", seed: int | str = 0, choice: str = "A", yes_no: str = "Yes",
        train: str = "", **others: Any,
    ) -> None:
        super().__init__()
        unknown = sorted(set(others) - _OF_LMMS_EVAL)
        if unknown:
            _stop(FourdpQaError(
                f"--model_args: found {', '.join(unknown)}, expected kind, seed, choice, yes_no or train"))
        self._settings: dict[str, Any] = {
            "kind": str(kind), "seed": int(seed), "choice": str(choice), "yes_no": str(yes_no),
            "train": str(train),
        }
        try:
            make_baseline(**self._settings | {"train": ""})
        except FourdpQaError as error:
            _stop(error)

    def generate_until(self, requests: Sequence[Any]) -> list[str]:
        """Answer every request."""
        try:
            baseline = self._baseline()
            return [self._answer(baseline, *request.args[-3:]) for request in requests]
        except FourdpQaError as error:
            _stop(error)

    def generate_until_multi_round(self, requests: Sequence[Any]) -> list[str]:
        """Not asked by these tasks."""
        raise NotImplementedError("the baselines answer in one round")

    def loglikelihood(self, requests: Sequence[Any]) -> list[tuple[float, bool]]:
        """Not asked by these tasks."""
        raise NotImplementedError("the baselines give texts, not probabilities")

    def _baseline(self) -> Baseline:
        if self._settings["kind"] == "ngram":
            source = self._settings["train"] or "the other scenes of the benchmark itself"
            logger.info(f"fourdp-qa: the n-gram baseline learns from {source}")
        return make_baseline(**self._settings, asked=self._rows())

    def _rows(self) -> Iterator[Row]:
        """Rows of all tasks of the run."""
        for splits in self.task_dict.values():
            for documents in splits.values():
                if {"question_type", "split_unit"} <= set(documents.column_names):
                    yield from map(row_from_mapping, documents)

    def _answer(self, baseline: Baseline, doc_id: int, task: str, split: str) -> str:
        document = self.task_dict[task][split][doc_id]
        if "question_type" not in document or "clip" not in document:
            raise FourdpQaError(
                f"--tasks {task}: found a task of another benchmark, expected one of fourdp-qa: its "
                "baselines read the columns of its rows"
            )
        return baseline.answer(row_from_mapping(document), document["clip"])


class ChatBaseline(SimpleBaseline):
    """The same behind the chat protocol."""

    is_simple = False


def _stop(error: FourdpQaError) -> NoReturn:
    """End the run with one line: after an exception lmms-eval would exit with status 0."""
    raise SystemExit(f"fourdp-qa: {error}") from error
