"""Captions do not tell the outcome of a comparison."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from fourdp_qa.generate.asks import asks_of
from fourdp_qa.generate.caption_balance import CaptionBalance, Said, said_of_captions
from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.selecting import select
from fourdp_qa.questions.claims import Claim

COMPOSITION = composition_called("training")
FOUR = ["red car", "blue mug", "old house", "green tree"]


def claim(**verdicts):
    return Claim(tuple(verdicts.items()))


def test_a_claim_about_two_says_which_wins_and_which_loses():
    assert said_of_captions(claim(nearer="+"), FOUR, True) == (
        Said("wins", "red car", True), Said("loses", "blue mug", True))
    assert said_of_captions(claim(farther="-"), FOUR, False) == (
        Said("wins", "blue mug", False), Said("loses", "red car", False))


def test_an_option_among_four_says_that_its_object_wins():
    assert said_of_captions(claim(nearest="2"), FOUR, False) == (Said("wins", "old house", False),)


@pytest.mark.parametrize(("verdicts", "role"), [
    ({"distance": "+"}, "distance:+"), ({"farther": "neither"}, "farther:neither"),
    ({"away": "+", "right": "-"}, "away:+ right:-")])
def test_any_other_claim_is_said_of_all_objects_that_are_named(verdicts, role):
    assert said_of_captions(claim(**verdicts), FOUR[:2], False) == (
        Said(role, "red car", False), Said(role, "blue mug", False))
    assert said_of_captions(claim(**verdicts), [], True) == ()


def nearest(*captions):
    """An option set whose first object is the nearest."""
    return tuple(Said("wins", caption, k == 0) for k, caption in enumerate(captions))


def test_what_never_wins_is_soon_not_offered_any_more():
    balance = CaptionBalance(slack=3, slack_share=0.1)
    offered = 0
    while balance.admits("multiple_choice", nearest(f"car{offered}", "house", "cup", "mug")):
        balance.add("multiple_choice", nearest(f"car{offered}", "house", "cup", "mug"))
        offered += 1
    assert offered == 12  # a quarter of twelve offers would have won by luck
    assert balance.admits("multiple_choice", nearest("house", "car", "van", "bus"))
    assert balance.admits("multiple_choice", nearest("bus", "van", "bike", "bin"))


def test_a_word_that_all_options_share_says_nothing():
    balance = CaptionBalance(slack=0, slack_share=0)
    assert balance.admits("multiple_choice", nearest(*["toy"] * 4))
    assert not balance.admits("multiple_choice", nearest("toy car", "toy car", "toy car", "cup"))


def test_formats_and_roles_are_counted_apart():
    balance = CaptionBalance(slack=1, slack_share=0)
    loses = (Said("loses", "house", True),)
    for _ in range(2):
        assert balance.admits("yes_no", loses)
        balance.add("yes_no", loses)
    assert not balance.admits("yes_no", loses)
    assert balance.admits("yes_no", (Said("wins", "house", True),))
    assert balance.admits("yes_no", (Said("loses", "house", False),))
    assert balance.admits("multiple_choice", (Said("loses", "house", True),))


@pytest.mark.parametrize(("question_type", "role"), [
    ("depth", "wins"), ("multi_view_object_distance", "wins"), ("moved_distance", "wins"),
    ("object_object_distance_change", "distance:+")])
def test_whatever_is_asked_about_a_word_is_as_often_so_as_not(made_up_records, question_type, role):
    """In the made-up scenes houses and trees are behind everything else, and never move."""
    records = [made_up_records.made_up_record(question_type, n) for n in range(300)]
    asks = [a for n, r in enumerate(records) for a in asks_of(r, n) if a.format == "yes_no"]
    scenes = {n: r.scene_id for n, r in enumerate(records)}
    share = {}
    for name, some in (("all", asks), ("chosen", select(asks, scenes, 0, 3, None, COMPOSITION).chosen)):
        said = [s for a in some for s in a.said if s.role == role and "house" in s.caption]
        share[name] = Counter(s.holds for s in said)
    assert share["all"][False] > 1.5 * share["all"][True]
    assert abs(share["chosen"][True] - share["chosen"][False]) <= 2 * COMPOSITION.balance.caption_slack + 1


def test_one_object_at_two_moments_is_compared_with_itself(made_up_records):
    pair = made_up_records.made_up_record("multi_view_depth", 0)
    alone = replace(pair, statements=[replace(s, variant="one_object") for s in pair.statements])
    assert any(ask.said for ask in asks_of(pair, 0))
    assert not any(ask.said for ask in asks_of(alone, 0))


def test_captions_of_one_object_must_not_tell_what_it_does(made_up_records):
    record = made_up_records.made_up_record("camera_object_distance", 0)
    asks = [a for a in asks_of(record, 0) if a.format == "yes_no"]
    assert asks and all(s.role == a.group for a in asks for s in a.said)
    assert all(s.holds == (a.truth == "Yes") for a in asks for s in a.said)
