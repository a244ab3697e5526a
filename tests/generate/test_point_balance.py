"""Points alone must not answer which of two is nearer."""

from __future__ import annotations

import pytest

from fourdp_qa.generate.composition import composition_called
from fourdp_qa.generate.point_balance import PointBalance
from fourdp_qa.generate.records import ObjectNaming
from fourdp_qa.questions.evidence import Quantity
from fourdp_qa.questions.statement import Component, Statement

GOALS = composition_called("training").balance


def thing(number, y, frame=0):
    return ObjectNaming(id=number, caption="", caption_unique=False, points={frame: (0.5, y)},
                        boxes={}, rings={}, centres=())


def stated(verdict="+", kind="depth", variant="pair", named_at=(0, 0)):
    quantity = Quantity("ln_distance_ratio", "", 0.5, 0.5, -0.2, 0.2, verdict)
    return Statement(kind, variant, (1, 2), named_at, named_at, "camera",
                     {"nearer": Component(quantity, 1.0)})


LOWER_FIRST, HIGHER_FIRST = [thing(1, 0.9), thing(2, 0.1)], [thing(1, 0.1), thing(2, 0.9)]


@pytest.fixture
def balance():
    return PointBalance(GOALS)


@pytest.mark.parametrize("kind", ["depth", "multi_view_depth"])
def test_the_lower_point_is_the_nearer_one_no_more_often_than_not(balance, kind):
    """Here it always is: after the slack points name no more."""
    named = 0
    for _ in range(50):
        if balance.admits(stated(kind=kind), LOWER_FIRST):
            balance.add(stated(kind=kind), LOWER_FIRST)
            named += 1
    assert named == GOALS.slack
    # the other way round it is welcome, and makes room again
    assert balance.admits(stated("-", kind), LOWER_FIRST)
    balance.add(stated("-", kind), LOWER_FIRST)
    assert balance.admits(stated(kind=kind), LOWER_FIRST)


def test_who_is_named_first_makes_no_difference(balance):
    for statement, things in ((stated("+"), LOWER_FIRST), (stated("-"), HIGHER_FIRST)):
        balance.add(statement, things)
    assert balance.counts == {("depth", True): 2}


def test_each_point_is_read_in_its_own_frame(balance):
    things = [thing(1, 0.9, frame=0), thing(2, 0.1, frame=11)]
    balance.add(stated("+", "multi_view_depth", named_at=(0, 11)), things)
    assert balance.counts == {("multi_view_depth", True): 1}


def test_types_without_that_cue_are_named_by_points_at_will(balance):
    for _ in range(20):
        statement = stated(kind="moved_distance")
        assert balance.admits(statement, LOWER_FIRST)
        balance.add(statement, LOWER_FIRST)


def test_points_never_name_the_options(balance):
    assert not balance.admits(stated(variant="nearest_of_four"), LOWER_FIRST)
