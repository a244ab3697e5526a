"""Parts of a benchmark and what is mistaken for what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fourdp_qa.eval_tasks.scoring.breakdown import AXES, breakdown, confusion
from fourdp_qa.eval_tasks.scoring.verdict import Verdict, judge
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.rows.details import Evidence, to_json

LABELS = ("increases", "decreases", "stays about the same", "increases first, then decreases")


def verdict(expected: str, parsed: str | None, **changes: object) -> Verdict:
    values = {
        "question_id": "q", "question_type": "camera_object_distance", "format": "multiple_choice",
        "scene": "s", "expected": expected, "parsed": parsed, "reason": "", "answers": tuple("ABCD"),
        "score": float(parsed == expected), "labels": LABELS, "camera_motion": "high", "scene_motion": "low",
        "margin": 1.0,
    }
    return Verdict(**(values | changes))


def test_every_axis_parts_all_items() -> None:
    verdicts = [verdict("A", "A"), verdict("B", None, naming="circle", margin=3.0, step=0.5)]
    for axis in AXES:
        assert sum(part.items for part in breakdown(verdicts, axis).values()) == 2
    with pytest.raises(ValueError, match="found axis 'colour', expected one of question_type"):
        breakdown(verdicts, "colour")


def test_the_nine_strata_are_all_listed() -> None:
    both = verdict("A", "A", scene_motion="high")
    cells = breakdown([verdict("A", "A"), verdict("A", "B"), both], "strata")
    assert len(cells) == 9
    assert cells["camera high, scene low"].accuracy == 0.5
    assert cells["camera high, scene high"].items == 1
    assert cells["camera none, scene none"].items == 0
    assert breakdown([both], "both_high")["both high"].accuracy == 1.0


@pytest.mark.parametrize(("margin", "part"), [
    (0.0, "below 0.5"), (0.5, "0.5 to 2"), (1.9, "0.5 to 2"), (2.0, "2 and more"),
])
def test_margins_are_parted_at_their_limits(margin: float, part: str) -> None:
    parts = breakdown([verdict("A", "A", margin=margin)], "margin")
    assert {name: found.items for name, found in parts.items() if found.items} == {part: 1}


def test_displacement_per_frame_is_measured_in_thresholds(row_of) -> None:
    moves = Quantity("pan", "degrees", 9.0, 9.0, 2.0, 8.0, "+", (0.0, 2.0, 4.0, 9.0))
    tilt = Quantity("tilt", "degrees", 0.0, 0.3, 2.0, 8.0, "absent", (0.0, 0.3, 0.0, 0.0))
    row = row_of("camera_movement", 1, evidence=to_json(Evidence("it pans", (moves, tilt))))
    assert judge(row, "Yes").step == pytest.approx(3.0 / 8.0)
    single = replace(moves, series=())
    row = row_of("depth", 1, evidence=to_json(Evidence("nearer", (single,))))
    assert judge(row, "Yes").step is None
    assert list(breakdown([judge(row, "Yes")], "step"))[-1] == "single frames"


def test_confusion_is_by_what_answers_say_and_not_by_their_letter() -> None:
    turned = tuple(reversed(LABELS))
    found = confusion([
        verdict("A", "B"), verdict("D", "C", labels=turned),  # both: increases taken for decreases
        verdict("A", "A"), verdict("C", None),
    ])
    matrix = found["camera_object_distance", "multiple_choice"]
    assert matrix.counts["increases"] == {
        "decreases": 2, "increases": 1, "stays about the same": 0, "unparsed": 0}
    assert matrix.counts["stays about the same"]["unparsed"] == 1
    assert sum(sum(row.values()) for row in matrix.counts.values()) == 4
