"""Words for the things in the room."""

from __future__ import annotations

import pytest

from fourdp_qa.sources.aria_digital_twin.naming import caption_of


@pytest.mark.parametrize(("model", "category", "caption"), [
    ("WoodenFork", "fork", "wooden fork"),
    ("BookFiction7", "book", "book"),
    ("BlackCeramicMug", "cup", "black ceramic cup"),
    ("WallDecorBlackWhite01", "wall artwork", "black and white picture"),
    ("Apartment_CabinetDoorA", "part of a cabinet/wardrobe", "cabinet front"),
    ("GreenApple", "food object", "green apple"),
    ("SomeNewThing", "food object", ""),
    ("WhiteClip", "accessory", ""),
    ("WallClothesHanger", "wall-mounted coat rack", "wall-mounted coat rack"),
    ("OrangeBox", "box", "orange box"),
    ("Strange", "category/of numbers 7", ""),
])
def test_captions(model, category, caption):
    assert caption_of(model, category) == caption
