"""Intervals by scenes drawn anew: right in the cases that can be worked out, honest about dependence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fourdp_qa.eval_tasks.scoring.accuracy import summarise
from fourdp_qa.eval_tasks.scoring.bootstrap import bootstrap, paired, resample
from fourdp_qa.eval_tasks.scoring.parsed_answer import Reason
from fourdp_qa.eval_tasks.scoring.verdict import Verdict


def verdict(number: int, scene: str, right: bool, question_type: str = "depth", reason: str = "") -> Verdict:
    return Verdict(question_id=f"q{number}", question_type=question_type, format="yes_no", scene=scene,
                   expected="Yes", parsed="Yes" if right else "No", reason=reason, score=float(right))


def of(scores: list[bool], per_scene: int = 1, **changes: str) -> list[Verdict]:
    return [verdict(n, f"s{n // per_scene}", right, **changes) for n, right in enumerate(scores)]


def test_the_interval_of_independent_items_is_the_binomial_one() -> None:
    scores = [n % 4 == 0 for n in range(400)]
    found = bootstrap(of(scores)).micro
    error = math.sqrt(0.25 * 0.75 / 400)
    assert found.low == pytest.approx(0.25 - 1.96 * error, abs=0.01)
    assert found.high == pytest.approx(0.25 + 1.96 * error, abs=0.01)


def test_ten_copies_of_each_scenes_answer_tell_no_more_than_one() -> None:
    once = [n % 3 == 0 for n in range(60)]
    ten = [right for right in once for _ in range(10)]
    one, many = bootstrap(of(once)).micro, bootstrap(of(ten, per_scene=10)).micro
    assert many.high - many.low == pytest.approx(one.high - one.low, rel=0.01)
    careless = bootstrap(of(ten)).micro  # as if every question were a scene of its own
    assert careless.high - careless.low < 0.5 * (many.high - many.low)


def test_it_agrees_with_the_standard_error_of_the_summary() -> None:
    draw = np.random.default_rng(1)
    of_scene = draw.random(80)
    scores = [bool(draw.random() < of_scene[n // 5]) for n in range(400)]
    verdicts = of(scores, per_scene=5)
    interval = bootstrap(verdicts).micro
    error = summarise(verdicts).micro.standard_error
    assert (interval.high - interval.low) / (2 * 1.96) == pytest.approx(error, rel=0.08)


def test_macro_and_types_have_intervals_around_their_scores() -> None:
    verdicts = of([n % 2 == 0 for n in range(40)]) + of([True] * 8, question_type="camera_movement")
    summary, found = summarise(verdicts), bootstrap(verdicts)
    assert found.macro.low < summary.macro < found.macro.high


@pytest.mark.parametrize(("scenes", "per_scene"), [(8, 1), (8, 5), (40, 1)])
def test_all_right_is_no_certainty(scenes: int, per_scene: int) -> None:
    """Every draw says the same; the interval is the exact binomial one with scenes as trials."""
    right = bootstrap(of([True] * scenes * per_scene, per_scene)).micro
    wrong = bootstrap(of([False] * scenes * per_scene, per_scene))
    assert (right.low, right.high) == (pytest.approx(0.025 ** (1 / scenes)), 1.0)
    assert (wrong.micro.low, wrong.micro.high) == (0.0, pytest.approx(1 - 0.025 ** (1 / scenes)))
    assert wrong.by_type["depth"] == wrong.macro == wrong.micro


def test_few_scenes_claim_no_more_than_a_test_of_signs() -> None:
    def p_value(scenes: int) -> float | None:
        return paired(of([False] * scenes), of([True] * scenes)).p_value

    assert p_value(4) is None
    assert (p_value(5), p_value(6)) == (2**-4, 2**-5)
    assert p_value(12) == pytest.approx(2 / 2001)


def test_same_seed_same_numbers_and_few_scenes_give_none() -> None:
    verdicts = of([n % 3 == 0 for n in range(30)])
    assert bootstrap(verdicts, draws=200, seed=4) == bootstrap(verdicts, draws=200, seed=4)
    assert bootstrap(verdicts, draws=200, seed=4) != bootstrap(verdicts, draws=200, seed=5)
    assert bootstrap(of([True, False], per_scene=2)).micro is None
    assert bootstrap(of([True, False] * 4, per_scene=2)).micro is None
    assert bootstrap(of([True, False] * 5, per_scene=2)).micro is not None
    assert bootstrap([]).micro is None


def test_resampled_sums_are_whole_scenes() -> None:
    values = np.array([[1.0], [10.0], [100.0]])
    drawn = resample(["a", "a", "b"], values, draws=200, seed=0)
    assert set(drawn[:, 0]) == {22.0, 111.0, 200.0}  # twice a; a and b; twice b


def test_two_runs_are_compared_question_by_question() -> None:
    first = of([n % 2 == 0 for n in range(200)])
    second = of([n % 2 == 0 or n % 10 == 1 for n in range(200)])
    gain = paired(first, second)
    assert (gain.items, gain.micro) == (200, pytest.approx(0.1))
    assert 0.03 < gain.low < 0.1 < gain.high < 0.17
    assert gain.p_value < 0.01
    back = paired(second, first)
    assert back.micro == pytest.approx(-0.1)
    assert back.p_value < 0.01


def test_equal_runs_differ_by_nothing_and_failed_requests_are_left_out() -> None:
    same = of([n % 2 == 0 for n in range(50)])
    assert paired(same, same).p_value == 1.0
    lost = [verdict(0, "s0", False, reason=str(Reason.REQUEST_FAILED)), *same[1:]]
    assert paired(same, lost).items == 49
    assert paired(same, of([True], question_type="x")[:0]).micro is None
