"""The n-gram baseline: it finds what the wording gives away, in other scenes only."""

from __future__ import annotations

import pytest

from fourdp_qa.errors import FourdpQaError
from fourdp_qa.eval_tasks.baselines.baseline import make_baseline
from fourdp_qa.eval_tasks.baselines.text_prior import rows_of_folder


def leaky(row_of, items: int = 24):
    """Yes is right where the question says "slowly"; of the options the longest phrase is right."""
    rows = []
    for n in range(items):
        yes = n % 3 == 0
        rows.append(row_of("depth", n, question=f"Is it the box, {'slowly' if yes else 'quickly'}?",
                           answer="Yes" if yes else "No", split_unit=f"scene-{n // 2}"))
        letters = "ABCD"[n % 4:] + "ABCD"[: n % 4]
        by_letter = dict(zip(letters, ("turns around at once", "up", "down", "left"), strict=True))
        rows.append(row_of(
            "camera_movement", 2 * n, options=[by_letter[k] for k in "ABCD"], answer=letters[0],
            id=f"tst-{n}", split_unit=f"scene-{n // 2}"))
    return rows


def test_a_planted_leak_is_learned_from_the_other_scenes(row_of) -> None:
    rows = leaky(row_of)
    baseline = make_baseline("ngram", asked=rows)
    assert [baseline.answer(row, "") for row in rows] == [row.answer for row in rows]


def test_the_questions_own_scene_is_not_learned_from(row_of) -> None:
    """A word that only one scene uses tells nothing about that scene."""
    rows = [row_of("depth", n, question="Is it?", split_unit=f"scene-{n // 2}") for n in range(12)]
    own = [row_of("depth", 20 + n, question="Is it zebra?", answer="No", split_unit="zoo") for n in range(6)]
    asked = make_baseline("ngram", asked=[*rows, *own])
    without = make_baseline("ngram", asked=rows)
    assert asked.answer(own[0], "") == without.answer(own[0], "") == "Yes"
    elsewhere = row_of("depth", 40, question="Is it zebra?", answer="No", split_unit="elsewhere")
    assert asked.answer(elsewhere, "") == "No"


def test_a_type_never_seen_elsewhere_gets_the_constant_answer(row_of) -> None:
    one = row_of("depth", 0, answer="No")
    assert make_baseline("ngram", asked=[one]).answer(one, "") == "Yes"


def test_it_learns_from_the_tables_of_a_folder(row_of, write_folder, tmp_path) -> None:
    folder = write_folder(tmp_path / "train", leaky(row_of, 8))
    assert len(list(rows_of_folder(folder))) == 16
    baseline = make_baseline("ngram", train=str(folder))
    asked = row_of("depth", 1, question="Does it, slowly?", answer="Yes", split_unit="another")
    assert baseline.answer(asked, "") == "Yes"


def test_a_folder_without_rows_is_said(tmp_path) -> None:
    with pytest.raises(FourdpQaError, match="found no table of rows"):
        make_baseline("ngram", train=str(tmp_path))
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 not")
    with pytest.raises(FourdpQaError, match=r"bad\.parquet: cannot be read"):
        make_baseline("ngram", train=str(tmp_path))
