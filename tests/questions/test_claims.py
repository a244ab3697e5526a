"""Claims, their truth, and the option sets of labels.toml."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from fourdp_qa.phrasing.words import Form, claim_words, scope_words
from fourdp_qa.questions.claims import Claim, Truth, alternatives, judge_claim, labels_of
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.registry import TYPES, get_type
from fourdp_qa.questions.statement import Component
from fourdp_qa.questions.verdicts import Verdict
from fourdp_qa.tables import load_table

LISTED = sorted(load_table("fourdp_qa.questions", "labels.toml"))
WORDED = [t.name for t in TYPES if t.category != "tracking"]
SAID = [n for n in WORDED if labels_of(n).free_form]
VERDICTS = [*map(str, Verdict), "same", "neither", *"0123"]
OFFERED = [(name, s) for name in LISTED for s in labels_of(name).sets]
EACH_SET = pytest.mark.parametrize(
    ("name", "option_set"), OFFERED, ids=[f"{name} {s.name}" for name, s in OFFERED])


def component(verdict, margin=1.0):
    return Component(Quantity("q", "", 0.0, 0.0, 0.0, 1.0, str(verdict)), margin)


def truth(claim, *, complete=False, **verdicts):
    components = {
        name: component(*v) if isinstance(v, tuple) else component(v) for name, v in verdicts.items()
    }
    return judge_claim(Claim(tuple(claim.items())), components, complete=complete)


def test_a_claim_holds_when_every_component_is_as_claimed():
    assert truth({"a": "+", "b": "absent"}, a=("+", 2.0), b=("absent", 0.5)) == Truth(True, 0.5)


def test_a_claim_fails_by_its_clearest_wrong_component():
    assert truth({"a": "+", "b": "+"}, a=("-", 0.3), b=("-", 2.0)) == Truth(False, 2.0)
    assert truth({"a": "+", "b": "+"}, a=("+", 9.0), b=("absent", 0.4)) == Truth(False, 0.4)


def test_what_is_in_the_band_decides_nothing():
    assert truth({"a": "+"}, a="undecided").holds is None
    assert truth({"a": "+"}).holds is None
    assert truth({"a": "+", "b": "+"}, a="+", b="undecided").holds is None
    assert truth({"a": "+", "b": "+"}, a="-", b="undecided").holds is False


@pytest.mark.parametrize("path", ["+-", "-+", "inconsistent"])
def test_a_one_way_claim_about_a_path_both_ways_is_partly_true(path):
    assert truth({"a": "+"}, a=path).holds is None
    assert truth({"a": "+"}, a=path, complete=True).holds is False


def test_a_claim_about_both_ways_is_false_of_a_one_way_path():
    assert truth({"a": "+-"}, a="+").holds is False
    assert truth({"a": "+-"}, a="-+").holds is False


def test_a_partly_true_component_does_not_save_a_claim_that_fails_elsewhere():
    assert truth({"a": "+", "b": "+"}, a="+-", b="-").holds is False


EITHER = {"turn": "+-|-+"}  # one way, then the other, whichever comes first


@pytest.mark.parametrize(("verdict", "holds"), [
    ("+-", True), ("-+", True), ("+", False), ("-", False), ("absent", False),
    ("inconsistent", False), ("undecided", None),
])
@pytest.mark.parametrize("complete", [False, True])
def test_a_claim_with_alternatives_holds_under_each_of_them(verdict, holds, complete):
    assert truth(EITHER, complete=complete, turn=verdict).holds is holds


def test_a_claim_with_alternatives_has_the_margin_of_what_happened():
    assert truth(EITHER, turn=("-+", 0.7)) == Truth(True, 0.7)
    assert truth(EITHER, turn=("+", 0.7)) == Truth(False, 0.7)


def test_a_claim_of_either_way_is_partly_true_of_a_path_both_ways():
    either_way = {"turn": "+|-"}
    assert truth(either_way, turn="-").holds is True
    assert truth(either_way, turn="+-").holds is None
    assert truth(either_way, turn="+-", complete=True).holds is False


@pytest.mark.parametrize(("claimed", "happened", "holds"), [
    ("+", "+", True), ("+", "-", False), ("+", "same", False), ("+", "neither", False),
    ("same", "same", True), ("same", "neither", False), ("neither", "+", False),
    ("2", "2", True), ("2", "0", False), ("same", "undecided", None),
])
@pytest.mark.parametrize("complete", [False, True])
def test_comparisons_have_verdicts_of_their_own(claimed, happened, holds, complete):
    assert truth({"a": claimed}, complete=complete, a=happened).holds is holds


def test_a_turn_beside_standing_still_is_a_claim_about_both():
    in_place = {"forward": "absent", "left": "absent", "turn": "+"}
    assert truth(in_place, forward="absent", left="absent", turn="+").holds is True
    assert truth(in_place, forward="+", left="absent", turn="+").holds is False
    assert truth(in_place, forward="+-", left="absent", turn="+").holds is False
    assert truth({"forward": "+", "turn": "+"}, forward="+", turn="+-").holds is None


def test_labels_toml_covers_the_types_with_words():
    for name in WORDED:
        question_type, labels = get_type(name), labels_of(name)
        assert bool(labels.sets) == ("multiple_choice" in question_type.formats)
        assert bool(labels.yes_no) == ("yes_no" in question_type.formats)
        assert bool(labels.free_form) == ("free_form" in question_type.formats)


def test_labels_toml_lists_the_eleven_types_that_are_asked_in_words():
    assert set(WORDED) <= set(LISTED)
    assert len(LISTED) == 11


@EACH_SET
def test_every_set_has_four_different_members_about_the_same_components(name, option_set):
    assert len(set(option_set.members)) == 4
    assert {m.components for m in option_set.members} == {option_set.components}


@pytest.mark.parametrize("name", LISTED)
def test_no_two_sets_of_a_type_offer_the_same_four(name):
    offered = [frozenset(s.members) for s in labels_of(name).sets]
    assert len(set(offered)) == len(offered)


@pytest.mark.parametrize("name", LISTED)
def test_names_of_sets_and_keys_of_claims_are_unique(name):
    labels = labels_of(name)
    for names in ([s.name for s in labels.sets], [c.key for c in labels.yes_no]):
        assert len(names) == len(set(names))


@EACH_SET
def test_at_most_one_member_of_a_set_is_true_whatever_happens(name, option_set):
    for values in product(VERDICTS, repeat=len(option_set.components)):
        components = dict(zip(option_set.components, map(component, values), strict=True))
        truths = [judge_claim(m, components, complete=True).holds for m in option_set.members]
        assert truths.count(True) <= 1
        assert True not in truths or None not in truths


@EACH_SET
def test_every_member_of_a_set_can_be_the_only_true_one(name, option_set):
    for member in option_set.members:
        for happened in product(*(alternatives(v) for _, v in member.verdicts)):
            components = dict(zip(option_set.components, map(component, happened), strict=True))
            truths = [judge_claim(m, components, complete=True).holds for m in option_set.members]
            assert [m for m, t in zip(option_set.members, truths, strict=True) if t] == [member]
            assert truths.count(False) == 3


@pytest.mark.parametrize("name", LISTED)
def test_no_member_is_nearest_to_the_others(name):
    """Or "pick the option nearest the others" finds the truth without the clip."""
    for option_set in labels_of(name).sets:
        members = [dict(m.verdicts) for m in option_set.members]
        for member in members:
            member.pop("still", None)  # says nothing beyond the two components beside it
        distance = [sum(sum(a[c] != b[c] for c in a) for b in members) for a in members]
        assert len(set(distance)) == 1, option_set.name


def test_signs_are_one_flip_of_one_component_apart_from_two_others():
    for name in LISTED:
        for option_set in (s for s in labels_of(name).sets if s.kind == "signs"):
            a, b = option_set.components
            assert {tuple(dict(m.verdicts)[c] for c in (a, b)) for m in option_set.members} == {
                ("+", "+"), ("+", "-"), ("-", "+"), ("-", "-")}
            for member in option_set.members:
                flips = [sum(x != y for x, y in zip(member.verdicts, m.verdicts, strict=True))
                         for m in option_set.members]
                assert sorted(flips) == [0, 1, 1, 2]


def test_opposite_pairs_name_exactly_one_present_component():
    for name in LISTED:
        for option_set in (s for s in labels_of(name).sets if s.kind == "opposite_pairs"):
            present = [[(c, v) for c, v in m.verdicts if v != "absent"] for m in option_set.members]
            assert all(len(p) == 1 for p in present)
            a, b = option_set.components
            assert {p[0] for p in present} == {(a, "+"), (a, "-"), (b, "+"), (b, "-")}


@pytest.mark.parametrize(("name", "asked"), [
    ("camera_object_distance", "distance"), ("object_object_distance_change", "distance"),
    ("object_rotation", "turn"),
])
def test_subsets_are_all_fours_of_the_listed_labels(name, asked):
    sets = [s for s in labels_of(name).sets if s.kind == "subsets"]
    members = [frozenset(dict(m.verdicts)[asked] for m in s.members) for s in sets]
    assert set(members) == set(map(frozenset, combinations(["+", "-", "absent", "+-", "-+"], 4)))
    assert len(members) == 5


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("form", list(Form))
def test_every_claim_has_words_of_its_own_in_every_form(name, form):
    labels = labels_of(name)
    for claims in (labels.yes_no, *(s.members for s in labels.sets)):
        texts = [claim_words(name, claim, form, "the cup", "the car") for claim in claims]
        assert all(texts)
        assert len(set(texts)) == len(texts)
        for text in texts:
            assert text == text.strip()
            assert "  " not in text


@pytest.mark.parametrize("name", [n for n in WORDED if len({s.components for s in labels_of(n).sets}) > 1])
def test_every_set_says_what_it_asks_about(name):
    for option_set in labels_of(name).sets:
        assert scope_words(name, option_set)


@pytest.mark.parametrize("name", SAID)
def test_free_form_labels_can_be_said(name):
    from fourdp_qa.phrasing.words import verdict_words

    names = labels_of(name).free_form
    decided = ["+", "-", "absent", "+-", "-+", "inconsistent"]
    if name == "moved_distance":
        decided = ["+", "-", "same", "neither"]
    for values in product(decided, repeat=min(len(names), 2)):
        verdicts = dict.fromkeys(names, "absent") | dict(zip(names, values, strict=False))
        assert verdict_words(name, verdicts, Form.THIRD, "the cup", "the car")
