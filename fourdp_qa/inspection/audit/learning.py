"""Linear solvers that learn on some scenes and answer about others.

Everything a solver may look at is a list of tokens, some with a value. Tokens are hashed, so that a
hundred thousand questions fit in memory and no vocabulary has to be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fourdp_qa.errors import MissingExtraError
from fourdp_qa.inspection.audit.folds import FOLDS
from fourdp_qa.inspection.audit.items import YES_NO, Item

Floats = NDArray[np.float64]
Token = tuple[str, float]

BUCKETS = 2**18
"""Hashed features: collisions are rare for the some ten thousand tokens of a type."""
STRENGTH = 0.3
"""Inverse of the penalty on weights: weak evidence stays weak, a telling word still decides alone."""
ROUNDS = 200
"""Iterations of the fit at most; it has settled long before."""


def need_learning() -> None:
    """Say which extra is missing before any work is done.

    Raises
    ------
    MissingExtraError
        Without scikit-learn.
    """
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise MissingExtraError("audit", "audit", "scikit-learn") from None


def hashed(token_lists: Iterable[Sequence[str] | Sequence[Token]], *, valued: bool = False) -> Any:
    """Sparse matrix of token lists, a line each; a token without a value counts 1.

    Only buckets that some token fell into are kept: a model of a few thousand weights is fitted many
    times quicker than one of a quarter of a million that are nearly all 0.
    """
    from sklearn.feature_extraction import FeatureHasher

    kind = "pair" if valued else "string"
    filled = FeatureHasher(BUCKETS, input_type=kind, alternate_sign=False).transform(token_lists)
    return filled[:, np.unique(filled.indices)]


def held_out_scores(
    features: Any, true: NDArray[np.bool_], fold: NDArray[np.int64], *, intercept: bool = True
) -> Floats:
    """Score of every line of `features` by a model that saw only the other folds; above 0 is true.

    A fold whose others hold one answer only, or nothing, gets that answer.
    """
    from sklearn.linear_model import LogisticRegression

    scores = np.zeros(len(true))
    for k in range(FOLDS):
        asked, known = fold == k, fold != k
        if not asked.any():
            continue
        if known.sum() == 0 or true[known].all() or not true[known].any():
            scores[asked] = 0.0 if known.sum() == 0 else (1.0 if true[known].all() else -1.0)
            continue
        # l1_ratio 0 is the ridge penalty; liblinear with a fixed seed gives the same bits each time.
        model = LogisticRegression(
            C=STRENGTH, solver="liblinear", max_iter=ROUNDS, random_state=0, fit_intercept=intercept)
        model.fit(features[known], true[known])
        scores[asked] = model.decision_function(features[asked])
    return scores


def answer_yes_no(
    items: Sequence[Item], tokens: Iterable[Sequence[str] | Sequence[Token]], *, valued: bool = False
) -> Floats:
    """Share of right answers (n,): 1, 0, or 0.5 where the model has no view."""
    true = np.array([item.candidates[item.right] == YES_NO[0] for item in items])
    scores = held_out_scores(hashed(tokens, valued=valued), true, folds_of(items))
    return np.where(scores == 0, 0.5, (scores > 0) == true)


def answer_sign(items: Sequence[Item], tokens: Iterable[Sequence[Token]]) -> Floats:
    """The same for comparisons of two objects: who wins follows from how they differ.

    Tokens are differences, the first less the second. Every comparison is learned both ways round, so
    that swapping the objects swaps the answer: else "the first" would be known without a look.
    """
    from scipy.sparse import vstack

    features = hashed(tokens, valued=True)
    true = np.array([item.wins > 0 for item in items])
    fold = folds_of(items)
    scores = held_out_scores(
        vstack([features, -features]).tocsr(), np.concatenate([true, ~true]),
        np.concatenate([fold, fold]), intercept=False)[:len(items)]
    return np.where(np.abs(scores) < 1e-9, 0.5, (scores > 0) == true)


def answer_choice(
    items: Sequence[Item], tokens: Iterable[Sequence[str] | Sequence[Token]], *, valued: bool = False
) -> Floats:
    """Share of right answers (n,) when the option with the highest score is taken.

    `tokens` has one list for every option of every item, in order.
    """
    count = len(items[0].candidates)
    true = np.zeros((len(items), count), dtype=np.bool_)
    true[np.arange(len(items)), [item.right for item in items]] = True
    fold = np.repeat(folds_of(items), count)
    scores = held_out_scores(hashed(tokens, valued=valued), true.ravel(), fold)
    return taken(scores.reshape(-1, count), items)


def taken(scores: Floats, items: Sequence[Item]) -> Floats:
    """Share of right answers when the highest of scores (n, options) is taken; equal ones share."""
    best = scores >= scores.max(axis=1, keepdims=True) - 1e-12
    right = best[np.arange(len(items)), [item.right for item in items]]
    return right / best.sum(axis=1)


def folds_of(items: Sequence[Item]) -> NDArray[np.int64]:
    """Fold of every item."""
    return np.array([item.fold for item in items], dtype=np.int64)
