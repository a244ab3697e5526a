"""Responses on disk: whole or not at all, and never a failed request."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.lmms.answer_file import AnswerFile


def test_responses_are_there_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "answers.jsonl"
    AnswerFile(path).keep({"one": "A", "two": "line\nbreak ü"})
    again = AnswerFile(path)
    assert (again.get("one"), again.get("two"), again.get("three")) == ("A", "line\nbreak ü", None)
    again.keep({"three": "C"})
    assert len(AnswerFile(path)) == 3


@pytest.mark.parametrize("text", [
    "[LMMS_EVAL_REQUEST_FAILED after 5 retries] time out", "[LMMS_EVAL_BUDGET_EXCEEDED]", "", "  \n",
])
def test_what_is_no_response_is_not_kept(tmp_path: Path, text: str) -> None:
    file = AnswerFile(tmp_path / "a.jsonl")
    file.keep({"one": text, "two": "B"})
    assert (file.get("one"), file.get("two")) == (None, "B")
    assert len(AnswerFile(tmp_path / "a.jsonl")) == 1


def test_a_line_that_was_being_written_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    AnswerFile(path).keep({"one": "A", "two": "B"})
    path.write_bytes(path.read_bytes()[:-9])
    file = AnswerFile(path)
    assert (file.get("one"), file.get("two")) == ("A", None)
    file.keep({"two": "C"})
    assert AnswerFile(path).get("two") == "C"


@pytest.mark.parametrize("content", ["not json\n", "[]\n", '{"key": "k"}\n'])
def test_another_file_is_not_written_into(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FourdpQaError, match=r"a\.jsonl: found line 1 is no kept response"):
        AnswerFile(path)
    assert path.read_text(encoding="utf-8") == content


def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FourdpQaError, match="expected a file in which responses can be kept"):
        AnswerFile(tmp_path)
