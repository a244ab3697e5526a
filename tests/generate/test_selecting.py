"""Selection on made-up candidates: balance, caps, determinism."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.selecting import select
from fourdp_qa.randomness import stable_hash

COMPOSITION = composition_called("training")
SLACK, SLACK_SHARE = COMPOSITION.balance.slack, COMPOSITION.balance.slack_share
MEMBERS = ("m0", "m1", "m2", "m3")


def ask(shard, truth, *, kind="object_direction", answer_format="multiple_choice", group="set",
        variant="", subject="", entangled="agree", contrast=True, prefer=1, number=0, statement=""):
    text = f"{shard} {truth} {group} {subject} {statement}"
    return Ask(
        shard=shard, number=number, question_type=kind, format=answer_format, variant=variant,
        statement=statement or subject, group=group, truth=truth, prefer=prefer, margin=1.0,
        entangled=entangled, contrast=contrast, subject=subject,
        hash=f"{stable_hash(text) % 16**6:06x}",
    )


def choose(asks, *, per_segment=3, per_type=None, seed=0, composition=COMPOSITION):
    scene_ids = {a.shard: f"scene {a.shard}" for a in asks}
    return select(asks, scene_ids, seed, per_segment, per_type, composition)


def even(counts, members):
    """Within two rows or a tenth of each other, counting members that never occur."""
    values = [counts.get(m, 0) for m in members]
    return max(values) - min(values) <= max(SLACK, SLACK_SHARE * max(values))


def skewed(scenes, weights, **options):
    """One ask a scene; truths with the given weights."""
    rng = random.Random(1)
    truths = rng.choices(list(weights), list(weights.values()), k=scenes)
    return [ask(n, t, subject=f"s{n}", **options) for n, t in enumerate(truths)]


@pytest.mark.parametrize("weights", [
    {"m0": 1, "m1": 1, "m2": 1, "m3": 1}, {"m0": 20, "m1": 1, "m2": 1, "m3": 1},
    {"m0": 8, "m1": 4, "m2": 2, "m3": 1},
])
def test_every_member_of_a_set_is_the_truth_equally_often(weights):
    chosen = choose(skewed(400, weights)).chosen
    counts = Counter(a.truth for a in chosen)
    assert even(counts, MEMBERS)
    assert counts["m3"] >= 10


def test_a_set_in_which_one_member_is_never_true_is_hardly_asked():
    chosen = choose(skewed(100, {"m0": 1, "m1": 1, "m2": 1})).chosen
    assert max(Counter(a.truth for a in chosen).values()) <= SLACK


def test_yes_and_no_are_even_for_every_claim_and_over_the_type():
    rng = random.Random(2)
    asks = [
        ask(n, rng.choices(["Yes", "No"], [1, 9])[0], answer_format="yes_no", kind="moved_distance",
            group=f"claim {n % 3}", subject=f"s{n}")
        for n in range(600)
    ]
    chosen = choose(asks).chosen
    assert len(chosen) > 60
    for claim in range(3):
        assert even(Counter(a.truth for a in chosen if a.group == f"claim {claim}"), ("Yes", "No"))
    assert even(Counter(a.truth for a in chosen), ("Yes", "No"))


def test_claims_that_are_seldom_true_do_not_make_no_the_safe_answer():
    """Within each claim two rows of "No" would be allowed; twenty such claims would add up."""
    asks = [
        ask(n, "No", answer_format="yes_no", kind="moved_distance", group=f"claim {n}", subject=f"s{n}")
        for n in range(40)
    ]
    assert even(Counter(a.truth for a in choose(asks).chosen), ("Yes", "No"))


def test_a_segment_gives_at_most_so_many_rows_of_a_type():
    asks = [
        ask(n // 20, MEMBERS[n % 4], group=f"set {n % 7}", subject=f"s{n}", number=n % 2)
        for n in range(200)
    ]
    for cap in (1, 3):
        counts = Counter(a.segment_key for a in choose(asks, per_segment=cap).chosen)
        assert len(counts) == 20
        assert max(counts.values()) == cap


def test_a_type_gives_at_most_so_many_rows():
    asks = skewed(200, dict.fromkeys(MEMBERS, 1))
    assert len(choose(asks, per_type=32).chosen) == 32
    assert even(Counter(a.truth for a in choose(asks, per_type=32).chosen), MEMBERS)


def test_the_same_subject_is_asked_once_in_a_segment_and_format():
    asks = [
        ask(0, "m0", group=f"set {n}", subject="box 1", statement=f"{n}") for n in range(4)
    ] + [ask(0, "label", answer_format="free_form", group="free", subject="box 1")]
    chosen = choose(asks).chosen
    assert sorted(a.format for a in chosen) == ["free_form", "multiple_choice"]


def test_formats_come_in_their_shares():
    asks = skewed(600, dict.fromkeys(MEMBERS, 1), kind="camera_movement", group="set")
    asks += [
        ask(600 + n, "Yes" if n % 2 else "No", answer_format="yes_no", kind="camera_movement",
            group="claim", subject=f"y{n}") for n in range(600)
    ]
    asks += [
        ask(1200 + n, f"label {n}", answer_format="free_form", kind="camera_movement",
            group="free_form", subject=f"f{n}") for n in range(600)
    ]
    chosen = choose(asks, per_type=400).chosen
    shares = {f: n / len(chosen) for f, n in Counter(a.format for a in chosen).items()}
    assert shares == pytest.approx(COMPOSITION.formats["camera_movement"], abs=0.01)


def test_entangled_questions_are_taken_more_often():
    asks = [
        ask(n // 6, MEMBERS[n % 4], subject=f"s{n}", group=f"set {n % 5}",
            entangled="opposite" if n % 4 == (n // 4) % 4 else "agree")
        for n in range(1200)
    ]
    chosen = choose(asks, per_segment=1).chosen
    before, after = (
        sum(a.entangled == "opposite" for a in some) / len(some) for some in (asks, chosen)
    )
    assert after > before + 0.05


def test_a_false_claim_is_asked_rather_where_something_else_is_true():
    """ "Does it pan right?" about a camera that pans left, not about one that does not pan."""
    asks = [
        ask(n // 6, "Yes" if n % 2 else "No", answer_format="yes_no", kind="camera_movement",
            subject=f"s{n}", group=f"claim {n % 5}", contrast=n % 4 == 0)
        for n in range(1200)
    ]
    chosen = choose(asks, per_segment=1).chosen
    absent = sum(not a.contrast for a in chosen if a.truth == "No")
    answers = Counter(a.truth for a in chosen)
    assert 0.2 * answers["No"] < absent <= COMPOSITION.balance.absent_no * answers["No"]
    assert even(answers, ("Yes", "No"))


def test_what_lies_next_to_a_threshold_is_not_asked():
    asks = [replace(ask(n, "Yes" if n % 2 else "No", answer_format="yes_no", group="claim",
                        kind="depth", subject=f"s{n}"), margin=0.001 * n) for n in range(200)]
    selection = choose(asks)
    assert min(a.margin for a in selection.chosen) >= COMPOSITION.least_margin > 0
    assert selection.left["depth: too close to a threshold"] == 20


def test_tracks_have_no_threshold_to_be_close_to():
    tracks = [replace(ask(n, "object start apart moving", answer_format="track", group="track",
                          kind="visual_point_tracking", subject=f"s{n}"), margin=0.0)
              for n in range(20)]
    assert len(choose(tracks).chosen) == 20


def test_sets_that_hold_the_mistakes_models_make_come_first():
    asks = [
        ask(n, MEMBERS[n % 4], group=name, prefer=prefer, subject="one subject")
        for n in range(40) for name, prefer in (("plain", 1), ("telling", 3))
    ]
    counts = Counter(a.group for a in choose(asks).chosen)
    assert counts["telling"] > counts["plain"]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 5), order=st.randoms(use_true_random=False))
def test_the_choice_depends_on_the_seed_and_not_on_the_order_of_candidates(seed, order):
    asks = skewed(80, {"m0": 5, "m1": 2, "m2": 1, "m3": 1}, group="set")
    mixed = list(asks)
    order.shuffle(mixed)
    assert choose(mixed, seed=seed).chosen == choose(asks, seed=seed).chosen


def test_another_seed_chooses_others():
    asks = skewed(200, {"m0": 9, "m1": 1, "m2": 1, "m3": 1})
    assert choose(asks, seed=0).chosen != choose(asks, seed=1).chosen


def test_types_do_not_influence_each_other():
    distances = skewed(100, dict.fromkeys(MEMBERS, 1), kind="camera_object_distance")
    directions = skewed(100, dict.fromkeys(MEMBERS, 1))
    together = choose(distances + directions).chosen
    assert [a for a in together if a.question_type == "object_direction"] == (
        choose(directions).chosen)


def test_what_is_left_behind_is_counted_with_its_reason():
    asks = skewed(100, {"m0": 1})
    selection = choose(asks)
    assert len(selection.chosen) + sum(selection.left.values()) == len(asks)
    assert all(reason.startswith("object_direction: ") for reason in selection.left)


# Tracks ------------------------------------------------------------------------------------------


def track_asks(kind, cells, scenes=200):
    rng = random.Random(4)
    return [
        ask(n, " ".join(rng.choice(options) for options in cells), kind=kind,
            answer_format="track", group="track", subject=f"query {k}")
        for n in range(scenes) for k in range(4)
    ]


CELLS = (("static", "object", "object"), ("start", "later"), ("apart", "alike", "alike"),
         ("moving", "still"))


def share(chosen, trait):
    return sum(trait in a.truth.split() for a in chosen) / len(chosen)


def test_static_points_keep_to_their_share():
    chosen = choose(track_asks("visual_point_tracking", CELLS)).chosen
    goals = COMPOSITION.tracks
    assert 0.15 <= share(chosen, "static") <= goals.static_share + 0.02
    assert share(chosen, "start") == pytest.approx(goals.query_at_start, abs=0.05)


def test_true_motion_is_asked_where_the_camera_moves_and_the_tracks_part():
    chosen = choose(track_asks("true_motion_point_tracking", CELLS)).chosen
    assert share(chosen, "moving") >= 0.75
    assert share(chosen, "apart") >= 0.50
    assert 0.15 <= share(chosen, "static") <= 0.25


def test_slack_is_two_rows_or_a_tenth():
    balance = replace(COMPOSITION.balance, slack=2, slack_share=0.1)
    assert balance.allowed(1, 0)
    assert not balance.allowed(2, 0)
    assert balance.allowed(30, 28)  # 31 and 28: three apart, a tenth is 3.1
    assert not balance.allowed(30, 27)
