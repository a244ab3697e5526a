"""Columns whose lengths are two adjacent numbers break the Hub viewer's statistics."""

from dataclasses import replace

import pytest

from fourdp_qa.dataset.viewer import adjacent_columns
from fourdp_qa.rows.details import NamedFrames, to_json


@pytest.fixture
def rows(staged_example, tmp_path):
    return staged_example(tmp_path, per_type=30, with_clips=False).rows


def test_varied_rows_have_no_trap(rows):
    assert adjacent_columns(rows) == []


def test_free_text_of_two_adjacent_lengths_is_a_trap(rows):
    texts = [f"text {i:03d}" + "!" * (i % 2) for i in range(len(rows))]
    trapped = [replace(row, question=text) for row, text in zip(rows, texts, strict=True)]
    assert adjacent_columns(trapped) == ["question"]
    wider = [replace(trapped[0], question="text 000!!!"), *trapped[1:]]
    assert adjacent_columns(wider) == []


def test_ids_without_leading_zeros_are_a_trap(rows):
    assert adjacent_columns([replace(r, id=f"toy-{i}") for i, r in enumerate(rows[:60])]) == ["id"]


def test_few_or_often_repeated_values_are_labels_and_safe(rows):
    few = [replace(row, question=("ab", "abc")[i % 2]) for i, row in enumerate(rows)]
    assert adjacent_columns(few) == []
    repeated = [replace(row, question=f"a{i % 30:d}") for i, row in enumerate(rows)]
    assert len({row.question for row in repeated}) == 30 <= 0.2 * len(rows)
    assert adjacent_columns(repeated) == []


def test_option_lists_of_three_and_four_are_a_trap_none_and_four_are_not(rows):
    lists = [replace(row, options=["a"] * (3 + i % 2)) for i, row in enumerate(rows)]
    assert "options" in adjacent_columns(lists)
    assert {len(row.options) for row in rows} == {0, 4}


def test_one_named_frame_of_one_or_two_digits_is_no_trap(rows):
    named = [replace(row, frames=to_json(NamedFrames(32, (i % 32,)))) for i, row in enumerate(rows)]
    assert adjacent_columns(named) == []
    assert len({len(row.frames) for row in named}) == 1
