"""Rows are changed by hand in every way and their folder is verified once: each change is found, and
nothing else.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from dataclasses import dataclass, replace

import pytest
from changed_rows import another_answer, change, spread

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.inspection.verify import verify
from fourdp_qa.inspection.verifying.difference import Difference
from fourdp_qa.rows.row import LETTERS, Row

ANSWERS = 10
"""Wrong answers, over all types and formats in turn."""

CORRUPTIONS = {
    "margin": lambda row: replace(row, margin=row.margin + 0.001),
    "entangled": lambda row: replace(row, entangled="opposite" if row.entangled != "opposite" else "agree"),
    "cue_conflict": lambda row: replace(row, cue_conflict="size" if row.cue_conflict != "size" else "none"),
    "camera_motion": lambda row: replace(row, camera_motion="low" if row.camera_motion != "low" else "high"),
    "reference_system": lambda row: replace(row, reference_system="world"),
    "question": lambda row: replace(row, question=row.question[:-1] + " now?"),
    "license": lambda row: replace(row, license="MIT"),
    "seed": lambda row: replace(row, seed="12"),
    "generator_version": lambda row: replace(row, generator_version="0.0.1"),
    "template_id": lambda row: replace(row, template_id=row.template_id.rsplit(".", 1)[0] + ".q99"),
    "frames": lambda row: replace(row, frames=row.frames.replace('"named":[ 0', '"named":[ 1')),
    "id": lambda row: replace(row, id=row.id[:-6] + "ffffff"),
    "group_id": lambda row: replace(row, group_id=row.id, variant="mirrored"),
    "segment": lambda row: replace(row, segment="0000+02x16@12.00"),
}
EVIDENCE = {
    "value": lambda v: v * 1.001 + 1e-4, "hi": lambda v: v * 1.01, "verdict": lambda v: "inconsistent",
    "extent": lambda v: v + 1e-4, "series": lambda s: [*s[:3], s[3] + 1e-4, *s[4:]],
}


def with_quantity(row, name, value):
    """The row with one field of its first quantity changed."""
    evidence = json.loads(row.evidence)
    quantity = evidence["quantities"][0]
    quantity[name] = value(quantity[name])
    return replace(row, evidence=json.dumps(evidence))


def with_a_wrong_option(row):
    options = [*row.options]
    options[next(n for n, letter in enumerate(LETTERS) if letter != row.answer)] = "Hovers"
    return replace(row, options=options)


def with_two_options_changed_about(row):
    second, first, *rest = row.options
    return replace(row, options=[first, second, *rest], answer_text=first)


def with_its_point_elsewhere(row):
    objects = json.loads(row.objects)
    objects[0]["point"] = [0.001, 0.001]
    return replace(row, objects=json.dumps(objects))


def with_another_caption(row):
    said = json.loads(row.objects)[0]["caption"]
    return replace(row, question=row.question.replace(said, "purple whale"),
                   objects=row.objects.replace(said, "purple whale"))


def with_a_turned_flag(row):
    lines = row.answer.split("\n")
    flag = "not visible" if lines[1].endswith(") visible") else "visible"
    lines[1] = lines[1][:lines[1].index(")") + 2] + flag
    return replace(row, answer="\n".join(lines), answer_text="\n".join(lines))


def has(**columns):
    """Whether a row has these values."""
    return lambda row: all(getattr(row, name) == value for name, value in columns.items())


choice_of_distance = has(format="multiple_choice", question_type="camera_object_distance")
CHANGES = {
    "option": (has(format="multiple_choice", question_type="object_direction"), with_a_wrong_option),
    "options about": (
        lambda row: choice_of_distance(row) and row.answer == "A", with_two_options_changed_about),
    "point": (has(format="yes_no", naming="pixel"), with_its_point_elsewhere),
    "caption": (has(format="yes_no", naming="caption", question_type="camera_object_distance"),
                with_another_caption),
    "flag": (lambda row: row.question_type == "visual_point_tracking" and row.answer.count("\n") >= 2,
             with_a_turned_flag),
    "last digit": (choice_of_distance, lambda row: with_quantity(row, "value", lambda v: v * (1 + 4e-6))),
    "lost scene": (has(format="yes_no"), lambda row: replace(row, scene_id="sim-000011-009999")),
} | {
    f"evidence {name}": (
        choice_of_distance, lambda row, name=name, value=value: with_quantity(row, name, value))
    for name, value in EVIDENCE.items()
} | {
    f"column {name}": (
        lambda row: row.format == "multiple_choice" and '"named":[ 0' in row.frames, changed)
    for name, changed in CORRUPTIONS.items()
}
"""Which row is changed, and how: every change has a row to itself."""


@dataclass(frozen=True)
class Verified:
    """Rows as they were and as they are by the name of the change, and what was found about each."""

    before: dict[str, Row]
    after: dict[str, Row]
    differences: dict[str, list[Difference]]
    unverified: dict[str, str]
    differing: tuple[str, ...]

    def columns(self, name):
        return [d.column for d in self.differences[name]]


@pytest.fixture(scope="module")
def verified(plain, tmp_path_factory):
    folder = tmp_path_factory.mktemp("changed") / "plain"
    shutil.copytree(plain, folder)
    rows = DatasetFolder.open(folder).rows()
    before, after = {}, {}
    for name, (suits, make) in CHANGES.items():
        row = next(row for row in rows if suits(row) and row not in before.values())
        before[name], after[name] = row, make(row)
    taken = {row.id for row in before.values()}
    for n, row in enumerate(spread([row for row in rows if row.id not in taken], ANSWERS)):
        before[f"answer {n}"], after[f"answer {n}"] = row, another_answer(row)
    change(folder, {before[name].id: row for name, row in after.items()})
    found = verify(folder)
    of = defaultdict(list)
    for difference in found.differences:
        of[difference.row_id].append(difference)
    return Verified(before, after, {name: of[row.id] for name, row in after.items()},
                    found.unverified, found.rows_that_differ)


def test_exactly_the_changed_rows_are_found(verified):
    passed = {"last digit", "lost scene"}
    assert verified.differing == tuple(sorted(
        row.id for name, row in verified.after.items() if name not in passed))


@pytest.mark.parametrize("n", range(ANSWERS))
def test_a_wrong_answer_is_named_with_the_right_one(verified, n):
    row = verified.after[f"answer {n}"]
    mine = [d for d in verified.differences[f"answer {n}"] if d.column.startswith("answer")]
    assert any(d.stored in row.answer and d.recomputed != d.stored for d in mine)


@pytest.mark.parametrize("column", CORRUPTIONS)
def test_every_column_changed_by_hand_is_named(verified, column):
    assert column in {found.split(".")[0] for found in verified.columns(f"column {column}")}


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence_changed_by_hand_is_named_with_both_numbers(verified, name):
    differences = verified.differences[f"evidence {name}"]
    assert differences[-1].column.startswith(f"evidence.quantities[0].{name}")
    assert all(d.stored != d.recomputed for d in differences)


def test_the_last_digit_of_evidence_may_be_one_off_for_another_platform(verified):
    assert verified.before["last digit"].evidence != verified.after["last digit"].evidence
    assert verified.columns("last digit") == []


def test_a_wrong_option_is_found_though_the_answer_is_right(verified):
    assert verified.columns("option") == ["options"]


def test_two_options_changed_about_move_the_right_letter(verified):
    difference, _ = verified.differences["options about"]
    assert (difference.column, difference.stored, difference.recomputed) == ("answer", "A", "B")


def test_a_point_that_is_not_on_its_object_is_found_on_the_mask_itself(verified):
    assert any("on object" in d.recomputed for d in verified.differences["point"])


def test_a_caption_of_another_object_is_found(verified):
    assert {"question", "objects"} <= {column.split("[")[0] for column in verified.columns("caption")}


def test_track_lines_are_compared_one_by_one(verified):
    assert verified.columns("flag") == ["answer[1]", "answer_text"]


def test_rows_of_a_scene_that_is_not_there_are_never_passed(verified):
    assert list(verified.unverified) == [verified.after["lost scene"].id]
