"""`explain`: the numbers of the row, in words, drawn, and nothing else."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from fourdp_qa.dataset.folder import DatasetFolder
from fourdp_qa.errors import FourdpQaError
from fourdp_qa.inspection.explain import (
    explain,
    explanation_text,
    render_explanation_html,
    write_explanation,
)
from fourdp_qa.inspection.wording import number

FIRST = "sqr-00000000-s00"
ALL = [f"{FIRST}-t01-0000", f"{FIRST}-t01-0001", f"{FIRST}-t01-0002", f"{FIRST}-t02-0000",
       f"{FIRST}-t04-0000", f"{FIRST}-t04-0001", f"{FIRST}-t08-0000", f"{FIRST}-t12-0000",
       f"{FIRST}-t13-0000"]


@pytest.mark.parametrize("row_id", ALL)
def test_the_evidence_is_the_rows_own(squares, evidence_of, row_id):
    explanation = explain(squares, row_id)
    stored = evidence_of(DatasetFolder.open(squares).row(row_id))
    assert explanation.evidence.statement == stored["statement"]
    assert len(explanation.reasons) == len(stored["quantities"])
    for quantity, item in zip(explanation.evidence.quantities, stored["quantities"], strict=True):
        for name in ("value", "extent", "lo", "hi", "verdict"):
            assert getattr(quantity, name) == item[name]
        assert list(quantity.series) == item["series"]


def test_a_sentence_says_value_and_threshold_of_the_evidence(squares):
    explanation = explain(squares, f"{FIRST}-t01-0001")
    (quantity,), ((title, sentence),) = explanation.evidence.quantities, explanation.reasons
    assert title == "Camera, sideways"
    assert sentence.startswith(number(quantity.value))
    assert number(quantity.hi) in sentence
    assert sentence.endswith("so the camera moves to the right.")


def test_logarithms_are_said_as_factors(squares):
    explanation = explain(squares, f"{FIRST}-t02-0000")
    (quantity,), ((_, sentence),) = explanation.evidence.quantities, explanation.reasons
    assert sentence.startswith(f"×{number(math.exp(quantity.value))} times its first value")
    assert "so the distance decreases" in sentence


def test_the_plot_ends_where_the_series_ends(squares):
    """The drawn line, measured against its two thresholds, gives the evidence's value back."""
    explanation = explain(squares, f"{FIRST}-t01-0001")
    (quantity,) = explanation.evidence.quantities
    page = render_explanation_html(explanation)
    line = re.search(r'<polyline class="series" points="([^"]+)"', page)[1]
    y = [float(point.split(",")[1]) for point in line.split()]
    high = float(re.search(r'd="M[\d.]+,([\d.]+)H[\d.]+" class="threshold hi"', page)[1])
    assert len(y) == 12
    assert (y[0] - y[-1]) / (y[0] - high) == pytest.approx(quantity.value / quantity.hi, rel=0.01)


def test_the_path_from_above_has_the_proofs_shape(squares):
    """World: right is x, forward is z. Camera and red square are drawn to one scale."""
    page = render_explanation_html(explain(squares, f"{FIRST}-t04-0000"))
    camera = re.search(r'<g class="camera">.*?<polyline points="([^"]+)"', page)[1]
    red = re.search(r'<g class="object-0"><title>.*?<polyline points="([^"]+)"', page)[1]
    camera, red = (
        np.array([[float(v) for v in p.split(",")] for p in line.split()]) for line in (camera, red)
    )
    scale = (camera[-1, 0] - camera[0, 0]) / 0.66
    assert camera[-1, 1] == pytest.approx(camera[0, 1], abs=0.1)
    np.testing.assert_allclose(red[-1] - red[0], [0.22 * scale, 1.1 * scale], atol=0.3)
    np.testing.assert_allclose(red[0] - camera[0], [-0.6 * scale, -4.0 * scale], atol=0.3)


def test_a_track_is_drawn_where_the_evidence_says(squares, evidence_of):
    row_id = f"{FIRST}-t13-0000"
    track = evidence_of(DatasetFolder.open(squares).row(row_id))["track"]
    page = render_explanation_html(explain(squares, row_id))
    for kind, points in (("visual", track["visual"]), ("true", track["true_motion"])):
        path = re.search(rf'd="M([^"]+)" class="line {kind}"', page)[1]
        drawn = np.array([[float(v) for v in p.split(",")] for p in path.split("L")])
        np.testing.assert_allclose(drawn / 1000, np.array(points), atol=1e-4)
    targets = re.findall(r'class="target true( hollow)?"', page)
    assert targets == ["", " hollow", "", ""]  # frames 5, 9, 0, 11; only 9 is not visible


def test_the_picture_of_a_bent_track_is_said_with_its_gap(squares):
    explanation = explain(squares, f"{FIRST}-t13-0000")
    track = explanation.evidence.track
    gap = max(map(math.dist, track.visual, track.true_motion))
    assert f"part by up to {number(gap)}" in explanation.picture


def test_the_text_for_a_terminal_holds_question_options_answer_and_reasons(squares):
    explanation = explain(squares, f"{FIRST}-t04-0000")
    text = explanation_text(explanation)
    assert explanation.row.question in text
    assert "  B. away from it" in text
    assert "Answer: A. towards it" in text
    assert "so it comes nearer." in text
    assert "suggests the opposite answer" in text


def test_an_unknown_id_names_near_ones(squares):
    with pytest.raises(FourdpQaError, match=f"near ones: {FIRST}-t04-0000"):
        explain(squares, f"{FIRST}-x04-0000")


@pytest.mark.parametrize("row_id", ALL)
def test_the_page_refers_to_nothing_outside_itself_and_escapes(squares, row_id, hostile):
    page = render_explanation_html(explain(squares, row_id))
    assert not re.search(r"https?:|//[a-z]", re.sub(r"base64,[A-Za-z0-9+/=]+", "", page))
    assert "<script" not in page
    assert hostile not in page


def test_a_folder_without_clips_is_explained_without_frames(squares_without_clips, tmp_path):
    explanation = explain(squares_without_clips, ALL[0])
    assert explanation.clip is None
    page = write_explanation(explanation, tmp_path).read_text(encoding="utf-8")
    assert "generated without clips" in page
    assert 'class="plan"' in page


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_its_window_and_fetches_nothing(browser, squares, tmp_path, width):
    page = write_explanation(explain(squares, f"{FIRST}-t08-0000"), tmp_path)
    browser.open(page, width=width, mobile=width < 600)
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert [url for url in browser.requests if not url.startswith("data:")] == [page.as_uri()]
    assert browser.errors == []
