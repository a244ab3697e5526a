"""Four options say nothing about which of them is true (questions.md, section 4).

Solvers that see options only answer questions made by the real selection and the real wording, from
thousands of made-up segments whose verdicts are as uneven as those of real scenes.
"""

from __future__ import annotations

from collections import defaultdict

import pytest

from fourdp_qa.generate.asks import asks_of
from fourdp_qa.generate.composing import RowComposer
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.selecting import select
from fourdp_qa.phrasing.words import Form, claim_words
from fourdp_qa.questions.claims import Claim
from fourdp_qa.questions.registry import TYPES

CHOSEN_TYPES = [t.name for t in TYPES if "multiple_choice" in t.formats]
COMPOSITION = composition_called("training")
PER_SEGMENT = 3
CHANCE = 0.25
NEAR_CHANCE = 0.05
SMALL, LARGE = (200, 600), (1500, 5000)  # rows wanted, segments to take them from


@pytest.fixture(scope="module")
def make_rows(made_up_records):
    """``make_rows(question_type, segments, wanted)``: one data set of at most `wanted` rows, or of all
    questions there are when none are selected.
    """

    def make(question_type, segments, wanted, *, selected=True):
        records = {n: made_up_records.made_up_record(question_type, n) for n in segments}
        asks = [a for n, record in records.items() for a in asks_of(record, n)
                if a.format == "multiple_choice"]
        if selected:
            scenes = {n: record.scene_id for n, record in records.items()}
            asks = select(asks, scenes, segments[0], PER_SEGMENT, wanted, COMPOSITION).chosen
        by_segment = defaultdict(list)
        for ask in asks:
            by_segment[ask.shard].append(ask)
        composer = RowComposer(0, "mad", COMPOSITION)
        return [row for n, some in by_segment.items()
                for row, _ in composer.compose(records[n], some)[0]]

    return make


@pytest.fixture(scope="module")
def two_sets(make_rows, options_only):
    """Choices of two data sets of `wanted` rows each, without a common scene."""

    def make(question_type, wanted, segments, **how):
        halves = (range(segments), range(segments, 2 * segments))
        return [options_only.choices_of(make_rows(question_type, h, wanted, **how)) for h in halves]

    return make


def pure_chance(questions):
    """Four standard deviations of a score that nothing but luck makes."""
    return 4 * (CHANCE * (1 - CHANCE) / questions) ** 0.5


@pytest.mark.parametrize("question_type", CHOSEN_TYPES)
def test_a_solver_of_options_alone_scores_what_luck_allows(two_sets, options_only, question_type):
    first, second = two_sets(question_type, *SMALL)
    assert len(first) == len(second) == 200
    for strategy, share in options_only.accuracies(first, second).items():
        at_best = max(share, (1 - share) / 3)  # what is wrong too often leaves three others to guess from
        assert at_best - CHANCE <= pure_chance(400), strategy


@pytest.mark.long
@pytest.mark.parametrize("question_type", CHOSEN_TYPES)
def test_no_solver_comes_five_points_from_chance_on_three_thousand(
    two_sets, options_only, question_type
):
    first, second = two_sets(question_type, *LARGE)
    assert len(first) == len(second) == 1500
    for strategy, share in options_only.accuracies(first, second).items():
        assert abs(share - CHANCE) <= NEAR_CHANCE, strategy


@pytest.mark.parametrize("question_type", CHOSEN_TYPES)
def test_small_data_sets_do_not_all_begin_with_the_same_truths(make_rows, options_only, question_type):
    """A set that gives one row only must not have the same member true in every data set."""
    first, second = [], []
    for n in range(12):
        rows = make_rows(question_type, range(60 * n, 60 * n + 60), 20)
        (first if n % 2 else second).extend(options_only.choices_of(rows))
    for strategy, share in options_only.accuracies(first, second).items():
        assert share <= CHANCE + NEAR_CHANCE + pure_chance(len(first) + len(second)), strategy


# The solvers can solve ------------------------------------------------------------------------------


def naive_choices(options_only):
    """The truth and its three one-component flips: what the listed sets replace."""
    flip = {"+": "-", "-": "+"}
    made = []
    for n in range(200):
        truth = {c: "+-"[(n >> k) % 2] for k, c in enumerate(("forward", "right", "up"))}
        flipped = [truth | {c: flip[truth[c]]} for c in truth]
        texts = [claim_words("camera_movement", Claim(tuple(v.items())), Form.THIRD)
                 for v in (truth, *flipped)]
        order = [(k + n) % 4 for k in range(4)]
        made.append(options_only.Choice(
            tuple(texts[k] for k in order), order.index(0), f"scene {n}"))
    return made


def test_the_truth_among_its_flips_is_the_option_nearest_to_the_others(options_only):
    choices = naive_choices(options_only)
    found = options_only.accuracies(choices[::2], choices[1::2])
    assert found["nearest_to_the_others"] > 0.90
    assert found["best_rank_in_likeness"] > 0.90


@pytest.mark.parametrize("question_type", [
    "camera_movement", "camera_object_distance", "object_direction"])
def test_without_selection_the_solvers_learn_what_scenes_are_like(
    two_sets, options_only, question_type
):
    """The made-up scenes are uneven enough: it is the selection that makes sets say nothing."""
    first, second = two_sets(question_type, None, 50, selected=False)
    found = options_only.accuracies(first, second)
    for strategy in ("most_often_true", "best_of_the_same_four", "telling_words"):
        assert found[strategy] > 0.35, strategy


def test_a_point_that_lies_lowest_is_found(options_only):
    options = tuple(f"The object at (0.1, 0.{y}00) in frame 8" for y in (2, 9, 4, 1))
    found = options_only.accuracies(*[[options_only.Choice(options, 1, "scene")] * 40] * 2)
    assert found["lowest_in_the_picture"] == 1
    assert found["highest_in_the_picture"] == 0
