"""Each quota of a benchmark is counted over its rows, and a planted miss is said with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fourdp_qa.dataset.quotas import count_quotas

ASKED = {"moved_distance": 40, "depth": 40, "object_direction": 40}


@pytest.fixture
def rows(staged_example, tmp_path):
    """A hundred and twenty rows that meet every quota, from three sources."""
    base = staged_example(tmp_path, per_type=1, with_clips=False).rows[0]
    made = []
    for kind in ASKED:
        for n in range(40):
            form = "multiple_choice" if kind == "object_direction" else "yes_no"
            answer = "ABCD"[n % 4] if form == "multiple_choice" else ("Yes", "No")[n % 2]
            made.append(replace(
                base, id=f"{kind}-{n:02d}", question_type=kind, format=form, answer=answer,
                entangled=("opposite", "different", "agree", "agree")[n % 4 if n % 8 < 4 else 3 - n % 4],
                cue_conflict=("size", "both", "none", "height", "none")[n % 5],
                camera_motion=("none", "low", "high")[n % 3],
                reference_system=("camera", "screen", "object")[n % 3],
                naming=("caption", "pixel", "circle")[n % 3], source=("one", "two", "three")[n % 3],
                scene_id=f"scene {n // 2}",
            ))
    return made


LABELS = ("toward", "away")


def labels(rows):
    return {row.id: (LABELS[n % 2],) for n, row in enumerate(rows)}


def missed(rows, asked=ASKED):
    return {(r.question_type, r.quota): r for r in count_quotas(rows, labels(rows), asked) if not r.met}


def test_rows_that_meet_every_quota_miss_none(rows):
    assert missed(rows) == {}
    assert all(result.reason == "" for result in count_quotas(rows, labels(rows), ASKED))


def changed(rows, kind, **changes):
    return [replace(r, **changes) if r.question_type == kind else r for r in rows]


@pytest.mark.parametrize(("kind", "changes", "quota"), [
    ("moved_distance", {"entangled": "agree"}, "the picture is misread"),
    ("object_direction", {"entangled": "different"}, "the picture seems to say the opposite"),
    ("depth", {"camera_motion": "none"}, "the camera moves"),
    ("depth", {"answer": "Yes"}, "Yes and No apart, items"),
    ("object_direction", {"answer": "A"}, "A and B and C and D apart, items"),
    ("depth", {"naming": "caption"}, "named by circle"),
    ("depth", {"source": "one"}, "largest source"),
    ("depth", {"scene_id": "one", "segment": "one"}, "items from one segment"),
])
def test_a_planted_miss_is_found_with_a_reason(rows, kind, changes, quota):
    found = missed(changed(rows, kind, **changes))
    assert (kind, quota) in found
    assert found[kind, quota].reason
    assert {name for name, _ in found} == {kind}, "and nowhere else"


@pytest.mark.parametrize(("always", "missed_cues"), [
    ("none", {"size", "height"}), ("both", {"size", "height"}), ("size", {"size", "height"}),
])
def test_each_cue_of_nearness_misleads_by_itself_neither_seldom_nor_mostly(rows, always, missed_cues):
    found = missed(changed(rows, "depth", cue_conflict=always))
    assert set(found) == {("depth", f"{cue} says another is nearer, of two") for cue in missed_cues}


def test_among_four_a_cue_must_mislead_more_often(rows):
    """Two of five are enough for pairs; of four options the cue is then right in three of five."""
    fours = [
        replace(r, format="multiple_choice", answer="ABCD"[n % 4]) if r.question_type == "depth" else r
        for n, r in enumerate(rows)
    ]
    assert set(missed(fours)) == {
        ("depth", f"{cue} says another is nearer, of four") for cue in ("size", "height")}


def test_a_rare_reference_system_is_found(rows):
    few = [replace(r, reference_system="screen" if n % 10 else "object") for n, r in enumerate(rows)]
    assert ("object_direction", "seen from: object") in missed(few)


def test_a_label_that_is_hardly_misread_is_named(rows):
    biased = [
        replace(r, entangled="agree" if n % 2 and n % 11 else "opposite") for n, r in enumerate(rows)
    ]
    found = missed(biased)
    assert ("moved_distance", "the picture is misread, least of all labels: away") in found
    assert ("moved_distance", "the picture is misread") not in found, "over all labels it is enough"


def test_too_few_items_are_said_in_one_line(rows):
    found = missed(rows[:30] + rows[40:])["moved_distance", "items"]
    assert found.line == (
        "moved_distance: items: found 30, wanted at least 40 "
        "(these scenes give no more: try more --scenes or a larger --per-segment)")


def test_a_type_without_a_row_is_missed_once(rows):
    found = missed([r for r in rows if r.question_type != "depth"])
    assert set(found) == {("depth", "items")}


def test_one_source_is_said_once(rows):
    found = missed([replace(r, source="one") for r in rows])
    assert set(found) == {("all types", "largest source")}
