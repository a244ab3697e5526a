"""Tracks scored as TAP-Vid does: by hand, and against a second implementation on random tracks."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from fourdp_qa.eval_tasks.scoring.parsed_answer import Reason
from fourdp_qa.eval_tasks.scoring.sample_files import read_tracks
from fourdp_qa.eval_tasks.scoring.tracks.score import (
    TRACK_AXES,
    score_tracks,
    track_bootstrap,
    track_breakdown,
)
from fourdp_qa.eval_tasks.scoring.tracks.verdict import (
    TrackVerdict,
    copy_query,
    judge_track,
    other_track,
)

PIXEL = 1 / 256


def verdict(true, flags, points, visible, **changes) -> TrackVerdict:
    values = {
        "question_id": "q", "question_type": "true_motion_point_tracking", "scene": "s",
        "targets": tuple(range(len(true))), "true_points": tuple(true), "true_visible": tuple(flags),
        "points": tuple(points), "visible": tuple(visible), "query": (0.5, 0.5), "other": tuple(true),
        "true_motion": True, "camera_moves": True, "object_moves": True, "reason": "",
    }
    return TrackVerdict(**(values | changes))


def right_by(pixels: float, flag: bool = True, said: bool | None = True) -> TrackVerdict:
    """One target whose point is given so many pixels too far to the right."""
    return verdict([(0.5, 0.5)], [flag], [(0.5 + pixels * PIXEL, 0.5)], [said])


@pytest.mark.parametrize(("pixels", "delta"), [
    (0.0, 1.0), (0.99, 1.0), (1.01, 0.8), (1.99, 0.8), (3.0, 0.6), (7.9, 0.4), (15.9, 0.2), (16.1, 0.0),
])
def test_delta_is_the_share_of_thresholds_that_a_point_is_within(pixels: float, delta: float) -> None:
    score = score_tracks([right_by(pixels)])
    assert score.delta == pytest.approx(delta)
    assert score.jaccard == pytest.approx(delta)


def test_a_point_exactly_at_a_threshold_is_not_within_it() -> None:
    assert score_tracks([right_by(4.0)]).delta_at[4] == 0.0


@pytest.mark.parametrize(("flag", "said", "delta", "occlusion", "jaccard"), [
    (True, True, 1.0, 1.0, 1.0),
    (True, False, 1.0, 0.0, 0.0),    # right place, missed
    (False, True, None, 0.0, 0.0),   # said to be seen, false
    (False, False, None, 1.0, None),  # nothing to see and nothing said: no target for either
    (True, None, 1.0, 0.0, 0.0),     # flag not read
])
def test_flags_by_hand(flag, said, delta, occlusion, jaccard) -> None:
    score = score_tracks([right_by(0.0, flag, said)])
    assert (score.delta, score.occlusion, score.jaccard) == (delta, occlusion, jaccard)


def test_a_place_too_far_away_is_missed_and_false() -> None:
    """One right, one 20 pixels off: 1 right of 2 visible and 1 false."""
    score = score_tracks([right_by(0.0), right_by(20.0)])
    assert score.jaccard == pytest.approx(1 / 3)
    assert score.delta == pytest.approx(1 / 2)


def test_what_was_not_read_is_a_miss() -> None:
    nothing = verdict([(0.5, 0.5), (0.6, 0.5)], [True, False], [None, None], [None, None])
    score = score_tracks([nothing, right_by(0.0)])
    assert (score.targets, score.unparsed) == (3, pytest.approx(2 / 3))
    assert score.delta == pytest.approx(1 / 2)
    assert score.occlusion == pytest.approx(1 / 3)
    assert score.jaccard == pytest.approx(1 / 2)
    seen = verdict([(0.5, 0.5)], [True], [None], [True])
    assert score_tracks([seen]).jaccard == 0.0


def test_failed_requests_are_counted_and_never_scored() -> None:
    failed = replace(right_by(100.0), reason=str(Reason.REQUEST_FAILED))
    score = score_tracks([right_by(0.0), failed])
    assert (score.items, score.failed, score.jaccard) == (1, 1, 1.0)
    nothing = score_tracks([failed])
    assert (nothing.jaccard, nothing.delta, nothing.occlusion, nothing.unparsed) == (None,) * 4


def second_implementation(verdicts: list[TrackVerdict]) -> tuple[float, float, float]:
    """Average Jaccard, delta and occlusion accuracy, target by target in plain Python."""
    jaccards, deltas = [], []
    flags = [said == true for v in verdicts for said, true in zip(v.visible, v.true_visible, strict=True)]
    for threshold in (1, 2, 4, 8, 16):
        hit = miss = false = near = visible = 0
        for v in verdicts:
            targets = zip(v.true_points, v.true_visible, v.points, v.visible, strict=True)
            for true, seen, point, said in targets:
                close = point is not None and 256 * math.dist(true, point) < threshold
                visible += seen
                near += seen and close
                if seen and close and said:
                    hit += 1
                else:
                    miss += seen
                    false += bool(said)
        jaccards.append(hit / (hit + miss + false))
        deltas.append(near / visible)
    return sum(jaccards) / 5, sum(deltas) / 5, sum(flags) / len(flags)


@pytest.mark.parametrize("seed", range(8))
def test_a_second_implementation_agrees_on_random_tracks(seed: int) -> None:
    draw = np.random.default_rng(seed)
    verdicts = []
    for _ in range(40):
        n = int(draw.integers(1, 9))
        true = draw.random((n, 2))
        given = true + draw.normal(0, 6 * PIXEL, (n, 2))
        unread, unflagged = draw.random((2, n)) < 0.1
        verdicts.append(verdict(
            [tuple(map(float, p)) for p in true], [bool(f) for f in draw.random(n) < 0.7],
            [None if u else tuple(map(float, p)) for u, p in zip(unread, given, strict=True)],
            [None if u else bool(f) for u, f in zip(unflagged, draw.random(n) < 0.6, strict=True)],
        ))
    score = score_tracks(verdicts)
    assert (score.jaccard, score.delta, score.occlusion) == pytest.approx(second_implementation(verdicts))


def test_a_row_is_judged_with_its_strata(track_row_of) -> None:
    row = track_row_of("true_motion_point_tracking", 0)
    found = judge_track(row, row.answer)
    assert (found.targets, found.visible) == ((6, 2, 7), (True, True, False))
    assert found.points == found.true_points == ((0.2, 0.6), (0.2, 0.4), (0.2, 0.65))
    assert (found.true_motion, found.camera_moves, found.object_moves) == (True, True, True)
    assert found.other == ((0.5, 0.3), (0.3, 0.3), (0.55, 0.3))
    score = score_tracks([found])
    assert (score.jaccard, score.delta, score.occlusion, score.unparsed) == (1.0, 1.0, 1.0, 0.0)
    visual = judge_track(track_row_of("visual_point_tracking", 0), "no idea")
    assert visual.other == ((0.2, 0.6), (0.2, 0.4), (0.2, 0.65))
    assert visual.points == (None, None, None)


def test_copying_the_query_and_the_other_track_are_baselines(track_row_of) -> None:
    verdicts = [judge_track(track_row_of("true_motion_point_tracking", 0), "no idea")]
    copied = copy_query(verdicts)[0]
    assert (copied.points, copied.visible) == (((0.2, 0.3),) * 3, (True,) * 3)
    assert score_tracks([copied]).delta == 0.0  # the nearest target is 26 pixels away
    picture = other_track(verdicts)[0]
    assert picture.points == ((0.5, 0.3), (0.3, 0.3), (0.55, 0.3))
    assert score_tracks([picture]).occlusion == 1.0
    assert score_tracks([picture]).jaccard == 0.0


def test_where_nothing_moves_copying_is_right(track_row_of) -> None:
    row = track_row_of("visual_point_tracking", 0)
    evidence = json.loads(row.evidence)
    for kind in ("visual", "true_motion"):
        evidence["track"][kind] = [[0.2, 0.3]] * 8
    lines = row.answer.split("\n")
    answer = "\n".join(line.split("(")[0] + "(0.200, 0.300)" + line.split(")")[1] for line in lines)
    still = judge_track(replace(row, evidence=json.dumps(evidence), answer=answer, camera_motion="none"), "")
    assert (still.true_motion, still.camera_moves, still.object_moves) == (False, False, False)
    assert score_tracks(copy_query([still])).delta == 1.0
    assert score_tracks(other_track([still])).jaccard == 1.0


def test_a_row_that_is_no_track_is_refused(row_of, track_row_of) -> None:
    with pytest.raises(ValueError, match="expected a track with its evidence"):
        judge_track(row_of("depth", 0), "")
    with pytest.raises(ValueError, match="expected a track with its evidence"):
        judge_track(track_row_of("visual_point_tracking", 0, answer="to the right"), "")


def test_parts_are_scored_by_themselves() -> None:
    moving, still = right_by(0.0), replace(right_by(100.0), camera_moves=False, true_motion=False)
    by_camera = track_breakdown([moving, still], "camera_moves")
    assert by_camera["moving camera"].jaccard == 1.0
    assert by_camera["static camera"].jaccard == 0.0
    for axis in TRACK_AXES:
        assert sum(part.items for part in track_breakdown([moving, still], axis).values()) == 2
    with pytest.raises(ValueError, match="found axis 'colour'"):
        track_breakdown([moving], "colour")


def test_the_interval_draws_whole_scenes() -> None:
    verdicts = [replace(right_by(0.0 if n % 2 else 100.0), scene=f"s{n}") for n in range(40)]
    interval = track_bootstrap(verdicts)
    assert interval.low < score_tracks(verdicts).jaccard < interval.high
    assert track_bootstrap(verdicts[:1]) is None


def test_sample_files_give_the_verdicts_back(tmp_path: Path, track_row_of) -> None:
    rows = [track_row_of("true_motion_point_tracking", n) for n in (0, 2)]
    verdicts = [judge_track(rows[0], rows[0].answer), judge_track(rows[1], "frame 6: not visible")]
    file = tmp_path / "a.jsonl"
    lines = [json.dumps({"jaccard": asdict(v) | {"benchmark": "b", "counts": []}}) for v in verdicts]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert read_tracks([file]) == verdicts
