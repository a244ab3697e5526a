"""Results by type stand beside what can be had without looking, failures included."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from fourdp_qa.eval_tasks.scoring.verdict import judge
from fourdp_qa.train.demonstration import results


@pytest.fixture
def verdicts(questions):
    """``verdicts(lambda row: answer)``: 40 scenes, a yes/no and a four-option question about each."""
    def answered(answer):
        rows = [questions.make_row(scene, kind) for scene in range(40)
                for kind in ("camera_movement", "depth")]
        return [judge(row, answer(row)) for row in rows]

    return answered


def test_right_answers_are_beyond_and_in_the_order_of_the_types(verdicts):
    found = results.by_type(verdicts(lambda row: row.answer))
    assert [(r.question_type, r.items, r.scenes) for r in found] == [
        ("camera_movement", 40, 40), ("depth", 40, 40)]
    assert all(r.accuracy == r.high == 1.0 and r.low > 0.85 and r.beyond for r in found)
    assert [r.chance for r in found] == [0.5, 0.25]


def test_a_constant_answer_is_not_beyond_the_constant_answer(verdicts):
    found = results.by_type(verdicts(lambda row: "A" if row.options else "Yes"))
    assert not any(r.beyond for r in found)
    assert found[0].accuracy == found[0].constant == 0.5


def test_text_without_an_answer_is_counted(verdicts):
    found = results.by_type(verdicts(lambda row: "the the"))
    assert all(r.unparsed == 1.0 and r.accuracy == 0.0 and not r.beyond for r in found)


def test_formats_are_told_apart_only_where_there_are_several(verdicts):
    assert results.by_format(verdicts(lambda row: row.answer)) == []


def test_yes_no_questions_about_the_camera_are_told_apart_by_motion(verdicts):
    from dataclasses import replace

    made = verdicts(lambda row: row.answer)
    camera = [v for v in made if v.question_type == "camera_movement"]
    facts = [(f"is camera_movement: {'pan' if n % 2 else 'still'} +", "moves camera -") for n in range(40)]
    facts[0] = (*facts[0], "is camera_movement: any_rotation absent")  # about two motions: about neither
    known = [replace(v, implied=said) for v, said in zip(camera, facts, strict=True)]
    found = results.by_component(known + [v for v in made if v.question_type == "depth"])
    assert [(r.component, r.items, r.format) for r in found] == [
        ("pan", 20, "yes_no"), ("still", 19, "yes_no")]
    lines = results.table([asdict(r) for r in found], [asdict(r) for r in found]).splitlines()
    assert lines[2].startswith("| camera_movement, yes_no, pan | 20, 20 |")
    assert results.table([], []) == ""


def test_the_table_has_a_line_for_every_type(verdicts):
    before, after = ([asdict(r) for r in results.by_type(verdicts(answer))]
                     for answer in (lambda row: "", lambda row: row.answer))
    lines = results.table(before, after).splitlines()
    assert len(lines) == 4
    assert lines[2].startswith("| camera_movement | 40, 40 | 50.0 | 50.0 | ")
    assert " | 0.0 | 100.0 | " in lines[2]
    assert lines[2].endswith("-100.0 | yes |")
    assert results.track_table([], []) == ""


def test_tracks_stand_beside_the_query_copied(questions):
    from fourdp_qa.eval_tasks.scoring.tracks.verdict import judge_track

    rows = [questions.make_row(scene, "true_motion_point_tracking") for scene in range(3)]
    (found,) = results.by_track([judge_track(row, row.answer) for row in rows])
    assert (found.items, found.jaccard, found.unparsed) == (3, 1.0, 0.0)
    assert found.copied < 0.5
    table = results.track_table([asdict(found)], [asdict(found)])
    assert "| true_motion_point_tracking | 3 |" in table


def test_the_pictures_are_drawn(tmp_path, verdicts):
    from fourdp_qa.train.demonstration.drawing import draw_curve, draw_types

    found = [asdict(r) for r in results.by_type(verdicts(lambda row: row.answer))]
    draw_types(found, found, "a title", tmp_path / "types.png")
    draw_curve([{"core_minutes": 1.0, "eval_macro_accuracy": 0.5}, {"loss": 1.0}],
               [(0.0, 0.1)], 0.4, "a title", tmp_path / "curve.png")
    draw_curve([], [(0.0, 0.1)], 0.4, "nothing yet", tmp_path / "empty.png")
    assert all((tmp_path / f"{name}.png").stat().st_size > 5000 for name in ("types", "curve", "empty"))


def test_logged_samples_are_read_back(tmp_path, verdicts):
    lines = [json.dumps({"accuracy": asdict(v) | {"benchmark": "tiny"}})
             for v in verdicts(lambda row: row.answer)]
    (tmp_path / "x_samples_4dpqa_depth.jsonl").write_text("\n".join(lines) + "\n")
    answers, tracks = results.verdicts_of(tmp_path)
    assert (len(answers), tracks) == (80, [])
    assert [r["question_type"] for r in results.plain(tmp_path)["types"]] == ["camera_movement", "depth"]
