"""One function over many tasks, here or in other processes."""

from __future__ import annotations

import math
import os

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.generate.engine import run_tasks, silent


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_is_done_once_whatever_the_workers(workers):
    told = []
    results = dict(run_tasks(math.sqrt, [1.0, 4.0, 9.0], workers, "roots",
                             lambda *report: told.append(report)))
    assert results == {1.0: 1.0, 4.0: 2.0, 9.0: 3.0}
    assert told == [("roots", done, 3) for done in range(4)]


def test_no_tasks_need_no_workers():
    assert list(run_tasks(math.sqrt, [], 2, "roots", silent)) == []


def test_a_dead_worker_is_one_line_that_says_to_go_on():
    with pytest.raises(FourdpQaError, match=r"a worker process died.*run the same command again"):
        list(run_tasks(os._exit, [1, 1, 1], 2, "measuring", silent))


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_a_task_is_raised(workers):
    with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
        list(run_tasks(math.sqrt, [-1.0, -4.0], workers, "roots", silent))
