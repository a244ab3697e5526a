"""Answers are remembered by content, through kills and torn lines."""

from __future__ import annotations

import json

import pytest

from fourdp_qa.captioning.answers import AnswerBook
from fourdp_qa.captioning.questions import Question
from fourdp_qa.errors import SourceDataError


class Model:
    """Counts what it is asked."""

    name, identity = "m", "m"

    def __init__(self):
        self.asked = []

    def answer(self, question):
        self.asked.append(question.text)
        return f"answer to {question.text}"


FIRST, SECOND = Question("first", (b"one",)), Question("second", (b"one",))


def answers(path, *questions, model=None):
    model = model or Model()
    with AnswerBook(path, model) as book:
        said = [book.answer(q) for q in questions]
        return said, model.asked, book


def test_what_was_answered_is_not_asked_again(tmp_path):
    path = tmp_path / "answers.jsonl"
    assert answers(path, FIRST, FIRST)[1] == ["first"]
    said, asked, book = answers(path, FIRST, SECOND)
    assert said == ["answer to first", "answer to second"]
    assert asked == ["second"]
    assert (book.asked, book.remembered) == (1, 1)


def test_text_pictures_and_model_make_the_key(tmp_path):
    other = Model()
    other.identity = "another"
    keys = {FIRST.key("m"), SECOND.key("m"), FIRST.key("n"), Question("first", (b"two",)).key("m"),
            Question("first", (b"one", b"")).key("m"), FIRST.again("no").key("m")}
    assert len(keys) == 6
    answers(tmp_path / "a", FIRST)
    assert answers(tmp_path / "a", FIRST, model=other)[1] == ["first"]


@pytest.mark.parametrize("cut", [1, 5, 20, 60])
def test_a_torn_last_line_is_asked_again(tmp_path, cut):
    path = tmp_path / "a"
    answers(path, FIRST, SECOND)
    path.write_bytes(path.read_bytes()[:-cut])
    assert answers(path, FIRST, SECOND)[1] == ["second"]
    assert [json.loads(line)["answer"] for line in path.read_text().splitlines()] == [
        "answer to first", "answer to second"]


def test_a_lone_torn_line_is_cut_off(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b'{"ke')
    assert answers(path, FIRST)[1] == ["first"]


def test_a_damaged_line_in_between_is_counted_and_asked_again(tmp_path):
    path = tmp_path / "a"
    answers(path, FIRST, SECOND)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"\x00\xff" + lines[0] + lines[1])
    _, asked, book = answers(path, FIRST, SECOND)
    assert asked == ["first"]
    assert book.damaged == 1


@pytest.mark.parametrize("content", [b"my notes", b"my notes\n", b"a\nb\nc"])
def test_a_file_of_something_else_is_left_alone(tmp_path, content):
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(SourceDataError, match="expected remembered answers"):
        answers(path, FIRST)
    assert path.read_bytes() == content


def test_a_folder_in_its_place_is_one_line(tmp_path):
    with pytest.raises(SourceDataError, match="expected remembered answers"):
        answers(tmp_path, FIRST)
