"""From chosen questions to rows: what every row of a generation must be."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from fourdp_qa.dataset.row_checks import row_problems
from fourdp_qa.generate.asks import asks_of
from fourdp_qa.generate.composing import RowComposer, row_id
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.run import generate
from fourdp_qa.questions.entanglement import VALUES
from fourdp_qa.questions.evidence import TrackEvidence
from fourdp_qa.questions.registry import TYPES, get_type
from fourdp_qa.questions.statement import TrackStatement
from fourdp_qa.rows.details import evidence_from_json, frames_from_json, objects_from_json
from fourdp_qa.rows.row import LETTERS

ROW_ID = re.compile(r"sim-[0-9a-f]{8}-s\d\d-t\d\d-[0-9a-f]{6}")
COMPOSITION = composition_called("training")


@pytest.fixture(scope="module")
def rows(generated):
    return generated.staged.rows


@pytest.fixture(scope="module")
def every_row(records):
    """Rows of all questions that could be asked, not only of the chosen ones."""
    composer = RowComposer(0, "sim", COMPOSITION)
    return [
        row for record in records for row, _ in composer.compose(record, asks_of(record, 0))[0]
    ]


def test_every_row_is_sound(every_row):
    assert len(every_row) > 1000
    problems = [line for row in every_row for line in row_problems(row, with_clips=False)]
    assert not problems


def test_ids_are_unique_sorted_and_of_one_form(rows):
    ids = [row.id for row in rows]
    assert ids == sorted(set(ids))
    assert all(ROW_ID.fullmatch(i) for i in ids)
    for row in rows:
        assert f"-t{get_type(row.question_type).number:02d}-" in row.id


def test_the_id_hashes_the_scene(records):
    first, second = (row_id("sim", r, 8, "0a1b2c") for r in records[:2])
    assert first != second
    assert first.endswith("-s00-t08-0a1b2c")


def test_options_hold_the_answer_at_its_letter_and_three_others(every_row):
    choices = [row for row in every_row if row.format == "multiple_choice"]
    assert choices
    for row in choices:
        assert row.options[LETTERS.index(row.answer)] == row.answer_text
        assert len(set(row.options)) == 4
        assert all(option[0].isupper() for option in row.options)


def test_letters_are_even_within_each_type(every_row):
    for kind in {row.question_type for row in every_row}:
        letters = Counter(
            r.answer for r in every_row if r.question_type == kind and r.format == "multiple_choice")
        if letters:
            assert max(letters.values()) - min(letters.values()) <= 1


def test_answers_are_even(rows):
    """Yes and No, per type: within two rows or a tenth as chosen; one may be lost in wording."""
    for kind in {row.question_type for row in rows}:
        answers = Counter(r.answer for r in rows if r.question_type == kind and r.format == "yes_no")
        if answers:
            yes, no = answers["Yes"], answers["No"]
            assert abs(yes - no) <= max(2, 0.1 * max(yes, no)) + 1


def test_evidence_names_the_numbers_behind_the_answer(every_row):
    for row in every_row:
        evidence = evidence_from_json(row.evidence)
        assert evidence.statement
        if row.format == "track":
            assert evidence.track is not None
        else:
            assert evidence.quantities
            assert row.margin >= 0


def test_columns_hold_only_the_listed_values(every_row):
    listed = {
        "category": {t.category for t in TYPES}, "entangled": set(VALUES),
        "cue_conflict": {"none", "size", "height", "both", "screen"},
        "camera_motion": {"none", "low", "high"}, "scene_motion": {"none", "low", "high"},
        "reference_system": {"camera", "object", "screen", "gravity", "world"},
        "naming": {"none", "caption", "pixel", "circle"},
    }
    for column, values in listed.items():
        assert {getattr(row, column) for row in every_row} <= values


def test_objects_are_mentioned_in_the_words_of_the_question(every_row):
    for row in every_row:
        mentions = objects_from_json(row.objects)
        assert bool(mentions) == (row.question_type != "camera_movement")
        if row.format in ("yes_no", "free_form"):
            for mention in mentions:
                assert mention.reference.lower() in row.question.lower()
        if row.naming == "circle":
            colours = [m.circle.colour for m in mentions]
            assert len(set(colours)) == len(colours)
            words = {w for m in mentions for w in m.caption.lower().split()}
            assert not words & set(colours)


def test_naming_modes_come_near_their_shares(every_row):
    named = [r for r in every_row if r.naming != "none" and r.format != "track"]
    for kind in {r.question_type for r in named}:
        modes = Counter(r.naming for r in named if r.question_type == kind)
        total = sum(modes.values())
        assert modes["circle"] <= 0.25 * total + 1
        assert modes["caption"] > 0
        assert modes["pixel"] > 0


def test_tracks_answer_the_asked_frames_in_the_asked_order(every_row):
    tracks = [row for row in every_row if row.format == "track"]
    assert tracks
    for row in tracks:
        frames = frames_from_json(row.frames)
        lines = row.answer.splitlines()
        assert 1 <= len(lines) <= 8
        assert [int(line.split()[1].rstrip(":")) for line in lines] == list(frames.targets)
        assert frames.named[0] not in frames.targets
        assert "-0.000" not in row.answer
        track = evidence_from_json(row.evidence).track
        path = track.visual if row.question_type.startswith("visual") else track.true_motion
        for t, line in zip(frames.targets, lines, strict=True):
            x, y = (float(v) for v in re.findall(r"-?\d\.\d{3}", line))
            assert (x, y) == pytest.approx(path[t], abs=0.00051)
            assert line.endswith(" visible" if track.visible[t] else " not visible")
            assert ("not visible" in line) != track.visible[t]


@pytest.fixture(scope="module")
def leaving(records):
    """A segment whose 200 points are outside the picture in half of the frames, and unseen in some
    of those.
    """
    count = records[0].frame_count
    inside, beyond = (0.4, 0.5), (1.1, 0.5)
    path = tuple(beyond if t % 2 else inside for t in range(count))
    track = TrackEvidence(0, path, path, tuple(t % 4 != 3 for t in range(count)))
    return replace(records[0], tracks=tuple(
        TrackStatement("pixel", i, 1, track, "agree") for i in range(200)))


@pytest.mark.parametrize(("kind", "most"), [
    ("visual_point_tracking", 0.05), ("true_motion_point_tracking", 0.15)])
def test_few_targets_lie_outside_the_picture(leaving, kind, most):
    asks = [a for a in asks_of(leaving, 0) if a.question_type == kind]
    rows = [row for row, _ in RowComposer(0, "sim", COMPOSITION).compose(leaving, asks)[0]]
    targets = [t for row in rows for t in frames_from_json(row.frames).targets]
    outside = [t for t in targets if t % 2]
    assert len(rows) == 200
    assert 0 < len(outside) <= most * len(targets)
    if kind == "true_motion_point_tracking":
        assert all(t % 4 != 3 for t in outside)  # beyond the border only while it is visible


def test_tracks_stay_where_positions_mean_something(every_row):
    for row in every_row:
        if row.format == "track":
            track = evidence_from_json(row.evidence).track
            true_motion = row.question_type == "true_motion_point_tracking"
            for t in frames_from_json(row.frames).targets:
                point = (track.true_motion if true_motion else track.visual)[t]
                border = 0.25 if true_motion else 1.0
                assert all(-border <= c <= 1 + border for c in point)


def test_every_free_form_answer_says_what_holds(every_row):
    for row in every_row:
        if row.format == "free_form":
            assert row.answer == row.answer_text
            assert row.answer[0].isupper()
            assert row.options == []


def test_the_same_questions_give_the_same_rows(records):
    twice = [
        RowComposer(3, "sim", COMPOSITION).compose(records[0], asks_of(records[0], 0))
        for _ in range(2)
    ]
    assert twice[0] == twice[1]


# Ids are stable when other scenes or types change ---------------------------------------------------


def test_rows_of_a_type_keep_their_ids_when_other_types_are_not_asked(
    generated, make_settings, stage, tmp_path
):
    import shutil

    from fourdp_qa.generate.run import SETTINGS_FILE

    alone = tmp_path / "alone"
    shutil.copytree(stage, alone)
    wanted = replace(generated.staged.settings, types=("depth", "camera_movement"))
    (alone / SETTINGS_FILE).write_text(wanted.to_json())
    fewer = generate(wanted, alone).staged.rows
    before = [r.id for r in generated.staged.rows if r.question_type in wanted.types]
    assert [r.id for r in fewer] == before


def test_a_question_keeps_its_id_when_scenes_are_added(generated, make_settings, tmp_path):
    """The same question about the same segment has the same id, whatever else there is."""
    fewer = generate(make_settings(scenes=6), tmp_path / "stage").staged.rows
    more = {r.id: r for r in generated.staged.rows}
    both = [(row, more[row.id]) for row in fewer if row.id in more]
    assert len(both) > 20
    for one, other in both:
        assert (one.scene_id, one.segment, one.question_type, one.format, one.evidence.split(
            '"statement"')[0]) == (
            other.scene_id, other.segment, other.question_type, other.format,
            other.evidence.split('"statement"')[0])
