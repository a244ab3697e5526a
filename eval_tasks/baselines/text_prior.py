"""What the wording alone gives away: naive Bayes over words and word pairs of questions and options.

Counts are kept per unit of the split, so that the unit a question belongs to is taken out again
before it is answered, whether it was learned from a training folder or from the benchmark itself.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.baselines.baseline import YES_NO, Baseline
from fourdp_qa.rows.row import LETTERS, AnswerFormat, Row, arrow_schema, row_from_mapping

SMOOTHING = 1.0
"""Added to every count: a word seen once must not decide alone."""

_WORD = re.compile(r"[a-z]+|\d")

Key = tuple[str, str]
Unit = tuple[str, str]
Seen = tuple[str, bool]
"""A token, and whether what it stood in was right."""

ALL = ""
"""Stands for every token of a part: how many candidates there were."""


class TextPrior:
    """Answers from the words of questions of other split units, of the same type and format."""

    def __init__(self, rows: Iterable[Row], otherwise: Baseline) -> None:
        self._total: dict[Key, Counter[Seen]] = defaultdict(Counter)
        self._of_unit: dict[tuple[Key, Unit], Counter[Seen]] = defaultdict(Counter)
        self._otherwise = otherwise
        for row in rows:
            for answer, part, tokens in _candidates(row):
                counts = Counter((f"{part} {token}", answer == row.answer) for token in (ALL, *tokens))
                self._total[_key(row)].update(counts)
                self._of_unit[_key(row), _unit(row)].update(counts)

    def answer(self, row: Row, clip: str) -> str:
        """The candidate whose words are most often right; where nothing was learned, another's answer."""
        total, own = self._total[_key(row)], self._of_unit[_key(row), _unit(row)]
        scores = {}
        for answer, part, tokens in _candidates(row):
            seen = {right: total[f"{part} {ALL}", right] - own[f"{part} {ALL}", right]
                    for right in (True, False)}
            if not (seen[True] and seen[False]):
                return self._otherwise.answer(row, clip)
            scores[answer] = sum(_telling(f"{part} {token}", total, own, seen) for token in tokens)
        # A track or a free answer has no candidates.
        return max(scores, key=lambda a: scores[a]) if scores else self._otherwise.answer(row, clip)


def rows_of_folder(folder: Path) -> Iterator[Row]:
    """Rows of all tables under a folder, without their clips.

    Raises
    ------
    FourdpQaError
        When there is no table with the columns of a row.
    """
    names = arrow_schema().names
    found = False
    for path in sorted(folder.rglob("*.parquet")):
        try:
            held = pq.read_schema(path).names
            if not set(names) - {"file_name"} <= set(held):
                continue
            table = pq.read_table(path, columns=[name for name in names if name in held])
        except (OSError, pa.ArrowException) as error:
            raise FourdpQaError(f"{path}: cannot be read ({error}), expected a table of rows") from error
        found = True
        yield from (row_from_mapping(values) for values in table.to_pylist())
    if not found:
        raise FourdpQaError(
            f"train={folder}: found no table of rows there, expected a folder written by `fourdp-qa "
            "generate`; leave train out to learn from the other scenes of the benchmark"
        )


def _telling(token: str, total: Counter[Seen], own: Counter[Seen], seen: dict[bool, int]) -> float:
    """How much a token speaks for being right: a logarithm of odds, 0 for what stands in every candidate."""
    shares = [
        (total[token, right] - own[token, right] + SMOOTHING) / (seen[right] + 2 * SMOOTHING)
        for right in (True, False)
    ]
    return math.log(shares[0] / shares[1])


def _candidates(row: Row) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Answers that a row allows: the answer, the part it is compared within, tokens that may speak for it.

    Options are compared with each other. Yes and No have the same words, so that each is a part of its own:
    questions to which it is right against those to which it is wrong.
    """
    if row.format == AnswerFormat.MULTIPLE_CHOICE:
        for letter, option in zip(LETTERS, row.options, strict=False):
            yield letter, "option", frozenset({f"letter {letter}", *_tokens(option)})
    elif row.format == AnswerFormat.YES_NO:
        for answer in YES_NO:
            yield answer, answer, frozenset(_tokens(row.question))


def _tokens(text: str) -> set[str]:
    """Words, digits one by one, and pairs of neighbours."""
    words = _WORD.findall(text.lower())
    return {*words, *(f"{a} {b}" for a, b in pairwise(words))}


def _key(row: Row) -> Key:
    return row.question_type, str(row.format)


def _unit(row: Row) -> Unit:
    return row.source, row.split_unit
