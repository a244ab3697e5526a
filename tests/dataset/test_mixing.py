"""Mixes: given shares of a given number of rows from one pool, balanced as it is, and no new clip."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from dataclasses import replace

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.commands.mixing import weights_of
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.mixing import mix_folder
from fourdp_qa.dataset.validate import validate
from fourdp_qa.dataset.write import publish
from fourdp_qa.errors import FourdpQaError

PER_TYPE = 60
TRUE_MOTION, VISUAL = "true_motion_point_tracking", "visual_point_tracking"


def tree(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def staged(staged_example, tmp_path_factory):
    """Four types of 60 rows and two tracking types of 60, whose labels are uneven."""
    made = staged_example(tmp_path_factory.mktemp("stage"), clips=20, per_type=PER_TYPE)
    verdicts = ("+", "+", "+", "-", "-", "absent", "+-")
    rows = [
        replace(row, evidence=row.evidence.replace('"verdict":"+"', f'"verdict":"{verdicts[n % 7]}"'))
        for n, row in enumerate(made.rows)
    ]
    return replace(made, rows=rows)


@pytest.fixture(scope="module")
def pool(staged, tmp_path_factory):
    out = tmp_path_factory.mktemp("pool") / "pool"
    publish(staged, out)
    return out


@pytest.mark.parametrize(("name", "true_motion", "visual"), [
    ("std", 0, 0), ("tm", 20, 0), ("pt", 0, 20), ("tm_pt", 10, 10)])
def test_named_mixes_have_one_total_and_pass_every_check(pool, tmp_path, name, true_motion, visual):
    counts = mix_folder(pool, tmp_path / name, name, 100)
    rows = DatasetFolder.open(tmp_path / name).rows()
    assert len(rows) == 100
    assert Counter(row.question_type for row in rows) == counts
    assert counts.get(TRUE_MOTION, 0) == true_motion and counts.get(VISUAL, 0) == visual
    assert validate(tmp_path / name) == []


def test_rows_are_the_pools_own(pool, tmp_path):
    mix_folder(pool, tmp_path / "mix", "tm_pt", 90)
    of_pool = {row.id: row for row in DatasetFolder.open(pool).rows()}
    mixed = DatasetFolder.open(tmp_path / "mix")
    assert all(of_pool[row.id] == row for row in mixed.rows())
    assert {(p.scene_id, p.segment) for p in mixed.proofs()} == {
        (row.scene_id, row.segment) for row in mixed.rows()}


def test_weights_are_exact_by_largest_remainder(pool, tmp_path):
    # 4 : 2 : 1 of 50 rows are 28.57, 14.29 and 7.14: the first has the largest remainder. "standard" is
    # the three other standard types, 20 rows each.
    counts = mix_folder(pool, tmp_path / "mix", {"depth": 4, "standard": 2, VISUAL: 1}, 50)
    standard = [counts[t] for t in ("camera_movement", "camera_object_distance", "object_direction")]
    assert (counts["depth"], sum(standard), counts[VISUAL]) == (29, 14, 7)
    assert sorted(standard) == [4, 5, 5]


def test_labels_and_answers_keep_their_shares_within_a_type(pool, tmp_path):
    mix_folder(pool, tmp_path / "mix", "std", 120)
    drawn, of_pool = DatasetFolder.open(tmp_path / "mix"), DatasetFolder.open(pool)

    def label(row):
        return row.format, json.loads(row.evidence)["quantities"][0]["verdict"]

    def answered(row):
        return row.format, row.answer

    for name in drawn.types:
        before, after = of_pool.rows(name), drawn.rows(name)
        by_key = {"format": lambda row: row.format} | (
            # Each within one row of its share in the level above, so within two of its share in the type.
            {"answer": answered} if name == "depth" else {"label": label})
        for key in by_key.values():
            share, found = Counter(map(key, before)), Counter(map(key, after))
            for value, count in share.items():
                assert abs(found[value] - count * len(after) / len(before)) < 2, (name, value)


def test_the_smaller_share_holds_rows_of_the_larger(pool, tmp_path):
    mix_folder(pool, tmp_path / "std", "std", 100)
    mix_folder(pool, tmp_path / "tm", "tm", 100)
    std, tm = ({row.id for row in DatasetFolder.open(tmp_path / n).rows()} for n in ("std", "tm"))
    assert len(tm & std) >= 70, "of the 80 standard rows; rounding moves a few"


def test_clips_are_the_pools_own_files_and_no_more_than_are_used(pool, tmp_path):
    mix_folder(pool, tmp_path / "mix", {"depth": 1}, 5)
    mixed, of_pool = DatasetFolder.open(tmp_path / "mix"), DatasetFolder.open(pool)
    clips = {path.relative_to(mixed.split_folder).as_posix()
             for path in mixed.split_folder.rglob("*.mp4")}
    assert clips == {row.file_name for row in mixed.rows()}
    assert all((mixed.split_folder / c).samefile(of_pool.split_folder / c) for c in clips)


def test_where_links_are_refused_clips_are_copied(pool, tmp_path, monkeypatch):
    mix_folder(pool, tmp_path / "linked", {"depth": 1}, 5)

    def refused(*_):
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refused)
    mix_folder(pool, tmp_path / "copied", {"depth": 1}, 5)
    assert tree(tmp_path / "copied") == tree(tmp_path / "linked")
    assert all(p.stat().st_nlink == 1 for p in (tmp_path / "copied").rglob("*.mp4"))


def test_equal_pools_give_equal_bytes_wherever_they_lie_and_another_seed_others(pool, tmp_path):
    shutil.copytree(pool, tmp_path / "elsewhere")
    mix_folder(pool, tmp_path / "one", "tm", 60, seed=3)
    mix_folder(tmp_path / "elsewhere", tmp_path / "two", "tm", 60, seed=3)
    mix_folder(pool, tmp_path / "other", "tm", 60, seed=4)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert tree(tmp_path / "one")["train/depth.parquet"] != tree(tmp_path / "other")["train/depth.parquet"]


def test_it_says_where_it_comes_from_also_over_two_steps(pool, tmp_path):
    mix_folder(pool, tmp_path / "first", "tm", 100, seed=5)
    mix_folder(tmp_path / "first", tmp_path / "second", {"standard": 3, TRUE_MOTION: 1}, 40)
    said = json.loads((tmp_path / "second" / "generation.json").read_text())["mix"]
    first = DatasetFolder.open(tmp_path / "first")
    assert said["shares"] == {"standard": 0.75, TRUE_MOTION: 0.25}
    assert (said["total"], said["seed"], sum(said["rows"].values())) == (40, 0, 40)
    assert said["pool"]["digest"] == first.digests["all"]
    assert said["pool"]["mix"]["name"] == "tm"
    assert said["pool"]["mix"]["pool"]["digest"] == DatasetFolder.open(pool).digests["all"]
    card = (tmp_path / "first" / "README.md").read_text()
    assert "A mix called `tm`: 100 rows drawn with seed 5" in card
    assert f"| {TRUE_MOTION} | 20 % |" in card


def test_too_few_rows_are_refused_with_what_there_is_and_what_would_do(pool, tmp_path):
    with pytest.raises(FourdpQaError) as refused:
        mix_folder(pool, tmp_path / "mix", "tm", 400)
    assert str(refused.value) == (
        "--total 400: 320 rows of 'standard' wanted (0.8 of 400), found 240; 80 rows of "
        f"'{TRUE_MOTION}' wanted (0.2 of 400), found 60; lower --total to 300 or generate more")
    assert sum(mix_folder(pool, tmp_path / "mix", "tm", 300).values()) == 300
    with pytest.raises(FourdpQaError, match=r"10 rows of 'agent_motion' wanted .*found 0; generate it"):
        mix_folder(pool, tmp_path / "other", {"agent_motion": 1}, 10)
    assert not (tmp_path / "other").exists()


def test_a_draw_that_would_not_load_or_show_is_refused(staged, pool, tmp_path):
    with pytest.raises(FourdpQaError, match=r"the rows drawn with seed 0 are about 1 clip, exp"):
        mix_folder(pool, tmp_path / "mix", "std", 1)
    # Sound in the pool, where the lengths are three, and not in a part of it, where they are two.
    rows = [replace(row, question="q" * (40 + n % 2) + f"{n:04d}") if row.question_type == "depth" else row
            for n, row in enumerate(staged.rows)]
    longer = next(row for row in rows if row.question_type == "depth")
    rows = [replace(row, question=row.question + "?" * 5) if row.id == longer.id else row for row in rows]
    publish(replace(staged, rows=rows), tmp_path / "pool")
    assert validate(tmp_path / "pool") == []
    with pytest.raises(FourdpQaError, match=r"question: the rows drawn with seed \d+ have .* exactly 1,"):
        for seed in range(20):  # one of which leaves the longer question out
            mix_folder(tmp_path / "pool", tmp_path / f"mix-{seed}", {"depth": 1}, 30, seed)


def test_a_counterfactual_group_is_not_torn_apart(staged, tmp_path):
    rows = [replace(row, group_id="g", variant=f"v{n}") for n, row in enumerate(staged.rows[:4])]
    rows += staged.rows[4:]
    publish(replace(staged, rows=rows), tmp_path / "pool")
    with pytest.raises(FourdpQaError, match=r"found \d rows of counterfactual groups"):
        mix_folder(tmp_path / "pool", tmp_path / "mix", "std", 100)


@pytest.mark.parametrize("out", ["", "train/mix", ".."])
def test_the_pool_is_never_written_over(pool, out):
    before = tree(pool)
    with pytest.raises(FourdpQaError, match="found the pool"):
        mix_folder(pool, pool / out, "std", 10)
    assert tree(pool) == before


def test_without_clips_it_mixes_tables(staged_example, tmp_path):
    publish(staged_example(tmp_path / "stage", with_clips=False), tmp_path / "pool")
    mix_folder(tmp_path / "pool", tmp_path / "mix", "tm", 20)
    assert validate(tmp_path / "mix") == []


def test_on_the_command_line(pool, tmp_path):
    words = ["mix", str(pool), "--total", "20", "--out", str(tmp_path / "mix"), "--json", "--mix"]
    made = CliRunner().invoke(main, [*words, "depth=3, standard=1"])
    assert json.loads(made.stdout)["depth"] == 15
    again = CliRunner().invoke(main, [*words, "std"])
    assert again.exit_code == 1 and "--overwrite replaces it" in again.stderr
    assert CliRunner().invoke(main, [*words, "std", "--overwrite"]).exit_code == 0


@pytest.mark.parametrize(("text", "said"), [
    ("depth=1,depth=2", "depth: found twice"), ("depth=", "found 'depth='"), ("depth=1,tm", "found 'tm'")])
def test_weights_that_cannot_be_read_are_named(text, said):
    with pytest.raises(FourdpQaError, match=said):
        weights_of(text)
