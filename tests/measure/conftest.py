"""Fixtures of the measure room."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def film(box_world, hand_made):
    """``film(boxes, cameras, side=64, floor=True, paths=None)``: a hand-made scene, measured."""

    def make(boxes, cameras, **options):
        return hand_made.Filmed(box_world, boxes, cameras, **options)

    return make
