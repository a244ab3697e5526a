"""Tracks that need no watching, and pictures that tell the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fourdp_qa.commands import auditing
from fourdp_qa.inspection.audit.checks import MIDDLE
from fourdp_qa.inspection.audit.folds import split_rows
from fourdp_qa.inspection.audit.gains import Finding
from fourdp_qa.inspection.audit.middle_frame import GRID, thumbnail
from fourdp_qa.inspection.audit.report import audit_material
from fourdp_qa.inspection.audit.track_checks import track_scores
from fourdp_qa.inspection.material import Material
from fourdp_qa.questions.evidence import TrackEvidence
from fourdp_qa.rows.details import Evidence, to_json


def tracks(pairs, question_type, visual, true_motion):
    """Forty rows of one point each, asked at frames 3 and 9 of 12; the query is frame 0."""
    track = TrackEvidence(0, tuple(visual), tuple(true_motion), (True,) * 9 + (False,) * 3)
    path = visual if question_type == "visual_point_tracking" else true_motion
    answer = "\n".join(
        f"frame {t}: ({path[t][0]:.3f}, {path[t][1]:.3f}) {'visible' if t < 9 else 'not visible'}"
        for t in (3, 9))
    return [replace(row, question_type=question_type, format="track", category="tracking", answer=answer,
                    evidence=to_json(Evidence("", (), track))) for row in pairs(40)]


RESTING = [(0.1, 0.5)] * 12
PASSING = [(0.1 + 0.06 * t, 0.5) for t in range(12)]


def scores(rows):
    return {s.solver: s for s in track_scores(rows, split_rows(rows).cluster)}


def test_a_point_that_rests_is_copied(pairs):
    found = scores(tracks(pairs, "visual_point_tracking", RESTING, RESTING))["copy_query"]
    assert (found.score, found.error, found.flag, found.targets) == (100, 0, 50, 80)


def test_a_point_that_passes_is_not(pairs):
    found = scores(tracks(pairs, "visual_point_tracking", PASSING, RESTING))["copy_query"]
    assert found.score == 0
    assert not found.easy
    assert found.error == pytest.approx(0.36)


def test_the_visual_track_answers_true_motion_where_both_are_one(pairs):
    same = scores(tracks(pairs, "true_motion_point_tracking", PASSING, PASSING))
    other = scores(tracks(pairs, "true_motion_point_tracking", PASSING, RESTING))
    assert same["visual_track"].easy
    assert other["visual_track"].score == 0
    assert other["copy_query"].easy


def test_visual_targets_outside_are_not_scored(pairs):
    leaving = [(0.1, 0.5)] * 9 + [(1.4, 0.5)] * 3
    assert scores(tracks(pairs, "visual_point_tracking", leaving, RESTING))["copy_query"].targets == 40


def test_a_thumbnail_is_small_and_tells_colours_apart():
    red = np.zeros((32, 32, 3), np.uint8)
    red[..., 0] = 255
    assert thumbnail(red).shape == (GRID * GRID * 4,)
    assert thumbnail(red)[0] == pytest.approx(0.5)
    assert not np.allclose(thumbnail(red), thumbnail(red[..., ::-1]))


def test_a_picture_that_tells_the_answer_is_found(pairs, tmp_path):
    """Bright clips are about what is true, dark ones about what is not."""
    from fourdp_qa.clips.encode import encode_clip

    clips = {}
    for answer, light in (("Yes", 220), ("No", 40)):
        encode_clip(np.full((12, 32, 32, 3), light, np.uint8), tmp_path / f"{answer}.mp4", 12.0)
        clips[answer] = (tmp_path / f"{answer}.mp4").read_bytes()
    rows = [replace(row, file_name=f"{row.scene_id}-{row.answer}.mp4") for row in pairs(400)]
    read = lambda row: clips[row.answer]  # noqa: E731
    audit = audit_material(Material("made up", rows, read, []))
    assert audit.overall[MIDDLE].finding == Finding.SHORTCUT
    assert audit.overall["question"].finding != Finding.SHORTCUT
    assert audit.duplicates.clips == audit.clips - 2
    assert f"  {audit.clips - 2} duplicates, clips with the same bytes" in auditing.lines_of(audit)
