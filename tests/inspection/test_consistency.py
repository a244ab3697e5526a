"""Rows of a segment that cannot all be true are found from their words and answers, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.inspection.consistency import find_contradictions
from fourdp_qa.phrasing.references import by_caption
from fourdp_qa.phrasing.templates import fill, question_templates
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.details import Evidence, NamedFrames, ObjectMention, to_json
from fourdp_qa.rows.row import LETTERS, Row

COUNT = 16
CAPTIONS = {1: "red car", 2: "blue cup", 3: "green hat", 4: "white box"}


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """Some hundred generated rows of every type and format."""
    settings = GenerationSettings(
        source="simulator", roots=(), scenes=5, seed=23, size=96, frames=COUNT,
        types=tuple(t.name for t in TYPES), clips=False, per_segment=12)
    return generate(settings, tmp_path_factory.mktemp("generation") / "stage").staged.rows


class Writer:
    """Rows about one made-up segment, in the words of the bank; no statement stands behind them."""

    def __init__(self):
        self.number = 0

    def row(self, kind, answer_format, answer, ids=(), variant="", options=(), form="third", **slots):
        templates = question_templates(kind, answer_format, variant)
        template = next(t for t in templates if t.form.name == form.upper())
        names = {1: "first", 2: "second", 3: "reference"}
        mentions = [ObjectMention(i, CAPTIONS[i], by_caption(CAPTIONS[i]), 0) for i in ids]
        values = {names.get(n, ""): m.reference for n, m in enumerate(mentions, start=1)}
        values |= {"object": mentions[0].reference} if mentions else {}
        values |= {name: by_caption(CAPTIONS[v]) if isinstance(v, int) else v for name, v in slots.items()}
        self.number += 1
        return Row(
            id=f"row-{self.number:02d}", file_name="", question_type=kind, category="", format=answer_format,
            question=fill(template, {s: values[s] for s in template.slots}), options=list(options),
            answer=answer, answer_text=answer, reference_system="camera", naming="caption",
            objects=to_json(mentions), frames=to_json(NamedFrames(COUNT, (0,))),
            evidence=to_json(Evidence("")), margin=1.0, entangled="none", cue_conflict="none",
            camera_motion="none", scene_motion="none", group_id="", variant="", source="made", scene_id="one",
            segment="0000+01x16@12.00", split_unit="one", license="CC-BY-4.0", label_quality="exact",
            seed="0", generator_version="0", schema_version="0", template_id=template.id)

    def nearer(self, near, far, answer="Yes", frame="frame 4"):
        return self.row("depth", "yes_no", answer, (near, far), nearer=near, farther=far,
                        moment=f"in {frame}")

    def nearer_to(self, near, far, reference, answer="Yes"):
        return self.row("object_object_distance", "yes_no", answer, (near, far, reference), nearer=near,
                        farther=far, reference=reference, moment="in frame 4")

    def nearer_at(self, near, frame, far, other, answer="Yes"):
        places = {"nearer": f"{by_caption(CAPTIONS[near])} in frame {frame}",
                  "farther": f"{by_caption(CAPTIONS[far])} in frame {other}"}
        return self.row("multi_view_depth", "yes_no", answer, (near, far), **places)

    def farther(self, more, less, answer="Yes"):
        return self.row("moved_distance", "yes_no", answer, (more, less), more=more, less=less)

    def paths(self, one, two, answer):
        a, b = (by_caption(CAPTIONS[i]) for i in (one, two))
        options = [f"{a} travels farther than {b}", f"{b} travels farther than {a}",
                   "both travel about the same distance", "neither of them moves"]
        return self.row("moved_distance", "multiple_choice", answer, (one, two),
                        options=[o[:1].upper() + o[1:] for o in options])

    def camera(self, claim, answer="Yes"):
        return self.row("camera_movement", "yes_no", answer, claim=claim)

    def distance(self, claim, answer="Yes", ids=(1,), form="base"):
        kind = "camera_object_distance" if len(ids) == 1 else "object_object_distance_change"
        return self.row(kind, "yes_no", answer, ids, form=form, claim=claim)


@pytest.fixture
def write():
    """A new writer of rows."""
    return Writer()


def rows_named(found):
    """Ids of rows in each contradiction."""
    return sorted(tuple(line.split("rows ")[1].split(":")[0].split(", ")) for line in found.contradictions)


def contradictions(*rows):
    """Rows of each contradiction; every row must be readable."""
    found = find_contradictions(rows)
    assert found.unread == []
    return rows_named(found)


def test_generated_rows_are_all_read_and_nothing_contradicts(rows):
    assert {row.format for row in rows} == {"yes_no", "multiple_choice", "free_form", "track"}
    found = find_contradictions(rows)
    assert found.unread == []
    assert found.contradictions == []


def test_two_objects_cannot_each_be_the_nearer(write):
    both = [write.nearer(1, 2), write.nearer(2, 1)]
    assert contradictions(*both) == [("row-01", "row-02")]
    assert contradictions(both[0], replace(both[1], answer="No")) == []
    assert contradictions(both[0], write.nearer(2, 1, frame="frame 8")) == []
    assert contradictions(both[0], replace(both[1], scene_id="two")) == []


def test_a_ring_of_three_is_found_across_types_8_and_10(write):
    assert contradictions(write.nearer(1, 2), write.nearer(2, 3), write.nearer(1, 3)) == []
    ring = (write.nearer(1, 2), write.nearer_at(2, 4, 3, 4), write.nearer(1, 3, "No"))
    assert contradictions(*ring) == [("row-04", "row-05", "row-06")]


def test_a_ring_of_distances_to_one_object_is_found(write):
    ring = (write.nearer_to(1, 2, 4), write.nearer_to(2, 3, 4), write.nearer_to(3, 1, 4))
    assert contradictions(*ring) == [("row-01", "row-02", "row-03")]
    assert contradictions(*ring[:2], replace(ring[2], answer="No")) == []


def test_a_change_of_distance_orders_the_first_and_the_last_frame(write):
    chain = (write.distance("increase"), write.nearer_at(1, 15, 2, 8), write.nearer_at(2, 8, 1, 3))
    last = replace(chain[1], question=chain[1].question.replace("frame 15", "the last frame"))
    first = replace(chain[2], question=chain[2].question.replace("frame 3", "the first frame"))
    assert contradictions(chain[0], last, first) == [("row-01", "row-02", "row-03")]
    assert contradictions(replace(chain[0], answer="No"), last, first) == []


def test_about_the_same_and_shorter_over_a_chain_exclude_each_other(write):
    same = write.paths(1, 3, "C")
    assert contradictions(same, write.farther(1, 2), write.farther(2, 3)) == [("row-01", "row-02", "row-03")]
    assert contradictions(same, write.farther(1, 2)) == []


def test_a_choice_and_a_yes_of_one_thing_are_compared(write):
    assert contradictions(write.paths(1, 2, "B"), write.farther(1, 2)) != []
    assert contradictions(write.paths(1, 2, "B"), write.farther(2, 1)) == []
    assert contradictions(write.paths(2, 1, "A"), write.farther(2, 1, "No")) != []


def test_two_exclusive_claims_cannot_both_be_true(write):
    assert contradictions(write.camera("moves forward"), write.camera("moves backward")) == [
        ("row-01", "row-02")]
    assert contradictions(write.camera("moves forward"), write.camera("moves backward", "No")) == []
    assert contradictions(write.camera("moves forward"), write.camera("moves forward", "No")) != []
    assert contradictions(write.camera("moves forward"), write.camera("pans to the right")) == []


def test_a_camera_that_stays_still_does_nothing_else(write):
    still = write.camera("stays completely still")
    assert contradictions(still, write.camera("pans to the right")) != []
    assert contradictions(still, write.camera("pans to the right", "No")) == []


def test_no_distance_changes_where_nothing_moves(write):
    still, rest = write.camera("stays completely still"), write.paths(1, 2, "D")
    assert contradictions(still, rest, write.distance("increase")) == [("row-01", "row-02", "row-03")]
    assert contradictions(rest, write.distance("increase")) == []
    assert contradictions(still, write.distance("increase")) == []
    assert contradictions(rest, write.distance("decrease", ids=(1, 2))) == [("row-02", "row-06")]


def test_what_does_not_move_does_not_travel_either(write):
    assert contradictions(write.paths(1, 2, "D"), write.farther(1, 3)) == [("row-01", "row-02")]
    assert contradictions(write.paths(1, 2, "D"), write.farther(3, 1)) == []


def flipped(row):
    """The row with the other answer, and with it an option that was false."""
    if row.format == "yes_no":
        return replace(row, answer={"Yes": "No", "No": "Yes"}[row.answer])
    return replace(row, answer=LETTERS[(LETTERS.index(row.answer) + 1) % 4])


def test_flipped_answers_of_generated_rows_come_to_light_where_others_tell(rows):
    """Not all do: a segment must say the same twice."""
    tried = [row for row in rows if row.format in ("yes_no", "multiple_choice")][::7]
    told = 0
    for row in tried:
        here = [flipped(r) if r.id == row.id else r for r in rows
                if (r.scene_id, r.segment) == (row.scene_id, row.segment)]
        found = find_contradictions(here)
        told += bool(found.contradictions)
        assert all(row.id in ids for ids in rows_named(found)), (row.id, found.contradictions)
    assert told >= len(tried) / 5


def test_tracks_of_one_query_agree_on_what_is_visible(rows):
    def frames(row):
        return {line.split(":")[0] for line in row.answer.split("\n")}

    pairs = [(a, b) for a in rows if a.question_type == "visual_point_tracking" for b in rows
             if b.question_type == "true_motion_point_tracking" and a.objects == b.objects
             and (a.scene_id, a.segment) == (b.scene_id, b.segment) and frames(a) & frames(b)]
    assert pairs
    one, other = pairs[0]
    assert find_contradictions([one, other]).contradictions == []
    turned = [line.replace(") not visible", ") visible") if "not" in line
              else line.replace(") visible", ") not visible") for line in one.answer.split("\n")]
    found = find_contradictions([replace(one, answer="\n".join(turned)), other])
    assert rows_named(found)[0] == tuple(sorted((one.id, other.id)))


def test_the_centre_of_an_object_named_by_a_point_is_not_that_point(rows):
    row = next(r for r in rows if r.question_type == "visual_point_tracking" and r.naming == "pixel"
               and ".named_object." not in r.template_id)
    head, _, rest = row.answer.split("\n")[0].partition("(")
    elsewhere = f"{head}(1.500{rest[5:]}"
    other = replace(row, id="other", answer="\n".join([elsewhere, *row.answer.split("\n")[1:]]))
    assert rows_named(find_contradictions([row, other])) == [tuple(sorted((row.id, "other")))]
    centre = replace(other, template_id=other.template_id.replace(".track.", ".named_object.track."))
    assert find_contradictions([row, centre]).contradictions == []


@pytest.mark.parametrize("change", [
    {"question": "What is this?"}, {"template_id": "depth.yes_no.q99"}, {"answer": "Perhaps"},
    {"objects": "[]"},
])
def test_a_row_that_cannot_be_read_is_listed_and_never_passed(write, change):
    row = replace(write.nearer(1, 2), **change)
    found = find_contradictions([row])
    assert len(found.unread) == 1
    assert found.unread[0].startswith(f"row {row.id}: ")
