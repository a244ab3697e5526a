"""Free text to an answer, form by form: what a careful reader would say, and nothing guessed."""

from __future__ import annotations

import gzip
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourdp_qa.eval_tasks.scoring.parse import parse_answer
from fourdp_qa.eval_tasks.scoring.parsed_answer import Reason

OPTIONS = ["forward", "backward and left", "left", "the camera does not move"]

CHOICE_FORMS = [
    # the letter alone, in every wrapping
    ("A", "A"),
    (" B\n", "B"),
    ("b", "B"),
    ("C.", "C"),
    ("(A)", "A"),
    ("A)", "A"),
    ("[D]", "D"),
    ("**A**", "A"),
    ("**(B)**", "B"),
    ("`C`", "C"),
    ("$D$", "D"),
    ("'B'", "B"),
    ("Ａ", "A"),
    ("（Ｂ）", "B"),
    (r"\boxed{A}", "A"),
    (r"$\boxed{\text{B}}$", "B"),
    (r"\[\boxed{C}\]", "C"),
    ("<answer>D</answer>", "D"),
    ("<|begin_of_box|>B<|end_of_box|>", "B"),
    ("C<|im_end|>", "C"),
    # the letter with its option
    ("A. forward", "A"),
    ("A: forward", "A"),
    ("(C) left", "C"),
    ("A forward", "A"),
    ("**B. backward and left**", "B"),
    ("Option D", "D"),
    ("option c", "C"),
    ("D - the camera does not move", "D"),
    ("B, because the wall recedes.", "B"),
    ("Left (C)", "C"),
    # declared
    ("The answer is A.", "A"),
    ("The answer is a.", "A"),
    ("Answer: A", "A"),
    ("answer:b", "B"),
    ("**Answer:** B", "B"),
    ("The correct option is (C).", "C"),
    ("The answer is option D.", "D"),
    ("The answer is A forward", "A"),
    ("The answer is A because the wall grows.", "A"),
    ("My answer would be B", "B"),
    ("I choose C.", "C"),
    ("I would go with option B.", "B"),
    ("So, it's D.", "D"),
    ("Therefore, the correct answer is 'C'.", "C"),
    ("Option B is correct.", "B"),
    ("A is the correct answer.", "A"),
    ('{"answer": "D"}', "D"),
    ("答案是B", "B"),
    ("答案：C。", "C"),
    ("The answer is therefore B.", "B"),
    ("I'd say A, since B is wrong.", "A"),
    ("The answer might be C", "C"),
    ("Perhaps B.", "B"),
    ("{'choice': 'C'}", "C"),
    ("The answer is B, not A.", "B"),
    ("The answer is B I think", "B"),
    ("So B at first, but the final answer is forward.", "A"),
    ("A rather than B", "A"),
    ("A, not B", "A"),
    ("It's not A. It's B.", "B"),
    ("A\n\nExplanation: B would need the wall to recede.", "A"),
    ("B. backward and left\nThe wall recedes, so A cannot be.", "B"),
    # the option's words
    ("forward", "A"),
    ("Forward.", "A"),
    ("The camera moves forward.", "A"),
    ("The answer is forward.", "A"),
    ("Answer: backward and left", "B"),
    ("The camera moves backward and left.", "B"),
    ("The camera does not move.", "D"),
    ("It moves forward, not left.", "A"),
    # after reasoning
    ("<think>A? No, B looks right.</think>C", "C"),
    ("<think>A or B</think>\n\nThe answer is B.", "B"),
    ("Maybe A, maybe B. </think> D", "D"),
    ("◁think▷B◁/think▷C", "C"),
    ("At first the answer is A. But the wall recedes, so the final answer is B.", "B"),
    ("A: the wall grows, so no.\nC: no.\n\nFinal answer: D", "D"),
    ("Option A is wrong. Option B is wrong. The answer is C", "C"),
    (r"Answer: A? No. \boxed{B}", "B"),
    ("Final answer: B. Wait, C.", "C"),
    ("The answer is B. Actually, A.", "A"),
    ("The answer is B. Actually A is wrong.", "B"),
    ("The answer is B. Wait, A or C?", None),
    ("I'm sorry, I cannot see the video well. Still, the answer is B.", "B"),
    ("Step 1: look.\nStep 2: compare.\n\nC", "C"),
    # an article is no letter
    ("A car moves left", "C"),
    ("The answer is a car moving left.", "C"),
    # undecided, refused, nothing
    ("", None),
    ("   \n", None),
    ("A or B", None),
    ("A and B", None),
    ("A/B", None),
    ("The answer is A or D.", None),
    ("The answer is either A or D.", None),
    ("It could be (A), it could be (B).", None),
    ("A. forward\nB. backward and left", None),
    ("Forward or left.", None),
    ("A. left", None),
    ("E", None),
    ("The answer is E.", None),
    ("$LETTER", None),
    ("Yes", None),
    ("A car", None),
    ("A dog runs across the street.", None),
    ("The answer is not A.", None),
    ("Option A is wrong.", None),
    ("Not A", None),
    ("Answer: A B", None),
    ("A\nB", None),
    ("A: no\nB: no\nC: yes\nD: no", None),
    ("Is it A?", None),
    ("Let me think about option A", None),
    ("The options are A, B, C and D.", None),
    ("Let me look at it. Option B says backward. The wall first. Then the", None),
    ("A is not correct.", None),
    ("I think it's B, or maybe C.", None),
    ("Both A and C.", None),
    ("It does not move forward.", None),
    ("I cannot determine the direction of the camera.", None),
    ("I'm sorry, but I can't help with that.", None),
    ("As an AI I cannot watch videos; it may go left.", None),
    ("None of the above.", None),
    ("[LMMS_EVAL_REQUEST_FAILED] timeout, answer: A", None),
    ("<think>The answer is A. But wait", None),
    ("<think>A</think>", None),
    ("!!!", None),
    ("42", None),
    ("Apple", None),
    ("D'accord", None),
]

YES_NO_FORMS = [
    ("Yes", "Yes"),
    ("no", "No"),
    ("yes.", "Yes"),
    ("**No**", "No"),
    ("(yes)", "Yes"),
    ("ＹＥＳ", "Yes"),
    ("True", "Yes"),
    ("n", "No"),
    ("Yes, it does", "Yes"),
    ("Yes it does.", "Yes"),
    ("No, the car is farther away.", "No"),
    ("No it does not", "No"),
    ("No - it stays.", "No"),
    ("The answer is yes", "Yes"),
    ("The answer is: **No**.", "No"),
    ("Answer: Yes", "Yes"),
    (r"\boxed{No}", "No"),
    (r"\boxed{\text{Yes}}", "Yes"),
    ('{"answer": "no"}', "No"),
    ("<think>no no no</think>Yes", "Yes"),
    ("Yes, there is no doubt about it.", "Yes"),
    ("The wall grows in the picture. So yes.", "Yes"),
    ("The wall grows in the picture.\n\nNo", "No"),
    ("It may look so, but no.", "No"),
    ("It may look so, but actually no.", "No"),
    ("Yes, but actually no.", None),
    ("It grows, yes.", "Yes"),
    ("Yes at first sight. However, the final answer is no.", "No"),
    ("I think no", "No"),
    ("Probably yes.", "Yes"),
    ("No (it stays)", "No"),
    ("Nope.", "No"),
    ("The answer to the question is yes.", "Yes"),
    ("Is it moving? Yes.\nIs it forward? No.\nAnswer: No", "No"),
    ("Is it moving? Yes.\nIs it forward? No.", None),
    ("No... yes", None),
    ("答案：是", None),
    ("No, I cannot see any motion.", "No"),
    ("", None),
    ("Yes and no.", None),
    ("Yes or no?", None),
    ("The answer is yes or no.", None),
    ("Yes. No.", None),
    ("No camera motion is visible in the clip", None),
    ("Not sure.", None),
    ("I cannot determine that.", None),
    ("A", None),
    ("Nothing moves", None),
    ("Yesterday", None),
    ("[LMMS_EVAL_REQUEST_FAILED] yes", None),
]


@pytest.mark.parametrize(("response", "expected"), CHOICE_FORMS)
def test_a_choice_is_read_as_a_person_would(response: str, expected: str | None) -> None:
    assert parse_answer(response, "multiple_choice", OPTIONS).value == expected


@pytest.mark.parametrize(("response", "expected"), YES_NO_FORMS)
def test_a_yes_or_no_is_read_as_a_person_would(response: str, expected: str | None) -> None:
    assert parse_answer(response, "yes_no").value == expected


@pytest.mark.parametrize(("response", "reason"), [
    ("A", Reason.BARE),
    ("The answer is A.", Reason.DECLARED),
    ("A. forward", Reason.LEADING),
    ("It goes ahead: A", Reason.TRAILING),
    ("It moves forward", Reason.OPTION_TEXT),
    ("", Reason.EMPTY),
    ("[LMMS_EVAL_REQUEST_FAILED] timeout", Reason.REQUEST_FAILED),
    ("<think>A", Reason.REASONING_CUT_OFF),
    ("I am unable to view videos.", Reason.REFUSAL),
    ("A or B", Reason.TWO_ANSWERS),
    ("E", Reason.NO_SUCH_OPTION),
    ("hello there", Reason.NOT_FOUND),
])
def test_every_reading_says_why(response: str, reason: Reason) -> None:
    assert parse_answer(response, "multiple_choice", OPTIONS).reason == reason


def test_an_option_inside_a_longer_one_is_not_named_by_it() -> None:
    options = ["left", "forward", "forward and left", "right"]
    assert parse_answer("It moves forward and left.", "multiple_choice", options).value == "C"


def test_a_format_without_such_an_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="free_form"):
        parse_answer("anything", "free_form")


@given(st.text(max_size=200))
def test_any_text_is_read_without_error_and_a_reason_fits_its_value(text: str) -> None:
    for answer_format, options, values in (
        ("multiple_choice", OPTIONS, "ABCD"), ("yes_no", [], ("Yes", "No")),
    ):
        answer = parse_answer(text, answer_format, options)
        assert answer.value is None or answer.value in values
        assert answer.is_parsed == (answer.value is not None)


@pytest.mark.parametrize("unit", [
    "\n", "(", "A, ", "A or ", "answer is ", "not left ", "forward and ", "(A) ", "B is ", "no, ",
    r"\boxed{", "<think>",
])
def test_a_model_that_repeats_itself_is_read_at_once(unit: str) -> None:
    started = time.process_time()
    parse_answer(unit * (20_000 // len(unit)), "multiple_choice", OPTIONS)
    parse_answer(unit * (20_000 // len(unit)), "yes_no")
    assert time.process_time() - started < 2.0  # a quadratic search takes ten times that


@given(st.sampled_from("ABCD"), st.sampled_from(["{}", "({})", "The answer is {}.", "Answer: {}"]))
def test_each_letter_is_read_alike(letter: str, form: str) -> None:
    assert parse_answer(form.format(letter), "multiple_choice", OPTIONS).value == letter


def test_agrees_with_hand_checked_verdicts_of_real_models(samples: Path) -> None:
    """VLM4D's committed answers of eleven models; a judge reads beyond the words, we do not."""
    file = samples / "vlm4d" / "answers.jsonl.gz"
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    agreed = 0
    for row in rows:
        options = [str(text) for text in row["choices"].values()]
        value = parse_answer(row["response"], "multiple_choice", options).value
        meant = None if value is None else options["ABCD".index(value)].strip()
        agreed += (meant == str(row["answer"]).strip()) == bool(row["verdict"])
    assert agreed / len(rows) >= 0.995
