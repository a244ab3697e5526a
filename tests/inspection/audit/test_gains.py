"""Scenes, not questions, are what is independent; no scene is both learned from and asked about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.inspection.audit.folds import FOLDS, split_rows
from fourdp_qa.inspection.audit.gains import Finding, gain_of

LUCK = 0.5


def gain(right, cluster=None, **how):
    right = np.asarray(right, dtype=float)
    cluster = np.arange(len(right)) if cluster is None else cluster
    return gain_of(right, np.full(len(right), LUCK), cluster, **how)


def some_right(count, share, seed=0):
    return np.random.default_rng(seed).random(count) < share


def test_the_interval_of_independent_questions_is_the_binomial_one():
    right = some_right(2000, 0.6)
    found = gain(right)
    expected = 196 * (right.mean() * (1 - right.mean()) / 2000) ** 0.5
    assert found.high - found.gain == pytest.approx(expected, rel=0.01)
    assert found.gain == pytest.approx(100 * right.mean() - 50)


def test_asking_the_same_of_a_scene_ten_times_makes_nothing_surer():
    right = some_right(200, 0.6)
    once = gain(right)
    ten_times = gain(np.repeat(right, 10), np.repeat(np.arange(200), 10))
    assert ten_times.low == pytest.approx(once.low, abs=0.01)


def test_findings():
    assert gain(some_right(4000, 0.5)).finding == Finding.NONE
    assert gain(some_right(4000, 0.6)).finding == Finding.SHORTCUT
    assert gain(np.arange(200) % 2).finding == Finding.TOO_FEW
    assert gain(np.ones(40)).finding == Finding.TOO_FEW
    assert gain(np.ones(400), np.arange(400) % 5).finding == Finding.TOO_FEW  # five scenes


def test_among_many_solvers_a_small_gain_is_no_finding():
    right = np.arange(1000) % 100 < 54
    alone, among_many = gain(right), gain(right, together=200)
    assert alone.finding == Finding.SHORTCUT
    assert among_many.finding == Finding.TOO_FEW
    assert alone.low == among_many.low > 0 > among_many.sure


def test_all_right_in_few_scenes_is_not_certain():
    found = gain(np.ones(60), np.arange(60) % 12)
    assert found.low < found.gain == 50


def test_a_scene_lies_in_one_fold_and_folds_are_even(pairs):
    split = split_rows(pairs(400))
    for cluster in np.unique(split.cluster):
        assert len(np.unique(split.fold[split.cluster == cluster])) == 1
    assert np.bincount(split.fold).tolist() == [80] * FOLDS


@pytest.mark.parametrize("column", ["group_id", "file_name", "split_unit"])
def test_scenes_with_something_in_common_are_one(pairs, column):
    rows = [replace(row, **{column: "common"}) for row in pairs(40)]
    assert len(np.unique(split_rows(pairs(40)).cluster)) == 10
    assert len(np.unique(split_rows(rows).cluster)) == 1
