"""What a report says of models with a planted fault, and of one without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fourdp_qa.eval_tasks.baselines.baseline import make_baseline
from fourdp_qa.eval_tasks.report.collapse import collapses
from fourdp_qa.eval_tasks.report.findings import findings
from fourdp_qa.eval_tasks.report.picture_gap import picture_gap
from fourdp_qa.eval_tasks.report.report import make_report
from fourdp_qa.eval_tasks.report.runs import find_runs
from fourdp_qa.eval_tasks.report.scores import score_run
from fourdp_qa.eval_tasks.scoring.verdict import judge
from fourdp_qa.eval_tasks.scoring.vlm4d import Item, judge_item
from fourdp_qa.randomness import generator

OTHER = {"A": "B", "B": "A", "Yes": "No", "No": "Yes"}


def said(report, kind: str) -> str:
    return "\n".join(f.text for f in report.findings if f.kind == kind)


def judge_vlm4d(number: int, letter: str):
    options = ("left", "right", "up", "down")
    return judge_item(Item(f"synthetic/{number}", f"{number}.mp4", "Where?", options, "left"), letter)


def by_luck(row):
    return make_baseline("random").answer(row, "")


def sees_everything_but_80_percent(row):
    return row.answer if generator(0, row.id).random() < 0.8 else OTHER[row.answer]


def reads_the_picture(row):
    return OTHER[row.answer] if row.entangled in ("opposite", "different") else row.answer


@pytest.fixture
def report_of(run_of, rows):
    def build(answer, more=(), **settings):
        folder = run_of("out", [*rows, *more], answer, **settings)
        return make_report([str(folder)])
    return build


def test_a_planted_collapse_is_said(report_of) -> None:
    text = said(report_of(lambda row: "A" if row.options else row.answer), "bad")
    assert ("stub has collapsed to one answer: to questions with four options it says “A” in 72 of 72 "
            "answers; that is right in 50 % of them.") in text
    assert "yes or no" not in text


def test_a_collapse_in_one_type_only_is_said_with_its_type(report_of) -> None:
    text = said(report_of(lambda row: "Yes" if row.question_type == "depth" else row.answer), "bad")
    assert "to “Depth”, questions with yes or no it says “Yes” in 24 of 24 answers" in text
    assert text.count("collapsed") == 1


def test_collapse_to_a_label_behind_changing_letters_is_found(row_of) -> None:
    verdicts, options = [], ["forward", "backward", "left", "right"]
    for n in range(12):
        turned = options[n % 4:] + options[: n % 4]
        row = row_of("camera_movement", 2 * n, options=turned, answer="ABCD"[n // 3])
        verdicts.append(judge(row, "ABCD"[turned.index("left")]))
    (found,) = collapses(verdicts)
    assert (found.question_type, found.answer, found.times) == ("camera_movement", "left", 12)


def test_a_model_that_is_right_with_one_answer_has_not_collapsed(row_of) -> None:
    rows = [row_of("depth", 2 * n) for n in range(12)]
    assert {row.answer for row in rows} == {"Yes"}
    assert collapses([judge(row, "Yes") for row in rows]) == []


def test_a_planted_reader_of_the_picture_is_said_to_take_apparent_for_true_motion(run_of, more_rows) -> None:
    report = make_report([str(run_of("out", more_rows(48), reads_the_picture))])
    text = said(report, "bad")
    assert ("stub takes apparent motion for true motion: 100.0 % right where the picture tells the truth, "
            "0.0 % where it does not (luck: 39.3 %); difference +100.0 points") in text
    gap = report.scores[0].gap
    assert gap.follows_picture and (gap.told_items, gap.misled_items) == (168, 168)


def test_a_few_scenes_are_no_proof_against_a_model(row_of, more_rows) -> None:
    """All wrong where the picture misleads, in two scenes: nothing is said; in six: a hint."""
    def verdicts(items: int):
        return [judge(row, reads_the_picture(row)) for row in more_rows(items) if row.entangled != "none"]

    assert picture_gap(verdicts(8)) is None
    hint = picture_gap(verdicts(24))
    assert hint.leans_on_picture and not hint.follows_picture
    assert hint.misled == hint.misled_low == 0
    assert hint.misled_high == pytest.approx(1 - 0.025 ** (1 / 6))


@pytest.mark.parametrize("answer", [by_luck, sees_everything_but_80_percent, lambda row: row.answer,
                                    lambda row: "A" if row.options else "Yes"])
def test_models_that_do_not_read_the_picture_are_not_accused(report_of, answer) -> None:
    assert "apparent motion" not in said(report_of(answer), "bad")


def test_the_gap_is_not_an_effect_of_which_types_mislead(row_of) -> None:
    """A model right on one type and wrong on another, of which only the second misleads: no gap."""
    rows = [row_of("depth", n, entangled="agree") for n in range(12)]
    rows += [row_of("agent_motion", n, entangled=("agree", "opposite")[n % 2]) for n in range(12)]
    verdicts = [judge(r, r.answer if r.question_type == "depth" else OTHER[r.answer]) for r in rows]
    gap = picture_gap(verdicts)
    assert gap.gap == 0 and gap.told_items == 6
    assert picture_gap([v for v in verdicts if v.question_type == "depth"]) is None


def test_tracks_of_the_picture_given_for_the_world_are_said(report_of, tracks) -> None:
    true, visual = (tracks(f"{kind}_point_tracking", 16) for kind in ("true_motion", "visual"))
    by_id = {t.id: v.answer for t, v in zip(true, visual, strict=True)}
    report = report_of(lambda row: by_id.get(row.id, row.answer), true)
    text = said(report, "bad")
    assert "takes apparent motion for true motion: asked for the true-motion track" in text
    assert "average Jaccard 1.000 against 0.000" in text
    assert "takes apparent" not in said(report_of(lambda row: row.answer, true), "bad")


def test_two_wrong_answers_are_not_yet_worse_than_luck(run_of, rows) -> None:
    text = said(make_report([str(run_of("out", rows[:2], lambda row: OTHER[row.answer]))]), "bad")
    assert "luck" not in text
    some = [row for row in rows if row.question_type == "depth"][:12]  # six scenes, none right
    text = said(make_report([str(run_of("more", some, lambda row: OTHER[row.answer]))]), "bad")
    assert "stub is worse than luck: 0.0 % (0.0 to 45.9), luck 50.0 %" in text


def test_vlm4d_below_its_options_alone_is_said(run_of, rows) -> None:
    run = replace(find_runs([str(run_of("out", rows[:2], lambda row: row.answer))])[0],
                  vlm4d={"vlm4d_synthetic": [judge_vlm4d(n, "A" if n % 2 else "B") for n in range(40)]},
                  blind={f"synthetic/{n}": 1.0 for n in range(40)})
    text = "\n".join(f.text for f in findings([score_run(run)], []))
    assert ("stub on VLM4D, synthetic clips, direct: 50.0 % (35.0 to 65.0), not surely better than its "
            "options alone, without a video: 100.0 %.") in text
    assert "real clips" not in text


def test_luck_and_worse_than_luck_are_said(report_of) -> None:
    assert "stub is not better than luck" in said(report_of(by_luck), "bad")
    assert "stub is worse than luck" in said(report_of(lambda row: OTHER[row.answer]), "bad")
    assert said(report_of(lambda row: row.answer), "bad") == ""


def test_unread_and_failed_answers_are_said_and_failed_ones_not_scored(report_of) -> None:
    def answer(row):
        if row.question_type == "depth":
            return "[LMMS_EVAL_REQUEST_FAILED after 5 attempts]"
        return "I cannot tell." if row.question_type == "moved_distance" else row.answer

    report = report_of(answer)
    text = said(report, "bad")
    assert "stub: 24 requests failed." in text
    assert "no answer could be read in 10.0 % of the responses" in text
    assert report.scores[0].micro.items == 240
    assert report.scores[0].micro.accuracy == pytest.approx(0.9)


def test_another_prompt_is_noticed(run_of, rows) -> None:
    reworded = [replace(row, question=f"Look. {row.question}") for row in rows]
    first = run_of("a", rows, lambda row: row.answer)
    second = run_of("b", reworded, lambda row: row.answer, model="other")
    report = make_report([str(first), str(second)], mixed=True)
    assert "stub and other were asked in different words." in said(report, "unsure")
