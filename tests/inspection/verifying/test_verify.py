"""A folder is proved again from its scenes: nothing differs as generated, and
what cannot be proved is never passed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from changed_rows import FORMATS, another_answer, change, made, of_format, spread
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.errors import FourdpQaError, SourceDataError
from fourdp_qa.inspection.verify import verify
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.scene.storage import write_scene
from fourdp_qa.sources.simulator.source import SimulatorHandle


def test_every_row_as_generated_is_as_its_scene_says(plain):
    rows = DatasetFolder.open(plain).rows()
    assert {row.format for row in rows} == set(FORMATS)
    assert {row.question_type for row in rows} >= {t.name for t in TYPES if t.number != 5}
    found = verify(plain)
    assert (found.rows, found.differences, found.unverified) == (len(rows), [], {})
    assert found.ok


def test_scenes_that_cannot_be_opened_are_never_passed(copy, monkeypatch):
    folder = copy("plain")
    rows = DatasetFolder.open(folder).rows()
    lost = rows[0].scene_id
    really_open = SimulatorHandle.open

    def fail(handle):
        if handle.scene_id == lost:
            raise SourceDataError("scene.bin", "", found="nothing", expected="a scene")
        return really_open(handle)

    monkeypatch.setattr(SimulatorHandle, "open", fail)
    found = verify(folder)
    assert set(found.unverified) == {row.id for row in rows if row.scene_id == lost}
    assert not found.ok
    assert not found.differences


def test_a_sample_is_a_sample_and_always_the_same(plain):
    first, second = verify(plain, sample=20), verify(plain, sample=20)
    assert first.rows == second.rows == 20
    assert first.ok


def test_a_benchmark_needs_no_settings_and_its_wrong_rows_are_found(filmed, tmp_path):
    opened = DatasetFolder.open(filmed)
    rows = [row for row in opened.rows() if row.format != "free_form"]
    out = tmp_path / "bench"
    write_benchmark(rows, opened.split_folder, out, "tiny")
    assert verify(out).ok
    wrong = another_answer(next(row for row in rows if row.format == "yes_no"))
    other = tmp_path / "wrong"
    write_benchmark([wrong if row.id == wrong.id else row for row in rows], opened.split_folder, other, "x")
    assert verify(other).rows_that_differ == (wrong.id,)


def test_groups_of_variants_are_verified_with_their_group(tmp_path):
    types = tuple(t.name for t in TYPES if t.category != "tracking")
    folder = made(tmp_path, scenes=1, groups=True, types=types)
    rows = DatasetFolder.open(folder).rows()
    assert len({row.variant for row in rows}) >= 4
    assert verify(folder).ok
    row = rows[0]
    change(folder, {row.id: replace(row, group_id=row.group_id[:-1] + "x")})
    assert [d.column for d in verify(folder).differences] == ["group_id"]


def test_recorded_scenes_are_read_from_their_roots(tmp_path):
    root = tmp_path / "scenes"
    root.mkdir()
    for index in range(2):
        write_scene(SimulatorHandle(11, index, 96, 16).open(), root / f"scene-{index}")
    folder = made(tmp_path, source="stored", roots=(str(root),), scenes=None, size=64, clips=True,
                  per_segment=2)
    assert verify(folder, [root]).ok
    rows = DatasetFolder.open(folder).rows()
    assert set(verify(folder, [root / "scene-0"]).unverified) < {row.id for row in rows}
    without = verify(folder)
    assert set(without.unverified) == {row.id for row in rows}
    assert not without.ok
    change(folder, {rows[0].id: replace(rows[0], source="kubric")})
    assert [d.column for d in verify(folder, [root]).differences] == ["source"]


def test_data_that_no_source_of_the_folder_reads_are_refused(plain, tmp_path):
    with pytest.raises(FourdpQaError, match=r"found a ROOT, expected none: .* again by simulator"):
        verify(plain, [tmp_path])


def test_a_folder_of_another_version_is_refused(copy):
    folder = copy("plain")
    rows = DatasetFolder.open(folder).rows()
    change(folder, {row.id: replace(row, generator_version="0.0.1") for row in rows})
    done = CliRunner().invoke(main, ["verify", str(folder), "--workers", "1"])
    assert done.exit_code == 1
    assert "generator_version: found 0.0.1, expected" in done.output


def test_the_command_exits_with_one_and_lists_both_values(copy, plain):
    ok = CliRunner().invoke(main, ["verify", str(plain), "--workers", "1", "--sample", "30"])
    assert ok.exit_code == 0, ok.output
    folder = copy("plain")
    row = of_format(folder, "yes_no")
    change(folder, {row.id: another_answer(row)})
    done = CliRunner().invoke(main, ["verify", str(folder), "--workers", "1"])
    assert done.exit_code == 1
    other = {"Yes": "No", "No": "Yes"}[row.answer]
    assert f"row {row.id}: answer: stored '{other}', recomputed '{row.answer}'" in done.output
    assert "answer: 1 rows differ" in done.output
    as_json = CliRunner().invoke(main, ["verify", str(folder), "--workers", "1", "--json"])
    assert json.loads(as_json.stdout)["by_column"]["answer"] == 1


@pytest.mark.long
def test_five_thousand_rows_and_fifty_corrupted_answers(tmp_path):
    folder = made(tmp_path, scenes=60, size=96, per_segment=12)
    rows = DatasetFolder.open(folder).rows()
    assert len(rows) >= 5000
    found = verify(folder, workers=2)
    assert (found.rows, found.differences, found.unverified) == (len(rows), [], {})
    assert found.ok
    wrong = [another_answer(row) for row in spread(rows, 50)]
    assert {row.format for row in wrong} == set(FORMATS)
    assert {row.question_type for row in wrong} == {t.name for t in TYPES}
    change(folder, {row.id: row for row in wrong})
    assert verify(folder, workers=2).rows_that_differ == tuple(sorted(row.id for row in wrong))
