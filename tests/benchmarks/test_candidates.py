"""The benchmark runs, and measuring stays as cheap as it is said to be."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

REFERENCES = 18
"""150 ms where counting the ids of all images takes 8.4 ms, as in docs/measurements.md: a figure that
does not depend on how fast or how busy the machine is."""


@pytest.fixture(scope="module")
def candidates():
    """The program as a module: benchmarks are no package."""
    path = Path(__file__).parents[2] / "benchmarks" / "candidates.py"
    spec = importlib.util.spec_from_file_location("candidates", path)
    sys.modules["candidates"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_stage_inside_another_counts_for_itself_alone(candidates, monkeypatch):
    clock = iter([0, 1, 4, 10])  # the outer begins, the inner begins and ends, the outer ends
    monkeypatch.setattr(candidates, "process_time", lambda: next(clock))
    watch = candidates.Stopwatch()
    inner = watch.timed("inner", lambda: "done")
    assert watch.timed("outer", inner)() == "done"
    assert watch.seconds == {"inner": 3, "outer": 7}


def test_every_type_is_a_row(candidates):
    from fourdp_qa.questions.registry import TYPES

    rows = {row for row, _, _ in candidates.statement_functions()}
    asked = {f"state {t.name}" for t in TYPES if t.category != "tracking"}
    assert rows == {*asked, "state track"}


@pytest.mark.long
def test_measuring_and_stating_a_segment_is_cheap(candidates):
    timings = candidates.time_segment(1, 7)
    assert timings.statements > 100
    for stages in (timings.exact, timings.plain):
        assert candidates.in_all(stages) <= REFERENCES * timings.reference
