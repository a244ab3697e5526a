"""One page and one file of numbers; the command fails when it is asked to."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.commands.auditing import PARTS
from fourdp_qa.errors import MissingExtraError
from fourdp_qa.inspection.audit import learning, report
from fourdp_qa.inspection.audit.checks import LOOKING, MIDDLE, READING
from fourdp_qa.inspection.audit.gains import Finding
from fourdp_qa.inspection.audit.page import FIGURES, audit_page
from fourdp_qa.tables import load_table


def larger_is_nearer(pair):
    widths = [box[2] - box[0] for box in pair.boxes]
    pair.nearer = widths.index(max(widths))


@pytest.fixture(scope="module")
def biased(pairs, choices, audited):
    return audited([*pairs(400, larger_is_nearer), *choices(200)])


def test_the_page_says_what_is_wrong_and_where_to_mend_it(biased):
    page = audit_page(biased)
    assert "Size on the picture: a solver that sees this alone gains" in page
    assert "cue conflict" in page
    assert "as much as “Size on the picture”" in page
    for title in ("Depth", "Camera movement", "Licences", "Duplicates"):
        assert title in page


def test_the_strongest_shortcut_of_a_part_stands_above_all_tables(biased):
    part, check, gain = biased.strongest
    assert (part, check) == ("depth", "size")
    assert gain.gain == max(g.gain for g in biased.parts["depth"].values() if g.finding == Finding.SHORTCUT)
    headline = audit_page(biased).split("<main")[0]
    assert f"Strongest in one part: Depth, size on the picture: +{gain.gain:.1f} points" in headline


def test_the_page_explains_itself_before_its_tables(biased):
    page = audit_page(biased)
    assert page.index("How to read this page") < page.index("<table")
    for words in (*FIGURES, "verdict"):
        assert f">{words}</th>" in page
    for words in FIGURES:  # on a phone each number stands under its name
        assert f'data-name="{words}"' in page


def test_the_page_needs_nothing_else(biased):
    page = audit_page(biased)
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|<script|src=", page)
    assert "{{" not in page


def test_every_check_and_finding_has_words():
    texts = load_table("fourdp_qa.inspection.audit", "texts.toml")
    assert set(texts["checks"]) == {check.name for check in (*READING, *LOOKING)} | {MIDDLE}
    assert set(texts["findings"]) == set(Finding)


def test_what_may_be_asked_by_is_the_same_everywhere():
    assert tuple(report.PARTS) == PARTS


def test_by_another_column(pairs, choices, audited):
    assert set(audited([*pairs(80), *choices(80)], by="format").parts) == {"yes_no", "multiple_choice"}


def test_the_same_rows_give_the_same_numbers(biased, pairs, choices, audited):
    again = audited([*pairs(400, larger_is_nearer), *choices(200)])
    assert json.dumps(again.to_plain()) == json.dumps(biased.to_plain())


def run(folder, tmp_path, *options):
    return CliRunner().invoke(main, [
        "audit", str(folder), "--out", str(tmp_path / "page.html"), "--json", str(tmp_path / "a.json"),
        *options])


def test_the_command_writes_page_and_numbers(published, pairs, tmp_path):
    done = run(published(pairs(200, larger_is_nearer)), tmp_path, "--sensitivity")
    assert done.exit_code == 0, done.output
    assert "gain: points beyond guessing" in done.output
    assert ": SHORTCUT" in done.output
    assert "strongest by type: depth, size: gain +" in done.output
    plain = json.loads((tmp_path / "a.json").read_text())
    assert plain["overall"]["size"]["finding"] == "shortcut"
    assert plain["sensitivity"][0]["flips"] == 0
    assert "If the thresholds were others" in (tmp_path / "page.html").read_text()


def test_fail_over_names_what_gains_too_much(published, pairs, tmp_path):
    folder = published(pairs(200, larger_is_nearer))
    failed = run(folder, tmp_path, "--fail-over", "10")
    assert failed.exit_code == 1
    assert "size on all: at least" in failed.output
    assert (tmp_path / "page.html").exists()
    assert run(folder, tmp_path, "--fail-over", "60").exit_code == 0


def test_without_the_extra_one_line_says_what_to_install(published, pairs, tmp_path, monkeypatch):
    def missing():
        raise MissingExtraError("audit", "audit", "scikit-learn")

    monkeypatch.setattr(report, "need_learning", missing)
    done = run(published(pairs(8)), tmp_path)
    assert done.exit_code == 1
    assert "pip install 'fourdp-qa[audit]'" in done.output


def test_the_extra_is_looked_for(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "sklearn", None)
    with pytest.raises(MissingExtraError):
        learning.need_learning()


def test_a_set_too_small_to_judge_is_still_shown(published, pairs, choices, tmp_path):
    folder = published([*pairs(6), *choices(3)])
    done = run(folder, tmp_path, "--fail-over", "0")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "page.html").read_text()
    assert "too few items to tell" in page
    assert "Too few questions to tell whether there is a shortcut: 9 in" in page
    assert "No shortcut found" not in page
    assert "Too few questions to tell whether answers are even." in page
    assert "too few to tell" in done.output
    assert "strongest" not in done.output
