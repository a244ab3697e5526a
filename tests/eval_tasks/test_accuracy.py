"""Averages, their errors and counts, against numbers worked out by hand."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from fourdp_qa.errors import SourceDataError
from fourdp_qa.eval_tasks.scoring.accuracy import answer_counts, summarise
from fourdp_qa.eval_tasks.scoring.sample_files import read_verdicts
from fourdp_qa.eval_tasks.scoring.verdict import Verdict, judge

NUMBERS = count()


def verdict(question_type: str, scene: str, right: bool, parsed: str | None = "A") -> Verdict:
    return Verdict(
        question_id=f"{question_type}-{next(NUMBERS)}", question_type=question_type,
        format="multiple_choice", scene=scene, expected="A", parsed=parsed, reason="",
        score=float(right),
    )


# depth: 3 of 4; camera_movement: 0 of 2
MIXED = [
    verdict("depth", "s1", True), verdict("depth", "s1", True), verdict("depth", "s2", True),
    verdict("depth", "s3", False, None), verdict("camera_movement", "s1", False, "B"),
    verdict("camera_movement", "s3", False, "B"),
]


def test_micro_weighs_items_and_macro_weighs_types() -> None:
    summary = summarise(MIXED)
    assert summary.micro.accuracy == pytest.approx(3 / 6)
    assert summary.macro == pytest.approx((3 / 4 + 0 / 2) / 2)
    assert list(summary.by_type) == ["camera_movement", "depth"]
    assert summary.by_type["depth"].accuracy == pytest.approx(3 / 4)
    assert summary.by_type["depth"].items == 4


def test_unparsed_is_counted_apart_from_wrong() -> None:
    summary = summarise(MIXED)
    assert summary.micro.unparsed == pytest.approx(1 / 6)
    assert summary.by_type["depth"].unparsed == pytest.approx(1 / 4)
    assert summary.by_type["camera_movement"].unparsed == 0
    assert summary.micro.answers == {"A": 3, "B": 2, "unparsed": 1}


def test_standard_error_is_clustered_by_scene() -> None:
    summary = summarise(MIXED)
    # residuals of the micro mean 1/2, summed by scene: s1 .5+.5-.5, s2 .5, s3 -.5-.5
    by_hand = math.sqrt((0.5**2 + 0.5**2 + 1.0**2) / 6**2 * 3 / 2)
    assert summary.micro.standard_error == pytest.approx(by_hand)
    # macro: depth residuals weigh 1/8, camera_movement residuals are all zero
    by_hand = math.sqrt((0.5**2 + 0.25**2 + 0.75**2) / 8**2 * 3 / 2)
    assert summary.macro_standard_error == pytest.approx(by_hand)


def test_error_is_that_of_the_scenes_when_a_scene_answers_as_one() -> None:
    """Ten copies of each scene's answer tell no more than one."""
    once = [verdict("depth", f"s{i}", i % 3 == 0) for i in range(30)]
    assert summarise(once * 10).micro.standard_error == pytest.approx(
        summarise(once).micro.standard_error
    )


def test_error_is_the_binomial_one_when_every_scene_has_one_item() -> None:
    scores = [i % 4 == 0 for i in range(40)]
    error = summarise(verdict("depth", f"s{i}", s) for i, s in enumerate(scores)).micro
    assert error.standard_error == pytest.approx(np.std(scores, ddof=1) / math.sqrt(40))


@pytest.mark.parametrize("size", range(7))
def test_any_subset_is_scored(size: int) -> None:
    summary = summarise(MIXED[:size])
    assert summary.micro.items == size
    assert (summary.micro.accuracy is None) == (size == 0)


def test_nothing_scored_gives_no_numbers() -> None:
    summary = summarise([])
    assert (summary.macro, summary.micro.unparsed, summary.by_type) == (None, None, {})
    assert summarise(MIXED[:1]).micro.standard_error is None  # one scene says nothing of others


def test_answers_are_listed_in_order_with_unparsed_last() -> None:
    assert list(answer_counts(["B", None, "A", "Yes", "B"])) == ["A", "B", "Yes", "unparsed"]


def test_judging_a_row(row_of) -> None:
    row = row_of("camera_movement", 0)
    right, wrong, none = judge(row, "(A)"), judge(row, "B."), judge(row, "hm")
    assert (right.score, right.parsed, right.expected) == (1.0, "A", "A")
    assert (wrong.score, wrong.parsed) == (0.0, "B")
    assert (none.score, none.parsed) == (0.0, None)
    assert right.scene == "test/scene-0"
    assert judge(replace(row, scene_id="scene-0-view-2"), "A").scene == right.scene  # the unit that is split


def test_a_failed_request_is_counted_and_never_scored(row_of) -> None:
    rows = [row_of("depth", n) for n in range(4)]
    verdicts = [judge(rows[0], "Yes"), judge(rows[1], "Yes"), judge(rows[2], "what?"),
                judge(rows[3], "[LMMS_EVAL_REQUEST_FAILED after 5 retries] time out: Yes")]
    summary = summarise(verdicts)
    assert (summary.micro.items, summary.micro.failed) == (3, 1)
    assert summary.micro.accuracy == summary.macro == pytest.approx(1 / 3)
    assert summary.micro.unparsed == pytest.approx(1 / 3)
    assert summary.micro.answers == {"Yes": 2, "unparsed": 1}
    nothing = summarise(verdicts[3:])
    assert (nothing.micro.accuracy, nothing.macro, nothing.micro.failed) == (None, None, 1)


def test_free_form_is_not_judged(row_of) -> None:
    with pytest.raises(ValueError, match="free_form"):
        judge(row_of("camera_movement", 0, format="free_form"), "It moves forward.")


def write_samples(file: Path, verdicts: list[Verdict], benchmark: str = "mini sha256:0") -> Path:
    lines = [json.dumps({"accuracy": asdict(v) | {"benchmark": benchmark}}) for v in verdicts]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_sample_files_give_the_verdicts_back(tmp_path: Path) -> None:
    first = write_samples(tmp_path / "a.jsonl", MIXED[:4])
    second = write_samples(tmp_path / "b.jsonl", MIXED[4:])
    assert read_verdicts([first, second]) == MIXED


def test_two_runs_are_not_mixed(tmp_path: Path) -> None:
    files = [write_samples(tmp_path / f"{name}.jsonl", MIXED) for name in "ab"]
    with pytest.raises(SourceDataError, match=r"b\.jsonl: line 1: found a second answer to depth"):
        read_verdicts(files)


def test_results_of_two_benchmarks_are_not_mixed(tmp_path: Path) -> None:
    first = write_samples(tmp_path / "a.jsonl", MIXED)
    second = write_samples(tmp_path / "b.jsonl", MIXED, benchmark="other sha256:1")
    with pytest.raises(SourceDataError, match=r"b\.jsonl: line 1: found benchmark other"):
        read_verdicts([first, second])


def test_a_foreign_sample_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "samples.jsonl"
    file.write_text('{"doc_id": 0, "accuracy": 1.0}\n', encoding="utf-8")
    with pytest.raises(SourceDataError, match=r"samples\.jsonl: line 1"):
        read_verdicts([file])
