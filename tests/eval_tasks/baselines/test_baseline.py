"""Baselines that look at nothing, and the one that looks at the answer."""

from __future__ import annotations

from collections import Counter

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.baselines.baseline import KINDS, make_baseline
from fourdp_qa.eval_tasks.scoring.tracks.parse import parse_track
from fourdp_qa.rows.details import NamedFrames, to_json


@pytest.fixture
def track(row_of):
    return row_of("visual_point_tracking", 0, format="track", options=[],
                  answer="frame 3: (0.100, 0.200) visible", frames=to_json(NamedFrames(8, (0,), (7, 3))))


def test_constant_gives_one_answer_per_format(row_of, track) -> None:
    baseline = make_baseline("constant", choice="C", yes_no="No")
    assert baseline.answer(row_of("camera_movement", 0), "") == "C"
    assert baseline.answer(row_of("depth", 0), "") == "No"
    assert baseline.answer(track, "") == "frame 7: (0.500, 0.500) visible\nframe 3: (0.500, 0.500) visible"


def test_random_depends_on_seed_and_row_alone_and_is_even(row_of) -> None:
    rows = [row_of("camera_movement", 2 * n) for n in range(400)]
    first, again = make_baseline("random", seed=1), make_baseline("random", seed=1)
    answers = [first.answer(row, "") for row in rows]
    assert answers == [again.answer(row, "") for row in reversed(rows)][::-1]
    assert answers != [make_baseline("random", seed=2).answer(row, "") for row in rows]
    assert set(answers) == set("ABCD") and max(Counter(answers).values()) < 140
    assert {first.answer(row_of("depth", n), "") for n in range(20)} == {"Yes", "No"}


def test_random_tracks_are_readable_and_in_the_asked_order(track) -> None:
    said = make_baseline("random").answer(track, "")
    assert [line.split(":")[0] for line in said.splitlines()] == ["frame 7", "frame 3"]
    read = parse_track(said, (7, 3))
    assert len(read.points) == len(read.visible) == 2


def test_the_oracle_gives_the_rows_answer(row_of, track) -> None:
    oracle = make_baseline("oracle")
    for row in (row_of("camera_movement", 2), row_of("depth", 1), track):
        assert oracle.answer(row, "") == row.answer


@pytest.mark.parametrize("settings, words", [
    ({"kind": "magic"}, ", ".join(KINDS)),
    ({"kind": "constant", "choice": "E"}, "one of A, B, C, D"),
    ({"kind": "constant", "yes_no": "Maybe"}, "expected Yes or No"),
])
def test_what_there_is_not_is_named_with_what_there_is(settings, words) -> None:
    with pytest.raises(FourdpQaError, match=words):
        make_baseline(**settings)
