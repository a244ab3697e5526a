"""Real folders: with clips, without, a benchmark; and the page in a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fourdp_qa.dataset.benchmark import write_benchmark
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.inspection.audit.checks import MIDDLE
from fourdp_qa.inspection.audit.page import audit_page, write_audit
from fourdp_qa.inspection.audit.report import audit_folder


@pytest.fixture(scope="module")
def audit(squares):
    return audit_folder(squares, sensitivity=True)


def test_every_type_is_counted(audit, squares):
    rows = DatasetFolder.open(squares).rows()
    counted = {name: sum(found.values()) for name, found in audit.tables["formats"].items()}
    assert sum(counted.values()) == audit.rows == len(rows)
    assert set(counted) == {row.question_type for row in rows}


def test_clips_are_looked_at_where_there_are_some(audit, squares_without_clips):
    without = audit_folder(squares_without_clips)
    assert audit.overall[MIDDLE].items > 0
    assert MIDDLE not in without.overall
    assert without.duplicates.clips is None


def test_a_benchmark_folder_gives_the_same_answers(audit, squares, tmp_path):
    folder = DatasetFolder.open(squares)
    rows = [row for row in folder.rows() if row.format != "free_form"]
    write_benchmark(rows, folder.split_folder, tmp_path / "bench", "squares-mini")
    found = audit_folder(tmp_path / "bench", sensitivity=True)
    assert found.rows == len(rows)
    assert found.clips == audit.clips
    assert {n: g.items for n, g in found.overall.items()} == {n: g.items for n, g in audit.overall.items()}
    assert [s.verdicts for s in found.sensitivity] == ["rows"]


def test_a_hostile_name_is_only_text(audit, hostile):
    assert hostile not in audit_page(audit)
    assert "<script" not in audit_page(replace(audit, name=hostile))


def test_the_page_opens_without_an_error_and_fits(browser, audit, tmp_path):
    page = write_audit(audit, tmp_path)
    for width in (390, 1280):
        browser.open(page, width=width)
        assert browser.run("document.documentElement.scrollWidth <= window.innerWidth")
        assert browser.errors == []
        assert [url for url in browser.requests if not url.startswith(("file:", "data:"))] == []
