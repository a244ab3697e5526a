"""Questions whose picture misleads are taken first, and others wait where too few of them are left."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from fourdp_qa.generate.asks import Ask
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.lanes import LaneChooser, MisleadingGoals
from fourdp_qa.generate.selecting import select

COMPOSITION = composition_called("training")
BY_SCREEN, BY_SIZE, BY_HEIGHT = frozenset({"screen"}), frozenset({"size"}), frozenset({"height"})
BY_NOTHING: frozenset[str] = frozenset()


QUIET = BY_NOTHING


def ask(n, misled_by, truth="Yes", kind="object_object_distance", entangled="none", loud=QUIET):
    return Ask(
        shard=n, number=0, question_type=kind, format="yes_no", variant="pair", statement=f"s{n}",
        group="claim", truth=truth, prefer=1, margin=1.0, entangled=entangled, contrast=True,
        subject=f"s{n}", hash=f"{n:06x}", misled_by=misled_by, loud=loud,
    )


def chosen_of(asks, composition=COMPOSITION, per_type=None):
    names = {a.shard: f"scene {a.shard}" for a in asks}
    return select(asks, names, 0, 3, per_type, composition).chosen


def misled_by_truth(chosen, cue):
    taken = Counter(a.truth for a in chosen)
    misled = Counter(a.truth for a in chosen if cue in a.misled_by)
    return {truth: misled[truth] / taken[truth] for truth in taken}


@pytest.mark.parametrize("natural", [10, 4, 3])
def test_of_each_answer_more_than_a_third_mislead_however_rare_they_are(natural):
    """One of `natural` candidates misleads; most of the others must wait."""
    asks = [
        ask(n, BY_NOTHING if n % natural else BY_SCREEN, ("Yes", "No")[n // natural % 2]) for n in range(1200)
    ]
    shares = misled_by_truth(chosen_of(asks), "screen")
    floor = COMPOSITION.misleading["object_object_distance"]["screen"].floor
    assert all(floor - 0.02 <= share <= 0.5 for share in shares.values()), shares
    assert len(shares) == 2


def test_where_misleading_questions_abound_they_are_no_more_than_the_goal():
    asks = [ask(n, BY_NOTHING if n % 2 else BY_SCREEN, ("Yes", "No")[n // 2 % 2]) for n in range(800)]
    shares = misled_by_truth(chosen_of(asks, per_type=200), "screen")
    assert all(0.41 <= share <= 0.49 for share in shares.values()), shares


def test_two_cues_are_kept_each_by_itself():
    """Size misleads in half of the pairs, height in one of eight: both must reach their share."""
    cues = [BY_SIZE, BY_NOTHING, BY_SIZE, BY_NOTHING, BY_SIZE, BY_HEIGHT, BY_SIZE, BY_NOTHING]
    asks = [ask(n, cues[n % 8], ("Yes", "No")[n // 8 % 2], kind="depth") for n in range(1600)]
    chosen = chosen_of(asks)
    assert len(chosen) > 400
    for cue in ("size", "height"):
        floor = COMPOSITION.misleading["depth"][cue].floor
        assert min(misled_by_truth(chosen, cue).values()) >= floor - 0.02


def test_of_four_two_others_are_larger_in_a_third():
    """Scenes give one of ten; among two nothing is asked of it, since there are no two others."""
    rare = frozenset({"size", "second_size"})
    cues = [cue | height for cue in (rare, *[BY_SIZE] * 4, *[BY_NOTHING] * 5)
            for height in (BY_HEIGHT, BY_NOTHING)]
    asks = [replace(ask(n, cues[n % 20], "ABCD"[n // 20 % 4], kind="depth"), format="multiple_choice",
                    variant="nearest_of_four", group="four") for n in range(2000)]
    chosen = chosen_of(asks)
    assert len(chosen) > 400
    assert min(misled_by_truth(chosen, "second_size").values()) >= 0.33
    assert min(misled_by_truth(chosen, "size").values()) >= 0.6


def test_what_a_cue_says_loudly_is_kept_apart_from_what_it_whispers():
    """Where it whispers it misleads in half of the pairs, where it is loud in one of ten: over all of
    them the share would be met while the loud ones still told the answer.
    """
    asks = [
        ask(2 * k + loud, BY_SCREEN if k % (2, 10)[loud] == 0 else BY_NOTHING, ("Yes", "No")[k // 10 % 2],
            loud=BY_SCREEN if loud else QUIET)
        for k in range(1000) for loud in (0, 1)
    ]
    chosen = chosen_of(asks)
    floor = COMPOSITION.misleading["object_object_distance"]["screen"].floor
    loud = [a for a in chosen if a.loud]
    assert len(loud) > 100
    assert min(misled_by_truth(loud, "screen").values()) >= floor - 0.02


def test_where_none_misleads_next_to_nothing_is_asked_about_nearness_and_all_about_motion():
    nearness = [ask(n, BY_NOTHING, ("Yes", "No")[n % 2]) for n in range(200)]
    motion = [ask(n, BY_NOTHING, ("Yes", "No")[n % 2], kind="moved_distance") for n in range(200)]
    assert len(chosen_of(nearness)) <= 8
    assert len(chosen_of(motion)) == 200


def test_what_seems_the_very_opposite_comes_before_what_seems_only_different():
    asks = [
        ask(n, frozenset({"motion"}), ("Yes", "No")[n // 2 % 2], kind="moved_distance",
            entangled=("opposite", "different")[n % 2])
        for n in range(400)
    ]
    values = Counter(a.entangled for a in chosen_of(asks, per_type=100))
    assert values["opposite"] > 1.5 * values["different"]


def test_below_the_floor_a_plain_question_waits_for_a_misleading_one():
    chooser = LaneChooser({"screen": MisleadingGoals(goal=0.5, floor=0.5, start=1)})
    plain, answer = (BY_NOTHING, QUIET), ("yes_no", "Yes")
    assert chooser.is_open(answer, [plain]), "the first is free"
    chooser.add(ask(0, BY_NOTHING))
    assert not chooser.is_open(answer, [plain]) and chooser.open_lanes(answer, [plain]) == []
    chooser.add(ask(3, BY_SCREEN))
    chooser.add(ask(4, BY_SCREEN))
    assert chooser.open_lanes(answer, [plain]) == [(0, plain)]  # its share is where it should be


def test_the_lane_that_helps_the_shares_most_comes_first():
    chooser = LaneChooser({"screen": MisleadingGoals(goal=0.5, floor=0.1, start=9)})
    plain, misleading = (BY_NOTHING, QUIET), (BY_SCREEN, QUIET)
    chooser.add(ask(0, BY_NOTHING))
    (first, second) = chooser.open_lanes(("yes_no", "Yes"), [plain, misleading])
    assert first == (0.5, misleading) and second == (-0.5, plain)
