"""The thresholds page: every quantity by its place in its band, with what became of it, for each source."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from fourdp_qa.cli import main
from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.dataset.write import publish
from fourdp_qa.generate.run import generate
from fourdp_qa.generate.settings import GenerationSettings
from fourdp_qa.inspection.threshold_counts import (
    ABSENT,
    BAND,
    BINS_PER_BAND,
    KEPT,
    REACH,
    count_rows,
    outcome,
    place_in_band,
)
from fourdp_qa.inspection.thresholds_page import render_thresholds, write_thresholds_page
from fourdp_qa.inspection.wording import type_title
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.registry import TYPES
from fourdp_qa.rows.details import Evidence, to_json


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A few simulated scenes without clips."""
    tmp = tmp_path_factory.mktemp("thresholds")
    settings = GenerationSettings(
        source="simulator", roots=(), scenes=2, seed=2, size=96, frames=16,
        types=tuple(t.name for t in TYPES), clips=False, per_segment=6)
    publish(generate(settings, tmp / "stage").staged, tmp / "out")
    return tmp / "out"


def pan(extent, verdict="absent", lo=2.0, hi=8.0):
    """A turn over the clip by so many degrees."""
    return Quantity("pan", "degrees", extent, extent, lo, hi, verdict, (0.0, extent))


def nearer(value, verdict):
    return Quantity("ln_distance_ratio", "natural log", value, abs(value), -0.2, 0.2, verdict)


def rows_with(folder, *quantities, source="simulator"):
    """One row for each quantity, each of a scene of its own."""
    row = DatasetFolder.open(folder).rows("camera_movement")[0]
    return [replace(row, source=source, scene_id=f"scene-{n}", evidence=to_json(Evidence("", (q,))))
            for n, q in enumerate(quantities)]


def test_a_motion_is_placed_by_its_extent_between_lo_and_hi():
    assert [place_in_band(pan(x)) for x in (2.0, 5.0, 8.0, 14.0)] == [0.0, 0.5, 1.0, 2.0]
    assert place_in_band(pan(-0.0)) == pytest.approx(-1 / 3)


def test_a_comparison_is_placed_by_its_value_with_its_sign():
    assert place_in_band(nearer(0.0, "undecided")) == pytest.approx(0.5)
    assert place_in_band(nearer(0.4, "+")) == pytest.approx(1.5)
    assert place_in_band(nearer(-0.4, "-")) == pytest.approx(-0.5)


def test_a_single_limit_is_one():
    assert place_in_band(pan(0.02, lo=0.01, hi=0.01)) == pytest.approx(2)
    assert outcome(pan(0.005, "+", lo=0.01, hi=0.01)) == ABSENT


def test_what_becomes_of_a_quantity():
    assert outcome(pan(5.0, "undecided")) == BAND
    assert outcome(pan(9.0, "+")) == KEPT
    assert outcome(pan(1.0, "absent")) == ABSENT
    assert outcome(nearer(-0.4, "-")) == KEPT
    # "It stands still" is true where nothing is measured.
    assert outcome(pan(1.0, "+")) == ABSENT


def test_one_measurement_counts_once_however_many_rows_rest_on_it(folder):
    row = rows_with(folder, pan(9.0, "+"))[0]
    again = replace(row, id="another", format="multiple_choice")
    (counts,) = count_rows([row, again])
    assert counts.sources["simulator"].outcomes == {KEPT: 1}
    (counts,) = count_rows([row, replace(again, scene_id="elsewhere")])
    assert counts.sources["simulator"].outcomes == {KEPT: 2}


def test_bins_hold_everything_the_outermost_ones_what_lies_beyond(folder):
    rows = rows_with(folder, pan(1.0), pan(2.1, "undecided"), pan(9.5, "+"), pan(900.0, "+"))
    (counts,) = count_rows(rows)
    last = (REACH + 1) * BINS_PER_BAND - 1
    assert counts.sources["simulator"].bins == {
        (-1, ABSENT): 1, (0, BAND): 1, (BINS_PER_BAND + 1, KEPT): 1, (last, KEPT): 1}
    assert (counts.first_bin, counts.last_bin) == (-1, last)


def test_shares_are_said_for_each_source(folder):
    rows = rows_with(folder, pan(1.0), pan(5.0, "undecided"), pan(9.0, "+"), pan(10.0, "+"))
    rows += rows_with(folder, pan(1.0), source="kubric")
    page = render_thresholds("name", "basis", count_rows(rows))
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    said = [re.sub(r"<[^>]+>", " ", caption).split("  ") for caption in captions]
    assert [" ".join(" ".join(words).split()) for words in said] == [
        "kubric 1 measured 0% kept 0% in the band 100% absent",
        "simulator 4 measured 50% kept 25% in the band 25% absent"]


def test_bars_add_up_to_what_was_measured(folder):
    counts = count_rows(rows_with(folder, *(pan(9.0 + n / 100, "+") for n in range(3)), pan(1.0)))
    page = render_thresholds("name", "basis", counts)
    bars = {kind: [float(h) for h in re.findall(rf'<rect class="{kind}"[^>]* height="([\d.]+)"', page)]
            for kind in (KEPT, BAND, ABSENT)}
    assert sum(bars[KEPT]) == pytest.approx(3 * sum(bars[ABSENT]), rel=1e-3)
    assert bars[BAND] == []


def test_the_band_is_drawn_and_said_in_the_unit_of_the_quantity(folder):
    page = render_thresholds("name", "basis", count_rows(rows_with(folder, pan(30.0, "+"))))
    assert "Absent up to 2, counts from 8 degrees." in page
    assert page.count('class="between"') == 1
    assert ">lo</text>" in page
    assert ">hi</text>" in page


def test_the_page_is_one_file_and_escapes_what_it_did_not_write(folder, tmp_path):
    rows = rows_with(folder, pan(9.0, "+"), source="<script>alert(1)</script>")
    page = render_thresholds("<b>", "basis", count_rows(rows))
    assert "<script>" not in page
    assert "Thresholds: &lt;b&gt;" in page
    written = write_thresholds_page(folder, tmp_path / "deep" / "page.html")
    text = written.read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="|url\(', text)
    assert {type_title(t.name) for t in TYPES if t.number < 12} >= set(
        re.findall(r"<h2>(.*?)</h2>", text))


def test_all_statements_have_more_in_the_band_than_what_was_asked(folder, tmp_path):
    def in_band(path):
        shares = [int(s) for s in re.findall(r"(\d+)% in the band", path.read_text(encoding="utf-8"))]
        return sum(shares) / len(shares)

    asked = write_thresholds_page(folder, tmp_path / "asked.html")
    everything = write_thresholds_page(folder, tmp_path / "all.html", scenes=2)
    assert in_band(everything) > in_band(asked)
    assert "All statements of 2 of its scenes" in everything.read_text(encoding="utf-8")


def test_the_command_says_where_the_page_is(folder, tmp_path):
    page = tmp_path / "page.html"
    done = CliRunner().invoke(main, ["thresholds", str(folder), "--out", str(page)])
    assert done.exit_code == 0, done.output
    assert done.output.endswith(f"page: {page}\n")
    assert page.stat().st_size < 400_000


def test_a_folder_of_data_that_nothing_reads_is_refused(folder, tmp_path):
    page = tmp_path / "page.html"
    for options, said in (([], "add --scenes N"), (["--scenes", "1"], "are made again by simulator")):
        done = CliRunner().invoke(main, ["thresholds", str(folder), "data", "--out", str(page), *options])
        assert done.exit_code == 1
        assert "data: found a ROOT" in done.output
        assert said in done.output
    assert not page.exists()


@pytest.mark.parametrize("width", [1200, 390])
def test_the_page_fits_its_window(folder, tmp_path, browser, width):
    page = write_thresholds_page(folder, tmp_path / "page.html")
    browser.open(page, width=width)
    assert browser.errors == []
    assert browser.run("document.documentElement.scrollWidth <= innerWidth")
    assert browser.run("""[...document.querySelectorAll('.histogram')].every(svg => {
        const box = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text, rect')].every(part => {
            const own = part.getBoundingClientRect();
            return own.left >= box.left - 1 && own.right <= box.right + 1
                && own.top >= box.top - 1 && own.bottom <= box.bottom + 1;
        });
    })""")
