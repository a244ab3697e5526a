"""Answers derived a second time, from the words of the row and the poses of the scene alone.

The re-derivation shares no code with the rooms that measure, ask and select: what it knows are the
published rules, the words of the phrasing data and the numbers a Scene holds.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from rederivation.answers import check
from rederivation.numbers import compared_numbers

EVERY_KIND = {
    ("camera_movement", "yes_no"), ("camera_movement", "multiple_choice"),
    ("camera_movement", "free_form"),
    ("camera_object_distance", "yes_no"), ("camera_object_distance", "multiple_choice"),
    ("camera_object_distance", "free_form"),
    ("object_direction", "multiple_choice"), ("object_direction", "free_form"),
    ("depth", "yes_no"), ("depth", "multiple_choice"),
    ("visual_point_tracking", "track"), ("true_motion_point_tracking", "track"),
}
SKIPPED_AT_MOST = 0.02
"""Share of rows that may hang on a threshold: a proof that skips more proves little."""
SETTLED_FLAGS = 0.97
"""Share of a track's flags that must not depend on the tolerance of the ray."""


@pytest.fixture(scope="module")
def small(generate):
    """Rows of a small generation, and their worlds."""
    return generate(scenes=24, size=96, frames=14)


@pytest.fixture(scope="module")
def checked(small):
    rows, worlds = small
    return [check(row, worlds[row["scene_id"]]) for row in rows]


def report(results):
    """Everything that contradicts a row, one line each, for the failure message."""
    return "\n".join(
        f"{r.row['id']} {r.row['scene_id']} {r.row['question_type']} {r.row['format']}: {problem}"
        for r in results for problem in r.problems
    )


def assert_all_agree(results, at_least):
    compared = [r for r in results if not r.skipped]
    assert report(compared) == ""
    agreed = [r for r in compared if r.derived is not None]
    assert len(agreed) == len(compared) >= at_least
    assert {(r.row["question_type"], r.row["format"]) for r in agreed} == EVERY_KIND
    assert len(results) - len(compared) <= SKIPPED_AT_MOST * len(results)
    flags = sum(r.row["answer"].count("visible") for r in compared if r.row["format"] == "track")
    assert sum(r.grey_flags for r in compared) <= (1 - SETTLED_FLAGS) * flags


def test_every_answer_is_derived_again_and_agrees(checked):
    assert_all_agree(checked, at_least=300)


def test_every_number_of_the_evidence_is_found_again(checked):
    found = [compared_numbers(result) for result in checked if result.series]

    assert [line for _, differences in found for line in differences] == []
    assert sum(count for count, _ in found) >= 5000


def test_yes_and_no_and_all_letters_are_among_the_answers(checked):
    answers = Counter(r.derived for r in checked if r.row["format"] in ("yes_no", "multiple_choice"))

    assert set(answers) >= {"Yes", "No", "A", "B", "C", "D"}


def falsified(row):
    """Rows like `row` whose answer is another one."""
    if row["format"] == "yes_no":
        return [row | {"answer": "No" if row["answer"] == "Yes" else "Yes"}]
    if row["format"] == "multiple_choice":
        return [row | {"answer": letter} for letter in "ABCD" if letter != row["answer"]]
    first, _, rest = row["answer"].partition("\n")
    x = re.search(r"\((-?\d+\.\d+)", first)[1]
    moved = first.replace(f"({x}", f"({float(x) + 0.002:.3f}", 1) + "\n" * bool(rest) + rest
    return [row | {"answer": moved}]


def test_a_falsified_answer_is_found_out(small):
    rows, worlds = small
    wrong = [w for row in rows[::5] if row["format"] != "free_form" for w in falsified(row)]

    unnoticed = [
        (row["id"], row["answer"]) for row in wrong
        if not (result := check(row, worlds[row["scene_id"]])).problems and not result.skipped
    ]

    assert len(wrong) > 60
    assert unnoticed == []


def test_a_swapped_option_is_found_out(small):
    rows, worlds = small
    chosen = [row for row in rows if row["format"] == "multiple_choice"][::3]

    for row in chosen:
        doubled = list(row["options"])
        true = "ABCD".index(row["answer"])
        doubled[(true + 1) % 4] = doubled[true]
        result = check(row | {"options": doubled}, worlds[row["scene_id"]])
        assert result.problems or result.skipped


def test_a_falsified_free_answer_is_found_out(small):
    rows, worlds = small
    opposite = {"to the right": "to the left", "forward": "backward", "increas": "decreas"}
    wrong = [
        row | {"answer": re.sub(rf"\b{true}", false, row["answer"])}
        for row in rows if row["format"] == "free_form"
        for true, false in opposite.items() if re.search(rf"\b{true}", row["answer"])
    ]

    results = [check(row, worlds[row["scene_id"]]) for row in wrong]

    assert len(wrong) >= 5
    assert [r.row["id"] for r in results if not r.problems and not r.skipped] == []


def test_the_re_derivation_shares_no_code_with_what_it_checks():
    allowed = {"fourdp_qa.sources.registry", "fourdp_qa.sources.simulator.catalogue"}
    imported = set()
    for file in sorted((Path(__file__).parent / "rederivation").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module]
            imported |= {name for name in names if name.startswith("fourdp_qa")}

    assert imported == allowed


@pytest.mark.long
def test_two_thousand_labels_agree(generate):
    results = []
    for seed, size, frames in ((1, 112, 16), (2, 64, 32), (3, 160, 24)):
        rows, worlds = generate(scenes=60, size=size, frames=frames, seed=seed)
        results += [check(row, worlds[row["scene_id"]]) for row in rows]

    assert_all_agree(results, at_least=2000)
