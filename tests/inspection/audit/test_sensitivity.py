"""Thresholds may make a label come or go, but never flip it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fourdp_qa.inspection.audit.scaling import Change, change_of, factors, scaled
from fourdp_qa.inspection.audit.sensitivity import judged_again, row_sensitivity, scene_sensitivity
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.thresholds import thresholds_for
from fourdp_qa.rows.details import Evidence, to_json
from fourdp_qa.sources.simulator.source import SimulatorHandle
from fourdp_qa.tables import load_table


@pytest.mark.parametrize(("before", "after", "change"), [
    ("+", "+", Change.KEPT), ("+", "undecided", Change.LOST), ("absent", "", Change.LOST),
    ("undecided", "-", Change.WON), ("", "2", Change.WON), ("+", "-", Change.OPPOSITE),
    ("-+", "+-", Change.OPPOSITE), ("1", "3", Change.OPPOSITE), ("absent", "+", Change.PRESENCE),
    ("+-", "absent", Change.PRESENCE), ("+", "+-", Change.OTHER), ("same", "+", Change.OTHER),
    ("inconsistent", "+-", Change.OTHER), ("undecided", "", None), ("", "undecided", None),
])
def test_what_became_of_a_verdict(before, after, change):
    assert change_of(before, after) == change


def test_every_band_is_moved():
    """Whatever is called lo, hi or ratio in thresholds.toml is moved, and nothing that is not there."""
    moved = load_table("fourdp_qa.inspection.audit", "sensitivity.toml")
    table = load_table("fourdp_qa.questions", "thresholds.toml")["default"]
    for section, numbers in table.items():
        called = {n for n in numbers if {"lo", "hi", "ratio"} & set(n.split("_"))} - {"standing_ratio"}
        assert called <= set(moved.get(section, {})), section
    for section in set(moved) - {"factors"}:
        assert set(moved[section]) <= set(table[section]), section


def test_ratios_move_by_their_logarithm_and_keep_their_order():
    base = thresholds_for("default")
    half = scaled(base, 0.5)
    assert half.camera_movement.pan_hi_deg == base.camera_movement.pan_hi_deg / 2
    assert half.depth.ratio == pytest.approx(base.depth.ratio**0.5)
    assert scaled(base, 1.0) == base
    for factor in factors():
        moved = scaled(base, factor).camera_object_distance
        assert 1 < moved.ratio_lo < moved.ratio_hi


def steadily(end, lo=0.02, hi=0.06, verdict="+"):
    series = tuple(end * t / 11 for t in range(12))
    return Quantity("translation_forward", "scene lengths", end, end, lo, hi, verdict, series)


@pytest.mark.parametrize(("end", "factor", "verdict"), [
    (0.08, 1.0, "+"), (0.08, 1.25, "+"), (0.08, 1.5, "undecided"), (0.08, 0.5, "+"),
    (0.05, 0.75, "+"), (0.015, 1.0, "absent"), (0.015, 0.5, "undecided"),
])
def test_a_series_is_judged_by_its_moved_band(end, factor, verdict):
    assert judged_again(steadily(end), factor) == verdict


@pytest.mark.parametrize(("value", "verdict", "factor", "after"), [
    (0.25, "+", 1.0, "+"), (0.25, "+", 1.5, "undecided"), (-0.25, "-", 1.25, "-"),
    (0.25, "2", 1.25, "2"), (0.25, "2", 1.5, "undecided"),
])
def test_a_comparison_is_judged_by_its_moved_threshold(value, verdict, factor, after):
    quantity = Quantity("ln_distance_ratio", "", value, 0.25, -0.182, 0.182, verdict)
    assert judged_again(quantity, factor) == after


def with_evidence(row, *quantities):
    return replace(row, evidence=to_json(Evidence("", quantities)))


def test_rows_with_a_sound_band_never_flip(choices):
    rows = [with_evidence(row, steadily(end, verdict=verdict)) for row, (end, verdict) in zip(
        choices(4), [(0.061, "+"), (0.019, "absent"), (0.2, "+"), (-0.08, "-")], strict=True)]
    found = row_sensitivity(rows)
    assert found.flips == 0
    half, more = (found.by_factor[f]["camera_movement"].changes for f in (0.5, 1.5))
    assert half == {Change.KEPT: 3, Change.LOST: 1}
    assert more == {Change.KEPT: 2, Change.LOST: 2}


def test_a_band_that_is_too_narrow_is_found(choices):
    row = with_evidence(choices(1)[0], steadily(0.022, lo=0.02, hi=0.021))
    found = row_sensitivity([row])
    assert found.flips == 2  # at 1.25 and at 1.5
    tally = found.by_factor[1.5]["camera_movement"]
    assert tally.changes == {Change.PRESENCE: 1}
    assert "+ became absent" in tally.flipped[0]


def test_a_verdict_that_needs_other_numbers_is_left_out(choices):
    still = Quantity("background_shift", "image widths", 0.001, 0.001, 0.01, 0.01, "+", (0.0,) * 12)
    found = row_sensitivity([with_evidence(choices(1)[0], still)])
    assert (found.unjudged, found.flips) == (1, 0)


def test_scenes_stated_anew_never_flip():
    found = scene_sensitivity([SimulatorHandle(3, n, 96, 12) for n in range(2)], 12)
    assert (found.scenes, found.skipped, found.flips) == (2, 0, 0)
    same = found.by_factor[1.0]
    assert sum(tally.changes.total() for tally in same.values()) > 100
    assert all(set(tally.changes) == {Change.KEPT} for tally in same.values())
    lost = sum(tally.changes[Change.LOST] for tally in found.by_factor[1.5].values())
    assert lost > 0
